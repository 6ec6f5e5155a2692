"""Who sits at this seat, by the log: nobody yet, somebody, or somebody who locked it."""

from __future__ import annotations

from enum import StrEnum

from dispatch.commands import Who
from dispatch.state import State


class Sitting(StrEnum):
    """What the desk is to ask for: the first administrator, a sign-in, an unlock, or nothing."""

    FIRST = "first"
    NOBODY = "nobody"
    LOCKED = "locked"
    HERE = "here"


def sitting(state: State, me: Who | None, seat: str) -> Sitting:
    """Tell what a seat is to ask for; `me` is who signed in here since the program started."""
    if not state.accounts:
        return Sitting.FIRST
    session = state.sessions.get(seat)
    if me is None or session is None or (session.account_id, session.role) != (me.actor, me.role):
        return Sitting.NOBODY
    return Sitting.LOCKED if session.is_locked else Sitting.HERE


def nobody(seat: str) -> Who:
    """Return who asks from a seat at which nobody is signed in: somebody who may see everything and change nothing."""
    return Who("", "observer", "", seat)
