"""The row that chooses what is counted: which days, by which profile, split by what."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QButtonGroup, QComboBox, QGridLayout, QHBoxLayout, QToolButton, QWidget

from app.figures.count import Asked, groups_for
from app.figures.own import Share
from app.figures.span_fields import SpanFields
from app.figures.words import period_words
from app.parts.forms import plain_label, small_button
from app.wording import label, one_line, text
from dispatch.figures.indicators import Profiles
from dispatch.figures.period import DAY, MONTH, SPAN, WEEK, Period, day_of, days, month_of, week_of

MAKERS = {DAY: day_of, WEEK: week_of, MONTH: month_of}


class PeriodBar(QWidget):
    """Hold what is asked for; `changed` tells of another period, profile or group."""

    changed = Signal()

    def __init__(self, language: str, zone: str, today: date, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._language = language
        self._zone, self._today, self._day = zone, today, today
        self.kinds = QButtonGroup(self)
        self.buttons = {kind: self._kind_button(kind) for kind in (*MAKERS, SPAN)}
        self.kind = MONTH
        self.buttons[MONTH].setChecked(True)
        self.back = small_button("◀", lambda: self.step(-1), tip=text("figures_page.before", language))
        self.on = small_button("▶", lambda: self.step(1), tip=text("figures_page.after", language))
        self.now = small_button(text("figures_page.today", language), self.to_present, role="flat")
        self.shown = plain_label(" ", role="title", wraps=False)
        self.shown.setMinimumWidth(150)
        self.shown.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.span = SpanFields(language, today)
        self.span.hide()
        self.profiles = self._chooser("figures_page.profile")
        self.groups = self._chooser("figures_page.group")
        self.share = Share()
        self._fill_groups()
        self._rows = QGridLayout(self)
        self._rows.setContentsMargins(0, 0, 0, 0)
        self._rows.setHorizontalSpacing(14)
        self._rows.setVerticalSpacing(4)
        self._when, self._how = QWidget(), QWidget()
        when, how = (QHBoxLayout(each) for each in (self._when, self._how))
        for row in (when, how):
            row.setContentsMargins(0, 0, 0, 0)
            row.setSpacing(4)
        for made in (*self.buttons.values(), self.back, self.shown, self.span, self.on, self.now):
            when.addWidget(made)
        for key, box in (("figures_page.profile", self.profiles), ("figures_page.group", self.groups)):
            how.addWidget(plain_label(text(key, language), role="muted", wraps=False))
            how.addWidget(box)
            how.addSpacing(8)
        self._is_narrow: bool | None = None
        self._lay()
        self.kinds.buttonClicked.connect(lambda _: self._on_kind())
        self.span.changed.connect(self._on_span)
        for box in (self.profiles, self.groups):
            box.activated.connect(lambda _: self.changed.emit())
        self._show()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._lay()

    def minimumSizeHint(self) -> QSize:
        return QSize(max(self._when.sizeHint().width(), 10), super().minimumSizeHint().height())

    def _lay(self) -> None:
        """Put how it is counted below the days where there is no room beside them."""
        beside = 0 if self._how.isHidden() else self._how.sizeHint().width() + 14
        wanted = self._when.sizeHint().width() + beside
        is_narrow = self.width() < wanted
        if is_narrow != self._is_narrow:
            self._is_narrow = is_narrow
            self._rows.addWidget(self._when, 0, 0)
            self._rows.addWidget(self._how, *((1, 0) if is_narrow else (0, 1)), Qt.AlignmentFlag.AlignLeft)
            self._rows.setColumnStretch(2, 1)

    def ask_days_alone(self) -> None:
        """Leave out how the days are counted, for pages that ask for that themselves."""
        self._how.hide()
        self._lay()

    @property
    def period(self) -> Period:
        """Return the days that are asked for."""
        if self.kind == SPAN:
            return days(self.span.first, self.span.last, self._zone)
        return MAKERS[self.kind](self._day, self._zone)

    def asked(self) -> Asked:
        """Return everything that is asked for."""
        group = str(self.groups.currentData() or "department")
        return Asked(self.period, str(self.profiles.currentData() or ""), groups_for(self.share, group), self.share)

    @property
    def group(self) -> str:
        """Return by what the figures are split."""
        return str(self.groups.currentData())

    def set_share(self, share: Share) -> None:
        """Offer only what whoever sits here may see."""
        if share != self.share:
            self.share = share
            self._fill_groups()

    def set_clock(self, now: datetime, zone: str) -> None:
        """Let time pass: who looks at the present goes on looking at it."""
        today = now.astimezone(ZoneInfo(zone)).date()
        was_present = self._is_present()
        moved = (zone, today) != (self._zone, self._today)
        self._zone, self._today = zone, today
        if moved and was_present:
            self._day = today
        if moved:
            self.span.set_today(today)  # the days that somebody chose stay chosen
            self._show()

    def set_profiles(self, profiles: Profiles) -> None:
        """Offer the ways to count that the city's file has."""
        if self.profiles.count() == len(profiles.profiles):
            return
        chosen = self.profiles.currentData()
        self.profiles.clear()
        for each in profiles.profiles:
            name = each.name_zh if self._language == "zh" else each.name
            self.profiles.addItem(one_line(name, 48), each.id)
        self.profiles.setCurrentIndex(max(0, self.profiles.findData(chosen)))
        self._lay()

    def take(self, kind: str, day: date) -> None:
        """Ask for the period of a kind that holds a day; of free days for as many as before, up to this one."""
        if kind == SPAN:
            first, last = self.period.first_day, min(self.period.last_day, self._today)
            self.span.put(day - (last - first), day)
        self.kind, self._day = kind, day
        self.buttons[kind].setChecked(True)
        self._show()
        self.changed.emit()

    def step(self, by: int) -> None:
        """Go to the period before (-1) or after (+1); never past the present."""
        period = self.period
        day = period.before().first_day if by < 0 else _after(period)
        if self.kind == SPAN:
            length = period.last_day - period.first_day + timedelta(days=1)
            self.take(SPAN, min(period.last_day + by * length, self._today))
        elif by < 0 or day <= self._today:
            self.take(self.kind, day)

    def to_present(self) -> None:
        """Come back to the period that holds today."""
        self.take(self.kind, self._today)

    def _is_present(self) -> bool:
        if self.kind == SPAN:
            return self.span.last == self._today
        return MAKERS[self.kind](self._today, self._zone) == self.period

    def _on_span(self) -> None:
        self._day = self.span.last
        self._show()
        self.changed.emit()

    def _on_kind(self) -> None:
        kind = next(kind for kind, made in self.buttons.items() if made.isChecked())
        period = self.period  # the last day of what was shown, so that a month becomes its last week
        self.take(kind, min(period.last_day, self._today))

    def _show(self) -> None:
        self.shown.setText(period_words(self.period))
        is_free = self.kind == SPAN
        if self.span.isHidden() == is_free:
            self.shown.setVisible(not is_free)
            self.span.setVisible(is_free)
            self._lay()
            self.updateGeometry()
        self.on.setEnabled(_after(self.period) <= self._today)
        self.now.setEnabled(not self._is_present())

    def _fill_groups(self) -> None:
        chosen = self.groups.currentData()
        self.groups.clear()
        for group in self.share.groups:
            self.groups.addItem(label("figures_group", group, self._language), group)
        self.groups.setCurrentIndex(max(0, self.groups.findData(chosen)))

    def _kind_button(self, kind: str) -> QToolButton:
        made = small_button(label("figures_period", kind, self._language), lambda: None)
        made.setCheckable(True)
        self.kinds.addButton(made)
        return made

    def _chooser(self, key: str) -> QComboBox:
        made = QComboBox()
        made.setAccessibleName(text(key, self._language))
        made.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        made.setMinimumContentsLength(18 if key == "figures_page.profile" else 11)
        return made


def _after(period: Period) -> date:
    return period.last_day + timedelta(days=1)
