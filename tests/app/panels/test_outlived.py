"""A panel that is gone hears nothing more: whatever the desk tells afterwards raises nowhere."""

from __future__ import annotations

import pytest
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot
from shiboken6 import delete

from app.desk import Draft
from app.panels.cameras import CamerasPanel
from app.panels.closures import ClosuresPanel
from app.panels.incident import IncidentPanel
from app.panels.intake import IntakePanel
from app.panels.recommendation import RecommendationPanel
from app.sending.sending import Sending
from dispatch.commands import ReleaseUnit
from tests.app.panels.seat import Seat
from tests.dispatch.town import crossing


@pytest.mark.parametrize("panel", [IntakePanel, RecommendationPanel, IncidentPanel, CamerasPanel, ClosuresPanel])
def test_nothing_reaches_a_panel_that_is_gone(panel: type[QWidget], seat: Seat, qtbot: QtBot) -> None:
    made = panel(seat.desk)
    made.show()
    number = seat.report("structure_fire", crossing(1, 1))
    seat.desk.select(incident_id=number)
    delete(made)
    with qtbot.capture_exceptions() as caught:
        sending = Sending.of(seat.desk)
        sending.problem.emit("nothing hears this")
        seat.desk.set_draft(Draft(location=crossing(0, 0), kind="stray_dog", call_id="c"))
        sending.send()
        seat.desk.select(incident_id=number)
        sending.send_shown()
        seat.desk.send(ReleaseUnit("nobody"))
        seat.desk.figures_changed.emit(seat.desk.figures)
        seat.desk.place_wanted.emit(True)
        seat.desk.place_clicked.emit(25.0, 60.0)
        seat.pass_time(30)
        qtbot.wait(1)
    assert not caught
