"""What is left of an incident: its case comes back from the panel of the incident, and closing says that it does."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from pytestqt.qtbot import QtBot

from app.panels.incident import IncidentPanel
from dispatch.case import CaseStage
from tests.app.cases.case_seat import CaseSeat
from tests.dispatch import case_town as t


@pytest.fixture
def seat(qtbot: QtBot) -> Iterator[CaseSeat]:
    made = CaseSeat(t.COORDINATOR)
    yield made
    made.bridge.close()


@pytest.fixture
def panel(seat: CaseSeat, qtbot: QtBot) -> IncidentPanel:
    made = IncidentPanel(seat.desk)
    qtbot.addWidget(made)
    made.resize(400, 700)
    made.show()
    return made


def test_its_case_is_brought_back_in_place_with_a_reason(seat: CaseSeat, panel: IncidentPanel, qtbot: QtBot) -> None:
    number = seat.report_case("gas_smell", "hotline")
    incident = seat.case(number).incident_id
    seat.desk.select(incident_id=incident)
    assert panel.repair.button.text() == f"Case {number} back…"
    panel.repair.button.click()
    assert not panel.repair.deed.do_button.isEnabled()
    qtbot.keyClicks(panel.repair.deed.reason, "the pipe leaks on")
    panel.repair.deed.do_button.click()
    assert seat.case(number).stage is CaseStage.DISPATCH
    assert seat.desk.selection.incident_id == incident  # the incident goes on, and stays in hand
    assert panel.repair.button.text() == "Repair order" and not panel.repair.deed.isVisible()
    with qtbot.waitSignal(panel.repair_wanted) as wanted:
        panel.repair.button.click()
    assert wanted.args == [incident]


def test_closing_says_which_case_comes_back(seat: CaseSeat, panel: IncidentPanel) -> None:
    number = seat.report_case("gas_smell", "hotline")
    seat.desk.select(incident_id=seat.case(number).incident_id)
    panel.close_button.click()
    assert panel.close_form.repairs.text() == f"Comes back as a repair order: case {number}"


def test_who_may_not_bring_it_back_takes_it_in_hand(seat: CaseSeat, panel: IncidentPanel) -> None:
    number = seat.report_case("gas_smell", "hotline")
    seat.desk.set_who(t.ACCEPTOR)
    seat.desk.select(incident_id=seat.case(number).incident_id)
    panel.repair.button.click()
    assert seat.desk.selection.case_id == number
