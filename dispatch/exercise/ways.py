"""By which way the units of each decision would go: those that were sent, and those that were best."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from dispatch.events import Entry
from dispatch.exercise.exercise import Exercise
from dispatch.exercise.fleet import set_roads
from dispatch.exercise.score_records import BEST, DID, Decision, Option
from dispatch.state import State, apply
from dispatch.travels import Roads, Start


@dataclass(frozen=True, slots=True)
class Way:
    """The way of one unit of a choice to the place, lists of one length (WGS 84); `column` is DID or BEST."""

    column: str
    unit_id: str
    lon: tuple[float, ...]
    lat: tuple[float, ...]


def ways_of(
    exercise: Exercise, entries: Iterable[Entry], decisions: Sequence[Decision], ground: Roads
) -> tuple[tuple[Way, ...], ...]:
    """Return for each decision (they rise with time) the ways by the roads as they were then; none where none lead.

    It is asked in the ground's thread.
    """
    state, waiting = State(), iter(entries)
    entry = next(waiting, None)
    found = []
    for decision in decisions:
        until = exercise.at(decision.at_s)
        while entry is not None and (
            entry.sequence < decision.number if decision.number else entry.recorded_at <= until
        ):
            state = apply(state, entry)
            entry = next(waiting, None)
        found.append(tuple(_ways(exercise, state, decision, ground)))
    return tuple(found)


def _ways(exercise: Exercise, state: State, decision: Decision, ground: Roads) -> Iterator[Way]:
    incident = state.incidents.get(decision.incident)
    if incident is None:
        return
    set_roads(ground, state, exercise.at(decision.at_s))
    for column, option in ((DID, decision.did), (BEST, decision.best or Option())):
        starts = [
            Start(each.unit_id, each.lon, each.lat)
            for each in option.units
            if each.lon is not None and each.lat is not None
        ]
        if not starts:
            continue
        place = incident.location
        for path in ground.paths(incident.mode, starts, place.lon, place.lat):
            if path is not None and len(path.lonlat) > 1:
                lon, lat = zip(*path.lonlat, strict=True)
                yield Way(column, path.unit_id, lon, lat)
