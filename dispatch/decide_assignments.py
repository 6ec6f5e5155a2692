"""Rules for sending units, the orders they get, and releasing them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from dispatch import fact, moves
from dispatch.checks import (
    changed_since,
    check_binding_unchanged,
    open_incident,
    unit_of,
    where,
    who_changed,
)
from dispatch.commands import AssignUnits, Choice, Command, MoveOrder, ReleaseUnit
from dispatch.events import (
    Event,
    OrderMoved,
    StatusReported,
    TaskOpened,
    UnitAssigned,
    UnitReleased,
)
from dispatch.filled import group_places
from dispatch.incident import Assignment, Incident, OrderState
from dispatch.may_send import check_may_send
from dispatch.orders import order_for
from dispatch.refused import Refused
from dispatch.runcard import Need
from dispatch.state import State, UnitState
from resources.status import Status


def assign_units(state: State, command: Command, body: AssignUnits) -> tuple[Event, ...]:
    """Send all the units chosen or, where one may not go, none. Each gets its order and is alerted.

    One that is taken from another incident is released there in the same decision.
    """
    incident = open_incident(state, body.incident_id)
    if not body.choices:
        raise Refused("nobody_chosen", incident_id=incident.id)
    needs = _needs(state, command, incident, body.choices)
    chosen: dict[str, UnitState] = {}
    for choice in body.choices:
        if choice.unit_id in chosen:
            raise Refused("unit_chosen_twice", unit_id=choice.unit_id, incident_id=incident.id)
        chosen[choice.unit_id] = check_may_send(state, incident, choice, chosen.values())
        _check_need_still_open(state, command, incident, needs, choice)
    order = order_for(state, incident)
    number = len(state.assignments_of.get(incident.id, ()))
    assigned = tuple(
        UnitAssigned(
            assignment_id=f"{incident.id}/{number + place}",
            incident_id=incident.id,
            task_id=_task_id(incident, chosen[choice.unit_id]),
            unit_id=choice.unit_id,
            need_id=choice.need_id,
            order=order,
            eta_s=choice.eta_s,
            recommendation=body.recommendation,
            override_reason=choice.override_reason,
            also=tuple(dict.fromkeys(each for each in choice.also if each != choice.need_id)),
        )
        for place, choice in enumerate(body.choices, start=1)
    )
    redirected = tuple(
        UnitReleased(chosen[choice.unit_id].assignment_id, choice.unit_id, "redirected")
        for choice in body.choices
        if choice.taken_from is not None
    )
    return (*redirected, *_tasks(state, incident, needs, body.choices, chosen), *assigned)


def _needs(state: State, command: Command, incident: Incident, choices: tuple[Choice, ...]) -> dict[str, Need]:
    """Return the needs of the incident's card by id; refuse a choice for a need that the card does not have."""
    card = state.cards.get(incident.kind)
    needs = {need.id: need for need in card.needs} if card is not None else {}
    for need_id in (each for choice in choices for each in (choice.need_id, *choice.also)):
        if need_id and need_id not in needs:
            key = fact.of_incident(incident.id, "kind")
            if changed_since(state, command, key) is not None:
                raise Refused(
                    "changed_since", incident_id=incident.id, field="kind", now=incident.kind, **who_changed(state, key)
                )
            raise Refused("need_unknown", need_id=need_id, kind=incident.kind)
    for choice in choices:
        for need_id in choice.also:
            if not need_id or not needs[need_id].shared:
                raise Refused("need_not_shared", need_id=need_id, unit_id=choice.unit_id)
    return needs


def _check_need_still_open(
    state: State, command: Command, incident: Incident, needs: dict[str, Need], choice: Choice
) -> None:
    """Refuse to fill a need twice because another seat filled it unseen; a reason given for it overrides."""
    key = fact.of_need(incident.id, choice.need_id)
    if not choice.need_id or choice.override_reason or changed_since(state, command, key) is None:
        return
    all_of = (state.assignments[each] for each in state.assignments_of.get(incident.id, ()))
    sent = [each for each in all_of if each.is_open and choice.need_id in (each.need_id, *each.also)]
    need = needs[choice.need_id]
    if len(group_places(state, need, sent)) >= need.count:
        raise Refused(
            "need_filled_since",
            incident_id=incident.id,
            need_id=choice.need_id,
            unit_id=choice.unit_id,
            units=tuple(each.unit_id for each in sent),
            **who_changed(state, key),
        )


def _task_id(incident: Incident, unit: UnitState) -> str:
    return f"{incident.id}/{unit.unit.department}"


def _tasks(
    state: State,
    incident: Incident,
    needs: dict[str, Need],
    choices: tuple[Choice, ...],
    chosen: dict[str, UnitState],
) -> tuple[Event, ...]:
    """Open one task a department, with what its card asks of that department and what the units chosen fill."""
    owed: dict[str, list[str]] = {}
    for choice in choices:
        department = chosen[choice.unit_id].unit.department
        own = [n.id for n in needs.values() if n.department == department and n.level <= incident.alarm_level]
        owed.setdefault(department, own)
        for need_id in (choice.need_id, *choice.also):
            if need_id and need_id not in owed[department]:
                owed[department].append(need_id)
    opened: list[Event] = []
    for department, need_ids in owed.items():
        task_id = f"{incident.id}/{department}"
        known = state.tasks.get(task_id)
        if known is None or known.done_at is not None or not set(need_ids) <= set(known.need_ids):
            opened.append(TaskOpened(task_id, incident.id, department, tuple(need_ids), incident.deadline_at))
    return tuple(opened)


def move_order(state: State, command: Command, body: MoveOrder) -> tuple[Event, ...]:
    """Move an order forward. Old news changes nothing: of an earlier step, of an order given anew since, of a unit
    released since. A unit that was alerted has thereby acknowledged."""
    assignment = state.assignments.get(body.assignment_id)
    if assignment is None:
        raise Refused("assignment_unknown", assignment_id=body.assignment_id)
    if not assignment.is_open or body.state not in moves.ORDER[assignment.order_state]:
        return ()
    given = state.changed.get(fact.of_order(assignment.id))
    if given is not None and command.based_on is not None and given.sequence > command.based_on:
        return ()
    moved = OrderMoved(assignment.id, body.state)
    unit = state.units.get(assignment.unit_id)
    if body.state is OrderState.ACKNOWLEDGED and unit is not None and unit.status is Status.ALERTED:
        return (moved, StatusReported(unit.unit.id, Status.ACKNOWLEDGED, assignment.id, source="crew"))
    return (moved,)


def release_unit(state: State, command: Command, body: ReleaseUnit) -> tuple[Event, ...]:
    """Take a unit off its incident; it becomes available by radio."""
    unit = unit_of(state, body.unit_id)
    check_binding_unchanged(state, command, unit)
    if not unit.assignment_id:
        raise Refused("unit_not_assigned", **where(state, unit))
    return released(state.assignments[unit.assignment_id], body.reason)


def released(assignment: Assignment, reason: str) -> tuple[Event, ...]:
    """Return the events by which the desk frees the unit of an open assignment."""
    return (
        UnitReleased(assignment.id, assignment.unit_id, reason),
        StatusReported(assignment.unit_id, Status.AVAILABLE_BY_RADIO),
    )


TABLE: dict[type, Callable[[State, Command, Any], tuple[Event, ...]]] = {
    AssignUnits: assign_units,
    MoveOrder: move_order,
    ReleaseUnit: release_unit,
}
