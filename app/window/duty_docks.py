"""Duties, messages and the situation report in the window: raised when asked for, heard softly, never in the way."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QDockWidget, QHBoxLayout, QMainWindow

from app.desk import Desk
from app.duties.watch import DutyWatch
from app.messages.watch import MessageWatch
from app.window.front import bring_to_front
from app.window.later import panel_in
from app.window.sound import Sounds
from app.window.status_line import StatusLine
from app.window.strip import Strip
from app.window.strip_cells import Cell
from app.wording import text
from app.wording.plain import tooltip
from app.wording.screen import say

if TYPE_CHECKING:
    from app.situation.page import SituationPage

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
        self._strip, self._folder = strip, keep_in / "reports" if keep_in is not None else None
        self._report: SituationPage | None = None
        self.duty_watch, self.message_watch = DutyWatch(desk, self), MessageWatch(desk, self)
        self.duty_watch.told.connect(desk.said)
        self.message_watch.counted.connect(self._on_counted)
        self.message_watch.arrived.connect(self._on_arrived)
        self.message_watch.missed.connect(lambda words: desk.said.emit("warning", words))
        self.message_watch.count()

    @property
    def report(self) -> SituationPage:
        """Return the page of the situation report, made when it is first wanted."""
        if self._report is None:
            from app.situation.page import SituationPage

            # It stays below the strip: what nobody may miss stays in sight.
            self._report = SituationPage(self._window, self._desk, self._folder, below=self._strip)
        return self._report

    def show_report(self) -> None:
        """Show the situation report, or put it away."""
        self.report.toggle()

    def show_duties(self) -> None:
        """Bring the duties to the front with the keys on them."""
        _focus_list(self._raise("duties"))

    def show_messages(self) -> None:
        """Bring the messages to the front with the keys on them."""
        _focus_list(self._raise("messages"))

    def next_message(self) -> None:
        """Show the oldest unread message; where it is in sight already, say that one has it, and show the next."""
        dock, panel = self._docks.get("messages"), self._content("messages")
        if dock is None or not hasattr(panel, "take_oldest_unread"):  # one that could not be made has none
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
            self._status_line.tell(words, "notice")

    def _content(self, key: str) -> Any:
        dock = self._docks.get(key)
        return panel_in(dock.widget()) if dock is not None else None

    def _raise(self, key: str) -> Any:
        bring_to_front(self._docks.get(key))
        return self._content(key)


def _focus_list(panel: Any) -> None:
    if hasattr(panel, "focus_list"):  # a panel that could not be made has a word in its place
        panel.focus_list()
