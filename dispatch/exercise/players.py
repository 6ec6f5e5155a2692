"""Those who decide without a window: policies, the record itself, and a script of a trainee's commands."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime

from dispatch.commands import AssignUnits, Body, Choice, CloseIncident, Who
from dispatch.exercise.due import incident_of
from dispatch.exercise.exercise import Exercise, Outcome
from dispatch.exercise.run import Player
from dispatch.filled import fill
from dispatch.incident import Stage
from dispatch.paced_roads import paced
from dispatch.plan import plan, unseen_order_of
from dispatch.recommend import recommend
from dispatch.state import State
from dispatch.travels import Roads
from resources.position import Fix
from resources.status import FREE

NOBODY, NEAREST, PLAN, RECORD = "none", "nearest", "plan", "record"
POLICIES = (NOBODY, NEAREST, PLAN, RECORD)
DONE = "done"
ASK_EVERY_S = 10.0


def player_of(
    policy: str, exercise: Exercise, ground: Roads, *, outcome: Outcome | None = None, waits_s: float = 0.0
) -> Player:
    """Return who decides by a policy, as the trainee whose turn it is; `waits_s` passes before an incident is served.

    NEAREST asks for each incident by itself, PLAN for all together, RECORD sends whom the record sent, when it did.
    Raises ValueError for a policy that is not known, and for RECORD without an outcome.
    """
    if policy in (NEAREST, PLAN):
        return _policy(exercise, ground, waits_s, all_together=policy == PLAN)
    if policy == RECORD and outcome is not None:
        return _Record(exercise, outcome)
    if policy == NOBODY:
        return lambda state, fixes, at: ()
    raise ValueError(f"{policy!r} is no policy here: {', '.join(POLICIES)}; only history has a record")


class _Record:
    """Send whom the record sent, at the instant it did; one that is bound elsewhere is sent when it is free again."""

    def __init__(self, exercise: Exercise, outcome: Outcome) -> None:
        self._exercise = exercise
        carried = {(each.key, each.unit_id) for each in exercise.carried}
        self._waiting = sorted(
            (each.assigned_s, recorded.key, each.unit_id, each.need_id)
            for recorded in outcome.incidents
            for each in recorded.responses
            if (recorded.key, each.unit_id) not in carried and each.assigned_s >= 0
        )

    def __call__(self, state: State, fixes: Mapping[str, Fix], at: datetime) -> Sequence[tuple[Who, Body]]:
        who = self._exercise.turn_at(at).who
        due_s = (at - self._exercise.start_at).total_seconds()
        chosen: dict[int, list[Choice]] = {}
        taken: set[str] = set()
        for _, key, unit_id, need_id in self._due(due_s):
            incident = incident_of(state, key)
            if incident is None or incident.id not in state.open_incidents or unit_id in taken:
                continue
            sent = [state.assignments[each] for each in state.assignments_of.get(incident.id, ())]
            unit = state.units.get(unit_id)
            if unit is not None and unit.status in FREE and all(each.unit_id != unit_id for each in sent):
                card = state.cards.get(incident.kind)
                is_known = card is not None and any(each.id == need_id for each in card.needs)
                chosen.setdefault(incident.id, []).append(Choice(unit_id, need_id if is_known else ""))
                taken.add(unit_id)
        bodies = [AssignUnits(number, tuple(choices)) for number, choices in chosen.items()]
        return [(who, body) for body in (*bodies, *_closings(state))]

    def _due(self, due_s: float) -> Iterator[tuple[float, str, str, str]]:
        for order in self._waiting:
            if order[0] > due_s:
                return
            yield order


def _policy(exercise: Exercise, ground: Roads, waits_s: float, *, all_together: bool) -> Player:
    """Ask only where something was told since it was asked last, or a while has passed: else the answer is the same."""
    asked: tuple[int, tuple[int, ...]] = (-1, ())
    asked_at = exercise.start_at

    def player(state: State, fixes: Mapping[str, Fix], at: datetime) -> Sequence[tuple[Who, Body]]:
        nonlocal asked, asked_at
        waiting = _waiting(state, exercise, at, waits_s)
        now = (state.sequence, tuple(waiting))
        bodies = _closings(state)
        if waiting and (now != asked or (at - asked_at).total_seconds() >= ASK_EVERY_S):
            asked, asked_at = now, at
            decide = _planned if all_together else _each
            roads = paced(ground, exercise.pace, state)
            bodies = [*decide(state, fixes, roads, at, waiting), *bodies]
        who = exercise.turn_at(at).who
        return [(who, body) for body in bodies]

    return player


def _waiting(state: State, exercise: Exercise, at: datetime, waits_s: float) -> list[int]:
    """List open incidents that were taken in long enough ago, in the order of their urgency."""
    found = [state.incidents[number] for number in state.open_incidents]
    still = [
        each
        for each in found
        if each.stage is not Stage.CLEARED
        and each.reported_at >= exercise.start_at
        and each.kind in state.cards
        and (at - each.reported_at).total_seconds() >= waits_s
        and any(fill(state, state.cards[each.kind].needs_at(each.alarm_level), each.id).left.values())
    ]
    return [each.id for each in sorted(still, key=lambda each: (each.priority, each.received_at, each.id))]


def _each(state: State, fixes: Mapping[str, Fix], ground: Roads, at: datetime, waiting: Sequence[int]) -> list[Body]:
    bodies: list[Body] = []
    for number in waiting:
        answer = recommend(state, fixes, ground, number, at=at)
        if answer.chosen and not {each.unit_id for each in answer.chosen} & _units(bodies):
            bodies.append(unseen_order_of(answer))
    return bodies


def _planned(state: State, fixes: Mapping[str, Fix], ground: Roads, at: datetime, waiting: Sequence[int]) -> list[Body]:
    found = plan(state, fixes, ground, at=at, incident_ids=waiting, time_limit_s=math.inf)
    return [unseen_order_of(answer) for answer in found.answers if answer.chosen]


def _closings(state: State) -> list[Body]:
    """Close what everybody has left."""
    bodies: list[Body] = []
    for number in sorted(state.open_incidents):
        incident = state.incidents[number]
        if incident.stage is Stage.CLEARED:
            card = state.cards.get(incident.kind)
            bodies.append(CloseIncident(number, card.dispositions[0] if card and card.dispositions else DONE))
    return bodies


def _units(bodies: Sequence[Body]) -> set[str]:
    return {choice.unit_id for body in bodies if isinstance(body, AssignUnits) for choice in body.choices}
