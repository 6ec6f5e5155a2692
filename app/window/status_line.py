"""The line at the bottom that always tells the truth: city, log, entry, seat, time, live or drill, read-only, saved.

There is room for one long sentence. While nothing is saved that is said whole, and what passes is cut; a passing alarm,
which says why, has the room instead, and of the other its two words stay.
"""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QLabel, QSizePolicy, QStatusBar, QWidget

from app import theme
from app.desk import Desk, Figures
from app.parts.names import city_name
from app.wording import text
from app.wording.plain import one_line, tooltip
from app.wording.screen import say
from dispatch.state import State

WIDE_PX = 1_700  # with room for two sentences and all that is calm


class StatusLine(QStatusBar):
    """Show where the work is kept and whether it is kept; passing sentences stand on its left."""

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self._saved_words = ""
        self.setSizeGripEnabled(False)
        self.message = Passing()
        self.city, self.log, self.entry, self.seat, self.zone, self.kind, self.saved = (_label() for _ in range(7))
        self.addWidget(self.message, 1)
        for one in (self.saved, self.city, self.log, self.entry, self.seat, self.zone, self.kind):
            self.addPermanentWidget(one)
        desk.looked.connect(self._on_state)
        desk.figures_changed.connect(self._on_figures)
        desk.said.connect(self._on_said)
        self._on_state(None, desk.state)
        self._on_figures(desk.figures)

    def show_log(self, place: str) -> None:
        """Say where the log is kept; the whole path is in the tooltip."""
        words = one_line(place, 400)
        shown = words if len(words) <= 48 else f"…{words[-46:]}"
        self.log.setText(say("status_log", self._desk.language, path=shown))
        self.log.setToolTip(tooltip(words))

    def show_seat(self) -> None:
        """Say which seat this is, and who sits there."""
        who = self._desk.who
        words = say("status_seat", self._desk.language, seat=one_line(f"{who.seat} {who.actor}".rstrip(), 40))
        if self.seat.text() != words:
            self.seat.setText(words)

    def _on_state(self, entry: object, state: State) -> None:
        language = self._desk.language
        city = city_name(self._desk)
        kind = self._desk.kind or "none"
        self.city.setText(say("status_city", language, city=one_line(city, 40) or "–"))
        self.entry.setText(say("status_sequence", language, sequence=f"{state.sequence:,}"))
        self.show_seat()
        self.zone.setText(say("status_zone", language, zone=state.time_zone))
        self.kind.setText(say(f"status_kind_{kind}", language))

    def tell(self, words: str, level: str) -> None:
        """Let a sentence pass."""
        self.message.setText(one_line(words, 200))
        self.message.setToolTip(tooltip(self.message.text()))
        theme.mark(self.message, "level", level)
        self._share()

    def _on_figures(self, figures: Figures) -> None:
        language = self._desk.language
        holder = figures.extra.get("read_only", "")
        if self._desk.is_record:
            words, level = say("as_recorded", language), ""
        elif not figures.is_saved:
            words, level = say("status_not_saved", language), "alarm"
        elif "island" in figures.extra:
            words, level = text("alone.saved_here", language), "warning"
        elif holder:
            words, level = say("status_read_only", language, holder=one_line(holder, 60)), "warning"
        else:
            words, level = say("saved", language), ""
        self._saved_words = words
        theme.mark(self.saved, "level", level)
        self._share()

    def _share(self) -> None:
        """Give the room to the more serious of the two that may be long."""
        is_lost = self.saved.property("level") == "alarm"
        is_cut = is_lost and self.message.property("level") == "alarm" and bool(self.message.text())
        words = say("not_saved", self._desk.language) if is_cut else self._saved_words
        if self.saved.text() != words:
            self.saved.setText(words)
            self.saved.setToolTip(tooltip(self._saved_words) if is_cut else "")
        has_room = not is_lost or self.width() >= WIDE_PX
        for cell in (self.city, self.log, self.zone):  # what is calm stands aside
            cell.setVisible(has_room)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._share()

    def _on_said(self, level: str, words: str) -> None:
        self.tell(words, level)


class Passing(QLabel):
    """Show one line as far as there is room; it asks for none."""

    def __init__(self) -> None:
        super().__init__()
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)

    def minimumSizeHint(self) -> QSize:
        return QSize(0, super().minimumSizeHint().height())

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        inner = self.contentsRect().adjusted(6, 0, -6, 0)
        shown = painter.fontMetrics().elidedText(self.text(), Qt.TextElideMode.ElideRight, inner.width())
        painter.setPen(self.palette().color(self.foregroundRole()))
        painter.drawText(inner, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, shown)


def _label() -> QLabel:
    label = QLabel()
    label.setTextFormat(Qt.TextFormat.PlainText)
    return label
