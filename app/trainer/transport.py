"""Time and turns: pause, speed, a step, where the exercise stands, and who decides."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from PySide6.QtCore import QSignalBlocker
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QComboBox, QFrame, QHBoxLayout, QProgressBar, QVBoxLayout, QWidget

from app import theme
from app.parts.forms import button, decimal_field, plain_label, show_words
from app.trainer.decision_words import person_words
from app.trainer.sitting import Sitting
from app.wording import capital, text, tooltip
from app.wording.durations import clock_span
from app.wording.measures import times
from app.wording.screen import say
from dispatch.exercise.clock import FASTEST, SLOWEST

SPEEDS = (0.1, 0.25, 0.5, 1.0, 2.0, 5.0, 10.0, 20.0, 50.0, 100.0, 200.0, 500.0, 1000.0)
PAUSE_KEY, STEP_KEY, SLOWER_KEY, FASTER_KEY, TURN_KEY = "F8", "F9", "F6", "F7", "Alt+T"
ROOMY_PX = 1_400
PARTS = 200


class Transport(QFrame):
    """Steer the exercise."""

    def __init__(self, sitting: Sitting, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._sitting = sitting
        self.setObjectName("bar")
        language = sitting.language
        self.pause_button = button(text("trainer.pause", language), self.toggle)
        self.pause_button.setMinimumWidth(110)
        self.step_button = button(text("trainer.step", language), self.step, tip=text("trainer.step_tip", language))
        self.speed = decimal_field()
        self.speed.setRange(SLOWEST, FASTEST)
        self.speed.setDecimals(2)
        self.speed.setSuffix("×")
        self.speed.setKeyboardTracking(False)
        self.speed.setGroupSeparatorShown(True)
        self.speed.setMinimumWidth(96)
        self.speed.setAccessibleName(text("trainer.speed", language))
        self.speed.setToolTip(tooltip(text("trainer.speed_tip", language) + f" ({SLOWER_KEY}, {FASTER_KEY})"))
        self.moment = plain_label("–", role="moment", wraps=False)
        self.stand = plain_label(" ", wraps=False)
        self.elapsed = plain_label(" ", role="muted", wraps=False)
        self.share = QProgressBar()
        self.share.setTextVisible(False)
        self.share.setFixedHeight(4)
        self.share.setRange(0, PARTS)
        self.share.setAccessibleName(text("trainer.share", language))
        self.turn = plain_label(" ", wraps=False)
        self.next_one = QComboBox()
        self.next_one.setAccessibleName(text("trainer.pass_to", language))
        self.next_one.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)
        self.pass_button = button(text("trainer.pass_on", language), self.pass_on)
        self.pass_button.setToolTip(text("trainer.pass_tip", language) + f" ({TURN_KEY})")
        for keys, do in (
            (PAUSE_KEY, self.toggle),
            (STEP_KEY, self.step),
            (SLOWER_KEY, lambda: self.change_speed(-1)),
            (FASTER_KEY, lambda: self.change_speed(1)),
            (TURN_KEY, self.pass_on),
        ):
            sitting.keys.on(keys, do)
        self.step_button.setToolTip(text("trainer.step_tip", language) + f" ({STEP_KEY})")
        row = QHBoxLayout()
        row.setSpacing(8)
        for part in (self.pause_button, self.step_button, self.speed):
            row.addWidget(part)
        row.addSpacing(8)
        for part in (self.moment, self.stand, self.elapsed):
            row.addWidget(part)
        row.addStretch(1)
        for part in (self.turn, self.next_one, self.pass_button):
            row.addWidget(part)
        self.row = row
        column = QVBoxLayout(self)
        column.setContentsMargins(10, 6, 10, 6)
        column.setSpacing(5)
        column.addWidget(self.share)
        column.addLayout(row)
        self.speed.valueChanged.connect(self._take_speed)
        sitting.begun.connect(self._begin)
        sitting.stepped.connect(lambda at: self._show_moment())
        sitting.changed.connect(self.refresh)
        sitting.ended.connect(self.refresh)
        self._begin()

    def toggle(self) -> None:
        """Let time stand still, or go on."""
        play = self._sitting.play
        if not play.is_over:
            (play.resume if play.is_paused else play.pause)()

    def step(self) -> None:
        """Make one step while time stands still."""
        if self.step_button.isEnabled():
            self._sitting.play.step_once()

    def change_speed(self, way: int) -> None:
        """Go one of the usual speeds up or down."""
        now = self._sitting.play.speed
        above, below = [each for each in SPEEDS if each > now + 1e-9], [each for each in SPEEDS if each < now - 1e-9]
        chosen = above[:1] if way > 0 else below[-1:]
        if chosen:
            self._sitting.play.set_speed(chosen[0])

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._show_moment()

    def _take_speed(self, speed: float) -> None:
        self._sitting.play.set_speed(speed)

    def pass_on(self) -> None:
        """Give the turn to the one who is chosen."""
        if self.next_one.count() and self.next_one.isVisibleTo(self):
            self._sitting.play.take_turn(self.next_one.currentData())

    def refresh(self) -> None:
        """Show everything anew."""
        play, language = self._sitting.play, self._sitting.language
        has_begun = self._sitting.at > self._sitting.exercise.start_at
        key = "trainer.pause" if not play.is_paused else "trainer.resume" if has_begun else "trainer.start"
        words = text(key, language)
        self.pause_button.setText(words)
        self.pause_button.setAccessibleName(words)
        self.pause_button.setToolTip(f"{words} ({PAUSE_KEY})")
        theme.mark(self.pause_button, "role", "primary" if play.is_paused and not play.is_over else "")
        self.pause_button.setEnabled(not play.is_over)
        self.step_button.setEnabled(play.is_paused and not play.is_over)
        with QSignalBlocker(self.speed):
            if abs(self.speed.value() - play.speed) > 1e-6 and not self._is_typing():
                self.speed.setValue(play.speed)
        stand = "trainer.over" if play.is_over else "trainer.paused" if play.is_paused else ""
        if stand == "trainer.paused" and not has_begun:
            stand = "trainer.not_begun"
        show_words(self.stand, text(stand, language) if stand else "", "warning")
        self._show_turn()
        self._show_moment()

    def _begin(self) -> None:
        trainees, sitting = self._sitting.exercise.trainees, self._sitting
        self.next_one.clear()
        if len(trainees) > 1:
            for each in trainees:
                self.next_one.addItem(person_words(sitting, each.id, each.department), each.id)
            if sitting.exercise.turn_s > 0:
                self.next_one.addItem(text("trainer.own_order", sitting.language), None)
        self.refresh()

    def _show_turn(self) -> None:
        sitting, turn = self._sitting, self._sitting.play.turn
        who = person_words(sitting, turn.id, turn.department)
        show_words(self.turn, "" if sitting.play.is_over else text("trainer.turn", sitting.language, who=capital(who)))
        trainees = sitting.exercise.trainees
        for part in (self.next_one, self.pass_button):  # once it is over nobody decides
            part.setVisible(len(trainees) > 1 and not sitting.play.is_over)
        if len(trainees) > 1 and turn in trainees and not self.next_one.hasFocus():
            self.next_one.setCurrentIndex((trainees.index(turn) + 1) % len(trainees))

    def _show_moment(self) -> None:
        sitting, exercise, language = self._sitting, self._sitting.exercise, self._sitting.language
        at = max(sitting.at, exercise.start_at)
        local = at.astimezone(ZoneInfo(exercise.time_zone or "UTC"))
        day = say(f"day_{local.isoweekday()}", language)
        whole = f"{day} {local:%Y-%m-%d %H:%M:%S}"
        self.moment.setText(whole if self.width() >= ROOMY_PX else f"{day} {local:%H:%M:%S}")
        self.moment.setToolTip(whole)
        done_s = sitting.seconds(at)
        left_s = max(0.0, exercise.lasts_s - done_s)
        real = sitting.play.real_speed
        words = text(
            "trainer.elapsed", language, done=clock_span(float(int(done_s))), left=clock_span(left_s),
            real=times(real) if real is not None else "",
        )  # fmt: skip
        self.elapsed.setText(words)
        self.elapsed.setVisible(True)
        share = round(PARTS * min(1.0, done_s / exercise.lasts_s)) if exercise.lasts_s else PARTS
        if share != self.share.value():  # it paints at once
            self.share.setValue(share)

    def _is_typing(self) -> bool:
        return self.speed.hasFocus() and self.speed.lineEdit().isModified()
