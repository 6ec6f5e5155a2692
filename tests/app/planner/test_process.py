"""The planner answers by road, estimates while it cannot, and comes back when it is killed."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from immutables import Map
from pytestqt.qtbot import QtBot

from app.planner.face import PlannerFace
from app.planner.inline import InlinePlanner
from app.planner.life import ESTIMATE_AFTER_S
from app.planner.open_part import open_part
from app.planner.process import PlannerProcess
from dispatch.codec import decode, encode
from dispatch.commands import (
    AssignUnits,
    Choice,
    CloseIncident,
    Command,
    LoadRoster,
    LoadRunCards,
    OpenLog,
    ReopenIncident,
    ReportIncident,
    ReportStatus,
    Who,
)
from dispatch.coverage_report import CoverageReport
from dispatch.engine import Engine
from dispatch.events import Entry, LogKind
from dispatch.incident import Location
from dispatch.log_memory import MemoryLog
from dispatch.penalties import Penalties
from dispatch.plan import Plan, plan
from dispatch.recommend import recommend
from dispatch.recommendation import Reason, Recommendation
from dispatch.runcard_file import read_run_cards
from dispatch.what_if import WhatIf
from resources.position import Fix
from resources.roster import read_roster
from resources.status import Status
from tests.dispatch.town import START
from tests.dispatch.town_roads import TownRoads

PLACE = Location(24.9415, 60.1712, "Rautatientori")
CHIEF = Who("chief", "administrator")


def _engine(helsinki: Path) -> Engine:
    from app.city_files import SHIPPED_RUN_CARDS

    engine = Engine(MemoryLog(), clock=lambda: START)
    bodies = (
        OpenLog(LogKind.DRILL, "helsinki", "Europe/Helsinki"),
        LoadRoster(read_roster(helsinki / "roster.toml")),
        LoadRunCards(read_run_cards(SHIPPED_RUN_CARDS)),
    )
    for number, body in enumerate(bodies):
        engine.do(Command(f"open-{number}", START, CHIEF, body))
    return engine


def _do(engine: Engine, planner: PlannerFace, *bodies: object) -> None:
    for body in bodies:
        command = Command(f"do-{engine.state.sequence}", START, CHIEF, body)  # type: ignore[arg-type]
        entry = engine.do(command)
        assert isinstance(entry, Entry)
        planner.tell(decode(encode(entry)))


class Heard:
    """What a planner said, in order."""

    def __init__(self, planner: PlannerFace) -> None:
        self.answers: list[tuple[str, Recommendation]] = []
        self.downs: list[str] = []
        self.ups = 0
        self.order: list[str] = []
        self.plans: list[tuple[str, Plan]] = []
        self.covers: list[tuple[str, CoverageReport]] = []
        self.moves: list[tuple[str, tuple[object, ...]]] = []
        self.failures: list[tuple[str, str, Reason | None]] = []
        planner.planned.connect(lambda name, plan: self.plans.append((name, plan)))
        planner.covered.connect(lambda name, report: self.covers.append((name, report)))
        planner.moved_up.connect(lambda name, moves: self.moves.append((name, moves)))
        planner.unanswered.connect(lambda name, error, reason: self.failures.append((name, error, reason)))
        planner.answered.connect(self._answer)
        planner.went_down.connect(self.downs.append)
        planner.went_down.connect(lambda _: self.order.append("down"))
        planner.came_up.connect(self._up)

    def _up(self) -> None:
        self.ups += 1
        self.order.append("up")

    def _answer(self, name: str, answer: Recommendation) -> None:
        self.answers.append((name, answer))
        self.order.append(f"{'guess' if answer.is_estimate else 'road'} {name}")

    def by_road(self, name: str) -> list[Recommendation]:
        return [answer for asked, answer in self.answers if asked == name and not answer.is_estimate]

    def guesses(self, name: str) -> list[Recommendation]:
        return [answer for asked, answer in self.answers if asked == name and answer.is_estimate]


@pytest.fixture
def process(qtbot: QtBot) -> Iterator[PlannerProcess]:
    planner = PlannerProcess()
    yield planner
    planner.stop()


def test_killed_it_comes_back_with_all_that_happened_and_answers_what_was_open(
    qtbot: QtBot, helsinki: Path, process: PlannerProcess
) -> None:
    engine, heard = _engine(helsinki), Heard(process)
    process.start(helsinki, engine.state)
    process.ask("draft", at=START, kind="structure_fire", location=PLACE)
    qtbot.waitUntil(lambda: bool(heard.by_road("draft")), timeout=30_000)
    assert process.is_up and process.age_s is not None and process.age_s < 60
    _do(engine, process, ReportIncident("structure_fire", PLACE), AssignUnits(1, (Choice("E4", "engine"),)))
    process.ask("first", at=START, incident_id=1)
    qtbot.waitUntil(lambda: bool(heard.by_road("first")), timeout=10_000)
    [first] = heard.by_road("first")
    assert first.sequence == engine.state.sequence == 5
    assert "E4" not in {chosen.unit_id for chosen in first.chosen} and first.paths

    old = process.process_id
    assert old is not None
    os.kill(old, signal.SIGKILL)
    _do(engine, process, AssignUnits(1, (Choice("E1", "engine"),)))
    process.ask("second", at=START, incident_id=1)
    qtbot.waitUntil(lambda: bool(heard.by_road("second")))
    assert heard.order[-4:] == ["down", "guess second", "up", "road second"], "nobody waits for the new child"
    [second] = heard.by_road("second")
    assert second.sequence == engine.state.sequence == 6
    assert not {"E1", "E4"} & {chosen.unit_id for chosen in second.chosen}
    assert (len(heard.downs), heard.ups) == (1, 2)
    assert process.process_id not in (None, old)


def test_a_hanging_child_is_answered_for_and_replaced(
    qtbot: QtBot, helsinki: Path, process: PlannerProcess, monkeypatch: pytest.MonkeyPatch
) -> None:
    engine, heard = _engine(helsinki), Heard(process)
    process.start(helsinki, engine.state)
    qtbot.waitUntil(lambda: heard.ups == 1)
    assert process.process_id is not None
    os.kill(process.process_id, signal.SIGSTOP)
    monkeypatch.setattr("app.planner.life.SILENT_AFTER_S", 3.0)
    started = time.monotonic()
    process.ask("q", at=START, kind="gas_leak", location=PLACE)
    qtbot.waitUntil(lambda: bool(heard.guesses("q")))
    assert time.monotonic() - started > ESTIMATE_AFTER_S * 0.9
    qtbot.waitUntil(lambda: bool(heard.by_road("q")))
    assert heard.order[:3] == ["up", "guess q", "down"] and heard.ups >= 2


def test_a_city_without_roads_is_said_once_and_estimated(qtbot: QtBot, tmp_path: Path, helsinki: Path) -> None:
    planner = PlannerProcess()
    engine, heard = _engine(helsinki), Heard(planner)
    planner.start(tmp_path, engine.state)
    qtbot.waitUntil(lambda: bool(heard.downs), timeout=30_000)
    assert "city.toml" in heard.downs[0]
    planner.ask("q", at=START, kind="gas_leak", location=PLACE)
    qtbot.waitUntil(lambda: bool(heard.guesses("q")), timeout=5_000)
    qtbot.wait(600)
    planner.stop()
    assert len(heard.downs) == 1 and heard.ups == 0 and planner.process_id is None


def test_an_incident_that_was_closed_when_the_child_began_is_known_once_reopened(
    qtbot: QtBot, helsinki: Path, process: PlannerProcess
) -> None:
    engine, heard = _engine(helsinki), Heard(process)
    for body in (ReportIncident("gas_leak", PLACE), CloseIncident(1, "repaired")):
        engine.do(Command(f"early-{engine.state.sequence}", START, CHIEF, body))
    assert open_part(engine.state).incidents == Map()
    process.start(helsinki, engine.state)
    _do(engine, process, ReopenIncident(1, "still smells"))
    process.ask("again", at=START, incident_id=1)
    qtbot.waitUntil(lambda: bool(heard.by_road("again")), timeout=30_000)
    assert heard.by_road("again")[0].sequence == engine.state.sequence


def test_the_open_part_of_a_state_gives_the_same_answer(helsinki: Path) -> None:
    engine = _engine(helsinki)
    for body in (
        ReportIncident("gas_leak", PLACE),
        ReportIncident("structure_fire", PLACE),
        AssignUnits(2, (Choice("E4", "engine"),)),
        AssignUnits(1, (Choice("E3", "engine"),)),
        ReportStatus("E3", Status.ON_SCENE, source="crew"),
        ReportStatus("E3", Status.AVAILABLE_BY_RADIO, source="crew"),
        CloseIncident(1, "repaired"),
    ):
        engine.do(Command(f"do-{engine.state.sequence}", START, CHIEF, body))
    whole, part = (recommend(each, {}, TownRoads(), 2, at=START) for each in (engine.state, open_part(engine.state)))
    assert whole == part
    assert set(open_part(engine.state).incidents) == {1, 2}, "the closed one is where E3 was last"


def test_the_open_part_keeps_what_units_did_of_late_and_nothing_older(helsinki: Path) -> None:
    engine = _engine(helsinki)
    for hours in (-100, -20):
        for body in (
            ReportIncident("gas_leak", PLACE),
            AssignUnits(engine.state.next_incident, (Choice("E3", "engine"),)),
            CloseIncident(engine.state.next_incident, "repaired", release_units=True),
        ):
            at = START + timedelta(hours=hours)
            engine.do(Command(f"do-{engine.state.sequence}", at, CHIEF, body))
    engine.do(Command("now", START, CHIEF, ReportIncident("structure_fire", PLACE)))
    whole = engine.state
    assert whole.assignments_by_unit["E3"] == ("1/1", "2/1")
    home = replace(whole, units=whole.units.set("E3", replace(whole.units["E3"], status=Status.AVAILABLE)))
    part = open_part(home)
    assert part.assignments_by_unit["E3"] == ("2/1",) and set(part.incidents) == {3}
    tired = Penalties(from_priority=1, window_h=24, after_h=0, hour_s=600)
    times = [plan(each, {}, TownRoads(), at=START, penalties=tired) for each in (home, part)]
    assert times[0] == times[1]


def test_stopping_leaves_no_process_behind(qtbot: QtBot, helsinki: Path, process: PlannerProcess) -> None:
    process.start(helsinki, _engine(helsinki).state)
    child = process.process_id
    process.stop()
    assert child is not None
    with pytest.raises(ProcessLookupError):
        os.kill(child, 0)


@pytest.fixture
def inline(qtbot: QtBot, helsinki: Path) -> Callable[[TownRoads], tuple[InlinePlanner, Engine, Heard]]:
    def make(roads: TownRoads) -> tuple[InlinePlanner, Engine, Heard]:
        planner = InlinePlanner(ground=roads)
        engine, heard = _engine(helsinki), Heard(planner)
        planner.start(helsinki, engine.state)
        return planner, engine, heard

    return make


def test_inline_answers_after_the_asker_returned_and_only_the_last_of_one_id(
    qtbot: QtBot, inline: Callable[[TownRoads], tuple[InlinePlanner, Engine, Heard]]
) -> None:
    planner, _, heard = inline(TownRoads())
    planner.ask("draft", at=START, kind="structure_fire", location=PLACE)
    planner.ask("draft", at=START, kind="gas_leak", location=PLACE)
    assert heard.answers == []
    qtbot.waitUntil(lambda: bool(heard.answers), timeout=5_000)
    assert [answer.kind for _, answer in heard.answers] == ["gas_leak"]


def test_inline_folds_entries_and_uses_positions(
    qtbot: QtBot, inline: Callable[[TownRoads], tuple[InlinePlanner, Engine, Heard]]
) -> None:
    roads = TownRoads()
    planner, engine, heard = inline(roads)
    _do(engine, planner, ReportIncident("structure_fire", PLACE))
    report = Fix("E2", 24.9416, 60.1712, START, START)
    stranger = Fix("X77", 24.9416, 60.1712, START, START)
    assert planner.tell_fixes([report, stranger, report]) == (report,)
    assert set(planner.fixes.latest) == {"E2"}
    planner.ask("q", at=START, incident_id=1)
    qtbot.waitUntil(lambda: bool(heard.answers), timeout=5_000)
    [(_, answer)] = heard.answers
    assert answer.sequence == engine.state.sequence
    assert roads.starts["E2"].lon == 24.9416
    assert answer.chosen[0].unit_id == "E2" and answer.chosen[0].fix_age_s == 0.0


def test_an_incident_that_nobody_knows_is_not_answered(
    qtbot: QtBot, inline: Callable[[TownRoads], tuple[InlinePlanner, Engine, Heard]]
) -> None:
    planner, _, heard = inline(TownRoads())
    planner.ask("q", at=START, incident_id=99)
    qtbot.wait(50)
    assert heard.answers == []


def test_a_planner_without_roads_answers_by_straight_lines(qtbot: QtBot, helsinki: Path) -> None:
    planner, engine = PlannerFace(), _engine(helsinki)
    heard = Heard(planner)
    planner.start(helsinki, engine.state)
    _do(engine, planner, ReportIncident("gas_leak", PLACE))
    planner.ask("q", at=START, incident_id=1)
    [answer] = heard.guesses("q")
    assert answer.is_estimate and answer.chosen and answer.sequence == engine.state.sequence
    assert not planner.is_up and planner.age_s is None


def test_a_plan_has_a_process_of_its_own_that_may_die_or_hang_without_costing_an_answer(
    qtbot: QtBot, helsinki: Path, process: PlannerProcess, monkeypatch: pytest.MonkeyPatch
) -> None:
    engine, heard = _engine(helsinki), Heard(process)
    for kind in ("structure_fire", "gas_leak"):
        engine.do(Command(f"early-{kind}", START, CHIEF, ReportIncident(kind, PLACE)))
    process.start(helsinki, engine.state)
    qtbot.waitUntil(lambda: heard.ups == 1, timeout=30_000)
    assert process.wide_process_id is None, "nobody asked for a plan yet"
    process.ask_plan("all", at=START, ways_of=(1,))
    wide = process.wide_process_id
    assert wide is not None
    os.kill(wide, signal.SIGKILL)
    qtbot.waitUntil(lambda: any(plan.answers[0].is_estimate for _, plan in heard.plans), timeout=10_000)
    qtbot.waitUntil(lambda: any(not plan.answers[0].is_estimate for _, plan in heard.plans), timeout=30_000)
    assert (heard.downs, heard.ups, process.wide_process_id == wide) == ([], 1, False)
    name, found = heard.plans[-1]
    assert name == "all" and found.sequence == engine.state.sequence and found.is_optimal
    assert [bool(each.paths) for each in found.answers] == [True, False]
    taken = [chosen.unit_id for each in found.answers for chosen in each.chosen]
    assert len(taken) == len(set(taken)) > 2
    assert {"roads", "penalties", "targets", "speeds", "profiles", "roster"} <= {each for each, _ in found.inputs}
    assert dict(found.answers[0].inputs)["plan"] == found.hash

    process.ask_coverage("left", at=START, leaving=("E1", "E4"))
    process.ask_move_ups("moves", at=START, leaving=("E1", "E4"))
    qtbot.waitUntil(lambda: len(heard.covers) == 1 and len(heard.moves) == 1, timeout=30_000)
    [(name, report)] = heard.covers
    assert name == "left" and report.leaving == ("E1", "E4") and isinstance(heard.moves[0][1], tuple)
    fire = next(each for each in report.covers if each.department == "fire")
    assert fire.units_after == fire.units - 2

    assert process.wide_process_id is not None
    os.kill(process.wide_process_id, signal.SIGSTOP)
    monkeypatch.setattr("app.planner.life.SILENT_AFTER_S", 600.0)  # it is not replaced while this test waits
    told = len(heard.plans)
    process.ask_plan("all", at=START)
    process.ask("one", at=START, incident_id=2)
    qtbot.waitUntil(lambda: bool(heard.by_road("one")))
    qtbot.waitUntil(lambda: len(heard.plans) > told)
    assert heard.plans[-1][1].answers[0].is_estimate


def test_what_if_is_answered_marked_and_a_rule_that_forbids_it_is_named(
    qtbot: QtBot, inline: Callable[[TownRoads], tuple[InlinePlanner, Engine, Heard]]
) -> None:
    planner, engine, heard = inline(TownRoads())
    _do(engine, planner, ReportIncident("structure_fire", PLACE))
    head = engine.log.head
    planner.ask("plain", at=START, incident_id=1)
    qtbot.waitUntil(lambda: bool(heard.answers), timeout=5_000)
    first = heard.answers[0][1].chosen[0].unit_id
    planner.ask("sent", at=START, incident_id=1, what_if=WhatIf(sent=((first, 1),)))
    planner.ask_plan("all", at=START, what_if=WhatIf(sent=((first, 1),)))
    planner.ask("nothing", at=START, incident_id=1, what_if=WhatIf())
    planner.ask("wrong", at=START, incident_id=1, what_if=WhatIf(sent=(("E77", 1),)))
    qtbot.waitUntil(lambda: len(heard.answers) == 3 and bool(heard.plans) and bool(heard.failures), timeout=5_000)
    answers = dict(heard.answers)
    assert first not in {chosen.unit_id for chosen in answers["sent"].chosen}
    assert answers["sent"].imagined and not answers["sent"].hash
    assert heard.plans[0][1].imagined and not heard.plans[0][1].hash
    assert answers["nothing"].hash == answers["plain"].hash and not answers["nothing"].imagined
    [(name, _, reason)] = heard.failures
    assert name == "wrong" and reason is not None and reason.code == "unit_unknown"
    assert engine.log.head == head and planner._planner is not None
    assert planner._planner.state.open_assignments == Map()


def test_without_roads_there_is_a_plan_but_no_coverage(qtbot: QtBot, helsinki: Path) -> None:
    planner, engine = PlannerFace(), _engine(helsinki)
    heard = Heard(planner)
    planner.start(helsinki, engine.state)
    _do(engine, planner, ReportIncident("gas_leak", PLACE))
    planner.ask_plan("all", at=START)
    planner.ask_coverage("left", at=START)
    planner.ask_move_ups("moves", at=START)
    [(_, found)] = heard.plans
    assert found.answers[0].is_estimate and found.hash and found.answers[0].chosen
    assert [name for name, _, _ in heard.failures] == ["left", "moves"] and heard.covers == heard.moves == []
