"""What the commands of `opsroom siting` share: the desk for one target, reading a log, writing a file."""

from __future__ import annotations

import argparse
import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import numpy as np

from app.city_files import roster_of, targets_of
from app.cli.given import closures_of, weather_of
from app.paper.whole import replace_file
from dispatch.calls import Calls, calls_of, days_of
from dispatch.coverage_targets import Target
from dispatch.demand.areas import Area
from dispatch.demand.cells import demand_of
from dispatch.demand.history import history_of, mixed
from dispatch.ground import Ground
from dispatch.siting.measure import Siting
from dispatch.siting.plan import Plan, plan_of
from dispatch.siting.recorded import recorded as recorded_of
from gis.city import City
from gis.located_toml import nearest
from resources.unit import Department, Roster

if TYPE_CHECKING:
    from dispatch.state import State
    from dispatch.times.figure import TargetFigure


@dataclass(frozen=True, slots=True)
class Desk:
    """Hold what a question about a plan is asked of; `problems` are what was left out of the files given.

    `record` is how often the log that is learnt from met the target.
    """

    city: City
    ground: Ground
    roster: Roster
    department: Department
    target: Target
    siting: Siting
    plan: Plan
    problems: tuple[str, ...]
    record: TargetFigure | None = None


def desk_of(args: argparse.Namespace) -> Desk:
    """Set up the desk for the department and the target that are asked for. Raises ValueError, LookupError, OSError."""
    city = City.open(args.city)
    ground = Ground.of_city(city)
    state = state_of_log(args) if args.log else None
    roster = state.roster if state is not None and state.roster.units else roster_of(city)[0]
    department, target = _target_of(city, roster, args)
    at = args.when
    hour = at.astimezone(ZoneInfo(city.time_zone)).hour if at else 12
    closures, problems = closures_of(args.closures, ground, at=at or datetime.now(UTC))
    plan = replace(plan_of(roster, department, target, hour=hour), closures=tuple(closures))
    demand, busy, calls_a_day = demand_of(city), None, None
    if state is not None and state.at is not None:
        history = history_of(state, at=state.at)
        demand = mixed(demand, history.places.get(department.kind, ()))
        busy = history.busy.get(department.id)
        calls_a_day = _a_day(calls_of(state), department.kind)
    siting = Siting(
        ground, demand, target, busy=busy, usual_units=plan.units or None, calls_a_day=calls_a_day, at=at,
        time_zone=city.time_zone, weather=weather_of(city, args.weather),
    )  # fmt: skip
    record = recorded_of(state, target) if state is not None else None
    return Desk(city, ground, roster, department, target, siting, plan, tuple(problems), record)


def state_of_log(args: argparse.Namespace) -> State:
    """Read the log that is asked for. Raises LogDamaged, NotSaved, ValueError."""
    from app.cli.log_period import read_log

    return read_log(args).state


def calls_asked(args: argparse.Namespace) -> Calls:
    """Read the calls of a log, of the kind and for the kind of department that are asked for. Raises ValueError."""
    calls = calls_of(state_of_log(args))
    for option, known in (("kind", calls.kinds), ("department", calls.department_kinds)):
        word = getattr(args, option)
        if word and word not in known:
            raise ValueError(f"--{option}: the log has none of {word!r}{nearest(word, known)}")
    return calls.of(kind=args.kind, department=args.department)


def recorded(args: argparse.Namespace, what: str) -> None:
    """Write into the log that figures were taken out of it, where they went to a file."""
    from app.cli.recorded import is_redirected, record_export

    out = getattr(args, "out", None)
    if args.log and (out or is_redirected()):
        record_export(args.log, "figures", f"siting {what}, {out.name if out else 'standard output'}", keys=args.keys)


def write_geojson(file: Path, features: Sequence[dict[str, Any]]) -> None:
    """Write features, whole or not at all. Raises OSError."""
    write_text(file, json.dumps({"type": "FeatureCollection", "features": list(features)}, ensure_ascii=False))


def write_text(file: Path, text: str) -> None:
    """Write a text file, whole or not at all. Raises OSError."""
    replace_file(file, lambda beside: beside.write_text(text, encoding="utf-8", newline="\n"))


def point_feature(lon: float, lat: float, **properties: Any) -> dict[str, Any]:
    """Return a point as a feature of GeoJSON."""
    return {
        "type": "Feature",
        "properties": properties,
        "geometry": {"type": "Point", "coordinates": [round(lon, 6), round(lat, 6)]},
    }


def square_feature(city: City, corner: Sequence[float], side_m: float, **properties: Any) -> dict[str, Any]:
    """Return a square whose south-west corner is given in metres as a feature of GeoJSON."""
    x, y = float(corner[0]), float(corner[1])
    lon, lat = city.to_lonlat(np.array([x, x + side_m, x + side_m, x, x]), np.array([y, y, y + side_m, y + side_m, y]))
    ring = [[round(one, 6), round(other, 6)] for one, other in zip(lon.tolist(), lat.tolist(), strict=True)]
    return {"type": "Feature", "properties": properties, "geometry": {"type": "Polygon", "coordinates": [ring]}}


def area_name(area: Area) -> str:
    """Name a part of the city: its name, or the point of the compass in words."""
    return area.name.replace("_", " ") if area.kind == "compass" else area.name


def minutes(seconds: float | None) -> str:
    """Word a time as 4:05; a dash for none."""
    if seconds is None or not np.isfinite(seconds):
        return "–"
    whole, rest = divmod(round(seconds), 60)
    return f"{whole}:{rest:02d}"


def rounded(value: float | None, digits: int = 4) -> float | None:
    """Round for a program; None for what is no number."""
    return None if value is None or not np.isfinite(value) else round(float(value), digits)


def _target_of(city: City, roster: Roster, args: argparse.Namespace) -> tuple[Department, Target]:
    targets = targets_of(city)[0]
    able = [each for each in roster.departments if targets.of(each.kind)]
    if args.department:
        named = [each for each in roster.departments if each.id == args.department]
        if not named:
            known = [each.id for each in roster.departments]
            raise ValueError(f"--department: there is no {args.department!r}{nearest(args.department, known)}")
        able = [each for each in named if targets.of(each.kind)]
    if not able:
        raise ValueError("no department of this city has a target in targets.toml")
    department = able[0]
    found = targets.of(department.kind)
    if args.target:
        found = tuple(each for each in found if each.id == args.target)
    if not found:
        known = [each.id for each in targets.of(department.kind)]
        raise ValueError(f"--target: {department.kind} has none {args.target!r}; there are {', '.join(known)}")
    return department, found[0]


def _a_day(calls: Calls, kind: str) -> float | None:
    if kind not in calls.department_kinds:
        return None
    try:
        begin_at, end_at = days_of(calls)
    except ValueError:
        return None
    own = calls.of(department=kind).at_s
    inside = (own >= begin_at.timestamp()) & (own < end_at.timestamp())
    return float(inside.sum()) / ((end_at - begin_at).total_seconds() / 86_400)
