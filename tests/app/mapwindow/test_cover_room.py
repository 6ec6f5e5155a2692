"""From ticks and keys to what is said of cover, to the map, and to the log."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from app.coverage import deeds
from app.coverage.line import CoverLine
from app.coverage.on_map import Shown
from app.sending.choosing import Choosing
from dispatch.commands import AssignUnits, Choice, HoldUnit, MoveUp, ReportStatus
from dispatch.events import UnitMovedUp
from resources.status import Status
from tests.app.cover_desks import CoverDesk, here

__all__ = ["here"]


def ask(here: CoverDesk, qtbot: QtBot) -> int:
    """Take a fire in hand and wait until cover is known for what is ticked."""
    number = here.room.report("structure_fire", 0, 1)
    here.desk.select(incident_id=number)
    qtbot.waitUntil(lambda: bool(here.cover.watch.leaving) and here.cover.watch.is_current, timeout=3000)
    return number


def the_line(here: CoverDesk) -> CoverLine:
    (found,) = here.window.findChildren(CoverLine)
    return found


def test_the_line_says_before_sending_what_is_left(here: CoverDesk, qtbot: QtBot) -> None:
    assert not the_line(here).isVisible()
    ask(here, qtbot)
    line = the_line(here)
    assert line.isVisible() and "E1" in here.cover.watch.leaving
    before = line.said.text()
    assert "West: no" in before and "→" in line.number.text()
    assert not [key for key in here.state.units if here.state.units[key].assignment_id]
    for unit_id in here.cover.watch.leaving:
        Choosing.of(here.desk).tick(unit_id, False)
    assert line.number.text() == ""  # never a figure for other ticks than those on the screen
    qtbot.waitUntil(lambda: here.cover.watch.is_current, timeout=3000)
    assert here.cover.watch.leaving == () and "→" not in line.number.text()
    assert line.said.text() != before


def test_a_key_goes_round_the_pictures(here: CoverDesk, qtbot: QtBot) -> None:
    ask(here, qtbot)
    assert here.marks("coverage") == []
    shown = []
    for _ in range(4):
        QTest.keyClick(here.window, Qt.Key.Key_F10)
        shown.append(here.cover.on_map.shown)
        (mark,) = here.marks("coverage") or [None]
        if shown[-1] is Shown.NOW:
            assert np.array_equal(mark.chance, mark.chance_after) and "reached now" in mark.caption
        elif shown[-1] is Shown.AFTER:
            assert np.array_equal(mark.chance, mark.chance_after) and "leave" in mark.caption
            assert mark.chance.sum() < here.cover.watch.report.most_hit.chance.sum()
        elif shown[-1] is Shown.DIFFERENCE:
            assert (mark.chance > mark.chance_after).any() and all(mark.words)
        else:
            assert mark is None
    assert shown == [Shown.NOW, Shown.AFTER, Shown.DIFFERENCE, Shown.OFF]


def test_figures_are_one_key_away_and_a_row_shows_its_department(here: CoverDesk, qtbot: QtBot) -> None:
    ask(here, qtbot)
    QTest.keyClick(here.window, Qt.Key.Key_F10, Qt.KeyboardModifier.ControlModifier)
    assert here.panel.isVisible()
    details = "\n".join(row.detail for row in here.panel.covers.rows)
    assert "units count" in details and "busy 30 %" in details and "at least 90 %" in details
    here.window.commands.run("coverage ambulance")
    (mark,) = here.marks("coverage")
    assert mark.caption.startswith("Ambulance")
    here.window.commands.run("coverage off")
    assert here.marks("coverage") == []
    QTest.keyClick(here.window, Qt.Key.Key_F10, Qt.KeyboardModifier.ControlModifier)
    assert not here.panel.isVisible()


def test_while_the_planner_is_down_nothing_is_pretended(here: CoverDesk, qtbot: QtBot) -> None:
    here.planner.stop()
    here.desk.select(incident_id=here.room.report("structure_fire", 0, 1))
    qtbot.waitUntil(lambda: bool(here.cover.watch.problem), timeout=3000)
    assert "not known" in the_line(here).said.text()
    assert the_line(here).number.text() == "" and here.marks("coverage") == []


def test_old_times_and_units_without_a_place_are_said(here: CoverDesk, qtbot: QtBot) -> None:
    ask(here, qtbot)
    here.cover.watch._again.stop()
    here.room.wait(200)
    assert "3 min ago" in the_line(here).small.text()


def leave_the_west_bare(here: CoverDesk, qtbot: QtBot) -> None:
    """Let E1 go, so that E2 should wait in the west."""
    here.desk.send(ReportStatus("E1", Status.OUT_OF_SERVICE, reason="tyre"))
    here.cover.watch.look()
    qtbot.waitUntil(lambda: here.cover.watch.slots[0] is not None, timeout=3000)


def test_a_proposed_move_up_goes_by_its_key_and_is_seen(
    here: CoverDesk, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(deeds, "SETTLED_MS", 3_600_000)
    leave_the_west_bare(here, qtbot)
    here.cover.toggle_panel()
    (row,) = here.panel.moves.rows
    assert row.badge == "Ctrl+7" and row.title == "E2 → Fire 00" and row.right.startswith("+")
    assert row.detail.startswith("From Fire 22. To Fire 00 for West: ") and row.detail.endswith("3 min to drive")
    QTest.keyClick(here.window, Qt.Key.Key_7, Qt.KeyboardModifier.ControlModifier)
    assert here.state.units["E2"].post is None  # it has only just come: nobody has read it
    assert "just changed" in here.panel.said.text()
    monkeypatch.setattr(deeds, "SETTLED_MS", 0)
    QTest.keyClick(here.window, Qt.Key.Key_7, Qt.KeyboardModifier.ControlModifier)
    assert here.state.units["E2"].station == "fire-00"
    (moved,) = [
        event for entry in here.room.engine.log.read() for event in entry.events if isinstance(event, UnitMovedUp)
    ]
    assert moved.reason
    assert here.cover.watch.slots[0] is None and "Fire 00" in here.panel.said.text()
    board = here.window.units.rows
    assert board.where(here.state.units["E2"]) == "→ Fire 00"


def test_a_move_up_keeps_its_key_while_it_is_proposed(here: CoverDesk, qtbot: QtBot) -> None:
    leave_the_west_bare(here, qtbot)
    move = here.cover.watch.slots[0]
    assert move is not None
    watch = here.cover.watch
    watch.slots = [None, move, None]
    watch._on_moved_up("moves", (move,))
    assert watch.slots == [None, move, None]
    here.desk.send(HoldUnit("E2", "for the harbour"))
    assert watch.slots == [None, None, None]
    assert not here.panel.mover.send(1)


def test_the_table_says_what_to_hold_beside_it(here: CoverDesk, qtbot: QtBot) -> None:
    leave_the_west_bare(here, qtbot)
    here.panel.by_table.click()
    qtbot.waitUntil(lambda: here.cover.watch.table is not None, timeout=3000)
    titles = [row.title for row in here.panel.moves.rows]
    assert any(title.startswith("With 1 free: ") and "Fire 00" in title for title in titles)
    here.panel.by_gain.click()
    assert not here.cover.watch.is_by_table


def test_nobody_is_proposed_who_was_sent_meanwhile(here: CoverDesk, qtbot: QtBot) -> None:
    leave_the_west_bare(here, qtbot)
    number = here.room.report("structure_fire", 2, 2)
    here.desk.send(AssignUnits(number, (Choice("E2"),)))
    assert here.cover.watch.slots[0] is None
    assert not here.panel.mover.send(0)


def test_hold_and_move_up_by_menu_and_by_words(here: CoverDesk) -> None:
    units = here.window.units
    menu = {action.text(): action for action in units.menu_for("E2").actions()}
    menu["Hold in reserve …"].trigger()
    units.why.reason.setText("football match")
    units.why._act()
    assert here.state.units["E2"].held == "football match"
    assert "reserve" in units.rows.status(here.state.units["E2"])
    assert "football match" in units.rows.sentence(here.state.units["E2"])
    here.window.commands.run("unhold E2")
    assert not here.state.units["E2"].held
    here.window.commands.run("moveup E2 to fire 00")
    assert here.state.units["E2"].station == "fire-00"
    (home,) = [action for action in units.menu_for("E2").actions() if action.text().startswith("Back to")]
    home.trigger()
    assert here.state.units["E2"].post is None
    here.window.commands.run("hold E2 parade")
    assert here.state.units["E2"].held == "parade"
    here.desk.send(MoveUp("E2", "fire-00"))  # held: only with a reason
    assert here.state.units["E2"].post is None


def test_the_weather_is_set_by_words_and_by_the_strip(here: CoverDesk) -> None:
    cell = here.window.strip.weather
    assert cell.value.text() == "–"
    here.window.commands.run("weather Rain until 12:30")
    assert here.state.weather == "rain" and here.state.weather_until is not None
    assert cell.value.text() == "Rain 10:00"
    assert not here.window.commands.run("weather frogs") and "snow" in here.window.commands.answer.text()
    (snow,) = [action for action in cell.menu().actions() if action.text() == "Snow"]
    snow.trigger()
    assert here.state.weather == "snow"
    here.window.commands.run("weather none")
    assert here.state.weather == "" and cell.value.text() == "–"
