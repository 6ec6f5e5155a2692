"""Whoever signs in with a password that somebody else set chooses their own first, and bars no help by it."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt

from app.signin.password_page import PasswordPage
from dispatch.account_commands import HandOver
from dispatch.commands import AddNote, Command, RaiseSignal
from dispatch.signing_in import reset_password, sign_in
from resources.status import Signal
from tests.app.signin.live_seat import ADMINISTRATOR, GIVEN, WORDS, LiveSeat


@pytest.fixture
def page(seat: LiveSeat) -> PasswordPage:
    seat.add("bela", "dispatcher", is_temporary=True)
    seat.begin()
    seat.come("bela")
    return seat.room.pages.password


def choose(seat: LiveSeat, page: PasswordPage, word: str) -> None:
    for field, words in ((page.old, WORDS), (page.new, word), (page.again, word)):
        field.setFocus()
        seat.type(words)


def test_the_page_opens_first_and_stays_until_the_password_is_another(seat: LiveSeat, page: PasswordPage) -> None:
    assert page.isVisible() and page.is_held and page.old.hasFocus()
    assert "Somebody else" in page.about.text() and not page.away_button.isVisible()
    seat.key(Qt.Key.Key_Escape)
    assert page.isVisible()
    choose(seat, page, WORDS)
    assert not page.do_button.isEnabled() and "Choose another" in page.said.text()
    for field in (page.old, page.new, page.again):
        field.clear()
    choose(seat, page, GIVEN)
    seat.key(Qt.Key.Key_Return)
    seat.until(lambda: not page.isVisible())
    seat.settle()
    assert not page.is_held and not seat.room.shut.is_shut
    assert not seat.desk.state.accounts["bela"].must_change
    assert sign_in(seat.engine, "bela", GIVEN, seat="desk-2", at=seat.now).actor == "bela"
    seat.window.menus.actions["my_password"].trigger()
    assert page.away_button.isVisible() and not page.sign_out_button.isVisible()
    seat.key(Qt.Key.Key_Escape)
    assert not page.isVisible()


def test_work_goes_on_and_a_distress_is_seen_and_answered(seat: LiveSeat, page: PasswordPage) -> None:
    number = seat.report()
    seat.desk.send(AddNote(number, "while the page is open"))
    seat.settle()
    seat.program(RaiseSignal("E1", Signal.DISTRESS))
    [banner, *_] = seat.window.alarm.banners
    assert banner.isVisible()
    assert banner.isWindow(), "a window of its own, above whatever stands in this one"
    banner.buttons["E1"].click()
    seat.until(lambda: seat.engine.state.units["E1"].distress_at is None)
    assert page.isVisible()


def test_signing_out_puts_it_away_and_locking_brings_it_back(seat: LiveSeat, page: PasswordPage) -> None:
    seat.room.lock()
    seat.until(lambda: seat.room.shut.is_shut)
    assert not page.isVisible()
    seat.until(seat.room.card.password.hasFocus)
    seat.type(WORDS)
    seat.key(Qt.Key.Key_Return)
    seat.until(page.isVisible)
    page.sign_out_button.click()
    seat.until(lambda: seat.room.shut.is_shut)
    assert not page.isVisible()
    assert seat.desk.state.accounts["bela"].must_change


def test_notes_of_the_last_shift_wait_for_the_password(seat: LiveSeat) -> None:
    seat.add("anna", "dispatcher")
    seat.add("bela", "dispatcher", is_temporary=True)
    who = sign_in(seat.engine, "anna", WORDS, seat=seat.desk.who.seat, at=seat.now)
    seat.engine.submit(Command("over", seat.now, who, HandOver("the bridge is shut"))).result()
    seat.begin()
    seat.come("bela")
    assert seat.room.pages.password.isVisible()
    assert not seat.room.pages.notes.isVisible()
    choose(seat, seat.room.pages.password, GIVEN)
    seat.key(Qt.Key.Key_Return)
    seat.until(seat.room.pages.notes.isVisible)


def test_a_password_reset_elsewhere_opens_it_at_the_next_sign_in(seat: LiveSeat) -> None:
    seat.add("bela", "dispatcher")
    seat.begin()
    seat.come("bela")
    assert "password" not in seat.room.pages.__dict__, "one's own password opens nothing"
    reset_password(seat.engine, ADMINISTRATOR, "bela", WORDS, at=seat.now)
    seat.until(lambda: seat.room.shut.is_shut)
    seat.come("bela")
    assert seat.room.pages.password.isVisible()
