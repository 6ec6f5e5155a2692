"""Whose queue is shown, and what no choice ever hides."""

from __future__ import annotations

from dataclasses import replace

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QImage
from pytestqt.qtbot import QtBot

from app.panels.incidents import IncidentsPanel
from app.parts.queues import ALL, MINE, NOBODY, OF_SEAT, Queues
from dispatch.commands import RaiseSignal
from dispatch.desk_commands import HandOverIncident, SetQueue, TakeIncident
from resources.status import Signal
from tests.app.charge.seats import BELA, CARLA, join
from tests.app.panels.seat import Seat
from tests.dispatch.town import OTHER_OPERATOR, SUPERVISOR, crew, crossing


class Halves:
    """Call what lies east of the church East."""

    def parts_of(self, lon: float, lat: float) -> tuple[str, ...]:
        return ("East",) if lon > 25.005 else ("West",)


@pytest.fixture
def panel(seat: Seat, qtbot: QtBot) -> IncidentsPanel:
    made = IncidentsPanel(seat.desk)
    qtbot.addWidget(made)
    made.resize(420, 420)
    made.show()
    return made


def shown(panel: IncidentsPanel) -> list[int]:
    return list(panel.rows.keys)


def test_a_desk_alone_has_no_choice_and_no_marks(alone: Seat, qtbot: QtBot) -> None:
    panel = IncidentsPanel(alone.desk)
    qtbot.addWidget(panel)
    panel.show()
    alone.report("structure_fire", crossing(1, 1))
    alone.other(TakeIncident(1))
    assert not panel.queue.isVisible() and not panel.offers.isVisible()
    assert panel.rows.marks(panel.rows.incident(panel.rows.index(0, 1))).letters == ""
    assert "charge" not in panel.rows.sentence(alone.state.incidents[1])


def test_each_choice_shows_its_own(seat: Seat, panel: IncidentsPanel) -> None:
    seat.other(SetQueue("seat-2", areas=("East",)), who=SUPERVISOR)
    seat.other(SetQueue("seat-1", areas=("West",)), who=SUPERVISOR)
    Queues.of(seat.desk).take_districts(Halves())  # type: ignore[arg-type]
    west = seat.report("structure_fire", crossing(0, 0))
    assert shown(panel) == [1, west]
    panel.queue.choose(MINE)
    assert shown(panel) == [west] and panel.hidden.text() == "1 not shown"
    panel.queue.choose(NOBODY)
    assert shown(panel) == []
    assert "Nothing stands in this queue" in panel.empty.text() and panel.empty.isVisible()
    panel.queue.choose(f"{OF_SEAT}seat-2")
    assert panel.queue.choice == ALL and len(shown(panel)) == 2  # an operator watches nobody else
    seat.desk.set_who(replace(SUPERVISOR, seat="seat-1"))
    assert panel.queue.choice == f"{OF_SEAT}seat-2" and shown(panel) == [1]
    assert panel.queue.currentText() == "Queue of seat-2 (1)"


def test_what_is_of_somebody_who_is_away_is_everybodys_and_says_so(seat: Seat, panel: IncidentsPanel) -> None:
    seat.other(SetQueue("seat-2", ("fire",)), who=SUPERVISOR)
    seat.other(SetQueue("seat-1", areas=("nowhere",)), who=SUPERVISOR)
    panel.queue.choose(MINE)
    assert shown(panel) == []
    join(seat, replace(BELA, age_s=60), CARLA)
    assert shown(panel) == [1]
    assert panel.rows.lines(seat.state.incidents[1], 1)[1][0].startswith("Seat away · ")
    assert "Their seat is away" in panel.rows.sentence(seat.state.incidents[1])
    join(seat, BELA, CARLA)
    assert shown(panel) == []


def test_no_choice_hides_an_offer_ones_own_or_a_distress(seat: Seat, panel: IncidentsPanel) -> None:
    seat.other(SetQueue("seat-2", ("fire",)), who=SUPERVISOR)
    seat.other(SetQueue("seat-1", areas=("nowhere",)), who=SUPERVISOR)
    numbers = [seat.report("structure_fire", crossing(2, 2)) for _ in range(3)]
    panel.queue.choose(NOBODY)
    assert shown(panel) == []
    seat.other(HandOverIncident(1, "seat-1"))
    seat.desk.send(TakeIncident(numbers[0]))
    seat.assign(numbers[1], "E1")
    seat.other(RaiseSignal("E1", Signal.DISTRESS), who=crew("E1"))
    assert shown(panel) == [1, numbers[0], numbers[1]]  # what is offered stands on top
    assert panel.rows.lines(seat.state.incidents[numbers[1]], 1)[1] == (
        f"Distress · {seat.state.incidents[numbers[1]].location.text}, Smalltown",
        "alarm",
    )


def test_an_answer_follows_what_it_hangs_on(seat: Seat) -> None:
    queues = Queues.of(seat.desk)
    seat.other(SetQueue("seat-2", ("fire",)), who=SUPERVISOR)
    seat.other(SetQueue("seat-1", ("water",)), who=SUPERVISOR)
    incident = seat.state.incidents[1]
    assert queues.why(MINE, incident) == "" and queues.of_seat("seat-2", incident) == "own"
    seat.other(SetQueue("seat-2", ("water",)), who=SUPERVISOR)
    assert queues.why(MINE, incident) == "nobodys" and queues.of_seat("seat-2", incident) == "nobodys"
    seat.other(TakeIncident(1))
    assert queues.of_seat("seat-2", incident) == "in_charge"
    seat.other(HandOverIncident(1, "seat-1"))
    assert queues.why(MINE, incident) == "offered"


def test_a_row_shows_who_is_in_charge_and_who_has_it_open(seat: Seat, panel: IncidentsPanel) -> None:
    def look() -> QImage:
        return panel.table.grab().toImage()

    plain = look()
    seat.other(TakeIncident(1))
    charged = look()
    marks = panel.rows.marks(seat.state.incidents[1])
    assert (marks.letters, marks.whose, marks.seats) == ("S2", "others", ())
    assert charged != plain
    join(seat, replace(BELA, incident_id=1), CARLA)
    assert panel.rows.marks(seat.state.incidents[1]).seats == ("seat-2",)
    assert look() != charged  # the row is painted anew by presence alone
    words = panel.rows.sentence(seat.state.incidents[1])
    assert "In charge: bela (seat-2)" in words and "open at bela (seat-2)" in words
    seat.desk.send(TakeIncident(1, "in my sight"))
    assert panel.rows.marks(seat.state.incidents[1]).whose == "mine"


def test_the_bar_takes_and_declines_what_is_offered(seat: Seat, panel: IncidentsPanel) -> None:
    more = [seat.report("structure_fire", crossing(2, 2)) for _ in range(3)]
    focus = panel.focusWidget()
    for number in (1, *more):
        seat.other(TakeIncident(number))
        seat.other(HandOverIncident(number, "seat-1", "", "until ten"))
    bar = panel.offers
    assert bar.isVisible() and panel.focusWidget() is focus
    assert [line.isVisible() for line in bar.lines] == [True, True] and bar.more.text() == "2 more"
    assert "bela (seat-2)" in bar.lines[0].words.text() and "until ten" in bar.lines[0].words.toolTip()
    bar.lines[0].take_button.click()
    assert seat.state.charges[1].seat == "seat-1" and seat.desk.selection.incident_id == 1
    bar.lines[0].decline_button.click()
    bar.deed.reason.setText("busy")
    bar.deed.do_button.click()
    assert seat.state.charges[more[0]].offer is None
    bar.take_all()
    assert not bar.isVisible() and seat.state.charges[more[2]].seat == "seat-1"


def test_a_low_queue_keeps_its_rows(seat: Seat, panel: IncidentsPanel) -> None:
    for number in (1, seat.report("structure_fire", crossing(2, 2))):
        seat.other(HandOverIncident(number, "seat-1"))
    high = panel.offers.sizeHint().height()
    panel.resize(420, 260)
    assert panel.offers.lines[0].words.text().startswith("1 more · ") and panel.offers.sizeHint().height() < high


def test_a_hostile_note_stays_words(seat: Seat, panel: IncidentsPanel) -> None:
    seat.other(HandOverIncident(1, "seat-1", "", "<img src=x onerror=alert(1)>\nline"), who=OTHER_OPERATOR)
    assert "<img" not in panel.offers.lines[0].words.toolTip()
    assert "\n" not in panel.offers.lines[0].words.text()
    tip = str(panel.rows.index(0, 1).data(Qt.ItemDataRole.ToolTipRole))
    assert "<img" not in tip and panel.childAt(QPoint(5, 5)) is not None
