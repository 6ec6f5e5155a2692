"""The ordinary window on a record: its panels at any moment are those of a window that stood there."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from PySide6.QtCore import QAbstractListModel, QModelIndex, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QAbstractItemView, QApplication, QLabel, QWidget
from pytestqt.qtbot import QtBot

from app import theme
from app.bootstrap import Desktop, build
from app.desktop import Shown, make_drill
from app.parts.unit_columns import FIX
from app.replay.building import build_replay
from app.replay.player import Player
from app.replay.record_desk import VIEWER, names_of
from app.replay.room import ReplayRoom
from dispatch.commands import AssignUnits, Choice, RaiseSignal, ReportIncident, Who
from dispatch.events import LogKind
from dispatch.log import Log
from dispatch.log_memory import MemoryLog
from dispatch.replay.record import Record
from dispatch.replay.tape import Tape
from dispatch.shown_answers import showing
from gis.city import City
from resources.status import Signal
from tests.dispatch.replay.told import Shut

pytestmark = pytest.mark.slow
OPENS_AT = datetime(2026, 3, 3, 15, 40, tzinfo=UTC)


@dataclass
class Drill:
    """A drill that was told through an ordinary desk: its log, and what was shown for the incident in hand."""

    log: MemoryLog
    folder: Path
    fire: int


@pytest.fixture(scope="module")
def drill(helsinki: Path, tmp_path_factory: pytest.TempPathFactory, qapp: QApplication) -> Drill:
    hands = [OPENS_AT]
    log = MemoryLog()
    desktop = build(
        helsinki, log=log, kind=LogKind.DRILL, who=Who("anna", seat="seat-1"), planner="inline", in_thread=False,
        clock=lambda: hands[0],
    )  # fmt: skip
    crews = make_drill(desktop)

    def passes(seconds: int) -> None:
        for _ in range(seconds):
            hands[0] += timedelta(seconds=1)
            crews.step(hands[0])
            desktop.pulse.beat()

    passes(25)
    state = desktop.engine.state
    fire = next(number for number, one in state.incidents.items() if one.kind == "structure_fire")
    desktop.desk.select(incident_id=fire)
    for _ in range(400):
        if desktop.desk.recommendation is not None:
            break
        QTest.qWait(20)
    answer = desktop.desk.recommendation
    assert answer is not None
    desktop.engine.show(lambda: showing(answer))
    chosen = answer.chosen[0]
    desktop.desk.send(AssignUnits(fire, (Choice(chosen.unit_id, chosen.need_id, 60.0),), answer.hash))
    passes(60)
    desktop.bridge.submit(_raised(desktop, hands[0], chosen.unit_id))
    desktop.desk.send(ReportIncident("structure_fire", state.incidents[fire].location, text="A second one"))
    passes(90)
    crews.stop()
    desktop.close()
    return Drill(log, helsinki, fire)


def _raised(desktop: Desktop, at: datetime, unit_id: str):
    from dispatch.commands import Command

    return Command("distress", at, Who(unit_id, "crew", seat=f"unit-{unit_id}"), RaiseSignal(unit_id, Signal.DISTRESS))


@dataclass
class Replayed:
    """A window on a record."""

    shown: Shown
    room: ReplayRoom
    player: Player


@pytest.fixture
def replayed(drill: Drill, tmp_path: Path, qtbot: QtBot) -> Iterator[Replayed]:
    theme.put_on(QApplication.instance(), "night")  # type: ignore[arg-type]
    record = Record(Shut(drill.log))
    tape = Tape(record, names=names_of)
    tape.wind()
    player = Player(tape)
    desktop = build_replay(record, player, City.open(drill.folder))
    shown = Shown(desktop, keep_in=tmp_path / "replay", workers=0)
    room = ReplayRoom(shown, record, player, tmp_path / "log.bookmarks.json")
    shown.window.resize(1920, 1080)
    shown.window.show()
    qtbot.waitExposed(shown.window)
    desktop.pulse.start()
    yield Replayed(shown, room, player)
    room.stop()
    shown.window.close()
    shown.close()
    shown.window.deleteLater()


def stood_at(drill: Drill, sequence: int, at: datetime, keep_in: Path) -> Shown:
    """Return an ordinary window on a log that ends with an entry, at an instant."""

    class Ended(Shut):
        @property
        def head(self) -> int:
            return sequence

        def read(self, after: int = 0):
            return (entry for entry in self._written.read(after) if entry.sequence <= sequence)

    log: Log = Ended(drill.log)
    desktop = build(
        drill.folder, log=log, kind=LogKind.DRILL, who=VIEWER, planner=None, in_thread=False, clock=lambda: at
    )
    shown = Shown(desktop, keep_in=keep_in, workers=0, silent=True)
    shown.window.resize(1920, 1080)
    shown.window.show()
    desktop.pulse.beat()
    return shown


def words_of(shown: Shown, key: str) -> list[str]:
    """Return all that a panel says: its labels and buttons, and the cells of its lists."""
    panel: QWidget = shown.window.panels[key]
    found = []
    for part in panel.findChildren(QWidget):
        if part.isHidden() or not part.isVisibleTo(panel):
            continue
        if isinstance(part, QLabel | QAbstractButton):
            found.append(part.text())
        elif isinstance(part, QAbstractItemView) and part.model() is not None:
            model = part.model()
            for row in range(model.rowCount(QModelIndex())):
                for column in range(1 if isinstance(model, QAbstractListModel) else model.columnCount(QModelIndex())):
                    if key == "units" and column == FIX:
                        continue
                    words = model.index(row, column).data(Qt.ItemDataRole.DisplayRole)
                    spoken = model.index(row, column).data(Qt.ItemDataRole.AccessibleTextRole)
                    found += [str(words), str(spoken) if key != "units" else ""]
    return found


def strip_of(shown: Shown) -> dict[str, str]:
    strip = shown.window.strip
    cells = {
        name: getattr(strip, name).value.text() for name in ("unassigned", "oldest", "orders", "distress", "speak")
    }
    return cells | {key: cell.accessibleName() for key, cell in strip.departments.items()} | {"at": strip.clock.text()}


def test_its_panels_are_those_of_a_window_that_stood_there(
    replayed: Replayed, drill: Drill, tmp_path: Path, qtbot: QtBot
) -> None:
    player, shown, tape = replayed.player, replayed.shown, replayed.player.tape
    dice = random.Random(4)
    wanted = [tape.end // 2, tape.end]
    for place, sequence in enumerate(wanted):
        at = tape.moment(sequence)
        other = stood_at(drill, sequence, at, tmp_path / f"other-{place}")
        other.desktop.desk.select(incident_id=drill.fire)
        for _ in range(6):  # to and fro first: nothing of another time stays
            player.jump_to(dice.randrange(1, tape.end + 1))
            shown.desktop.desk.select(incident_id=dice.choice(sorted(player.desk.state.incidents) or [None]))
        player.jump_to(sequence)
        assert not shown.map_link.is_waiting, "the map is drawn with the lists, not behind them"
        assert {mark.number for mark in shown.map_link.canvas.marks.incidents} == set(player.desk.state.open_incidents)
        shown.desktop.desk.select(incident_id=drill.fire)
        for key in ("incidents", "units", "incident", "closures"):
            assert words_of(shown, key) == words_of(other, key), (sequence, key)
        assert strip_of(shown) == strip_of(other)
        assert other.history_room.action.isEnabled() and not shown.history_room.action.isEnabled()
        assert shown.window.alarm._units == other.window.alarm._units
        other.window.close()
        other.close()
        other.window.deleteLater()


def test_it_says_replay_shows_what_was_shown_and_nothing_can_be_done(
    replayed: Replayed, drill: Drill, qtbot: QtBot
) -> None:
    check_what_was_shown(replayed, drill, qtbot)
    check_sounds(replayed)
    check_layout(replayed)
    shown, window = replayed.shown, replayed.shown.window
    replayed.player.to_end()
    before = drill.log.head
    assert window.strip.kind.text() == "REPLAY" and window.strip.kind.property("kind") == "replay"
    assert "REPLAY" in window.windowTitle()
    assert window.frame.kind == "replay"
    picture = window.grab().toImage()
    assert picture.pixelColor(24, 1).name() == theme.look().replay
    assert shown.desktop.log.is_read_only and not isinstance(shown.desktop.log, Log)
    for code in ("new_call", "send", "print", "acknowledge_distress", "hand_out"):
        assert not window.menus.actions[code].isEnabled()
    shown.desktop.desk.select(incident_id=drill.fire)
    window.commands.line.setFocus()
    QTest.keyClicks(window.commands.line, f"note {drill.fire} hello")
    QTest.keyClick(window.commands.line, Qt.Key.Key_Return)
    assert "replay" in window.commands.answer.text().casefold()
    assert drill.log.head == before
    shown.print_state(by_hand=True)
    assert not (replayed.room.marks._file.parent / "printed").exists()


def check_what_was_shown(replayed: Replayed, drill: Drill, qtbot: QtBot) -> None:
    player, desk = replayed.player, replayed.shown.desktop.desk
    kept = drill.log.shown_for(drill.fire)[0]
    player.to_end()
    desk.select(incident_id=drill.fire)
    qtbot.waitUntil(lambda: desk.recommendation is not None)
    assert desk.recommendation.hash == kept.hash
    head = replayed.shown.window.panels["recommendation"].head
    qtbot.waitUntil(lambda: "As it was shown" in head.banner.text())
    player.jump(kept.at - timedelta(seconds=5))
    if drill.fire in desk.state.incidents:
        desk.select(incident_id=drill.fire)
        qtbot.waitUntil(lambda: "No recommendation was" in head.banner.text())
    assert desk.recommendation is None


def check_sounds(replayed: Replayed) -> None:
    sounds = replayed.shown.window.sounds
    assert sounds.is_hushed
    replayed.room.bar.sound.click()
    assert not sounds.is_hushed
    replayed.room.bar.sound.click()
    assert sounds.is_hushed


def check_layout(replayed: Replayed) -> None:
    window = replayed.shown.window
    assert not window.docks["intake"].isVisible()
    assert window.docks["recommendation"].isVisible() and window.docks["incidents"].isVisible()
    assert replayed.room.bar.isVisible()
