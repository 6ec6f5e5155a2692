"""What lies over the map while an exercise stands still: it has not begun, is paused, or is over."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout, QWidget

from app import theme
from app.exercise.play import Play
from app.exercise.strip import PAUSE_KEY
from app.parts.forms import button, plain_label
from app.wording import one_line, text
from app.wording.durations import clock_span

BEGINS = ("play.begin_head", "play.begin_about", "play.begin_led")
PAUSED = ("play.paused_head", "play.paused_about", "play.paused_led")
WIDTH_PX = 520
TOP_PX = 64  # below what the desk has to say over its map


class Shade(QWidget):
    """Darken what it lies over; the mouse goes through."""

    def __init__(self, over: QWidget) -> None:
        super().__init__(over)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)

    def paintEvent(self, event: QPaintEvent) -> None:
        colour = QColor(theme.look().window)
        colour.setAlpha(120)
        QPainter(self).fillRect(self.rect(), colour)


class StandsCard(QFrame):
    """Say over the map why nothing moves, in letters that are read across a room, and offer the next step."""

    leave_wanted = Signal()
    debriefing_wanted = Signal()

    def __init__(self, play: Play, over: QWidget, *, language: str, is_led: bool, can_debrief: bool) -> None:
        super().__init__(over)
        self._play, self._language, self._is_led, self._over = play, language, is_led, over
        self.setObjectName("exercise_card")
        self.shade = Shade(over)
        self.head = plain_label(" ")
        self.head.setObjectName("exercise_head")
        self.head.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.about = plain_label(" ")
        self.about.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.next = plain_label(" ", role="muted")
        self.next.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.next.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.go_button = button("–", play.resume, role="primary")
        self.debrief_button = button(self._words("play.debriefing"), self.debriefing_wanted.emit, role="primary")
        self.leave_button = button(self._words("play.leave"), self.leave_wanted.emit)
        self._can_debrief = can_debrief
        row = QHBoxLayout()
        row.addStretch(1)
        for each in (self.go_button, self.debrief_button, self.leave_button):
            row.addWidget(each)
        row.addStretch(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 16, 24, 18)
        column.setSpacing(10)
        for part in (self.head, self.about, self.next):
            column.addWidget(part)
        column.addLayout(row)
        over.installEventFilter(self)
        play.changed.connect(self.refresh)
        play.ended.connect(self.refresh)
        self.refresh()

    def refresh(self) -> None:
        """Show what holds now, or nothing while it runs."""
        play, exercise = self._play, self._play.exercise
        is_still = play.is_over or play.is_paused
        self.shade.setVisible(is_still)
        self.setVisible(is_still)
        if not is_still:
            return
        head, alone, led = PAUSED if play.has_begun else BEGINS
        self.head.setText(self._words("play.over_head" if play.is_over else head))
        span = clock_span(exercise.lasts_s)
        if play.is_over:
            made = len({each.sequence for each in play.decisions()})
            words = self._words("play.over_about", decisions=made, span=span, log=one_line(play.log_file.name, 80))
        else:
            code = led if self._is_led else alone
            words = self._words(code, name=one_line(exercise.called(self._language), 80), span=span, keys=PAUSE_KEY)
        self.about.setText(words)
        city = play.city.folder if play.city is not None else ""
        self.next.setVisible(play.is_over and not self._can_debrief)
        self.next.setText(self._words("play.over_next", log=one_line(play.log_file, 200), city=one_line(city, 200)))
        self.go_button.setText(self._words("play.go_on" if play.has_begun else "play.start"))
        self.go_button.setVisible(not play.is_over and not self._is_led)
        self.debrief_button.setVisible(play.is_over and self._can_debrief)
        self.leave_button.setVisible(play.is_over and not self._is_led)
        self._place()
        self.shade.raise_()
        self.raise_()

    def show_wait(self, words: str) -> None:
        """Say what is on its way, and that the window will not move for a moment."""
        self.head.setText(words)
        self.about.setText(self._words("play.branching_about"))
        for part in (self.next, self.go_button, self.debrief_button, self.leave_button):
            part.hide()
        self.shade.show()
        self.show()
        self._place()
        self.raise_()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is self._over and event.type() == QEvent.Type.Resize and self.isVisible():
            self._place()
        return False

    def _place(self) -> None:
        over = self._over.rect()
        self.shade.setGeometry(over)
        width = min(WIDTH_PX, over.width() - 24)
        self.setFixedWidth(max(width, 120))
        self.layout().activate()
        height = self.layout().totalHeightForWidth(self.width())
        self.setGeometry(
            (over.width() - self.width()) // 2, max(0, min(TOP_PX, over.height() - height)), self.width(), height
        )

    def _words(self, code: str, **values: object) -> str:
        return text(code, self._language, **values)
