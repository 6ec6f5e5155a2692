"""What kinds of incident ask for, worked out once: which units fit each need, and whether a quick choice is exact."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from dispatch.filled import fits
from dispatch.runcard import Need, RunCard
from dispatch.sim.crew import Crew
from resources.unit import Roster


@dataclass(frozen=True, slots=True)
class Asked:
    """Hold one need: its first slot among the card's, and who fits it (rows of crews, in the order of their ids)."""

    need: Need
    slot: int
    able: tuple[Crew, ...]


@dataclass(frozen=True, slots=True)
class Asking:
    """Hold what a card asks at all alarms. `slots` counts the places of the first.

    `is_plain`: nothing hangs on anything else (task forces, shared needs, one station, officers, shared crews).
    `is_apart`: no unit fits two needs of the first alarm, so that the nearest to each are the best for all.
    """

    card: RunCard
    needs: tuple[Asked, ...]
    slots: int
    is_plain: bool
    is_apart: bool


def askings(cards: Mapping[str, RunCard], crews: Sequence[Crew], roster: Roster) -> dict[str, Asking]:
    """Work out what every card asks of these crews."""
    able_for: dict[tuple[object, ...], tuple[Crew, ...]] = {}
    forces = {capability for force in roster.task_forces for capability in force.capabilities}
    found = {}
    for kind, card in cards.items():
        needs, slot = [], 0
        for need in card.needs:
            key = (need.any_of, need.department, need.min_crew, need.equipment)
            if key not in able_for:
                able_for[key] = tuple(crew for crew in crews if fits(crew.unit, need))
            needs.append(Asked(need, slot, able_for[key]))
            slot += need.count
        is_plain = not any(
            need.shared or need.same_station or need.officers or forces.intersection(need.any_of) for need in card.needs
        ) and not any(crew.unit.cross_staffed for each in needs for crew in each.able)
        rows = [crew.row for each in needs if each.need.level == 1 for crew in each.able]
        slots = sum(need.count for need in card.needs_at(1))
        found[kind] = Asking(card, tuple(needs), slots, is_plain, len(rows) == len(set(rows)))
    return found
