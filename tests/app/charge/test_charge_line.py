"""Who is in charge is said, taken, handed over and given up where the incident is shown."""

from __future__ import annotations

from dataclasses import replace

import pytest
from pytestqt.qtbot import QtBot

from app.panels.incident import IncidentPanel
from dispatch.desk_commands import HandOverIncident, TakeIncident
from dispatch.desk_events import HandOverDeclined, HandOverOffered, HandOverWithdrawn, IncidentGivenUp, IncidentTaken
from tests.app.charge.seats import BELA, CARLA, join
from tests.app.panels.seat import Seat
from tests.dispatch.town import OTHER_OPERATOR, SUPERVISOR, crossing


@pytest.fixture
def panel(seat: Seat, qtbot: QtBot) -> IncidentPanel:
    made = IncidentPanel(seat.desk)
    qtbot.addWidget(made)
    made.resize(420, 700)
    made.show()
    seat.desk.select(incident_id=1)
    return made


def test_a_desk_alone_shows_nothing_of_it(alone: Seat, qtbot: QtBot) -> None:
    panel = IncidentPanel(alone.desk)
    qtbot.addWidget(panel)
    panel.show()
    number = alone.report("structure_fire", crossing(1, 1))
    alone.desk.select(incident_id=number)
    assert not panel.charge.isVisible()


def test_what_nobody_has_is_taken_at_once(seat: Seat, panel: IncidentPanel) -> None:
    line = panel.charge
    assert "Nobody is in charge" in line.words.text() and not line.give_up_button.isVisible()
    line.take_button.click()
    assert "You are in charge" in line.words.text()
    assert not line.take_button.isVisible() and line.hand_button.isVisible()
    assert seat.bodies(IncidentTaken)[-1].way == "free"


def test_what_another_has_is_taken_over_with_a_reason_alone(seat: Seat, panel: IncidentPanel) -> None:
    seat.other(TakeIncident(1))
    line = panel.charge
    assert line.words.text() == "In charge: bela (seat-2)"
    line.take_button.click()
    assert line.deed.isVisible() and not line.deed.do_button.isEnabled()
    line.deed.reason.setText("bela is on the radio")
    line.deed.do_button.click()
    assert seat.bodies(IncidentTaken)[-1].way == "taken_over"
    assert "You are in charge" in line.words.text() and not line.deed.isVisible()


def test_it_is_handed_over_to_whom_is_chosen_and_can_be_taken_back(seat: Seat, panel: IncidentPanel) -> None:
    line = panel.charge
    line.take()
    line.hand_button.click()
    assert [line.form.to.itemText(n) for n in range(line.form.to.count())] == ["seat-2 · bela", "seat-3 · carla"]
    line.form.to.setCurrentIndex(1)
    line.form.note.setText("knows the house")
    line.form.do_button.click()
    offered = seat.bodies(HandOverOffered)[-1]
    assert (offered.to_seat, offered.note) == ("seat-3", "knows the house")
    assert "offered to seat-3" in line.words.text() and line.back_button.isVisible()
    line.back_button.click()
    assert seat.bodies(HandOverWithdrawn) and line.hand_button.isVisible()


def test_what_is_offered_here_can_be_taken_or_declined(seat: Seat, panel: IncidentPanel) -> None:
    seat.other(TakeIncident(1))
    seat.other(HandOverIncident(1, "seat-1", "", "rings back at ten"))
    line = panel.charge
    assert "bela (seat-2) hands it to you: “rings back at ten”" in line.words.text()
    line.decline_button.click()
    line.deed.reason.setText("in the middle of a call")
    line.deed.do_button.click()
    assert seat.bodies(HandOverDeclined)[-1].reason == "in the middle of a call"
    seat.other(HandOverIncident(1, "seat-1"))
    assert line.take_button.text() == "Take"
    line.take_button.click()
    assert seat.bodies(IncidentTaken)[-1].way == "handed_over"


def test_it_is_given_up_with_a_reason(seat: Seat, panel: IncidentPanel) -> None:
    line = panel.charge
    line.take()
    line.give_up_button.click()
    line.deed.reason.setText("the fire service has it all")
    line.deed.do_button.click()
    assert seat.bodies(IncidentGivenUp) and "Nobody is in charge" in line.words.text()


def test_where_else_it_is_open_is_said_as_it_changes(seat: Seat, panel: IncidentPanel) -> None:
    line = panel.charge
    assert "open at" not in line.words.text()
    join(seat, replace(BELA, incident_id=1), replace(CARLA, incident_id=1, age_s=60))
    assert line.words.text().endswith("open at seat-2")  # carla was here, and is not
    join(seat, replace(BELA, incident_id=1, is_island=True))
    assert "open at" not in line.words.text()  # what an island calls 1 is something else


def test_whoever_has_it_and_is_gone_is_said_to_be(seat: Seat, panel: IncidentPanel) -> None:
    seat.other(TakeIncident(1))
    join(seat, replace(BELA, age_s=60), CARLA)
    assert "not here now" in panel.charge.words.text()


def test_who_watches_over_others_hands_theirs_on(seat: Seat, panel: IncidentPanel) -> None:
    seat.other(TakeIncident(1))
    assert not panel.charge.hand_button.isVisible()
    seat.desk.set_who(SUPERVISOR)
    panel.charge.show_incident(panel.incident)
    assert panel.charge.hand_button.isVisible()
    panel.charge.hand()
    assert "seat-2" not in [panel.charge.form.to.itemData(n)[0] for n in range(panel.charge.form.to.count())]


def test_the_race_for_a_free_one_is_lost_calmly(seat: Seat, panel: IncidentPanel) -> None:
    line = panel.charge
    seat.other(TakeIncident(1), who=OTHER_OPERATOR)
    line._do(TakeIncident(1))  # made before bela's was seen here
    assert "bela" in line.said.text() and line.said.property("level") == "warning"


def test_another_incident_leaves_no_question_open(seat: Seat, panel: IncidentPanel) -> None:
    panel.charge.take()
    panel.charge.hand()
    number = seat.report("structure_fire", seat.state.incidents[1].location)
    seat.desk.select(incident_id=number)
    assert not panel.charge.form.isVisible()


@pytest.mark.parametrize("to", [{"to_seat": "seat-3"}, {"to_actor": CARLA.actor}])
def test_an_offer_to_whoever_is_not_there_says_so(seat: Seat, panel: IncidentPanel, to: dict[str, str]) -> None:
    panel.charge.take()
    seat.desk.send(HandOverIncident(1, **to))
    words = panel.charge.words
    assert "offered to" in words.text() and "not here now" not in words.text()
    room = seat.desk.seats
    join(seat, *(each for each in room.others if each.seat != "seat-3"))
    assert "not here now" in words.text()
