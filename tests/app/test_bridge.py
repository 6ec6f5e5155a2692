"""The wire from the engine to the window: all is told in order, and never so much at once that the window stands."""

from __future__ import annotations

import itertools

import pytest
from PySide6.QtCore import QEventLoop, QTimer
from pytestqt.qtbot import QtBot

from app import bridge as module
from app.bridge import Bridge
from dispatch.commands import AddNote, ReportIncident
from dispatch.engine import Engine
from dispatch.log_memory import MemoryLog
from tests.dispatch import town

NOTES = 40


@pytest.fixture
def engine() -> Engine:
    made = Engine(MemoryLog())
    for command in town.opening():
        made.do(command)
    made.do(town.command(ReportIncident("structure_fire", town.crossing(1, 1))))
    return made


def write(engine: Engine, notes: int = NOTES) -> list[int]:
    """Write as a seat does that comes back: one after the other, before the window has told any."""
    first = engine.state.sequence + 1
    for number in range(notes):
        engine.do(town.command(AddNote(1, f"word {number}")))
    return list(range(first, first + notes))


def test_many_entries_at_once_leave_the_window_its_turns(
    engine: Engine, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "TURN_S", 0.0)
    bridge, happened, window = Bridge(engine), list[int](), QTimer()
    bridge.committed.connect(lambda entry, state: happened.append(entry.sequence))
    window.timeout.connect(lambda: happened.append(0))
    wanted = write(engine)
    window.start(0)
    qtbot.waitUntil(lambda: wanted[-1] in happened, timeout=60_000)
    window.stop()
    told = [place for place, sequence in enumerate(happened) if sequence]
    assert [happened[place] for place in told] == wanted
    assert all(later - earlier > 1 for earlier, later in itertools.pairwise(told[1:])), "the window is between"
    bridge.close()


def test_what_is_told_while_a_listener_asks_in_a_dialog_comes_all_the_same(engine: Engine, qtbot: QtBot) -> None:
    bridge, told, dialog = Bridge(engine), list[int](), QEventLoop()

    def ask(entry: object, state: object) -> None:
        told.append(entry.sequence)  # type: ignore[attr-defined]
        if len(told) == 1:
            dialog.exec()
        elif len(told) == NOTES:
            dialog.quit()

    bridge.committed.connect(ask)
    wanted = write(engine)
    qtbot.waitUntil(lambda: len(told) == NOTES, timeout=90_000)
    assert told == wanted
    qtbot.waitUntil(lambda: not bridge._again.isActive(), timeout=60_000)
    bridge.close()


def test_a_listener_that_fails_takes_nothing_from_the_others(engine: Engine, qtbot: QtBot) -> None:
    bridge, told = Bridge(engine), list[int]()

    def fail_first() -> None:
        raise ValueError("a bug")

    bridge.committed.connect(lambda entry, state: told.append(entry.sequence))
    with qtbot.capture_exceptions() as problems:
        bridge._bring(fail_first)
        wanted = write(engine)
        qtbot.waitUntil(lambda: len(told) == NOTES, timeout=60_000)
    assert told == wanted and [str(each[1]) for each in problems] == ["a bug"]
    wanted = write(engine, 1)
    qtbot.waitUntil(lambda: told[-1:] == wanted, timeout=60_000)
    bridge.close()


def test_nothing_is_told_once_it_is_closed(engine: Engine, qtbot: QtBot) -> None:
    bridge, told = Bridge(engine), list[int]()
    other = Bridge(engine)
    bridge.committed.connect(lambda entry, state: told.append(entry.sequence))
    heard: list[int] = []
    other.committed.connect(lambda entry, state: heard.append(entry.sequence))
    wanted = write(engine, 3)
    bridge.close()
    qtbot.waitUntil(lambda: heard == wanted, timeout=60_000)
    assert not told
    other.close()
