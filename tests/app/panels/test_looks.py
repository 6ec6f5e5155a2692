"""Every panel by every look: names for a screen reader, no clipped words at 400 px and at 200 %, keyboard first."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QFont, QFontMetrics
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QApplication,
    QComboBox,
    QLabel,
    QLineEdit,
    QPlainTextEdit,
    QVBoxLayout,
    QWidget,
)
from pytestqt.qtbot import QtBot

from app.desk import Draft
from app.panels.cameras import CamerasPanel
from app.panels.closures import ClosuresPanel
from app.panels.duties import DutiesPanel
from app.panels.incident import IncidentPanel
from app.panels.intake import IntakePanel
from app.panels.messages import MessagesPanel
from app.panels.recommendation import RecommendationPanel
from dispatch.commands import CloseRoad, PostWarning
from dispatch.duty_commands import DutyDraft, GiveDuties
from dispatch.incident import Closure, Location, PremiseWarning
from dispatch.message import Addressee
from dispatch.message_commands import SendMessage
from tests.app.panels.seat import Seat
from tests.dispatch.town import crossing

PANELS = (
    IntakePanel,
    RecommendationPanel,
    IncidentPanel,
    CamerasPanel,
    ClosuresPanel,
    DutiesPanel,
    MessagesPanel,
)
SPOKEN = (QAbstractButton, QAbstractItemView, QComboBox, QLineEdit, QPlainTextEdit)
LONG = "Aleksanterinkatu 15, the inner court behind the second gate on the left hand side of the old post office"


@pytest.fixture(params=["en", "zh"])
def busy(seat: Seat, request: pytest.FixtureRequest) -> Seat:
    """A desk in the middle of a shift: a long place, a warning, a closure, units sent, and a call being taken."""
    seat.desk.language = request.param
    place = Location(25.009, 60.0045, LONG, "Smalltown")
    seat.other(PostWarning(PremiseWarning("w", 25.009, 60.0045, 80, f"Oxygen {LONG} <b>x</b>")))
    seat.other(CloseRoad(Closure("c", "Point", ((25.0, 60.0),), (), LONG)))
    number = seat.report("structure_fire", place, text=LONG)
    seat.assign(number, "E1", "A1")
    seat.other(GiveDuties((DutyDraft(f"Bring foam to {LONG} <b>x</b>", "police"),), number))
    seat.other(SendMessage(f"<b>{LONG}</b>", (Addressee("seat", seat.desk.who.seat),), needs_receipt=True))
    seat.desk.select(incident_id=number)
    return seat


@pytest.fixture(params=[1.0, 2.0], ids=["100", "200"])
def font(request: pytest.FixtureRequest, qapp: QApplication) -> object:
    before = qapp.font()
    bigger = QFont(before)
    bigger.setPixelSize(round(13 * request.param))
    qapp.setFont(bigger)
    yield request.param
    qapp.setFont(before)


def _made(panel: Callable[..., QWidget], seat: Seat, qtbot: QtBot, width: int) -> QWidget:
    made = panel(seat.desk)
    qtbot.addWidget(made)
    if isinstance(made, DutiesPanel):
        made.take_duty(1)
    if isinstance(made, MessagesPanel):
        made.take_oldest_unread()
    seat.desk.set_draft(Draft(location=crossing(1, 1), kind="structure_fire", priority=1, call_id="c"))
    if panel is IncidentPanel:
        seat.desk.set_draft(None)
    made.resize(width, 700)
    made.show()
    qtbot.wait(1)
    return made


@pytest.mark.parametrize("panel", PANELS)
def test_everything_that_takes_the_focus_has_a_name(panel: type[QWidget], busy: Seat, qtbot: QtBot) -> None:
    made = _made(panel, busy, qtbot, 400)
    nameless = [
        child
        for child in made.findChildren(QWidget)
        if isinstance(child, SPOKEN)
        and child.focusPolicy() != Qt.FocusPolicy.NoFocus
        # parts inside a combo box or a spin box are named by it
        and not isinstance(child.parentWidget(), QComboBox)
        and not child.accessibleName()
        and not (isinstance(child, QAbstractButton) and child.text())
        and "qt_" not in child.objectName()
        and not isinstance(child.window(), type(None))
        and child.window() is made
    ]
    assert not nameless


@pytest.mark.parametrize("panel", PANELS)
def test_no_label_is_clipped(panel: type[QWidget], busy: Seat, qtbot: QtBot, font: float) -> None:
    width = round(400 * font)  # at 200 % the column is 800 device pixels wide
    made = _made(panel, busy, qtbot, width)
    assert made.width() <= width
    for label in made.findChildren(QLabel):
        if not label.isVisible() or not label.text():
            continue
        if label.wordWrap():
            assert label.height() >= label.heightForWidth(label.width()) - 1, label.text()
        else:
            assert label.width() >= QFontMetrics(label.font()).horizontalAdvance(label.text()), label.text()


@pytest.mark.parametrize("panel", PANELS)
def test_no_button_is_clipped(panel: type[QWidget], busy: Seat, qtbot: QtBot, font: float) -> None:
    made = _made(panel, busy, qtbot, round(400 * font))
    for button in made.findChildren(QAbstractButton):
        if button.isVisible() and button.text() and button.window() is made:
            assert button.width() >= QFontMetrics(button.font()).horizontalAdvance(button.text()), button.text()


@pytest.mark.parametrize("panel", PANELS)
def test_labels_never_read_html(panel: type[QWidget], busy: Seat, qtbot: QtBot) -> None:
    made = _made(panel, busy, qtbot, 400)
    assert all(label.textFormat() == Qt.TextFormat.PlainText for label in made.findChildren(QLabel))


@pytest.mark.parametrize("panel", PANELS)
def test_nothing_from_outside_takes_the_focus(panel: type[QWidget], busy: Seat, qtbot: QtBot) -> None:
    window, elsewhere = QWidget(), QLineEdit()
    made = _made(panel, busy, qtbot, 400)
    qtbot.addWidget(window)
    inside = QVBoxLayout(window)
    inside.addWidget(made)
    inside.addWidget(elsewhere)
    window.show()
    window.activateWindow()
    elsewhere.setFocus()
    assert window.focusWidget() is elsewhere
    busy.report("structure_fire", crossing(0, 0))
    busy.assign(1, "P1")
    busy.pass_time(30)
    assert window.focusWidget() is elsewhere
    assert made.isVisible()
    made.setParent(None)  # each is closed by its own


@pytest.mark.parametrize("panel", PANELS)
def test_a_low_dock_still_shows_every_button_of_the_foot(panel: type[QWidget], busy: Seat, qtbot: QtBot) -> None:
    made = _made(panel, busy, qtbot, 400)
    made.resize(400, 420)
    assert made.minimumSizeHint().height() <= 420
    assert made.minimumSizeHint().width() <= 400
    layout = made.layout()
    if layout is not None and layout.hasHeightForWidth():
        assert layout.heightForWidth(400) <= 420  # what a scroll area would give it
