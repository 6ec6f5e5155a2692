"""Read a scenario of the simulation from the TOML file that a planner edits."""

from __future__ import annotations

import re
from datetime import datetime
from pathlib import Path
from typing import Any

from dispatch.incident import Closure
from dispatch.redirects_file import read_redirects
from dispatch.sim.demand import Stream
from dispatch.sim.lasting import Drive, Exponential, Fixed, Lasting, Lognormal
from dispatch.sim.study import (
    BUILT_IN,
    DUTIES,
    FITS,
    MOVE_UPS,
    NEEDS,
    SENDING,
    SOURCES,
    STEPS,
    DemandPlan,
    PolicyPlan,
    Study,
    TimedClosure,
    TimesPlan,
)
from gis.located_toml import BadFile, Fields, LocatedToml

HEAD = (
    "name", "city", "start_at", "days", "seed", "replications", "warm_up_h", "weather", "hospitals", "closed_stations",
    "targets_s", "most_zones", "redirects",
)  # fmt: skip
TABLES = ("demand", "times", "policy", "closure")
ID = re.compile(r"[a-z][a-z0-9_]*")
MOST_S = 7 * 86_400.0
MOST_DAYS, MOST_REPLICATIONS, MOST_ALARMS = 3_660.0, 1_000, 9
_NO_START = datetime.fromisoformat("2000-01-03T00:00:00")  # stands in for one that is wrong
GEOMETRIES = {"point": "Point", "line": "LineString", "area": "Polygon"}

__all__ = ["BadFile", "read_study"]


def read_study(file: Path) -> Study:
    """Read a scenario; paths in it count from its folder. Raises BadFile with every problem, each with its line."""
    toml = LocatedToml.read(file)
    toml.check_keys((*HEAD, *TABLES))
    head = Fields(toml, (), {key: value for key, value in toml.data.items() if key not in TABLES}, "scenario")
    folder = file.resolve().parent
    study = Study(
        name=head.text("name"),
        city=folder / head.text("city"),
        start_at=_start(head),
        days=head.number("days", 1 / 1440, MOST_DAYS),
        seed=head.whole("seed", 0, 2**63 - 1, 1),
        replications=head.whole("replications", 1, MOST_REPLICATIONS, 1),
        warm_up_h=head.number("warm_up_h", 0, 24 * MOST_DAYS, 0.0),
        weather=head.text("weather", ""),
        hospitals=_places(head, "hospitals"),
        closed_stations=head.texts("closed_stations"),
        targets_s=_numbers(head, "targets_s", (240.0, 480.0)),
        most_zones=head.whole("most_zones", 10, 5_000, 1500),
        redirects=read_redirects(folder / rules) if (rules := head.text("redirects", "")) else None,
        demand=_demand(toml, folder),
        times=_times(toml),
        policies=_policies(toml),
        closures=_closures(toml),
    )
    head.done()
    if study.warm_up_h * 3600 >= study.horizon_s and not toml.problems:
        head.bad("warm_up_h", "must be shorter than the scenario")
    if study.times.fit != "none" and study.demand.history is None:
        toml.problem(("times", "fit"), "there is no history to fit to: name one in [demand]", label="[times]")
    toml.raise_if_bad()
    return study


def _start(head: Fields) -> datetime:
    """Take a local instant such as 2016-12-31T00:00:00, as TOML's own or as text."""
    value = head.any("start_at")
    if isinstance(value, str):
        try:
            value = datetime.fromisoformat(value)
        except ValueError:
            value = None
    if not isinstance(value, datetime):
        if "start_at" in head.table:
            head.bad("start_at", "must be a local date and time such as 2017-01-02T00:00:00")
        return _NO_START
    if value.tzinfo is not None:
        head.bad("start_at", "must be local time of the city, without an offset")
        return _NO_START
    if not 1970 <= value.year <= 2200:
        head.bad("start_at", "must lie between 1970 and 2200")
        return _NO_START
    return value


def _demand(toml: LocatedToml, folder: Path) -> DemandPlan:
    fields = _table(toml, "demand")
    source = fields.one_of("source", SOURCES, "source")
    history, mapping = fields.text("history", ""), fields.text("map", "")
    streams = []
    for number, (path, table) in enumerate(fields.tables("stream"), start=1):
        item = Fields(toml, path, table, f"[[demand.stream]] {number}")
        streams.append(
            Stream(
                kind=item.text("kind"),
                per_hour=item.number("per_hour", 0, 100_000),
                lon=item.number("lon", -180, 180),
                lat=item.number("lat", -90, 90),
                spread_m=item.number("spread_m", 0, 100_000, 0.0),
                alarm_level=item.whole("alarm_level", 1, MOST_ALARMS, 1),
            )
        )
        item.done()
    plan = DemandPlan(
        source=source,
        history=folder / history if history else None,
        mapping=folder / mapping if mapping else None,
        needs=fields.one_of("needs", NEEDS, "way to ask", "cards"),
        factor=fields.number("factor", 0, 100, 1.0),
        spread_m=fields.number("spread_m", 0, 5_000, 0.0),
        streams=tuple(streams),
        duty=fields.one_of("duty", DUTIES, "duty", "always"),
    )
    fields.done()
    if source in ("history", "rates") and not history:
        fields.bad("history", f"is missing: {source} come from a file of records or a log")
    if source == "streams" and not streams:
        fields.bad("source", "is streams, but there is no [[demand.stream]]")
    if source == "history" and plan.factor != 1.0:
        fields.bad("factor", 'changes nothing that is let happen again as it was: take source = "rates"')
    if plan.duty == "as_recorded" and source != "history":
        fields.bad("duty", 'as_recorded is of what happens again as it was: take source = "history"')
    return plan


def _times(toml: LocatedToml) -> TimesPlan:
    fields = _table(toml, "times")
    given = {step: found for step in STEPS if (found := _lasting(toml, fields, step)) is not None}
    travel = None
    if (item := _inner(toml, fields, "travel")) is not None:
        travel = Drive(
            item.number("factor", 0, 1_000, 1.0),
            item.number("power", 0, 1, 1.0),
            item.number("sigma", 0, 3, 0.0),
            item.number("least_s", 0, 3_600, 0.0),
        )
        item.done()
    plan = TimesPlan(
        fit=fields.one_of("fit", FITS, "way to fit", "none"),
        given=given,
        travel=travel,
        is_transport=_share(fields, "is_transport"),
        is_cancelled=_share(fields, "is_cancelled"),
    )
    fields.done()
    return plan


def _lasting(toml: LocatedToml, fields: Fields, step: str) -> Lasting | None:
    """Take `{ fixed_s = 60 }`, `{ mean_s = 900 }` (exponential) or `{ median_s = 900, sigma = 0.6 }` (lognormal)."""
    item = _inner(toml, fields, step)
    if item is None:
        return None
    found: Lasting = Fixed(0.0)
    if "fixed_s" in item.table:
        found = Fixed(item.number("fixed_s", 0, MOST_S))
    elif "mean_s" in item.table:
        found = Exponential(item.number("mean_s", 0, MOST_S))
    elif "median_s" in item.table:
        found = Lognormal(item.number("median_s", 0, MOST_S), item.number("sigma", 0, 3))
    else:
        fields.bad(step, "must be { fixed_s = ... }, { mean_s = ... } or { median_s = ..., sigma = ... }")
        return None
    item.done()
    return found


def _policies(toml: LocatedToml) -> tuple[PolicyPlan, ...]:
    found: list[PolicyPlan] = []
    for number, (path, table) in enumerate(toml.tables("policy"), start=1):
        name = table.get("id")
        fields = Fields(toml, path, table, f"[[policy]] {name if isinstance(name, str) else f'no. {number}'}")
        usual = PolicyPlan("")
        plan = PolicyPlan(
            id=fields.text("id"),
            sending=fields.one_of("sending", SENDING, "way to send", usual.sending),
            redirect=fields.truth("redirect"),
            move_ups=fields.one_of("move_ups", MOVE_UPS, "way to wait", usual.move_ups),
            within_s=fields.number("within_s", 1, MOST_S, usual.within_s),
            busy=fields.number("busy", 0, 0.99, usual.busy),
            hold=_hold(toml, fields),
        )
        fields.done()
        if plan.id and not ID.fullmatch(plan.id):
            fields.bad("id", "must be small letters, digits and _, beginning with a letter")
        if any(each.id == plan.id for each in found):
            fields.bad("id", f"{plan.id!r} stands twice")
        if plan.redirect and plan.sending != "joint":
            fields.bad("redirect", 'is part of sending = "joint"')
        if plan.hold and plan.move_ups != "compliance":
            fields.bad("hold", 'is part of move_ups = "compliance"')
        found.append(plan)
    return tuple(found) or BUILT_IN


def _hold(toml: LocatedToml, fields: Fields) -> dict[str, tuple[tuple[str, ...], ...]]:
    item = _inner(toml, fields, "hold")
    found = {}
    for department in item.table if item is not None else ():
        rows = item.raw(department) if item is not None else None
        is_table = isinstance(rows, list) and all(
            isinstance(row, list) and all(isinstance(word, str) for word in row) for row in rows
        )
        if not is_table:
            fields.bad("hold", f'{department}: must be lists of stations such as [["4"], ["4", "13"]]')
            continue
        found[department] = tuple(tuple(row) for row in rows or ())
    return found


def _closures(toml: LocatedToml) -> tuple[TimedClosure, ...]:
    found = []
    for number, (path, table) in enumerate(toml.tables("closure"), start=1):
        item = Fields(toml, path, table, f"[[closure]] {number}")
        shape = item.one_of("shape", tuple(GEOMETRIES), "shape", "line")
        places = _places(item, "places", required=True)
        least = {"point": 1, "line": 2, "area": 3}.get(shape, 1)
        if places and len(places) < least:
            item.bad("places", f"a {shape} needs {least} places at least")
        from_h = item.number("from_h", 0, 24 * MOST_DAYS, 0.0)
        until_h = item.number("until_h", 0, 1e9, 1e9)
        if until_h <= from_h:
            item.bad("until_h", "must be later than from_h")
        closure = Closure(
            f"closure-{number}", GEOMETRIES.get(shape, "LineString"), places, reason=item.text("reason", "")
        )
        item.done()
        found.append(TimedClosure(closure, from_h, until_h))
    return tuple(found)


def _table(toml: LocatedToml, name: str) -> Fields:
    content = toml.data.get(name, {})
    if not isinstance(content, dict):
        toml.problem((name,), "must be a table", label=name)
        content = {}
    return Fields(toml, (name,), content, f"[{name}]")


def _inner(toml: LocatedToml, fields: Fields, key: str) -> Fields | None:
    if key not in fields.table:
        return None
    value = fields.raw(key)
    if not isinstance(value, dict):
        fields.bad(key, "must be a table such as { fixed_s = 60 }")
        return None
    return Fields(toml, (*fields.path, key), value, f"{fields.label} {key}")


def _share(fields: Fields, key: str) -> float | None:
    return fields.number(key, 0, 1) if key in fields.table else None


def _places(fields: Fields, key: str, *, required: bool = False) -> tuple[tuple[float, float], ...]:
    """Take a list of [lon, lat]."""
    value: Any = fields.raw(key) if required or key in fields.table else []
    if value is None:
        return ()
    found = []
    for item in value if isinstance(value, list) else [None]:
        pair = item if isinstance(item, list) and len(item) == 2 and all(_is_number(each) for each in item) else None
        if pair is None or not (-180 <= pair[0] <= 180 and -90 <= pair[1] <= 90):
            fields.bad(key, "must be a list of [lon, lat] in degrees, longitude first")
            return ()
        found.append((float(pair[0]), float(pair[1])))
    return tuple(found)


def _numbers(fields: Fields, key: str, usual: tuple[float, ...]) -> tuple[float, ...]:
    if key not in fields.table:
        return usual
    value = fields.raw(key)
    if not isinstance(value, list) or not all(_is_number(each) and 0 < each <= MOST_S for each in value):
        fields.bad(key, "must be a list of seconds such as [240, 480]")
        return usual
    return tuple(float(each) for each in value)


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)
