"""Small invented files of the past, and how they are folded and told."""

from __future__ import annotations

import csv
import io
from datetime import datetime
from zoneinfo import ZoneInfo

from dispatch.engine import Engine
from dispatch.history.fold_rows import fold_rows
from dispatch.history.mapping import Mapping
from dispatch.history.past import Past
from dispatch.history.recognise import recognise
from dispatch.history.report import Report
from dispatch.history.table import Table
from dispatch.history.tell import HistoryClock, tell
from dispatch.log_memory import MemoryLog
from dispatch.state import State

SF = (
    "Call Number,Unit ID,Call Type,Received DtTm,Entry DtTm,Dispatch DtTm,Response DtTm,On Scene DtTm,Transport DtTm,"
    "Hospital DtTm,Call Final Disposition,Available DtTm,Address,City,Final Priority,"
    "Number of Alarms,Unit Type,Location"
)
PLACE = '"(37.7457, -122.4566)"'


def table(text: str, name: str = "invented.csv") -> Table:
    rows = list(csv.reader(io.StringIO(text.strip())))
    return Table(name, tuple(rows[0]), tuple(tuple(cell.strip() for cell in row) for row in rows[1:]))


def sf_row(call: str, unit: str, *times: str, kind: str = "Medical Incident", place: str = PLACE) -> str:
    """Return a row of San Francisco's shape; `times` are received, entry, dispatch, response, scene, ... available."""
    day = [f"01/03/2017 {time} AM" if time else "" for time in times]
    received, entry, dispatch, response, scene, transport, hospital, available = (*day, *([""] * 8))[:8]
    return (
        f"{call},{unit},{kind},{received},{entry},{dispatch},{response},{scene},{transport},{hospital},Fire,{available},"
        f"100 Block of EXAMPLE AVE,San Francisco,3,1,ENGINE,{place}"
    )


def sf(*rows: str) -> Table:
    return table("\n".join((SF, *rows)))


def folded(*tables: Table, mapping: Mapping | None = None, time_zone: str = "") -> tuple[Past, Report]:
    return fold_rows([(each, mapping or recognise(each)) for each in tables], city=None, time_zone=time_zone)


def told(past: Past, report: Report) -> State:
    clock = HistoryClock()
    engine = Engine(MemoryLog(), clock=clock)
    tell(past, engine, clock=clock, report=report)
    return engine.state


def at(text: str, zone: str = "America/Los_Angeles") -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone))
