"""What the record says of units in a stretch of the past: who was busy and where, and how long crews take."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from statistics import median

from dispatch.crews import Habits
from dispatch.exercise.exercise import Carried, Place, Scene, Told
from dispatch.exercise.fleet import is_ambulance
from dispatch.incident import Assignment, Incident
from dispatch.state import State
from resources.status import Status

BUSY_AT_MOST = timedelta(hours=12)  # an assignment that the record never ended binds nobody for longer
ORDERED_S = 10.0  # what simulated crews need until they have taken an order
MOST_TURNOUT_S, MOST_SCENE_S = 600.0, 4 * 3600.0
SPREAD = 0.2
_STATUS_AT = (
    (Status.EN_ROUTE, "en_route_at"),
    (Status.STAGED, "staged_at"),
    (Status.ON_SCENE, "on_scene_at"),
    (Status.TRANSPORTING, "transporting_at"),
    (Status.AT_DESTINATION, "at_destination_at"),
)


@dataclass(frozen=True, slots=True)
class Stretch:
    """The record of a stretch: how it stood when everything was known, and when it begins and ends."""

    state: State
    from_at: datetime
    until_at: datetime

    def s(self, at: datetime) -> float:
        """Return the seconds from its beginning."""
        return round((at - self.from_at).total_seconds(), 3)

    def maybe_s(self, at: datetime | None) -> float | None:
        """Return the seconds from its beginning, None for an instant that is not told."""
        return None if at is None else self.s(at)

    def sent_to(self, incident: Incident) -> list[Assignment]:
        """Return whom the record has on an incident."""
        return [self.state.assignments[each] for each in self.state.assignments_of.get(incident.id, ())]


def key_of_number(number: int) -> str:
    """Return the key in an exercise of an incident that history gave a number."""
    return f"h{number}"


def is_busy(assignment: Assignment, at: datetime) -> bool:
    """Tell whether a unit was bound at an instant."""
    ends_at = assignment.released_at or assignment.assigned_at + BUSY_AT_MOST
    return assignment.assigned_at < at < ends_at


def carried_of(stretch: Stretch, busy: Iterable[Incident]) -> Iterator[Carried]:
    """Yield the units that were busy when a stretch began, with all that the record has of them."""
    for incident in busy:
        for each in stretch.sent_to(incident):
            if not is_busy(each, stretch.from_at):
                continue
            told = [
                Told(stretch.s(at), status)
                for status, name in _STATUS_AT
                if (at := getattr(each, name)) is not None and at >= each.assigned_at
            ]
            ends_at = each.released_at or each.assigned_at + BUSY_AT_MOST
            told.sort(key=lambda one: one.after_s)
            is_out = any(one.after_s < 0 for one in told)  # one that has not left yet is driven from there
            yield Carried(
                key_of_number(incident.id),
                each.unit_id,
                stretch.s(each.assigned_at),
                each.need_id,
                (*told, Told(stretch.s(ends_at), Status.AVAILABLE_BY_RADIO)) if is_out else (),
                stretch.s(ends_at),
            )


def places_of(stretch: Stretch, busy: Iterable[Incident]) -> Iterator[Place]:
    """Yield where busy units are: at their incident, or as far on the straight way there as time has passed."""
    for incident in busy:
        for each in stretch.sent_to(incident):
            unit = stretch.state.units.get(each.unit_id)
            if unit is None or not is_busy(each, stretch.from_at):
                continue
            share = _share(each, stretch.from_at)
            there = incident.location
            lon = unit.unit.lon + share * (there.lon - unit.unit.lon)
            lat = unit.unit.lat + share * (there.lat - unit.unit.lat)
            yield Place(each.unit_id, round(lon, 6), round(lat, 6))


def _share(assignment: Assignment, at: datetime) -> float:
    if assignment.on_scene_at is not None and assignment.on_scene_at <= at:
        return 1.0
    if assignment.en_route_at is None or assignment.en_route_at >= at:
        return 0.0
    if assignment.on_scene_at is None:
        return 0.5  # it was on its way, and the record does not say for how long
    whole_s = (assignment.on_scene_at - assignment.en_route_at).total_seconds()
    return (at - assignment.en_route_at).total_seconds() / whole_s


def habits_of(state: State) -> Habits:
    """Take from the whole record how long crews turn out and stay: medians of what it tells."""
    usual = Habits()
    turnouts = [
        took_s
        for each in state.assignments.values()
        if each.en_route_at is not None
        and 0 <= (took_s := (each.en_route_at - each.assigned_at).total_seconds()) <= MOST_TURNOUT_S
    ]
    scenes = [stayed_s for each in state.assignments.values() if (stayed_s := _scene_s(each)) is not None]
    return Habits(
        turnout_s=max(1.0, round(median(turnouts) - ORDERED_S, 1)) if turnouts else usual.turnout_s,
        scene_s=round(median(scenes), 1) if scenes else usual.scene_s,
        spread=SPREAD,
    )


def _scene_s(assignment: Assignment) -> float | None:
    """Return how long a unit was bound after it arrived, carrying a patient and all; None where it is not told."""
    if assignment.on_scene_at is None or assignment.released_at is None:
        return None
    took_s = (assignment.released_at - assignment.on_scene_at).total_seconds()
    return took_s if 0 < took_s <= MOST_SCENE_S else None


def scenes_of(stretch: Stretch, incidents: Iterable[Incident]) -> Iterator[Scene]:
    """Yield how long units stayed at each incident, where the record says."""
    for incident in incidents:
        known: dict[bool, list[float]] = {False: [], True: []}
        for each in stretch.sent_to(incident):
            stayed_s, unit = _scene_s(each), stretch.state.units.get(each.unit_id)
            if stayed_s is not None and unit is not None:
                known[is_ambulance(unit.unit)].append(stayed_s)
        for is_medical, found in known.items():
            if found:
                yield Scene(key_of_number(incident.id), is_medical, round(median(found), 1))
