"""Decisions, what really happened, bookmarks, branches, time and turns in the trainer's window, by keys."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from PySide6.QtCore import SIGNAL, Qt
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QMainWindow, QWidget
from pytestqt.qtbot import QtBot

from app.trainer.opening import TrainerRoom
from app.trainer.window import TrainerWindow
from dispatch.commands import AssignUnits, Choice, CloseIncident
from dispatch.exercise.branches import Branch, Tree
from dispatch.exercise.exercise import Outcome, Recorded, Response, digest_of, encode_outcome
from tests.app.trainer.conftest import HandPlay, HandSession, Made, send_engine
from tests.dispatch.exercise.played import with_injects
from tests.dispatch.town import START

CTRL, ALT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.AltModifier
OUTCOME = Outcome((Recorded("A", 77, 2, (Response("E2", "engine", 40, 100, 220, 900),), 1200, "extinguished"),))


def rows(widget: QWidget) -> list[str]:
    return [each.title for each in widget.rows.rows]  # type: ignore[attr-defined]


def test_decisions_come_newest_first_and_refused_ones_are_marked(window: TrainerWindow, play: HandPlay) -> None:
    play.pass_s(10)
    send_engine(play)
    assert play.decide(CloseIncident(1, "extinguished")) is None
    play.pass_s(10)
    play.decide(AssignUnits(1, (Choice("A1", "als"), Choice("P1", "patrol"))))
    window.decisions.refresh()
    assert rows(window.decisions) == ["Sent A1, P1", "Close an incident", "Sent E1"]
    badges = [each.badge for each in window.decisions.rows.rows]
    assert badges == ["", "refused", ""] and "E1 still on incident 1" in window.decisions.rows.rows[1].detail
    assert "anna, Fire Service · incident 1" in window.decisions.rows.rows[0].detail
    assert window.decisions.count.text() == "taken 2, refused 1"


def test_one_goes_back_to_a_decision_under_a_label(
    window: TrainerWindow, play: HandPlay, session: HandSession, qtbot: QtBot
) -> None:
    play.pass_s(10)
    entry = send_engine(play)
    assert entry is not None
    window.decisions.refresh()
    window.decisions.rows.move(1)
    window.decisions.ask_back()
    qtbot.keyClicks(window.decisions.line.reason, "both engines at once")
    qtbot.keyClick(window.decisions.line.reason, Qt.Key.Key_Return)
    assert session.asked == [("branch", entry.sequence, "both engines at once")]
    session.failed.emit("the disk is full")
    assert "the disk is full" in window.decisions.said.text()


def test_a_refusal_is_no_place_to_go_back_to(window: TrainerWindow, play: HandPlay) -> None:
    play.decide(CloseIncident(1, "extinguished"))
    window.decisions.refresh()
    window.decisions.rows.move(1)
    assert not window.decisions.back_button.isEnabled()


def test_what_really_happened_stands_beside(
    qtbot: QtBot, make: Made, session: HandSession, window: TrainerWindow
) -> None:
    digest = digest_of(encode_outcome(OUTCOME))
    play = make("history.db", outcome=OUTCOME, outcome_digest=digest)
    with qtbot.waitSignal(window.sitting.known):
        session.go_on_with(play)
    play.pass_s(10)
    send_engine(play)
    window.decisions.refresh()
    window.decisions.rows.move(1)
    assert "1 Structure fire" in window.really.said.text()
    assert rows(window.really) == ["Here", "E1", "Really happened", "E2", "Closed: extinguished"]
    here, really = window.really.rows.rows[1], window.really.rows.rows[3]
    assert here.detail.startswith("sent 0:0") and really.right == "3:36"
    assert really.detail == "sent 0:36 · en route 1:36 · on scene 3:36 · free 14:56"


def test_the_window_follows_a_branch_and_lists_it(make: Made, session: HandSession, window: TrainerWindow) -> None:
    send_engine(session.play)
    tree = Tree("first.db", (Branch("second.db", "first.db", 3, START + timedelta(seconds=9), "both engines"),))
    session.go_on_with(make("second.db", tree=tree))
    assert window.windowTitle().endswith("both engines") and not rows(window.decisions)
    assert [each.key for each in window.branching.rows.rows] == ["first.db", "second.db"]
    assert window.branching.rows.current_key == "second.db" and not window.branching.open_button.isEnabled()
    window.branching.rows.take_key("first.db")
    window.branching.open()
    assert session.asked == [("open", "first.db")]


def test_bookmarks_bear_the_trainers_words(window: TrainerWindow, play: HandPlay, qtbot: QtBot) -> None:
    qtbot.keyClicks(window.marking.words, "hesitates")
    qtbot.keyClick(window.marking.words, Qt.Key.Key_Return)
    assert [each.name for each in play.marks] == ["hesitates"] and rows(window.marking) == ["hesitates"]
    window.marking.rows.move(1)
    window.marking.delete()
    assert not play.marks and not rows(window.marking)


def test_time_and_turns_by_keys(window: TrainerWindow, play: HandPlay, qtbot: QtBot) -> None:
    bar = window.transport
    qtbot.keyClick(window, Qt.Key.Key_F9)
    assert play.run.next_tick == 1
    qtbot.keyClick(window, Qt.Key.Key_F8)
    assert not play.is_paused and not bar.step_button.isEnabled()
    qtbot.keyClick(window, Qt.Key.Key_F7)
    assert play.speed == 2.0 and bar.speed.value() == 2.0
    bar.speed.setValue(1000)
    qtbot.keyClick(window, Qt.Key.Key_F7)
    assert play.speed == 1000
    qtbot.keyClick(window, Qt.Key.Key_F8)
    assert "PAUSED" in bar.stand.text()
    assert bar.turn.text() == "Anna, Fire Service decides" and bar.next_one.currentData() == "bela"
    assert bar.next_one.isVisible() and bar.pass_button.isVisible()
    qtbot.keyClick(window, Qt.Key.Key_T, ALT)
    assert play.turn.id == "bela" and bar.turn.text() == "Bela, Police decides"
    play.pass_s(100)
    assert bar.elapsed.text() == "1:40 played · 5:00 left"
    play.pass_s(400)
    play.ended.emit()
    assert bar.stand.text() == "OVER" and not window.live.send_button.isEnabled()
    assert bar.next_one.isHidden() and bar.pass_button.isHidden(), "nobody decides any more"


def test_every_part_is_reached_by_a_key(window: TrainerWindow, qtbot: QtBot) -> None:
    window.activateWindow()
    parts = (window.script.rows, window.live.form.focusProxy(), window.decisions.rows, window.really.rows,
             window.marking.words, window.branching.rows)  # fmt: skip
    for number, part in enumerate(parts, start=1):
        window.go_to(number)
        qtbot.waitUntil(lambda part=part: window.focusWidget() is part)
    for number, kind in enumerate(window.live.tabs, start=1):
        qtbot.keyClick(window, Qt.Key(Qt.Key.Key_0 + number), ALT)
        assert window.live.kind == kind


def test_keys_of_the_trainees_window_do_nothing_here(window: TrainerWindow, play: HandPlay, qtbot: QtBot) -> None:
    other, pressed = QMainWindow(), list[str]()
    qtbot.addWidget(other)
    for keys in ("F8", "Alt+1", "Ctrl+2", "Ctrl+Q", "Ctrl+Return"):
        action = QAction(keys, other)
        action.setShortcut(QKeySequence(keys))
        action.setShortcutContext(Qt.ShortcutContext.ApplicationShortcut)
        action.triggered.connect(lambda checked=False, keys=keys: pressed.append(keys))
        other.addAction(action)
    other.show()
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    window.live.show_kind("call")
    note = window.live.form.note  # type: ignore[attr-defined]
    qtbot.keyClick(note, Qt.Key.Key_F8)
    assert not play.is_paused
    qtbot.keyClick(note, Qt.Key.Key_Q, CTRL)
    qtbot.keyClick(note, Qt.Key.Key_3, ALT)
    assert window.live.kind == "crew"
    qtbot.keyClick(window.focusWidget(), Qt.Key.Key_1, ALT)
    assert window.focusWidget() is note and not note.words
    note.setPlainText("smoke")
    qtbot.keyClick(note, Qt.Key.Key_Return, CTRL)
    assert "Happened" in window.live.said.text() and not pressed


def test_nothing_of_hers_reaches_the_trainees_desk(window: TrainerWindow, play: HandPlay, qtbot: QtBot) -> None:
    from tests.dispatch.town import crossing

    window.live.show_kind("call")
    with qtbot.assertNotEmitted(play.desk.go_to), qtbot.assertNotEmitted(play.desk.place_wanted):
        place = window.live.form.place  # type: ignore[attr-defined]
        place.take_point(crossing(1, 1).lon, crossing(1, 1).lat)
        place.map_button.click()
    assert play.desk.selection.incident_id is None


def opened(session: HandSession, qtbot: QtBot) -> TrainerWindow:
    room = TrainerRoom(session, session)  # type: ignore[arg-type]
    assert room.window is None  # it comes in turns
    with qtbot.waitSignal(room.opened):
        pass
    assert room.window is not None and room.window.isVisible()
    qtbot.addWidget(room.window)
    return room.window


def test_a_session_that_is_left_meanwhile_has_no_window_and_tells_nobody(
    session: HandSession, play: HandPlay, qtbot: QtBot
) -> None:
    coming = TrainerWindow.in_parts(session)  # type: ignore[arg-type]
    for _ in range(3):
        next(coming)
    assert play.receivers(SIGNAL("changed()")) > 0
    coming.close()
    assert play.receivers(SIGNAL("changed()")) == 0
    room = TrainerRoom(session, session)  # type: ignore[arg-type]
    session.left.emit()
    with qtbot.assertNotEmitted(room.opened, wait=20):
        pass
    assert room.window is None


def test_closing_it_leaves_the_exercise(session: HandSession, qtbot: QtBot) -> None:
    bare = opened(session, qtbot)
    assert not bare.debrief_button.isVisible()  # nobody shows one
    session.debriefing_wanted.connect(lambda: None)
    window = opened(session, qtbot)
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    with qtbot.waitSignal(session.debriefing_wanted):
        qtbot.keyClick(window, Qt.Key.Key_D, CTRL)
    qtbot.keyClick(window, Qt.Key.Key_Escape)
    assert window.isVisible()
    window.close()
    assert session.asked == [("leave",)]
    session.left.emit()


def test_one_trainee_needs_no_turns(make: Made, session: HandSession, window: TrainerWindow) -> None:
    trainee = replace(with_injects().trainees[0], department="")
    session.go_on_with(make("alone.db", trainees=(trainee,)))
    assert not window.transport.pass_button.isVisible() and window.transport.turn.text() == "Anna decides"
