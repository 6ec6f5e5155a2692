"""The strip, the queue and the unit board: what they count, order, paint and send."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QFontMetrics
from PySide6.QtTest import QAbstractItemModelTester, QSignalSpy, QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app import theme
from app.panels.incidents import IncidentsPanel
from app.panels.units import UnitsPanel
from app.parts.incident_rows import DUE, SINCE, UNITS, WHAT
from app.parts.live_rows import LiveRows
from app.parts.tally import natural, tally, touched
from app.parts.unit_columns import shortened
from app.parts.unit_rows import FIX, INCIDENT, STATUS, TIME, UNIT
from app.window.strip import Strip
from app.window.strip_cells import DepartmentCell
from app.wording.durations import column_span
from dispatch.commands import (
    CloseIncident,
    LoadRoster,
    RaiseSignal,
    ReportIncident,
    ReportStatus,
    Tick,
)
from dispatch.incident import Location
from resources.position import Fix
from resources.status import Signal, Status
from resources.unit import Unit
from tests.app.rooms import Room, room
from tests.dispatch import town


@pytest.fixture
def here(qtbot: QtBot) -> Room:
    return room()


def test_the_tally_counts_what_waits_and_who_is_free(here: Room) -> None:
    here.report()
    here.wait(42)
    second = here.report("cardiac_arrest", 2, 1)
    here.assign(second, "E1", "A1")
    here.desk.send(RaiseSignal("E2", Signal.DISTRESS))
    counted = tally(here.desk.state, here.hands[0])
    assert (counted.unassigned, counted.oldest_wait_s, counted.unacknowledged) == (1, 42.0, 2)
    assert counted.distress == ("E2",)
    free = {one.department: (one.free, one.total) for one in counted.departments}
    assert free == {"fire": (2, 3), "ambulance": (1, 2), "police": (2, 2), "water": (3, 3)}


def test_an_entry_touches_only_the_rows_that_it_names(here: Room) -> None:
    told: list[Any] = []
    here.desk.state_changed.connect(lambda entry, state: told.append(touched(entry, state)))
    number = here.report()
    here.assign(number, "E1")
    here.desk.send(ReportStatus("E1", Status.ON_SCENE))
    assert told[0].incidents == {number}
    assert told[0].units == set()
    assert told[2].units == {"E1"}
    assert told[2].incidents == {number}


def test_call_signs_are_ordered_as_people_count() -> None:
    assert sorted(["E10", "E2", "A1", "T 12", "E1", "12", ""], key=natural) == [
        "",
        "A1",
        "E1",
        "E2",
        "E10",
        "T 12",
        "12",
    ]


def test_the_strip_says_what_nobody_may_miss(here: Room, qtbot: QtBot) -> None:
    strip = Strip(here.desk)
    qtbot.addWidget(strip)
    number = here.report()
    here.wait(130)
    assert strip.unassigned.value.text() == "1"
    assert strip.oldest.value.text() == "2:10"
    assert strip.oldest.value.property("level") == "alarm"
    assert strip.kind.text() == "DRILL"
    assert strip.clock.text() == "10:02:10"  # Helsinki
    here.assign(number, "E1")
    here.wait(31)
    here.desk.send(Tick())
    assert strip.orders.value.text() == "1, 1 late"
    here.desk.figures = replace(here.desk.figures, is_saved=False)
    here.desk.figures_changed.emit(here.desk.figures)
    assert strip.saved.value.text() == "NOT SAVED"
    assert "NOT SAVED" in strip.saved.accessibleName()


def test_the_queue_puts_who_needs_us_most_on_top(here: Room, qtbot: QtBot) -> None:
    panel = IncidentsPanel(here.desk)
    qtbot.addWidget(panel)
    tester = QAbstractItemModelTester(panel.rows)
    assert tester
    dog = here.report("stray_dog")
    fire = here.report("structure_fire")
    crash = here.report("traffic_collision")
    heart = here.report("cardiac_arrest")
    assert panel.rows.keys == [fire, heart, crash, dog]
    here.assign(fire, "E1")
    assert panel.rows.keys == [heart, crash, dog, fire]
    here.desk.send(CloseIncident(dog, "done"))
    assert panel.rows.keys == [heart, crash, fire]
    panel.closed_too.setChecked(True)
    assert panel.rows.keys[-1] == dog


def test_the_queue_words_its_cells_and_timers(here: Room, qtbot: QtBot) -> None:
    panel = IncidentsPanel(here.desk)
    qtbot.addWidget(panel)
    number = here.report()
    here.wait(75)
    incident = here.desk.state.incidents[number]
    assert [panel.rows.lines(incident, column)[0][0] for column in (WHAT, UNITS, SINCE, DUE)] == [
        "Structure fire", "nobody yet", "1:15", "59 min",
    ]  # fmt: skip
    assert panel.rows.lines(incident, SINCE)[0][1] == "alarm"
    here.wait(3600)
    assert panel.rows.lines(incident, DUE)[0] == ("+1 min", "alarm")


def test_choosing_in_the_queue_and_elsewhere_is_one_selection(here: Room, qtbot: QtBot) -> None:
    panel = IncidentsPanel(here.desk)
    qtbot.addWidget(panel)
    first, second = here.report(), here.report("traffic_collision")
    assert here.desk.selection.incident_id is None  # nothing from outside takes the selection
    panel.step(1)
    assert here.desk.selection.incident_id == first
    here.desk.select(incident_id=second)
    assert panel.rows.incident(panel.table.currentIndex()).id == second  # type: ignore[union-attr]
    third = here.report("cardiac_arrest")
    assert here.desk.selection.incident_id == second
    assert panel.rows.incident(panel.table.currentIndex()).id == second  # type: ignore[union-attr]
    panel.find.setText("cardiac")
    assert panel.rows.keys == [third]


def test_a_new_incident_is_told_once_and_old_ones_never(here: Room, qtbot: QtBot) -> None:
    here.report()
    panel = IncidentsPanel(here.desk)
    qtbot.addWidget(panel)
    spy = QSignalSpy(panel.appeared)
    number = here.report("stray_dog")
    here.assign(number, "W1")
    assert [spy.at(row) for row in range(spy.count())] == [[number]]


def test_the_board_stands_by_department_and_narrows(here: Room, qtbot: QtBot) -> None:
    panel = UnitsPanel(here.desk)
    qtbot.addWidget(panel)
    tester = QAbstractItemModelTester(panel.rows)
    assert tester
    assert panel.rows.keys == ["E1", "E2", "L1", "A1", "A2", "P1", "P2", "T 12", "W1", "W2"]
    assert [column.table.filter.rowCount() for column in panel.columns.values()] == [3, 2, 2, 3]
    panel.find.setText("pump")
    assert [column.table.filter.rowCount() for column in panel.columns.values()] == [0, 0, 0, 2]
    panel.find.setText("")
    here.assign(here.report(), "E1")
    panel.free_only.setChecked(True)
    assert panel.columns["fire"].table.filter.rowCount() == 2
    here.desk.send(ReportStatus("E1", Status.AVAILABLE))
    assert panel.columns["fire"].table.filter.rowCount() == 3


def test_a_narrow_column_leaves_the_status_to_its_badge(here: Room, qtbot: QtBot) -> None:
    panel = UnitsPanel(here.desk)
    qtbot.addWidget(panel)
    panel.show()
    column = panel.columns["fire"]
    panel.resize(4 * 152, 220)
    QApplication.processEvents()
    assert column.table.isColumnHidden(STATUS)
    fixed = sum(column.table.columnWidth(one) for one in (UNIT, TIME, INCIDENT, FIX))
    assert fixed == column.table.viewport().width()
    here.desk.fixes = {"E1": Fix("E1", 25.0, 60.0, town.START, town.START)}
    here.desk.fixes_changed.emit(here.desk.fixes)
    here.wait(60)
    unit = here.desk.state.units["E1"]
    assert panel.rows.old_fix(unit) == ""
    here.wait(250)
    assert panel.rows.old_fix(unit) == "5\u2032"
    panel.resize(4 * 300, 220)
    QApplication.processEvents()
    assert not column.table.isColumnHidden(STATUS)


def test_a_head_keeps_whole_words(qtbot: QtBot) -> None:
    metrics = QFontMetrics(theme.text_font(13, bold=True))
    room = metrics.horizontalAdvance("Fire and Resc")
    assert shortened("Fire and Rescue", metrics, room) == "Fire"
    assert shortened("Urban Management", metrics, metrics.horizontalAdvance("Urban Manag")) == "Urban"
    assert shortened("Police", metrics, 200) == "Police"


def test_the_board_says_distress_before_any_status(here: Room, qtbot: QtBot) -> None:
    panel = UnitsPanel(here.desk)
    qtbot.addWidget(panel)
    here.desk.send(RaiseSignal("E2", Signal.REQUEST_TO_SPEAK))
    row = panel.rows.row_of("E2")
    assert panel.rows.data(panel.rows.index(row, STATUS)) == "Asks to speak, Available"
    here.desk.send(RaiseSignal("E2", Signal.DISTRESS))
    assert panel.rows.data(panel.rows.index(row, STATUS)) == "DISTRESS"


def test_the_menu_sends_what_the_command_line_sends(here: Room, qtbot: QtBot) -> None:
    panel = UnitsPanel(here.desk)
    qtbot.addWidget(panel)
    number = here.report()
    here.desk.select(incident_id=number)

    def press(unit_id: str, begins: str) -> None:
        menu = panel.menu_for(unit_id)
        next(action for action in menu.actions() if action.text().startswith(begins)).trigger()
        menu.deleteLater()

    press("E1", "Send to incident 1")
    assert here.desk.state.units["E1"].assignment_id
    press("E1", "On scene")
    assert here.desk.state.units["E1"].status is Status.ON_SCENE
    press("E1", "Release")
    assert not here.desk.state.units["E1"].assignment_id


def test_a_move_against_the_order_asks_why_in_place(here: Room, qtbot: QtBot) -> None:
    panel = UnitsPanel(here.desk)
    qtbot.addWidget(panel)
    panel.show()
    here.assign(here.report(), "E1", "E2")

    def press(unit_id: str, begins: str) -> None:
        menu = panel.menu_for(unit_id)
        next(action for action in menu.actions() if action.text().startswith(begins)).trigger()
        menu.deleteLater()

    press("E1", "On scene")
    press("E1", "En route")  # back again
    assert here.desk.state.units["E1"].status is Status.ON_SCENE
    assert panel.why.isVisible()
    assert "E1" in panel.why.question.text()
    assert not panel.why.do_button.isEnabled()
    QTest.keyClicks(panel.why.reason, "wrong button")
    assert panel.why.do_button.isEnabled()
    panel.why.do_button.click()
    assert here.desk.state.units["E1"].status is Status.EN_ROUTE
    assert not panel.why.isVisible()
    press("E2", "On scene")
    press("E2", "En route")
    panel.why.crew_button.click()
    assert here.desk.state.units["E2"].status is Status.EN_ROUTE
    press("A1", "Out of service")
    assert panel.why.isVisible()
    assert not panel.why.crew_button.isVisible()
    QTest.keyClick(panel.why.reason, Qt.Key.Key_Escape)
    assert not panel.why.isVisible()
    assert here.desk.state.units["A1"].status is Status.AVAILABLE


def test_text_from_outside_stays_text(here: Room, qtbot: QtBot) -> None:
    evil = "<img src=x onerror=1><b>A & B</b>"
    panel = IncidentsPanel(here.desk)
    qtbot.addWidget(panel)
    here.desk.send(ReportIncident("structure_fire", Location(25.0, 60.0, evil)))
    tip = panel.rows.data(panel.rows.index(0, 0), Qt.ItemDataRole.ToolTipRole)
    assert "<img" not in tip
    assert "&lt;img" in tip
    board = UnitsPanel(here.desk)
    qtbot.addWidget(board)
    bad = Unit("<b>X</b>", "fire", ("engine",), 25.0, 60.0)
    here.engine.do(
        town.command(
            LoadRoster(replace(town.ROSTER, units=(*town.ROSTER.units, bad)), "x"),
            at=town.at(9),
            who=town.ADMINISTRATOR,
        )
    )
    here.bridge._drain()
    row = board.rows.row_of(bad.id)
    assert row >= 0
    assert "<b>" not in board.rows.data(board.rows.index(row, 0), Qt.ItemDataRole.ToolTipRole)


def test_another_moment_of_one_roster_orders_nobody_again(
    here: Room, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    panel = UnitsPanel(here.desk)
    qtbot.addWidget(panel)
    ordered: list[str] = []
    monkeypatch.setattr("app.parts.unit_rows.natural", lambda key: ordered.append(key) or natural(key))
    here.desk.state_changed.emit(None, here.desk.state)
    assert not ordered and panel.rows.keys
    other = replace(town.ROSTER, units=town.ROSTER.units[1:])
    here.engine.do(town.command(LoadRoster(other, "x"), at=town.at(9), who=town.ADMINISTRATOR))
    here.bridge._drain()
    assert ordered


def test_six_hundred_units_cost_one_row_a_status(here: Room, qtbot: QtBot) -> None:
    units = tuple(Unit(f"X{n}", "fire", ("engine",), 25.0, 60.0, station="fire-00", turnout="fire") for n in range(600))
    here.engine.do(
        town.command(
            LoadRoster(replace(town.ROSTER, units=(*town.ROSTER.units, *units)), "x"),
            at=town.at(9),
            who=town.ADMINISTRATOR,
        )
    )
    here.bridge._drain()
    panel = UnitsPanel(here.desk)
    qtbot.addWidget(panel)
    changed = QSignalSpy(panel.rows.dataChanged)
    here.desk.send(ReportStatus("X599", Status.OUT_OF_SERVICE, reason="tyre"))
    assert changed.count() == 1
    first = changed.at(0)[0]
    assert panel.rows.data(panel.rows.index(first.row(), UNIT)) == "X599"
    panel.resize(1900, 240)
    panel.show()
    here.desk.fixes = {one.id: Fix(one.id, 25.0, 60.0, town.START, town.START) for one in units}
    here.desk.fixes_changed.emit(here.desk.fixes)
    here.wait(1)
    assert not panel.grab().isNull()


class _Keys(LiveRows):
    def data(self, index: Any, role: int = 0) -> Any:
        return None


@pytest.mark.parametrize(
    "steps", [[[1, 2, 3], [3, 2, 1], [3, 4, 1], [], [5]], [[1, 2, 3, 4], [4, 1, 2, 3], [2, 4, 9, 8, 1], [1]]]
)
def test_rows_move_one_by_one_under_the_testers_eyes(steps: list[list[int]], qtbot: QtBot) -> None:
    rows = _Keys(2)
    tester = QAbstractItemModelTester(rows, QAbstractItemModelTester.FailureReportingMode.Fatal)
    assert tester
    for target in steps:
        rows.arrange(target)
        assert rows.keys == target
        assert [rows.row_of(key) for key in target] == list(range(len(target)))


def test_a_long_number_is_read_whole_in_the_queue_and_on_the_board(here: Room, qtbot: QtBot) -> None:
    number = here.report()
    here.assign(number, "E1")
    queue, board = IncidentsPanel(here.desk), UnitsPanel(here.desk)
    for panel in (queue, board):
        qtbot.addWidget(panel)
        panel.resize(420, 300)
        panel.show()
    column = next(each for each in board.columns.values() if each.table.filter.rowCount()).table
    narrow, before = queue.table.columnWidth(0), column.columnWidth(INCIDENT)
    state = here.desk.state
    key = state.units["E1"].assignment_id
    far = replace(state.incidents[number], id=1_234_567)
    here.desk.state = replace(
        state,
        incidents=state.incidents.set(far.id, far),
        open_incidents=state.open_incidents.set(far.id, None),
        assignments=state.assignments.set(key, replace(state.assignments[key], incident_id=far.id)),
    )
    here.desk.state_changed.emit(None, here.desk.state)
    bold = QFontMetrics(theme.text_font(13, bold=True)).horizontalAdvance("1234567")
    assert queue.table.columnWidth(0) >= 30 + bold > narrow
    thin = theme.text_font(12)
    thin.setStretch(82)
    assert column.columnWidth(INCIDENT) - 6 >= QFontMetrics(thin).horizontalAdvance("1234567") > before - 6


def test_a_hundred_units_of_a_department_are_counted_in_whole_figures(qtbot: QtBot) -> None:
    cell = DepartmentCell("fire")
    qtbot.addWidget(cell)
    cell.show_count("Fire", 8, 12, "")
    usual = cell.width()
    cell.show_count("Fire", 116, 143, "")
    figures = QFontMetrics(theme.text_font(16, bold=True)).horizontalAdvance("116")
    total = QFontMetrics(theme.text_font(11)).horizontalAdvance("/143")
    assert usual == 78 and cell.width() >= 28 + figures + total


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(None, "–"), (59, "0:59"), (35_999, "9:59:59"), (36_000, "10 h"), (172_799, "47 h"), (172_800, "2 d")],
)
def test_a_long_time_is_said_shorter_in_a_column(seconds: float | None, words: str) -> None:
    assert column_span(seconds) == words
