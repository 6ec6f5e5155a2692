"""Whole lines that the words typed so far could become."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from app.commandline.deeds import IN_A_ROOM, VERBS
from app.commandline.lookup import leading_unit, perimeters_of
from app.parts.tally import natural
from app.weather import weathers_of
from app.wording import label
from dispatch.state import State
from resources.status import FREE

SHOWN_STATUS_WORDS = (
    "on scene", "en route", "acknowledged", "available", "available by radio", "staged", "transporting",
    "at destination", "out of service", "distress", "speak",
)  # fmt: skip


def complete(line: str, state: State, seats: Sequence[str] | None = None) -> list[str]:
    """Return whole lines that the words typed so far could become, the likeliest first; at most 12.

    `seats` are those and the people to whom something can be handed; None: the desk is in no room.
    """
    words = " ".join(line.split())
    typed = words.casefold()
    candidates = dict.fromkeys(_candidates(words, line[-1:] == " ", state, seats))
    return [one for one in candidates if one.casefold().startswith(typed) and one.casefold() != typed][:12]


def _candidates(words: str, open_end: bool, state: State, seats: Sequence[str] | None) -> Iterator[str]:
    verb, _, rest = words.partition(" ")
    verb = verb.casefold()
    open_numbers = sorted(state.open_incidents)
    if verb in IN_A_ROOM:
        if seats is not None and (rest or open_end):
            yield from _in_a_room(verb, rest, open_numbers, state, seats)
            return
    elif verb in VERBS and (rest or open_end):
        yield from _arguments(verb, rest, open_numbers, state)
        return
    unit_id, after = leading_unit(words, state)
    if unit_id is not None and (after or open_end):
        for status in SHOWN_STATUS_WORDS:
            yield f"{unit_id} {status}"
        return
    for one in sorted(state.units, key=natural):
        if words:
            yield f"{one} on scene" if one.casefold() == words.casefold() else one
    for one in VERBS:
        if seats is not None or one not in IN_A_ROOM:
            yield one


def _arguments(verb: str, rest: str, numbers: list[int], state: State) -> Iterator[str]:
    if verb == "send":
        head, to, _ = rest.partition(" to ")
        named = head.split(" ")
        before = " ".join(named[:-1]) if not to else head
        if to or rest.endswith(" to"):
            for number in numbers:
                yield f"send {head.removesuffix(' to')} to {number}"
            return
        for one in sorted((key for key, unit in state.units.items() if unit.status in FREE), key=natural):
            yield " ".join(f"send {before} {one}".split())
        for number in numbers if rest else []:
            yield f"send {rest} to {number}"
    elif verb == "moveup":
        yield from _move_ups(rest, state)
    elif verb in ("hold", "unhold"):
        for one in sorted((key for key, unit in state.units.items() if verb == "hold" or unit.held), key=natural):
            yield f"{verb} {one}"
    elif verb == "coverage":
        yield from (f"coverage {one.id.replace('_', ' ')}" for one in state.roster.departments)
        yield "coverage off"
    elif verb == "weather":
        yield from (f"weather {one}" for one in (*weathers_of(None), "none"))
    elif verb == "whatif":
        what, _, words = rest.partition(" ")
        if what == "send" and words:
            yield from (f"whatif {one}" for one in _arguments("send", words, numbers, state))
        elif what == "open":
            yield from (f"whatif open {closure.reason or key}" for key, closure in state.closures.items())
        else:
            yield from (f"whatif {one}" for one in ("close", "open", "send", "back", "off"))
    elif verb in ("release", "answer", "distress"):
        for one in sorted(
            (key for key, unit in state.units.items() if verb != "release" or unit.assignment_id), key=natural
        ):
            yield f"{verb} {one}"
    elif verb in ("close", "note", "level", "priority", "kind", "select", "reopen", "warn"):
        typed, _, _ = rest.partition(" ")
        incident = state.incidents.get(int(typed)) if re.fullmatch(r"[0-9]{1,18}", typed) else None
        if incident is not None:
            card = state.cards.get(incident.kind)
            endings: Iterable[str] = ()
            if verb == "close" and card is not None:
                endings = (one.replace("_", " ") for one in card.dispositions)
            elif verb == "level" and card is not None:
                endings = (str(level) for level in range(1, card.max_level + 1))
            elif verb == "kind":
                endings = (one.name for one in state.run_cards.cards)
            for words in endings:
                yield f"{verb} {typed} {words}"
        for number in numbers:
            yield f"{verb} {number}"
    elif verb == "openroad":
        yield from (f"openroad {closure.reason or key}" for key, closure in state.closures.items())
    elif verb == "lift":
        for one in perimeters_of(state):
            yield f"lift {one.label or one.incident_id or label('perimeter_kind', one.kind)}"
    elif verb == "unwarn":
        yield from (f"unwarn {warning.text}" for warning in state.warnings.values())


def _in_a_room(verb: str, rest: str, numbers: list[int], state: State, seats: Sequence[str]) -> Iterator[str]:
    """Complete what is taken, declined or handed over, and the seats and people it can go to."""
    if verb == "queue":
        yield from (f"queue {one}" for one in ("mine", "all", "nobody", *seats))
    elif verb == "handall":
        yield from (f"handall {one}" for one in seats)
    elif verb == "hand" and rest.partition(" ")[0] in map(str, numbers):
        yield from (f"hand {rest.partition(' ')[0]} to {one}" for one in seats)
    else:
        if verb == "decline":
            numbers = [one for one in numbers if one in state.charges and state.charges[one].offer is not None]
        yield from (f"{verb} {one}" for one in numbers)


def _move_ups(rest: str, state: State) -> Iterator[str]:
    """Complete a unit, then the stations of its department and the way home."""
    unit_id, after = leading_unit(rest, state)
    if unit_id is None or not after:
        free = (key for key, unit in state.units.items() if unit.status in FREE and not unit.assignment_id)
        yield from (f"moveup {one}" for one in sorted(free, key=natural))
    if unit_id is not None:
        department = state.units[unit_id].unit.department
        yield f"moveup {unit_id} home"
        for station in sorted(state.stations.values(), key=lambda one: natural(one.name)):
            if station.department == department:
                yield f"moveup {unit_id} to {station.name or station.id}"
