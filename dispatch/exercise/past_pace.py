"""How fast crews really were: turnouts by kind of unit, and drives beside the road's free time, from a whole record."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from statistics import fmean
from zoneinfo import ZoneInfo

from dispatch.exercise.past_units import MOST_TURNOUT_S
from dispatch.incident import Assignment, Incident
from dispatch.pace import FREE, ROSTER, Driven, Pace
from dispatch.state import State
from dispatch.travels import Roads, Start, travels_to_each
from resources.unit import Roster, Turnout, Unit

LIKE = 30  # records that weigh as much as what is believed without any
SHORTEST_DRIVE_S, LONGEST_DRIVE_S, SHORTEST_ROAD_S = 5.0, 7200.0, 10.0
NIGHT_FROM, NIGHT_TO = 22, 6
DAY, NIGHT, MOBILE = "day", "night", "mobile"
Roads_s = Mapping[tuple[int, str], float]  # by incident and unit: seconds by road from where the unit lives


@dataclass(frozen=True, slots=True)
class _Went:
    """One unit that was sent: `road_s` by road from its home, which it `was_away` from or not."""

    unit: Unit
    incident: Incident
    sent: Assignment
    road_s: float
    was_away: bool


def paced_as_recorded(state: State, roster: Roster, ground: Roads) -> tuple[Pace, Roster]:
    """Return how crews of a record drive, and a roster whose turnouts are the record's; both free where it is silent.

    A factor is the geometric mean of driven over free seconds of drives from home to incidents of a priority, drawn
    towards 1 as by `LIKE` drives at that; a turnout is a mean, drawn likewise towards that of all kinds of units. A
    unit that was sent again before it can have been home was away: its turnout counts apart, its drive not at all.
    Roads are as they are at that hour of the week, without closures. Asked in the thread of the ground.
    """
    went = list(_went(state, _roads_s(state, ground)))
    found = _turnouts(went, ZoneInfo(state.time_zone or "UTC"))
    driven = tuple(_driven(went))
    if not found:
        return replace(FREE, driven=driven), roster
    kinds = sorted({_kind(unit) for unit in roster.units})
    turnouts = tuple(_turnout(kind, found) for kind in kinds)
    units = tuple(replace(unit, turnout=_named(_kind(unit))) for unit in roster.units)
    return Pace(driven, ROSTER), replace(roster, units=units, turnouts=turnouts)


def _roads_s(state: State, ground: Roads) -> Roads_s:
    zone = ZoneInfo(state.time_zone or "UTC")
    alike: defaultdict[tuple[str, int, int], list[Incident]] = defaultdict(list)
    for incident in state.incidents.values():
        local = incident.received_at.astimezone(zone)
        alike[incident.mode, local.weekday(), local.hour].append(incident)
    ground.set_closures(())
    found: dict[tuple[int, str], float] = {}
    for (mode, _, _), incidents in sorted(alike.items()):
        starts = list(_starts(state, incidents))
        if not starts:
            continue
        ground.set_conditions(at=incidents[0].received_at, time_zone=state.time_zone, weather="")
        places = [(each.location.lon, each.location.lat) for each in incidents]
        for incident, travels in zip(incidents, travels_to_each(ground, mode, starts, places), strict=True):
            seconds = (travels.travel_s + travels.access_s).tolist()
            found.update(((incident.id, each.unit_id), took_s) for each, took_s in zip(starts, seconds, strict=True))
    return found


def _starts(state: State, incidents: Iterable[Incident]) -> Iterator[Start]:
    sent = {state.assignments[name].unit_id for each in incidents for name in state.assignments_of.get(each.id, ())}
    for unit_id in sorted(sent & set(state.units)):
        unit = state.units[unit_id].unit
        yield Start(unit_id, unit.lon, unit.lat, size=(unit.height_m, unit.width_m, unit.weight_t))


def _went(state: State, roads_s: Roads_s) -> Iterator[_Went]:
    last: dict[str, Assignment] = {}
    for each in sorted(state.assignments.values(), key=lambda one: (one.assigned_at, one.id)):
        road_s = roads_s.get((each.incident_id, each.unit_id))
        if road_s is not None:
            before = last.get(each.unit_id)
            unit, incident = state.units[each.unit_id].unit, state.incidents[each.incident_id]
            yield _Went(unit, incident, each, road_s, before is not None and _was_away(before, each, roads_s))
        last[each.unit_id] = each


def _was_away(before: Assignment, sent: Assignment, roads_s: Roads_s) -> bool:
    if before.released_at is None:
        return True
    home_s = roads_s.get((before.incident_id, before.unit_id), math.inf)
    return (sent.assigned_at - before.released_at).total_seconds() < home_s


def _driven(went: Iterable[_Went]) -> Iterator[Driven]:
    logs: defaultdict[int, list[float]] = defaultdict(list)
    for each in went:
        took_s = _span(each.sent.en_route_at, each.sent.on_scene_at)
        is_told = took_s is not None and SHORTEST_DRIVE_S <= took_s <= LONGEST_DRIVE_S
        if took_s is not None and is_told and not each.was_away and SHORTEST_ROAD_S <= each.road_s < math.inf:
            logs[each.incident.priority].append(math.log(took_s / each.road_s))
    for priority, some in sorted(logs.items()):
        yield Driven(priority, round(math.exp(math.fsum(some) / (len(some) + LIKE)), 3), len(some))


def _turnouts(went: Iterable[_Went], zone: ZoneInfo) -> dict[tuple[str, str], list[float]]:
    """Sort turnouts by kind of unit and manner, those of all kinds under no kind; empty where none is told."""
    found: defaultdict[tuple[str, str], list[float]] = defaultdict(list)
    for each in went:
        took_s = _span(each.sent.assigned_at, each.sent.en_route_at)
        if took_s is not None and 0 <= took_s <= MOST_TURNOUT_S:
            manner = MOBILE if each.was_away else _manner(each.sent.assigned_at.astimezone(zone))
            found[_kind(each.unit), manner].append(took_s)
            found["", manner].append(took_s)
    return dict(found)


def _turnout(kind: str, found: Mapping[tuple[str, str], Sequence[float]]) -> Turnout:
    usual = Turnout("", fmean([each for (name, _), some in found.items() if not name for each in some]), 0.0)
    all_day_s = _mean(found.get(("", DAY), ()), usual.day_s)
    all_night_s = _mean(found.get(("", NIGHT), ()), all_day_s)
    return Turnout(
        _named(kind),
        day_s=round(_mean(found.get((kind, DAY), ()), all_day_s), 1),
        night_s=round(_mean(found.get((kind, NIGHT), ()), all_night_s), 1),
        mobile_s=round(_mean(found.get((kind, MOBILE), ()), _mean(found.get(("", MOBILE), ()), usual.mobile_s)), 1),
        night_from=NIGHT_FROM,
        night_to=NIGHT_TO,
    )


def _mean(some: Sequence[float], believed_s: float) -> float:
    return (math.fsum(some) + LIKE * believed_s) / (len(some) + LIKE)


def _manner(local: datetime) -> str:
    return NIGHT if local.hour >= NIGHT_FROM or local.hour < NIGHT_TO else DAY


def _kind(unit: Unit) -> str:
    return unit.capabilities[0] if unit.capabilities else "unit"


def _named(kind: str) -> str:
    return f"recorded-{kind}"


def _span(start: datetime | None, end: datetime | None) -> float | None:
    return None if start is None or end is None else (end - start).total_seconds()
