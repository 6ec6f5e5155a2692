"""Make an exercise of a stretch of the past: what came in is played again, what became of it is kept apart."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime
from zoneinfo import ZoneInfo

from dispatch.crews import LonLat
from dispatch.events import Entry, IncidentReported, LogKind, RoadClosed, WeatherReported
from dispatch.exercise.exercise import (
    HISTORY,
    BadExercise,
    Exercise,
    Incoming,
    Outcome,
    Recorded,
    Response,
    digest_of,
    encode_outcome,
)
from dispatch.exercise.past_pace import paced_as_recorded
from dispatch.exercise.past_units import Stretch, carried_of, habits_of, is_busy, key_of_number, places_of, scenes_of
from dispatch.history.callers import without_people
from dispatch.incident import Incident
from dispatch.injects import CLOCK, CLOSURE, FAILURE, RAISED, WEATHER, Condition, Ground, Inject
from dispatch.pace import FREE
from dispatch.state import State, fold
from dispatch.trainee import Trainee
from dispatch.travels import Roads
from resources.status import Status

LONGEST_S = 86_400.0


def from_history(
    entries: Iterable[Entry],
    from_at: datetime,
    until_at: datetime,
    *,
    name: str = "",
    seed: int = 1,
    trainees: tuple[Trainee, ...] = (Trainee("trainee"),),
    turn_s: float = 0.0,
    injects: tuple[Inject, ...] = (),
    hospitals: tuple[LonLat, ...] = (),
    step_s: float = 1.0,
    ground: Roads | None = None,
) -> tuple[Exercise, Outcome]:
    """Make an exercise of a log's incidents from one instant to another, and keep apart what became of them.

    Who was busy at the beginning is so, and goes on as recorded. Alarm levels are those of the call: where the record
    tells of a higher one, it is raised when the record's first unit had been there for three minutes. Callers get
    pseudonyms. Crews are as fast beside the roads of `ground` as the whole record says; without it they drive as free
    roads allow, after one turnout for all. Raises BadExercise for a stretch without incidents, or a log that is live:
    training uses no live log.
    """
    told = list(entries)
    begun = [each for each in told if each.recorded_at <= from_at]
    before = fold(State(), begun)
    state = fold(before, told[len(begun) :])
    if state.kind is LogKind.LIVE:
        raise BadExercise(
            "exercise_from_live", "this log is live: an exercise is made of history, imported into a log of its own"
        )
    if from_at >= until_at or (until_at - from_at).total_seconds() > LONGEST_S:
        raise BadExercise("exercise_span", "an exercise lasts from a moment to a day, and ends after it begins")
    stretch = Stretch(state, from_at, until_at)
    new = sorted(
        (each for each in state.incidents.values() if from_at <= each.reported_at <= until_at),
        key=lambda each: (each.reported_at, each.id),
    )
    if not new:
        words = f"nothing came in between {from_at.isoformat()} and {until_at.isoformat()}"
        raise BadExercise("exercise_empty_span", words, from_at=from_at, until_at=until_at)
    busy = [each for each in _open_at(state, from_at) if each.reported_at < from_at]
    busy = [each for each in busy if any(is_busy(one, from_at) for one in stretch.sent_to(each))]
    incidents = [*busy, *new]
    reported = {event.incident_id: event for event in _reports(told)}
    outcome = Outcome(tuple(_recorded(stretch, each) for each in incidents))
    zone = ZoneInfo(state.time_zone or "UTC")
    began, ended = from_at.astimezone(zone), until_at.astimezone(zone)
    roster = before.roster if before.roster.units else state.roster
    pace, roster = (FREE, roster) if ground is None else paced_as_recorded(state, roster, ground)
    exercise = Exercise(
        name=name or f"{state.city} {began:%Y-%m-%d %H:%M}",
        source=HISTORY,
        source_name=f"{state.city} {began:%Y-%m-%d %H:%M} – {ended:%Y-%m-%d %H:%M} ({began:%z})",
        city=state.city,
        time_zone=state.time_zone,
        start_at=from_at,
        lasts_s=stretch.s(until_at),
        seed=seed,
        roster=roster,
        run_cards=state.run_cards,
        incoming=tuple(_incoming(stretch, each, reported.get(each.id)) for each in incidents),
        injects=(
            *injects,
            *_raised(stretch, new),
            *_changes(told[len(begun) :], stretch),
            *_out_of_service(before, stretch),
        ),
        carried=tuple(carried_of(stretch, busy)),
        trainees=trainees,
        turn_s=turn_s,
        habits=habits_of(state),
        scenes=tuple(scenes_of(stretch, incidents)),
        places=tuple(places_of(stretch, busy)),
        hospitals=hospitals,
        closures=tuple(sorted(before.closures.values(), key=lambda each: each.id)),
        weather=before.weather,
        step_s=step_s,
        outcome_digest=digest_of(encode_outcome(outcome)),
        pace=pace,
    )
    return exercise, outcome


def _open_at(state: State, at: datetime) -> list[Incident]:
    return sorted(
        (
            each
            for each in state.incidents.values()
            if each.reported_at <= at and (each.closed_at is None or each.closed_at > at)
        ),
        key=lambda each: (each.reported_at, each.id),
    )


def _reports(entries: Iterable[Entry]) -> Iterator[IncidentReported]:
    for entry in entries:
        for event in entry.events:
            if isinstance(event, IncidentReported):
                yield event


def _incoming(stretch: Stretch, incident: Incident, first: IncidentReported | None) -> Incoming:
    """Say what was known when it was taken in: what was corrected later was not."""
    calls = (stretch.state.calls.get(each) for each in incident.call_ids)
    known = first or incident
    return Incoming(
        key=key_of_number(incident.id),
        after_s=stretch.s(incident.reported_at),
        kind=known.kind,
        location=known.location,
        text=without_people(known.text),
        channel=next((call.channel for call in calls if call is not None), "phone"),
        priority=known.priority,
        called_before_s=max(0.0, (incident.reported_at - incident.received_at).total_seconds()),
    )


def _recorded(stretch: Stretch, incident: Incident) -> Recorded:
    responses = tuple(
        Response(
            unit_id=each.unit_id,
            need_id=each.need_id,
            assigned_s=stretch.s(each.assigned_at),
            en_route_s=stretch.maybe_s(each.en_route_at),
            on_scene_s=stretch.maybe_s(each.on_scene_at),
            released_s=stretch.maybe_s(each.released_at),
        )
        for each in sorted(stretch.sent_to(incident), key=lambda each: (each.assigned_at, each.id))
    )
    return Recorded(
        key_of_number(incident.id),
        incident.id,
        incident.alarm_level,
        responses,
        stretch.maybe_s(incident.closed_at),
        incident.disposition,
    )


def _raised(stretch: Stretch, incidents: Iterable[Incident]) -> Iterator[Inject]:
    for incident in incidents:
        if incident.alarm_level > 1:
            key = key_of_number(incident.id)
            yield Inject(
                f"raised-{key}", RAISED, (_when_raised(stretch, incident),), incident=key, level=incident.alarm_level
            )


def _when_raised(stretch: Stretch, incident: Incident) -> Condition:
    """Say when the alarm was raised: the record tells how high it went, and not when."""
    there = incident.first_on_scene_at or incident.reported_at
    return Condition(CLOCK, after_s=stretch.s(there) + 180.0)


def _changes(entries: Iterable[Entry], stretch: Stretch) -> Iterator[Inject]:
    """Yield what changed on the ground meanwhile: roads that were closed, and the weather."""
    number = 0
    for entry in entries:
        if entry.occurred_at > stretch.until_at:
            continue
        when = (Condition(CLOCK, after_s=max(0.0, stretch.s(entry.occurred_at))),)
        for event in entry.events:
            number += 1
            if isinstance(event, RoadClosed):
                closure = event.closure
                lasts_s = (closure.until - entry.occurred_at).total_seconds() if closure.until is not None else 0.0
                ground = Ground(
                    closure.geometry_type, closure.coordinates, closure.way_ids, closure.kind, closure.speed_factor
                )
                yield Inject(f"closed-{number}", CLOSURE, when, closure.reason, for_s=max(0.0, lasts_s), ground=ground)
            elif isinstance(event, WeatherReported):
                yield Inject(f"weather-{number}", WEATHER, when, weather=event.weather)


def _out_of_service(before: State, stretch: Stretch) -> Iterator[Inject]:
    for unit in sorted(before.units.values(), key=lambda each: each.unit.id):
        if unit.status is Status.OUT_OF_SERVICE and unit.on_roster:
            lasts_s = 0.0 if unit.until is None else max(0.0, stretch.s(unit.until))
            now = (Condition(CLOCK),)
            yield Inject(f"out-{unit.unit.id}", FAILURE, now, unit.reason, unit=unit.unit.id, for_s=lasts_s)
