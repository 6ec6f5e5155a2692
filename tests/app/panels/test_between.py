"""What may come between a key and its answer: another call, another incident, a refusal, a word half composed."""

from __future__ import annotations

import threading
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QInputMethodEvent
from PySide6.QtWidgets import QApplication, QLabel
from pytestqt.qtbot import QtBot

from app.desk import Draft
from app.panels import cameras as cameras_panel
from app.panels.cameras import CamerasPanel
from app.panels.closures import ClosuresPanel
from app.panels.incident import IncidentPanel
from app.panels.intake import IntakePanel
from app.panels.recommendation import RecommendationPanel
from app.sending.choosing import Choosing
from app.sending.sending import Sending
from app.wording import chinese, english
from dispatch.commands import AttachCall, CloseIncident, CloseRoad, Command, CorrectLocation, RecordCall
from dispatch.events import CallAttached, CallDetached, IncidentReported, NoteAdded, UnitAssigned
from dispatch.incident import Closure, Location, Precision
from resources.camera import Camera
from resources.cameras import Cameras
from tests.app.panels.seat import FoundPlace, Seat
from tests.dispatch.town import crossing


@pytest.fixture
def intake(seat: Seat, qtbot: QtBot, tmp_path: Path) -> IntakePanel:
    made = IntakePanel(seat.desk, drafts_file=tmp_path / "drafts.json")
    qtbot.addWidget(made)
    made.resize(400, 460)
    made.show()
    return made


@pytest.fixture
def advice(seat: Seat, qtbot: QtBot) -> RecommendationPanel:
    made = RecommendationPanel(seat.desk)
    qtbot.addWidget(made)
    made.show()
    return made


@pytest.fixture
def incident(seat: Seat, qtbot: QtBot) -> IncidentPanel:
    made = IncidentPanel(seat.desk)
    qtbot.addWidget(made)
    made.resize(420, 560)
    made.show()
    return made


def take(seat: Seat, intake: IntakePanel) -> None:
    intake.start()
    intake._change({"location": crossing(1, 1)})
    intake._change({"kind": "structure_fire", "priority": 1})


def hold(seat: Seat) -> list[Command]:
    """Let the log be slow: commands wait here."""
    held: list[Command] = []
    seat.desk.submit = held.append
    return held


def test_words_still_open_for_one_incident_hear_nothing_of_another(seat: Seat, intake: IntakePanel) -> None:
    take(seat, intake)
    intake.send()
    said = intake.said.text()
    seat.desk.select(incident_id=seat.report("structure_fire", crossing(2, 2)))
    hold(seat)
    Sending.of(seat.desk).send_shown()
    assert Sending.of(seat.desk).is_busy
    assert intake.said.text() == said
    Sending.of(seat.desk)._patience.timeout.emit()
    assert intake.said.text() == said


def test_what_was_missing_is_forgotten_when_a_call_begins(
    seat: Seat, intake: IntakePanel, advice: RecommendationPanel
) -> None:
    Sending.of(seat.desk).send_shown()
    assert "Tick the units" in advice.said.text()
    intake.start()
    assert advice.said.text() == ""
    assert advice.title.text() == "New call"


def test_a_call_begun_does_not_raise_the_incident_in_hand(
    seat: Seat, intake: IntakePanel, advice: RecommendationPanel
) -> None:
    number = seat.report("structure_fire", crossing(2, 2))
    seat.desk.select(incident_id=number)
    intake.start()
    advice.head.raise_level()
    assert seat.state.incidents[number].alarm_level == 1
    assert not advice.raise_button.isVisible()


def test_the_next_call_taken_before_the_log_answers_stays_as_it_is(seat: Seat, intake: IntakePanel) -> None:
    take(seat, intake)
    held = hold(seat)
    intake.send()
    seat.desk.submit = seat.bridge.submit
    intake.start()
    second = seat.desk.draft
    intake.words.entry.setPlainText("the second caller")
    seat.bridge.submit(held[0])
    assert len(seat.bodies(IncidentReported)) == 1 and seat.bodies(UnitAssigned)
    assert seat.desk.draft == second
    assert intake.words.words == "the second caller"
    assert not intake.drafts.kept  # the first is in the log


def test_what_is_typed_after_f12_is_kept(seat: Seat, intake: IntakePanel) -> None:
    take(seat, intake)
    intake.words.entry.setPlainText("Smoke")
    held = hold(seat)
    intake.send()
    intake.words.entry.setPlainText("Smoke on the stairs")
    seat.desk.submit = seat.bridge.submit
    seat.bridge.submit(held[0])
    assert seat.state.incidents[1].text == "Smoke"
    assert intake.words.words == "on the stairs"


def test_a_call_that_cannot_be_attached_is_not_lost(seat: Seat, intake: IntakePanel) -> None:
    number = seat.report("structure_fire", crossing(1, 1))
    take(seat, intake)
    intake.words.entry.setPlainText("I see it too")
    held = hold(seat)
    intake.attach()
    seat.desk.submit = seat.bridge.submit
    seat.engine.do(Command("race", seat.now, seat.desk.who, CloseIncident(number, "extinguished")))
    seat.bridge.submit(held[0])
    assert not seat.bodies(CallAttached)
    assert seat.desk.draft is not None and intake.words.words == "I see it too"
    assert "closed" in intake.said.text()


def test_a_reason_serves_one_sending_only(seat: Seat, advice: RecommendationPanel) -> None:
    number = seat.report("structure_fire", crossing(1, 1))
    seat.desk.select(incident_id=number)
    choosing = Choosing.of(seat.desk)
    choosing.tick(choosing.choices()[0].unit_id, False)
    advice.reason.setEditText("Local knowledge")
    advice.send_shown()
    assert seat.bodies(UnitAssigned)
    assert choosing.reason == "" and advice.reason.currentText() == ""
    assert not choosing.departs


def test_a_departure_outlives_a_refusal_of_the_new_incidents_units(seat: Seat, intake: IntakePanel) -> None:
    take(seat, intake)
    choosing = Choosing.of(seat.desk)
    choosing.tick("L1", True)
    choosing.reason = "High building"
    held = hold(seat)
    intake.send()
    seat.desk.submit = held.append
    seat.bridge.submit(held[0])
    assert choosing.added == ["L1"] and choosing.reason == "High building"


def test_why_a_place_was_forced_is_kept_in_the_draft_and_in_the_log(seat: Seat, intake: IntakePanel) -> None:
    intake.start()
    intake._change({"location": Location(25.0, 60.0, "the blue barn", precision=Precision.FORCED)})
    intake.fields.force_reason.setText("Caller insists")
    intake.keep_draft()
    assert intake.fields.force_reason.text() == ""
    again = IntakePanel(seat.desk, drafts_file=intake.drafts._drafts.path.with_name("drafts.json"))  # type: ignore[union-attr]
    again._resume(again.drafts.kept[0])
    assert again.fields.force_reason.text() == "Caller insists"
    again._change({"kind": "stray_dog"})
    again.send()
    assert any("Caller insists" in event.text for event in seat.bodies(NoteAdded))
    again.deleteLater()


def test_a_call_is_taken_off_and_stands_among_the_drafts(
    seat: Seat, intake: IntakePanel, incident: IncidentPanel
) -> None:
    number = seat.report("structure_fire", crossing(1, 1))
    seat.other(RecordCall("c", answered_at=seat.now))
    seat.other(AttachCall("c", number))
    seat.desk.select(incident_id=number)
    incident.calls_button.click()
    incident.calls_form.do_button.click()
    assert [event.call_id for event in seat.bodies(CallDetached)] == ["c"]
    assert [draft.call_id for draft in intake.drafts.kept] == ["c"]
    assert not incident.calls_form.isVisible() and not incident.calls_button.isVisible()


def test_a_corrected_place_must_be_acknowledged_again(seat: Seat, incident: IncidentPanel) -> None:
    number = seat.report("structure_fire", crossing(1, 1))
    seat.assign(number, "E1")
    seat.desk.select(incident_id=number)
    assert incident.units.rows[0].badge == ""
    seat.pass_time(5)
    incident._do(CorrectLocation(number, crossing(2, 2), "wrong street"))
    assert incident.units.rows[0].badge == "new order, not acknowledged"
    assert incident.units.rows[0].tone == "warn"
    assert "E1" in incident.said.text()


def test_a_caller_is_saved_outside_the_windows_thread(seat: Seat, intake: IntakePanel, qtbot: QtBot) -> None:
    threads: list[int] = []
    save = seat.log.save_person
    seat.log.save_person = lambda *given: (threads.append(threading.get_ident()), save(*given))  # type: ignore
    intake.start()
    intake.call.number.setText("0401234567")
    intake.call.number.editingFinished.emit()
    qtbot.waitUntil(lambda: bool(threads), timeout=3000)
    assert threads != [threading.get_ident()]


def test_one_click_gives_one_thing(seat: Seat, intake: IntakePanel, qtbot: QtBot) -> None:
    closures = ClosuresPanel(seat.desk)
    qtbot.addWidget(closures)
    intake.start()
    closures.close_by("click")
    intake.place.map_button.click()
    seat.desk.place_clicked.emit(25.001, 60.002)
    assert not seat.state.closures
    assert seat.desk.draft is not None and seat.desk.draft.location is not None


def test_a_road_closed_since_is_said(seat: Seat, advice: RecommendationPanel) -> None:
    seat.desk.select(incident_id=seat.report("structure_fire", crossing(1, 1)))
    seat.answers = False
    seat.pass_time(1)
    seat.other(CloseRoad(Closure("c", "Point", ((25.0, 60.0),))), at=seat.now)
    seat.pass_time(1)
    assert "road was closed" in advice.banner.text()


def test_why_not_is_asked_and_answered_by_keys(seat: Seat, advice: RecommendationPanel, qtbot: QtBot) -> None:
    seat.desk.select(incident_id=seat.report("structure_fire", crossing(1, 1)))
    advice.activateWindow()
    qtbot.waitUntil(advice.isActiveWindow)
    qtbot.keyClick(advice, Qt.Key.Key_W, Qt.KeyboardModifier.AltModifier)
    assert advice.why.hasFocus()
    qtbot.keyClicks(advice.why, "L1")
    qtbot.keyClick(advice.why, Qt.Key.Key_Down)
    assert advice.list.hasFocus() and advice.list.current_key == "L1"
    qtbot.keyClick(advice.list, Qt.Key.Key_Space)
    assert Choosing.of(seat.desk).added == ["L1"]
    assert not seat.bodies(UnitAssigned)


@pytest.mark.parametrize("field", ["place", "kind"])
def test_a_chinese_word_is_composed_without_sending_or_moving_on(
    seat: Seat, intake: IntakePanel, qtbot: QtBot, field: str
) -> None:
    intake.start()
    entry = getattr(intake, field).entry
    entry.setFocus()
    QApplication.sendEvent(entry, QInputMethodEvent("shui", []))
    for key in (Qt.Key.Key_Return, Qt.Key.Key_Down, Qt.Key.Key_Tab):
        qtbot.keyClick(entry, key)
    done = QInputMethodEvent("", [])
    done.setCommitString("水管")
    QApplication.sendEvent(entry, done)
    qtbot.keyClick(entry, Qt.Key.Key_Return)  # some input methods let the committing key through
    assert entry.text() == "水管"
    assert intake.place.location is None and intake.kind.kind == ""
    assert not seat.bodies(IncidentReported)


def test_a_camera_without_a_name_is_called_as_the_search_calls_it(
    seat: Seat, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    city = seat.desk.city
    assert city is not None
    label = "Camera 5, <b>Mill\x1b[31m\nLane</b>"
    city.found.places = (*city.found.places, FoundPlace(9, "camera", label, "", 25.0, 60.0))  # type: ignore[attr-defined]
    found = Cameras((Camera("node/7", "", "dome", 25.0, 60.0, None),), np.array([city.to_metric(25.0, 60.0)]))

    class Fixed:
        of_city = staticmethod(lambda city: found)

    monkeypatch.setattr(cameras_panel, "Cameras", Fixed)
    panel = CamerasPanel(seat.desk)
    qtbot.addWidget(panel)
    seat.desk.set_draft(Draft(location=crossing(0, 0), call_id="c"))
    qtbot.waitUntil(lambda: panel.list.rows[0].title.startswith("Camera 5"), timeout=3000)
    assert panel.list.rows[0].title == "Camera 5, <b>Mill [31m Lane</b>"


def test_text_from_outside_stays_plain_in_every_label(seat: Seat, intake: IntakePanel, incident: IncidentPanel) -> None:
    evil = "<img src=x onerror=y>\x1b[31m\n${x}\u202e"
    number = seat.report("structure_fire", Location(25.0, 60.0, evil, evil, crossing=evil), text=evil)
    seat.desk.select(incident_id=number)
    intake.start()
    intake._change({"location": Location(25.0, 60.0, evil, evil)})
    for panel in (intake, incident):
        for one in panel.findChildren(QLabel):
            assert one.textFormat() == Qt.TextFormat.PlainText
            assert not {"\x1b", "\u202e"} & set(one.text())
    assert "\n" not in intake.place.entry.text()


def test_every_text_of_the_panels_is_there_in_chinese() -> None:
    assert set(english.TEXTS) - {"generic"} <= set(chinese.TEXTS)
    assert {"first_of_equals", "none_can_go"} <= set(chinese.SENTENCES)


def test_the_field_that_is_typed_in_is_in_sight_on_a_low_screen(intake: IntakePanel, qtbot: QtBot) -> None:
    intake.resize(400, 260)
    intake.activateWindow()
    qtbot.waitUntil(intake.isActiveWindow)
    intake.start()
    intake.kind.setFocus()
    view = intake.page._scroll.viewport()
    assert view.rect().contains(intake.kind.entry.mapTo(view, intake.kind.entry.rect().center()))
