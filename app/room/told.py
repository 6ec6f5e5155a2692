"""What a desk in a room says by itself: the server is lost, it is back, and what became of what was on its way."""

from __future__ import annotations

from PySide6.QtCore import QObject

from app.bridge import Bridge
from app.desk import Desk
from app.room.link import RoomLink
from app.wording import text
from app.wording.durations import clock
from dispatch.commands import Command
from dispatch.follower import Picture
from dispatch.log import LogDamaged, NotSaved

GRACE_BEATS = 3  # seconds after the return in which what was on its way may still arrive
MOST_DOUBTS = 200
NEWER = frozenset({"unknown_event", "newer_schema", "newer_format"})  # what another seat's later program writes
NOT_SAVED = (
    *("not_saved.disk_full", "not_saved.io_error", "not_saved.stopped", "not_saved.locked", "not_saved.read_only"),
    *("not_saved.cannot_open", "not_saved.conflict", "not_saved.timeout", "not_saved.no_key", "not_saved.closed"),
    "not_saved.failed",
)


def failure_words(problem: BaseException, *, language: str) -> str:
    """Word why a command was not answered, so that it fits behind a colon; what is not a server's fault by itself."""
    if isinstance(problem, NotSaved) and problem.code == "away":
        return text("server.away", language)
    if isinstance(problem, NotSaved) and problem.code == "connection_lost":
        return text("server.doubtful", language)
    if isinstance(problem, NotSaved) and (key := f"not_saved.{problem.code}") in NOT_SAVED:
        return text(key, language, reason=str(problem))
    return str(problem) or type(problem).__name__


class RoomTold(QObject):
    """Turn what the link hears into sentences on the status line, and follow commands that nobody answered for."""

    def __init__(self, desk: Desk, link: RoomLink, bridge: Bridge) -> None:
        super().__init__(link)
        self._desk, self._link = desk, link
        self._was_connected = True
        self._doubts: dict[str, Command] = {}
        self._beats_left = 0
        link.picture_changed.connect(self._on_picture)
        link.caught_up.connect(self._on_caught_up)
        bridge.doubtful.connect(self._on_doubtful)
        desk.state_changed.connect(lambda entry, state: self._settle())
        desk.ticked.connect(self._on_tick)

    @property
    def _is_alone(self) -> bool:
        """Tell whether the desk does without the server now, and says itself how that goes."""
        return self._desk.alone is not None and self._desk.alone.is_island

    def _on_picture(self, picture: Picture, age_s: float) -> None:
        if not picture.is_connected and self._was_connected and not self._is_alone:
            key = "server.damaged" if picture.code in LogDamaged.CODES else "server.lost"
            words = self._words("server.newer" if picture.code in NEWER else key, code=picture.code)
            self._desk.said.emit("alarm", words)
        if not picture.is_connected:
            self._beats_left = 0  # what is in doubt is known once the window is told all that the server holds
        self._was_connected = picture.is_connected

    def _on_caught_up(self, count: int) -> None:
        if self._is_alone:
            return
        key = {0: "server.back_none", 1: "server.back_one"}.get(count, "server.back")
        self._desk.said.emit("info", self._words(key, count=f"{count:,}"))
        self._beats_left = GRACE_BEATS
        self._settle()

    def _on_doubtful(self, command: Command) -> None:
        if command.who.role == "system":
            return
        self._doubts[command.id] = command
        if len(self._doubts) > MOST_DOUBTS:
            del self._doubts[next(iter(self._doubts))]
        if self._link.picture.is_connected:  # the server was only restarted: it is known soon
            self._beats_left = GRACE_BEATS

    def _on_tick(self, now: object) -> None:
        if not self._doubts or not self._link.picture.is_connected or not self._beats_left:
            return
        self._beats_left -= 1
        self._settle()
        if not self._beats_left:
            for command in self._doubts.values():
                self._desk.said.emit("alarm", self._words("server.doubt_lost", clock=self._clock(command)))
            self._doubts.clear()

    def _settle(self) -> None:
        """Tell of those that stand in the log after all."""
        if not self._doubts:
            return
        answered = self._desk.state.answered
        for command in [each for each in self._doubts.values() if each.id in answered]:
            del self._doubts[command.id]
            words = self._words("server.doubt_saved", clock=self._clock(command), sequence=f"{answered[command.id]:,}")
            self._desk.said.emit("warning", words)

    def _clock(self, command: Command) -> str:
        return clock(command.at, self._desk.state.time_zone, seconds=True)

    def _words(self, key: str, **values: object) -> str:
        return text(key, self._desk.language, **values)
