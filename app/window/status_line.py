"""The line at the bottom that always tells the truth: city, log, entry, seat, time, live or drill, read-only, saved."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QStatusBar, QWidget

from app import theme
from app.desk import Desk, Figures
from app.parts.names import city_name
from app.wording import text
from app.wording.plain import one_line, tooltip
from app.wording.screen import say
from dispatch.state import State


class StatusLine(QStatusBar):
    """Show where the work is kept and whether it is kept; passing sentences stand on its left."""

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self.setSizeGripEnabled(False)
        self.message = _label()
        self.city, self.log, self.entry, self.seat, self.zone, self.kind, self.saved = (_label() for _ in range(7))
        self.addWidget(self.message, 1)
        for one in (self.saved, self.city, self.log, self.entry, self.seat, self.zone, self.kind):
            self.addPermanentWidget(one)
        desk.state_changed.connect(self._on_state)
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

    def _on_figures(self, figures: Figures) -> None:
        language = self._desk.language
        holder = figures.extra.get("read_only", "")
        if self._desk.is_record:
            self.saved.setText(say("as_recorded", language))
        elif not figures.is_saved:
            self.saved.setText(say("status_not_saved", language))
            theme.mark(self.saved, "level", "alarm")
        elif "island" in figures.extra:
            self.saved.setText(text("alone.saved_here", language))
            theme.mark(self.saved, "level", "warning")
        elif holder:
            self.saved.setText(say("status_read_only", language, holder=one_line(holder, 60)))
            theme.mark(self.saved, "level", "warning")
        else:
            self.saved.setText(say("saved", language))
            theme.mark(self.saved, "level", "")

    def _on_said(self, level: str, words: str) -> None:
        self.message.setText(one_line(words, 200))
        theme.mark(self.message, "level", level)


def _label() -> QLabel:
    label = QLabel()
    label.setTextFormat(Qt.TextFormat.PlainText)
    return label
