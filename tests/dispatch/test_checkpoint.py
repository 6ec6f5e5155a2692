"""A checkpoint opens a long log quickly, or is thrown away: never a wrong state."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from dispatch import checkpoint
from dispatch.checkpoint import decode_state, encode_state
from dispatch.commands import (
    AddNote,
    AssignUnits,
    Choice,
    CloseRoad,
    DrawPerimeter,
    RaiseSignal,
    RecordCall,
    ReportIncident,
    ReportStatus,
)
from dispatch.engine import Engine
from dispatch.incident import Closure, Perimeter, PerimeterKind
from dispatch.log_memory import MemoryLog
from dispatch.state import FOLD_VERSION, State, fold
from resources.status import Signal, Status
from tests.dispatch import town
from tests.dispatch.logs import Place


def work(engine: Engine) -> None:
    """Touch every part of the state."""
    for command in town.opening():
        engine.do(command)
    for body in (
        RecordCall("call-1", text="smoke 消防"),
        ReportIncident("structure_fire", town.crossing(1, 1), call_id="call-1"),
        AssignUnits(1, (Choice("E1", "engine", 91.5), Choice("T 12"))),
        ReportStatus("E1", Status.EN_ROUTE, source="crew"),
        RaiseSignal("L1", Signal.DISTRESS),
        CloseRoad(Closure("closure-1", "LineString", ((25.0, 60.0), (25.01, 60.0)), (11, 12), "flood")),
        DrawPerimeter(Perimeter("ring", PerimeterKind.HAZARD, ((25.0, 60.0),), 80.0, 1, "gas")),
        AddNote(1, "a note"),
    ):
        engine.do(town.command(body))


@pytest.fixture
def state() -> State:
    engine = Engine(MemoryLog(), clock=lambda: datetime(2026, 3, 2, 9, tzinfo=UTC))
    work(engine)
    return engine.state


def test_a_state_comes_back_as_it_is(state: State) -> None:
    assert len(state.open_assignments) == 2
    assert decode_state(encode_state(state)) == state
    assert decode_state(encode_state(State())) == State()


def test_a_log_opens_from_its_checkpoint(place: Place) -> None:
    log = place.open()
    engine = Engine(log)
    work(engine)
    log.save_checkpoint(engine.state, FOLD_VERSION)
    after = engine.do(town.command(AddNote(1, "later")))
    assert after is not None
    place.close()
    log = place.open()
    found = log.load_checkpoint(FOLD_VERSION)
    assert found is not None
    assert found.sequence == engine.state.sequence - 1
    assert fold(found, log.read(after=found.sequence)) == engine.state == fold(State(), log.read())


def test_no_checkpoint_is_none(place: Place, tmp_path: Path, state: State) -> None:
    log = place.open()
    assert log.load_checkpoint(FOLD_VERSION) is None
    with pytest.raises(ValueError, match="no entry"):
        log.save_checkpoint(state, FOLD_VERSION)
    place.close()
    reader = place.open(read_only=True, keys=tmp_path / "none")
    reader.save_checkpoint(state, FOLD_VERSION)
    assert reader.load_checkpoint(FOLD_VERSION) is None


def flip(file: Path) -> None:
    content = bytearray(file.read_bytes())
    content[len(content) // 2] ^= 1
    file.write_bytes(content)


SPOILING: dict[str, Callable[[Path], object]] = {
    "one bit": flip,
    "cut": lambda file: file.write_bytes(file.read_bytes()[:-10]),
    "empty": lambda file: file.write_bytes(b""),
    "gone": lambda file: file.unlink(),
    "another program's": lambda file: file.write_bytes(b"\x80\x04K\x01." * 30),
}


@pytest.mark.parametrize("spoil", SPOILING)
def test_a_spoilt_checkpoint_is_thrown_away(place: Place, spoil: str) -> None:
    log = place.open()
    engine = Engine(log)
    work(engine)
    log.save_checkpoint(engine.state, FOLD_VERSION)
    SPOILING[spoil](next(place.keys.glob("*.checkpoint")))
    assert log.load_checkpoint(FOLD_VERSION) is None
    place.close()
    assert Engine(place.open()).state == engine.state


def test_a_checkpoint_of_another_fold_or_shape_is_thrown_away(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    log = place.open()
    engine = Engine(log)
    work(engine)
    log.save_checkpoint(engine.state, FOLD_VERSION)
    assert log.load_checkpoint(FOLD_VERSION + "x") is None
    monkeypatch.setattr(checkpoint._wire(), "shape", "of other records")
    assert log.load_checkpoint(FOLD_VERSION) is None


def test_a_checkpoint_of_another_history_is_thrown_away(place: Place) -> None:
    log = place.open()
    engine = Engine(log)
    work(engine)
    log.save_checkpoint(engine.state, FOLD_VERSION)
    last = engine.state.sequence
    place.tamper("DELETE FROM entries WHERE sequence = ?", (last,))
    next(place.keys.glob("*.head")).unlink()
    log = place.open()
    assert log.load_checkpoint(FOLD_VERSION) is None  # it is ahead of the log
    engine = Engine(log)
    engine.do(town.command(AddNote(1, "another word")))
    assert engine.state.sequence == last
    assert log.load_checkpoint(FOLD_VERSION) is None  # the same number, another entry


def test_a_killed_write_leaves_the_checkpoint_before(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    log = place.open()
    engine = Engine(log)
    work(engine)
    log.save_checkpoint(engine.state, FOLD_VERSION)
    engine.do(town.command(AddNote(1, "later")))

    def die(self: Path, target: Path) -> Path:
        raise KeyboardInterrupt

    monkeypatch.setattr(Path, "replace", die)
    with pytest.raises(KeyboardInterrupt):
        log.save_checkpoint(engine.state, FOLD_VERSION)
    found = log.load_checkpoint(FOLD_VERSION)
    assert found is not None
    assert found.sequence == engine.state.sequence - 1
