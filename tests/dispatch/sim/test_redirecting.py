"""Where the plan is not asked it would have answered the same: redirects that cannot gain are no redirects."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime

import numpy as np

from dispatch.commands import AssignUnits
from dispatch.compliance import ComplianceTable
from dispatch.events import UnitAssigned, UnitReleased
from dispatch.redirects import REDIRECTED, Redirects
from dispatch.runcard import Need, RunCard, RunCards
from dispatch.sim.policies import ClosestIdle, JointPlan, Sending
from dispatch.sim.posts import Compliance, Dmexclp, Home, Waiting
from dispatch.sim.run import Run
from dispatch.sim.view import View
from tests.dispatch.sim.sim_town import WORLD, finished, text_of
from tests.dispatch.sim.test_policies import events_of, line, played

# Every unit fits the first need, one alone the second: the nearest takes the first, and the second stays unmet.
PAIR = RunCard("pair", "Pair", "x", 2, "emergency", (Need("one", ("ambulance",)), Need("two", ("medic",))))
RULES = Redirects(
    min_gain_s=5.0, again_after_min=1.0, pairs=frozenset({(2, 1), (3, 1), (3, 2), (4, 1), (4, 2), (4, 3)})
)


class AlwaysAsks(JointPlan):
    """Asks the plan wherever anything is under way that may be left."""

    def _may_redirect(self, view: View, number: int, orders: Sequence[AssignUnits]) -> bool:
        return any(crew.incident and not crew.was_there for crew in view.crews)


def choices(run: Run) -> list[tuple[datetime, int, str]]:
    return [
        (entry.occurred_at, event.incident_id, event.unit_id)
        for entry in run.desk.log.read()
        for event in entry.events
        if isinstance(event, UnitAssigned)
    ]


def test_asking_the_plan_only_where_it_could_gain_sends_the_same_units() -> None:
    asks, always = JointPlan(RULES), AlwaysAsks(RULES)
    quick, slow = (finished(14.0, seed=1, sending=sending, factor=3.0) for sending in (asks, always))
    assert choices(quick) == choices(slow)
    assert asks.asked < always.asked
    released = [event for event in events_of(quick, UnitReleased) if event.reason == REDIRECTED]  # type: ignore[attr-defined]
    assert released  # and some are taken, so that the comparison can tell


def test_no_place_is_filled_again_when_its_crew_has_done_its_work() -> None:
    run = finished(16.0, seed=3, sending=JointPlan(RULES), factor=3.0)
    redirected = [event for event in events_of(run, UnitReleased) if event.reason == REDIRECTED]  # type: ignore[attr-defined]
    asked = {card.kind: sum(need.count for need in card.needs_at(1)) for card in WORLD.cards.cards}
    kind_of = [run.arrivals.kinds[kind] for kind in run.tally.table("incidents")["kind"]]
    rows = run.tally.table("responses")["incident"].tolist()
    too_many = sum(max(0, rows.count(row) - asked[kind_of[row]]) for row in set(rows))
    assert too_many <= len(redirected)  # what a redirect leaves is filled once more, nothing else
    assert all(count >= 0 for counts in run.view.lacking_of.values() for count in counts)


def test_every_way_to_send_does_something_and_gives_one_log_for_one_seed() -> None:
    world = line([("A1", 0), ("A2", 10)], priority_of={"urgent": 1, "minor": 3})
    medic, other = world.roster.units
    roster = replace(world.roster, units=(replace(medic, capabilities=("ambulance", "medic")), other))
    world = replace(world, roster=roster, cards=RunCards((*world.cards.cards, PAIR)))
    told = [(0.0, "minor", 4), (60.0, "urgent", 2), (2_000.0, "pair", 2)]
    makes: list[Callable[[], Sending]] = [ClosestIdle, JointPlan, lambda: JointPlan(RULES)]
    texts = []
    for make in makes:
        twice = [text_of(played(world, told, make())) for _ in range(2)]
        assert twice[0] == twice[1]
        texts.append(twice[0])
    assert len(set(texts)) == len(texts)


def test_every_way_to_wait_does_something_and_gives_one_log_for_one_seed() -> None:
    world = line([("A1", 0), ("A2", 0)], priority_of={"call": 1})
    weight = np.zeros(11)
    weight[[0, 10]] = 0.5
    table = ComplianceTable("d", "given", (("S10",), ("S0", "S10")))
    makes: list[Callable[[], Waiting]] = [
        Home,
        lambda: Dmexclp(weight, within_s=120.0, busy=0.3),
        lambda: Compliance([table]),
    ]
    told = [(0.0, "call", 1), (3_000.0, "call", 2), (3_010.0, "call", 7)]
    texts = []
    for make in makes:
        twice = [text_of(played(world, told, ClosestIdle(), make())) for _ in range(2)]
        assert twice[0] == twice[1]
        assert (b"UnitMovedUp" in twice[0]) == (make is not Home)
        texts.append(twice[0])
    assert len(set(texts)) == len(texts)
