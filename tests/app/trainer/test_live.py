"""Live play: every kind of inject by its form; what is missing is said, and nothing that was typed is lost."""

from __future__ import annotations

from typing import Any

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from app.trainer.form import Form
from app.trainer.window import TrainerWindow
from dispatch import events as e
from dispatch import injects as i
from dispatch.commands import ReportIncident
from dispatch.exercise.exercise import TRAINER_SEAT
from dispatch.message_events import MessageSent
from resources.status import Signal, Status
from tests.app.trainer.conftest import HandPlay, HandSession, send_engine
from tests.dispatch.town import crossing

HOSTILE = "<b>fire</b>\u202e in Middle Street"


def told(play: HandPlay, kind: type) -> list[Any]:
    """List the events of a kind that the trainer brought about."""
    return [
        event for entry in play.run.log.read() if entry.seat == TRAINER_SEAT
        for event in entry.events if isinstance(event, kind)
    ]  # fmt: skip


def form(window: TrainerWindow, kind: str) -> Any:
    window.live.show_kind(kind)
    return window.live.form


def send(window: TrainerWindow) -> str:
    window.live.send()
    return window.live.said.text()


def test_a_call_rings_where_it_was_said(window: TrainerWindow, play: HandPlay, qtbot: QtBot) -> None:
    play.pass_s(10)
    call = form(window, i.CALL)
    qtbot.keyClicks(call.note, "a second caller")
    call.about.take(1)
    assert call.place.location.text == crossing(1, 1).text
    qtbot.keyClick(call.note, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    [event] = told(play, e.CallRecorded)
    assert event.call.rings and event.call.text == "a second caller"
    assert (event.call.position.lon, event.call.position.lat) == (crossing(1, 1).lon, crossing(1, 1).lat)
    assert "Happened" in window.live.said.text() and not call.note.words and call.place.location is None
    play.pass_s(32)
    call.refresh()
    assert call.ringing.text() == "Ringing, not answered: 1, the longest for 0:32"


def test_words_from_outside_stay_plain(window: TrainerWindow, play: HandPlay) -> None:
    form(window, i.CALL).note.setPlainText(HOSTILE)
    send(window)
    assert told(play, e.CallRecorded)[0].call.text == "<b>fire</b> in Middle Street"
    assert window.live.said.textFormat() is Qt.TextFormat.PlainText


def test_a_caller_and_a_crew_speak_at_their_incident(window: TrainerWindow, play: HandPlay) -> None:
    play.pass_s(10)
    send_engine(play)
    caller = form(window, i.CALLER)
    caller.about.take(1)
    caller.note.setPlainText("two people are missing")
    send(window)
    crew = form(window, i.CREW)
    crew.unit.take("e1")
    crew.note.setPlainText("smoke on the second floor")
    send(window)
    assert [each.text for each in told(play, e.NoteAdded)] == ["two people are missing", "smoke on the second floor"]
    crew.unit.take("E1")
    crew.says.setCurrentIndex(crew.says.findData(Signal.DISTRESS))
    send(window)
    assert play.state.units["E1"].distress_at is not None
    crew.says.setCurrentIndex(crew.says.findData(Status.EN_ROUTE))
    send(window)
    assert play.state.units["E1"].status is Status.EN_ROUTE and "Happened" in window.live.said.text()


def test_a_free_crew_is_heard_by_radio(window: TrainerWindow, play: HandPlay) -> None:
    crew = form(window, i.CREW)
    crew.unit.take("P2")
    crew.note.setPlainText("a tree lies on East Road")
    send(window)
    [event] = told(play, MessageSent)
    assert event.text == "P2: a tree lies on East Road" and [each.id for each in event.addressees] == ["police"]


def test_incidents_of_the_trainees_own_are_spoken_of_too(window: TrainerWindow, play: HandPlay) -> None:
    play.decide(ReportIncident("traffic_collision", crossing(0, 0)))
    caller = form(window, i.CALLER)
    caller.about.take(1)
    caller.note.setPlainText("it smokes now")
    send(window)
    raised = form(window, i.RAISED)
    raised.about.take(1)
    assert raised.level.value() == 2
    send(window)
    assert play.state.incidents[1].alarm_level == 2 and told(play, e.NoteAdded)[0].text == "it smokes now"


def test_the_world_changes(window: TrainerWindow, play: HandPlay) -> None:
    failure = form(window, i.FAILURE)
    failure.unit.take("W1")
    send(window)
    assert play.state.units["W1"].status is Status.OUT_OF_SERVICE
    weather = form(window, i.WEATHER)
    weather.weather.setCurrentIndex(weather.weather.findData("snow"))
    send(window)
    assert play.state.weather == "snow"
    closure = form(window, i.CLOSURE)
    closure.place.set_location(crossing(1, 1))
    closure.kind.setCurrentIndex(closure.kind.findData("slow"))
    send(window)
    closure = form(window, i.CLOSURE)
    closure.draw_wanted.emit(False)
    window.live.take_drawing("LineString", [(25.0, 60.0), (25.001, 60.0)])
    send(window)
    around, drawn = sorted(play.state.closures.values(), key=lambda each: each.geometry_type, reverse=True)
    assert (around.geometry_type, around.kind, around.speed_factor) == ("Polygon", "slow", 0.5)
    assert around.coordinates[0] == around.coordinates[-1] and around.reason == crossing(1, 1).text
    assert drawn.coordinates == ((25.0, 60.0), (25.001, 60.0))
    radio = form(window, i.RADIO)
    radio.to.setCurrentIndex(radio.to.findData("fire"))
    radio.note.setPlainText("the bridge is up")
    send(window)
    assert told(play, MessageSent)[-1].text == "the bridge is up"


MISSING = (
    (i.CALL, "what the caller says"),
    (i.CALLER, "No incident is open"),
    (i.CREW, "which unit"),
    (i.FAILURE, "which unit"),
    (i.RADIO, "what is said"),
    (i.RAISED, "No incident is open"),
    (i.CLOSURE, "Say where"),
)


@pytest.mark.parametrize(("kind", "words"), MISSING)
def test_what_is_missing_is_said(window: TrainerWindow, play: HandPlay, kind: str, words: str) -> None:
    before = play.state.sequence
    form(window, kind)
    assert words in send(window) and play.state.sequence == before


def test_nothing_that_was_typed_is_lost(window: TrainerWindow, play: HandPlay, session: HandSession, make: Any) -> None:
    failure = form(window, i.FAILURE)
    failure.unit.box.setEditText("E99")
    failure.reason.setEditText("burnt clutch")
    assert "no unit “E99”" in send(window)
    call = form(window, i.CALL)
    call.note.setPlainText("come quickly")
    call.place.entry.setText("nowhere at all")
    assert "no place yet" in send(window)
    play.run.inject = lambda inject: (_ for _ in ()).throw(i_am_refused())  # type: ignore[method-assign]
    call.place.set_location(None)
    assert "still here" in send(window) and window.live.send_button.isEnabled()
    session.go_on_with(make("other.db"))
    assert call.note.words == "come quickly" and failure.reason.currentText() == "burnt clutch"
    assert failure.unit.typed == "E99"


def i_am_refused() -> Exception:
    from dispatch.refused import Refused

    return Refused("incident_unknown", incident_id=1)


def test_what_is_asked_twice_happens_once(window: TrainerWindow, play: HandPlay) -> None:
    asked: list[Any] = []
    play.inject = asked.append  # type: ignore[method-assign]  # nobody answers yet
    call: Form = form(window, i.CALL)
    call.note.setPlainText("once")  # type: ignore[attr-defined]
    window.live.send()
    window.live.send()
    assert len(asked) == 1 and not window.live.send_button.isEnabled()
    play.injected.emit(asked[0])
    assert window.live.send_button.isEnabled()


def test_marks_on_the_map_are_taken_into_the_form(window: TrainerWindow, play: HandPlay) -> None:
    play.pass_s(62)
    caller = form(window, i.CALLER)
    window.live.take_mark("incident", "1")
    assert caller.about.incident.id == 1
    crew = form(window, i.CREW)
    window.live.take_mark("unit", "A2")
    assert crew.unit.unit_id == "A2"
