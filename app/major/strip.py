"""The clocks of a major incident: since when, when elapsed time and the roll are to be called, who is missing."""

from __future__ import annotations

from datetime import datetime

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from app import theme
from app.desk import Desk
from app.major.page import Sheet
from app.major.words import party_name
from app.parts.allow import allow
from app.parts.forms import caption, number_field, plain_label, show_words, small_button
from app.wording import one_line, text
from app.wording.durations import clock_span, rough_span
from dispatch.commands import Body
from dispatch.major import MajorIncident
from dispatch.major_checks import LONGEST_MIN
from dispatch.major_commands import CallElapsedTime, SetClocks, StandDownMajorIncident, StartRollCall
from dispatch.major_now import elapsed_due_at, roll_call_due_at

SOON_S = 120.0


class _Due(QFrame):
    """One clock: a name, what is left, and the button that answers it; overdue it is loud and pulses."""

    def __init__(self, name: str, button: QWidget) -> None:
        super().__init__()
        self.setObjectName("clock")
        self.name = plain_label(name, role="caption", wraps=False)
        self.left = plain_label(" ", wraps=False)
        self.left.setProperty("role", "title")
        for part in (self.name, self.left):
            part.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        words = QVBoxLayout()
        words.setSpacing(0)
        words.addWidget(self.name)
        words.addWidget(self.left)
        row = QHBoxLayout(self)
        row.setContentsMargins(6, 3, 6, 3)
        row.setSpacing(4)
        row.addLayout(words, 1)
        row.addWidget(button)

    def show_left(self, name: str, words: str, level: str, *, is_dim: bool = False) -> None:
        """Show what is left of what; `is_dim` is the other half of the pulse."""
        if self.name.text() != name:
            self.name.setText(name)
        if self.left.text() != words:
            self.left.setText(words)
        theme.mark(self.left, "level", level)
        theme.mark(self, "level", "" if is_dim else level)


class ClocksSheet(Sheet):
    """Set how often elapsed time and the roll are called; 0 turns a clock off."""

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk, text("major.keep", desk.language))
        self.number = 0
        self.elapsed, self.roll = number_field(), number_field()
        for box, key in ((self.elapsed, "major.elapsed_every"), (self.roll, "major.roll_every")):
            box.setRange(0, int(LONGEST_MIN))
            box.setSuffix(text("major.minutes_suffix", desk.language))
            box.setSpecialValueText(text("major.off", desk.language))
            box.setAccessibleName(text(key, desk.language))
            row = QHBoxLayout()
            row.addWidget(caption(text(key, desk.language), box))
            row.addWidget(box)
            row.addStretch(1)
            self.fields.addLayout(row)
        self._first = self.elapsed

    def fill(self, major: MajorIncident) -> None:
        """Begin with the clocks as they run."""
        self.number = major.incident_id
        self.elapsed.setValue(round(major.elapsed_min or 0))
        self.roll.setValue(round(major.roll_call_min or 0))

    def body(self) -> Body | None:
        """Return the clocks."""
        return SetClocks(self.number, float(self.elapsed.value()) or None, float(self.roll.value()) or None)


class ClockStrip(QWidget):
    """Stand over every page: `asked` carries what its buttons mean, `missing_wanted` asks to see who is missing."""

    asked = Signal(object)
    clocks_wanted = Signal()
    stand_down_wanted = Signal()
    missing_wanted = Signal()

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self._desk = desk
        self._major: MajorIncident | None = None
        self._is_dim = False
        language = desk.language
        self.since = plain_label(" ", role="title", wraps=False)
        self.stage = plain_label(" ", role="muted")
        self.clocks_button = small_button(text("major.clocks", language), self.clocks_wanted.emit, role="flat")
        self.down_button = small_button(text("major.stand_down", language), self.stand_down_wanted.emit)
        self.called_button = small_button(text("major.called", language), self._called)
        self.roll_button = small_button(text("major.call_roll_short", language), self._roll)
        self.elapsed = _Due(text("major.elapsed_due", language), self.called_button)
        self.roll = _Due(text("major.roll_due", language), self.roll_button)
        self.missing = plain_label()
        self.missing_button = small_button(text("major.see", language), self.missing_wanted.emit)
        for made, command in (
            (self.clocks_button, SetClocks),
            (self.down_button, StandDownMajorIncident),
            (self.called_button, CallElapsedTime),
            (self.roll_button, StartRollCall),
        ):
            allow(made, desk, command)
        self._lay_out()

    def show_major(self, major: MajorIncident) -> None:
        """Show a major incident's clocks."""
        self._major = major
        self.elapsed.setVisible(major.is_declared)
        self.roll.setVisible(major.is_declared)
        for made in (self.clocks_button, self.down_button):
            made.setVisible(major.is_declared)
        words = "; ".join(
            text(
                "major.missing_of",
                self._desk.language,
                count=each.count,
                party=party_name(major, each.kind, each.party),
            )
            for each in major.missing
        )
        show_words(self.missing, f"▲ {words}" if words else "", "alarm")
        self.missing_frame.setVisible(bool(words))
        self.tick(self._desk.clock())

    def tick(self, now: datetime) -> None:
        """Let the clocks run; an overdue one pulses once a second."""
        major, language = self._major, self._desk.language
        if major is None:
            return
        incident = self._desk.state.incidents.get(major.incident_id)
        since_s = max(0.0, ((major.stood_down_at or now) - major.declared_at).total_seconds())
        self.since.setText(text("major.since", language, span=clock_span(since_s)))
        if not major.is_declared:
            words = text(
                "major.stood_down",
                language,
                who=one_line(major.stood_down_by, 30),
                reason=one_line(major.stood_down_reason, 200),
            )
            show_words(self.stage, words, "notice")
            return
        received_s = (now - incident.received_at).total_seconds() if incident is not None else since_s
        show_words(self.stage, text("major.since_received", language, rough=rough_span(received_s)))
        self._is_dim = not self._is_dim
        names = text("major.elapsed_due", language), text("major.elapsed_overdue", language)
        self._show_due(self.elapsed, names, elapsed_due_at(major), now)
        call = major.roll_call
        if call is not None and call.ended_at is None:
            running = text("major.roll_runs", language, number=call.number)
            level = "warning" if call.unanswered_at is not None else "notice"
            self.roll.show_left(text("major.roll_call", language), running, level, is_dim=level == "notice")
            self.roll_button.setText(text("major.see", language))
        else:
            names = text("major.roll_due", language), text("major.roll_overdue", language)
            self._show_due(self.roll, names, roll_call_due_at(major), now)
            self.roll_button.setText(text("major.call_roll_short", language))

    def _show_due(self, clock: _Due, names: tuple[str, str], due_at: datetime | None, now: datetime) -> None:
        if due_at is None:
            clock.show_left(names[0], text("major.off", self._desk.language), "")
            return
        left_s = (due_at - now).total_seconds()
        if left_s < 0:
            clock.show_left(names[1], clock_span(-left_s), "alarm", is_dim=self._is_dim)
        else:
            level = "warning" if left_s < SOON_S else ""
            clock.show_left(names[0], clock_span(left_s), level, is_dim=True)

    def _called(self) -> None:
        if self._major is not None:
            self.asked.emit(CallElapsedTime(self._major.incident_id))

    def _roll(self) -> None:
        call = self._major.roll_call if self._major is not None else None
        if self._major is not None and (call is None or call.ended_at is not None):
            self.asked.emit(StartRollCall(self._major.incident_id))
        self.missing_wanted.emit()

    def _lay_out(self) -> None:
        head = QHBoxLayout()
        head.setSpacing(4)
        head.addWidget(self.since)
        head.addStretch(1)
        head.addWidget(self.clocks_button)
        head.addWidget(self.down_button)
        clocks = QHBoxLayout()
        clocks.setSpacing(4)
        clocks.addWidget(self.elapsed, 1)
        clocks.addWidget(self.roll, 1)
        self.missing_frame = QFrame()
        self.missing_frame.setObjectName("clock")
        self.missing_frame.setProperty("level", "alarm")
        alarm = QHBoxLayout(self.missing_frame)
        alarm.setContentsMargins(6, 3, 6, 3)
        alarm.addWidget(self.missing, 1)
        alarm.addWidget(self.missing_button)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(3)
        column.addLayout(head)
        column.addWidget(self.stage)
        column.addLayout(clocks)
        column.addWidget(self.missing_frame)
