"""What the charts are drawn from: cases by day, by hour of the week, by how long they took."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass
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

    def per_day(at: NDArray[Any]) -> Counts:
        places = np.searchsorted(edges, at, side="right") - 1
        return np.bincount(places[(places >= 0) & (places < count)], minlength=count)

    reported = rows(Kind.REPORTED, "at", own_case=True)
    reported = reported[~facts.is_merged[facts.case_at(reported)]]
    true = reported[facts.column("undone", reported) < high]
    handled = rows(Kind.HANDLE, "done")
    owed = rows(Kind.HANDLE, "at")
    at, due, done = (facts.column(name, owed) for name in ("at", "due", "done"))
    is_late = (due < high) & (facts.column("mark", owed) | (done > due))
    return Series(
        days,
        per_day(facts.column("at", true)),
        per_day(facts.column("done", handled)),
        per_day(at[is_late]),
        _by_hour(facts.column("at", reported), zone),
        _spans(facts, handled, low, high, share),
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


def _by_hour(at: NDArray[Any], zone: str) -> Counts:
    """Count instants by weekday and hour on the city's clocks, whatever they do in spring and autumn."""
    hours = np.zeros((7, 24), np.int64)
    quarters, counts = np.unique(at // QUARTER_US, return_counts=True)
    place = ZoneInfo(zone)
    for quarter, number in zip(quarters.tolist(), counts.tolist(), strict=True):
        local = (EPOCH + timedelta(microseconds=quarter * QUARTER_US)).astimezone(place)
        hours[local.weekday(), local.hour] += number
    return hours


def _spans(facts: CaseFacts, handled: NDArray[np.int64], low: int, high: int, share: Share) -> Counts:
    counts = np.zeros(len(SPANS_S) + 1, np.int64)
    own = share.key if share.group == DEPARTMENT else ""
    done_by = DONE_BY[CaseStage.HANDLE]
    for place in np.unique(facts.case_at(handled)).tolist():
        for visit in facts.case(place).visits:
            if visit.stage is not CaseStage.HANDLE or visit.move not in done_by or visit.left_at is None:
                continue
            if low <= us(visit.left_at) < high and (not own or (visit.held_by or visit.department) == own):
                took_s = (visit.left_at - visit.entered_at).total_seconds()
                counts[bisect_right(SPANS_S, took_s)] += 1
    return counts
