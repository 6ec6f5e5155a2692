"""Two seats race for what dispatch binds: one wins, the other is told who was quicker, nothing is done by halves."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass, replace

import pytest

from dispatch import commands as c
from dispatch.commands import AssignUnits, Body, Choice
from dispatch.engine import Engine
from dispatch.events import Entry
from dispatch.log_memory import MemoryLog
from dispatch.plan import order_of
from dispatch.recommend import recommend
from dispatch.redirecting import plan_redirecting
from dispatch.redirects import Redirects
from dispatch.refused import Refused
from dispatch.runcard import Need
from dispatch.state import State
from dispatch.what_if import WhatIf, imagine
from resources.status import Status
from resources.unit import TaskForce
from tests.dispatch.town import (
    ADMINISTRATOR,
    OPERATOR,
    OTHER_OPERATOR,
    ROSTER,
    RUN_CARDS,
    at,
    command,
    crossing,
    opening,
)
from tests.dispatch.town_roads import TownRoads

RACES = 12
SEATS = (OPERATOR, OTHER_OPERATOR)
Answer = Entry | Refused | None
# E1 and L1 share one crew; E2 and W2 go as one to what wants a strike team.
UNITS = tuple(replace(unit, cross_staffed="e1" if unit.id in ("E1", "L1") else "") for unit in ROSTER.units)
TOGETHER = replace(ROSTER, units=UNITS, task_forces=(TaskForce("TF1", ("E2", "W2"), ("strike_team",)),))
STRIKE = replace(RUN_CARDS.cards[0], kind="warehouse_fire", needs=(Need("team", ("strike_team",)),))
CARDS = replace(RUN_CARDS, cards=(*RUN_CARDS.cards, STRIKE))


@dataclass
class Desk:
    """Two engines on one log, four open incidents, and whoever raced for them."""

    log: MemoryLog
    seats: tuple[Engine, Engine]

    @classmethod
    def open(cls) -> Desk:
        log = MemoryLog()
        first = Engine(log, clock=lambda: at(1))
        for one in opening():
            body = one.body
            if isinstance(body, c.LoadRoster):
                body = c.LoadRoster(TOGETHER, "town")
            elif isinstance(body, c.LoadRunCards):
                body = c.LoadRunCards(CARDS, "town")
            first.do(command(body, who=ADMINISTRATOR))
        for kind in ("traffic_collision", "cardiac_arrest", "cardiac_arrest", "warehouse_fire"):
            first.do(command(c.ReportIncident(kind, crossing(1, 1))))
        return cls(log, (first, Engine(log, clock=lambda: at(1))))

    @property
    def state(self) -> State:
        return self.seats[0].state

    def do(self, *bodies: Body) -> None:
        for body in bodies:
            self.seats[0].do(command(body))

    def race(self, one: Body, other: Body) -> list[Answer]:
        """Let both seats ask at once, each from what it saw before."""
        for seat in self.seats:
            seat.catch_up()
        seen, barrier = self.state.sequence, threading.Barrier(2)
        answers: list[Answer] = [None, None]

        def ask(number: int, body: Body) -> None:
            asked = command(body, who=SEATS[number], based_on=seen, at=at(5))
            barrier.wait()
            try:
                answers[number] = self.seats[number].do(asked)
            except Refused as refused:
                answers[number] = refused

        threads = [threading.Thread(target=ask, args=pair) for pair in enumerate((one, other))]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        for seat in self.seats:
            seat.catch_up()
        assert self.seats[0].state == self.seats[1].state == Engine(self.log).state
        return answers


@pytest.fixture
def desk() -> Desk:
    return Desk.open()


def one_wins(answers: list[Answer], *codes: str) -> int:
    """Return the seat that won; the other must have been refused for one of these, by name of the winner."""
    [winner] = [number for number, answer in enumerate(answers) if isinstance(answer, Entry)]
    loser = answers[1 - winner]
    assert isinstance(loser, Refused) and loser.code in codes
    assert (loser.parameters["actor"], loser.parameters["changed_at"]) == (SEATS[winner].actor, at(5))
    return winner


def test_vehicles_of_one_crew(desk: Desk) -> None:
    for _ in range(RACES):
        winner = one_wins(desk.race(AssignUnits(1, (Choice("E1"),)), AssignUnits(2, (Choice("L1"),))), "crew_away")
        assert [bool(desk.state.units[each].assignment_id) for each in ("E1", "L1")] == [winner == 0, winner == 1]
        desk.do(c.ReleaseUnit(("E1", "L1")[winner]))


def test_a_task_force_and_one_of_its_units(desk: Desk) -> None:
    whole = recommend(desk.state, {}, TownRoads(), 4, at=at(2))
    assert [(each.unit_id, each.task_force) for each in whole.chosen] == [("E2", "TF1"), ("W2", "TF1")]
    for _ in range(RACES):
        winner = one_wins(desk.race(order_of(whole), AssignUnits(1, (Choice("W2"),))), "unit_elsewhere")
        assert bool(desk.state.units["E2"].assignment_id) == (winner == 0)  # all of the force or none
        desk.do(*(c.ReleaseUnit(each) for each in (("E2", "W2") if winner == 0 else ("W2",))))


def test_a_unit_redirected_to_two_incidents(desk: Desk) -> None:
    desk.do(AssignUnits(1, (Choice("P1", "patrol", 400.0),)))
    for away in ("E1", "E2", "L1", "P2"):
        desk.do(c.ReportStatus(away, Status.OUT_OF_SERVICE, reason="workshop"))
    rules = Redirects(0.0, 0.0, 0.0, frozenset({(2, 1)}))
    found = plan_redirecting(desk.state, {}, TownRoads(), at=at(2), redirects=rules)
    taken = {
        answer.incident_id: each.taken_from for answer in found.answers for each in answer.chosen if each.taken_from
    }
    assert taken == {2: 1}
    to_two, to_three = (AssignUnits(number, (Choice("P1", "first", 60.0, taken_from=1),)) for number in (2, 3))
    winner = one_wins(desk.race(to_two, to_three), "redirect_changed")
    binding = desk.state.assignments[desk.state.units["P1"].assignment_id]
    assert binding.incident_id == (2, 3)[winner]
    assert desk.state.assignments["1/1"].release_reason == "redirected"
    assert [each for each in desk.state.open_assignments if desk.state.assignments[each].unit_id == "P1"] == [
        binding.id
    ]


def test_holding_and_sending(desk: Desk) -> None:
    """Held first: sending is refused with who held it. Sent first: it is held when it is back, and both are done."""
    for _ in range(RACES):
        sent, held = desk.race(AssignUnits(1, (Choice("P1"),)), c.HoldUnit("P1", "for the stadium"))
        assert isinstance(held, Entry) and desk.state.units["P1"].held
        if isinstance(sent, Refused):
            assert (sent.code, sent.parameters["actor"]) == ("held_in_reserve", OTHER_OPERATOR.actor)
            assert not desk.state.units["P1"].assignment_id
        else:
            desk.do(c.ReleaseUnit("P1"))
        desk.do(c.UnholdUnit("P1"))


@pytest.mark.parametrize(
    ("one", "other", "before", "after", "code"),
    [
        (c.HoldUnit("P1", "one"), c.HoldUnit("P1", "other"), (), c.UnholdUnit("P1"), "held_since"),
        (c.MoveUp("E2", "fire-00"), c.MoveUp("E2", "police-11"), (), c.EndMoveUp("E2"), "moved_up_since"),
    ],
)
def test_two_wishes_for_one_unit(
    desk: Desk, one: Body, other: Body, before: tuple[Body, ...], after: Body, code: str
) -> None:
    for _ in range(RACES):
        desk.do(*before)
        one_wins(desk.race(one, other), code)
        desk.do(after)


def test_moving_up_and_sending(desk: Desk) -> None:
    """Who moves up may be sent; who was sent does not move up."""
    for _ in range(RACES):
        sent, moved = desk.race(AssignUnits(1, (Choice("E2"),)), c.MoveUp("E2", "fire-00"))
        assert isinstance(sent, Entry) and desk.state.units["E2"].assignment_id
        if isinstance(moved, Refused):
            assert moved.code in ("unit_changed_since", "move_up_not_free")
            assert (desk.state.units["E2"].post, moved.parameters["incident_id"]) == (None, 1)
        desk.do(c.ReleaseUnit("E2"))
        desk.do(c.EndMoveUp("E2"))


@pytest.mark.parametrize("ask", [recommend, plan_redirecting], ids=["recommend", "plan"])
def test_what_is_imagined_is_in_no_log_and_in_nobodys_state(desk: Desk, ask: Callable[..., object]) -> None:
    before, head = desk.state, desk.log.head
    imagined = imagine(desk.state, WhatIf(sent=(("E2", 1), ("P1", 2))))
    if ask is recommend:
        recommend(imagined, {}, TownRoads(), 1, at=at(2))
    else:
        plan_redirecting(imagined, {}, TownRoads(), at=at(2), redirects=Redirects(pairs=frozenset({(2, 1)})))
    assert imagined.units["E2"].assignment_id and imagined != before
    assert desk.state is before and desk.log.head == head and Engine(desk.log).state == before
