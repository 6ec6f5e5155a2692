"""Rules for holding units in reserve."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from dispatch import fact
from dispatch.checks import changed_since, check_text, unit_of, who_changed
from dispatch.commands import Command, HoldUnit, UnholdUnit
from dispatch.events import Event, UnitHeld, UnitUnheld
from dispatch.refused import Refused
from dispatch.state import State, UnitState


def hold_unit(state: State, command: Command, body: HoldUnit) -> tuple[Event, ...]:
    """Hold a unit in reserve, with a reason. One that is out is held when it is back."""
    unit = unit_of(state, body.unit_id)
    check_text(body.reason, "reason")
    if not unit.on_roster:
        raise Refused("unit_off_roster", unit_id=body.unit_id)
    if unit.held == body.reason:
        return ()
    _check_unchanged(state, command, unit)
    return (UnitHeld(body.unit_id, body.reason),)


def unhold_unit(state: State, command: Command, body: UnholdUnit) -> tuple[Event, ...]:
    """Hold a unit no more; where somebody was quicker there is nothing left to do."""
    unit = unit_of(state, body.unit_id)
    if not unit.held:
        return ()
    _check_unchanged(state, command, unit)
    return (UnitUnheld(body.unit_id),)


def _check_unchanged(state: State, command: Command, unit: UnitState) -> None:
    """Raise Refused `held_since` where somebody else has held the unit, or given it back, meanwhile."""
    key = fact.of_unit(unit.unit.id, "held")
    if changed_since(state, command, key) is not None:
        raise Refused("held_since", unit_id=unit.unit.id, held=unit.held, **who_changed(state, key))


TABLE: dict[type, Callable[[State, Command, Any], tuple[Event, ...]]] = {HoldUnit: hold_unit, UnholdUnit: unhold_unit}
