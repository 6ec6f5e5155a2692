"""Logs that older programs wrote open, mean what they meant, and go on; their checkpoints are thrown away.

`old_logs` holds the entries, byte for byte, that the first program and the one before units had crews and equipment
wrote about the same afternoon in the town.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from dispatch.codec import decode, encode
from dispatch.commands import AddNote, AssignUnits, Choice, HoldUnit, MoveUp, ReleaseUnit
from dispatch.engine import Engine
from dispatch.log_memory import MemoryLog
from dispatch.recommend import recommend
from dispatch.state import FOLD_VERSION, State, fold
from resources.status import Status
from tests.dispatch.logs import Place
from tests.dispatch.town import CLOCK, ROSTER, RUN_CARDS, at, command
from tests.dispatch.town_roads import TownRoads

LOGS = sorted((Path(__file__).parent / "old_logs").glob("*.jsonl"))


def lines(file: Path) -> list[bytes]:
    return file.read_bytes().splitlines()


@pytest.fixture(params=LOGS, ids=[file.stem for file in LOGS])
def old(request: pytest.FixtureRequest) -> Path:
    file: Path = request.param
    return file


def test_there_are_old_logs() -> None:
    assert [file.stem for file in LOGS] == ["first", "fold_5"]


def test_it_means_what_it_meant(old: Path) -> None:
    state = fold(State(), map(decode, lines(old)))
    assert state.sequence == 19 and (state.roster, state.run_cards) == (ROSTER, RUN_CARDS)
    statuses = {each: state.units[each].status for each in ("E1", "A1", "P2", "W1", "W2")}
    assert statuses == {
        "E1": Status.ON_SCENE,
        "A1": Status.TRANSPORTING,
        "P2": Status.OUT_OF_SERVICE,
        "W1": Status.ALERTED,
        "W2": Status.AVAILABLE_BY_RADIO,
    }
    assert state.units["E1"].distress_at == at(360) and state.units["P2"].until == at(90_000)
    assert set(state.open_assignments) == {"1/1", "1/2", "2/1"} and state.assignments["1/1"].eta_s == 120.0
    assert (state.incidents[1].alarm_level, state.incidents[1].notes[0].text) == (2, "二楼有人 <b>&")
    assert state.changed["unit/W2/assignment"].actor == "anna"


def test_what_nobody_knew_then_is_empty(old: Path) -> None:
    state = fold(State(), map(decode, lines(old)))
    assert all((each.held, each.post) == ("", None) for each in state.units.values())
    units = [each.unit for each in state.units.values()]
    assert all(not (u.equipment or u.officers or u.cross_staffed or u.shift or u.height_m) for u in units)
    assert all(each.also == () for each in state.assignments.values())
    [closure] = state.closures.values()
    assert (closure.kind, closure.speed_factor, closure.holes) == ("closed", 0.0, ())
    assert (state.weather, dict(state.perimeters), state.roster.task_forces) == ("", {}, ())


def test_it_goes_on_with_what_is_new(old: Path) -> None:
    log = MemoryLog()
    for line in lines(old):
        log.append(decode(line))
    engine = Engine(log, clock=lambda: at(6_000))
    answer = recommend(engine.state, {}, TownRoads(), 1, at=at(6_000))
    assert {each.unit_id for each in answer.chosen} == {"P1", "E2", "L1"} and answer.unmet == ()
    for number, body in enumerate(
        (AddNote(1, "more"), HoldUnit("T 12", "for the night"), ReleaseUnit("W1"), MoveUp("E2", "fire-00"),
         AssignUnits(1, (Choice("L1", "ladder_2"),)))
    ):  # fmt: skip
        assert engine.do(command(body, id=f"new {number}", at=at(6_000))) is not None
    assert Engine(log).state == engine.state
    assert engine.state.units["T 12"].held and engine.state.units["E2"].station == "fire-00"


def test_its_entries_come_back_with_the_fields_of_today_and_say_the_same(old: Path) -> None:
    for line in lines(old):
        assert decode(encode(decode(line))) == decode(line)


def test_a_checkpoint_of_an_older_fold_is_thrown_away(old: Path, place: Place) -> None:
    log = place.open()
    for line in lines(old):
        log.append(decode(line))
    older = fold(State(), map(decode, lines(old)))
    for version in ("1", "2", "3", "4", "5"):
        assert version != FOLD_VERSION
        log.save_checkpoint(older, version)
        assert log.load_checkpoint(FOLD_VERSION) is None
    assert Engine(log).state == older
    assert Engine(log).do(command(AddNote(1, "on"), id="new", who=CLOCK)) is not None
