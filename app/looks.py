"""Lets panels look once in a while at what a window missed, where they would else look at each of thousands."""

from __future__ import annotations

import time
from dataclasses import replace
from typing import Any, Protocol

from PySide6.QtCore import QObject

from dispatch.commands import Who
from dispatch.events import Entry
from dispatch.state import State

MANY = 200  # entries that wait to be told, from which on panels look once in a while
EVERY_S = 0.25  # that a panel looks meanwhile: as often as anybody reads a figure that runs


class Told(Protocol):
    """A desk, as far as it is told: `app.desk.Desk`."""

    who: Who
    state: State
    state_changed: Any  # Signal(entry, state)
    looked: Any  # Signal(entry, state)


class Looks(QObject):
    """Turn a desk's `state_changed`, which tells of each entry, into its `looked`, which may tell of many at once.

    As long as few entries wait, the two come together. While many do, panels are told of all that came since their last
    look as of one entry: it has the events of all in their order, the rest of the last, and answers no command. What is
    done at this seat is an entry by itself, and what came before it is looked at before it. Whoever lists entries finds
    in `told`, while `looked` tells, each that is looked at and what was so after it.
    """

    def __init__(self, desk: Told, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self._hand = time.monotonic
        self._is_behind = False
        self._looked_s = self._hand()
        self.told: tuple[tuple[Entry, State], ...] = ()
        self._unseen: list[tuple[Entry, State]] = []
        desk.state_changed.connect(self._take)

    def wait_for(self, count: int) -> None:
        """Hear how many entries wait to be told, before and after a turn of telling; at none, all is looked at."""
        self._is_behind = count > MANY or (self._is_behind and count > 0)
        if not self._is_behind or self._hand() - self._looked_s >= EVERY_S:
            self._look()

    def _take(self, entry: Entry | None, state: State) -> None:
        if entry is None:
            self._unseen.clear()
        elif self._is_behind and entry.seat != self._desk.who.seat:
            self._unseen.append((entry, state))
            return
        self._look()
        self.told = ((entry, state),) if entry is not None else ()
        self._desk.looked.emit(entry, state)

    def _look(self) -> None:
        self._looked_s = self._hand()
        unseen, self._unseen = self._unseen, []
        if unseen:
            self.told = tuple(unseen)
            last, state = unseen[-1]
            events = tuple(event for entry, _ in unseen for event in entry.events)
            self._desk.looked.emit(last if len(unseen) == 1 else replace(last, command_id="", events=events), state)
