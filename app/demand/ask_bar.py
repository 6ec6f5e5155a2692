"""The rows that choose what is counted: which days, and what is looked at alone, each a word that takes it back."""

from __future__ import annotations

from datetime import datetime

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QVBoxLayout, QWidget

from app.demand.count import Asked, Counted, HowFar
from app.demand.told import WAYS
from app.demand.words import way_name
from app.desk import Desk
from app.figures.days_bar import DaysBar
from app.figures.own import Share
from app.parts.flow import Flow
from app.parts.forms import plain_label, small_button
from app.wording import one_line, text
from dispatch.demand.cut import Chosen

MOST_SHOWN = 12  # keys that have a word of their own


class AskBar(QWidget):
    """Hold what is asked for; `changed` tells of anything else."""

    changed = Signal()

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        language = desk.language
        self._language = language
        self._chosen: Chosen = ()
        self.share, self.how = Share(), HowFar()
        # Where and when help is called for shows over a long time: a shift alone says little.
        self.days = DaysBar(desk, text("demand.whole_log", language), is_whole=True)
        self.way, self.key = QComboBox(), QComboBox()
        for box in (self.way, self.key):
            box.setAccessibleName(text("demand.only", language))
            box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
            box.setMinimumContentsLength(10)
        self.way.addItem(text("demand.everything", language), "")
        for way in WAYS:
            if way != "week":
                self.way.addItem(way_name(way, language), way)
        self.key.hide()
        self.clear = small_button(
            text("demand.clear", language), self.choose_nothing, tip=text("demand.clear_tip", language)
        )
        self.clear.hide()
        self.words = Flow()
        self.words.hide()
        self._counted: Counted | None = None
        self._arrange()
        self.days.changed.connect(self.changed)
        self.way.activated.connect(lambda _: self._fill_keys())
        self.key.activated.connect(lambda _: self._on_key())

    @property
    def chosen(self) -> Chosen:
        """Return what is looked at alone."""
        return self._chosen

    def asked(self) -> Asked:
        """Return everything that is asked for."""
        return Asked(self.days.period, self._chosen, self.how, self.share)

    def choose(self, chosen: Chosen) -> None:
        """Look at something else alone."""
        if chosen != self._chosen:
            self._chosen = chosen
            self.changed.emit()

    def choose_nothing(self) -> None:
        """Look at everything."""
        self.way.setCurrentIndex(0)
        self.key.hide()
        self.choose(())

    def look(self, how: HowFar) -> None:
        """Look for places otherwise; squares of another side are other squares."""
        if how.side_m != self.how.side_m:
            self._chosen = tuple(each for each in self._chosen if each[0] != "cell")
        self.how = how
        self.changed.emit()

    def show_counted(self, counted: Counted) -> None:
        """Show what is chosen, the days of the whole log, and the keys there are."""
        self._counted = counted
        counts = counted.counts
        if counted.asked.period is None:
            self.days.say_span(f"{counts.first_day} – {counts.last_day}" if counts.first_day else "–")
        self.words.empty()
        for way, keys in counted.asked.chosen:
            names = {bar.key: bar.name for bar in counts.way(way).bars}
            for key in keys[:MOST_SHOWN]:
                name = f"{way_name(way, self._language)}: {one_line(names.get(key, key), 40)}"
                made = small_button(
                    f"{name}  ✕", lambda way=way, key=key: self._unchoose(way, key),
                    tip=text("demand.unchoose", self._language, name=name), role="tab",
                )  # fmt: skip
                made.setCheckable(True)
                made.setChecked(True)
                self.words.add(made)
        self.words.setVisible(bool(counted.asked.chosen))
        self.clear.setVisible(bool(counted.asked.chosen))
        if self.way.currentData():
            self._fill_keys()

    def set_clock(self, now: datetime, zone: str) -> None:
        """Let time pass."""
        self.days.set_clock(now, zone)

    def _arrange(self) -> None:
        only = QHBoxLayout()
        only.setSpacing(6)
        only.addWidget(plain_label(text("demand.only", self._language), role="muted", wraps=False))
        only.addWidget(self.way)
        only.addWidget(self.key)
        only.addWidget(self.words, 1)
        only.addWidget(self.clear)
        only.addStretch(0)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(6)
        column.addWidget(self.days)
        column.addLayout(only)

    def _unchoose(self, way: str, key: str) -> None:
        self.choose(self.asked().choosing(way, key, beside=True))

    def _fill_keys(self) -> None:
        way, held = str(self.way.currentData() or ""), dict(self._chosen)
        self.key.clear()
        self.key.addItem(text("demand.all_of", self._language), "")
        for bar in self._counted.counts.way(way).bars if self._counted is not None and way else ():
            self.key.addItem(f"{one_line(bar.name, 48)} ({bar.count:,})", bar.key)
        own = held.get(way, ())
        self.key.setCurrentIndex(max(0, self.key.findData(own[0])) if own else 0)
        self.key.setVisible(bool(way))

    def _on_key(self) -> None:
        way, key = str(self.way.currentData() or ""), str(self.key.currentData() or "")
        rest = tuple(each for each in self._chosen if each[0] != way)
        self.choose(tuple(sorted((*rest, (way, (key,))), key=lambda each: WAYS.index(each[0]))) if key else rest)
