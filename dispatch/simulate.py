"""Let a policy and simulated crews work on arriving incidents, on a virtual clock, through the same engine."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from dispatch.commands import Body, Command, Tick, Who
from dispatch.crews import Crews
from dispatch.engine import Engine
from dispatch.refused import Refused
from dispatch.state import State
from resources.position import Fix

Policy = Callable[[State, dict[str, Fix], datetime], Sequence[Body]]
"""Decide what the desk does now: a function from what is known to commands; it changes nothing itself."""


@dataclass(frozen=True, slots=True)
class Arrival:
    """Something that is asked of the engine at `at` (aware UTC): an incident reported, a road closed, a signal."""

    at: datetime
    body: Body


@dataclass(frozen=True, slots=True)
class Moment:
    """What stood at one instant of the simulation."""

    at: datetime
    state: State
    fixes: dict[str, Fix]
    refused: tuple[Refused, ...]


def no_policy(state: State, fixes: dict[str, Fix], at: datetime) -> Sequence[Body]:
    """Leave every decision to somebody else."""
    return ()


def simulate(
    engine: Engine,
    arrivals: Sequence[Arrival],
    crews: Crews,
    *,
    start_at: datetime,
    until_at: datetime,
    policy: Policy = no_policy,
    step_s: float = 1.0,
    name: str = "simulation",
) -> Iterator[Moment]:
    """Yield each moment from `start_at` to `until_at`, `step_s` apart, after everything due by then was asked.

    The order within a step is fixed: arrivals, the policy, the crews, time itself. Command ids count up from
    `name`, so that two runs with one seed give equal logs. A refusal is part of the moment, not an error.
    """
    waiting = sorted(arrivals, key=lambda arrival: arrival.at)
    fixes: dict[str, Fix] = {}
    desk, crew, clock = Who("policy", "dispatcher"), Who("crew", "crew"), Who("clock", "system")
    asked = 0
    at = start_at
    while at <= until_at:
        refused: list[Refused] = []

        def ask(who: Who, body: Body, when: datetime, refused: list[Refused] = refused) -> None:
            nonlocal asked
            asked += 1
            try:
                engine.do(Command(f"{name}-{asked:08d}", when, who, body))
            except Refused as refusal:
                refused.append(refusal)

        while waiting and waiting[0].at <= at:
            arrival = waiting.pop(0)
            ask(desk, arrival.body, arrival.at)
        for body in policy(engine.state, fixes, at):
            ask(desk, body, at)
        step = crews.step(engine.state, fixes, at)
        fixes.update((fix.unit_id, fix) for fix in step.fixes)
        for body in step.bodies:
            ask(crew, body, at)
        ask(clock, Tick(), at)
        yield Moment(at, engine.state, dict(fixes), tuple(refused))
        at += timedelta(seconds=step_s)
