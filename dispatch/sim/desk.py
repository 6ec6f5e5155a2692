"""The one door of a simulation: decide, write, fold, for a log that nobody else writes or reads meanwhile.

It gives the very entries that `Engine` gives for the same commands, by the same `decide` and the same fold; it only
leaves out what a private log does not need: other seats, listeners, threads, a store that may fail, older states.
"""

from __future__ import annotations

from collections import Counter
from datetime import datetime
from typing import cast

from dispatch.commands import Body, CloseIncident, Command, Who
from dispatch.decide import decide
from dispatch.events import Entry, IncidentClosed
from dispatch.log_interface import Log
from dispatch.refused import Refused
from dispatch.sim.open_state import CountedIds, OpenState
from dispatch.state import State


class Desk:
    """Take commands one at a time. Command ids count entries, so that the same commands give the same log.

    An instant is when something is so and when it is recorded: there is no other clock.
    """

    def __init__(self, log: Log, *, name: str = "simulation") -> None:
        if log.head:
            raise ValueError(f"{log.name} holds entries already: a simulation begins with an empty log")
        self.log = log
        self._ids = CountedIds(name)
        self.state = OpenState(self._ids)
        self._seen_by_decide = cast("State", self.state)
        self.refused: Counter[tuple[str, str]] = Counter()  # by the command's name and the code

    def ask(self, who: Who, body: Body, at: datetime) -> Entry | None:
        """Answer a command with its entry, None where it changes nothing. Raises Refused."""
        state = self.state
        sequence = state.sequence + 1
        command = Command(self._ids.id_of(sequence), at, who, body)
        try:
            events = decide(self._seen_by_decide, command)
        except Refused as refusal:
            self.refused[type(body).__name__, refusal.code] += 1
            raise
        if not events:
            return None
        entry = Entry(
            sequence, command.id, at, at, who.actor, who.role, who.department, who.seat, events,
        )  # fmt: skip
        kept = self.log.append(entry)
        state.take(kept)
        if isinstance(body, CloseIncident):
            for event in kept.events:
                if isinstance(event, IncidentClosed):
                    state.file_closed(event.incident_id)
        return kept
