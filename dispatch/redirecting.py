"""Plan for all incidents, and let units on their way to lesser things go to more urgent ones where that is worth it.

First the city is planned without any redirect. Then units that may be taken count as well, each at the price of the
least gain: by that price, and by nothing else, a redirect is taken only where the sum of times of its class becomes
smaller by that much, or where a place stays empty otherwise (of two answers of one cost the plan without a redirect is
kept). Last, what those units leave is open again and the city is planned once more, so that the answer also says who
goes to what they left.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from dispatch.events import Entry, UnitReleased
from dispatch.joint_board import NOBODY, Leaving
from dispatch.penalties import FREE, Known, Penalties
from dispatch.plan import TIME_LIMIT_S, Plan, plan
from dispatch.recommendation import Chosen, Reason, Recommendation
from dispatch.redirects import REDIRECTED, Redirects, may_leave_for
from dispatch.roads_once import RoadsOnce
from dispatch.seal import answer_hash
from dispatch.state import State, apply
from dispatch.travels import Roads
from resources.position import Fix


def plan_redirecting(
    state: State,
    fixes: Mapping[str, Fix],
    ground: Roads,
    *,
    at: datetime,
    redirects: Redirects,
    incident_ids: Collection[int] | None = None,
    penalties: Penalties = FREE,
    known: Known | None = None,
    time_limit_s: float = TIME_LIMIT_S,
    clock: Callable[[], float] = time.monotonic,
) -> Plan:
    """Plan as `plan` does, with redirects where they gain enough; nothing is changed.

    Who is redirected has `taken_from` set and the reason `redirected` (from, from_kind, gain_s: how much sooner than
    the slowest that would go for this need otherwise, instead), `redirected_alone` (nobody would go otherwise) or
    `redirected_for_others` (another incident of the class gets help sooner so). What the unit leaves is answered for
    in the same plan. Raises what `plan` raises.
    """
    roads = RoadsOnce(ground)
    asked = _Asked(state, fixes, roads, at, incident_ids, penalties, known, clock() + time_limit_s, clock)
    without = asked.plan(state, NOBODY)
    offers = _offers(state, redirects, at, without)
    while offers and clock() < asked.end_s:
        priced = {unit: dict.fromkeys(allowed, redirects.min_gain_s) for unit, allowed in offers.items()}
        redirected = asked.plan(state, priced)
        taken = _taken(redirected, offers)
        if not taken or (without.is_optimal and not redirected.is_optimal):
            return without
        homes = {unit: state.assignments[state.units[unit].assignment_id].incident_id for unit in taken}
        # Each goes where it was taken for. That it may also stay is what makes it certain that nobody is set free.
        bound = {unit: {number: redirects.min_gain_s, homes[unit]: 0.0} for unit, number in taken.items()}
        found = asked.plan(_left(state, taken, at), bound)
        gone = _taken(found, {unit: frozenset({number}) for unit, number in taken.items()})
        if gone == taken:
            return _marked(found, without, state, homes)
        offers = {unit: allowed for unit, allowed in offers.items() if unit in gone or unit not in taken}
    return without


@dataclass(frozen=True, slots=True)
class _Asked:
    """Hold the question; every plan of it may use the time that is left."""

    state: State
    fixes: Mapping[str, Fix]
    ground: Roads
    at: datetime
    incident_ids: Collection[int] | None
    penalties: Penalties
    known: Known | None
    end_s: float
    clock: Callable[[], float]

    def plan(self, state: State, leaving: Leaving) -> Plan:
        """Plan for a state, and for what units leave that may be taken."""
        numbers = self.incident_ids
        if numbers is not None:
            numbers = {*numbers, *(number for prices_s in leaving.values() for number in prices_s)}
        return plan(
            state,
            self.fixes,
            self.ground,
            at=self.at,
            incident_ids=numbers,
            penalties=self.penalties,
            known=self.known,
            leaving=leaving,
            time_limit_s=max(0.0, self.end_s - self.clock()),
            clock=self.clock,
        )


def _offers(state: State, redirects: Redirects, at: datetime, without: Plan) -> dict[str, frozenset[int]]:
    """Give whom incidents that want somebody may take; who is needed nowhere need not be asked."""
    wanting = frozenset(each.incident_id for each in without.answers if each.incident_id is not None)
    offers = may_leave_for(state, redirects, at).items()
    return {unit: allowed & wanting for unit, allowed in offers if allowed & wanting}


def _taken(found: Plan, offers: Mapping[str, frozenset[int]]) -> dict[str, int]:
    return {
        chosen.unit_id: answer.incident_id
        for answer in found.answers
        if answer.incident_id is not None
        for chosen in answer.chosen
        if answer.incident_id in offers.get(chosen.unit_id, ())
    }


def _left(state: State, taken: Mapping[str, int], at: datetime) -> State:
    """Return the state as if units had left what they are on their way to; they stay as ready as they are."""
    events = tuple(UnitReleased(state.units[unit].assignment_id, unit, REDIRECTED) for unit in sorted(taken))
    after = apply(state, Entry(state.sequence + 1, "redirecting", at, at, "", "", "", "", events))
    units = after.units
    for unit in sorted(taken):
        units = units.set(unit, replace(state.units[unit], assignment_id=""))
    return replace(after, sequence=state.sequence, at=state.at, units=units)


def _marked(found: Plan, without: Plan, state: State, homes: Mapping[str, int]) -> Plan:
    before = {(each.incident_id, chosen.need_id): chosen for each in without.answers for chosen in _by_time(each)}
    answers = []
    for answer in found.answers:
        chosen = tuple(
            _redirected(each, before.get((answer.incident_id, each.need_id)), homes[each.unit_id], state)
            if each.unit_id in homes
            else each
            for each in answer.chosen
        )
        marked = replace(answer, chosen=chosen)
        answers.append(replace(marked, hash=answer_hash(marked)) if chosen != answer.chosen else answer)
    return replace(found, answers=tuple(answers))


def _by_time(answer: Recommendation) -> list[Chosen]:
    return sorted(answer.chosen, key=lambda each: each.eta.total_s)


def _redirected(chosen: Chosen, instead: Chosen | None, home: int, state: State) -> Chosen:
    facts = (("from", home), ("from_kind", state.incidents[home].kind))
    if instead is None:
        reason = Reason("redirected_alone", facts)
    else:
        gain_s = round(instead.eta.total_s - chosen.eta.total_s, 1)
        gained = (("gain_s", gain_s), ("instead", instead.unit_id)) if gain_s > 0 else ()
        reason = Reason("redirected" if gained else "redirected_for_others", (*facts, *gained))
    return replace(chosen, taken_from=home, reason=reason)
