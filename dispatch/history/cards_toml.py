"""Write run cards as the TOML file that a person edits and `read_run_cards` reads."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from dispatch.runcard import Need, RunCard, RunCards


def cards_text(cards: RunCards, *, head: str = "") -> str:
    """Return run cards as TOML text; `head` stands above them as a comment."""
    lines = [f"# {line}" for line in head.splitlines()]
    for card in cards.cards:
        lines += ["", "[[card]]", *_fields(card)]
    return "\n".join(lines) + "\n"


def _fields(card: RunCard) -> Iterator[str]:
    yield f"kind = {_value(card.kind)}"
    yield f"name = {_value(card.name)}"
    for name in ("name_zh", "lead", "deadline_min", "hazards", "questions", "questions_zh", "words"):
        value = getattr(card, name)
        if value:
            yield f"{name} = {_value(value)}"
    yield f"group = {_value(card.group)}"
    yield f"priority = {card.priority}"
    yield f"mode = {_value(card.mode)}"
    yield f"dispositions = {_value(card.dispositions)}"
    yield "needs = ["
    yield from (f"    {{ {', '.join(_need(need))} }}," for need in card.needs)
    yield "]"


def _need(need: Need) -> Iterator[str]:
    plain = Need(need.id, need.any_of)
    for name in Need.__dataclass_fields__:
        value = getattr(need, name)
        if name in ("id", "any_of") or value != getattr(plain, name):
            yield f"{name} = {_value(value)}"


def _value(value: Any) -> str:
    if isinstance(value, tuple):
        return f"[{', '.join(map(_value, value))}]"
    if isinstance(value, bool):
        return "true" if value else "false"
    # JSON's strings are TOML's, but for DEL; half characters are in neither.
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
