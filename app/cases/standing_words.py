"""What is said of a photograph that is at another seat of the room, or at this one alone."""

from __future__ import annotations

from app.desk import Desk
from app.wording import one_line, text
from dispatch.evidence_standing import Standing, Where

_AWAY = {  # on its page, and in its tile
    Where.ASKED: ("case.at.asked", "case.at_short.asked"),
    Where.FETCHING: ("case.at.fetching", "case.at_short.fetching"),
    Where.COMING: ("case.at.coming", "case.at_short.coming"),
    Where.AWAITED: ("case.at.awaited", "case.at_short.awaited"),
    Where.CUT_OFF: ("case.at.cut_off", "case.at_short.cut_off"),
    Where.SPOILT: ("case.at.spoilt", "case.at_short.spoilt"),
    Where.FAILED: ("case.at.failed", "case.at_short.failed"),
    Where.NOWHERE: ("case.at.nowhere", "case.at_short.nowhere"),
}
_OWN = {Where.ONLY_HERE: "case.at.only_here", Where.SENDING: "case.at.sending"}


def away_words(standing: Standing, language: str, *, is_short: bool = False) -> str:
    """Say where a photograph is that cannot be shown here now; short enough for its tile with `is_short`."""
    keys = _AWAY.get(standing.where, _AWAY[Where.ASKED])
    percent, seat = int(standing.share * 100), one_line(standing.seat, 24)
    reason = one_line(standing.reason, 160)
    return text(keys[is_short], language, percent=percent, seat=seat, reason=reason)


def own_words(desk: Desk, evidence_id: str) -> str:
    """Say that a photograph is on this seat alone yet, or on its way to the others; empty where they have it."""
    standing = desk.album.standing(evidence_id) if desk.album is not None else None
    key = _OWN.get(standing.where) if standing is not None else None
    return text(key, desk.language, percent=int(standing.share * 100)) if key and standing else ""
