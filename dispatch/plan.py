"""Who should go to every open incident at once: the question that a city in crisis asks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from dispatch.commands import AssignUnits, Body, Choice, Command, Who
from dispatch.decide import decide
from dispatch.events import Entry
from dispatch.incident import Stage
from dispatch.recommend import recommend
from dispatch.recommendation import Recommendation
from dispatch.simulate import Policy
from dispatch.state import State, apply
from dispatch.travels import Roads
from resources.position import Fix

PLANNER = Who("planner", "system")


@dataclass(frozen=True, slots=True)
class Plan:
    """Answer for all open incidents from what was known at `sequence`, each given what the ones before it left.

    `answers` stand in the order in which they were served: by priority, then by how long they have waited. `method`
    says how the answers were reached: `in_turn` is one incident after another, each at its own optimum.
    """

    sequence: int
    at: datetime
    answers: tuple[Recommendation, ...]
    method: str = "in_turn"


def plan(state: State, fixes: Mapping[str, Fix], ground: Roads, *, at: datetime) -> Plan:
    """Recommend for every open incident that still lacks a unit; no unit is given twice, and nothing is changed.

    A life in danger is served before anything less urgent is looked at. What cannot be filled stays in its answer
    as unmet, with the reason. An incident whose crews have done their work and left owes nothing more.
    """
    open_incidents = [state.incidents[number] for number in state.open_incidents]
    open_incidents = [each for each in open_incidents if each.stage is not Stage.CLEARED]
    order = sorted(open_incidents, key=lambda each: (each.priority, each.received_at, each.id))
    answers = []
    imagined = state
    for incident in order:
        answer = recommend(imagined, fixes, ground, incident.id, at=at)
        if answer.chosen or answer.unmet:
            answers.append(answer)
        if answer.chosen:
            imagined = _imagine(imagined, order_of(answer), at)
    return Plan(state.sequence, at, tuple(answers))


def order_of(answer: Recommendation) -> AssignUnits:
    """Return the command that carries out an answer for an incident of the log as it stands."""
    if answer.incident_id is None:
        raise ValueError("an answer for a draft has no incident to send to")
    choices = tuple(Choice(each.unit_id, each.need_id, each.eta.total_s) for each in answer.chosen)
    return AssignUnits(answer.incident_id, choices, answer.hash)


def send_as_planned(ground: Roads) -> Policy:
    """Return the policy that sends, at every step, whatever the plan says."""

    def policy(state: State, fixes: dict[str, Fix], at: datetime) -> Sequence[Body]:
        return [order_of(answer) for answer in plan(state, fixes, ground, at=at).answers if answer.chosen]

    return policy


def _imagine(state: State, body: Body, at: datetime) -> State:
    """Return the state as it would be if `body` were asked now; its sequence stays, for nothing has happened."""
    command = Command(f"imagined-{state.sequence}", at, PLANNER, body)
    events = decide(state, command)
    entry = Entry(state.sequence, command.id, at, at, PLANNER.actor, PLANNER.role, "", "", events)
    return replace(apply(state, entry), sequence=state.sequence)
