"""Rules for moving units up: a free unit waits at another station, to cover what others have left."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from dispatch import fact
from dispatch.checks import changed_since, check_binding_unchanged, unit_of, where, who_changed
from dispatch.commands import Command, EndMoveUp, MoveUp
from dispatch.events import Event, MoveUpEnded, UnitMovedUp
from dispatch.refused import Refused
from dispatch.state import State, UnitState
from resources.status import FREE


def move_up(state: State, command: Command, body: MoveUp) -> tuple[Event, ...]:
    """Let a free unit wait at a station; at its own its move-up ends. One held in reserve moves only with a reason."""
    unit = unit_of(state, body.unit_id)
    if not unit.on_roster:
        raise Refused("unit_off_roster", unit_id=body.unit_id)
    station = state.stations.get(body.station_id)
    if station is None:
        raise Refused("station_unknown", station_id=body.station_id)
    check_binding_unchanged(state, command, unit)
    if unit.assignment_id or unit.status not in FREE:
        raise Refused("move_up_not_free", **where(state, unit))
    if unit.held and not body.reason.strip():
        held_by = who_changed(state, fact.of_unit(body.unit_id, "held"))
        raise Refused("held_in_reserve", unit_id=body.unit_id, reason=unit.held, **held_by)
    if unit.station == station.id:
        return ()
    _check_unchanged(state, command, unit)
    if station.id == unit.unit.station:
        return (MoveUpEnded(body.unit_id, body.reason),)
    return (UnitMovedUp(body.unit_id, station.id, station.lon, station.lat, body.reason),)


def end_move_up(state: State, command: Command, body: EndMoveUp) -> tuple[Event, ...]:
    """Send a unit back to its own station; where it is there already nothing is left to do."""
    unit = unit_of(state, body.unit_id)
    if unit.post is None:
        return ()
    _check_unchanged(state, command, unit)
    return (MoveUpEnded(body.unit_id, body.reason),)


def _check_unchanged(state: State, command: Command, unit: UnitState) -> None:
    """Raise Refused `moved_up_since` where somebody else has moved the unit meanwhile."""
    key = fact.of_unit(unit.unit.id, "post")
    if changed_since(state, command, key) is not None:
        raise Refused("moved_up_since", unit_id=unit.unit.id, station_id=unit.station, **who_changed(state, key))


TABLE: dict[type, Callable[[State, Command, Any], tuple[Event, ...]]] = {MoveUp: move_up, EndMoveUp: end_move_up}
