"""The calm bar below the strip: the room is lost, this seat is alone, the room is back, what is left to be decided."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QProgressBar, QSizePolicy, QVBoxLayout, QWidget

from app import theme
from app.desk import Desk
from app.island.alone import Alone
from app.island.stage import Stage
from app.parts.allow import may_not_words
from app.parts.forms import button, plain_label, show_words
from app.parts.word_entry import WordEntry
from app.window.room_cell import age_words
from app.wording import one_line, text, tooltip
from app.wording.durations import clock, day_and_clock
from dispatch.island_commands import BeginIsland

KEY = "Ctrl+Shift+L"
_LEVELS = {Stage.LOST: "alarm", Stage.ALONE: "warning", Stage.THERE: "warning"}


class IslandBar(QFrame):
    """Say where the seat stands, and offer the one next step; nothing where there is nothing to say.

    `page_wanted` asks for the page of what waits. Going alone asks once more what it means, in place.
    """

    page_wanted = Signal()

    def __init__(self, desk: Desk, alone: Alone, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk, self._alone = desk, alone
        self._is_asking = False
        language = desk.language
        self.setObjectName("island_bar")
        self.setAccessibleName(text("alone.bar", language))
        self.words = plain_label(" ")
        self.meaning = plain_label(text("alone.what_it_means", language), role="muted")
        self.reason = WordEntry()
        self.reason.setPlaceholderText(text("alone.why", language))
        self.reason.setAccessibleName(text("alone.why", language))
        self.reason.setMaxLength(500)
        self.reason.setMinimumWidth(120)
        self.go_button = button(text("alone.do_go", language), self._go, role="primary")
        self.not_now_button = button(text("alone.not_now", language), self._not_now)
        self.deed_button = button("", self.do_next, role="primary")
        self.progress = QProgressBar()
        self.progress.setTextVisible(False)
        self.progress.setRange(0, 1000)
        self.progress.setFixedWidth(120)
        self.progress.setAccessibleName(text("alone.bar", language))
        self.stop_button = button(text("alone.stop", language), alone.stop)
        self.trouble = plain_label()
        self._lay_out()
        self.reason.entered.connect(self._go)
        self.reason.meant.connect(self._go)
        alone.changed.connect(self.refresh)
        desk.ticked.connect(lambda now: self._age())
        desk.who_changed.connect(lambda who: self.refresh())
        desk.state_changed.connect(lambda entry, state: self._count())
        self.refresh()

    @property
    def may_go(self) -> bool:
        """Tell whether who sits here may take the seat to an island."""
        return self._desk.may(BeginIsland)

    def do_next(self) -> None:
        """Do what the bar offers: ask whether to go alone, come back, go on merging, show what waits."""
        stage = self._alone.stage
        if stage is Stage.DECIDING:
            self.page_wanted.emit()
        elif not self.may_go:
            if stage is not Stage.ROOM:
                self._desk.said.emit("warning", may_not_words(self._desk, BeginIsland))
        elif stage is Stage.LOST:
            self._is_asking = True
            self.refresh()
            self.reason.setFocus()
        elif stage is Stage.THERE:
            self._alone.come_back()
        elif stage in (Stage.STOPPED, Stage.LEFT_HERE):
            self._alone.go_on()
        elif stage is Stage.ROOM:
            self.page_wanted.emit()

    def refresh(self) -> None:
        """Show where the seat stands now."""
        stage = self._alone.stage
        if stage is not Stage.LOST:
            self._is_asking = False
        self.setVisible(stage is not Stage.ROOM)
        theme.mark(self, "level", _LEVELS.get(stage, "notice"))
        show_words(self.words, self._words(stage))
        deed = self._deed(stage)
        self.deed_button.setVisible(bool(deed) and not self._is_asking)
        if deed and self.deed_button.text() != deed:
            self.deed_button.setText(deed)
            self.deed_button.setAccessibleName(deed)
        may = self.may_go or stage is Stage.DECIDING
        self.deed_button.setEnabled(may and not self._alone.is_working)
        tip = f"{deed} ({KEY})" if may else may_not_words(self._desk, BeginIsland)
        self.deed_button.setToolTip(tooltip(tip))
        for each in (self.meaning, self.reason, self.go_button, self.not_now_button):
            each.setVisible(self._is_asking)
        self.go_button.setEnabled(self.may_go)
        is_coming = stage is Stage.COMING
        self.progress.setVisible(is_coming)
        self.stop_button.setVisible(is_coming)
        report = self._alone.done_so_far
        self.progress.setRange(0, 1000 if report is not None else 0)
        if report is not None:
            self.progress.setValue(round(1000 * (report.entries - report.waiting) / max(report.entries, 1)))
        show_words(self.trouble, one_line(self._alone.trouble, 300), "warning")
        self._fit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        """Be as high as the words need at this width, and no higher."""
        column = self.layout()
        if column is not None:
            column.invalidate()
            self.setFixedHeight(max(column.totalHeightForWidth(max(self.width(), 600)), 32))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape and self._is_asking:
            self._not_now()
            return
        super().keyPressEvent(event)

    def _lay_out(self) -> None:
        self.words.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Minimum)
        first, second = QHBoxLayout(), QHBoxLayout()
        first.setSpacing(8)
        first.addWidget(self.words, 1)
        for each in (self.progress, self.stop_button, self.deed_button):
            first.addWidget(each)
        second.setSpacing(8)
        second.addWidget(self.meaning, 3)
        second.addWidget(self.reason, 2)
        second.addWidget(self.go_button)
        second.addWidget(self.not_now_button)
        column = QVBoxLayout(self)
        column.setContentsMargins(10, 4, 10, 4)
        column.setSpacing(4)
        column.addLayout(first)
        column.addLayout(second)
        column.addWidget(self.trouble)

    def _go(self) -> None:
        if self._is_asking and self.may_go:
            self._is_asking = False
            self._alone.go(self.reason.text().strip())
            self.reason.clear()

    def _not_now(self) -> None:
        self._is_asking = False
        self.refresh()

    def _age(self) -> None:
        """Let the age grow; the bar comes by itself once the server has been gone for long enough."""
        stage = self._alone.stage
        if self.isHidden() is not (stage is Stage.ROOM):
            self.refresh()
        elif stage is Stage.LOST:
            show_words(self.words, self._words(stage))

    def _count(self) -> None:
        if self._alone.stage in (Stage.ALONE, Stage.THERE):
            self.refresh()

    def _words(self, stage: Stage) -> str:
        alone, desk = self._alone, self._desk
        if stage is Stage.LOST:
            age = age_words(desk.room.age_s if desk.room is not None else alone.server.lost_s, desk.language)
            return self._text("alone.lost", clock=self._clock(alone.server.lost_at), age=age)
        if stage is Stage.GOING:
            return self._text("alone.going")
        if stage is Stage.ALONE:
            return self._some("alone.since", "alone.since_one", alone.entries_alone, clock=self._clock(alone.began_at))
        if stage is Stage.THERE:
            return self._text("alone.there", clock=self._clock(alone.server.back_at) if alone.server.back_at else "")
        if stage is Stage.COMING:
            report = alone.done_so_far
            if report is None:
                return self._text("alone.coming")
            return self._text("alone.coming_at", done=report.entries - report.waiting, count=report.entries)
        if stage is Stage.STOPPED:
            if alone.server.lost_at is not None or alone.look is None:
                return self._text("alone.stopped_lost")
            entries = alone.look.report.entries
            return self._text("alone.stopped", done=len(alone.look.settled), count=entries)
        if stage is Stage.DECIDING and alone.look is not None:
            notices = len(alone.look.to_look_at)
            count = alone.look.report.conflicts + alone.look.report.waiting
            if not count:
                return self._text("alone.looking", notices=notices)
            return self._some("alone.deciding", "alone.deciding_one", count, notices=notices or None)
        if stage is Stage.LEFT_HERE:
            found = alone.readable[0]
            assert found.base is not None
            began = day_and_clock(found.base.began_at, desk.state.time_zone)
            return self._text("alone.left_here", seat=one_line(found.base.seat, 40), began=began, count=found.entries)
        return ""

    def _deed(self, stage: Stage) -> str:
        if stage is Stage.THERE:
            return self._some("alone.come_back", "alone.come_back_one", self._alone.entries_alone)
        keys = {
            Stage.LOST: "alone.go",
            Stage.STOPPED: "alone.go_on",
            Stage.DECIDING: "alone.open_page",
            Stage.LEFT_HERE: "alone.merge_it",
        }
        return self._text(keys[stage]) if stage in keys else ""

    def _some(self, key: str, key_of_one: str, count: int, **values: object) -> str:
        return self._text(key_of_one if count == 1 else key, count=count, **values)

    def _text(self, key: str, **values: object) -> str:
        return text(key, self._desk.language, **values)

    def _clock(self, at: object) -> str:
        return clock(at, self._desk.state.time_zone, seconds=True)  # type: ignore[arg-type]
