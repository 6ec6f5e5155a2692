"""A call from the first key to the units sent, and everything that may come between."""

from __future__ import annotations

import json
import stat
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QInputMethodEvent
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.panels.intake import IntakePanel
from app.sending.choosing import Choosing
from app.sending.sending import Sending
from dispatch.commands import AssignUnits, Choice, Command, PostWarning, RecordCall, ReportIncident
from dispatch.events import CallAttached, IncidentReported, NoteAdded, UnitAssigned
from dispatch.incident import CallerPosition, Location, Precision, PremiseWarning
from tests.app.panels.seat import Seat
from tests.dispatch.town import OTHER_OPERATOR, crossing


@pytest.fixture
def panel(seat: Seat, qtbot: QtBot, tmp_path: Path) -> IntakePanel:
    made = IntakePanel(seat.desk, drafts_file=tmp_path / "state" / "drafts.json")
    qtbot.addWidget(made)
    made.resize(400, 460)
    made.show()
    seat.desk.state_changed.emit(None, seat.state)
    return made


def type_place(panel: IntakePanel, qtbot: QtBot, words: str) -> None:
    qtbot.keyClicks(panel.place.entry, words)
    qtbot.waitUntil(lambda: bool(panel.place.results.rows), timeout=3000)
    qtbot.keyClick(panel.place.entry, Qt.Key.Key_Return)


def type_kind(panel: IntakePanel, qtbot: QtBot, words: str) -> None:
    if words.isascii():
        qtbot.keyClicks(panel.kind.entry, words)
    else:  # what an input method commits
        panel.kind.entry.insert(words)
        panel.kind.entry.textEdited.emit(panel.kind.entry.text())
    qtbot.keyClick(panel.kind.entry, Qt.Key.Key_Return)


def take_fire(panel: IntakePanel, qtbot: QtBot) -> None:
    panel.start()
    type_place(panel, qtbot, "church")
    type_kind(panel, qtbot, "stru")


def test_place_and_kind_suffice_to_send_what_is_recommended(seat: Seat, panel: IntakePanel, qtbot: QtBot) -> None:
    take_fire(panel, qtbot)
    shown = [choice.unit_id for choice in Choosing.of(seat.desk).choices()]
    assert shown
    panel.send()
    incident = seat.state.incidents[1]
    assert (incident.kind, incident.location.text) == ("structure_fire", "Church Road 1")
    assert [event.unit_id for event in seat.bodies(UnitAssigned)] == shown
    assert {event.recommendation for event in seat.bodies(UnitAssigned)} != {""}
    call = seat.state.calls[incident.call_ids[0]]
    assert call.answered_at == seat.now
    assert incident.received_at == seat.now
    assert seat.desk.selection.incident_id == 1
    assert seat.desk.draft is None
    assert all(unit_id in panel.said.text() for unit_id in shown)


def test_the_focus_walks_from_place_to_kind_to_words(panel: IntakePanel, qtbot: QtBot) -> None:
    panel.activateWindow()
    panel.start()
    assert panel.place.entry.hasFocus()
    type_place(panel, qtbot, "church")
    assert panel.kind.entry.hasFocus()
    type_kind(panel, qtbot, "structure")
    assert panel.words.entry.hasFocus()


def test_enter_never_sends(seat: Seat, panel: IntakePanel, qtbot: QtBot) -> None:
    take_fire(panel, qtbot)
    for field in (panel.place.entry, panel.kind.entry, panel.words.entry, panel.call.number, panel.send_button):
        qtbot.keyClick(field, Qt.Key.Key_Return)
        qtbot.keyClick(field, Qt.Key.Key_Enter)
    assert not seat.bodies(IncidentReported)


def test_enter_that_commits_a_chinese_word_takes_nothing(panel: IntakePanel, qtbot: QtBot) -> None:
    panel.start()
    entry = panel.kind.entry
    QApplication.sendEvent(entry, QInputMethodEvent("huo", []))
    qtbot.keyClick(entry, Qt.Key.Key_Return)
    assert panel.kind.kind == ""
    done = QInputMethodEvent("", [])
    done.setCommitString("建筑")
    QApplication.sendEvent(entry, done)
    qtbot.keyClick(entry, Qt.Key.Key_Return)  # some input methods let the committing key through
    assert panel.kind.kind == ""
    qtbot.waitUntil(lambda: not entry.is_composing)
    qtbot.keyClick(entry, Qt.Key.Key_Return)
    assert panel.kind.kind == "structure_fire"


def test_namesakes_are_shown_with_their_municipality(panel: IntakePanel, qtbot: QtBot) -> None:
    panel.start()
    qtbot.keyClicks(panel.place.entry, "mill lane")
    qtbot.waitUntil(lambda: len(panel.place.results.rows) == 2, timeout=3000)
    assert [row.detail.split(" · ")[0] for row in panel.place.results.rows] == ["Smalltown", "Bigtown"]
    qtbot.keyClick(panel.place.entry, Qt.Key.Key_Down)
    qtbot.keyClick(panel.place.entry, Qt.Key.Key_Return)
    assert panel.place.location is not None
    assert panel.place.location.municipality == "Bigtown"
    assert panel.place.location.precision is Precision.APPROXIMATE


def test_enter_before_the_answer_takes_the_only_place_but_no_namesake(panel: IntakePanel, qtbot: QtBot) -> None:
    panel.start()
    qtbot.keyClicks(panel.place.entry, "west road / south street")
    panel.place._on_entered()
    qtbot.waitUntil(lambda: panel.place.location is not None, timeout=3000)
    assert panel.place.location is not None and panel.place.location.crossing == "West Road / South Street"
    panel.place.entry.clear()
    qtbot.keyClicks(panel.place.entry, "mill")
    panel.place._wants_first = True
    qtbot.waitUntil(lambda: len(panel.place.results.rows) == 2, timeout=3000)
    assert panel.place.location is None


def test_the_map_goes_where_the_place_is(seat: Seat, panel: IntakePanel, qtbot: QtBot) -> None:
    panel.start()
    type_place(panel, qtbot, "church")
    assert seat.gone_to == [(25.00897, 60.00449)]


def test_a_click_on_the_map_suffices(seat: Seat, panel: IntakePanel, qtbot: QtBot) -> None:
    wanted: list[bool] = []
    seat.desk.place_wanted.connect(wanted.append)
    panel.start()
    seat.desk.place_clicked.emit(25.5, 60.5)  # nobody asked for it: not ours
    assert panel.place.location is None
    panel.place.map_button.click()
    seat.desk.place_clicked.emit(25.001, 60.002)
    assert wanted == [True, False]
    assert seat.desk.draft is not None and seat.desk.draft.location is not None
    assert (seat.desk.draft.location.lon, seat.desk.draft.location.lat) == (25.001, 60.002)
    qtbot.waitUntil(lambda: "Church Road 1" in (seat.desk.draft.location.text if seat.desk.draft else ""), timeout=3000)
    type_kind(panel, qtbot, "dog")
    panel.send()
    assert seat.state.incidents[1].location.lon == 25.001


def test_a_place_that_nobody_knows_may_be_forced_with_a_reason(seat: Seat, panel: IntakePanel, qtbot: QtBot) -> None:
    panel.start()
    qtbot.keyClicks(panel.place.entry, "the blue barn")
    qtbot.waitUntil(lambda: bool(panel.place.results.rows), timeout=3000)
    qtbot.keyClick(panel.place.entry, Qt.Key.Key_Return)
    place = panel.place.location
    assert place is not None and place.precision is Precision.FORCED
    assert place.text == "the blue barn"
    panel.fields.force_reason.setText("Caller insists")
    type_kind(panel, qtbot, "dog")
    panel.send()
    assert seat.state.incidents[1].location.precision is Precision.FORCED
    assert any("Caller insists" in event.text for event in seat.bodies(NoteAdded))


def test_coordinates_are_a_place(panel: IntakePanel, qtbot: QtBot) -> None:
    panel.start()
    type_place(panel, qtbot, "60.0041, 25.0021")
    place = panel.place.location
    assert place is not None
    assert (place.lon, place.lat) == (25.0021, 60.0041)


def test_kinds_are_found_in_chinese_and_by_a_slip_of_the_finger(panel: IntakePanel, qtbot: QtBot) -> None:
    panel.start()
    for words, kind in (
        ("水管", "burst_water_main"),
        ("carxiac", "cardiac_arrest"),
        ("traffic col", "traffic_collision"),
    ):
        panel.kind.entry.clear()
        type_kind(panel, qtbot, words)
        assert panel.kind.kind == kind


def test_words_before_sending_are_its_text_and_after_it_a_note(seat: Seat, panel: IntakePanel, qtbot: QtBot) -> None:
    take_fire(panel, qtbot)
    panel.words.entry.setPlainText("Smoke on the stairs")
    panel.send()
    assert seat.state.incidents[1].text == "Smoke on the stairs"
    panel.words.entry.setPlainText("Second floor")
    panel.send()
    assert [event.text for event in seat.bodies(NoteAdded)] == ["Second floor"]
    panel.words.entry.setPlainText("Third floor")
    panel.start()  # the next call: no word of the last is lost
    assert [event.text for event in seat.bodies(NoteAdded)] == ["Second floor", "Third floor"]


def test_probable_duplicates_stand_beside_and_one_key_attaches(seat: Seat, panel: IntakePanel, qtbot: QtBot) -> None:
    number = seat.report("structure_fire", crossing(1, 1))
    seat.report("stray_dog", crossing(2, 2))
    panel.start()
    type_place(panel, qtbot, "church")
    assert [row.key for row in panel.context.duplicates.rows] == [str(number)]
    panel.words.entry.setPlainText("I see it too")
    panel.attach()
    assert [(e.incident_id) for e in seat.bodies(CallAttached)] == [number]
    assert len(seat.state.incidents) == 2
    assert [event.text for event in seat.bodies(NoteAdded)] == ["I see it too"]
    assert seat.desk.selection.incident_id == number


def test_warnings_of_the_place_are_shown_and_go_to_the_crews(seat: Seat, panel: IntakePanel, qtbot: QtBot) -> None:
    warning = PremiseWarning("w", 25.00897, 60.00449, 60, "Oxygen in the <b>cellar</b>")
    seat.other(PostWarning(warning))
    seat.other(PostWarning(PremiseWarning("far", 25.1, 60.1, 60, "Dog")))
    take_fire(panel, qtbot)
    assert "Oxygen in the <b>cellar</b>" in panel.context.warnings.text()
    assert "Dog" not in panel.context.warnings.text()
    assert panel.context.warnings.textFormat() == Qt.TextFormat.PlainText
    panel.send()
    assert warning.text in seat.state.incidents[1].hazards
    assert warning.text in next(iter(seat.state.assignments.values())).order.hazards


def test_a_draft_is_kept_by_esc_and_stands_there_after_a_restart(
    seat: Seat, panel: IntakePanel, qtbot: QtBot, tmp_path: Path
) -> None:
    panel.start()
    panel.call.number.setText("0401234567")
    panel.call.name.setText("Maija Meikäläinen")
    panel.call.name.editingFinished.emit()
    type_place(panel, qtbot, "church")
    panel.words.entry.setPlainText("wait")
    qtbot.keyClick(panel.words.entry, Qt.Key.Key_Escape)
    assert seat.desk.draft is None
    file = tmp_path / "state" / "drafts-drill.json"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert "0401234567" not in file.read_text("utf-8")
    assert "Maija" not in file.read_text("utf-8")
    again = IntakePanel(seat.desk, drafts_file=file.with_name("drafts.json"))
    qtbot.addWidget(again)
    assert len(again.drafts.kept) == 1
    again._resume(again.drafts.kept[0])
    assert seat.desk.draft is not None and seat.desk.draft.location is not None
    assert seat.desk.draft.location.text == "Church Road 1"
    assert again.words.entry.toPlainText() == "wait"
    # from the people's table, by the call
    qtbot.waitUntil(lambda: again.call.number.text() == "0401234567", timeout=3000)
    assert again.call.name.text() == "Maija Meikäläinen"


def test_a_second_call_puts_the_first_aside(seat: Seat, panel: IntakePanel, qtbot: QtBot) -> None:
    panel.start()
    type_place(panel, qtbot, "church")
    first = seat.desk.draft
    panel.start()
    assert seat.desk.draft is not None and seat.desk.draft.location is None
    assert [draft.location for draft in panel.drafts.kept] == [first.location if first else None]
    assert panel.place.entry.text() == ""
    panel._resume(panel.drafts.kept[0])
    assert seat.desk.draft is not None and seat.desk.draft.call_id == (first.call_id if first else "")


def test_a_sent_call_leaves_no_draft(panel: IntakePanel, qtbot: QtBot, tmp_path: Path) -> None:
    take_fire(panel, qtbot)
    file = tmp_path / "state" / "drafts-drill.json"
    assert len(json.loads(file.read_text("utf-8"))) == 1  # a crash now would lose nothing
    panel.send()
    assert json.loads(file.read_text("utf-8")) == []


def test_a_broken_file_of_drafts_stops_nobody(seat: Seat, qtbot: QtBot, tmp_path: Path) -> None:
    file = tmp_path / "drafts-drill.json"
    file.write_text('[{"place": 5}, {"kind": "stray_dog", "call_id": "c1"}, 7]', "utf-8")
    panel = IntakePanel(seat.desk, drafts_file=tmp_path / "drafts.json")
    qtbot.addWidget(panel)
    assert [draft.kind for draft in panel.drafts.kept] == ["stray_dog"]


def test_drafts_that_the_disk_refuses_are_said_and_kept(seat: Seat, qtbot: QtBot, tmp_path: Path) -> None:
    (tmp_path / "state").write_text("a file where the folder should be", "utf-8")
    panel = IntakePanel(seat.desk, drafts_file=tmp_path / "state" / "drafts.json")
    qtbot.addWidget(panel)
    take_fire(panel, qtbot)
    panel.keep_draft()
    assert len(panel.drafts.kept) == 1
    assert any(level == "warning" for level, _ in seat.said)


def test_personal_data_stays_out_of_the_log(seat: Seat, panel: IntakePanel, qtbot: QtBot) -> None:
    panel.start()
    panel.call.number.setText("0401234567")
    panel.call.number.editingFinished.emit()
    call = seat.state.calls[panel.call.call_id]
    qtbot.waitUntil(lambda: seat.log.person(call.person_id) is not None, timeout=3000)
    person = seat.log.person(call.person_id)
    assert person is not None and person.number == "0401234567"
    assert "0401234567" not in repr(seat.entries())


def test_without_a_people_table_it_is_said(seat: Seat, panel: IntakePanel) -> None:
    seat.desk.people = None
    panel.start()
    panel.call.number.setText("1")
    panel.call.number.editingFinished.emit()
    assert panel.call.note.text()


def test_f2_answers_the_call_that_has_rung_longest(seat: Seat, panel: IntakePanel) -> None:
    seat.other(RecordCall("second", ringing_at=seat.now))
    seat.other(RecordCall("first", ringing_at=seat.now.replace(minute=1)))
    seat.pass_time(10)
    assert "2 ringing" in panel.page.idle.text()
    panel.start()
    assert panel.call.call_id == "first"
    assert seat.state.calls["first"].answered_at == seat.now


def test_the_telephones_circle_may_be_the_place(seat: Seat, panel: IntakePanel) -> None:
    seat.other(RecordCall("c", ringing_at=seat.now, position=CallerPosition(25.003, 60.003, 150, "AML")))
    panel.start()
    assert "150 m" in panel.call.position_line.text()
    panel.call.position_button.click()
    assert seat.desk.draft is not None and seat.desk.draft.location is not None
    assert seat.desk.draft.location.precision is Precision.APPROXIMATE


def test_a_unit_gone_between_two_seats_refuses_all_and_the_incident_stays(
    seat: Seat, panel: IntakePanel, qtbot: QtBot
) -> None:
    take_fire(panel, qtbot)
    number = seat.report("stray_dog", crossing(0, 0))
    taken = Choosing.of(seat.desk).choices()[0].unit_id
    # The other seat's entry is in the log, but this desk has not heard of it when F12 is pressed.
    seat.engine.do(Command("race", seat.now, OTHER_OPERATOR, AssignUnits(number, (Choice(taken),))))
    panel.send()
    assert [event.unit_id for event in seat.bodies(UnitAssigned)] == [taken]
    assert seat.state.incidents[2].kind == "structure_fire"
    assert taken in panel.said.text() and "incident 1" in panel.said.text()
    assert seat.desk.selection.incident_id == 2
    fresh = [choice.unit_id for choice in Choosing.of(seat.desk).choices()]
    assert fresh and taken not in fresh
    qtbot.wait(1)
    Sending.of(seat.desk).send_shown()
    assert [event.unit_id for event in seat.bodies(UnitAssigned)][1:] == fresh


def test_a_retry_after_a_failed_store_uses_the_same_command(seat: Seat, panel: IntakePanel, qtbot: QtBot) -> None:
    take_fire(panel, qtbot)
    submitted: list[Command] = []

    def fail(command: Command) -> None:
        submitted.append(command)
        seat.desk.failed.emit(command, "disk full")

    seat.desk.submit = fail
    panel.send()
    assert "disk full" in panel.said.text()
    assert seat.desk.draft is not None
    seat.desk.submit = lambda command: (submitted.append(command), seat.bridge.submit(command))
    panel.send()
    reports = [command for command in submitted if isinstance(command.body, ReportIncident)]
    assert len(reports) == 2
    assert reports[0].id == reports[1].id
    assert len(seat.state.incidents) == 1


def test_what_was_thought_lost_and_is_in_the_log_counts(seat: Seat, panel: IntakePanel, qtbot: QtBot) -> None:
    take_fire(panel, qtbot)
    lost: list[Command] = []

    def lose(command: Command) -> None:
        lost.append(command)
        seat.desk.failed.emit(command, "connection lost")

    seat.desk.submit = lose
    panel.send()
    seat.desk.submit = seat.bridge.submit
    seat.engine.do(lost[0])  # it had arrived; the desk hears of it with the next entry
    seat.other(RecordCall("another", answered_at=seat.now))
    assert len(seat.state.incidents) == 1
    assert seat.bodies(UnitAssigned)  # its units followed
    assert seat.desk.draft is None


def test_a_log_that_does_not_answer_is_said_and_asked_again(seat: Seat, panel: IntakePanel, qtbot: QtBot) -> None:
    take_fire(panel, qtbot)
    submitted: list[Command] = []
    seat.desk.submit = submitted.append
    panel.send()
    assert Sending.of(seat.desk).is_busy and not panel.send_button.isEnabled()
    Sending.of(seat.desk)._patience.timeout.emit()
    assert "nothing is sent twice" in panel.said.text()
    assert panel.send_button.isEnabled()
    panel.send()
    assert submitted[0].id == submitted[1].id


def test_a_second_press_of_f12_sends_nothing_more(seat: Seat, panel: IntakePanel, qtbot: QtBot) -> None:
    take_fire(panel, qtbot)
    panel.send()
    before = len(seat.entries())
    panel.send()
    panel.send()
    assert len(seat.entries()) == before


def test_without_an_answer_the_incident_is_opened_alone(seat: Seat, panel: IntakePanel, qtbot: QtBot) -> None:
    seat.answers = False
    take_fire(panel, qtbot)
    panel.send()
    assert seat.state.incidents[1].kind == "structure_fire"
    assert not seat.bodies(UnitAssigned)
    assert any("without units" in words for _, words in seat.said)


@pytest.mark.parametrize(("has_place", "words"), [(False, "place"), (True, "kind")])
def test_f12_says_what_is_missing(panel: IntakePanel, qtbot: QtBot, has_place: bool, words: str) -> None:
    panel.start()
    if has_place:
        type_place(panel, qtbot, "church")
    panel.send()
    assert words in panel.said.text()


def test_earlier_incidents_of_the_place_appear(seat: Seat, panel: IntakePanel, qtbot: QtBot) -> None:
    from dispatch.commands import CloseIncident

    number = seat.report("structure_fire", Location(25.00897, 60.00449, "Church Road 1", "Smalltown"))
    seat.other(CloseIncident(number, "false_alarm"))
    panel.start()
    type_place(panel, qtbot, "church")
    assert [row.key for row in panel.context.earlier.rows] == [str(number)]
    assert not panel.context.duplicates.rows


def test_sending_for_another_incident_says_nothing_here(seat: Seat, panel: IntakePanel) -> None:
    number = seat.report("structure_fire", crossing(1, 1))
    seat.desk.select(incident_id=number)
    Sending.of(seat.desk).send_shown()
    assert seat.bodies(UnitAssigned)
    assert panel.said.text() == ""


def test_ctrl_return_adds_words_once_the_call_is_sent(seat: Seat, panel: IntakePanel, qtbot: QtBot) -> None:
    take_fire(panel, qtbot)
    panel.send()
    panel.activateWindow()
    qtbot.waitUntil(panel.isActiveWindow)
    panel.words.entry.setFocus()
    qtbot.keyClicks(panel.words.entry, "Third floor")
    qtbot.keyClick(panel.words.entry, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    assert [event.text for event in seat.bodies(NoteAdded)] == ["Third floor"]
    assert panel.words.entry.toPlainText() == ""


def test_a_very_long_story_becomes_several_notes(seat: Seat, panel: IntakePanel, qtbot: QtBot) -> None:
    take_fire(panel, qtbot)
    panel.send()
    panel.words.entry.setPlainText("x" * 10_500)
    panel.send()
    assert [len(event.text) for event in seat.bodies(NoteAdded)] == [10_000, 500]
