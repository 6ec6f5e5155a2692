"""Read the instants of a file: its way of writing them, its time zone, and the two nights when clocks are moved."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

EARLIEST, LATEST = datetime(1970, 1, 2, tzinfo=UTC), datetime(2200, 1, 1, tzinfo=UTC)
SAMPLE = 400
# Notes on an instant, as codes of the report.
UNREADABLE, OUT_OF_RANGE, AMBIGUOUS, NONEXISTENT = "unreadable", "out_of_range", "ambiguous_hour", "nonexistent_hour"
_DAY_FIRST = re.compile(
    r"(\d{1,2})[/.\-](\d{1,2})[/.\-](\d{4}|\d{2})(?:[ T,]+(\d{1,2}):(\d{2})(?::(\d{2})(?:\.\d+)?)?\s*([AaPp][Mm])?)?"
)
_YEAR_FIRST = re.compile(r"(\d{4})[/.](\d{1,2})[/.](\d{1,2})(?:[ T]+(\d{1,2}):(\d{2})(?::(\d{2})(?:\.\d+)?)?)?")
_ORDER = re.compile(r"%([dm])[/.\-]%[md][/.\-]%[Yy]")
_JOINED = re.compile(r"(\S+)[ T]00:00(?::00(?:\.0+)?)? +(\d{1,2}:\d{2}.*)")


@dataclass(frozen=True, slots=True)
class Moment:
    """Hold an instant as read (aware UTC), None where it cannot be; `other` is the second hour of an ambiguous one."""

    at: datetime | None
    note: str = ""
    other: datetime | None = None


NOTHING = Moment(None)
Reader = Callable[[str], datetime | None]


class Clock:
    """Read text as instants of one time zone. `formats` are tried first, in the words of `strptime`."""

    def __init__(self, time_zone: str, *, formats: Sequence[str] = (), is_day_first: bool = False) -> None:
        self.zone = ZoneInfo(time_zone)
        self.is_day_first = is_day_first
        self._formats = tuple(formats)
        self._last = ""  # the format that was right last is tried first
        self.read = lru_cache(maxsize=65_536)(self._read)

    def _read(self, text: str) -> Moment:
        """Read one cell; blank gives no instant and no note."""
        text = text.strip()
        if not text:
            return NOTHING
        naive = self._parsed(text)
        if naive is None:
            return Moment(None, UNREADABLE)
        try:
            if naive.tzinfo is not None:
                return _within(Moment(naive.astimezone(UTC)))
            return _within(self._local(naive))
        except (OverflowError, ValueError):
            return Moment(None, OUT_OF_RANGE)

    def _local(self, naive: datetime) -> Moment:
        first = naive.replace(tzinfo=self.zone, fold=0)
        second = naive.replace(tzinfo=self.zone, fold=1)
        at = first.astimezone(UTC)
        if first.utcoffset() == second.utcoffset():
            return Moment(at)
        if at.astimezone(self.zone).replace(tzinfo=None) != naive:  # as a clock shows it that was not yet moved
            return Moment(at, NONEXISTENT)
        return Moment(at, AMBIGUOUS, second.astimezone(UTC))

    def _parsed(self, text: str) -> datetime | None:
        joined = _JOINED.fullmatch(text)  # a date that carries a midnight, and a time in a column of its own
        if joined is not None:
            text = f"{joined[1]} {joined[2]}"
        for pattern in (self._last, *self._formats):
            if pattern and (found := _strptime(text, pattern)) is not None:
                self._last = pattern
                return found
        return by_content(text, is_day_first=self.is_day_first)


def _strptime(text: str, pattern: str) -> datetime | None:
    if pattern in ("epoch_s", "epoch_ms"):
        try:
            return datetime.fromtimestamp(float(text) / (1 if pattern == "epoch_s" else 1000), UTC)
        except (ValueError, OverflowError, OSError):
            return None
    try:
        return datetime.strptime(text, pattern)  # noqa: DTZ007 the zone is the file's
    except (ValueError, re.error):
        return None


def _within(moment: Moment) -> Moment:
    assert moment.at is not None
    return moment if EARLIEST <= moment.at < LATEST else Moment(None, OUT_OF_RANGE)


def by_content(text: str, *, is_day_first: bool) -> datetime | None:
    """Read an instant by what it looks like: ISO 8601, 12/31/2016 11:57:56 PM, 31.12.2016 23:57; None: it is none."""
    if len(text) > 40:
        return None
    if text[:4].isdigit() and text[4:5] == "-":
        try:
            return datetime.fromisoformat(text.removesuffix(" UTC") + ("+00:00" if text.endswith(" UTC") else ""))
        except ValueError:
            return None
    try:
        found = _DAY_FIRST.fullmatch(text)
        if found is not None:
            a, b, year = int(found[1]), int(found[2]), int(found[3])
            day, month = (a, b) if is_day_first else (b, a)
            year += 0 if year > 99 else (2000 if year < 70 else 1900)
            return datetime(year, month, day, *_time(found[4], found[5], found[6], found[7]))  # noqa: DTZ001
        found = _YEAR_FIRST.fullmatch(text)
        if found is not None:
            time = _time(found[4], found[5], found[6], None)
            return datetime(int(found[1]), int(found[2]), int(found[3]), *time)  # noqa: DTZ001
    except ValueError:
        return None
    return None


def _time(hour: str | None, minute: str | None, second: str | None, half: str | None) -> tuple[int, int, int]:
    h = int(hour or 0)
    if half:
        if not 1 <= h <= 12:
            raise ValueError("no hour of a half day")
        h = h % 12 + (12 if half.casefold() == "pm" else 0)
    return h, int(minute or 0), int(second or 0)


def looks_like_instants(cells: Iterable[str]) -> bool:
    """Tell whether a column's cells are instants with a time of day, whichever way round days and months stand."""
    seen = [cell for cell in cells if cell]
    if not seen or not any(":" in cell for cell in seen):
        return False
    good = sum(any(by_content(cell, is_day_first=each) is not None for each in (False, True)) for cell in seen)
    return good >= 0.5 * len(seen)


def day_first(cells: Iterable[str]) -> tuple[bool, str]:
    """Decide whether days stand before months, and by what: `told` (a 13th shows it), `dots`, `span`, `usual`, `none`.

    Where no number shows it, the reading that leaves the shorter span of time is taken: a week of days is likelier
    than the same day of seven months. With dots between them days stand first, as everywhere where they are written.
    """
    pairs: dict[tuple[int, int], int] = {}
    dots = 0
    for cell in cells:
        if (found := _DAY_FIRST.fullmatch(cell)) is not None:
            pairs[int(found[1]), int(found[2])] = int(found[3])
            dots += "." in cell[:3]
    if not pairs:
        return False, "none"
    days, months = any(a > 12 for a, _ in pairs), any(b > 12 for _, b in pairs)
    if days != months:
        return days, "told"
    if dots:
        return True, "dots"
    spans = [_span(pairs, is_day_first=each) for each in (False, True)]
    return (spans[1] < spans[0], "span") if spans[0] != spans[1] else (False, "usual")


def written_day_first(formats: Iterable[str]) -> bool | None:
    """Return whether formats in the words of `strptime` write days before months as numbers; None: none, or both."""
    ways = {found[1] == "d" for pattern in formats if (found := _ORDER.search(pattern)) is not None}
    return ways.pop() if len(ways) == 1 else None


def _span(pairs: dict[tuple[int, int], int], *, is_day_first: bool) -> timedelta:
    found = []
    for (a, b), year in pairs.items():
        text = f"{a}/{b}/{year}"
        at = by_content(text, is_day_first=is_day_first)
        if at is not None:
            found.append(at)
    return max(found) - min(found) if found else timedelta.max
