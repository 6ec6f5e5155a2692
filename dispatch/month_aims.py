"""How many cases of a month come to what: the proportions of a real month, and what is dealt to each case.

Zhanjiang, October 2019: 12,356 found, 6,709 of them fixed on the spot, 5,647 dispatched, 95.57 % of those handled, 226
overdue, 52 handled again. Nobody published the rest (extensions, returns, reports that came to nothing): those numbers
are ours, of a size that makes every rule of the loop happen.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, fields
from random import Random

FOUND = 12_356
# What becomes of a case in the end.
SPOT, IN_TIME, LATE, OPEN_LATE, PENDING = "spot", "in_time", "late", "open_late", "pending"
NOTHING_THERE, DECLINED, MERGED = "not_found", "declined", "merged"
ENDS = (SPOT, IN_TIME, LATE, OPEN_LATE, PENDING, NOTHING_THERE, DECLINED, MERGED)
# What happens to it on the way, once.
CHECK_FAILED, FEEDBACK_RETURNED, CLOSE_RETURNED, REOPENED = (
    "check_failed",
    "feedback_returned",
    "close_returned",
    "reopened",
)
AGAIN = (CHECK_FAILED, FEEDBACK_RETURNED, CLOSE_RETURNED, REOPENED)  # handled again: rework
EXTENDED, EXTENSION_REFUSED, SUSPENDED, FOR_CITIZEN = "extended", "extension_refused", "suspended", "citizen"
DISOWNED, RULED, UNMERGED, EMERGENCY = "disowned", "ruled", "unmerged", "emergency"
VERIFY_RETURNED, FILE_RETURNED, DISPATCH_RETURNED = "verify_returned", "file_returned", "dispatch_returned"
APPEAL_UPHELD, APPEAL_DISMISSED = "appeal_upheld", "appeal_dismissed"


@dataclass(frozen=True, slots=True)
class Aims:
    """Count what a month is to hold; the first six are Zhanjiang's. The last three come on top of `found`."""

    found: int = FOUND
    spot: int = 6_709
    dispatched: int = 5_647
    handled: int = 5_397
    overdue: int = 226
    rework: int = 52
    overdue_open: int = 90
    suspended_open: int = 30
    extended: int = 210
    extension_refused: int = 24
    suspended: int = 60
    citizen: int = 90
    disowned: int = 140
    ruled: int = 14
    unmerged: int = 12
    emergency: int = 18
    verify_returned: int = 20
    file_returned: int = 30
    dispatch_returned: int = 30
    appeal_upheld: int = 11
    appeal_dismissed: int = 19
    not_found: int = 230
    declined: int = 150
    merged: int = 190

    @classmethod
    def of(cls, found: int) -> Aims:
        """Return the aims for so many cases found, each in proportion and, of a large enough month, at least one.

        Raises ValueError for fewer than 200.
        """
        if found < 200:
            raise ValueError(f"a month of {found} cases: at least 200 are needed for each rule to happen once")
        full = cls()
        part = {each.name: max(1, round(getattr(full, each.name) * found / FOUND)) for each in fields(cls)}
        part |= {"found": found, "dispatched": found - part["spot"], "rework": max(4, part["rework"])}
        part["handled"] = round(part["dispatched"] * full.handled / full.dispatched)
        part["overdue_open"] = min(part["overdue_open"], part["overdue"] - 1)
        return cls(**part)


@dataclass(frozen=True, slots=True)
class Fate:
    """Say what becomes of one case: its end, and what happens on the way (empty: nothing)."""

    end: str
    way: str = ""


def deal(aims: Aims, dice: Random) -> list[Fate]:
    """Return a fate for each case, in the order in which they are reported, found or not."""
    fates = [*_dispatched(aims, dice), *([Fate(SPOT)] * aims.spot)]
    for end in (NOTHING_THERE, DECLINED, MERGED):
        fates += [Fate(end)] * int(getattr(aims, end))
    dice.shuffle(fates)
    return fates


def _dispatched(aims: Aims, dice: Random) -> Iterator[Fate]:
    unhandled = aims.dispatched - aims.handled
    pending = max(unhandled - aims.overdue_open, 0)
    late = aims.overdue - aims.overdue_open
    yield from (Fate(OPEN_LATE) for _ in range(aims.overdue_open))
    yield from (Fate(PENDING, SUSPENDED if n < aims.suspended_open else "") for n in range(pending))
    appeals = [APPEAL_UPHELD] * aims.appeal_upheld + [APPEAL_DISMISSED] * aims.appeal_dismissed
    yield from (Fate(LATE, appeals[n] if n < len(appeals) else "") for n in range(late))
    ways = [AGAIN[n % len(AGAIN)] for n in range(aims.rework)]
    for way in (
        EXTENDED, EXTENSION_REFUSED, SUSPENDED, FOR_CITIZEN, DISOWNED, RULED, UNMERGED, EMERGENCY, VERIFY_RETURNED,
        FILE_RETURNED, DISPATCH_RETURNED,
    ):  # fmt: skip
        ways += [way] * int(getattr(aims, way))
    dice.shuffle(ways)
    in_time = aims.handled - late
    yield from (Fate(IN_TIME, ways[n] if n < len(ways) else "") for n in range(in_time))
