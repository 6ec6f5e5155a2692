"""Who else could fill a need, what of a swap a new answer leaves standing, and what else a unit would serve as."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from dispatch.filled import fits
from dispatch.recommendation import Chosen, Passed, Recommendation
from dispatch.runcard import Need
from dispatch.state import State


def need_of(one: Chosen, answer: Recommendation, state: State) -> Need | None:
    """Return the need of the card that a recommended unit fills."""
    return _needs(answer, state).get(one.need_id)


def others_for(answer: Recommendation, need: Need, state: State) -> tuple[Passed, ...]:
    """Return the units that could come and fit a need, the quickest first."""
    able = [
        (one.eta.total_s, one.unit_id, one)
        for one in answer.passed
        if one.eta is not None and one.unit_id in state.units and fits(state.units[one.unit_id].unit, need)
    ]
    return tuple(one for _, _, one in sorted(able, key=lambda each: each[:2]))


def also_by(one: Chosen, unit_id: str, answer: Recommendation | None, state: State) -> tuple[str, ...]:
    """Return which of the shared needs that a recommended unit fills another one would fill as well."""
    unit = state.units.get(unit_id)
    if unit is None or answer is None:
        return ()
    needs = _needs(answer, state)
    return tuple(each for each in one.also if each in needs and fits(unit.unit, needs[each]))


def kept(swapped: Mapping[str, str], before: Iterable[Chosen], answer: Recommendation) -> dict[str, str]:
    """Return the swaps that stand in a new answer, also where it names another unit for that need by now."""
    passed = {one.unit_id for one in answer.passed}
    need_of_place = {one.unit_id: one.need_id for one in before}
    places = {one.unit_id: one.need_id for one in answer.chosen}
    found: dict[str, str] = {place: other for place, other in swapped.items() if place in places and other in passed}
    for place, other in swapped.items():
        if place in places or other not in passed:
            continue
        alike = [each for each, need in places.items() if need == need_of_place.get(place) and each not in found]
        if alike:
            found[alike[0]] = other
    return found


def _needs(answer: Recommendation, state: State) -> dict[str, Need]:
    card = state.cards.get(answer.kind)
    return {need.id: need for need in card.needs} if card is not None else {}
