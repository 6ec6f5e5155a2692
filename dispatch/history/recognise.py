"""Recognise a table: by the columns of a kind of file that is known, else by its columns' names and content."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from dispatch.history.clock import SAMPLE, looks_like_instants
from dispatch.history.mapping import INCIDENT_INSTANTS, INSTANTS, Mapping, folded
from dispatch.history.mapping_file import shipped_mappings
from dispatch.history.table import LAT, LON, Table

# Names under which each field is known, compared without case, blanks and signs; the first that a table has is taken.
NAMES: dict[str, tuple[str, ...]] = {
    "incident": ("incidentnumber", "incidentno", "incidentid", "incident", "callnumber", "callno", "callid", "eventid",
                 "eventnumber", "casenumber", "caseid", "masterincidentnumber", "cadnumber", "cadid", "uniquekey",
                 "requestid", "servicerequestid", "einsatznummer", "numerointervention", "id", "案件编号", "警情编号",
                 "事件编号"),
    "unit": ("unitid", "unit", "unitcallsign", "callsign", "apparatusid", "apparatus", "resourcecode", "resource",
             "vehicle", "vehicleid", "radioname", "einsatzmittel", "fahrzeug", "engin", "车辆", "单位", "呼号"),
    "received": ("receiveddttm", "receivedat", "received", "calltime", "callreceived", "calldatetime", "datetimeofcall",
                 "timeofcall", "timestampofcall", "responsedate", "alarmdttm", "alarmtime", "alarmdatetime",
                 "starttime", "createddate", "createdat", "opened", "openedat", "requesteddatetime", "timestamp",
                 "datetime", "incidentdatetime", "incidentdate", "timephonepickup", "eingang",
                 "接警时间", "报警时间", "上报时间"),
    "entered": ("entrydttm", "enteredat", "entered", "callentrytime", "timecallentered", "queuedat", "enqueuetime"),
    "dispatched": ("dispatchdttm", "dispatchedat", "dispatched", "dispatchtime", "dispatchdatetime", "assignedat",
                   "timeassigned", "timefirstunitassigned", "dateandtimemobilised", "mobilisedat", "alarmierung",
                   "派警时间", "派遣时间", "出动时间"),
    "acknowledged": ("acknowledgedat", "acknowledged", "acknowledgetime"),
    "en_route": ("responsedttm", "enrouteat", "enroute", "enroutedttm", "enroutetime", "timeenroute", "turnouttime",
                 "dateandtimemobile", "ausgerueckt", "出发时间"),
    "staged": ("stagedat", "stagedtime", "timestaged"),
    "on_scene": ("onscenedttm", "onsceneat", "onscene", "onscenetime", "arrivedat", "arrived", "arrivaltime",
                 "arrivaldatetime", "arrivaldttm", "timearrivedatscene", "timefirstunitarrived", "dateandtimearrived",
                 "anvorort", "到场时间", "到达时间"),
    "transporting": ("transportdttm", "transportingat", "transporttime", "timedepartscene", "transport"),
    "at_destination": ("hospitaldttm", "hospitalat", "athospital", "timearrivedestination", "hospitaltime",
                       "destinationat"),
    "available": ("availabledttm", "availableat", "available", "clearedat", "cleared", "clearedtime", "cleardttm",
                  "timecallcleared", "lastunitcleareddttm", "dateandtimeleft", "intimeunitclear", "unitclear",
                  "einsatzende", "归队时间"),
    "closed": ("closedat", "closed", "closeddate", "closetime", "closedtime", "endtime", "closedttm", "resolvedat",
               "timeclosed", "结案时间", "办结时间"),
    "kind": ("calltype", "callfinaltype", "finalcalltype", "incidenttype", "incidentgroup", "eventtype", "initialtype",
             "problem", "complainttype", "servicename", "type", "category", "nature", "kind", "title", "einsatzart",
             "案件类型", "警情类别", "事件类型"),
    "kind_detail": ("descriptor", "calltypedetail", "subtype", "stopcodedescription"),
    "priority": ("finalpriority", "prioritynumber", "priority", "priorityno", "severity", "prioritaet", "优先级"),
    "alarm_level": ("numberofalarms", "alarmlevel", "alarms"),
    "disposition": ("callfinaldisposition", "finaldisposition", "disposition", "dispositiondesc", "calldisposition",
                    "outcome", "status", "处置结果"),
    "text": ("description", "desc", "remarks", "comments", "notes", "narrative", "描述", "备注"),
    "channel": ("channel", "source", "callsource", "opendatachanneltype", "callreception", "来源"),
    "address": ("address", "incidentaddress", "blockaddress", "hundredblock", "hundredblocklocation", "streetaddress",
                "locationaddress", "addr", "adresse", "location", "地址", "地点"),
    "cross_street": ("crossstreet", "crossstreet1", "intersectionstreet1", "intersection"),
    "cross_street_2": ("crossstreet2", "intersectionstreet2"),
    "municipality": ("city", "municipality", "borough", "town", "township", "ort", "城市", "区县"),
    "point": ("caselocation", "geolocation", "point", "reportlocation", "geom", "thegeom", "wkt", "location"),
    "lon": ("longitude", "lon", "lng", "long", "xlon", "经度", "東經"),
    "lat": ("latitude", "lat", "ylat", "纬度", "緯度"),
    "x": ("easting", "eastingm", "xcoordinate", "xcoord", "x"),
    "y": ("northing", "northingm", "ycoordinate", "ycoord", "y"),
    "unit_kind": ("unittype", "unitkind", "apparatustype", "vehicletype", "resourcetype", "单位类型"),
    "station": ("station", "homestation", "stationarea", "deployedfromstationname", "unitstation", "wache"),
    "department": ("department", "agency", "agencyname", "division", "部门"),
    "caller_name": ("callername", "caller", "reporter", "reportername", "reportingperson", "报警人", "举报人"),
    "caller_number": ("callernumber", "callerphone", "phone", "phonenumber", "telephone", "callbacknumber", "callback",
                      "报警电话", "联系电话"),
}  # fmt: skip
_POINT = re.compile(r"\(?\s*-?\d+\.\d+\s*[, ]\s*-?\d+\.\d+\s*\)?|(?:POINT|SRID)\b.*|\{.*\}", re.IGNORECASE)
_CLOCK_ONLY = re.compile(r"\d{1,2}:\d{2}(?::\d{2})?(?:\s*[AaPp][Mm])?")


def recognise(table: Table) -> Mapping:
    """Return the shipped mapping that fits a table, else one made from its columns' names and what stands in them."""
    for mapping in shipped_mappings():
        if mapping.fits(table.columns):
            return mapping
    return guess(table)


def guess(table: Table) -> Mapping:
    """Make a mapping from the names of columns; a column is taken for a field only where its cells could be that."""
    samples = _samples(table)
    taken: set[str] = set()
    columns: dict[str, tuple[tuple[str, ...], ...]] = {}
    for field_name, names in NAMES.items():
        found = _first(table.columns, names, samples, _test_of(field_name), taken)
        if found is not None:
            taken.add(found)
            columns[field_name] = ((found,),)
    if "received" not in columns:
        columns |= _joined(table.columns, samples, taken)
    if "received" not in columns and "dispatched" not in columns:
        first = next((c for c in table.columns if c not in taken and looks_like_instants(samples[c])), None)
        if first is not None:
            columns["received"] = ((first,),)
    if LON in table.columns:
        columns |= {"lon": ((LON,),), "lat": ((LAT,),)}
    return Mapping(name=table.name, columns=columns, precision="exact")


def _samples(table: Table) -> dict[str, list[str]]:
    step = max(1, len(table.rows) // SAMPLE)
    rows = table.rows[::step][:SAMPLE]
    return {name: [row[i] for row in rows if row[i]] for i, name in enumerate(table.columns)}


def _first(
    columns: Sequence[str],
    names: Sequence[str],
    samples: dict[str, list[str]],
    may_be: Callable[[list[str]], bool],
    taken: set[str],
) -> str | None:
    by_name: dict[str, str] = {}
    for column in columns:
        by_name.setdefault(folded(column), column)
    for name in names:
        column = by_name.get(name, "")
        if column and column not in taken and samples[column] and may_be(samples[column]):
            return column
    return None


def _test_of(field_name: str) -> Callable[[list[str]], bool]:
    if field_name in (*INSTANTS, *INCIDENT_INSTANTS):
        return looks_like_instants
    if field_name in ("lon", "x", "lat", "y"):
        limit = {"lon": 180.0, "lat": 90.0}.get(field_name, 1e8)
        return lambda cells: _share(cells, lambda cell: is_number(cell, limit)) >= 0.8
    if field_name == "point":
        return lambda cells: _share(cells, lambda cell: bool(_POINT.match(cell))) >= 0.8
    if field_name == "address":
        return lambda cells: _share(cells, lambda cell: bool(_POINT.match(cell))) < 0.2
    if field_name == "kind":
        return lambda cells: not looks_like_instants(cells)
    return lambda cells: True


def _joined(
    columns: Sequence[str], samples: dict[str, list[str]], taken: set[str]
) -> dict[str, tuple[tuple[str, ...], ...]]:
    """Take a column of dates with one of times of day as the instant of the call."""
    times = [c for c in columns if c not in taken and samples[c] and all(map(_CLOCK_ONLY.fullmatch, samples[c]))]
    for date in columns:
        if date in taken or ("date" not in folded(date) and "日期" not in date):
            continue
        for time in times:
            both = [f"{a} {b}" for a, b in zip(samples[date], samples[time], strict=False)]
            if looks_like_instants(both):
                taken |= {date, time}
                return {"received": ((date, time),)}
    return {}


def _share(cells: Sequence[str], holds: Callable[[str], bool]) -> float:
    return sum(map(holds, cells)) / len(cells) if cells else 0.0


def is_number(cell: str, limit: float) -> bool:
    """Tell whether a cell is a number no farther from 0 than a limit."""
    try:
        return abs(float(cell.replace(",", "."))) <= limit
    except ValueError:
        return False
