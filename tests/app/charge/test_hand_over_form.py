"""The line that asks to whom something is handed over."""

from __future__ import annotations

from pytestqt.qtbot import QtBot

from app.charge.hand_over_form import HandOverForm
from tests.app.panels.seat import Seat


def test_nothing_is_handed_over_where_nobody_could_take_it(alone: Seat, qtbot: QtBot) -> None:
    form = HandOverForm(alone.desk)
    qtbot.addWidget(form)
    form.ask("To whom?")
    assert form.to.count() == 0 and not form.do_button.isEnabled()


def test_somebody_in_the_room_can_be_chosen_at_once(seat: Seat, qtbot: QtBot) -> None:
    form = HandOverForm(seat.desk)
    qtbot.addWidget(form)
    form.ask("To whom?")
    assert form.to.count() and form.do_button.isEnabled()
