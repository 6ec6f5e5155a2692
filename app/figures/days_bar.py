"""The row that chooses which days a page is about: the whole log, or days of it; the same on every page that asks."""

from __future__ import annotations

from datetime import datetime

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QWidget

from app.desk import Desk
from app.figures.period_bar import PeriodBar
from app.parts.forms import plain_label, small_button
from dispatch.figures.period import DAY, Period


class DaysBar(QWidget):
    """Hold which days are asked for; `changed` tells of others. `whole` says what the whole log is called."""

    changed = Signal()

    def __init__(self, desk: Desk, whole: str, *, is_whole: bool) -> None:
        super().__init__()
        state = desk.state
        self.days = PeriodBar(desk.language, state.time_zone, desk.clock().date())
        self.days.set_clock(desk.clock(), state.time_zone)
        self.days.ask_days_alone()
        self.days.take(DAY, self.days.period.last_day)
        self.days.to_present()
        self.whole = small_button(whole, self._on_whole)
        self.whole.setCheckable(True)
        self.whole.setChecked(is_whole)
        self.span = plain_label(" ", role="title", wraps=False)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        for part in (self.whole, self.days, self.span):
            row.addWidget(part)
        row.addStretch(1)
        self._show()
        self.days.changed.connect(self.changed)

    @property
    def period(self) -> Period | None:
        """Return the days that are asked for, None for the whole log."""
        return None if self.whole.isChecked() else self.days.period

    def say_span(self, words: str) -> None:
        """Say which days the whole log has."""
        self.span.setText(words)

    def set_clock(self, now: datetime, zone: str) -> None:
        """Let time pass."""
        self.days.set_clock(now, zone)

    def _on_whole(self) -> None:
        self._show()
        self.changed.emit()

    def _show(self) -> None:
        """Show the chooser of days, or the days of the whole log."""
        self.days.setVisible(not self.whole.isChecked())
        self.span.setVisible(self.whole.isChecked())
