"""What becomes of a file's rows in figures: a bar of those taken, mended and refused, what they make, and why not."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from PySide6.QtCore import QRectF, QSize
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QGridLayout, QVBoxLayout, QWidget

from app import theme
from app.history_in.words import VERDICTS, colour, what_words
from app.parts.forms import plain_label, show_words
from app.parts.row import Row
from app.parts.row_list import RowList
from app.wording import one_line, text

MOST_REASONS = 40
BAR_PX = 12
SAID = {"taken": "history.taken", "mended": "history.mended", "refused": "history.refused"}


class ShareBar(QWidget):
    """Paint how many rows are taken, mended and refused, side by side."""

    def __init__(self) -> None:
        super().__init__()
        self._counts = (0, 0, 0)

    def show_counts(self, *counts: int) -> None:
        """Show other counts."""
        self._counts = counts  # type: ignore[assignment]
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(200, BAR_PX)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter, whole = QPainter(self), sum(self._counts)
        painter.fillRect(self.rect(), QColor(theme.look().field))
        left = 0.0
        for count, level in zip(self._counts, VERDICTS.values(), strict=True):
            wide = self.width() * count / whole if whole else 0.0
            if count:
                painter.fillRect(QRectF(left, 0, max(2.0, wide), self.height()), colour(level))
            left += wide


class Outcome(QWidget):
    """Show a summary of `Report`."""

    def __init__(self, language: str) -> None:
        super().__init__()
        self._language = language
        self.bar = ShareBar()
        self.counts = {verdict: plain_label("0", role="title", wraps=False) for verdict in VERDICTS}
        self.made, self.span, self.said = plain_label(), plain_label(role="muted"), plain_label()
        self.reasons = RowList(text("history.why", language))
        grid = QGridLayout()
        grid.setHorizontalSpacing(10)
        grid.setVerticalSpacing(0)
        for place, (verdict, number) in enumerate(self.counts.items()):
            theme.mark(number, "level", VERDICTS[verdict])
            grid.addWidget(number, 0, place)
            grid.addWidget(plain_label(text(SAID[verdict], language), role="muted", wraps=False), 1, place)
            grid.setColumnStretch(place, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(5)
        column.addLayout(grid)
        column.addWidget(self.bar)
        column.addWidget(self.made)
        column.addWidget(self.span)
        column.addWidget(self.said)
        column.addWidget(self.reasons, 1)
        self.clear()

    def clear(self) -> None:
        """Show nothing: it is not known."""
        for number in self.counts.values():
            number.setText("–")
        self.bar.show_counts(0, 0, 0)
        self.reasons.set_rows(())
        for words in (self.made, self.span, self.said):
            show_words(words, "")

    def show_summary(self, summary: dict[str, Any], zone: str) -> None:
        """Show what a summary says."""
        language = self._language
        counts = [int(summary[verdict]) for verdict in VERDICTS]
        for number, count in zip(self.counts.values(), counts, strict=True):
            number.setText(f"{count:,}")
        self.bar.show_counts(*counts)
        made = text(
            "history.made_of", language, incidents=f"{summary['incidents']:,}",
            responses=f"{summary['responses']:,}", units=f"{summary['units']:,}",
        )  # fmt: skip
        show_words(self.made, made if summary["incidents"] else "")
        first, last = (_day(summary[name], zone) for name in ("first_at", "last_at"))
        show_words(self.span, text("history.from_to", language, first=first, last=last) if first else "")
        if not summary["incidents"]:
            show_words(self.said, text("history.no_rows", language), "warning")
        else:
            show_words(self.said, "" if summary["what"] else text("history.all_well", language), "good")
        rows = [
            Row(key=what, title=what_words(what, language), right=f"{count:,}")
            for what, count in list(summary["what"].items())[:MOST_REASONS]
        ]
        notes = [
            Row(key=f"told {number}", title=text("history.note", language, note=one_line(told, 300)), is_quiet=True)
            for number, told in enumerate(summary["told"])
        ]
        self.reasons.set_rows([*rows, *notes])


def _day(at: str, zone: str) -> str:
    """Return an instant of a summary as the city's clock has it; empty for none."""
    if not at:
        return ""
    return f"{datetime.fromisoformat(at).astimezone(ZoneInfo(zone or 'UTC')):%Y-%m-%d %H:%M}"
