"""Joins the seats of a room to one desk's window: who is there, whose queue is shown, what is told, keys and menu."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from app.charge.charge_line import HAND_KEY, TAKE_KEY
from app.desk import Desk
from app.parts.allow import allow
from app.parts.kept_file import read_kept, write_kept
from app.parts.queues import ALL, Queues
from app.parts.seats import who_words
from app.room.charge_watch import ChargeWatch
from app.wording import text
from app.wording.screen import say
from dispatch.desk_commands import TakeOffered

if TYPE_CHECKING:
    from app.panels.cases import CasesPanel
    from app.room.presence_link import PresenceLink
    from app.window.window import MainWindow

TAKE_OFFERED_KEY = "Ctrl+Shift+O"


class SeatsRoom(QObject):
    """Do nothing at a desk that has its log to itself: there nothing looks otherwise than before."""

    def __init__(
        self, desk: Desk, window: MainWindow, presence: PresenceLink | None, *, keep_in: Path | None = None
    ) -> None:
        super().__init__(window)
        self._desk, self._window, self._presence = desk, window, presence
        self._file = keep_in / "queues.json" if keep_in is not None else None
        self._kept = read_kept(self._file)
        self._twins = False
        window.commands.queue_wanted.connect(window.incidents.queue.choose)
        if presence is not None:
            self.join(presence)

    def join(self, presence: PresenceLink) -> None:
        """Come into the room; a seat that was started alone does so when its room is back."""
        self._presence = presence
        desk, window = self._desk, self._window
        if desk.city is not None:
            Queues.of(desk).open(desk.city)
        self.watch = ChargeWatch(desk, sound=window.sounds.message)
        window.incidents.queue.choose(str(self._kept.get("incidents", ALL)))
        window.incidents.queue.chosen.connect(lambda _: self._keep("incidents", window.incidents.queue.wanted))
        window.when_cases(self._join_cases)
        window.menus.put_before("menu_incident", "close_road", ("take_offered", TAKE_OFFERED_KEY, self.take_offered))
        allow(window.menus.actions["take_offered"], desk, TakeOffered)
        language = desk.language
        window.menus.keys += [(TAKE_KEY, say("key_take", language)), (HAND_KEY, say("key_hand", language))]
        desk.seats_changed.connect(self._on_seats)
        presence.start()

    def take_offered(self) -> None:
        """Take all that is offered to whoever sits here."""
        self._desk.send(TakeOffered())

    def stop(self) -> None:
        """Leave the room; the log may be closed afterwards."""
        if self._presence is not None:
            self._presence.stop()

    def _join_cases(self, panel: CasesPanel) -> None:
        panel.filters.choose_queue(str(self._kept.get("cases", "")))
        panel.filters.changed.connect(lambda wanted: self._keep("cases", wanted.queue))

    def _keep(self, name: str, choice: str) -> None:
        if self._kept.get(name, ALL) == choice:
            return
        self._kept[name] = choice
        write_kept(self._file, self._kept)

    def _on_seats(self, _: object) -> None:
        desk, language = self._desk, self._desk.language
        room = desk.seats
        assert room is not None
        here = [who_words(desk, each.actor, each.seat) for each in room.others if not each.is_stale]
        tip = text("server.in_step_tip", language)
        if room.is_connected and here:
            tip += "\n" + text("room.calm_tip", language, seats=here)
        self._window.strip.room.show_calm(text("server.in_step", language), tip)
        if bool(room.twins) and not self._twins:
            desk.said.emit("alarm", text("room.twin", language, seat=desk.who.seat))
        self._twins = bool(room.twins)
