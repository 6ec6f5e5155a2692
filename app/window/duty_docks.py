"""Duties, messages and the situation report in the window: raised when asked for, heard softly, never in the way."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QDockWidget, QHBoxLayout, QMainWindow, QWidget

from app import theme
from app.desk import Desk
from app.duties.watch import DutyWatch
from app.messages.watch import MessageWatch
from app.panels.duties import DutiesPanel
from app.panels.messages import MessagesPanel
from app.situation.page import SituationPage
from app.window.sound import Sounds
from app.window.status_line import StatusLine
from app.window.strip import Strip
from app.window.strip_cells import Cell
from app.wording import text
from app.wording.plain import one_line, tooltip
from app.wording.screen import say

LOUD = ("alarm", "warning")


class DutyDocks(QObject):
    """Join the docks "duties" and "messages" to the window's keys, strip, sounds and status line."""

    def __init__(
        self,
        window: QMainWindow,
        desk: Desk,
        docks: Mapping[str, QDockWidget],
        *,
        strip: Strip,
        status_line: StatusLine,
        sounds: Sounds,
        keep_in: Path | None,
    ) -> None:
        super().__init__(window)
        self._window, self._desk, self._docks = window, desk, docks
        self._status_line, self._sounds = status_line, sounds
        self.cell = Cell(say("messages_cell", desk.language))
        row = strip.layout()
        assert isinstance(row, QHBoxLayout)
        row.insertWidget(row.indexOf(strip.speak) + 1, self.cell)
        self.cell.hide()
        folder = keep_in / "reports" if keep_in is not None else None
        self.report = SituationPage(window, desk, folder, below=strip)  # what nobody may miss stays in sight
        self.duty_watch, self.message_watch = DutyWatch(desk, self), MessageWatch(desk, self)
        self.duty_watch.told.connect(desk.said)
        self.message_watch.counted.connect(self._on_counted)
        self.message_watch.arrived.connect(self._on_arrived)
        self.message_watch.missed.connect(lambda words: desk.said.emit("warning", words))
        self.message_watch.count()

    def show_duties(self) -> None:
        """Bring the duties to the front with the keys on them."""
        panel = self._raise("duties")
        if isinstance(panel, DutiesPanel):
            panel.focus_list()

    def show_messages(self) -> None:
        """Bring the messages to the front with the keys on them."""
        panel = self._raise("messages")
        if isinstance(panel, MessagesPanel):
            panel.focus_list()

    def next_message(self) -> None:
        """Show the oldest unread message; where it is in sight already, say that one has it, and show the next."""
        dock, panel = self._docks.get("messages"), self._content("messages")
        if dock is None or not isinstance(panel, MessagesPanel):
            return
        is_seen = dock.isVisible() and not dock.visibleRegion().isEmpty()
        if is_seen and panel.can_receive():
            panel.receive()
        if panel.take_oldest_unread() and not is_seen:
            dock.show()
            dock.raise_()

    def _on_counted(self, unread: int, missed: int) -> None:
        language = self._desk.language
        code = "messages_both" if unread and missed else "messages_unread" if unread else "messages_missed"
        self.cell.setVisible(bool(unread or missed))
        self.cell.show_value(say(code, language, unread=unread, missed=missed), "warning" if missed else "calm")
        self.cell.setToolTip(tooltip(text("messages.cell_tip", language, unread=unread, missed=missed)))

    def _on_arrived(self, words: str) -> None:
        self._sounds.message()
        if self._status_line.message.property("level") not in LOUD:  # an emergency's word stays
            self._status_line.message.setText(one_line(words, 200))
            theme.mark(self._status_line.message, "level", "notice")

    def _content(self, key: str) -> QWidget | None:
        dock = self._docks.get(key)
        return dock.widget() if dock is not None else None

    def _raise(self, key: str) -> QWidget | None:
        dock = self._docks.get(key)
        if dock is not None:
            dock.show()
            dock.raise_()
            dock.activateWindow()
        return self._content(key)
