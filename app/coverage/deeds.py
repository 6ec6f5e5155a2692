"""Send a move-up that is proposed: exactly the one that is shown under that key, and never one that has just come."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal

from app.coverage import words
from app.coverage.watch import CoverWatch, is_open
from app.desk import Desk
from app.wording import sentence, text
from dispatch.commands import Command, MoveUp
from dispatch.events import Entry, UnitMovedUp
from dispatch.refused import Refused
from dispatch.state import State

SETTLED_MS = 700  # a proposal that took another's key so lately was not read yet


class Mover(QObject):
    """Turn proposals into commands; `said` gives a level and what came of it."""

    said = Signal(str, str)

    def __init__(self, desk: Desk, watch: CoverWatch) -> None:
        super().__init__(watch)
        self._desk = desk
        self._watch = watch
        self._sent: dict[str, str] = {}
        desk.state_changed.connect(self._on_state)
        desk.refused.connect(self._on_refused)

    def send(self, slot: int) -> bool:
        """Send the move-up of a key, 0 for the first; tell whether it went."""
        move, language = self._watch.slots[slot], self._desk.language
        since = self._watch.since_moves
        if move is None or not is_open(move, self._desk.state):
            self._say("warning", text("moves.gone", language))
            return False
        if since.isValid() and since.elapsed() < SETTLED_MS:
            self._say("warning", text("moves.changed_just_now", language))
            return False
        why = sentence(move.reason.code, move.reason.parameters)
        self._sent[move.unit_id] = move.to_station
        self._desk.send(MoveUp(move.unit_id, move.to_station, why))
        return True

    def _on_state(self, entry: Entry | None, state: State) -> None:
        for event in entry.events if entry is not None else ():
            if isinstance(event, UnitMovedUp) and self._sent.get(event.unit_id) == event.station_id:
                del self._sent[event.unit_id]
                station = words.station_name(state, event.station_id)
                self._say("info", text("moves.sent", self._desk.language, unit=event.unit_id, station=station))

    def _on_refused(self, command: Command, refused: Refused) -> None:
        body = command.body
        if isinstance(body, MoveUp) and self._sent.pop(body.unit_id, None) is not None:
            zone = self._desk.state.time_zone
            self.said.emit("warning", sentence(refused.code, refused.parameters, self._desk.language, zone=zone))

    def _say(self, level: str, said: str) -> None:
        self.said.emit("" if level == "info" else level, said)
        self._desk.said.emit(level, said)
