"""Whoever leaves is told what they are in charge of, can hand it over, and is never held up by it."""

from __future__ import annotations

import pytest
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from app.charge.leaving import left_words
from app.signin.shift_pages import HandOverPage
from dispatch.desk_commands import TakeIncident
from tests.app.panels.seat import Seat
from tests.dispatch.town import crossing


@pytest.fixture
def over(qtbot: QtBot) -> QWidget:
    made = QWidget()
    qtbot.addWidget(made)
    made.resize(1200, 800)
    made.show()
    return made


def page_of(seat: Seat, over: QWidget) -> HandOverPage:
    page = HandOverPage(seat.desk, over)
    page.come()
    return page


def test_what_is_in_charge_is_mentioned_and_handed_over(seat: Seat, over: QWidget) -> None:
    for number in (1, seat.report("structure_fire", crossing(2, 2))):
        seat.desk.send(TakeIncident(number))
    page = page_of(seat, over)
    line = page.charges
    assert line.isVisible() and "2 incidents" in line.words.text()
    page.notes.setPlainText("all quiet")
    assert page.do_button.isEnabled()  # it holds nobody up
    assert left_words(seat.desk).endswith("charge: 1, 2. Whoever takes one now needs no reason.")
    line.hand_button.click()
    line.form.do_button.click()
    assert seat.state.charges[1].offer.to_seat == seat.state.charges[2].offer.to_seat == "seat-2"  # type: ignore[union-attr]
    assert "Offered to seat-2" in line.said.text()
    seat.other(TakeIncident(1))
    assert "1 incident" in line.words.text()
    seat.other(TakeIncident(2))
    assert not line.isVisible() and left_words(seat.desk) == ""


def test_nothing_is_mentioned_where_nothing_is_in_charge_or_nobody_else_there(alone: Seat, over: QWidget) -> None:
    alone.report("structure_fire", crossing(1, 1))
    alone.desk.send(TakeIncident(1))
    assert not page_of(alone, over).charges.isVisible() and left_words(alone.desk) == ""
