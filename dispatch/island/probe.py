"""Ask the rules what the room would answer to an island's command, without asking the room.

What changed in the room after they parted was not seen by whoever decided on the island, also where the same person
did it at the same seat after coming back. What came from the island itself was seen.
"""

from __future__ import annotations

from collections.abc import Container
from dataclasses import replace
from typing import Any, cast

from dispatch.commands import Command
from dispatch.decide import decide
from dispatch.events import Event
from dispatch.refused import Refused
from dispatch.state import Change, State

_ELSEWHERE = "\N{SYMBOL FOR NULL}"  # before the name of a seat: nobody sits there, so nobody saw it


class SeenFrom:
    """Give `State.changed` as it looks from an island: `own` are the room's entries that came from there."""

    def __init__(self, state: State, base_sequence: int, own: Container[int]) -> None:
        self._changed, self._base, self._own = state.changed, base_sequence, own

    def get(self, key: str, default: Any = None) -> Change | Any:
        """Return the last change of a fact."""
        change = self._changed.get(key)
        if change is None:
            return default
        if change.sequence <= self._base:
            return change
        if change.sequence in self._own:
            return Change(self._base, change.actor, change.seat, change.at)
        return Change(change.sequence, change.actor, _ELSEWHERE + change.seat, change.at)


def probe(state: State, command: Command, *, base_sequence: int, own: Container[int]) -> tuple[Event, ...]:
    """Return the events with which the room would answer a command that was decided at `base_sequence`.

    Raises Refused, also where a fact that it hangs on was changed in the room since.
    """
    seen = replace(state, changed=cast(Any, SeenFrom(state, base_sequence, own)))
    try:
        return decide(seen, replace(command, based_on=base_sequence))
    except Refused as refused:
        told = {name: _plain(value) for name, value in refused.parameters.items()}
        raise Refused(refused.code, **told) from None


def _plain(value: object) -> object:
    return value.removeprefix(_ELSEWHERE) if isinstance(value, str) else value
