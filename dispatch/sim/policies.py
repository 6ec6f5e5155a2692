"""Who is sent, and who waits where: policies are functions of what is known, and change nothing themselves."""

from __future__ import annotations

import math
from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from dispatch.commands import AssignUnits, Choice
from dispatch.incident import Stage
from dispatch.plan import plan, unseen_order_of
from dispatch.redirecting import plan_redirecting
from dispatch.redirects import NEVER, Redirects
from dispatch.sim.crew import Crew
from dispatch.sim.view import View

ROUNDING_S = 0.002  # a plan counts whole milliseconds


class Sending(Protocol):
    """Decide whom to send to incidents that wait, in the order in which they should be served."""

    def send(self, view: View, waiting: Sequence[int], at: datetime) -> Sequence[AssignUnits]:
        """Return what the desk orders now; nothing where nobody is free."""


class ClosestIdle:
    """Send to each need, one after another, the free unit that is there soonest; of equals the first call sign."""

    def send(self, view: View, waiting: Sequence[int], at: datetime) -> Sequence[AssignUnits]:
        """Serve the waiting one after another, the first to wait first."""
        taken: set[int] = set()
        orders = []
        for number in waiting:
            choices = self.choose(view, number, taken)
            if choices:
                orders.append(AssignUnits(number, tuple(choices)))
        return orders

    def choose(self, view: View, number: int, taken: set[int]) -> list[Choice]:
        """Choose for one incident what is still open; those chosen join `taken`."""
        asking, lacking = view.asking_of(number), view.lacking(number)
        to = view.to_incident(number)
        now_ms, zones, bars = view.now_ms, view.zones, view.bars
        chosen: list[Choice] = []
        for asked, count in zip(asking.needs, lacking, strict=True):
            if count <= 0:
                continue
            best: list[tuple[float, int, Crew]] = []
            for crew in asked.able:
                if not crew.is_free or crew.row in taken or (bars and view.is_barred(crew)):
                    continue
                if crew.is_home:
                    eta = to[crew.zone] + crew.from_home_s
                else:
                    eta = to[crew.at(now_ms, zones)] + crew.from_road_s
                if count == 1:
                    if not best or eta < best[0][0]:
                        best = [(eta, crew.row, crew)]
                else:
                    best.append((eta, crew.row, crew))
            if count > 1:
                best.sort(key=_soonest)
            for eta, row, crew in best[:count]:
                if eta < math.inf and not view.shares_crew(crew, taken):
                    taken.add(row)
                    chosen.append(Choice(crew.id, asked.need.id, round(eta, 3)))
        return chosen


def _soonest(each: tuple[float, int, Crew]) -> tuple[float, int]:
    return each[0], each[1]


class JointPlan:
    """Send what the plan for all open incidents says (`plan`), with redirects where rules of a city allow them.

    Where one incident waits, no unit fits two of its needs and nobody who may be redirected to it could be there soon
    enough, the nearest to each need are that plan, and the plan is not asked: it would answer the same (a test holds
    that).
    """

    def __init__(self, redirects: Redirects = NEVER) -> None:
        self._redirects = redirects
        self._nearest = ClosestIdle()
        self.asked = 0

    def send(self, view: View, waiting: Sequence[int], at: datetime) -> Sequence[AssignUnits]:
        """Plan for all that wait, and for whom units may leave what they are on their way to."""
        if len(waiting) == 1:
            asking = view.asking_of(waiting[0])
            if asking.is_plain and asking.is_apart and view.alarm_of(waiting[0]) == 1:
                orders = self._nearest.send(view, waiting, at)
                if not self._may_redirect(view, waiting[0], orders):
                    return orders
        self.asked += 1
        state, fixes, ground = view.as_state(), view.fixes(at), view.roads()
        if self._redirects.pairs:
            found = plan_redirecting(
                state, fixes, ground, at=at, redirects=self._redirects, incident_ids=set(waiting), time_limit_s=math.inf
            )
        else:
            found = plan(state, fixes, ground, at=at, incident_ids=set(waiting), time_limit_s=math.inf)
        orders = [unseen_order_of(answer) for answer in found.answers if answer.chosen]
        return [*orders, *self._for_cleared(view, waiting, at, orders)]

    def _for_cleared(
        self, view: View, waiting: Sequence[int], at: datetime, orders: Sequence[AssignUnits]
    ) -> Sequence[AssignUnits]:
        """Serve those that ask for one more when all others have left: a plan takes them for done."""
        incidents = view.state.incidents
        cleared = [number for number in waiting if incidents[number].stage is Stage.CLEARED]
        if not cleared:
            return ()
        gone = {choice.unit_id for order in orders for choice in order.choices}
        taken = {crew.row for crew in view.crews if crew.id in gone}
        found = ((number, self._nearest.choose(view, number, taken)) for number in cleared)
        return [AssignUnits(number, tuple(choices)) for number, choices in found if choices]

    def _may_redirect(self, view: View, number: int, orders: Sequence[AssignUnits]) -> bool:
        """Tell whether anybody under way to a lesser thing could be there soon enough to be taken.

        A redirect is a price: it is taken where a place stays empty otherwise, or where whoever goes otherwise comes
        later than the other by the least gain. Time for turning out is not counted here, so that nobody is left out.
        """
        wanted = view.priority_of(number)
        sources = {source for source, target in self._redirects.pairs if target == wanted}
        if not sources:
            return False
        slowest = _slowest(orders, view.lacking(number), [asked.need.id for asked in view.asking_of(number).needs])
        to, zones = view.to_incident(number), view.zones
        return any(
            crew.incident
            and not crew.was_there
            and view.priority_of(crew.incident) in sources
            and to[zones.near(*crew.lonlat(view.now_ms, zones))] + self._redirects.min_gain_s < limit_s + ROUNDING_S
            for asked, limit_s in zip(view.asking_of(number).needs, slowest, strict=True)
            for crew in asked.able
        )


def _slowest(orders: Sequence[AssignUnits], lacking: Sequence[int], needs: Sequence[str]) -> list[float]:
    """Return by need when the last of those chosen is there: inf where a place stays empty, -inf where none is open."""
    etas: dict[str, list[float]] = {name: [] for name in needs}
    for order in orders:
        for choice in order.choices:
            etas[choice.need_id].append(math.inf if choice.eta_s is None else choice.eta_s)
    return [
        max(etas[name], default=-math.inf) if len(etas[name]) >= count else math.inf
        for name, count in zip(needs, lacking, strict=True)
    ]
