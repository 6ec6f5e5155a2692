"""The room on the strip: in step with other seats, how old the picture is without the server, a clock that is off."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from app.desk import Desk, Room
from app.window.strip_cells import Cell
from app.wording import text, tooltip
from app.wording.durations import MINUS, clock_span
from dispatch.follower import Picture

DRIFT_S = 1.0
BEHIND = 20  # entries that are not told yet: fewer come within a blink


class RoomCell(Cell):
    """Say the worst thing there is to say of the room; not there for a desk on a log of its own.

    An old picture, or one that is behind what the seat knows, comes before a clock that is off, and that before the
    calm words, which others may give by `show_calm` (who else is here).
    """

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(text("server.room", desk.language), parent)
        self._desk = desk
        self._is_tight = False
        self._calm = (text("server.in_step", desk.language), text("server.in_step_tip", desk.language))
        self._room: Room | None = None
        self._is_behind = False
        desk.ticked.connect(self._on_tick)
        if desk.alone is not None:
            desk.alone.changed.connect(self.refresh)
        self.refresh()

    def show_calm(self, words: str, tip: str) -> None:
        """Give the words for a room in which all is well."""
        self._calm = (words, tip)
        self.refresh()

    def set_tight(self, on: bool) -> None:
        """Say an age alone where there is little room; the caption says what it is of."""
        super().set_tight(on)
        if on != self._is_tight:
            self._is_tight = on
            self.refresh()

    def refresh(self) -> None:
        """Show how the room stands now."""
        room, language = self._desk.room, self._desk.language
        self.setVisible(room is not None)
        if room is None:
            return
        if room is not self._room:  # a seat that was started alone follows its room once it is back
            self._room = room
            room.picture_changed.connect(self._on_picture)
            room.drift_changed.connect(lambda ahead_s: self.refresh())
            room.caught_up.connect(lambda count: self.refresh())
        behind = room.head - self._desk.state.sequence
        self._is_behind = behind > BEHIND
        drift_s = room.drift_s or 0.0
        is_alone = self._desk.alone is not None and self._desk.alone.is_island
        if is_alone and room.picture.is_connected:
            caption, level = text("server.room", language), "warning"
            words, tip = text("alone.room_there", language), text("alone.room_there_tip", language)
        elif is_alone:
            age = age_words(room.age_s, language)
            caption, level = text("server.picture", language), "warning"
            words = age if self._is_tight else text("server.old", language, age=age)
            tip = text("alone.room_gone_tip", language, age=age)
        elif not room.picture.is_connected:
            age = age_words(room.age_s, language)
            caption, level = text("server.picture", language), "alarm"
            words = age if self._is_tight else text("server.old", language, age=age)
            tip = text("server.old_tip", language, age=age)
        elif self._is_behind:
            caption, level = text("server.picture", language), "alarm"
            words = text("server.behind", language, count=f"{behind:,}")
            tip = text("server.behind_entries_tip", language, count=f"{behind:,}")
        elif abs(drift_s) > DRIFT_S:
            caption, level = text("server.drift", language), "warning"
            words = text("server.drift_s", language, drift=signed(drift_s))
            key = "server.ahead_tip" if drift_s > 0 else "server.behind_tip"
            tip = text(key, language, drift=f"{abs(drift_s):.1f}")
        else:
            caption, level = text("server.room", language), "good"
            words, tip = self._calm
        self.show_caption(caption)
        self.show_value(words, level)
        self.setToolTip(tooltip(tip))

    def _on_tick(self, now: object) -> None:
        room = self._desk.room
        if room is not None and (self._is_behind or room.head - self._desk.state.sequence > BEHIND):
            self.refresh()

    def _on_picture(self, picture: Picture, age_s: float) -> None:
        self.refresh()


def age_words(age_s: float, language: str) -> str:
    """Word an age that grows each second: `12 s`, `1:12`, `1:02:03`."""
    if round(age_s) >= 60:
        return clock_span(age_s)
    return text("server.drift_s", language, drift=round(age_s))


def signed(seconds: float) -> str:
    """Word a drift with its sign: `+3.2`, `−12`."""
    sign = "+" if seconds > 0 else MINUS
    size = abs(seconds)
    return f"{sign}{size:.1f}" if size < 10 else f"{sign}{size:,.0f}"
