"""A board of cases shows whose queue it is asked for, and takes away again just what it counted."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from pytestqt.qtbot import QtBot

from app.cases.docket import Docket, Wanted
from app.panels.cases import CasesPanel
from dispatch.desk_commands import SetQueue
from dispatch.room.presence import Here, Room
from tests.app.cases.case_seat import CaseSeat
from tests.dispatch import case_town as t


@pytest.fixture
def seat(qtbot: QtBot) -> Iterator[CaseSeat]:
    made = CaseSeat(t.SUPERVISOR)
    made.desk.set_seats(Room(made.desk.who.seat, (Here("seat-9", "zoe", "dispatcher"),), is_connected=True))
    yield made
    made.bridge.close()


def ids(panel: CasesPanel) -> list[int]:
    return [panel.rows.id_at(row) for row in range(panel.rows.rowCount())]


def test_a_queue_is_chosen_beside_departments_and_follows_what_is_set(seat: CaseSeat, qtbot: QtBot) -> None:
    panel = CasesPanel(seat.desk)
    qtbot.addWidget(panel)
    panel.show()
    for _ in range(3):
        seat.report_case()
    names = [panel.filters.scope.itemText(n) for n in range(panel.filters.scope.count())]
    assert {"My queue", "Nobody's queue", "Cases of seat-9"} <= set(names)
    panel.filters.choose_queue("seat:seat-9")
    assert len(ids(panel)) == 3  # without a queue of its own a seat looks after everything
    seat.desk.send(SetQueue("seat-9", ("fire",)))
    seat.desk.send(SetQueue(seat.desk.who.seat, areas=(seat.case().place.cell or "nowhere",)))
    answerable = seat.case().answerable
    seat.desk.send(SetQueue("seat-9", (answerable or "fire",)))
    shown = len(ids(panel))
    assert sum(panel.rows.docket.by_stage.values()) == shown
    assert panel.filters.wanted.queue == "seat:seat-9"
    panel.filters.scope.setCurrentIndex(0)
    panel.filters.scope.activated.emit(0)
    assert len(ids(panel)) == 3 and panel.filters.wanted.queue == ""


def test_which_seats_have_a_case_open_stands_on_its_row(seat: CaseSeat, qtbot: QtBot) -> None:
    panel = CasesPanel(seat.desk)
    qtbot.addWidget(panel)
    seat.report_case()
    assert "seat-9" not in panel.rows.sentence(seat.case())
    seat.desk.set_seats(Room("x", (Here("seat-9", "zoe", case_id=seat.case().id),), is_connected=True))
    assert "open: seat-9" in panel.rows.sentence(seat.case())


def test_answers_that_change_while_a_case_is_held_leave_no_count_behind(seat: CaseSeat) -> None:
    seat.report_case()
    answers = {"": True}
    docket = Docket(lambda case: "", Wanted(queue="mine"), stands_in=lambda queue, case: answers[""])
    docket.begin(seat.desk.state, seat.desk.who, seat.desk.clock())
    assert len(docket.keys) == 1 and sum(docket.by_stage.values()) == 1
    answers[""] = False
    docket.take(seat.case())
    assert docket.keys == [] and sum(docket.by_stage.values()) == 0
