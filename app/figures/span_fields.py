"""Two fields for free days: from one to another, both with it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from PySide6.QtCore import QDate, Signal
from PySide6.QtWidgets import QDateEdit, QHBoxLayout, QWidget

from app.parts.forms import plain_label
from app.wording import text

EARLIEST = date(2000, 1, 1)


class SpanFields(QWidget):
    """Hold a first and a last day, none after today; `changed` tells that the operator chose another."""

    changed = Signal()

    def __init__(self, language: str, today: date, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.from_field = self._field("figures_page.from_day", language)
        self.to_field = self._field("figures_page.to_day", language)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(4)
        row.addWidget(self.from_field)
        row.addWidget(plain_label("–", role="muted", wraps=False))
        row.addWidget(self.to_field)
        self.set_today(today)
        self.put(today, today)
        for field in (self.from_field, self.to_field):
            field.dateChanged.connect(lambda _, field=field: self._on_field(field))

    @property
    def first(self) -> date:
        """Return the first day."""
        return _day(self.from_field)

    @property
    def last(self) -> date:
        """Return the last day, which is counted too."""
        return _day(self.to_field)

    def set_today(self, today: date) -> None:
        """Offer no day after this one."""
        self._quietly(lambda field: field.setDateRange(_of(EARLIEST), _of(max(today, EARLIEST))))

    def put(self, first: date, last: date) -> None:
        """Show other days; nothing is told."""
        days = {self.from_field: first, self.to_field: last}
        self._quietly(lambda field: field.setDate(_of(max(EARLIEST, days[field]))))

    def _on_field(self, field: QDateEdit) -> None:
        if self.first > self.last:  # the other one follows the one that was moved
            self.put(_day(field), _day(field))
        self.changed.emit()

    def _quietly(self, deed: Callable[[QDateEdit], None]) -> None:
        for field in (self.from_field, self.to_field):
            was = field.blockSignals(True)
            deed(field)
            field.blockSignals(was)

    def _field(self, key: str, language: str) -> QDateEdit:
        made = QDateEdit()
        made.setDisplayFormat("yyyy-MM-dd")
        made.setCalendarPopup(True)
        made.setKeyboardTracking(False)  # a day half typed is not counted
        made.setAccessibleName(text(key, language))
        made.setToolTip(text(key, language))
        return made


def _day(field: QDateEdit) -> date:
    shown = field.date()
    return date(shown.year(), shown.month(), shown.day())


def _of(day: date) -> QDate:
    return QDate(day.year, day.month, day.day)
