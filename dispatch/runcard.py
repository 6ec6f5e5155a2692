"""Run cards: what an incident of a kind needs, level by level. Frozen records; `runcard_file` reads them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Need:
    """Ask for `count` units that have any of `any_of` capabilities, from `department` if one is named.

    `min_crew` is the smallest crew that will do; `level` is the alarm level that adds this need.
    `optional` needs are shown when unfilled but do not mark the incident as short. Every unit carries all of
    `equipment`; among those that fill the need stand at least `officers` officers. A `shared` need is filled by a unit
    that fills another need of the incident too, if one can. Needs of a card with one `same_station` word (not empty)
    are filled from one station: the one that units belong to, where the crews train together, wherever they wait.
    """

    id: str
    any_of: tuple[str, ...]
    count: int = 1
    department: str = ""
    min_crew: int = 1
    level: int = 1
    optional: bool = False
    equipment: tuple[str, ...] = ()
    officers: int = 0
    shared: bool = False
    same_station: str = ""


@dataclass(frozen=True, slots=True)
class RunCard:
    """Say what a kind of incident needs and by which rules it is driven and closed.

    `priority` runs from 1 (life in danger) to 5 (can wait). `mode` is `emergency` (blue lights) or `ordinary`
    and chooses the driving profile. `deadline_min` is the time to handle it in minutes, None if none is set.
    `lead` is the department that answers for it. `needs` of all levels up to the alarm level add up.
    """

    kind: str
    name: str
    group: str
    priority: int
    mode: str
    needs: tuple[Need, ...]
    lead: str = ""
    deadline_min: float | None = None
    hazards: tuple[str, ...] = ()
    questions: tuple[str, ...] = ()
    words: tuple[str, ...] = ()
    dispositions: tuple[str, ...] = ()
    name_zh: str = ""
    questions_zh: tuple[str, ...] = ()

    def asks(self, language: str) -> tuple[str, ...]:
        """Return what the call-taker asks, in Chinese where the card has it so."""
        return self.questions_zh if language == "zh" and self.questions_zh else self.questions

    def needs_at(self, alarm_level: int) -> tuple[Need, ...]:
        """Return the needs of every level up to `alarm_level`, in the card's order."""
        return tuple(need for need in self.needs if need.level <= alarm_level)

    @property
    def max_level(self) -> int:
        """Return the highest alarm level that still adds something."""
        return max((need.level for need in self.needs), default=1)


@dataclass(frozen=True, slots=True)
class RunCards:
    """Hold every run card by kind, as one validated set."""

    cards: tuple[RunCard, ...] = ()

    def of(self, kind: str) -> RunCard:
        """Return the card of `kind`; raise KeyError where there is none."""
        for card in self.cards:
            if card.kind == kind:
                return card
        raise KeyError(kind)


def leave_out_later(cards: Iterable[dict[str, Any]]) -> None:
    """Leave out of cards, as plain dicts, what older ones could not have: their checksums stay."""
    for card in cards:
        if not card["questions_zh"]:
            del card["questions_zh"]
