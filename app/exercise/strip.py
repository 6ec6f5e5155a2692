"""The strip of an exercise below the desk's: how far it is, how fast, who decides; with the hands on its time."""

from __future__ import annotations

from datetime import datetime

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QProgressBar, QSizePolicy, QWidget

from app import theme
from app.exercise.play import Play
from app.exercise.turns import next_turn, turn_ends_in_s
from app.parts.forms import number_field, plain_label, small_button
from app.parts.names import department_name
from app.parts.word_entry import WordEntry
from app.wording import capital, label, one_line, text, tooltip
from app.wording.durations import clock_span
from app.wording.measures import times
from dispatch.replay.bookmarks import LONGEST_NAME

SLOWEST, FASTEST = 1, 1_000
ROOMY_PX = 1_500
NOT_BEGUN, RUNS, PAUSED, OVER = "play.not_begun", "play.runs", "play.paused", "play.over"
BEHIND = "play.runs_at"
LEVELS = {NOT_BEGUN: "alarm", RUNS: "runs", PAUSED: "alarm", OVER: "over"}
PAUSE_KEY, TURN_KEY, MARK_KEY = "Ctrl+Y", "Ctrl+Shift+U", "Ctrl+Shift+Y"


class ExerciseStrip(QFrame):
    """Show and steer a play. Where a trainer leads it, the trainee has no hand on its time.

    `marked` carries the name that was given to this moment.
    """

    marked = Signal(str)

    def __init__(self, play: Play, *, language: str, is_led: bool = False, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._play, self._language, self._is_led = play, language, is_led
        self._shown: tuple[object, ...] = ()
        self._kind = NOT_BEGUN
        exercise = play.exercise
        self.setObjectName("exercise_strip")
        self.setAccessibleName(self._words("play.strip"))
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.name = plain_label(one_line(exercise.called(language), 60) or "–", role="muted", wraps=False)
        self.name.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        name, source = one_line(exercise.called(language)), one_line(exercise.source_name, 80)
        self.name.setToolTip(tooltip(self._words("play.name_tip", name=name, source=source, seed=exercise.seed)))
        self.stands = plain_label("–", wraps=False)
        self.stands.setObjectName("exercise_stands")
        self.stands.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.elapsed = plain_label("–", role="moment", wraps=False)
        self.progress = QProgressBar()
        self.progress.setTextVisible(False)
        self.progress.setRange(0, 1_000)
        self.progress.setFixedSize(110, 8)
        self.progress.setAccessibleName(self._words("play.strip"))
        self.turn = plain_label("–", wraps=False)
        self.turn.setObjectName("exercise_turn")
        self.next = plain_label("", role="muted", wraps=False)
        self.pass_button = small_button("–", self.pass_on)
        self.pause_button = small_button("–", self.toggle, role="primary")
        self.speed = number_field()
        self.speed.setRange(SLOWEST, FASTEST)
        self.speed.setSuffix("×")
        self.speed.setGroupSeparatorShown(True)
        self.speed.setKeyboardTracking(False)
        self.speed.setAccessibleName(self._words("play.speed"))
        self.speed.setToolTip(tooltip(self._words("play.speed_tip")))
        self.speed.setFixedWidth(86)
        self.mark_button = small_button(self._words("play.mark"), self.ask_name)
        self.mark_button.setToolTip(tooltip(self._words("play.mark_tip") + f" ({MARK_KEY})"))
        self.mark_name = WordEntry()
        self.mark_name.setPlaceholderText(self._words("play.mark_name"))
        self.mark_name.setAccessibleName(self._words("play.mark_name"))
        self.mark_name.setMaxLength(LONGEST_NAME)
        self.mark_name.setFixedWidth(220)
        self.mark_name.hide()
        self._lay_out()
        self.speed.valueChanged.connect(lambda value: play.set_speed(float(value)))
        self.mark_name.entered.connect(self._mark)
        self.mark_name.editingFinished.connect(self._put_away)
        play.stepped.connect(self._on_step)
        play.changed.connect(self.refresh)
        play.ended.connect(self.refresh)
        self.refresh()

    def toggle(self) -> None:
        """Start, pause or go on, where that is the trainee's to do."""
        if not self._is_led and not self._play.is_over:
            if self._play.is_paused:
                self._play.resume()
            else:
                self._play.pause()

    def change_speed(self, factor: float) -> None:
        """Go faster or slower by a factor."""
        if not self._is_led:
            self.speed.setValue(round(min(FASTEST, max(SLOWEST, self._play.speed * factor))))

    def pass_on(self) -> None:
        """Let the next trainee decide, where turns are passed on by hand."""
        exercise = self._play.exercise
        if len(exercise.trainees) > 1 and exercise.turn_s <= 0 and not self._play.is_over:
            self._play.take_turn(next_turn(exercise, self._play.turn).id)

    def ask_name(self) -> None:
        """Ask how this moment is to be called."""
        self.mark_name.clear()
        self.mark_name.show()
        self.mark_name.setFocus()

    def refresh(self) -> None:
        """Show everything anew."""
        play = self._play
        begun = play.has_begun
        kind = OVER if play.is_over else NOT_BEGUN if not begun else PAUSED if play.is_paused else RUNS
        self._kind = kind
        self._show_stands()
        theme.mark(self.stands, "level", LEVELS[kind])
        words = self._words({RUNS: "play.pause", NOT_BEGUN: "play.start"}.get(kind, "play.go_on"))
        self.pause_button.setText(words)
        self.pause_button.setAccessibleName(words)
        self.pause_button.setToolTip(tooltip(f"{words} ({PAUSE_KEY})"))
        self.pause_button.setEnabled(not play.is_over)
        self.speed.blockSignals(True)
        self.speed.setValue(round(max(SLOWEST, play.speed)))
        self.speed.blockSignals(False)
        self._show_turn()
        self._on_step(play.at)

    def _show_stands(self) -> None:
        """Say whether it runs and how fast: also how fast really, where that stays behind."""
        asked, real = self._play.speed, self._play.real_speed
        code = BEHIND if self._kind == RUNS and real is not None else self._kind
        words = self._words(code, speed=times(asked), real=times(real or 0.0))
        if words != self.stands.text():
            self.stands.setText(words)
            tip = self._words("play.behind_tip", speed=times(asked), real=times(real or 0.0)) if code == BEHIND else ""
            self.stands.setToolTip(tooltip(tip))

    def _show_turn(self) -> None:
        play, exercise = self._play, self._play.exercise
        trainee = play.turn
        department = department_name(play.state, trainee.department, self._language) if trainee.department else None
        name = one_line(trainee.id, 40)
        self.turn.setText(self._words("play.turn", trainee=capital(name), department=department))
        self.turn.setVisible(not play.is_over)
        role = label("role", trainee.role, self._language)
        self.turn.setToolTip(tooltip(self._words("play.turn_tip", trainee=name, role=role)))
        is_passed = len(exercise.trainees) > 1 and exercise.turn_s <= 0
        self.pass_button.setVisible(is_passed)
        self.pass_button.setEnabled(not play.is_over)
        if is_passed:
            words = self._words("play.pass_to", trainee=one_line(next_turn(exercise, trainee).id, 30))
            self.pass_button.setText(words)
            self.pass_button.setAccessibleName(words)
            self.pass_button.setToolTip(tooltip(f"{words} ({TURN_KEY})"))

    def _on_step(self, at: datetime) -> None:
        self._show_stands()
        exercise = self._play.exercise
        done_s = min(max(0.0, (at - exercise.start_at).total_seconds()), exercise.lasts_s)
        left_s = turn_ends_in_s(exercise, at) if not self._play.is_over else None
        shown = (int(done_s), None if left_s is None else int(left_s))
        if shown == self._shown:
            return
        self._shown = shown
        span = self._words("play.of", done=clock_span(int(done_s)), all=clock_span(exercise.lasts_s))
        self.elapsed.setText(span)
        self.progress.setValue(round(1_000 * done_s / exercise.lasts_s) if exercise.lasts_s else 1_000)
        self.progress.setAccessibleDescription(span)
        self.next.setVisible(left_s is not None)
        if left_s is not None:
            name = one_line(next_turn(exercise, self._play.turn).id, 30)
            self.next.setText(self._words("play.next_turn", trainee=capital(name), span=clock_span(int(left_s))))

    def _mark(self) -> None:
        name = self.mark_name.text()
        self._put_away()
        self.marked.emit(name)

    def _put_away(self) -> None:
        self.mark_name.hide()

    def _lay_out(self) -> None:
        row = QHBoxLayout(self)
        row.setContentsMargins(8, 3, 8, 4)
        row.setSpacing(8)
        for part in (self.stands, self.elapsed, self.progress):
            row.addWidget(part)
        row.addSpacing(8)
        for part in (self.turn, self.next, self.pass_button):
            row.addWidget(part)
        row.addSpacing(8)
        row.addWidget(self.name, 1)
        for part in (self.mark_name, self.mark_button, self.pause_button, self.speed):
            row.addWidget(part)
        for part in (self.pause_button, self.speed):
            part.setVisible(not self._is_led)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.progress.setVisible(self.width() >= ROOMY_PX)

    def _words(self, code: str, **values: object) -> str:
        return text(code, self._language, **values)
