"""Count every indicator for a period, split by places, departments, posts and people, with the cases behind each."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from dispatch.figures.duties import EPOCH, us
from dispatch.figures.facts import GROUPS, NO_CODE, PLACE_GROUPS, CaseFacts
from dispatch.figures.indicators import Indicator, Profile
from dispatch.figures.indicators_file import usual_profiles
from dispatch.figures.period import Period
from dispatch.figures.sets import SETS, NamedSet, Sight, Trait
from dispatch.state import State

ALL = "all"
NUMERATOR, DENOMINATOR = "numerator", "denominator"
Pairs = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Figure:
    """Say what an indicator is for one key of a group. `denominator` is None for a plain number."""

    indicator: str
    group: str
    key: str
    numerator: int
    denominator: int | None = None

    @property
    def value(self) -> float | None:
        """Return the share, or the number; None where there is nothing to take a share of."""
        if self.denominator is None:
            return float(self.numerator)
        return self.numerator / self.denominator if self.denominator else None


@dataclass(frozen=True, eq=False)
class Figures:
    """Hold the figures of a period as known at its end, or at the end of the log (`at`) where that comes first.

    `before` holds those of the period before, where a comparison was asked for.
    """

    period: Period
    at: datetime
    profile: Profile
    groups: tuple[str, ...]
    before: Figures | None = None
    _names: dict[str, list[str]] = field(repr=False, default_factory=dict)
    _ids: NDArray[np.int64] = field(repr=False, default_factory=lambda: np.zeros(0, np.int64))
    _pairs: dict[tuple[str, str], tuple[Pairs, Pairs | None]] = field(repr=False, default_factory=dict)

    def of(self, indicator_id: str, group: str = ALL, key: str = ALL) -> Figure:
        """Return one figure, of nothing where there were no cases. Raises KeyError where it was not asked for."""
        found = self._table.get((indicator_id, group), {}).get(key)
        if found is not None:
            return found
        _, among = self._pairs[indicator_id, group]
        return Figure(indicator_id, group, key, 0, None if among is None else 0)

    def has(self, indicator_id: str, group: str) -> bool:
        """Tell whether an indicator is split by a group here."""
        return (indicator_id, group) in self._pairs

    def indicators(self, group: str = ALL) -> tuple[Indicator, ...]:
        """List the indicators that are split by a group, in the order of the profile."""
        return tuple(each for each in self.profile.indicators if self.has(each.id, group))

    def keys(self, group: str) -> tuple[str, ...]:
        """List the keys of a group that any figure is for, in order."""
        return self._keys.get(group, ())

    def cases(self, figure: Figure, part: str = NUMERATOR) -> tuple[int, ...]:
        """Name the cases behind a figure, in order: those counted, or those (`denominator`) of which they are."""
        counted, among = self._pairs[figure.indicator, figure.group]
        pairs = counted if part == NUMERATOR or among is None else among
        names = self._names[figure.group]
        if figure.key not in names:
            return ()
        number, size = names.index(figure.key), len(self._ids)
        low, high = np.searchsorted(pairs, (number * size, (number + 1) * size))
        return tuple(sorted(self._ids[pairs[low:high] - number * size].tolist()))

    def change(self, figure: Figure) -> float | None:
        """Return by how much a figure rose since the period before; None where either is of nothing."""
        if self.before is None:
            return None
        old = self.before.of(figure.indicator, figure.group, figure.key).value
        return None if old is None or figure.value is None else figure.value - old

    @cached_property
    def _keys(self) -> dict[str, tuple[str, ...]]:
        found: dict[str, set[str]] = {}
        for (_, group), table in self._table.items():
            found.setdefault(group, set()).update(table)
        return {group: tuple(sorted(keys)) for group, keys in found.items()}

    @cached_property
    def _table(self) -> dict[tuple[str, str], dict[str, Figure]]:
        """Count all pairs by their keys."""
        size, table = max(len(self._ids), 1), {}
        for (indicator, group), (counted, among) in self._pairs.items():
            names = self._names[group]
            tops = np.bincount(counted // size, minlength=len(names)).tolist()
            bottoms = None if among is None else np.bincount(among // size, minlength=len(names)).tolist()
            table[indicator, group] = {
                name: Figure(indicator, group, name, tops[at], None if bottoms is None else bottoms[at])
                for at, name in enumerate(names)
                if tops[at] or (bottoms is not None and bottoms[at])
            }
        return table


def compute(
    source: State | CaseFacts,
    period: Period,
    profile: Profile | None = None,
    *,
    by: Collection[str] = ("department",),
    at: datetime | None = None,
    compare: bool = False,
) -> Figures:
    """Count every indicator of a profile (the usual one where None) for all cases and for each key of some groups.

    Give `CaseFacts` that are kept and refreshed where figures are asked again and again. `at` is the instant up to
    which anything is known, the last entry of the log where None. Raises ValueError for an unknown group.
    """
    facts = CaseFacts.of(source) if isinstance(source, State) else source
    for group in by:
        if group not in GROUPS:
            raise ValueError(f"{group!r} is no group; there are {', '.join(GROUPS)}")
    profile = profile or usual_profiles().of()
    groups = tuple(dict.fromkeys((ALL, *by)))
    at_us = us(at) if at is not None else facts.at_us
    before = compute(facts, period.before(), profile, by=by, at=at) if compare else None
    count = _Count(facts, period, at_us)
    pairs = {
        (indicator.id, group): count.figure(indicator, group)
        for group in groups
        for indicator in profile.indicators
        if group in PLACE_GROUPS or group in indicator.by
    }
    known_at = min(period.to_at, _instant(at_us))
    names = {group: list(facts.names[group].all) for group in groups}
    return Figures(period, known_at, profile, groups, before, names, facts.ids.copy(), pairs)


class _Count:
    """Keep what sets hold in a period while indicators are counted."""

    def __init__(self, facts: CaseFacts, period: Period, at_us: int) -> None:
        to_us = us(period.to_at)
        self._sight = Sight(facts, us(period.from_at), to_us, min(to_us, at_us + 1), min(to_us, at_us))
        self._size = max(facts.count, 1)
        self._traits: dict[str, NDArray[np.bool_]] = {}
        self._rows: dict[str, list[tuple[NDArray[np.int64], NDArray[np.int64] | None]]] = {}
        self._held: dict[tuple[str, str], Pairs] = {}

    def figure(self, indicator: Indicator, group: str) -> tuple[Pairs, Pairs | None]:
        """Return the cases counted and those of which they are, as sorted pairs: key * cases + place of the case."""
        if not indicator.of:
            counted = self._all(indicator.counting, group)
            return self._without(counted, indicator.less, group), None
        among = self._all(indicator.of, group)
        for name in indicator.also:
            among = _each_once([among, self._pairs(name, group)])
        among = self._without(among, indicator.less, group)
        counted = among
        for name in indicator.counting:
            counted = counted[self._is_in(counted, name, group)]
        return counted, among

    def _all(self, names: tuple[str, ...], group: str) -> Pairs:
        found = self._pairs(names[0], group)
        for name in names[1:]:
            found = found[self._is_in(found, name, group)]
        return found

    def _without(self, pairs: Pairs, names: tuple[str, ...], group: str) -> Pairs:
        for name in names:
            pairs = pairs[~self._is_in(pairs, name, group)]
        return pairs

    def _is_in(self, pairs: Pairs, name: str, group: str) -> NDArray[np.bool_]:
        own = SETS[name]
        if isinstance(own, Trait):
            if name not in self._traits:
                self._traits[name] = own.test(self._sight)
            mask: NDArray[np.bool_] = self._traits[name][pairs % self._size]
            return mask
        return _contained(pairs, self._pairs(name, group))

    def _pairs(self, name: str, group: str) -> Pairs:
        found = self._held.get((name, group))
        if found is None:
            own = SETS[name]
            assert isinstance(own, NamedSet)
            found = self._held[name, group] = self._keyed(name, own, group)
        return found

    def _keyed(self, name: str, own: NamedSet, group: str) -> Pairs:
        if name not in self._rows:
            self._rows[name] = [self._tested(own, place) for place in range(len(own.kinds))]
        within: list[Pairs] = []
        without: list[Pairs] = []
        for kind, (inside, outside) in zip(own.kinds, self._rows[name], strict=True):
            for rows, to in ((inside, within), (outside, without)):
                if rows is not None:
                    keys = self._sight.facts.keys(group, rows, kind)
                    pairs = keys * self._size + self._sight.facts.case_at(rows)
                    to.append(pairs[keys != NO_CODE])
        pairs = _each_once(within)
        return pairs[~_contained(pairs, _each_once(without))] if without else pairs

    def _tested(self, own: NamedSet, place: int) -> tuple[NDArray[np.int64], NDArray[np.int64] | None]:
        kind = own.kinds[place]
        rows = self._sight.facts.rows(kind)
        outside = None if own.without is None else rows[own.without(self._sight, kind)]
        return rows[own.within(self._sight, kind)], outside


def _each_once(parts: list[Pairs]) -> Pairs:
    """Return pairs in order, each once; they come nearly in order, which a stable sort is quick with."""
    pairs = np.sort(parts[0] if len(parts) == 1 else np.concatenate(parts), kind="stable")
    if len(pairs) < 2:
        return pairs
    is_new = np.concatenate(([True], pairs[1:] != pairs[:-1]))
    return pairs[is_new]


def _contained(pairs: Pairs, others: Pairs) -> NDArray[np.bool_]:
    """Tell which pairs stand among others; both are sorted."""
    if not len(others):
        return np.zeros(len(pairs), np.bool_)
    at = np.minimum(np.searchsorted(others, pairs), len(others) - 1)
    found: NDArray[np.bool_] = others[at] == pairs
    return found


def _instant(at_us: int) -> datetime:
    return EPOCH + timedelta(microseconds=at_us)
