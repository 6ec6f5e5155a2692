"""The planner's own process: folds the same entries, owns fixes and routers, and answers who should go."""

from __future__ import annotations

import gc
import logging
import signal
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from multiprocessing.connection import Connection
from pathlib import Path

from immutables import Map

from dispatch.candidates import start_of
from dispatch.events import Entry
from dispatch.ground import Ground
from dispatch.incident import Location
from dispatch.recommend import recommend, recommend_for
from dispatch.recommendation import Recommendation
from dispatch.state import State, apply
from dispatch.travels import Roads
from gis.city import City
from resources.fixes import Fixes
from resources.position import Fix
from resources.status import Status

BEAT_S = 1.0
MODES = ("emergency", "ordinary")


@dataclass(frozen=True, slots=True)
class Question:
    """Ask who should go: for an incident of the state, or, where that is None, for a kind and a place.

    `serial` tells an answer to this question from one to an earlier question of the same id.
    """

    id: str
    serial: int
    at: datetime
    incident_id: int | None = None
    kind: str = ""
    location: Location | None = None
    alarm_level: int = 1
    priority: int | None = None


# What the parent says and what the child answers. They are pickled between two processes of this program only.
@dataclass(frozen=True, slots=True)
class Begin:
    """Start over from a state (its open part suffices) and the latest position of every unit."""

    state: State
    fixes: tuple[Fix, ...]


@dataclass(frozen=True, slots=True)
class Moved:
    """Units reported where they are."""

    fixes: tuple[Fix, ...]


@dataclass(frozen=True, slots=True)
class Stop:
    """End the process."""


@dataclass(frozen=True, slots=True)
class Beat:
    """The child lives and has folded up to `sequence`."""

    sequence: int


@dataclass(frozen=True, slots=True)
class Answer:
    """The answer to a question; `recommendation` is None where it failed, and `error` says how."""

    question_id: str
    serial: int
    recommendation: Recommendation | None
    error: str = ""


@dataclass(frozen=True, slots=True)
class Unable:
    """The child cannot work for this city (no roads, a broken profile); starting it again will not help."""

    error: str


def open_part(state: State) -> State:
    """Leave out what no recommendation looks at, so that a long log costs a new child nothing.

    What is closed goes, but for the last assignment of each unit on the road: it counts from there while nothing
    else says where it is.
    """
    last_of = {
        unit_id: state.assignments_by_unit[unit_id][-1:]
        for unit_id, unit in state.units.items()
        if unit.status is Status.AVAILABLE_BY_RADIO and unit_id in state.assignments_by_unit
    }
    assignments_of = {
        number: state.assignments_of[number] for number in state.open_incidents if number in state.assignments_of
    }
    kept = {each for ids in (*assignments_of.values(), *last_of.values()) for each in ids}
    assignments = {each: state.assignments[each] for each in kept}
    numbers = {*state.open_incidents, *(each.incident_id for each in assignments.values())}
    tasks_of = {number: state.tasks_of[number] for number in state.open_incidents if number in state.tasks_of}
    return replace(
        state,
        incidents=Map({number: state.incidents[number] for number in numbers}),
        assignments_of=Map(assignments_of),
        assignments=Map(assignments),
        tasks_of=Map(tasks_of),
        tasks=Map({each: state.tasks[each] for ids in tasks_of.values() for each in ids}),
        assignments_by_unit=Map(last_of),
        calls=Map(),
        answered=Map(),
        changed=Map(),
    )


class Planner:
    """Answer questions from a state, fixes and a ground; what runs in the child, or in the tests' own process."""

    def __init__(self, ground: Roads) -> None:
        self.state = State()
        self.fixes = Fixes()
        self.ground = ground

    def begin(self, state: State, fixes: Iterable[Fix]) -> None:
        """Start over from a whole state."""
        self.state = state
        self.fixes = Fixes()
        self.fixes.take_all(fixes)

    def tell(self, entry: Entry) -> None:
        """Fold one entry; one that is known already is passed over."""
        if entry.sequence == self.state.sequence + 1:
            self.state = apply(self.state, entry)
        elif entry.sequence > self.state.sequence:
            raise ValueError(f"entry {entry.sequence} came after {self.state.sequence}: something was missed")

    def tell_fixes(self, fixes: Iterable[Fix]) -> None:
        """Take positions and snap them to the roads now, so that the next question need not."""
        believed = self.fixes.take_all(fixes)
        if isinstance(self.ground, Ground):
            starts = [
                start
                for fix in believed
                if (unit := self.state.units.get(fix.unit_id)) is not None
                and (start := start_of(unit, fix, fix.fixed_at)) is not None
            ]
            for mode in MODES:
                self.ground.prepare(mode, starts)

    def answer(self, question: Question) -> Recommendation:
        """Answer one question. Raises KeyError for an incident that does not exist."""
        fixes = self.fixes.latest
        if question.incident_id is not None and not question.kind:
            return recommend(self.state, fixes, self.ground, question.incident_id, at=question.at)
        if question.location is None:
            raise ValueError("a question names an incident, or a kind and a place")
        return recommend_for(
            self.state,
            fixes,
            self.ground,
            kind=question.kind,
            location=question.location,
            alarm_level=question.alarm_level,
            priority=question.priority,
            incident_id=question.incident_id,
            at=question.at,
        )


def run(connection: Connection, city_folder: str) -> None:
    """Serve one parent until it says Stop or is gone: the child's whole life."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl+C at a terminal is the parent's business
    try:
        ground = Ground.of_city(City.open(Path(city_folder)))
        for mode in MODES:
            ground.prepare(mode, [])
    except (OSError, ValueError) as error:
        connection.send(Unable(str(error)))
        return
    planner = Planner(ground)
    gc.collect()
    gc.freeze()  # what was opened stays for life: searching it for garbage would make one answer in fifty 15 ms late
    try:
        while _serve(planner, connection):
            pass
    except (EOFError, OSError):  # the parent is gone
        return


def _serve(planner: Planner, connection: Connection) -> bool:
    """Take in all that has arrived, then answer; of several questions of one id the last is answered."""
    questions: dict[str, Question] = {}
    waiting = connection.poll(BEAT_S)
    while waiting:
        message = connection.recv()
        match message:
            case Begin(state, fixes):
                planner.begin(state, fixes)
            case Entry():
                planner.tell(message)
            case Moved(fixes):
                planner.tell_fixes(fixes)
            case Question():
                questions[message.id] = message
            case Stop():
                return False
        waiting = connection.poll(0)
    for question in questions.values():
        connection.send(_answer(planner, question))
    connection.send(Beat(planner.state.sequence))
    return True


def _answer(planner: Planner, question: Question) -> Answer:
    try:
        return Answer(question.id, question.serial, planner.answer(question))
    except Exception as error:
        logging.getLogger(__name__).exception("no answer to question %s", question.id)
        return Answer(question.id, question.serial, None, f"{type(error).__name__}: {error}")
