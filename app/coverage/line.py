"""One line under the recommendation: what the city is left with if what is ticked leaves."""

from __future__ import annotations

from datetime import datetime

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout, QWidget

from app.coverage import words
from app.coverage.watch import CoverWatch
from app.desk import Desk
from app.parts.forms import plain_label, show_words
from app.wording import text, tooltip

FIGURES_KEY = "Ctrl+F10"


class CoverLine(QFrame):
    """Say the worst of it in a sentence with its number; a click asks for the figures (`wanted`)."""

    wanted = Signal()

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self._watch = CoverWatch.of(desk)
        self.setObjectName("cover_line")
        self.setAccessibleName(text("cover.name", desk.language))
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.said = plain_label()
        # It takes what its width needs: the height at its narrowest would push Send off a low screen.
        self.said.setMinimumHeight(self.said.fontMetrics().lineSpacing())
        self.number = plain_label(wraps=False)
        self.small = plain_label(role="muted")
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addWidget(self.said, 1)
        row.addWidget(self.number, 0, Qt.AlignmentFlag.AlignTop)
        column = QVBoxLayout(self)
        column.setContentsMargins(2, 0, 2, 0)
        column.setSpacing(0)
        column.addLayout(row)
        column.addWidget(self.small)
        self._watch.changed.connect(self.refresh)
        desk.ticked.connect(self._on_tick)
        self.refresh()

    def refresh(self) -> None:
        """Show what is known now; nothing while nobody is ticked and nothing was asked."""
        watch, language = self._watch, self._desk.language
        report = watch.report
        cover = words.foremost(report) if report is not None else None
        self.setVisible(report is not None or bool(watch.problem))
        if report is None:
            show_words(self.said, text("cover.unknown", language) if watch.problem else "")
            show_words(self.number, "")
            show_words(self.small, "")
            return
        if not watch.is_current:
            show_words(self.said, text("cover.waiting", language), "faint")
            show_words(self.number, "")
            return
        if cover is None:
            show_words(self.said, text("cover.no_targets", language))
            show_words(self.number, "")
            return
        level = words.LEVELS.get(cover.reason.code, "")
        show_words(self.said, words.floor(cover, language), level)
        worse = sum(words.loses(each) for each in report.covers) - (report.most_hit is not None)
        more = text("cover.worse", language, count=worse) if worse > 0 else ""
        show_words(self.number, "  ".join(part for part in (words.change(cover, language), more) if part), level)
        self._show_small()
        lines = [f"{words.heading(each, self._desk)}: {words.change(each, language)}" for each in report.covers]
        tip = text("cover.open_tip", language, keys=FIGURES_KEY)
        self.setToolTip(tooltip("\n".join([tip, *lines])))
        self.setAccessibleDescription(f"{self.said.text()}, {self.number.text()}")

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            self.wanted.emit()

    def _show_small(self) -> None:
        """Say what of it all is old or missing."""
        report = self._watch.report
        if report is not None:
            show_words(self.small, words.ages(report, self._desk.state, self._desk.clock(), self._desk.language))

    def _on_tick(self, now: datetime) -> None:
        if self._watch.report is not None and self._watch.is_current:
            self._show_small()
