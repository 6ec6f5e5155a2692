"""How incidents were served, in the same terms for a log and for the record: when the first came, and all needed."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

import numpy as np

from dispatch.exercise.due import incident_of
from dispatch.exercise.exercise import Exercise, Incoming, Recorded
from dispatch.exercise.score_records import Figure, Going, Served
from dispatch.incident import Incident
from dispatch.runcard import Need
from dispatch.state import State
from dispatch.times.percentiles import summarise
from resources.unit import Unit


def served_in_log(exercise: Exercise, state: State, incident: Incident) -> Served:
    """Say how an incident was served by what a log tells."""
    began = incident.received_at
    sent = [state.assignments[each] for each in state.assignments_of.get(incident.id, ())]
    units = tuple(
        Going(
            each.unit_id,
            each.need_id,
            state.units[each.unit_id].unit.department,
            sent_s=_span(began, each.assigned_at),
            arrived_s=_span(began, each.on_scene_at),
        )
        for each in sent
        if each.unit_id in state.units
    )
    decided = _span(began, min((each.assigned_at for each in sent), default=None))
    return _served(state, incident.kind, incident.alarm_level, units, decided, _span(began, incident.closed_at))


def served_in_record(exercise: Exercise, state: State, item: Incoming, recorded: Recorded) -> Served:
    """Say how an incident was really served; what the record leaves blank stays so."""
    began_s = item.after_s - item.called_before_s
    units = tuple(
        Going(
            each.unit_id,
            each.need_id,
            state.units[each.unit_id].unit.department,
            sent_s=round(each.assigned_s - began_s, 3),
            arrived_s=None if each.on_scene_s is None else round(each.on_scene_s - began_s, 3),
        )
        for each in recorded.responses
        if each.unit_id in state.units
    )
    decided = min((each.sent_s for each in units if each.sent_s is not None), default=None)
    closed = None if recorded.closed_s is None else round(recorded.closed_s - began_s, 3)
    return _served(state, item.kind, recorded.alarm_level, units, decided, closed)


def served_elsewhere(exercise: Exercise, state: State, key: str) -> Served | None:
    """Say how an incident of the exercise was served in another log of it; None where it did not come in there."""
    incident = incident_of(state, key)
    return None if incident is None else served_in_log(exercise, state, incident)


def figure_of(spans_s: Iterable[float | None]) -> Figure:
    """Return mean, median and 90th percentile of spans, leaving out what is not known or runs backwards."""
    known = [each for each in spans_s if each is not None and each >= 0]
    if not known:
        return Figure(0)
    found = summarise(np.array(known, dtype=np.float64), np.zeros(len(known), dtype=np.int64), 1)
    mean, p50, p90 = (round(float(each[0]), 1) for each in (found.mean, found.p50, found.p90))
    return Figure(len(known), mean, p50, p90)


def needs_met(needs: Sequence[Need], arrivals: Sequence[tuple[float, Unit]]) -> float | None:
    """Return when the first arrivals suffice for needs, each unit for one; None where they never do.

    Who was sent for what does not matter: three columns are measured by one rule. 0 where nothing is needed.
    """
    places = [need for need in needs for _ in range(need.count)]
    if not places:
        return 0.0
    taken: dict[int, Unit] = {}
    for at_s, unit in sorted(arrivals, key=lambda each: (each[0], each[1].id)):
        _seat(unit, places, taken, set())
        if len(taken) == len(places):
            return at_s
    return None


def _seat(unit: Unit, places: Sequence[Need], taken: dict[int, Unit], tried: set[int]) -> bool:
    """Give a unit a place that it fits, moving others on where that makes room (augmenting paths)."""
    for place, need in enumerate(places):
        if place in tried or not _fits(unit, need):
            continue
        tried.add(place)
        if place not in taken or _seat(taken[place], places, taken, tried):
            taken[place] = unit
            return True
    return False


def _fits(unit: Unit, need: Need) -> bool:
    return bool(set(need.any_of) & set(unit.capabilities)) and need.department in ("", unit.department)


def _served(
    state: State, kind: str, level: int, units: tuple[Going, ...], decided: float | None, closed: float | None
) -> Served:
    arrivals = [(each.arrived_s, state.units[each.unit_id].unit) for each in units if each.arrived_s is not None]
    arrivals = [each for each in arrivals if each[0] >= 0]
    card = state.cards.get(kind)
    first = [need for need in card.needs_at(1) if not need.optional] if card is not None else []
    full = card.needs_at(level) if card is not None else ()
    return Served(
        decided_s=decided,
        first_s=min((at_s for at_s, _ in arrivals), default=None),
        needs_s=needs_met(first, arrivals) if first else None,
        full_s=needs_met(full, arrivals) if full else None,
        alarm_level=level,
        closed_s=closed,
        units=units,
    )


def _span(began: datetime, at: datetime | None) -> float | None:
    return None if at is None else round((at - began).total_seconds(), 3)
