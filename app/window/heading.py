"""What a desk's two windows say of themselves: of which city, what kind of log, whether the seat is alone."""

from __future__ import annotations

from PySide6.QtWidgets import QMainWindow

from app.desk import Desk
from app.parts.names import city_name
from app.window.frame import Frame
from app.window.map_window import MapWindow
from app.wording import text
from app.wording.plain import one_line
from app.wording.screen import say


class Heading:
    """Keep true the title and the frame of a window (`framed`) and of its second screen's."""

    def __init__(self, desk: Desk, framed: tuple[QMainWindow, Frame], map_window: MapWindow) -> None:
        self._desk, (self._window, self._frame), self._map_window = desk, framed, map_window
        self._is_alone = False

    def show_kind(self) -> None:
        """Show what kind of log is open, where that is another."""
        kind = self._desk.kind
        if kind != self._frame.kind or not self._window.windowTitle():
            self._frame.show_kind(kind)
            self._map_window.frame.show_kind(kind)
            self.show_title()

    def show_alone(self, is_alone: bool) -> None:
        """Mark both windows where this seat goes on alone."""
        for frame in (self._frame, self._map_window.frame):
            frame.show_alone(is_alone)
        self._is_alone = is_alone
        self.show_title()

    def show_title(self) -> None:
        """Write both titles anew."""
        language, kind = self._desk.language, self._desk.kind
        city = one_line(city_name(self._desk), 60)
        words = say("title", language, city=city, kind=say(kind, language) if kind else "–")
        if self._is_alone:
            words = text("alone.window", language, title=words)
        self._window.setWindowTitle(words)
        self._map_window.setWindowTitle(f"{words} · {say('map', language)}")
