"""The board of cases and the case in hand in the window: on request, by keys, and out of the way of incidents."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest
from PySide6.QtWidgets import QDockWidget
from pytestqt.qtbot import QtBot

from app.panels.case import CasePanel
from app.window.sound import Sounds
from app.window.stand_in import stand_in
from app.window.window import MainWindow, Panels
from dispatch.commands import ReportIncident
from tests.app.cases.case_seat import CaseSeat
from tests.dispatch.town import crossing


@pytest.fixture
def seat(qtbot: QtBot) -> Iterator[CaseSeat]:
    made = CaseSeat()
    yield made
    made.bridge.close()


@pytest.fixture
def shown(seat: CaseSeat, qtbot: QtBot) -> MainWindow:
    docks = {key: stand_in(key) for key in ("intake", "recommendation", "incident", "cameras", "closures")}
    made = MainWindow(
        seat.desk, Panels({**docks, "case": CasePanel(seat.desk)}, stand_in("map")), sounds=Sounds(is_silent=True)
    )
    qtbot.addWidget(made)
    made.resize(1600, 1000)
    made.show()
    return made


def is_seen(dock: QDockWidget) -> bool:
    return dock.isVisible() and not dock.visibleRegion().isEmpty()


def test_the_emergency_side_stands_as_if_there_were_no_cases(shown: MainWindow) -> None:
    assert shown.docks["cases"].isHidden() and shown.docks["case"].isHidden()
    assert not shown.tabifiedDockWidgets(shown.docks["units"])


def test_the_board_comes_by_its_key_in_place_of_the_incidents_and_goes_by_it(
    seat: CaseSeat, shown: MainWindow, qtbot: QtBot
) -> None:
    number = seat.report_case()
    incidents, board = shown.docks["incidents"], shown.docks["cases"]
    shown.menus.actions["show_cases"].trigger()
    qtbot.waitUntil(lambda: is_seen(board))
    assert board in shown.tabifiedDockWidgets(incidents)
    assert seat.desk.selection.case_id == number
    shown.activateWindow()
    shown.cases.list.setFocus()
    shown.menus.actions["show_cases"].trigger()
    qtbot.waitUntil(lambda: is_seen(incidents) and not is_seen(board))


def test_what_is_taken_in_hand_is_what_is_seen(seat: CaseSeat, shown: MainWindow, qtbot: QtBot) -> None:
    case, incident = shown.docks["case"], shown.docks["incident"]
    number = seat.report_case()
    seat.other(ReportIncident("stray_dog", crossing(0, 0)))
    seat.desk.select(case_id=number)
    qtbot.waitUntil(lambda: is_seen(case))
    seat.desk.select(incident_id=1)
    qtbot.waitUntil(lambda: is_seen(incident) and not is_seen(case))


def test_keys_step_through_what_is_due(seat: CaseSeat, shown: MainWindow) -> None:
    first, second = seat.report_case(), seat.report_case()
    shown.menus.actions["next_case"].trigger()
    assert seat.desk.selection.case_id == first
    shown.menus.actions["next_case"].trigger()
    assert seat.desk.selection.case_id == second
    shown.menus.actions["previous_case"].trigger()
    assert seat.desk.selection.case_id == first
    keys = {words: key for key, words in shown.menus.keys}
    assert keys["Board of cases"] == "Ctrl+B"
    assert [key for key, _ in shown.case_docks.panel_keys()] == ["Alt+Enter", "Ctrl+Enter"]


def test_a_case_that_falls_due_is_said_softly_and_never_over_a_warning(seat: CaseSeat, shown: MainWindow) -> None:
    message = shown.status_line.message
    number = seat.report_case(place="Church Road 1")
    seat.now += timedelta(hours=1)
    seat.tick()
    assert f"Case {number} is overdue" in message.text() and message.property("level") == "notice"
    seat.desk.said.emit("warning", "the disk is slow")
    seat.report_case()
    seat.now += timedelta(hours=1)
    seat.tick()
    assert message.text() == "the disk is slow"
