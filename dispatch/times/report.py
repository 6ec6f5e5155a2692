"""Count response times of a period: by interval and key, against a profile, with the incidents behind every figure."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime, timedelta
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from dispatch.figures.duties import EPOCH, us
from dispatch.figures.facts import NO_CODE
from dispatch.figures.period import Period
from dispatch.state import State
from dispatch.times.figure import Figure, Negative, TargetFigure
from dispatch.times.groups import ALL, NOBODY, AreaOf, Keys, Splitter, natural
from dispatch.times.percentiles import Summary, in_order, summarise
from dispatch.times.profiles import TimeProfile, TimeTarget
from dispatch.times.shifts import is_in_shift
from dispatch.times.spans import INCIDENT, INTERVALS, RESPONSE, SCOPES, Spans, Why, incident_spans, response_spans
from dispatch.times.table import BLANK, TimesTable
from dispatch.times.targets import JudgedByKey, judged
from resources.unit import Shift

Mask = NDArray[np.bool_]


class TimesReport:
    """Hold what was counted of a table; the counting of a group is done when it is first asked for.

    Made by `times_report`. Nothing of it changes when the table is refreshed afterwards.
    """

    def __init__(
        self, table: TimesTable, profile: TimeProfile, period: Period | None, where: Mapping[str, str],
        area_of: AreaOf | None, shift: Shift | None = None,
    ) -> None:  # fmt: skip
        self.profile, self.period, self.where = profile, period, dict(where)
        if shift is not None:
            self.where["shift"] = f"{shift.id} {shift.starts}–{shift.ends}"
        self.time_zone, self.at_us = table.time_zone, table.at_us
        splitter = Splitter(table, area_of)
        whole = response_spans(table)
        both = {RESPONSE: whole, INCIDENT: incident_spans(table, whole)}
        received = table.incidents("received")
        self._numbers = table.incidents("number").copy()
        self._received = received.copy()
        self._lonlat = np.stack((table.incidents("lon"), table.incidents("lat")), axis=1)
        self._units = tuple(table.units.all)
        self._unit_of = table.responses("unit").copy()
        chosen = np.ones(len(received), np.bool_)
        if shift is not None:
            chosen = is_in_shift(received, shift, period, table.time_zone)
        elif period is not None:
            chosen = (received >= us(period.from_at)) & (received < us(period.to_at))
        self.spans: dict[str, Spans] = {}
        self._keys: dict[tuple[str, str], Keys] = {}
        masks = {scope: chosen[spans.incident] for scope, spans in both.items()}
        for group, key in where.items():
            for scope, spans in both.items():
                keys = splitter.keys(group, spans)
                masks[scope] &= keys.codes == keys.place.get(key, NOBODY)
        for scope, spans in both.items():
            self.spans[scope] = _only(spans, masks[scope])
        self._splitter = splitter
        self._table = table
        self._targets = judged(table, both[RESPONSE], profile, masks)
        self._summaries: dict[tuple[str, str, str], tuple[Summary, NDArray[np.int64]]] = {}
        self._ordered: dict[tuple[str, int], NDArray[np.int64]] = {}
        self._target_groups: dict[str, tuple[JudgedByKey, ...]] = {}

    def count(self, groups: Collection[str]) -> None:
        """Prepare groups while the table is as it was; asking for others later needs it unchanged."""
        for group in (ALL, "hour", "weekday", *groups):
            for scope in SCOPES:
                self.keys(scope, group)
            self._target_keys(group)

    def names(self, group: str) -> tuple[str, ...]:
        """Name the keys of a group that any row has, in order."""
        found: set[int] = set()
        names: tuple[str, ...] = ()
        for scope in SCOPES:
            keys = self.keys(scope, group)
            names = keys.names
            found |= set(np.unique(keys.codes[keys.codes != NO_CODE]).tolist())
        return tuple(sorted((names[code] for code in found), key=natural))

    def keys(self, scope: str, group: str) -> Keys:
        """Return the keys of the rows of a scope."""
        found = self._keys.get((scope, group))
        if found is None:
            found = self._keys[scope, group] = self._splitter.keys(group, self.spans[scope])
        return found

    def figure(self, scope: str, interval: str, group: str = ALL, key: str = ALL) -> Figure:
        """Return one figure, of nothing where no row has such a key."""
        code = self.keys(scope, group).place.get(key)
        if code is None:
            return Figure(scope, interval, group, key, 0, 0, None, None, None, {})
        summary, whys = self._summary(scope, interval, group)
        counts = whys[code].tolist()
        n = int(summary.n[code])
        mean_s, p50_s, p90_s = (_or_none(each[code], n) for each in (summary.mean, summary.p50, summary.p90))
        blank: dict[Why, int] = {each: counts[each] for each in Why if each is not Why.MEASURED and counts[each]}
        return Figure(scope, interval, group, key, sum(counts), n, mean_s, p50_s, p90_s, blank)

    def target_figures(self, group: str = ALL, key: str = ALL) -> tuple[TargetFigure, ...]:
        """Return how every target of the profile is met for one key."""
        return tuple(each.figure(group, key) for each in self._target_keys(group))

    def values(self, scope: str, interval: str, group: str = ALL, key: str = ALL) -> NDArray[np.float64]:
        """Return the known seconds of an interval, float64 (n,), in order."""
        rows = self._rows(scope, interval, group, key, Why.MEASURED)
        return np.sort(self.spans[scope].seconds[rows, INTERVALS.index(interval)])

    def incidents(
        self, scope: str, interval: str, group: str = ALL, key: str = ALL, *, why: Why = Why.MEASURED,
        longer_than_s: float = -1.0, up_to_s: float = np.inf,
    ) -> tuple[int, ...]:  # fmt: skip
        """Name the incidents behind a figure, the slowest first, each once; or those where it is blank, by why."""
        rows = self._rows(scope, interval, group, key, why)
        return self._named(scope, interval, rows, longer_than_s, up_to_s)

    def late(self, target: TimeTarget, group: str = ALL, key: str = ALL) -> tuple[int, ...]:
        """Name the incidents where a target's limit was not kept, the slowest first."""
        for each in self._target_keys(group):
            if each.judged.target is target:
                return tuple(dict.fromkeys(self._numbers[each.late(key)].tolist()))
        return ()

    def hours(self, scope: str, interval: str) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
        """Return P90 in seconds, float64 (7, 24), NaN of none, and n, int64 (7, 24), by weekday and hour."""
        days, hours = self.keys(scope, "weekday"), self.keys(scope, "hour")
        codes = days.codes * 24 + hours.codes
        found = summarise(self.spans[scope].seconds[:, INTERVALS.index(interval)], codes, 168)
        return found.p90.reshape(7, 24), found.n.reshape(7, 24)

    def incidents_at(self, scope: str, interval: str, day: int, hour: int) -> tuple[int, ...]:
        """Name the incidents of an hour of the week (Monday is 0), the slowest first."""
        days, hours = self.keys(scope, "weekday"), self.keys(scope, "hour")
        rows = np.flatnonzero((days.codes == day) & (hours.codes == hour))
        return self._named(scope, interval, rows, -1.0, np.inf)

    def seconds_of(self, number: int) -> dict[str, float | None]:
        """Return the intervals of an incident by name."""
        place = self._place_of.get(number)
        if place is None:
            return {}
        return {
            name: _or_none(value, 1) for name, value in zip(INTERVALS, self.spans[INCIDENT].seconds[place], strict=True)
        }

    def places(self, interval: str) -> tuple[NDArray[np.int64], NDArray[np.float64], NDArray[np.float64]]:
        """Return incidents' numbers, int64 (n,), their lon/lat, float64 (n, 2), and an interval, NaN where blank."""
        spans = self.spans[INCIDENT]
        at = spans.incident
        return self._numbers[at], self._lonlat[at], spans.seconds[:, INTERVALS.index(interval)]

    def received_at(self, number: int) -> datetime | None:
        """Return when an incident of the report was received."""
        place = self._place_of.get(number)
        if place is None:
            return None
        return EPOCH + timedelta(microseconds=int(self._received[self.spans[INCIDENT].incident[place]]))

    @cached_property
    def span_of_days(self) -> tuple[datetime, datetime] | None:
        """Return the first and the last instant at which an incident of the report was received."""
        at = self._received[self.spans[INCIDENT].incident]
        if not len(at):
            return None
        first, last = (EPOCH + timedelta(microseconds=int(each)) for each in (at.min(), at.max()))
        return first, last

    @property
    def at(self) -> datetime | None:
        """Return up to when the log tells."""
        return None if self.at_us == BLANK else EPOCH + timedelta(microseconds=self.at_us)

    @cached_property
    def negative(self) -> tuple[Negative, ...]:
        """List every interval that would be below zero, the worst first."""
        found = []
        for scope, spans in self.spans.items():
            for row, column in zip(*np.nonzero(spans.why == Why.NEGATIVE), strict=True):
                unit = ""
                if scope == RESPONSE and spans.response[row] != NO_CODE:
                    unit = self._units[self._unit_of[spans.response[row]]]
                number = int(self._numbers[spans.incident[row]])
                found.append(Negative(scope, INTERVALS[column], number, unit, float(spans.raw[row, column])))
        return tuple(
            sorted(found, key=lambda each: (each.seconds, each.scope, each.interval, each.incident, each.unit))
        )

    @cached_property
    def _place_of(self) -> dict[int, int]:
        return {number: row for row, number in enumerate(self._numbers[self.spans[INCIDENT].incident].tolist())}

    def _summary(self, scope: str, interval: str, group: str) -> tuple[Summary, NDArray[np.int64]]:
        """Return what is known by key, and how many rows are blank by why, int64 (keys, whys)."""
        found = self._summaries.get((scope, interval, group))
        if found is None:
            keys, column, spans = self.keys(scope, group), INTERVALS.index(interval), self.spans[scope]
            order = self._ordered.get((scope, column))
            if order is None:
                order = self._ordered[scope, column] = in_order(spans.seconds[:, column])
            summary = summarise(spans.seconds[:, column], keys.codes, len(keys.names), order=order)
            has = keys.codes != NO_CODE
            places = keys.codes[has] * len(Why) + spans.why[has, column]
            whys = np.bincount(places, minlength=len(keys.names) * len(Why)).reshape(-1, len(Why))
            found = self._summaries[scope, interval, group] = summary, whys
        return found

    def _rows(self, scope: str, interval: str, group: str, key: str, why: Why) -> NDArray[np.int64]:
        keys = self.keys(scope, group)
        code = keys.place.get(key, NOBODY)
        rows: NDArray[np.int64] = np.flatnonzero(
            (keys.codes == code) & (self.spans[scope].why[:, INTERVALS.index(interval)] == why)
        )
        return rows

    def _named(
        self, scope: str, interval: str, rows: NDArray[np.int64], over_s: float, up_to_s: float
    ) -> tuple[int, ...]:
        spans = self.spans[scope]
        seconds = spans.seconds[rows, INTERVALS.index(interval)]
        is_in = np.isnan(seconds) | ((seconds > over_s) & (seconds <= up_to_s))
        rows, seconds = rows[is_in], seconds[is_in]
        numbers = self._numbers[spans.incident[rows]]
        order = np.lexsort((numbers, -np.nan_to_num(seconds, nan=-1.0)))
        return tuple(dict.fromkeys(numbers[order].tolist()))

    def _target_keys(self, group: str) -> tuple[JudgedByKey, ...]:
        found = self._target_groups.get(group)
        if found is None:
            keys = ((each, self._splitter.keys(group, each.as_spans())) for each in self._targets)
            found = self._target_groups[group] = tuple(JudgedByKey(each, own) for each, own in keys)
        return found


def intervals_of(state: State) -> TimesTable:
    """Return the instants of a state's responses and incidents; `TimesTable.refresh` keeps them while a log grows."""
    return TimesTable.of(state)


def times_report(
    table: TimesTable,
    profile: TimeProfile,
    *,
    period: Period | None = None,
    by: Collection[str] = (),
    where: Mapping[str, str] | None = None,
    area_of: AreaOf | None = None,
    shift: Shift | None = None,
) -> TimesReport:
    """Count the incidents received in a period (all where None), prepared to be split by some groups.

    `where` keeps only what has a key in a group; a department, station or unit of an incident is that of the unit that
    arrived first. `area_of` names parts of the city; without it they are municipalities. `shift` keeps only what came
    in on its watch, of those that begin on the days of the period. Raises ValueError for an unknown group.
    """
    report = TimesReport(table, profile, period, where or {}, area_of, shift)
    report.count(by)
    return report


def _only(spans: Spans, mask: Mask) -> Spans:
    return Spans(spans.seconds[mask], spans.why[mask], spans.raw[mask], spans.incident[mask], spans.response[mask])


def _or_none(value: float, n: int) -> float | None:
    return float(value) if n and np.isfinite(value) else None
