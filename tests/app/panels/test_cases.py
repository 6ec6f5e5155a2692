"""The board of cases: order, filters, keys, what it tells, and that it follows the log row by row."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from app.panels.cases import CasesPanel
from dispatch import case_commands as k
from dispatch.case import CaseStage
from dispatch.commands import CloseIncident, ReportIncident
from tests.app.cases.case_seat import CaseSeat
from tests.dispatch import case_town as t
from tests.dispatch.town import crossing


@pytest.fixture
def seat(qtbot: QtBot) -> Iterator[CaseSeat]:
    made = CaseSeat()
    yield made
    made.bridge.close()


@pytest.fixture
def board(seat: CaseSeat, qtbot: QtBot) -> CasesPanel:
    made = CasesPanel(seat.desk)
    qtbot.addWidget(made)
    made.resize(400, 600)
    made.show()
    return made


def numbers(board: CasesPanel) -> list[int]:
    return [board.rows.id_at(row) for row in range(board.rows.rowCount())]


def test_what_is_due_first_stands_on_top_and_paused_cases_last(seat: CaseSeat, board: CasesPanel) -> None:
    lamp, rubbish, held = (seat.report_case(one) for one in ("lamp_out", "rubbish", "rubbish"))
    for number in (lamp, rubbish, held):
        seat.walk(number, CaseStage.HANDLE, minutes=0)
    seat.act(k.PauseCase(held, "suspended", "no key", seat.now + timedelta(days=1)), t.COORDINATOR)
    fresh = seat.report_case()
    assert numbers(board) == [fresh, rubbish, lamp, held]
    seat.walk(fresh, CaseStage.EVALUATE, minutes=0)
    assert numbers(board) == [rubbish, lamp, held]


def test_a_row_says_what_where_how_long_and_what_is_unusual(seat: CaseSeat, board: CasesPanel) -> None:
    number = seat.report_case(place="Church Road 1")
    seat.walk(number, CaseStage.CHECK, minutes=0)
    seat.act(k.ReportCheck(number, "failed", (), "half is still there"), t.CHECKER)
    shown = board.rows.shown(seat.case(number))
    assert (shown.number, shown.what, shown.stage) == (str(number), "rubbish", "Handle")
    assert shown.place.startswith("Church Road 1") and shown.holder == "Urban Management"
    assert shown.due.endswith("left") and shown.clock.startswith("stage ")
    assert [words for words, _ in shown.chips] == ["given back", "rework"]
    seat.now += timedelta(days=3)
    board.rows.tick(seat.now)
    late = board.rows.shown(seat.case(number))
    assert late.due_level == "alarm" and late.due.startswith("overdue") and late.share == 1.0
    assert "given back" in board.rows.sentence(seat.case(number))


def test_a_row_that_stays_where_it_is_is_painted_anew(seat: CaseSeat, board: CasesPanel, qtbot: QtBot) -> None:
    seat.report_case()
    number = seat.report_case()
    with qtbot.waitSignal(board.rows.dataChanged) as changed:
        seat.act(k.AddCaseNote(number, "the gate is open"), t.ACCEPTOR)
    assert changed.args[0].row() == board.rows.row_of(number)


def test_chips_and_scope_choose_and_counts_are_told(seat: CaseSeat, board: CasesPanel) -> None:
    first, second, third = (seat.report_case() for _ in range(3))
    seat.walk(first, CaseStage.DISPATCH)
    seat.walk(second, CaseStage.HANDLE)
    filters = board.filters
    assert filters.stages[CaseStage.DISPATCH].text() == "Dispatch 1"
    assert filters.summary.text().startswith("3 open")
    filters.stages[CaseStage.DISPATCH].click()
    assert numbers(board) == [first]
    filters.stages[CaseStage.DISPATCH].click()
    filters.scope.setCurrentIndex(filters.scope.findData("mine"))
    filters.scope.activated.emit(0)
    assert numbers(board) == [first]  # a dispatcher's
    filters.scope.setCurrentIndex(filters.scope.findData("of:urban"))
    filters.scope.activated.emit(0)
    assert sorted(numbers(board)) == sorted([first, second, third])
    assert not filters.stages[CaseStage.EMERGENCY].isVisible()


def test_a_low_board_folds_its_chips_away_but_never_one_that_is_chosen(
    seat: CaseSeat, board: CasesPanel, qtbot: QtBot
) -> None:
    seat.report_case()
    board.resize(400, 300)
    qtbot.waitUntil(lambda: not board.filters.chips.isVisible())
    board.filters.more.click()
    assert board.filters.chips.isVisible()
    board.filters.overdue.click()
    board.filters.more.setChecked(False)
    board.resize(400, 310)
    assert board.filters.chips.isVisible()
    board.resize(400, 700)
    qtbot.waitUntil(lambda: not board.filters.more.isVisible())


def test_another_who_has_other_cases(seat: CaseSeat, board: CasesPanel) -> None:
    first, second = (seat.report_case() for _ in range(2))
    seat.walk(first, CaseStage.CLOSE)
    filters = board.filters
    filters.scope.setCurrentIndex(filters.scope.findData("mine"))
    filters.scope.activated.emit(0)
    assert numbers(board) == []
    assert board.empty.isVisible()
    seat.desk.set_who(t.SUPERVISOR)
    assert numbers(board) == [first]
    seat.desk.set_who(t.ACCEPTOR)
    assert numbers(board) == [second]


def test_a_case_is_found_by_words_and_a_closed_one_by_its_number(
    seat: CaseSeat, board: CasesPanel, qtbot: QtBot
) -> None:
    first = seat.report_case(place="Mill Lane 4")
    second = seat.report_case("lamp_out")
    seat.walk(second, CaseStage.EVALUATE)
    qtbot.keyClicks(board.filters.find, "mill")
    qtbot.waitUntil(lambda: board.rows.docket.wanted.words == "mill")
    assert numbers(board) == [first]
    board.filters.find.setText(f"#{second}")
    qtbot.keyClick(board.filters.find, Qt.Key.Key_Return)
    assert numbers(board) == [second]
    board.filters.find.clear()
    board.filters.closed.click()
    assert numbers(board) == [first, second]


def test_the_keys_walk_the_board_and_enter_opens(seat: CaseSeat, board: CasesPanel, qtbot: QtBot) -> None:
    first, second = seat.report_case(), seat.report_case()
    board.focus_list()
    assert seat.desk.selection.case_id == first
    qtbot.keyClick(board.list, Qt.Key.Key_Down)
    assert seat.desk.selection.case_id == second
    with qtbot.waitSignal(board.opened) as opened:
        qtbot.keyClick(board.list, Qt.Key.Key_Return)
    assert opened.args == [second]
    board.step(1)
    assert seat.desk.selection.case_id == first


def test_the_next_overdue_passes_over_those_in_time(seat: CaseSeat, board: CasesPanel) -> None:
    late = seat.report_case()
    seat.now += timedelta(hours=1)
    seat.report_case()
    seat.tick()
    board.step(1, overdue_only=True)
    assert seat.desk.selection.case_id == late
    board.step(1, overdue_only=True)
    assert seat.desk.selection.case_id == late


def test_what_the_log_found_overdue_stands_among_the_overdue(seat: CaseSeat, board: CasesPanel) -> None:
    number = seat.report_case()
    board.filters.overdue.click()
    assert numbers(board) == []
    seat.now += timedelta(hours=1)
    seat.tick()
    assert numbers(board) == [number]
    assert board.filters.late.text() == "1 overdue"


def test_an_incident_that_is_taken_in_hand_leaves_no_row_marked(seat: CaseSeat, board: CasesPanel) -> None:
    number = seat.report_case()
    seat.desk.select(case_id=number)
    assert board.list.selectionModel().hasSelection()
    seat.other(ReportIncident("stray_dog", crossing(0, 0)))
    seat.desk.select(incident_id=1)
    assert not board.list.selectionModel().hasSelection()
    assert seat.desk.selection.incident_id == 1


def test_the_case_in_hand_stays_in_hand_while_rows_move(seat: CaseSeat, board: CasesPanel) -> None:
    held = seat.report_case()
    others = [seat.report_case() for _ in range(4)]
    seat.desk.select(case_id=held)
    seat.walk(held, CaseStage.HANDLE)  # its row goes down: it is due later now
    for number in others:
        seat.walk(number, CaseStage.EVALUATE)
    assert seat.desk.selection.case_id == held
    assert board.rows.id_at(board.list.currentIndex().row()) == held


def test_an_emergency_that_ends_comes_back_to_the_board_as_a_repair_order(seat: CaseSeat, board: CasesPanel) -> None:
    number = seat.report_case("gas_smell", "hotline")
    assert board.rows.shown(seat.case(number)).chips[0] == ("EMERGENCY", "alarm")
    seat.other(CloseIncident(seat.case(number).incident_id or 0, "false_alarm"))
    shown = board.rows.shown(seat.case(number))
    assert (shown.stage, shown.due.endswith("left")) == ("Dispatch", True)
    assert numbers(board) == [number]


def test_what_is_closed_and_not_put_right_is_opened_again_from_the_board(qtbot: QtBot) -> None:
    seat = CaseSeat(t.ACCEPTOR)
    board = CasesPanel(seat.desk)
    qtbot.addWidget(board)
    board.resize(400, 600)
    board.show()
    number = seat.report_case()
    seat.walk(number, CaseStage.EVALUATE)
    assert not board.aside.isVisible()
    seat.act(k.RecordAnswer(number, "dissatisfied", "it is still there"), t.ACCEPTOR)
    assert board.aside.words.text().endswith(f": {number}")
    assert not board.aside.do_button.isVisible()  # none is in hand
    board.aside.next_button.click()
    board.aside.do_button.click()
    qtbot.keyClicks(board.aside.deed.reason, "seen again")
    board.aside.deed.do_button.click()
    assert seat.case(number).is_open and not board.aside.isVisible()
    seat.bridge.close()


def test_what_a_role_may_not_bring_back_is_not_named_to_it(seat: CaseSeat, board: CasesPanel) -> None:
    number = seat.report_case()
    seat.walk(number, CaseStage.EVALUATE)
    seat.act(k.RecordAnswer(number, "dissatisfied", "it is still there"), t.ACCEPTOR)
    assert not board.aside.isVisible()  # a dispatcher reopens nothing
    seat.desk.set_who(t.ACCEPTOR)
    assert board.aside.isVisible()
