"""How a photograph or a recording stands at one seat of a room: here, on its way, not yet anywhere, or spoilt."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Where(StrEnum):
    """Say where a content is, seen from one seat."""

    HERE = "here"  # kept here, and in the room as well
    ONLY_HERE = "only_here"  # no entry names it yet, or the room has not got it yet
    SENDING = "sending"  # on its way from here to the room
    ASKED = "asked"  # asked of the room
    FETCHING = "fetching"  # on its way from the room to here
    COMING = "coming"  # on its way from another seat to the room
    AWAITED = "awaited"  # nothing of it has reached the room yet
    CUT_OFF = "cut_off"  # the room's server cannot be reached, and it is not kept here
    SPOILT = "spoilt"  # what the room keeps is not what was brought
    FAILED = "failed"  # it cannot be written here
    NOWHERE = "nowhere"  # this database keeps no contents


@dataclass(frozen=True, slots=True)
class Standing:
    """Say where a content is, how much of it has come or gone (0 to 1), and from which seat where that is known."""

    where: Where
    share: float = 0.0
    seat: str = ""
    reason: str = ""

    @property
    def is_here(self) -> bool:
        """Tell whether this seat can show it."""
        return self.where in (Where.HERE, Where.ONLY_HERE, Where.SENDING)
