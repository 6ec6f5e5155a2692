"""Who may be in charge of incidents and set queues: roles and commands as data. `access` asks it at the door."""

from __future__ import annotations

from typing import get_args

from dispatch import desk_commands as d

_QUEUE = frozenset({d.SetQueue})
_CHARGE = frozenset(get_args(d.DeskBody)) - _QUEUE

MAY_DESK: dict[str, frozenset[type]] = {
    "operator": _CHARGE | _QUEUE,
    "dispatcher": _CHARGE | _QUEUE,
    "coordinator": _CHARGE | _QUEUE,
    "supervisor": _CHARGE | _QUEUE,
    "trainer": _CHARGE | _QUEUE,
    "administrator": _CHARGE | _QUEUE,
    "acceptor": _QUEUE,
}
# Who sets other seats' queues, and moves incidents that others are in charge of; the rest look to their own.
OVERSEERS = frozenset({"coordinator", "supervisor", "trainer", "administrator"})
