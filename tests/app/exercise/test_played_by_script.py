"""An exercise that a script plays through the real window to its end: by keys and clicks, as people do."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget

from app.debriefing.material import debrief_file
from app.debriefing.report import write_report
from app.desk import Desk
from app.window.window import MainWindow
from dispatch import events as e
from dispatch.commands import ReportStatus, Who
from dispatch.events import Entry
from dispatch.exercise import score_records as r
from dispatch.exercise.beside import read_refusals
from dispatch.exercise.exercise import TRAINER_SEAT
from dispatch.incident import Stage
from dispatch.injects import CALL, Inject
from dispatch.log import LiveLog, NotLive, open_log
from resources.status import Status
from tests.app.exercise.conftest import Sat

LEFT, CONTROL, SHIFT = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier


class Hand:
    """Whoever sits at the window: takes incidents from the queue, presses buttons, types."""

    def __init__(self, sat: Sat) -> None:
        self.sat, self.qtbot = sat, sat.qtbot
        self.window: MainWindow = sat.session.shown.window
        self.desk: Desk = sat.session.shown.desktop.desk
        self.strip, self.card = sat.session.room.strip, sat.session.room.card
        self.window.resize(1920, 1080)
        self.qtbot.waitExposed(self.window)
        self.window.activateWindow()

    def wait(self, is_so: Callable[[], object]) -> None:
        self.qtbot.waitUntil(lambda: bool(is_so()))

    def press(self, button: QWidget) -> None:
        self.wait(lambda: button.isVisible() and button.isEnabled())
        QTest.mouseClick(button, LEFT)

    def command(self, words: str) -> None:
        line = self.window.commands.line
        line.setFocus()
        line.clear()
        QTest.keyClicks(line, words)
        QTest.keyClick(line, Qt.Key.Key_Return)

    def type(self, words: str) -> None:
        field = self.window.focusWidget()
        QTest.keyClicks(field, words)
        QTest.keyClick(field, Qt.Key.Key_Return)

    def take(self, number: int) -> list[str]:
        """Click on an incident in the queue; return who should go."""
        table, rows = self.window.incidents.table, self.window.incidents.rows
        where = table.visualRect(rows.index(rows.row_of(number), 1)).center()
        QTest.mouseClick(table.viewport(), LEFT, pos=where)
        self.wait(lambda: self.desk.recommendation is not None and self.desk.recommendation.incident_id == number)
        return [one.unit_id for one in self.desk.recommendation.chosen]  # type: ignore[union-attr]

    def switch_time(self) -> None:
        QTest.keyClick(self.window, Qt.Key.Key_Y, CONTROL)

    def decide(self, do: Callable[[], object]) -> Entry:
        """Let time run while something is decided, and stop it; return what the log says of it."""
        play = self.sat.play
        before = len(play.decisions())
        self.switch_time()
        assert not play.is_paused and self.card.isHidden()
        do()
        self.wait(lambda: len(play.decisions()) > before)
        self.switch_time()
        assert play.is_paused and self.card.isVisible()
        [made] = play.decisions()[before:]
        self.wait(lambda: self.desk.state.sequence >= made.sequence)
        return made

    def sent(self, number: int) -> list[str]:
        state = self.desk.state
        held = (state.assignments[each] for each in state.assignments_of.get(number, ()))
        return [each.unit_id for each in held if each.is_open]


def test_an_exercise_is_played_through_the_window_gone_back_in_and_scored(sat: Sat, tmp_path: Path) -> None:
    hand, play = Hand(sat), sat.play
    desk = hand.desk
    panel, incident = hand.window.panels["recommendation"], hand.window.panels["incident"]
    assert hand.card.isVisible() and not play.has_begun and desk.kind == "exercise"
    # Nothing leads out of the building: by type, and by what the window offers.
    with pytest.raises(NotLive):
        LiveLog(sat.session.shown.desktop.engine.log)
    assert desk.positions is None and desk.room is None and desk.alone is None
    assert not any(hand.window.menus.actions[code].isEnabled() for code in ("print", "hand_out", "accounts"))
    sat.session.shown.print_state(by_hand=True)
    assert not (tmp_path / "desk" / "printed").exists()

    # The first incident is taken in the queue; another than who is recommended is sent, by the command line.
    sat.until(lambda: 1 in desk.state.incidents)
    assert hand.take(1) == ["A4"]
    sent = hand.decide(lambda: hand.command("send A3 to 1"))
    assert (sent.actor, sent.seat) == ("anna", "trainee-anna")
    assert hand.sent(1) == ["A3"]

    # Something more urgent: the ambulance on its way is offered, taken by its line, and sent.
    sat.until(lambda: 2 in desk.state.incidents)
    hand.take(2)
    hand.press(panel.offer)  # type: ignore[attr-defined]
    hand.wait(lambda: any(one.taken_from == 1 for one in desk.recommendation.chosen))  # type: ignore[union-attr]
    turned = hand.decide(lambda: hand.press(panel.send_button))  # type: ignore[attr-defined]
    assert any(isinstance(each, e.UnitReleased) and each.reason == "redirected" for each in turned.events)
    assert "A3" in hand.sent(2) and "A3" not in hand.sent(1)

    # While time stands still nothing is decided, and the desk says so where it was typed.
    hand.command("level 2 2")
    hand.wait(lambda: "paused" in hand.window.commands.answer.text())
    assert desk.state.incidents[2].alarm_level == 1 and len(play.decisions()) == 2

    # The turn is passed on; the next one raises the alarm, and is refused by the rules: that is kept for the score.
    hand.press(hand.strip.pass_button)
    assert play.turn.id == "bela" and "Bela decides" in hand.strip.turn.text()
    raised = hand.decide(lambda: hand.press(incident.raise_button))  # type: ignore[attr-defined]
    assert (raised.actor, raised.seat) == ("bela", "trainee-bela") and desk.state.incidents[2].alarm_level == 2
    hand.switch_time()
    hand.command("close 2 treated")
    hand.wait(lambda: len(play.run.refusals) == 1)
    hand.switch_time()

    # The trainer lets a telephone ring and plays a crew.
    with sat.qtbot.waitSignal(play.injected):
        play.inject(Inject("bin", CALL, (), "a bin is burning", lon=24.9415, lat=60.1712))
    play.act(ReportStatus("P1", Status.OUT_OF_SERVICE, "a flat tyre", source="crew"),
             Who("P1", "crew", "", TRAINER_SEAT))  # fmt: skip
    hand.wait(lambda: desk.state.units["P1"].status is Status.OUT_OF_SERVICE)
    assert [each for each in desk.state.calls.values() if each.rings and each.answered_at is None]

    # The call is answered and typed in, and sent by a key.
    hand.switch_time()
    QTest.keyClick(hand.window, Qt.Key.Key_F2)
    hand.wait(lambda: hand.window.focusWidget() is not None)
    hand.type("Aleksanterinkatu 52")
    hand.wait(lambda: desk.draft is not None and desk.draft.location is not None)
    hand.type("rubbish")
    hand.wait(lambda: desk.recommendation is not None and desk.recommendation.chosen)
    QTest.keyClick(hand.window, Qt.Key.Key_F12)
    hand.wait(lambda: hand.sent(3))
    hand.switch_time()
    assert desk.state.incidents[3].call_ids and hand.sent(3)[0].startswith("E")

    # What is done there is closed by the command line, a moment is marked, and the exercise comes to its end.
    sat.until(lambda: desk.state.incidents[3].stage is Stage.CLEARED)
    QTest.keyClick(hand.window, Qt.Key.Key_Y, CONTROL | SHIFT)
    hand.wait(hand.strip.mark_name.isVisible)
    QTest.keyClicks(hand.strip.mark_name, "the bin is out")
    QTest.keyClick(hand.strip.mark_name, Qt.Key.Key_Return)
    assert [each.name for each in play.marks] == ["the bin is out"]
    hand.decide(lambda: hand.command("close 3 extinguished"))
    assert desk.state.incidents[3].stage is Stage.CLOSED
    hand.press(hand.strip.pass_button)
    assert any("anna" in words for words in hand.window.notices.words())
    hand.strip.speed.setValue(1_000)
    with sat.qtbot.waitSignal(play.ended):
        hand.switch_time()
    assert not any("anna" in words for words in hand.window.notices.words())  # it would stand behind the card
    assert play.is_over and hand.card.isVisible() and "over" in hand.card.head.text()
    hand.command("send A4 to 1")
    hand.wait(lambda: "over" in hand.window.commands.answer.text())
    assert not hand.sent(1)

    # Back to before the ambulance was turned round: another log, in which it goes on to where it went.
    before = sat.session.log_file
    with sat.qtbot.waitSignal(sat.session.played):
        sat.session.branch(turned.sequence, "leave it alone")
    again, play = Hand(sat), sat.play
    assert again.desk is not desk and sat.session.log_file != before and play.is_paused and not play.is_over
    assert again.desk.state.sequence == turned.sequence - 1 and "A3" in again.sent(1)
    assert [each.label for each in play.tree().path(sat.session.log_file.name)] == ["leave it alone"]
    again.strip.speed.setValue(1_000)
    with sat.qtbot.waitSignal(play.ended):
        again.switch_time()
    assert "A3" in {each.unit_id for each in again.desk.state.assignments.values() if each.incident_id == 1}
    sat.session.close()

    # Both are scored from their logs alone, and the first has its report.
    place = sat.session.place
    found = debrief_file(before, place.city, key_folder=place.key_folder, with_coverage=False)
    other = debrief_file(sat.session.log_file, place.city, key_folder=place.key_folder, with_coverage=False)
    kinds = [(each.kind, each.trainee) for each in found.debriefing.score.decisions]
    for each in ((r.SENT, "anna"), (r.REDIRECTED, "anna"), (r.ALARM, "bela"), (r.REFUSED, "bela"), (r.REPORTED, "bela"),
                 (r.CLOSED, "bela")):  # fmt: skip
        assert each in kinds
    assert (r.REDIRECTED, "anna") not in [(one.kind, one.trainee) for one in other.debriefing.score.decisions]
    assert len(read_refusals(before)) == 1 and not read_refusals(sat.session.log_file)
    assert {each.column for each in found.debriefing.score.totals} >= {r.DID, r.BEST}
    assert write_report(found, place.city, tmp_path / "report.html")
    page = (tmp_path / "report.html").read_text(encoding="utf-8")
    assert all(words in page for words in ("Two ambulances", "anna", "bela", "the bin is out", "A3"))
    for file in (before, sat.session.log_file):
        log = open_log(file, key_folder=place.key_folder, read_only=True)
        try:
            assert not [each for each in log.read() if each.seat.startswith("trainee") and each.role == "system"]
            said = log.verify()
            assert said.is_intact and not said.unchecked  # what was sent by is kept beside each
        finally:
            log.close()
