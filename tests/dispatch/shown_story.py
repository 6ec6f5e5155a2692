"""Answers and plans for tests of what is kept of them."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from dispatch import commands as c
from dispatch.engine import Engine
from dispatch.log import Log
from dispatch.log_memory import MemoryLog
from dispatch.plan import Plan, plan
from dispatch.recommend import recommend
from dispatch.recommendation import Recommendation
from dispatch.seal import answer_hash, seal
from dispatch.shown_answers import seal_plan
from tests.dispatch.town import START, at, command, crossing, opening
from tests.dispatch.town_roads import TownRoads

INPUTS = (("roster", "5f" * 32), ("roads", "a0" * 32))


def burning(log: Log | None = None) -> Engine:
    """Return an engine of the town with a fire and a burst main, nobody sent."""
    engine = Engine(log or MemoryLog(), clock=lambda: at(1))
    fire = c.ReportIncident("structure_fire", crossing(1, 1))
    main = c.ReportIncident("burst_water_main", crossing(2, 0))
    for one in (*opening(), command(fire), command(main)):
        engine.do(one)
    return engine


def answer(engine: Engine | None = None, *, when: datetime = START) -> Recommendation:
    """Recommend for the fire, without inputs."""
    return recommend((engine or burning()).state, {}, TownRoads(), 1, at=when)


def sealed(engine: Engine, *, when: datetime = START) -> Recommendation:
    """Recommend for the fire as the planner does, with inputs."""
    return seal(answer(engine, when=when), INPUTS)


def planned(engine: Engine, *, when: datetime = START) -> Plan:
    """Plan for all incidents as the planner does, with inputs."""
    return seal_plan(plan(engine.state, {}, TownRoads(), at=when), INPUTS)


def moved(answer: Recommendation) -> Recommendation:
    """Return an answer that shows another time."""
    first = answer.chosen[0]
    slower = replace(first, eta=replace(first.eta, travel_s=first.eta.travel_s + 9.0))
    bare = replace(answer, chosen=(slower, *answer.chosen[1:]), inputs=())
    return seal(replace(bare, hash=answer_hash(bare)), INPUTS)
