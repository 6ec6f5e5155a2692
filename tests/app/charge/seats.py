"""Rooms of seats as the server would tell of them, for tests of the screen: no server is asked."""

from __future__ import annotations

from dispatch.room.presence import Here, Room
from tests.app.panels.seat import Seat
from tests.dispatch.town import OPERATOR, OTHER_OPERATOR, SUPERVISOR

BELA = Here(OTHER_OPERATOR.seat, OTHER_OPERATOR.actor, OTHER_OPERATOR.role)
CARLA = Here(SUPERVISOR.seat, SUPERVISOR.actor, SUPERVISOR.role)


def room(*others: Here, **more: object) -> Room:
    """Return a room in which anna sits, and others."""
    return Room(OPERATOR.seat, others, is_connected=True, **more)  # type: ignore[arg-type]


def join(seat: Seat, *others: Here, **more: object) -> None:
    """Let the desk hear who is there."""
    seat.desk.set_seats(room(*others, **more))
