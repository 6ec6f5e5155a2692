"""Action cards: what each role does first in a major incident, line by line. `action_cards_file` reads them."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ActionLine:
    """One line to tick, in English and in Chinese (empty: none)."""

    id: str
    text: str
    text_zh: str = ""


@dataclass(frozen=True, slots=True)
class ActionCard:
    """The lines of one role, in the order in which they are done. `id` names the role."""

    id: str
    title: str
    lines: tuple[ActionLine, ...]
    title_zh: str = ""


@dataclass(frozen=True, slots=True)
class ActionCards:
    """All cards of a city, in the order of its file."""

    cards: tuple[ActionCard, ...] = ()
