"""The change of shift: what is open is listed, what was written is read first, and put away for good."""

from __future__ import annotations

from datetime import timedelta

from PySide6.QtCore import Qt

from app.signin.memory import LOCKS_AFTER_MIN, Memory
from app.signin.open_work import open_work
from app.signin.shift_pages import unread
from dispatch.account import HandedOver
from dispatch.account_events import ShiftHandedOver
from dispatch.clocks import URGENT, Limit
from dispatch.commands import CloseRoad, HoldUnit
from dispatch.duty_commands import DutyDraft, GiveDuties
from dispatch.incident import Closure
from tests.app.signin.live_seat import LiveSeat
from tests.dispatch import town


def test_the_next_at_the_seat_reads_the_notes_first_and_once(seat: LiveSeat) -> None:
    seat.add("bela", "dispatcher", name="Bela Szabo")
    seat.add("eva", "dispatcher")
    number = seat.report()
    seat.begin()
    seat.come("bela")
    page = seat.room.pages.hand_over
    seat.window.menus.actions["hand_over"].trigger()
    assert page.isVisible() and page.notes.hasFocus()
    assert f"{number}  P1" in page.open.toPlainText()
    assert not page.do_button.isEnabled()
    seat.type("E1 waits for a driver")
    seat.key(Qt.Key.Key_Escape)
    assert not page.isVisible()
    page.come()
    assert page.notes.toPlainText() == "E1 waits for a driver"  # Esc took nothing away
    page.notes.setFocus()
    seat.key(Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    seat.until(lambda: seat.room.shut.is_shut)
    [handed] = seat.events(ShiftHandedOver)
    assert handed.notes == "E1 waits for a driver\n\nLeft open: " + open_work(seat.desk).counted("en")  # type: ignore[attr-defined]
    seat.come("eva")
    notes = seat.room.pages.notes
    assert notes.isVisible()
    assert "Bela Szabo, dispatcher" in notes.notes.toPlainText()
    seat.key(Qt.Key.Key_Escape)
    assert not notes.isVisible()
    seat.room.sign_out()
    seat.until(lambda: seat.room.shut.is_shut)
    seat.come("eva")
    assert not notes.isVisible()
    seat.window.menus.actions["shift_notes"].trigger()
    assert "E1 waits" in notes.notes.toPlainText()


def test_what_is_open_names_held_units_and_roads(seat: LiveSeat) -> None:
    seat.program(HoldUnit("E1", "spare crew"))
    lon, lat = town.crossing(0, 1).lon, town.crossing(0, 1).lat
    seat.program(CloseRoad(Closure("c1", "Point", ((lon, lat),), (), "burst pipe", None, None)))
    number = seat.report()
    seat.program(GiveDuties((DutyDraft("Shut the valve", "fire", limit=Limit(URGENT, 1)),), incident_id=number))
    told = open_work(seat.desk).told("en")
    assert "Open duties of departments: 1\n   1  Fire Service: Shut the valve · " in told
    assert "Units held back: 1\n   E1  spare crew" in told
    assert "burst pipe" in told
    assert "Open incidents: 1" in told
    assert "留用力量：1" in open_work(seat.desk).told("zh")


def test_notes_are_for_the_seat_or_for_whom_they_name() -> None:
    at = town.START
    here = HandedOver(10, "bela", "dispatcher", "desk-1", at, "a")
    named = HandedOver(11, "bela", "dispatcher", "desk-9", at, "b", "eva")
    elsewhere = HandedOver(12, "bela", "dispatcher", "desk-9", at, "c")
    own = HandedOver(13, "eva", "dispatcher", "desk-1", at, "d")
    old = HandedOver(14, "bela", "dispatcher", "desk-1", at - timedelta(days=9), "e")
    found = unread(
        (here, named, elsewhere, own, old), account_id="eva", seat="desk-1", seen=0, is_recent=lambda one: one.at >= at
    )
    assert [one.notes for one in found] == ["a", "b"]
    assert unread((here,), account_id="eva", seat="desk-1", seen=10, is_recent=lambda one: True) == ()


def test_the_desk_remembers_and_nonsense_harms_nothing(tmp_path) -> None:  # type: ignore[no-untyped-def]
    file = tmp_path / "signin.json"
    Memory({"bela": "observer"}, {"log": 7}, 20).keep(file)
    assert Memory.read(file) == Memory({"bela": "observer"}, {"log": 7}, 20)
    for nonsense in ("", "[]", '{"roles": 3}', '{"locks_after_min": "soon"}', '{"locks_after_min": -1}'):
        file.write_text(nonsense, "utf-8")
        assert Memory.read(file).locks_after_min == LOCKS_AFTER_MIN
    assert Memory.read(None) == Memory()
