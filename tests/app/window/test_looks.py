"""Strip, queue, board, command line, notices and pages by every look: names, nothing clipped at 100 % and at 200 %."""

from __future__ import annotations

from collections.abc import Iterator

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
    QSpinBox,
    QWidget,
)
from pytestqt.qtbot import QtBot

from app import theme
from app.commandline.line import CommandBar
from app.panels.incidents import IncidentsPanel
from app.panels.units import UnitsPanel
from app.window.legend import Legend
from app.window.notices import Notices
from app.window.overlays import Overlay, sent_lines
from app.window.sound import Sounds
from app.window.status_line import StatusLine
from app.window.strip import Strip
from dispatch.commands import Tick
from tests.app.rooms import Room, room

SPOKEN = (QAbstractButton, QAbstractItemView, QComboBox, QLineEdit)
WIDTHS = {
    "strip": 1920,
    "queue": 420,
    "board": 1090,
    "slim board": 600,
    "command": 1100,
    "notices": 700,
    "sent": 900,
    "status": 1920,
}


@pytest.fixture(params=["en", "zh"])
def here(request: pytest.FixtureRequest, qtbot: QtBot) -> Iterator[Room]:
    made = room()
    made.desk.language = request.param
    made.assign(made.report(), "E1", "A1")
    made.wait(40)
    made.desk.send(Tick())
    made.desk.select(incident_id=1)
    yield made
    made.bridge.close()


@pytest.fixture(params=[1.0, 2.0], ids=["100", "200"])
def scale(request: pytest.FixtureRequest, qapp: QApplication) -> Iterator[float]:
    theme.put_on(qapp, "night")
    before = qapp.font()
    bigger = QFont(before)
    bigger.setPixelSize(round(13 * request.param))
    qapp.setFont(bigger)
    yield request.param
    qapp.setFont(before)


def made(what: str, here: Room, qtbot: QtBot, scale: float) -> QWidget:
    desk = here.desk
    over = QWidget()
    qtbot.addWidget(over)
    here.desk.over = over  # type: ignore[attr-defined]  # qtbot holds it weakly
    over.resize(round(WIDTHS[what] * scale), round(600 * scale))
    over.show()
    if what == "strip":
        one: QWidget = Strip(desk, over)
    elif what == "queue":
        one = IncidentsPanel(desk, over)
    elif what in ("board", "slim board"):
        one = UnitsPanel(desk, over)
        one.why.ask("E1: En route is against the usual order. Why?", print, do_words="Correct it", crew=print)
    elif what == "command":
        one = CommandBar(desk, None, over)
    elif what == "status":
        one = StatusLine(desk, over)
    elif what == "notices":
        one = Notices(desk, Sounds(is_silent=True), over)
        one.say("alarm", "The log takes no entry. " * 8)
    else:
        one = Overlay(over, "Sent", lambda: sent_lines(desk), "Close", beside=lambda: Legend(desk))
        one.toggle()
    if what not in ("notices", "sent"):
        one.resize(over.size())
    one.show()
    QApplication.processEvents()
    QApplication.processEvents()
    return one


@pytest.mark.parametrize("what", WIDTHS)
def test_everything_that_takes_the_focus_has_a_name(what: str, here: Room, qtbot: QtBot, scale: float) -> None:
    one = made(what, here, qtbot, scale)
    nameless = [
        child
        for child in one.findChildren(QWidget)
        if isinstance(child, SPOKEN)
        and child.focusPolicy() != Qt.FocusPolicy.NoFocus
        and not child.accessibleName()
        and not (isinstance(child, QAbstractButton) and child.text())
        and "qt_" not in child.objectName()
        and type(child).__name__ != "QHeaderView"
    ]
    assert not nameless


@pytest.mark.parametrize("what", WIDTHS)
def test_nothing_is_clipped(what: str, here: Room, qtbot: QtBot, scale: float) -> None:
    one = made(what, here, qtbot, scale)
    for child in one.findChildren(QWidget):
        if not child.isVisible() or not isinstance(child, QLabel | QAbstractButton) or not child.text():
            continue
        if isinstance(child, QLabel) and child.wordWrap():
            assert child.height() >= child.heightForWidth(child.width()) - 1, child.text()
        else:
            words = child.text().replace("&&", "&")
            assert child.width() >= QFontMetrics(child.font()).horizontalAdvance(words), words


@pytest.mark.parametrize("what", WIDTHS)
def test_labels_never_read_html(what: str, here: Room, qtbot: QtBot) -> None:
    one = made(what, here, qtbot, 1.0)
    assert all(label.textFormat() == Qt.TextFormat.PlainText or not label.text() for label in one.findChildren(QLabel))


@pytest.mark.parametrize("name", theme.THEMES)
def test_the_arrows_of_a_spin_box_are_seen(name: str, qapp: QApplication, qtbot: QtBot) -> None:
    before = theme.look().name
    theme.put_on(qapp, name)
    try:
        box = QSpinBox()
        qtbot.addWidget(box)
        box.setValue(5)
        box.resize(120, 30)
        box.show()
        image = box.grab().toImage()
        for top, bottom in ((3, 14), (16, 27)):
            inks = {image.pixelColor(x, y).lightness() for x in range(104, 117) for y in range(top, bottom)}
            assert max(inks) - min(inks) > 90, name
    finally:
        theme.put_on(qapp, before)
