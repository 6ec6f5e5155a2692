"""The grammar of what concerns the seats of a room: taking charge, handing over, declining, whose queue is shown."""

from __future__ import annotations

import re
from datetime import datetime

from app.commandline.deeds import Deed, Hand, Send, ShowQueue, Unclear
from app.commandline.lookup import leading_incident
from dispatch.desk_commands import DeclineHandOver, TakeIncident
from dispatch.recommendation import Recommendation
from dispatch.state import State

_BECAUSE = re.compile(r"(?:^|\s+)because\s+", re.IGNORECASE)
_TO = re.compile(r"^to\s+", re.IGNORECASE)


def take(rest: str, state: State, now: datetime, recommendation: Recommendation | None) -> Deed:
    """Read `14 [because why]`."""
    incident, words = leading_incident(rest, state)
    return Send((TakeIncident(incident.id, _reason(words)),))


def decline(rest: str, state: State, now: datetime, recommendation: Recommendation | None) -> Deed:
    """Read `14 [because] why`."""
    incident, words = leading_incident(rest, state)
    reason = _reason(words)
    if not reason:
        raise Unclear("unclear_reason", what=f"decline {incident.id}")
    return Send((DeclineHandOver(incident.id, reason),))


def hand(rest: str, state: State, now: datetime, recommendation: Recommendation | None) -> Deed:
    """Read `14 to seat-2 [because note]`."""
    incident, words = leading_incident(rest, state)
    to, note = _to_and_note(words)
    if not to:
        raise Unclear("unclear_to", what=f"hand {incident.id}")
    return Hand(to, note, incident.id)


def hand_all(rest: str, state: State, now: datetime, recommendation: Recommendation | None) -> Deed:
    """Read `seat-2 [because note]`."""
    to, note = _to_and_note(rest)
    if not to:
        raise Unclear("unclear_to", what="handall")
    return Hand(to, note)


def queue(rest: str, state: State, now: datetime, recommendation: Recommendation | None) -> Deed:
    """Read `mine`, `all`, `nobody` or a seat."""
    return ShowQueue(rest or "mine")


def _reason(words: str) -> str:
    return _BECAUSE.sub("", words, count=1).strip() if _BECAUSE.match(words) else words


def _to_and_note(words: str) -> tuple[str, str]:
    to, *note = _BECAUSE.split(_TO.sub("", words), maxsplit=1)
    return to.strip(), " ".join(note).strip()


VERBS = {"take": take, "decline": decline, "hand": hand, "handall": hand_all, "queue": queue}
