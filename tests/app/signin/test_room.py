"""Who sits at a desk: first start, sign-in, roles, the lock, and that a shut desk hides nothing."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from app.signin.who_sits import Sitting
from dispatch.account_events import PermissionRefused, SeatLocked, SessionEnded, SignedIn, SignInFailed
from dispatch.commands import AddNote, ChangeKind, RaiseSignal
from dispatch.log import NotSaved
from resources.status import Signal
from tests.app.signin.live_seat import WORDS, LiveSeat


def test_the_first_start_of_a_live_log_makes_its_administrator(seat: LiveSeat) -> None:
    seat.begin()
    first = seat.room.first
    assert first.isVisible() and seat.room.shut.is_shut
    seat.until(first.name.hasFocus)
    for words in ("Dora Lind", "Dora", "password12"):
        seat.type(words)
        seat.key(Qt.Key.Key_Tab)
    assert "first that anybody would try" in first.said.text()
    assert not first.go_button.isEnabled()
    first.password.setText(WORDS)
    assert first.again.hasFocus()
    seat.type(WORDS)
    seat.key(Qt.Key.Key_Return)
    seat.until(lambda: not seat.room.shut.is_shut)
    assert (seat.desk.who.actor, seat.desk.who.role) == ("dora", "administrator")
    assert seat.desk.state.accounts["dora"].name == "Dora Lind"
    assert not first.isVisible()
    assert first.password.text() == ""


def test_one_wrong_word_is_said_as_an_unknown_name_is(seat: LiveSeat) -> None:
    seat.add("bela", "dispatcher")
    seat.begin()
    said = []
    for name in ("bela", "nobody"):
        seat.room.card.account.setText(name)
        seat.room.card.password.setText("not the right words")
        seat.room.card.go_button.click()
        seat.until(lambda: "Checking" not in seat.room.card.said.text() and bool(seat.room.card.said.text()))
        said.append(seat.room.card.said.text())
        assert seat.room.card.password.text() == ""
        assert seat.room.card.password.hasFocus()
    assert said[0] == said[1]
    assert seat.room.shut.is_shut
    assert len(seat.events(SignInFailed)) == 2


def test_roles_are_offered_after_the_password_and_the_last_one_first(seat: LiveSeat) -> None:
    seat.add("bela", "dispatcher", "observer", "collector")
    seat.begin()
    seat.come("bela", "observer")
    assert seat.desk.who.role == "observer"
    seat.room.sign_out()
    seat.until(lambda: seat.room.shut.is_shut)
    assert seat.desk.who.role == "observer" and not seat.desk.who.actor
    seat.come("bela")
    assert seat.desk.who.role == "observer"
    assert seat.room.memory.roles == {"bela": "observer"}


def test_a_signed_out_desk_shows_everything_and_takes_no_key(seat: LiveSeat) -> None:
    seat.add("bela", "dispatcher")
    seat.begin()
    number = seat.report()
    assert seat.window.incidents.isVisible() and seat.window.units.isVisible()
    assert seat.window.strip.unassigned.value.text() == str(number)  # one is open, and it is the first
    seat.until(seat.room.card.account.hasFocus)
    line = seat.window.commands.line
    QTest.mouseClick(line, Qt.MouseButton.LeftButton)
    QTest.keyClicks(line, "note 1 x")
    QTest.keyClick(seat.window, Qt.Key.Key_F8)
    assert line.text() == ""
    seat.qtbot.wait(30)
    assert seat.room.card.account.hasFocus()
    seat.key(Qt.Key.Key_F1)
    assert not seat.window.keys_page.isVisible()
    for _ in range(6):
        seat.key(Qt.Key.Key_Tab)
        assert seat.room.corner.isAncestorOf(seat.focused)


def test_the_lock_is_a_key_and_the_same_password_opens_it(seat: LiveSeat) -> None:
    seat.add("bela", "dispatcher", name="Bela Szabo")
    seat.begin()
    seat.come("bela")
    QTest.keyClick(
        seat.window.commands.line, Qt.Key.Key_L, Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.AltModifier
    )
    seat.until(lambda: seat.room.shut.is_shut)
    assert "Bela Szabo" in seat.room.card.title.text()
    assert not seat.room.card.account.isVisible()
    seat.until(seat.room.card.password.hasFocus)
    seat.desk.send(AddNote(1, "from a locked desk"))
    seat.until(lambda: bool(seat.events(PermissionRefused)))
    seat.type("wrong words here")
    seat.key(Qt.Key.Key_Return)
    seat.until(lambda: "not right" in seat.room.card.said.text())
    seat.type(WORDS)
    seat.key(Qt.Key.Key_Return)
    seat.until(lambda: not seat.room.shut.is_shut)
    assert seat.desk.who.actor == "bela"


def test_a_distress_is_seen_and_heard_over_a_locked_desk(seat: LiveSeat) -> None:
    seat.add("bela", "dispatcher")
    seat.begin()
    seat.come("bela")
    seat.room.lock()
    seat.until(lambda: seat.room.shut.is_shut)
    seat.program(RaiseSignal("E1", Signal.DISTRESS))
    [banner, *_] = seat.window.alarm.banners
    assert banner.isVisible() and "E1" in banner.buttons
    assert seat.window.strip.distress.value.text() == "E1"
    assert "unlock" in banner._hint.text()
    banner.buttons["E1"].click()  # even so the log would refuse it: whoever answers it signs in
    seat.settle()
    assert seat.desk.state.units["E1"].distress_at is not None


def test_another_may_take_a_locked_desk_over(seat: LiveSeat) -> None:
    seat.add("bela", "dispatcher")
    seat.add("eva", "supervisor")
    seat.begin()
    seat.come("bela")
    seat.room.lock()
    seat.until(lambda: seat.room.card.is_for_unlocking)
    seat.come("eva")
    assert seat.desk.who.actor == "eva"
    [ended] = seat.events(SessionEnded)
    assert ended.account_id == "bela"  # type: ignore[attr-defined]


def test_the_desk_locks_by_itself_where_nobody_touches_it(seat: LiveSeat) -> None:
    seat.add("bela", "dispatcher")
    seat.begin()
    seat.come("bela")
    at_s = [0.0]
    seat.room.idle._monotonic = lambda: at_s[0]
    seat.room.idle.touch()
    at_s[0] = 599.0
    seat.pass_time(seconds=1)
    QTest.keyClick(seat.window.windowHandle(), Qt.Key.Key_X)  # a key counts the minutes anew
    QApplication.processEvents()
    at_s[0] = 601.0
    seat.pass_time(seconds=1)
    seat.settle()
    assert not seat.room.shut.is_shut
    at_s[0] = 599.0 + 601.0
    seat.pass_time(seconds=1)
    seat.until(lambda: seat.room.shut.is_shut)
    assert len(seat.events(SeatLocked)) == 1


def test_another_role_needs_no_password_and_buttons_follow(seat: LiveSeat) -> None:
    seat.add("bela", "dispatcher", "observer")
    number = seat.report()
    seat.begin()
    seat.come("bela", "dispatcher")
    menus = seat.window.menus.actions
    assert menus["acknowledge_speak"].isEnabled()
    seat.room.take_role("observer")
    seat.until(lambda: seat.desk.who.role == "observer")
    assert not seat.room.shut.is_shut
    assert not menus["acknowledge_speak"].isEnabled()
    assert menus["new_call"].isEnabled()  # that one saves lives: it can be forced
    assert not menus["accounts"].isEnabled()
    seat.desk.send(ChangeKind(number, "cardiac_arrest"))
    seat.until(lambda: bool(seat.events(PermissionRefused)))
    assert [event.role for event in seat.events(SignedIn)] == ["dispatcher", "observer"]  # type: ignore[attr-defined]


def test_whoever_is_disabled_elsewhere_is_out_at_once(seat: LiveSeat) -> None:
    from dispatch.account_commands import DisableAccount
    from dispatch.commands import Command
    from tests.app.signin.live_seat import ADMINISTRATOR

    seat.add("bela", "dispatcher")
    seat.begin()
    seat.come("bela")
    seat.engine.submit(Command("off", seat.now, ADMINISTRATOR, DisableAccount("bela", "left"))).result()
    seat.until(lambda: seat.room.shut.is_shut)
    assert seat.room.card.isVisible() and not seat.room.card.is_for_unlocking
    assert seat.room._shown is Sitting.NOBODY


def test_leaving_the_window_ends_the_session(seat: LiveSeat) -> None:
    seat.add("bela", "dispatcher")
    seat.begin()
    seat.come("bela")
    seat.window.close()
    seat.until(lambda: not seat.engine.state.sessions)


def test_a_desk_that_asks_nobody_is_as_it_was(seat: LiveSeat) -> None:
    seat.room.begin(None, asks=False)
    assert not seat.room.shut.is_shut
    assert not seat.room.card.isVisible() and not seat.room.first.isVisible()
    assert seat.desk.who.actor == "x"
    assert seat.window.strip.who.isHidden()


def test_a_log_that_takes_nothing_is_opened_again_from_the_card(
    seat: LiveSeat, monkeypatch: pytest.MonkeyPatch
) -> None:
    seat.add("bela", "dispatcher")
    seat.begin()
    asked: list[bool] = []
    seat.window.open_log_wanted.connect(lambda: asked.append(True))

    def fail(*_: object) -> None:
        raise NotSaved("disk_full", "the disk is full")

    monkeypatch.setattr(seat.log, "append", fail)
    seat.desk.figures.is_saved = False
    seat.room.card.account.setText("bela")
    seat.room.card.password.setText(WORDS)
    seat.room.card.go_button.click()
    seat.until(lambda: "disk is full" in seat.room.card.said.text())
    assert seat.room.shut.is_shut
    seat.room.card.reopen_button.click()
    assert asked == [True]
