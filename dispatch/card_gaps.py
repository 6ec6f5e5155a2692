"""What run cards ask for that nobody of a roster could ever give, whoever is free."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from dispatch.filled import fits
from dispatch.runcard import Need, RunCards
from resources.unit import Roster, Unit


@dataclass(frozen=True, slots=True)
class Gap:
    """Say what is lacking: `capability`, `crew`, `equipment`, or `officers` among as many units as are asked for.

    `any_of` units would do, of `department` where one is named; `wanted` are the pieces of equipment, or the number of
    people. `asked_by` are kinds of incident, in the order of the cards.
    """

    code: str
    any_of: tuple[str, ...]
    department: str
    wanted: tuple[str, ...]
    asked_by: tuple[str, ...]


def card_gaps(cards: RunCards, roster: Roster) -> tuple[Gap, ...]:
    """List what no unit of a roster can give, each once with all that ask for it, in the order of the cards.

    A task force that exists serves where its capability is asked for.
    """
    asked_by: dict[tuple[str, tuple[str, ...], str, tuple[str, ...]], dict[str, None]] = {}
    forces = {each for force in roster.task_forces for each in force.capabilities}
    for card in cards.cards:
        for need in card.needs:
            for code, wanted in _lacks(need, roster.units, forces):
                asked_by.setdefault((code, need.any_of, need.department, wanted), {})[card.kind] = None
    return tuple(Gap(*what, tuple(kinds)) for what, kinds in asked_by.items())


def _lacks(need: Need, units: Iterable[Unit], forces: set[str]) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Name what is lacking for one need, by code."""
    if not forces.isdisjoint(need.any_of):
        return
    plain = replace(need, min_crew=0, equipment=())
    able = [unit for unit in units if fits(unit, plain)]
    if not able:
        yield "capability", ()
        return
    if not any(unit.crew >= need.min_crew for unit in able):
        yield "crew", (str(need.min_crew),)
    carried = {each for unit in able for each in unit.equipment}
    missing = tuple(each for each in need.equipment if each not in carried)
    if missing or not any(set(need.equipment) <= set(unit.equipment) for unit in able):
        yield "equipment", missing or need.equipment
    officers = sorted((unit.officers for unit in able), reverse=True)
    if sum(officers[: need.count]) < need.officers:
        yield "officers", (str(need.officers),)
