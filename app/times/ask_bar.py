"""The rows that choose what is measured: which days, which interval, counted how, against what, split by what."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from PySide6.QtCore import Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QComboBox, QGridLayout, QHBoxLayout, QVBoxLayout, QWidget

from app.desk import Desk
from app.figures.days_bar import DaysBar
from app.figures.own import Share
from app.parts.forms import plain_label
from app.times.count import FILTERS, Asked, Counted
from app.times.words import interval_name, key_words, profile_name, shift_words
from app.wording import label, text
from app.wording.durations import day_and_clock
from dispatch.events import LogKind
from dispatch.state import State
from dispatch.times.groups import GROUPS
from dispatch.times.spans import INCIDENT, INTERVALS, SCOPES

FIELD_PX = 215  # a chooser with its name


class AskBar(QWidget):
    """Hold what is asked for; `changed` tells of anything else."""

    changed = Signal()

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        language, state = desk.language, desk.state
        self._language = language
        # What is over is looked at as a whole, what is going on by the day.
        is_over = state.kind not in (None, LogKind.LIVE, LogKind.DRILL)
        self.days = DaysBar(desk, text("times.whole_log", language), is_whole=is_over)
        self.scope = self._chooser("times.scope", ((label("times_scope", each, language), each) for each in SCOPES))
        self.scope.setCurrentIndex(self.scope.findData(INCIDENT))
        self.interval = self._chooser("times.interval", ((interval_name(each, language), each) for each in INTERVALS))
        self.interval.setCurrentIndex(self.interval.findData("response"))
        self.profile = self._chooser("times.profile", ())
        groups = ((label("times_group", each, language), each) for each in GROUPS)
        self.group = self._chooser("times.group", groups)
        self.group.setCurrentIndex(self.group.findData("station"))
        nothing = text("times.everything", language)
        filters = ((label("times_group", each, language), each) for each in FILTERS)
        self.filter = self._chooser("times.filter", ((nothing, ""), *filters))
        self.key = self._chooser("times.filter", ())
        self.key.hide()
        self.shift = self._chooser("times.shift", ())
        self.share = Share()
        self._fields = self._named_fields()
        self._columns = 0
        self._grid = QGridLayout()
        self._grid.setHorizontalSpacing(12)
        self._grid.setVerticalSpacing(4)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(6)
        column.addWidget(self.days)
        column.addLayout(self._grid)
        self._show_shifts(state)
        self._lay()
        self.days.changed.connect(self.changed)
        for box in (self.scope, self.interval, self.profile, self.group, self.key, self.shift):
            box.activated.connect(lambda _: self.changed.emit())
        self.filter.activated.connect(lambda _: self._on_filter())

    def asked(self) -> Asked:
        """Return everything that is asked for."""
        group, key = str(self.filter.currentData() or ""), str(self.key.currentData() or "")
        return Asked(
            self.days.period, str(self.scope.currentData()),
            str(self.interval.currentData()), str(self.profile.currentData() or ""), str(self.group.currentData()),
            (group, key if group else ""), str(self.shift.currentData() or ""), self.share,
        )  # fmt: skip

    def take_interval(self, interval: str) -> None:
        """Ask for another interval."""
        if interval != self.interval.currentData():
            self.interval.setCurrentIndex(self.interval.findData(interval))
            self.changed.emit()

    def show_choices(self, counted: Counted) -> None:
        """Offer the profiles there are, and the keys of the group that is chosen to look at alone."""
        days = counted.report.span_of_days
        if days is not None and counted.asked.period is None:
            zone = counted.report.time_zone
            first, last = (day_and_clock(each, zone).partition(" ")[0] for each in days)
            self.days.say_span(f"{first} – {last}")
        profiles = counted.profiles.profiles
        if self.profile.count() != len(profiles):
            self._fill(self.profile, ((profile_name(each, self._language), each.id) for each in profiles))
        group = counted.asked.only[0]
        if group and group == self.filter.currentData():
            names = ((key_words(counted.state, group, each, self._language), each) for each in counted.choices)
            self._fill(self.key, ((text("times.everything", self._language), ""), *names))
        self.key.setVisible(bool(self.filter.currentData()))
        self._show_shifts(counted.state)

    def _show_shifts(self, state: State) -> None:
        """Offer the shifts of the roster; a city without any is asked for whole days."""
        shifts = [(shift_words(each), each.id) for each in state.roster.shifts]
        if [code for _, code in shifts] != [self.shift.itemData(place) for place in range(1, self.shift.count())]:
            self._fill(self.shift, ((text("times.whole_days", self._language), ""), *shifts))
            self._columns = 0
            self._lay()

    def set_clock(self, now: datetime, zone: str) -> None:
        """Let time pass."""
        self.days.set_clock(now, zone)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._lay()

    def _on_filter(self) -> None:
        self.key.clear()
        self.key.setVisible(bool(self.filter.currentData()))
        self.changed.emit()

    def _lay(self) -> None:
        fields = self._fields if self.shift.count() > 1 else self._fields[:-1]
        columns = max(1, min(len(fields), self.width() // FIELD_PX))
        if columns == self._columns:
            return
        self._columns = columns
        for place, made in enumerate(self._fields):
            self._grid.addWidget(made, place // columns, place % columns)
            made.setVisible(made in fields)
        for column in range(len(self._fields)):
            self._grid.setColumnStretch(column, 1 if column < columns else 0)
        self.updateGeometry()

    def _named_fields(self) -> tuple[QWidget, ...]:
        fields = []
        for key, boxes in (
            ("times.scope", (self.scope,)), ("times.interval", (self.interval,)), ("times.profile", (self.profile,)),
            ("times.group", (self.group,)), ("times.filter", (self.filter, self.key)), ("times.shift", (self.shift,)),
        ):  # fmt: skip
            made = QWidget()
            row = QHBoxLayout(made)
            row.setContentsMargins(0, 0, 0, 0)
            row.setSpacing(5)
            row.addWidget(plain_label(text(key, self._language), role="muted", wraps=False))
            for box in boxes:
                row.addWidget(box, 1)
            fields.append(made)
        return tuple(fields)

    def _chooser(self, key: str, items: Iterable[tuple[str, str]]) -> QComboBox:
        made = QComboBox()
        made.setAccessibleName(text(key, self._language))
        made.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        made.setMinimumContentsLength(6)
        self._fill(made, items)
        return made

    def _fill(self, box: QComboBox, items: Iterable[tuple[str, str]]) -> None:
        chosen = box.currentData()
        box.clear()
        for words, code in items:
            box.addItem(words, code)
        box.setCurrentIndex(max(0, box.findData(chosen)))
