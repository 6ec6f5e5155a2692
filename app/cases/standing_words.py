"""What is said of a photograph that is at another seat of the room, or at this one alone."""

from __future__ import annotations

from app.desk import Desk
from app.wording import one_line, text
from dispatch.evidence_standing import Standing, Where


def away_words(standing: Standing, language: str, *, is_short: bool = False) -> str:
    """Say where a photograph is that cannot be shown here now; short enough for its tile with `is_short`."""
    key = "case.at_short" if is_short else "case.at"
    percent, seat = int(standing.share * 100), one_line(standing.seat, 24)
    return text(f"{key}.{standing.where}", language, percent=percent, seat=seat, reason=one_line(standing.reason, 160))


def own_words(desk: Desk, evidence_id: str) -> str:
    """Say that a photograph is on this seat alone yet, or on its way to the others; empty where they have it."""
    standing = desk.album.standing(evidence_id) if desk.album is not None else None
    if standing is None or standing.where not in (Where.ONLY_HERE, Where.SENDING):
        return ""
    return text(f"case.at.{standing.where}", desk.language, percent=int(standing.share * 100))
