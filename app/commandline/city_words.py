"""The grammar of what concerns a whole city: reserve, move-ups, weather, coverage, what-ifs."""

from __future__ import annotations

import re
from datetime import datetime

from app.commandline.deeds import Cover, Deed, Imagine, Send, SetWeather, Unclear
from app.commandline.lookup import leading_incident, one_unit, units_of
from app.parts.closure_words import NoTime, next_time
from dispatch.commands import EndMoveUp, HoldUnit, MoveUp, UnholdUnit
from dispatch.recommendation import Recommendation
from dispatch.state import State

MOST_NAMED = 12
NO_WEATHER = frozenset({"none", "off", "no"})
HOME = frozenset({"home", "back"})
LEAVE = frozenset({"off", "end", "leave"})


def hold(rest: str, state: State, now: datetime, recommendation: Recommendation | None) -> Deed:
    """Read `E3 reason`."""
    unit_id, reason = one_unit(rest, state)
    if not reason:
        raise Unclear("unclear_reason", what=f"hold {unit_id}")
    return Send((HoldUnit(unit_id, reason),))


def unhold(rest: str, state: State, now: datetime, recommendation: Recommendation | None) -> Deed:
    """Read `E3`."""
    unit_id, _ = one_unit(rest, state)
    return Send((UnholdUnit(unit_id),))


def move_up(rest: str, state: State, now: datetime, recommendation: Recommendation | None) -> Deed:
    """Read `E3 to Station 5 [because why]` or `E3 home`."""
    unit_id, words = one_unit(rest, state)
    words, _, reason = (part.strip() for part in re.sub(r"\sbecause\s", "\0", f" {words} ", count=1).partition("\0"))
    if words.casefold() in HOME:
        return Send((EndMoveUp(unit_id, reason),))
    words = re.sub(r"^to\s+", "", words, flags=re.IGNORECASE)
    if not words:
        raise Unclear("unclear_move_to", unit=unit_id)
    return Send((MoveUp(unit_id, station_of(words, state, of=state.units[unit_id].unit.department), reason),))


def station_of(words: str, state: State, *, of: str = "") -> str:
    """Find the one station that words mean, its id; stations of the department `of` come before others'."""
    spoken = words.casefold()
    own = [one for one in state.stations.values() if not of or one.department == of]
    for among in (own, list(state.stations.values())):
        for is_meant in (
            lambda one: spoken in (one.id.casefold(), one.name.casefold()),
            lambda one: one.name.casefold().startswith(spoken) or one.id.casefold().startswith(spoken),
            lambda one: spoken in one.name.casefold(),
        ):
            found = [one.id for one in among if is_meant(one)]
            if len(found) == 1:
                return found[0]
            if found:
                break
    names = sorted(one.name or one.id for one in own or state.stations.values())
    more = f" … +{len(names) - MOST_NAMED}" if len(names) > MOST_NAMED else ""
    raise Unclear("unclear_station", word=words, choices=", ".join(names[:MOST_NAMED]) + more)


def weather(rest: str, state: State, now: datetime, recommendation: Recommendation | None) -> Deed:
    """Read `rain [until 18:00]` or `none`."""
    word, _, until = (part.strip() for part in rest.partition(" until "))
    if word.casefold() in NO_WEATHER:
        return SetWeather("")
    try:
        return SetWeather(word or "?", next_time(until, now, state.time_zone) if until else None)
    except NoTime as problem:
        raise Unclear("unclear_time", word=until) from problem


def coverage(rest: str, state: State, now: datetime, recommendation: Recommendation | None) -> Deed:
    """Read a department, `off`, or nothing."""
    return Cover(rest)


def what_if(rest: str, state: State, now: datetime, recommendation: Recommendation | None) -> Deed:
    """Read `close a street`, `open a closure`, `send E3 A2 to 14`, `back`, `off`, or nothing: enter."""
    verb, _, words = rest.partition(" ")
    verb, words = verb.casefold(), words.strip()
    if not verb or verb in LEAVE:
        return Imagine("leave" if verb else "enter")
    if verb == "back":
        return Imagine("back")
    if verb == "close" and words:
        return Imagine("close", words)
    if verb in ("open", "openroad") and (words or len(state.closures) == 1):
        spoken = words.casefold()
        standing = state.closures.values()
        fits = [one.id for one in standing if not spoken or spoken in (one.id.casefold(), one.reason.casefold())]
        if len(fits) != 1:
            raise Unclear("unclear_closure", word=words)
        return Imagine("open", fits[0])
    found = re.match(r"(.+?)\s+to\s+(.+)$", words, flags=re.IGNORECASE) if verb == "send" else None
    if found is not None:
        incident, _ = leading_incident(found[2], state)
        return Imagine("send", "", tuple(units_of(found[1].replace(",", " "), state)), incident.id)
    raise Unclear("unclear_what_if")


VERBS = {
    "hold": hold,
    "unhold": unhold,
    "moveup": move_up,
    "weather": weather,
    "coverage": coverage,
    "whatif": what_if,
}
