"""What a desk follows of the room that its log is in: its server, and the positions of units."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime

from app.bridge import Bridge
from app.desk import Desk
from app.room.link import RoomLink
from app.room.positions_link import PositionsLink
from app.room.told import RoomTold
from dispatch.engine import Engine
from resources.position import Fix


def follow_server(desk: Desk, engine: Engine, bridge: Bridge, clock: Callable[[], datetime]) -> RoomLink:
    """Make the link to the room's server, as `desk.room`; `start` begins it."""
    link = RoomLink(engine, desk, clock=clock, after_told=bridge.after_told)
    desk.room = link
    RoomTold(desk, link, bridge)
    return link


def follow_positions(desk: Desk, engine: Engine, take: Callable[[Iterable[Fix]], None]) -> None:
    """Follow the positions of the room, where its log is in one."""
    desk.positions = PositionsLink.of(desk, engine.log, take, seat=desk.who.seat)
    if desk.positions is not None:
        desk.positions.start()
