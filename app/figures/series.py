"""What the charts are drawn from: cases by day, by hour of the week, by how long they took."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray

from app.figures.own import COLLECTOR, DEPARTMENT, Share
from dispatch.case import CaseStage
from dispatch.figures.compute import Figures
from dispatch.figures.duties import DONE_BY, EPOCH, Kind, us
from dispatch.figures.facts import CaseFacts
from dispatch.figures.period import day_of

Counts = NDArray[np.int64]
QUARTER_US = 900_000_000
HOUR_S, DAY_S = 3_600, 86_400
# Up to how long (s) a case took to be handled, bar by bar; the last bar is without an end.
SPANS_S = (HOUR_S, 2 * HOUR_S, 4 * HOUR_S, 8 * HOUR_S, DAY_S, 2 * DAY_S, 3 * DAY_S, 7 * DAY_S)
MOST_DAYS = 400


@dataclass(frozen=True, eq=False, slots=True)
class Series:
    """Hold what is drawn of a period. Days are the city's, int64 (days,); hours int64 (7, 24), Monday first.

    `found` counts reports that were shown to be true, by their day; `handled` handlings that were finished;
    `late` limits that ended unmet. `spans` counts handlings by how long they took, one more than `SPANS_S`.
    """

    days: tuple[date, ...]
    found: Counts
    handled: Counts
    late: Counts
    hours: Counts
    spans: Counts
    _behind: Mapping[str, tuple[Counts, Counts]] = field(default_factory=dict, repr=False)

    def cases(self, name: str, place: int) -> tuple[int, ...]:
        """Name the cases behind a day of `found`, `handled`, `late`, an hour (day * 24 + hour) or a bar of `spans`."""
        places, ids = self._behind.get(name, (np.zeros(0, np.int64), np.zeros(0, np.int64)))
        return tuple(np.unique(ids[places == place]).tolist())


def series_of(facts: CaseFacts, figures: Figures, share: Share = Share()) -> Series:  # noqa: B008 - frozen
    """Draw the series of the period of some figures, as known then; `share` leaves out what is not one's own."""
    period = figures.period
    first, zone = period.first_day, period.time_zone
    count = min((period.last_day - first).days + 1, MOST_DAYS)
    days = tuple(first + timedelta(days=number) for number in range(count))
    edges = np.array([us(day_of(day, zone).from_at) for day in days] + [us(day_of(days[-1], zone).to_at)])
    low = us(period.from_at)
    high = min(us(period.to_at), us(figures.at) + 1)

    def rows(kind: Kind, at: str, *, own_case: bool = False) -> NDArray[np.int64]:
        found = facts.rows(kind)
        when = facts.column(at, found)
        found = found[(when >= low) & (when < high)]
        return found[_is_own(facts, found, share, own_case=own_case)]

    def by_day(found: NDArray[np.int64], at: str) -> tuple[Counts, Counts]:
        places = np.searchsorted(edges, facts.column(at, found), side="right") - 1
        is_shown = (places >= 0) & (places < count)
        return places[is_shown], facts.ids[facts.case_at(found[is_shown])]

    reported = rows(Kind.REPORTED, "at", own_case=True)
    reported = reported[~facts.is_merged[facts.case_at(reported)]]
    true = reported[facts.column("undone", reported) < high]
    handled = rows(Kind.HANDLE, "done")
    owed = rows(Kind.HANDLE, "at")
    due, done = (facts.column(name, owed) for name in ("due", "done"))
    is_late = (due < high) & (facts.column("mark", owed) | (done > due))
    behind = {
        "found": by_day(true, "at"),
        "handled": by_day(handled, "done"),
        "late": by_day(owed[is_late], "at"),
        "hours": (_hours(facts.column("at", reported), zone), facts.ids[facts.case_at(reported)]),
        "spans": _spans(facts, handled, low, high, share),
    }

    def counted(name: str, size: int) -> Counts:
        return np.bincount(behind[name][0], minlength=size)

    hours, spans = counted("hours", 7 * 24).reshape(7, 24), counted("spans", len(SPANS_S) + 1)
    return Series(
        days, counted("found", count), counted("handled", count), counted("late", count), hours, spans, behind
    )


def _is_own(facts: CaseFacts, rows: NDArray[np.int64], share: Share, *, own_case: bool) -> NDArray[np.bool_]:
    if not share.is_own:
        return np.ones(len(rows), np.bool_)
    name = "department" if share.group == DEPARTMENT else "person"
    if share.key not in facts.names[name].all:
        return np.zeros(len(rows), np.bool_)
    number = facts.names[name].all.index(share.key)
    if share.group == COLLECTOR and not own_case:
        return np.zeros(len(rows), np.bool_)  # a collector handles nothing that a department answers for
    own: NDArray[np.bool_] = facts.column(name, rows) == number
    return own


def _hours(at: NDArray[Any], zone: str) -> Counts:
    """Return each instant's hour of the week on the city's clocks, whatever they do in spring and autumn."""
    place = ZoneInfo(zone)
    quarters, which = np.unique(at // QUARTER_US, return_inverse=True)
    local = [(EPOCH + timedelta(microseconds=quarter * QUARTER_US)).astimezone(place) for quarter in quarters.tolist()]
    hours = np.array([each.weekday() * 24 + each.hour for each in local], np.int64)
    found: Counts = hours[which]
    return found


def _spans(facts: CaseFacts, handled: NDArray[np.int64], low: int, high: int, share: Share) -> tuple[Counts, Counts]:
    places, ids = [], []
    own = share.key if share.group == DEPARTMENT else ""
    done_by = DONE_BY[CaseStage.HANDLE]
    for place in np.unique(facts.case_at(handled)).tolist():
        case = facts.case(place)
        for visit in case.visits:
            if visit.stage is not CaseStage.HANDLE or visit.move not in done_by or visit.left_at is None:
                continue
            if low <= us(visit.left_at) < high and (not own or (visit.held_by or visit.department) == own):
                took_s = (visit.left_at - visit.entered_at).total_seconds()
                places.append(bisect_right(SPANS_S, took_s))
                ids.append(case.id)
    return np.array(places, np.int64), np.array(ids, np.int64)
