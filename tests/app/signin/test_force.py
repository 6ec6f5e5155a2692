"""Break-glass: what waits for a reason, what it does to the panel that asked, and who is told."""

from __future__ import annotations

from PySide6.QtCore import Qt

from app.signin.force import REASON_HOLDS_S
from dispatch.account_events import GlassBroken, PermissionRefused
from dispatch.commands import AssignUnits, ChangePriority, Choice, CloseIncident
from tests.app.signin.live_seat import LiveSeat


def _observer(seat: LiveSeat) -> int:
    seat.add("bela", "observer")
    number = seat.report()
    seat.begin()
    seat.come("bela")
    return number


def test_a_life_saving_command_waits_for_its_reason_and_keeps_its_id(seat: LiveSeat) -> None:
    number = _observer(seat)
    bar = seat.room.force_bar
    held = seat.focused
    sent = seat.desk.send(AssignUnits(number, (Choice("E1"),)))
    assert bar.isVisible() and "send units" in bar.said.text()
    assert seat.focused is held  # it takes the focus only when that is asked for
    assert not bar.reason.isVisible()
    bar.ask_button.click()
    assert bar.reason.hasFocus() and not bar.force_button.isEnabled()
    seat.type("the dispatcher fainted")
    seat.key(Qt.Key.Key_Return)
    seat.until(lambda: bool(seat.desk.state.units["E1"].assignment_id))
    assert not bar.isVisible()
    assert seat.log.entry_of(sent.id) is not None
    [broken] = seat.events(GlassBroken)
    assert broken.reason == "the dispatcher fainted"  # type: ignore[attr-defined]
    assert not seat.events(PermissionRefused)


def test_what_is_left_is_refused_and_kept_as_such(seat: LiveSeat) -> None:
    number = _observer(seat)
    refused = []
    seat.desk.refused.connect(lambda command, problem: refused.append((command.id, problem.code)))
    sent = seat.desk.send(ChangePriority(number, 3))
    seat.room.force_bar.leave_button.click()
    seat.until(lambda: bool(refused))
    assert refused == [(sent.id, "not_allowed")]
    assert len(seat.events(PermissionRefused)) == 1


def test_a_reason_holds_for_what_follows_at_once_and_no_longer(seat: LiveSeat) -> None:
    number = _observer(seat)
    at_s = [100.0]
    seat.room.gate._monotonic = lambda: at_s[0]
    seat.desk.send(ChangePriority(number, 3))
    seat.room.gate.force("lives at stake")
    seat.settle()
    at_s[0] += REASON_HOLDS_S - 1
    seat.desk.send(AssignUnits(number, (Choice("E1"),)))
    assert not seat.room.force_bar.isVisible()
    at_s[0] += 2
    seat.desk.send(ChangePriority(number, 4))
    assert seat.room.force_bar.isVisible()


def test_what_saves_no_life_is_refused_without_a_question(seat: LiveSeat) -> None:
    number = _observer(seat)
    seat.desk.send(CloseIncident(number, "handled"))
    seat.until(lambda: bool(seat.events(PermissionRefused)))
    assert not seat.room.force_bar.isVisible()


def test_a_supervisor_is_told_until_it_is_noted(seat: LiveSeat) -> None:
    number = _observer(seat)
    seat.add("eva", "supervisor")
    seat.desk.send(ChangePriority(number, 3))
    seat.room.gate.force("lives at stake")
    seat.until(lambda: len(seat.desk.state.broken_glass) == 1)
    assert not seat.room.glass.isVisible()  # an observer takes no note of it
    seat.room.sign_out()
    seat.until(lambda: seat.room.shut.is_shut)
    seat.come("eva")
    glass = seat.room.glass
    assert glass.isVisible()
    [seen] = glass.buttons.values()
    seen.click()  # type: ignore[attr-defined]
    seat.until(lambda: not seat.desk.state.broken_glass)
    assert not glass.isVisible()


def test_who_forced_it_does_not_take_note_of_it(seat: LiveSeat) -> None:
    seat.add("eva", "supervisor", "observer")
    number = seat.report()
    seat.begin()
    seat.come("eva", "observer")
    seat.desk.send(ChangePriority(number, 3))
    seat.room.gate.force("lives at stake")
    seat.settle()
    seat.room.take_role("supervisor")
    seat.until(lambda: seat.desk.who.role == "supervisor")
    assert seat.room.glass.isVisible() and not seat.room.glass.buttons
