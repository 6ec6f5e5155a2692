"""An exercise as a record: what happens, who is trained, what was known when; and what really happened, kept apart."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import msgspec

from dispatch.action_cards import ActionCards
from dispatch.commands import Who
from dispatch.crews import Habits, LonLat
from dispatch.exercise.unfit import Unfit
from dispatch.incident import Closure, Location
from dispatch.injects import Inject
from dispatch.pace import FREE, Pace
from dispatch.runcard import RunCards, leave_out_later
from dispatch.trainee import Trainee
from resources.status import Status
from resources.unit import Roster

HISTORY, SCENARIO = "history", "scenario"
CONTROL_SEAT, TRAINER_SEAT = "exercise", "exercise-trainer"
PREFIX = "exercise"
CREW = Who("simulated crew", "crew", "", CONTROL_SEAT)
CLOCK = Who("clock", "system", "", CONTROL_SEAT)
CONTROL = Who("exercise", "system", "", CONTROL_SEAT)
TRAINER = Who("trainer", "trainer", "", TRAINER_SEAT)


class BadExercise(Unfit):
    """What should be an exercise is none, or belongs to another log; the text says why."""


@dataclass(frozen=True, slots=True)
class Incoming:
    """One incident that is taken in `after_s` from the beginning (negative: it was there before), by one call.

    `called_before_s` is how long before that the call was answered. `sent`: the exercise sends what is recommended.
    """

    key: str
    after_s: float
    kind: str
    location: Location
    text: str = ""
    channel: str = "phone"
    priority: int | None = None
    called_before_s: float = 0.0
    sent: bool = False


@dataclass(frozen=True, slots=True)
class Told:
    """What a unit reported `after_s` from the beginning."""

    after_s: float
    status: Status


@dataclass(frozen=True, slots=True)
class Carried:
    """A unit that was busy when the exercise began, on the incident `key`: sent `after_s` (negative), for a need.

    `told` is what it reports then and later, as it was recorded; it is believed as long as it is left there. `freed_s`
    is when it became free, None where the record does not say.
    """

    key: str
    unit_id: str
    after_s: float
    need_id: str = ""
    told: tuple[Told, ...] = ()
    freed_s: float | None = None


@dataclass(frozen=True, slots=True)
class Scene:
    """How long units stay at an incident: `scene_s` in all, for ambulances or for all others."""

    key: str
    is_ambulance: bool
    scene_s: float


@dataclass(frozen=True, slots=True)
class Place:
    """Where a unit stands when the exercise begins (WGS 84)."""

    unit_id: str
    lon: float
    lat: float


@dataclass(frozen=True, slots=True)
class Exercise:
    """Hold all that is needed to play: what happens when, who drives how, and who decides. Never the outcome.

    `source` is HISTORY or SCENARIO, `source_name` says of what; `outcome_digest` names the outcome that belongs to it,
    empty for none. `turn_s` is how long a trainee decides before the next one does, 0: until the turn is passed on.
    """

    name: str
    source: str
    source_name: str
    city: str
    time_zone: str
    start_at: datetime
    lasts_s: float
    seed: int
    roster: Roster
    run_cards: RunCards
    incoming: tuple[Incoming, ...]
    injects: tuple[Inject, ...] = ()
    carried: tuple[Carried, ...] = ()
    trainees: tuple[Trainee, ...] = (Trainee("trainee"),)
    turn_s: float = 0.0
    habits: Habits = field(default_factory=Habits)
    scenes: tuple[Scene, ...] = ()
    places: tuple[Place, ...] = ()
    hospitals: tuple[LonLat, ...] = ()
    closures: tuple[Closure, ...] = ()
    weather: str = ""
    step_s: float = 1.0
    outcome_digest: str = ""
    action_cards: ActionCards = field(default_factory=ActionCards)
    name_zh: str = ""
    pace: Pace = FREE

    def called(self, language: str) -> str:
        """Return its name in a language."""
        return self.name_zh if language == "zh" and self.name_zh else self.name

    @property
    def until_at(self) -> datetime:
        """Return when it is over."""
        return self.at(self.lasts_s)

    @property
    def begins_at(self) -> datetime:
        """Return the first instant of which its log tells: before the start where units were busy already."""
        first_s = min((each.after_s - each.called_before_s for each in self.incoming), default=0.0)
        return self.at(min(first_s, 0.0)) - timedelta(minutes=1)

    def at(self, after_s: float) -> datetime:
        """Return the instant so many seconds from the start."""
        return self.start_at + timedelta(seconds=after_s)

    def tick_at(self, tick: int) -> datetime:
        """Return the instant of a step, from 0."""
        return self.start_at + timedelta(seconds=self.step_s * tick)

    @property
    def last_tick(self) -> int:
        """Return the number of the last step."""
        return int(self.lasts_s // self.step_s)

    def known_at(self, at: datetime) -> tuple[Incoming, ...]:
        """Return the incidents that were known at an instant; what comes later is nobody's yet."""
        return tuple(each for each in self.incoming if self.at(each.after_s) <= at)

    def turn_at(self, at: datetime) -> Trainee:
        """Return whose turn it is at an instant, where turns have a length; else the first trainee."""
        if self.turn_s <= 0 or at < self.start_at:
            return self.trainees[0]
        number = int((at - self.start_at).total_seconds() // self.turn_s)
        return self.trainees[number % len(self.trainees)]

    @property
    def call_ids(self) -> Mapping[str, str]:
        """Return by the key of an incident the id of the call that it came by."""
        return {each.key: call_id_of(each.key) for each in self.incoming}


@dataclass(frozen=True, slots=True)
class Response:
    """What one unit really did, in seconds from the start of the exercise; None where the record is silent."""

    unit_id: str
    need_id: str
    assigned_s: float
    en_route_s: float | None = None
    on_scene_s: float | None = None
    released_s: float | None = None


@dataclass(frozen=True, slots=True)
class Recorded:
    """What really became of one incident."""

    key: str
    number: int
    alarm_level: int
    responses: tuple[Response, ...] = ()
    closed_s: float | None = None
    disposition: str = ""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What really happened, incident by incident: for the score, and for nobody before."""

    incidents: tuple[Recorded, ...] = ()

    def of(self, key: str) -> Recorded | None:
        """Return what became of one incident, None where nobody knows."""
        return next((each for each in self.incidents if each.key == key), None)


def call_id_of(key: str) -> str:
    """Return the id of the call by which an incident of an exercise comes in."""
    return f"{PREFIX}-call-{key}"


def is_decision_by(seat: str) -> bool:
    """Tell whether what was asked at a seat is a trainee's: not the exercise's own doing, nor the trainer's."""
    return seat not in (CONTROL_SEAT, TRAINER_SEAT)


_outcomes = msgspec.json.Decoder(Outcome)
_exercises = msgspec.json.Decoder(Exercise)


def encode_exercise(exercise: Exercise) -> bytes:
    """Return an exercise as JSON, the same bytes for the same exercise, also once it was read again."""
    read_again = _exercises.decode(msgspec.json.encode(exercise))  # whole numbers become fractions
    content = msgspec.to_builtins(read_again)
    # Logs name exercises by their bytes, also those that were written before there were any of these.
    if not exercise.action_cards.cards:
        del content["action_cards"]
    if not exercise.name_zh:
        del content["name_zh"]
    if exercise.pace == FREE:
        del content["pace"]
    leave_out_later(content["run_cards"]["cards"])
    return msgspec.json.encode(content)


def decode_exercise(content: bytes) -> Exercise:
    """Return the exercise that was written. Raises BadExercise."""
    try:
        return _exercises.decode(content)
    except msgspec.DecodeError as error:
        raise BadExercise("exercise_none", f"this is no exercise: {error}", why=str(error)) from error


def encode_outcome(outcome: Outcome) -> bytes:
    """Return an outcome as JSON, the same bytes for the same outcome, also once it was read again."""
    return msgspec.json.encode(_outcomes.decode(msgspec.json.encode(outcome)))


def decode_outcome(content: bytes) -> Outcome:
    """Return the outcome that was written. Raises BadExercise."""
    try:
        return _outcomes.decode(content)
    except msgspec.DecodeError as error:
        raise BadExercise(
            "exercise_no_outcome", f"this is no outcome of an exercise: {error}", why=str(error)
        ) from error


def digest_of(content: bytes) -> str:
    """Name the bytes of an exercise or of an outcome."""
    return hashlib.sha256(content).hexdigest()[:32]
