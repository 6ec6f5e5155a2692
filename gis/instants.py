"""Read the instants that people and files write."""

from __future__ import annotations

from datetime import UTC, datetime

_EARLIEST, _LATEST = datetime(1970, 1, 1, tzinfo=UTC), datetime(2200, 1, 1, tzinfo=UTC)


def read_instant(text: str) -> datetime:
    """Return the instant (aware UTC) that ISO 8601 text with its offset from UTC names.

    Raises ValueError, worded for who wrote it. The ends of the calendar are refused with all that lies before 1970 or
    after 2200: no clock shows them in every time zone, and arithmetic about them overflows.
    """
    shown = repr(text if len(text) <= 40 else f"{text[:40]}…")
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        raise ValueError(f"{shown} is no moment such as 2026-03-02T22:30+02:00") from None
    if at.tzinfo is None:
        raise ValueError(f"{shown} lacks its offset, as +02:00 or Z")
    if not _EARLIEST <= at < _LATEST:
        raise ValueError(f"{shown} is not between 1970 and 2200")
    return at.astimezone(UTC)
