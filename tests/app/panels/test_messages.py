"""Messages at a desk: what is unread here, one key to confirm, who has it, on whose behalf, and a new one."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLineEdit, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from app.messages.compose import EVERYBODY
from app.messages.unread import ALL, FOR_ME, missed, unread
from app.panels.messages import MessagesPanel
from dispatch import message_commands as m
from dispatch.message import Addressee
from tests.app.duties.duty_seat import DutySeat
from tests.dispatch import case_town as t
from tests.dispatch.duty_story import WATER
from tests.dispatch.town import OBSERVER

HERE = Addressee("seat", t.COORDINATOR.seat)


@pytest.fixture
def seat(qtbot: QtBot) -> Iterator[DutySeat]:
    made = DutySeat()
    yield made
    made.bridge.close()


@pytest.fixture
def panel(seat: DutySeat, qtbot: QtBot) -> MessagesPanel:
    made = MessagesPanel(seat.desk)
    qtbot.addWidget(made)
    made.resize(400, 600)
    made.show()
    return made


def ask(seat: DutySeat, words: str = "we need a digger", **more: object) -> None:
    seat.act(m.SendMessage(words, (HERE,), incident_id=1, needs_receipt=True, **more), t.WATER_OFFICER)  # type: ignore[arg-type]


def test_what_is_for_this_seat_is_unread_until_it_is_confirmed(seat: DutySeat, panel: MessagesPanel) -> None:
    assert "No message for seat-8" in panel.list.rows[0].title
    ask(seat)
    ask(seat, "and lights")
    assert panel.pages[FOR_ME].text() == "For me (2)"
    assert panel.take_oldest_unread() and panel.message is not None and panel.message.id == 1
    panel.receive_button.click()
    assert seat.state.messages[1].receipts[0].actor == "kim"
    assert panel.pages[FOR_ME].text() == "For me (1)" and panel.receive_button.isHidden()
    assert panel.take_oldest_unread() and panel.message.id == 2


def test_words_from_outside_are_plain_and_whole(seat: DutySeat, panel: MessagesPanel) -> None:
    ask(seat, "<b>first</b>\nsecond line")
    assert panel.list.rows[0].title == "<b>first</b>\nsecond line"


def test_a_message_to_all_with_a_receipt_by_keys(seat: DutySeat, panel: MessagesPanel, qtbot: QtBot) -> None:
    panel.write()
    assert panel.compose.words.hasFocus() or panel.compose.isAncestorOf(panel.focusWidget() or panel)
    assert panel.compose.to_everybody and panel.compose.about.isChecked() and not panel.compose.send_button.isEnabled()
    qtbot.keyClicks(panel.compose.words, "the road is closed")
    qtbot.keyClick(panel.compose.words, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    sent = seat.state.messages[1]
    assert (sent.text, sent.is_to_all, sent.needs_receipt, sent.incident_id) == ("the road is closed", True, True, 1)
    assert panel.compose.isHidden()


def test_all_or_some_one_excludes_the_other(seat: DutySeat, panel: MessagesPanel) -> None:
    panel.write()
    compose = panel.compose
    compose.words.setPlainText("x")
    compose.to[WATER].click()
    assert not compose.to[EVERYBODY].isChecked() and compose.addressees == (WATER,)
    compose.seat.setText("seat-2")
    assert compose.addressees == (WATER, Addressee("seat", "seat-2"))
    compose.to[EVERYBODY].click()
    assert not compose.to[WATER].isChecked() and compose.addressees == ()
    compose.to[EVERYBODY].click()
    compose.seat.clear()
    assert not compose.send_button.isEnabled() and "Choose who" in compose.missing.text()


def test_who_has_not_said_so_in_time_stands_first_and_is_confirmed_for_them(
    seat: DutySeat, panel: MessagesPanel, qtbot: QtBot
) -> None:
    seat.act(m.SendMessage("closed", needs_receipt=True, receipt_within_min=5), t.COORDINATOR)
    seat.act(m.ReceiveMessage(1), t.WATER_OFFICER)
    seat.now += timedelta(minutes=6)
    seat.tick()
    panel.open_page(ALL)
    panel.list.take_key("1")
    assert [each.id for each in missed(seat.state, t.COORDINATOR)] == [1] and not missed(seat.state, t.DISPATCHER)
    rows = panel.receipts.rows
    assert [row.tone for row in rows] == ["alarm"] * 4 + ["muted"] and rows[-1].key == "department:water"
    assert panel.list.rows[0].detail_tone == "alarm" and "1 of 5" in panel.list.rows[0].detail
    panel.receipts.take_key("department:police")
    panel.for_them_button.click()
    panel.reason.reason.setText("read out by telephone")
    panel.reason.do_button.click()
    receipt = seat.state.messages[1].receipts[-1]
    assert receipt.addressee.id == "police" and receipt.on_behalf == "read out by telephone"


def test_an_answer_goes_to_whoever_sent_it(seat: DutySeat, panel: MessagesPanel) -> None:
    ask(seat)
    panel.take_oldest_unread()
    panel.answer_button.click()
    assert panel.compose.addressees == (WATER,)
    panel.show_button.click()
    assert seat.desk.selection.incident_id == 1


def test_a_department_sees_what_is_for_it_whoever_sits_there(seat: DutySeat, panel: MessagesPanel) -> None:
    seat.act(m.SendMessage("closed", (WATER,)), t.COORDINATOR)
    seat.desk.set_who(t.WATER_OFFICER)
    assert [each.id for each in unread(seat.state, t.WATER_OFFICER)] == [1]
    assert panel.take_oldest_unread()
    panel.receive()
    assert not unread(seat.state, t.WATER_OFFICER)
    seat.desk.set_who(OBSERVER)
    assert panel.foot.isHidden()


def test_nothing_that_arrives_takes_the_focus_or_the_words_being_written(
    seat: DutySeat, panel: MessagesPanel, qtbot: QtBot
) -> None:
    window, elsewhere = QWidget(), QLineEdit()
    qtbot.addWidget(window)
    inside = QVBoxLayout(window)
    inside.addWidget(panel)
    inside.addWidget(elsewhere)
    window.show()
    window.activateWindow()
    panel.write()
    panel.compose.words.setPlainText("half a sent")
    elsewhere.setFocus()
    ask(seat)
    seat.pass_time(900)
    assert window.focusWidget() is elsewhere and panel.compose.words.words == "half a sent"
    panel.setParent(None)
