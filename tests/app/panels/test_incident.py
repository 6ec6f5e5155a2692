"""The incident in hand: facts, units, story, and every button of its panel."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from app.panels.incident import IncidentPanel
from dispatch.commands import (
    AddNote,
    AssignUnits,
    AttachCall,
    ChangeAlarmLevel,
    Choice,
    CloseIncident,
    RecordCall,
    Tick,
    Who,
)
from dispatch.duty_commands import AcceptDuty, DutyDraft, GiveDuties, StartDuty
from dispatch.events import AlarmRaised, NoteAdded, OrderChanged, StatusReported, UnitReleased
from dispatch.incident import Precision, Stage
from dispatch.major_commands import DeclareMajorIncident
from dispatch.message import Addressee
from dispatch.message_commands import SendMessage
from resources.status import Status
from tests.app.panels.seat import Seat
from tests.dispatch.town import crossing


@pytest.fixture
def panel(seat: Seat, qtbot: QtBot) -> IncidentPanel:
    made = IncidentPanel(seat.desk)
    qtbot.addWidget(made)
    made.resize(420, 560)
    made.show()
    return made


@pytest.fixture
def fire(seat: Seat, panel: IncidentPanel) -> int:
    number = seat.report("structure_fire", crossing(1, 1), text="Smoke")
    seat.assign(number, "E1", "A1", eta_s=240)
    seat.desk.select(incident_id=number)
    return number


def story(panel: IncidentPanel) -> list[str]:
    return [row.title for row in panel.timeline.rows]


def test_the_head_says_what_it_is_and_how_long(seat: Seat, panel: IncidentPanel, fire: int) -> None:
    seat.pass_time(600)
    assert panel.head.title.text() == f"{fire}  Structure fire"
    assert panel.head.priority.text() == "P1"
    assert "10 min since received" in panel.head.timers.text()
    assert "deadline in 50 min" in panel.head.timers.text()
    assert "smoke" in panel.head.hazards.text()
    seat.pass_time(3600)
    assert "10 min over the deadline" in panel.head.timers.text()
    assert panel.head.timers.property("level") == "alarm"


def test_units_stand_with_their_instants(seat: Seat, panel: IncidentPanel, fire: int) -> None:
    seat.pass_time(60)
    seat.status("E1", Status.EN_ROUTE)
    first = panel.units.rows[0]
    assert (first.key, first.mark) == ("E1", "ENR")
    assert "sent 10:05" in first.detail and "en route 10:06" in first.detail
    assert first.right == "in 3:00"
    seat.pass_time(60)
    assert panel.units.rows[0].right == "in 2:00"


def test_an_order_nobody_acknowledges_is_loud(seat: Seat, panel: IncidentPanel, fire: int) -> None:
    seat.pass_time(40)
    seat.other(Tick(), who=Who("clock", "system"))
    assert panel.units.rows[0].tone == "alarm"
    assert panel.units.rows[0].badge == "NOT ACKNOWLEDGED"
    assert any("NOT acknowledged" in line for line in story(panel))


def test_the_story_is_built_as_it_happens_and_read_again_from_the_log(
    seat: Seat, panel: IncidentPanel, fire: int
) -> None:
    seat.other(AddNote(fire, "Two people out\nby the balcony"))
    seat.other(RecordCall("c", answered_at=seat.now))
    seat.other(AttachCall("c", fire))
    other = seat.report("stray_dog", crossing(0, 0))
    seat.other(AddNote(other, "not ours"))
    live = story(panel)
    assert live[0] == "Call attached"
    assert any("Two people out\nby the balcony" in line for line in live)
    assert not any("not ours" in line for line in live)
    seat.desk.select(incident_id=other)
    assert any("not ours" in line for line in story(panel))
    seat.desk.select(incident_id=fire)
    # Read anew, the call's own record belongs to the story too: it is known now that it was about this incident.
    assert [line for line in story(panel) if not line.startswith("Call recorded")] == live


def test_status_buttons_speak_of_the_unit_in_hand(seat: Seat, panel: IncidentPanel, fire: int) -> None:
    panel.units.take_key("A1")
    panel.status_buttons[Status.EN_ROUTE].click()
    assert seat.state.units["A1"].status is Status.EN_ROUTE
    assert seat.state.units["E1"].status is Status.ALERTED
    assert panel.unit_id == "A1"  # still in hand after the refresh
    panel.release_button.click()
    assert [event.unit_id for event in seat.bodies(UnitReleased)] == ["A1"]
    panel.units.take_key("A1")
    assert not panel.release_button.isEnabled()


def test_a_status_against_the_order_is_refused_until_the_crew_says_so(
    seat: Seat, panel: IncidentPanel, fire: int
) -> None:
    seat.status("E1", Status.ON_SCENE)
    panel.units.take_key("E1")
    panel.report(Status.EN_ROUTE)
    assert seat.state.units["E1"].status is Status.ON_SCENE
    assert "against the usual order" in panel.said.text()
    assert panel.crew_button.isVisible()
    panel.crew_button.click()
    assert seat.bodies(StatusReported)[-1].status is Status.EN_ROUTE
    assert "out_of_sequence" in seat.bodies(StatusReported)[-1].marks
    assert not panel.crew_button.isVisible()
    assert any("out of the usual order" in line for line in story(panel))


def test_a_note_is_added_by_ctrl_return_and_not_by_enter(
    seat: Seat, panel: IncidentPanel, fire: int, qtbot: QtBot
) -> None:
    qtbot.keyClicks(panel.note, "hydrant blocked")
    qtbot.keyClick(panel.note, Qt.Key.Key_Return)
    assert not seat.bodies(NoteAdded)
    qtbot.keyClick(panel.note, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    assert [event.text for event in seat.bodies(NoteAdded)] == ["hydrant blocked"]
    assert panel.note.text() == ""


def test_closing_asks_how_it_ended_and_about_units_still_bound(seat: Seat, panel: IncidentPanel, fire: int) -> None:
    panel.close_button.click()
    form = panel.close_form
    assert [form.disposition.itemData(i) for i in range(form.disposition.count())] == ["extinguished", "false_alarm"]
    assert "E1, A1" in form.release.text()
    form.do_button.click()
    assert seat.state.incidents[fire].stage is not Stage.CLOSED
    assert "E1, A1" in panel.said.text()
    assert form.isVisible()  # a refusal takes nothing of what was written
    form.release.setChecked(True)
    form.disposition.setCurrentIndex(1)
    form.words.setText("burnt toast")
    form.do_button.click()
    incident = seat.state.incidents[fire]
    assert (incident.stage, incident.disposition, incident.closing_text) == (Stage.CLOSED, "false_alarm", "burnt toast")
    assert not seat.state.open_assignments
    assert panel.reopen_button.isVisible() and not panel.close_button.isVisible()
    assert not form.isVisible()


def test_reopening_needs_a_reason(seat: Seat, panel: IncidentPanel, fire: int) -> None:
    seat.other(CloseIncident(fire, "extinguished", release_units=True))
    panel.reopen_button.click()
    panel.reopen_form.do_button.click()
    assert seat.state.incidents[fire].stage is Stage.CLOSED
    assert panel.said.text() and panel.reopen_form.isVisible()
    panel.reopen_form.reason.setText("smoke again")
    panel.reopen_form.do_button.click()
    assert seat.state.incidents[fire].stage is not Stage.CLOSED


def test_a_corrected_place_tells_every_unit_sent(seat: Seat, panel: IncidentPanel, fire: int, qtbot: QtBot) -> None:
    panel.place_button.click()
    form = panel.place_form
    form.place.entry.clear()
    qtbot.keyClicks(form.place.entry, "west road")
    qtbot.waitUntil(lambda: bool(form.place.results.rows), timeout=3000)
    qtbot.keyClick(form.place.entry, Qt.Key.Key_Return)
    form.reason.setText("caller corrected himself")
    form.do_button.click()
    assert seat.state.incidents[fire].location.text == "West Road / South Street"
    assert seat.state.incidents[fire].location.precision is Precision.VERIFIED
    assert len(seat.bodies(OrderChanged)) == 2
    assert any("West Road" in line and "caller corrected" in line for line in story(panel))


def test_kind_priority_and_level_change(seat: Seat, panel: IncidentPanel, fire: int, qtbot: QtBot) -> None:
    panel.raise_button.click()
    assert [event.alarm_level for event in seat.bodies(AlarmRaised)] == [2]
    panel.kind_button.click()
    form = panel.kind_form
    form.kind.entry.clear()
    qtbot.keyClicks(form.kind.entry, "burst")
    qtbot.keyClick(form.kind.entry, Qt.Key.Key_Return)
    form.priority.setCurrentIndex(1)
    form.do_button.click()
    incident = seat.state.incidents[fire]
    assert (incident.kind, incident.priority) == ("burst_water_main", 2)


def test_who_is_not_asked_for_any_more_is_marked(seat: Seat, panel: IncidentPanel, fire: int) -> None:
    panel.raise_button.click()
    seat.other(AssignUnits(fire, (Choice("L1", "ladder_2"),)))
    assert "not asked for any more" not in [row.badge for row in panel.units.rows]
    seat.other(ChangeAlarmLevel(fire, 1))
    assert [row.key for row in panel.units.rows if row.badge == "not asked for any more"] == ["L1"]


def test_esc_leaves_a_form(panel: IncidentPanel, fire: int, qtbot: QtBot) -> None:
    panel.close_button.click()
    assert panel.close_form.isVisible() and not panel.parts.isVisible()
    qtbot.keyClick(panel.close_form.words, Qt.Key.Key_Escape)
    assert not panel.close_form.isVisible() and panel.parts.isVisible()


def test_another_seats_refusal_is_not_ours(seat: Seat, panel: IncidentPanel, fire: int) -> None:
    from dispatch.commands import Command, ReleaseUnit
    from dispatch.refused import Refused

    other = Command("x", seat.now, seat.desk.who, ReleaseUnit("E1"))
    seat.desk.refused.emit(other, Refused("unit_unknown", unit_id="E1"))
    assert not panel.said.text()


def test_nothing_in_hand_is_said_calmly(panel: IncidentPanel) -> None:
    assert panel.head.title.text() == "Select an incident"
    assert not panel.note.isVisible() and not panel.close_button.isVisible()


def test_the_story_is_of_all_departments_or_of_one(seat: Seat, panel: IncidentPanel) -> None:
    number = seat.report("structure_fire", crossing(1, 1))
    seat.desk.select(incident_id=number)
    seat.assign(number, "E1", "A1")
    seat.other(GiveDuties((DutyDraft("divert traffic", "police"),), number))
    seat.other(AcceptDuty(1, "by telephone"))
    seat.other(SendMessage("road closed", (Addressee("department", "police"),), incident_id=number))
    words = [row.title for row in panel.timeline.rows]
    assert any("Duty 1 for Police: divert traffic" in each for each in words)
    assert any("Duty 1 (Police): Accepted" in each for each in words)
    assert any(each.startswith("Message 1 to Police: road closed") for each in words)
    assert list(panel.story_filter.buttons) == ["", "fire", "ambulance", "police"], "in the order of the roster"
    assert panel.story_filter.isVisibleTo(panel)
    panel.story_filter.buttons["police"].click()
    shown = [row.title for row in panel.timeline.rows]
    assert shown and all("Police" in each for each in shown) and len(shown) < len(words)
    seat.other(StartDuty(1, "by telephone"))
    assert "Work begun" in panel.timeline.rows[0].title, "what comes is filtered too"
    panel.story_filter.buttons[""].click()
    assert len(panel.timeline.rows) == len(words) + 1
    colours = {row.mark_colour for row in panel.timeline.rows}
    assert len(colours) > 3, "each department has its colour"


def test_closing_says_which_duties_are_open_and_cancels_them_where_ticked(seat: Seat, panel: IncidentPanel) -> None:
    number = seat.report("structure_fire", crossing(1, 1))
    seat.desk.select(incident_id=number)
    panel.close_button.click()
    assert panel.close_form.cancel_duties.isHidden()
    panel.close_button.click()
    seat.other(GiveDuties((DutyDraft("divert traffic", "police"),), number))
    panel.close_button.click()
    assert "duties: 1" in panel.close_form.cancel_duties.text() and not panel.close_form.cancel_duties.isChecked()
    panel.close_form.do_button.click()
    assert "still open" in panel.said.text() and number in seat.state.open_incidents
    panel.close_form.cancel_duties.setChecked(True)
    panel.close_form.do_button.click()
    assert number not in seat.state.open_incidents and not seat.state.open_duties


def test_a_major_incident_is_declared_from_here_and_marked(
    seat: Seat, panel: IncidentPanel, fire: int, qtbot: QtBot
) -> None:
    with qtbot.waitSignal(panel.major_wanted) as asked:
        panel.major_button.click()
    assert asked.args == [fire]
    seat.other(DeclareMajorIncident(fire))
    assert panel.major_button.text() == "▲ Major" and panel.major_button.property("level") == "warning"
    assert story(panel)[0] == "Major incident declared"
