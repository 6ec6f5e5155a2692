"""Serving many incidents the simple way, one after another: what a joint plan is held against."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime

from dispatch.commands import Command, Who
from dispatch.decide import decide
from dispatch.events import Entry
from dispatch.incident import Stage
from dispatch.plan import order_of
from dispatch.recommend import recommend
from dispatch.recommendation import Recommendation
from dispatch.state import State, apply
from dispatch.travels import Roads
from resources.position import Fix

PLANNER = Who("planner", "system")


def in_turn(state: State, fixes: Mapping[str, Fix], ground: Roads, *, at: datetime) -> tuple[Recommendation, ...]:
    """Recommend by priority, then by waiting; each incident takes from what those before it left."""
    incidents = [state.incidents[number] for number in state.open_incidents]
    still = [each for each in incidents if each.stage is not Stage.CLEARED]
    answers = []
    for incident in sorted(still, key=lambda each: (each.priority, each.received_at, each.id)):
        answer = recommend(state, fixes, ground, incident.id, at=at)
        if answer.chosen or answer.unmet:
            answers.append(answer)
        if answer.chosen:
            asked = Command(f"imagined-{incident.id}", at, PLANNER, order_of(answer))
            entry = Entry(state.sequence + 1, asked.id, at, at, "planner", "system", "", "", decide(state, asked))
            state = replace(apply(state, entry), sequence=state.sequence)
    return tuple(answers)
