"""Choose what a target is for, and how long each of it took."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from dispatch.figures.facts import NO_CODE
from dispatch.times.figure import TargetFigure
from dispatch.times.groups import NOBODY, Keys
from dispatch.times.percentiles import summarise
from dispatch.times.profiles import EACH, LAST, TimeProfile, TimeTarget
from dispatch.times.spans import INCIDENT, INTERVALS, RESPONSE, Spans, Why, first_of
from dispatch.times.table import BLANK, TimesTable

FEWEST_OF_AN_ALARM = 2  # one unit alone is no alarm that could be full
Rows = NDArray[np.int64]
Mask = NDArray[np.bool_]


@dataclass(frozen=True, slots=True, eq=False)
class Judged:
    """Hold what a target is for: seconds float64 (n,), NaN where blank; incident, response int64 (n,), places."""

    target: TimeTarget
    seconds: NDArray[np.float64]
    incident: Rows
    response: Rows

    def as_spans(self) -> Spans:
        """Return the rows in the shape that `Splitter.keys` takes."""
        none = np.zeros((len(self.incident), 0))
        return Spans(none, none.astype(np.int8), none, self.incident, self.response)


class JudgedByKey:
    """Count how a target is met by the keys of a group."""

    def __init__(self, judged: Judged, keys: Keys) -> None:
        self.judged, self._keys = judged, keys
        target, count = judged.target, len(keys.names)
        self._limit_s = target.within_s if target.within_s is not None else target.mean_s or 0.0
        self._summary = summarise(judged.seconds, keys.codes, count)
        has = keys.codes != NO_CODE
        is_within = has & (judged.seconds <= self._limit_s)
        self._asked = np.bincount(keys.codes[has], minlength=count)
        self._within = np.bincount(keys.codes[is_within], minlength=count)

    def figure(self, group: str, key: str) -> TargetFigure:
        """Return how it is met for one key."""
        target, code = self.judged.target, self._keys.place.get(key)
        if code is None:
            return TargetFigure(target, group, key, 0, 0, 0, None)
        n, mean = int(self._summary.n[code]), float(self._summary.mean[code])
        within = int(self._within[code]) if target.within_s is not None else 0
        return TargetFigure(target, group, key, int(self._asked[code]), n, within, mean if n else None)

    def late(self, key: str) -> Rows:
        """Return the places of the incidents that took longer than the limit, the slowest first."""
        seconds = self.judged.seconds
        rows = np.flatnonzero((self._keys.codes == self._keys.place.get(key, NOBODY)) & (seconds > self._limit_s))
        slowest: Rows = self.judged.incident[rows[np.argsort(-seconds[rows], kind="stable")]]
        return slowest


def judged(table: TimesTable, responses: Spans, profile: TimeProfile, masks: Mapping[str, Mask]) -> tuple[Judged, ...]:
    """Return what each target of a profile is for; `masks` say which responses and incidents were chosen.

    The first or last of an incident is found among all its responses before any is left out.
    """
    return tuple(_judged(table, responses, target, masks) for target in profile.targets)


def _judged(table: TimesTable, spans: Spans, target: TimeTarget, masks: Mapping[str, Mask]) -> Judged:
    column = INTERVALS.index(target.interval)
    is_meant = _of_units(table, spans, target) & _of_incidents(table, target)[spans.incident]
    if target.of == EACH:
        rows = np.flatnonzero(is_meant & masks[RESPONSE])
        return Judged(target, spans.seconds[rows, column], spans.incident[rows], spans.response[rows])
    rows = np.flatnonzero(is_meant & (spans.why[:, 0] != Why.REOPENED))
    count = len(masks[INCIDENT])
    if target.of == LAST:
        return _last(table, spans, rows, target, masks[INCIDENT])
    chosen = _first(table, spans, rows, target.interval, count)
    incident = np.flatnonzero((chosen != NO_CODE) & masks[INCIDENT])
    first = rows[chosen[incident]]
    return Judged(target, spans.seconds[first, column], incident, spans.response[first])


def _first(table: TimesTable, spans: Spans, rows: Rows, interval: str, count: int) -> Rows:
    """Return by incident which of the rows was the first there (or sent); where none was, the first that was sent."""
    incident, response = spans.incident[rows], spans.response[rows]
    sent = first_of(incident, table.responses("assigned")[response], count)
    sent = np.where(sent != NO_CODE, sent, first_of(incident, np.zeros(len(rows), np.int64), count))
    if interval == "call_processing":
        return sent
    there = first_of(incident, table.responses("on_scene")[response], count)
    chosen: Rows = np.where(there != NO_CODE, there, sent)
    return chosen


def _last(table: TimesTable, spans: Spans, rows: Rows, target: TimeTarget, mask: Mask) -> Judged:
    """Take, of those sent together first, the one that took longest; blank until all have."""
    count, column = len(mask), INTERVALS.index(target.interval)
    incident = spans.incident[rows]
    assigned = table.responses("assigned")[spans.response[rows]]
    first = first_of(incident, assigned, count)
    at = np.full(count, BLANK, np.int64)
    at[first != NO_CODE] = assigned[first[first != NO_CODE]]
    is_alarm = (assigned == at[incident]) & (assigned != BLANK)
    rows, incident = rows[is_alarm], incident[is_alarm]
    enough = (np.bincount(incident, minlength=count) >= FEWEST_OF_AN_ALARM) & mask
    seconds = spans.seconds[rows, column]
    longest = np.full(count, -np.inf)
    np.maximum.at(longest, incident, np.nan_to_num(seconds, nan=np.inf))
    slowest = np.full(count, NO_CODE, np.int64)
    is_slowest = np.nan_to_num(seconds, nan=np.inf) == longest[incident]
    slowest[incident[is_slowest]] = rows[is_slowest]
    own = np.flatnonzero(enough)
    took = np.where(np.isfinite(longest[own]), longest[own], np.nan)
    return Judged(target, took, own, spans.response[slowest[own]])


def _of_units(table: TimesTable, spans: Spans, target: TimeTarget) -> Mask:
    wanted = frozenset(target.capabilities)
    fits = [
        (not target.department or kind == target.department) and (not wanted or bool(wanted & capabilities))
        for _, kind, _, capabilities in table.unit_facts
    ]
    units = table.responses("unit")[spans.response]
    # A unit whose call sign is empty is on no roster; what asks nothing of units takes it too.
    fits.append(not target.department and not wanted)
    found: Mask = np.array(fits, np.bool_)[units]
    return found


def _of_incidents(table: TimesTable, target: TimeTarget) -> Mask:
    fits = []
    for kind in table.kinds.all:
        card = table.cards.get(kind)
        said = f"{kind} {card.group if card is not None else ''}".casefold()
        is_in = not target.kinds or any(word.casefold() in said for word in target.kinds)
        fits.append(is_in and not any(word.casefold() in said for word in target.except_kinds))
    fits.append(not target.kinds)
    found: Mask = np.array(fits, np.bool_)[table.incidents("kind")]
    if target.priorities:
        found &= np.isin(table.incidents("priority"), target.priorities)
    return found
