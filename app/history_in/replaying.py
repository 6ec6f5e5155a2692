"""Opens a log that was imported as a replay, in a program of its own."""

from __future__ import annotations

from PySide6.QtCore import QObject

from app.beside.window_apart import WindowApart
from app.history_in.side import Side
from app.wording import one_line, text


class Replaying(QObject):
    """Start the replay of a log, and say beside the deeds how that goes."""

    def __init__(self, side: Side, language: str) -> None:
        super().__init__(side)
        self._side, self._language = side, language
        self._window = WindowApart(self)
        self._window.failed.connect(self._on_failed)

    def start(self, log: str, city: str) -> None:
        """Open a log of the city in a folder."""
        self._side.say(text("history.replaying", self._language), "notice")
        self._window.start(["replay", log, "--city", city, "--language", self._language])

    def _on_failed(self, why: str) -> None:
        self._side.say(text("history.replay_failed", self._language, reason=one_line(why, 300)))
