"""A process of the planner: folds the same entries, owns fixes and routers, and answers one question after another."""

from __future__ import annotations

import gc
import importlib
import logging
import signal
from collections.abc import Callable
from datetime import UTC, datetime
from multiprocessing.connection import Connection
from pathlib import Path
from typing import TypeVar

from app.city_files import inputs_of, penalties_of, redirects_of, targets_of
from app.planner.answering import MODES, Planner, Rules, reason_of
from app.planner.questions import (
    ORDER,
    Answer,
    Asked,
    Beat,
    Begin,
    CoverageQuestion,
    GreedQuestion,
    Moved,
    MoveUpQuestion,
    PlanQuestion,
    Question,
    StandIn,
    Stop,
    Taught,
    Unable,
    WaysQuestion,
    key_of,
)
from dispatch.compliance_file import FILE as COMPLIANCE
from dispatch.coverage import Coverage
from dispatch.coverage_targets import FILE as TARGETS
from dispatch.coverage_targets import default_targets
from dispatch.demand.cells import demand_of
from dispatch.events import Entry
from dispatch.ground import Ground
from dispatch.penalties_file import default_penalties
from dispatch.redirects_file import default_redirects
from dispatch.refused import Refused
from dispatch.travels import Roads
from gis.city import City

T = TypeVar("T")

BEAT_S = 1.0

_logger = logging.getLogger(__name__)


def _ignore(_: StandIn) -> None:
    """Tell nobody."""


def open_planner(city_folder: Path, tell: Callable[[StandIn], object] = _ignore) -> Planner:
    """Open a city's roads and rules. Raises OSError or ValueError for roads or profiles that cannot be used.

    In the place of prices, rules and targets that cannot be read stand the shipped ones, and `tell` is told: an answer
    that is weighed a little otherwise is better than none.
    """
    city = City.open(city_folder)
    ground = Ground.of_city(city)
    for mode in MODES:
        ground.prepare(mode, [])

    def read(name: str, read_it: Callable[[City], tuple[T, object]], default: Callable[[], T]) -> T:
        try:
            return read_it(city)[0]
        except (OSError, ValueError) as error:
            _logger.warning("the shipped rules stand in: %s", error)
            tell(StandIn(name, str(error)))
            return default()

    def covering(roads: Roads) -> Coverage:
        return Coverage(roads, demand_of(city), read(TARGETS, targets_of, default_targets))

    rules = Rules(
        read("penalties.toml", penalties_of, default_penalties),
        read("redirects.toml", redirects_of, default_redirects),
        inputs_of(city),
        city.folder / COMPLIANCE,
    )
    return Planner(ground, rules, covering=covering)


def run(connection: Connection, city_folder: str) -> None:
    """Serve one parent until it says Stop or is gone: the child's whole life."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl+C at a terminal is the parent's business
    try:
        planner = open_planner(Path(city_folder), connection.send)
    except (OSError, ValueError) as error:
        connection.send(Unable(str(error)))
        return
    importlib.import_module("scipy.optimize")  # else the first answer would pay for it
    gc.collect()
    gc.freeze()  # what was opened stays for life: searching it for garbage would make one answer in fifty 15 ms late
    waiting: dict[tuple[str, str], Asked] = {}
    try:
        while _serve(planner, connection, waiting):
            pass
    except (EOFError, OSError):  # the parent is gone
        return


def _serve(planner: Planner, connection: Connection, waiting: dict[tuple[str, str], Asked]) -> bool:
    """Take in all that has arrived, then answer one question; False at the end.

    What arrives while one is answered is heard before the next: of several of one sort and id the last is answered,
    and a quick question goes before a long one that has waited longer. Idle moments go to what coverage will want.
    """
    is_working = not waiting and planner.work(datetime.now(UTC))
    has_mail = connection.poll(0 if waiting or is_working else BEAT_S)
    while has_mail:
        message = connection.recv()
        match message:
            case Begin(state, fixes):
                planner.begin(state, fixes)
            case Entry():
                planner.tell(message)
            case Moved(fixes):
                planner.tell_fixes(fixes)
            case Question() | WaysQuestion() | PlanQuestion() | CoverageQuestion() | MoveUpQuestion() | GreedQuestion():
                waiting[key_of(message)] = message
            case Taught(history):
                planner.teach(history)
            case Stop():
                return False
        has_mail = connection.poll(0)
    if waiting:
        question = min(waiting.values(), key=lambda each: (ORDER[type(each)], each.serial))
        del waiting[key_of(question)]
        connection.send(_answer(planner, question))
    connection.send(Beat(planner.state.sequence))
    return True


def _answer(planner: Planner, question: Asked) -> Answer:
    key = key_of(question)
    try:
        return Answer(key, question.serial, planner.answer(question))
    except Refused as refused:
        return Answer(key, question.serial, None, str(refused), reason_of(refused))
    except Exception as error:
        _logger.exception("no answer to question %s", question.id)
        return Answer(key, question.serial, None, f"{type(error).__name__}: {error}")
