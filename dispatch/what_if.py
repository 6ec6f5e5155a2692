"""Imagine that roads were closed or open, or units sent: a state to ask of, which no log ever holds."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from itertools import groupby

from dispatch.commands import AssignUnits, Choice, CloseRoad, Command, Who
from dispatch.decide import decide
from dispatch.events import Entry, LogKind, RoadClosed
from dispatch.incident import Closure
from dispatch.plan import Plan
from dispatch.recommendation import Recommendation
from dispatch.state import State, apply

_NOBODY = Who("what if", "system")
_WHY = "what if"  # a reason: who asks what would be may imagine against the recommendation


@dataclass(frozen=True, slots=True)
class WhatIf:
    """Say what to imagine: roads closed as well, closures (their ids) lifted, units sent (unit id, incident id)."""

    closures: tuple[Closure, ...] = ()
    reopened: tuple[str, ...] = ()
    sent: tuple[tuple[str, int], ...] = ()


NOTHING = WhatIf()


def imagine(state: State, what_if: WhatIf) -> State:
    """Return the state as it would be; the one given is untouched, and the imagined one says that it is a simulation.

    Roads are closed or slow, and units sent, by the same rules as at the desk, one after another: raises Refused where
    they forbid it. A closure whose time is over closes nothing; one that is not there cannot be lifted: KeyError.
    """
    closures = state.closures
    for closure_id in what_if.reopened:
        closures = closures.delete(closure_id)
    imagined = replace(state, closures=closures, kind=LogKind.SIMULATION)
    for closure in what_if.closures:
        imagined = _close(imagined, closure)
    for incident_id, group in groupby(sorted(what_if.sent, key=lambda pair: pair[1]), key=lambda pair: pair[1]):
        choices = tuple(_choices(imagined, incident_id, [unit_id for unit_id, _ in group]))
        imagined = _send(imagined, AssignUnits(incident_id, choices))
    return replace(imagined, sequence=state.sequence, at=state.at)


def mark_answer(answer: Recommendation) -> Recommendation:
    """Mark an answer as imagined and take its name away, so that nothing can be sent or kept by it."""
    return replace(answer, imagined=True, hash="", inputs=())


def mark_plan(plan: Plan) -> Plan:
    """Mark a plan, and every answer in it, as imagined."""
    return replace(plan, imagined=True, hash="", inputs=(), answers=tuple(mark_answer(each) for each in plan.answers))


def _choices(state: State, incident_id: int, unit_ids: list[str]) -> Iterator[Choice]:
    """Choose units as an operator would who knows what he does; one on its way elsewhere is taken from there."""
    for unit_id in unit_ids:
        unit = state.units.get(unit_id)
        bound = state.assignments.get(unit.assignment_id) if unit is not None else None
        taken_from = bound.incident_id if bound is not None and bound.incident_id != incident_id else None
        yield Choice(unit_id, override_reason=_WHY, taken_from=taken_from)


def _close(state: State, closure: Closure) -> State:
    at = state.at or closure.closed_at or datetime.fromtimestamp(0, UTC)  # a state made of files has no moment
    if closure.until is not None and closure.until <= at:
        return state
    for event in decide(state, Command("what-if", at, _NOBODY, CloseRoad(closure))):
        if isinstance(event, RoadClosed):
            state = replace(state, closures=state.closures.set(closure.id, event.closure))
    return state


def _send(state: State, body: AssignUnits) -> State:
    at = state.at or state.incidents[body.incident_id].reported_at
    events = decide(state, Command("what-if", at, _NOBODY, body))
    entry = Entry(state.sequence + 1, "what-if", at, at, _NOBODY.actor, _NOBODY.role, "", "", events)
    return apply(state, entry)
