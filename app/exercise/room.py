"""Joins an exercise to its window: strip, card, menu and keys; what would leave the building is shut there."""

from __future__ import annotations

import time
from datetime import datetime
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from app.exercise.card import StandsCard
from app.exercise.play import Play
from app.exercise.strip import MARK_KEY, PAUSE_KEY, TURN_KEY, ExerciseStrip
from app.wording import one_line, text, tooltip
from dispatch.trainee import Trainee

if TYPE_CHECKING:
    from app.desktop import Shown

SHUT = ("print", "hand_out")
ADVICE_AGE_S = 10.0  # of the exercise: at life's speed the desk itself asks so often
FASTER = 2.0


class ExerciseRoom(QObject):
    """Hold what an exercise adds to the ordinary window. `is_led`: a trainer has the only hand on its time."""

    debriefing_wanted = Signal()

    def __init__(self, shown: Shown, play: Play, *, is_led: bool = False, can_debrief: bool = False) -> None:
        super().__init__(shown.window)
        self._shown, self._play, self._is_led = shown, play, is_led
        desk, window = shown.desktop.desk, shown.window
        self._desk, self._language = desk, desk.language
        self._turn: Trainee = play.turn
        self._turn_said = ""
        self._advised_at, self._advised_s = play.at, time.monotonic()
        self.strip = ExerciseStrip(play, language=desk.language, is_led=is_led)
        window.put_below_strip(self.strip)
        over = window.map.parentWidget() or window
        self.card = StandsCard(play, over, language=desk.language, is_led=is_led, can_debrief=can_debrief)
        self.card.leave_wanted.connect(window.close)
        self.card.debriefing_wanted.connect(self.debriefing_wanted)
        self.strip.marked.connect(self._mark)
        self._add_menu()
        self._shut()
        play.changed.connect(self._on_changed)
        play.ended.connect(self._take_turn_back)
        play.stepped.connect(self._on_step)
        play.broke.connect(self._on_broken)
        play.not_marked.connect(
            lambda why: self._desk.said.emit(
                "warning", text("replay.bookmark_failed", self._language, reason=one_line(why, 160))
            )
        )

    def _add_menu(self) -> None:
        strip, menus = self.strip, self._shown.window.menus
        menus.insert(
            "menu_exercise",
            "menu_view",
            ("exercise_pause", PAUSE_KEY, strip.toggle),
            ("exercise_slower", "", lambda: strip.change_speed(1 / FASTER)),
            ("exercise_faster", "", lambda: strip.change_speed(FASTER)),
            ("exercise_turn", TURN_KEY, strip.pass_on),
            ("exercise_mark", MARK_KEY, strip.ask_name),
        )
        exercise = self._play.exercise
        menus.actions["exercise_turn"].setEnabled(len(exercise.trainees) > 1 and exercise.turn_s <= 0)
        for code in ("exercise_pause", "exercise_slower", "exercise_faster"):
            menus.actions[code].setEnabled(not self._is_led)

    def _shut(self) -> None:
        """Switch off what would carry something of the exercise out of the room."""
        why = tooltip(text("play.stays_here", self._language))
        for code in SHUT:
            action = self._shown.window.menus.actions[code]
            action.setEnabled(False)
            action.setToolTip(why)

    def _on_changed(self) -> None:
        turn = self._play.turn
        if turn != self._turn and not self._play.is_over:
            self._turn = turn
            self._take_turn_back()
            self._turn_said = text("play.turn_said", self._language, trainee=one_line(turn.id, 40))
            self._desk.said.emit("warning", self._turn_said)

    def _take_turn_back(self) -> None:
        """Say no more whose turn it was: over the map it would stand behind the last card."""
        self._shown.window.notices.take_back(self._turn_said)

    def _on_step(self, at: datetime) -> None:
        """Ask anew who should go as often as the exercise's time makes an answer old, at most once a second."""
        now_s = time.monotonic()
        is_old = (at - self._advised_at).total_seconds() >= ADVICE_AGE_S
        if self._play.speed > 1 and is_old and now_s - self._advised_s >= 1.0:
            self._advised_at, self._advised_s = at, now_s
            self._desk.ask()

    def _mark(self, name: str) -> None:
        self._play.mark(name)
        words = self._play.marks[-1].name if self._play.marks else name
        self._desk.said.emit("info", text("play.marked", self._language, name=one_line(words, 60)))

    def _on_broken(self, reason: str) -> None:
        self._desk.said.emit("alarm", text("play.broke", self._language, reason=one_line(reason, 200)))
