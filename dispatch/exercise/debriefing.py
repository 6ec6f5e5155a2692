"""What an after-action report is made of: the score, a timeline of three columns side by side, and where units were."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

import msgspec

from dispatch import events as e
from dispatch.events import Entry
from dispatch.exercise.exercise import Exercise, Outcome, call_id_of, is_decision_by
from dispatch.exercise.fleet import Fleet
from dispatch.exercise.retrace import Stepped, retrace
from dispatch.exercise.run import Refusal
from dispatch.exercise.score_records import BEST, DID, REALLY, Score
from dispatch.incident import Closure
from dispatch.message_events import MessageSent
from dispatch.state import State
from dispatch.trainee import Trainee
from dispatch.travels import Roads

TRACK_EVERY_S = 10.0
MOVED_DEG = 1e-5  # about a metre
CAME_IN, SENT, EN_ROUTE, ON_SCENE, RELEASED, CLOSED = "came_in", "sent", "en_route", "on_scene", "released", "closed"
RAISED, INJECT, REFUSED = "raised", "inject", "refused"


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the timeline: at which second, in which column, what (a code), of which incident and unit.

    `key` names the incident in the exercise, empty for one of the trainees' own; `text` is what was said with it.
    """

    at_s: float
    column: str
    code: str
    key: str = ""
    number: int = 0
    unit_id: str = ""
    text: str = ""
    actor: str = ""


@dataclass(frozen=True, slots=True)
class Track:
    """Where a unit was in the exercise: lists of the same length, seconds, longitudes and latitudes (WGS 84)."""

    unit_id: str
    department: str
    at_s: tuple[float, ...]
    lon: tuple[float, ...]
    lat: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Station:
    """A place on the map from which units go."""

    id: str
    name: str
    department: str
    lon: float
    lat: float


@dataclass(frozen=True, slots=True)
class Debriefing:
    """Hold all that a report, its maps and its charts show. `source` is history or a scenario."""

    name: str
    source: str
    city: str
    time_zone: str
    start_at: datetime
    lasts_s: float
    seed: int
    trainees: tuple[Trainee, ...]
    columns: tuple[str, ...]
    score: Score
    timeline: tuple[Line, ...]
    tracks: tuple[Track, ...]
    stations: tuple[Station, ...]
    closures: tuple[Closure, ...]


def debrief(
    exercise: Exercise,
    entries: Sequence[Entry],
    ground: Roads,
    score: Score,
    *,
    outcome: Outcome | None = None,
    best: Sequence[Entry] = (),
    refusals: Iterable[Refusal] = (),
) -> Debriefing:
    """Put a debriefing together from a log's entries and its score; `best` are those of the plan's own run."""
    lines = [*_of_log(exercise, entries, DID), *_of_log(exercise, best, BEST)]
    if outcome is not None:
        lines += _of_record(outcome)
    lines += [Line(_s(exercise, each.at), DID, REFUSED, text=each.code, actor=each.actor) for each in refusals]
    columns = tuple(total.column for total in score.totals)
    order = {name: place for place, name in enumerate((DID, REALLY, BEST))}
    lines.sort(key=lambda each: (each.at_s, order[each.column], each.code, each.key, each.number, each.unit_id))
    return Debriefing(
        name=exercise.name,
        source=exercise.source,
        city=exercise.city,
        time_zone=exercise.time_zone,
        start_at=exercise.start_at,
        lasts_s=exercise.lasts_s,
        seed=exercise.seed,
        trainees=exercise.trainees,
        columns=columns,
        score=score,
        timeline=tuple(lines),
        tracks=tuple(_tracks(exercise, entries, ground)),
        stations=tuple(
            Station(each.id, each.name, each.department, each.lon, each.lat) for each in exercise.roster.stations
        ),
        closures=tuple(event.closure for entry in entries for event in entry.events if isinstance(event, e.RoadClosed)),
    )


def encode_debriefing(debriefing: Debriefing) -> bytes:
    """Return a debriefing as JSON, the same bytes for the same one."""
    return msgspec.json.encode(debriefing)


def _of_log(exercise: Exercise, entries: Sequence[Entry], column: str) -> Iterator[Line]:
    """Yield what a log tells, in the terms of the timeline."""
    keys = {call_id_of(each.key): each.key for each in exercise.incoming}
    call_of: dict[int, str] = {}
    bound: dict[str, tuple[int, str]] = {}
    for entry in entries:
        for event in entry.events:
            if isinstance(event, e.CallAttached):
                call_of.setdefault(event.incident_id, event.call_id)
    for entry in entries:
        at_s = _s(exercise, entry.occurred_at)
        for event in entry.events:
            number, unit_id, code, text = 0, "", "", ""
            match event:
                case e.IncidentReported():
                    number, code, text = event.incident_id, CAME_IN, event.kind
                case e.UnitAssigned():
                    number, unit_id, code = event.incident_id, event.unit_id, SENT
                    bound[event.assignment_id] = number, unit_id
                case e.StatusReported() if str(event.status) in (EN_ROUTE, ON_SCENE) and event.assignment_id in bound:
                    (number, unit_id), code = bound[event.assignment_id], str(event.status)
                case e.UnitReleased() if event.assignment_id in bound:
                    (number, unit_id), code, text = bound[event.assignment_id], RELEASED, event.reason
                case e.IncidentClosed():
                    number, code, text = event.incident_id, CLOSED, event.disposition
                case e.AlarmRaised():
                    number, code, text = event.incident_id, RAISED, str(event.alarm_level)
                case e.NoteAdded() if not is_decision_by(entry.seat):
                    number, code, text = event.incident_id, INJECT, event.text
                case e.RoadClosed() | e.WeatherReported() | MessageSent() if not is_decision_by(entry.seat):
                    code, text = INJECT, type(event).__name__
            if code:
                key = keys.get(call_of.get(number, ""), "")
                yield Line(at_s, column, code, key, number, unit_id, text, entry.actor)


def _of_record(outcome: Outcome) -> Iterator[Line]:
    for recorded in outcome.incidents:
        key, number = recorded.key, 0
        for each in recorded.responses:
            yield Line(each.assigned_s, REALLY, SENT, key, number, each.unit_id)
            for at_s, code in ((each.en_route_s, EN_ROUTE), (each.on_scene_s, ON_SCENE), (each.released_s, RELEASED)):
                if at_s is not None:
                    yield Line(at_s, REALLY, code, key, number, each.unit_id)
        if recorded.closed_s is not None:
            yield Line(recorded.closed_s, REALLY, CLOSED, key, number, text=recorded.disposition)


def _tracks(exercise: Exercise, entries: Sequence[Entry], ground: Roads) -> Iterator[Track]:
    """Yield the ways of the units that anybody was sent with, a point where one has moved since the last."""
    points: dict[str, list[tuple[float, float, float]]] = {}
    state, every = State(), max(1, round(TRACK_EVERY_S / exercise.step_s))
    for each in retrace(Fleet(exercise, ground), entries):
        if not isinstance(each, Stepped):
            continue
        state = each.state
        if each.tick % every:
            continue
        for unit_id in state.assignments_by_unit:
            fix = each.fixes.get(unit_id)
            if fix is None:
                continue
            known = points.setdefault(unit_id, [])
            has_moved = not known or abs(known[-1][1] - fix.lon) > MOVED_DEG or abs(known[-1][2] - fix.lat) > MOVED_DEG
            if has_moved:
                known.append((_s(exercise, each.at), round(fix.lon, 6), round(fix.lat, 6)))
    for unit_id in sorted(points):
        at_s, lon, lat = zip(*points[unit_id], strict=True)
        yield Track(unit_id, state.units[unit_id].unit.department, at_s, lon, lat)


def _s(exercise: Exercise, at: datetime) -> float:
    return round((at - exercise.start_at).total_seconds(), 3)
