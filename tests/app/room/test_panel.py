"""The panel of the room: who sits where, what they look after, a queue that is watched, set and handed over."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from app.parts.queues import Queues
from app.room.panel import RoomPanel
from dispatch.desk_commands import SetQueue, TakeIncident
from dispatch.desk_events import HandOverOffered
from dispatch.room.presence import Clock
from tests.app.charge.seats import BELA, CARLA, join
from tests.app.panels.seat import Seat
from tests.dispatch.town import SUPERVISOR, crossing


class Halves:
    """Districts of the town."""

    names = ("East", "West")
    codes: tuple[str, ...] = ()

    def parts_of(self, lon: float, lat: float) -> tuple[str, ...]:
        return ("East",) if lon > 25.005 else ("West",)


@pytest.fixture
def alone(qtbot: QtBot) -> Iterator[Seat]:
    made = Seat()
    made.desk.state = made.engine.state
    yield made
    made.bridge.close()


@pytest.fixture
def seat(alone: Seat) -> Seat:
    alone.report("structure_fire", crossing(1, 1))
    alone.other(TakeIncident(1))
    busy = replace(BELA, incident_id=1, taking_call_since=alone.now - timedelta(seconds=75), clock=Clock(3.2, 0.1))
    join(alone, busy, replace(CARLA, age_s=40), replace(CARLA, seat="seat-7", is_island=True), clock=Clock(0.0, 0.01))
    return alone


def made(seat: Seat, qtbot: QtBot) -> RoomPanel:
    panel = RoomPanel(seat.desk)
    qtbot.addWidget(panel)
    panel.resize(420, 700)
    panel.show()
    return panel


def row(panel: RoomPanel, seat: str):  # type: ignore[no-untyped-def]
    return next(each for each in panel.seats.rows if each.key == seat)


def test_a_desk_alone_is_told_how_a_room_is_made(alone: Seat, qtbot: QtBot) -> None:
    panel = made(alone, qtbot)
    assert panel.alone.isVisible() and not panel.inside.isVisible()
    assert [line.text().split(" ")[0] for line in panel.commands] == ["opsroom", "opsroom"]
    assert "server init" in panel.commands[0].text() and "--seat" in panel.commands[1].text()


def test_each_seat_says_what_is_before_it(seat: Seat, qtbot: QtBot) -> None:
    panel = made(seat, qtbot)
    assert panel.head.text() == "3 seats are here. You sit at seat-1."
    assert [each.key for each in panel.seats.rows] == ["seat-1", "seat-2", "seat-7", "seat-3"]
    bela = row(panel, "seat-2")
    assert bela.title == "seat-2 · bela" and bela.right == "1 in charge" and bela.tone == "warn"
    for words in ("has incident 1 open: Structure fire", "takes a call since 1:15", "clock off by +3.2 s"):
        assert words in bela.detail
    assert row(panel, "seat-3").badge == "was here" and "heard 0:40 ago" in row(panel, "seat-3").detail
    assert row(panel, "seat-7").badge == "island"
    assert row(panel, "seat-1").badge == "this seat"


def test_a_lost_server_a_missing_table_and_a_twin_are_said(seat: Seat, qtbot: QtBot) -> None:
    panel = made(seat, qtbot)
    assert seat.desk.seats is not None
    seat.desk.set_seats(replace(seat.desk.seats, is_connected=False))
    panel.refresh()
    assert "does not answer" in panel.head.text() and len(panel.seats.rows) == 4  # what was known stays
    join(seat, is_missing=True)
    panel.refresh()
    assert "older program" in panel.head.text()
    join(seat, BELA, twins=(replace(BELA, seat="seat-1"),))
    panel.refresh()
    assert "Another program runs as seat-1" in panel.twin.text()


def test_a_seat_that_is_gone_is_shown_as_long_as_it_is_in_charge(seat: Seat, qtbot: QtBot) -> None:
    panel = made(seat, qtbot)
    join(seat)
    panel.refresh()
    assert row(panel, "seat-2").badge == "not here" and row(panel, "seat-2").right == "1 in charge"
    assert panel.head.text().startswith("Nobody else is here")


def test_only_who_watches_over_others_sees_their_queue(seat: Seat, qtbot: QtBot) -> None:
    panel = made(seat, qtbot)
    assert [each.key for each in panel.watched.rows] == ["1"]
    panel.seats.take_key("seat-2")
    panel.refresh()
    assert not panel.watched.isVisible() and "supervisor" in panel.watched_head.text()
    assert not panel.queue_button.isEnabled() and not panel.hand_button.isEnabled()
    seat.desk.set_who(replace(SUPERVISOR, seat="seat-1"))
    panel.refresh()
    assert panel.watched.isVisible() and panel.watched_head.text() == "Queue of seat-2 (1)"
    assert panel.watched.rows[0].badge == "In hand here"
    panel.watched.chosen.emit("1")
    assert seat.desk.selection.incident_id == 1


def test_a_queue_is_set_by_ticking(seat: Seat, qtbot: QtBot) -> None:
    seat.desk.set_who(replace(SUPERVISOR, seat="seat-1"))
    Queues.of(seat.desk).take_districts(Halves())  # type: ignore[arg-type]
    panel = made(seat, qtbot)
    panel.seats.take_key("seat-2")
    panel.set_queue()
    form = panel.queue_form
    assert list(form.departments) == ["fire", "ambulance", "police", "water"]
    assert [form.parts.item(n).text() for n in range(form.parts.count())] == ["East", "West"]
    assert not panel.watched.isVisible()
    form.departments["water"].setChecked(True)
    form.parts.item(1).setCheckState(Qt.CheckState.Checked)
    form.do_button.click()
    queue = seat.state.queues["seat-2"]
    assert (queue.departments, queue.areas) == (("water",), ("West",))
    panel.refresh()
    assert "looks after Water Works, West" in row(panel, "seat-2").detail and panel.watched.isVisible()
    panel.set_queue()
    assert form.departments["water"].isChecked() and form.parts.item(0).text() == "West"  # what is ticked comes first
    form.departments["water"].setChecked(False)
    form.parts.item(0).setCheckState(Qt.CheckState.Unchecked)
    form.do_button.click()
    assert "seat-2" not in seat.state.queues


def test_a_part_that_the_city_names_no_more_is_kept_and_a_refusal_is_said(seat: Seat, qtbot: QtBot) -> None:
    seat.other(SetQueue("seat-1", areas=("The old harbour", "123456789")), who=SUPERVISOR)
    panel = made(seat, qtbot)
    panel.set_queue()
    form = panel.queue_form
    assert [form.parts.item(n).text() for n in range(form.parts.count())] == ["The old harbour", "Cells 123456789…"]
    form.asked.emit(SetQueue("seat-2", ("fire",)))
    assert "queue of seat-2" in panel.said.text().casefold() and panel.said.property("level") == "warning"


def test_all_that_a_seat_has_is_handed_over(seat: Seat, qtbot: QtBot) -> None:
    seat.desk.set_who(replace(SUPERVISOR, seat="seat-1"))
    panel = made(seat, qtbot)
    panel.seats.take_key("seat-2")
    panel.refresh()
    panel.hand_all()
    assert "seat-2" in panel.hand_form.question.text()
    keys = [panel.hand_form.to.itemData(n)[0] for n in range(panel.hand_form.to.count())]
    assert "seat-2" not in keys and "seat-7" in keys
    panel.hand_form.to.setCurrentIndex(keys.index("seat-7"))
    panel.hand_form.do_button.click()
    assert seat.bodies(HandOverOffered)[-1].to_seat == "seat-7"


def test_a_name_from_outside_stays_words(seat: Seat, qtbot: QtBot) -> None:
    join(seat, replace(BELA, seat="<b>x</b>\u202e", actor="<img src=x>"))
    panel = made(seat, qtbot)
    assert row(panel, "<b>x</b>\u202e").title == "<b>x</b> · <img src=x>"
