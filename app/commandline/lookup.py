"""Units, incidents and statuses by the words that somebody typed."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Iterator

from app.commandline.deeds import STATUS_WORDS, VERBS, Unclear
from app.parts.tally import natural
from dispatch.incident import Incident, Perimeter
from dispatch.state import State
from resources.status import Status


def leading_unit(words: str, state: State) -> tuple[str | None, str]:
    """Return the longest unit id that the words begin with, and what follows it."""
    parts = words.split(" ")
    ids = {" ".join(one.split()).casefold(): one for one in state.units}
    longest = max((key.count(" ") for key in ids), default=0) + 1
    for length in range(min(longest, len(parts)), 0, -1):
        unit_id = ids.get(" ".join(parts[:length]).casefold())
        if unit_id is not None:
            return unit_id, " ".join(parts[length:])
    return None, words


def units_of(words: str, state: State) -> Iterator[str]:
    """Give the units that the words name, one after another. Raises Unclear."""
    rest = " ".join(words.split())
    while rest:
        unit_id, rest = one_unit(rest, state)
        yield unit_id


def one_unit(words: str, state: State) -> tuple[str, str]:
    """Return the unit that the words begin with, and what follows it. Raises Unclear."""
    unit_id, rest = leading_unit(words, state)
    if unit_id is None:
        word = words.split(" ")[0]
        raise Unclear("unclear_unit", word=word, hint=maybe(word, state.units))
    return unit_id, rest


def leading_incident(words: str, state: State) -> tuple[Incident, str]:
    """Return the incident whose number the words begin with, and what follows it. Raises Unclear."""
    word, _, rest = words.partition(" ")
    number = word.lstrip("#")
    if not number:
        raise Unclear("unclear_missing_incident")
    incident = state.incidents.get(int(number)) if re.fullmatch(r"[0-9]{1,18}", number) else None
    if incident is None:
        raise Unclear("unclear_incident", word=word)
    return incident, rest.strip()


def perimeters_of(state: State) -> list[Perimeter]:
    """Return the perimeters that stand, the oldest first."""
    return sorted(state.perimeters.values(), key=lambda one: (one.drawn_at is None, one.drawn_at, one.id))


def status_of(words: str) -> tuple[Status, str] | None:
    """Return the status that the words begin with, and what follows it; None where they name none."""
    spoken = words.casefold()
    for name in sorted(STATUS_WORDS, key=len, reverse=True):
        if spoken == name or spoken.startswith(f"{name} "):
            return STATUS_WORDS[name], words[len(name) :].strip()
    return None


def unknown(words: str, state: State) -> Unclear:
    """Say why the words are no command, and what may have been meant."""
    word = words.split(" ")[0]
    if len(words.split(" ")) > 1 and status_of(words.partition(" ")[2]) is not None:
        return Unclear("unclear_unit", word=word, hint=maybe(word, state.units))
    near = difflib.get_close_matches(word.casefold(), VERBS, 1, 0.5)
    first = min(state.units, key=natural, default="E3")
    return Unclear("unclear_verb", word=word, hint=near[0] if near else f"{first} on scene, send, close, goto")


def maybe(word: str, names: Iterable[str]) -> str:
    """Return the name that is nearest to a word; empty where none is near."""
    by_fold = {name.casefold(): name for name in names}
    near = difflib.get_close_matches(word.casefold(), by_fold, 1, 0.5)
    return by_fold[near[0]] if near else ""
