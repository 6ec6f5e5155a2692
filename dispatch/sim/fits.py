"""How long things last in a city, fitted to its own records: by kind, capability and hour where these say enough."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import permutations

import numpy as np
from numpy.typing import NDArray

from dispatch.sim.effects import turnouts_by_unit, ways_and_hours, without
from dispatch.sim.gathered import SHORTEST_DRIVE_S, Drove, Gathered, Key, counts_of, gather
from dispatch.sim.kinds import kinds_around
from dispatch.sim.lasting import Drive, Empirical, Fixed, Lasting, Lastings, Lognormal, Shares, Times
from dispatch.sim.records import Records
from dispatch.sim.zones import Zones, areas_of

LEAST = 30  # fewer records than this say nothing about a kind or an hour by themselves
POINTS = 101
HOURS_TOGETHER = 4
FORMS = ("empirical", "lognormal")
RARE = ("alarm", "exchanged")  # where no record has any, none happens


@dataclass(frozen=True, slots=True)
class Fitted:
    """Hold fitted times and from how many records each was made; `told` says what could not be fitted."""

    times: Times
    counts: Mapping[str, int] = field(default_factory=dict)
    told: tuple[str, ...] = ()


def fit_times(records: Records, zones: Zones, *, form: str = "empirical", least: int = LEAST) -> Fitted:
    """Fit every step to records: `form` says whether as they were, or as a lognormal.

    Blank and backward intervals are left out. A drive is fitted over the logarithms of what was recorded and of the
    seconds by road from where the unit stood, as far as records tell: one slope for a capability, and how long drives
    take and scatter for each kind of incident apart, since some are driven to without blue lights. Where and when
    drives take longer, and which units turn out slower, is fitted as far as records are sure of it.
    """
    gathered = gather(records, zones)
    usual = Times()

    def lasting(name: str, otherwise: Lastings) -> Lastings:
        return _fitted(gathered.seconds[name], form, least) or otherwise

    travel, travel_by, _ = _drives(gathered.drives, form, least)
    stations = sorted(records.roster.stations, key=lambda each: each.id)
    areas = areas_of(zones, [(each.lon, each.lat) for each in stations])
    ways, hours = ways_and_hours(gathered.drives, Times(travel=travel, travel_by=travel_by), areas)
    plain = without(gathered.drives, Times(ways=ways, hours=hours))
    travel, travel_by, alike = _drives(plain, form, least)
    turnout = lasting("turnout", usual.turnout)
    times = Times(
        call=lasting("call", usual.call),
        dispatch=lasting("dispatch", usual.dispatch),
        turnout=turnout,
        turnout_mobile=lasting("turnout_mobile", usual.turnout_mobile),
        travel=travel,
        scene=lasting("scene", usual.scene),
        is_transport=_shares(gathered.transports, least),
        transport=_fitted(gathered.seconds["transport"], form, least),
        handover=lasting("handover", usual.handover),
        is_cancelled=_shares(gathered.cancels, least),
        cancelled=lasting("cancelled", usual.cancelled),
        travel_by=travel_by,
        alike=alike,
        ways=ways,
        hours=hours,
        turnout_by=turnouts_by_unit(gathered, turnout),
        later=_empirical(gathered, "later", least),
        is_called_off=_shares(gathered.called_off, least),
        is_exchanged=_shares(gathered.exchanges, least),
        exchanged=lasting("exchanged", usual.exchanged),
        alarm=_empirical(gathered, "alarm", least) or usual.alarm,
    )
    counts = counts_of(gathered)
    told = [f"{name}: no record says how long it takes" for name, n in counts.items() if not n and name not in RARE]
    return Fitted(times, counts, tuple(told))


def _fitted(groups: Mapping[Key, list[float]], form: str, least: int) -> Lastings | None:
    """Fit all together, and apart by kind, capability and hour where there are enough; None where there is nothing."""
    everything = [seconds for group in groups.values() for seconds in group]
    if not everything:
        return None
    pooled: defaultdict[Key, list[float]] = defaultdict(list)
    for (kind, capability, hour), group in groups.items():
        together = hour // HOURS_TOGETHER if hour >= 0 else -1
        for each in kinds_around(kind):
            for key in _keys(each, capability, together):
                pooled[key] += group
        if capability:
            pooled["", capability, together] += group
            pooled["", capability, -1] += group
    by: dict[Key, Lasting] = {}
    for (kind, capability, together), group in sorted(pooled.items()):
        if len(group) < least:
            continue
        fitted = _form(group, form)
        hours = range(together * HOURS_TOGETHER, (together + 1) * HOURS_TOGETHER) if together >= 0 else (-1,)
        by.update(((kind, capability, hour), fitted) for hour in hours)
    return Lastings(_form(everything, form), by)


def _keys(kind: str, capability: str, together: int) -> Iterator[Key]:
    yield kind, capability, together
    yield kind, capability, -1
    if capability:
        yield kind, "", -1


def _form(seconds: Iterable[float], form: str) -> Lasting:
    values = np.sort(np.array(list(seconds)))
    if form == "lognormal":
        logs = np.log(np.maximum(values, 1.0))
        return Lognormal(float(np.exp(logs.mean())), float(logs.std())) if len(values) > 1 else Fixed(float(values[0]))
    if len(values) > POINTS:
        values = np.quantile(values, np.linspace(0.0, 1.0, POINTS))
    return Empirical(tuple(np.round(values, 3).tolist()))


def _empirical(gathered: Gathered, step: str, least: int) -> Lastings | None:
    """Fit how much later something was asked for, as it was: most of it comes at once, which is no lognormal."""
    groups = gathered.seconds[step]
    if not any(seconds for group in groups.values() for seconds in group):
        return None
    return _fitted(groups, "empirical", least)


def _drives(
    drives: Sequence[Drove], form: str, least: int
) -> tuple[dict[str, Drive], dict[tuple[str, str], Drive], float]:
    """Fit drives by capability and by (kind, capability); and how much alike drives to one incident are."""
    by_capability: defaultdict[str, list[Drove]] = defaultdict(list)
    for each in drives:
        by_capability[each.capability].append(each)
    travel: dict[str, Drive] = {"": _drive(drives, form)} if len(drives) >= 2 else {"": Drive()}
    travel_by: dict[tuple[str, str], Drive] = {}
    for capability, mine in sorted(by_capability.items()):
        if len(mine) < least:
            continue
        travel[capability] = _drive(mine, form)
        by_kind: defaultdict[str, list[Drove]] = defaultdict(list)
        for each in mine:
            for kind in kinds_around(each.kind):
                by_kind[kind].append(each)
        for kind, some in sorted(by_kind.items()):
            if len(some) >= least:
                travel_by[kind, capability] = _drive(some, form, power=travel[capability].power)
    fitted = Times(travel=travel, travel_by=travel_by)
    return travel, travel_by, _alike(drives, fitted)


def _drive(some: Sequence[Drove], form: str, *, power: float | None = None) -> Drive:
    """Fit log(driven) = log(factor) + power log(road) by least squares; the power stays between 0 and 1."""
    road, driven = (np.log(column) for column in np.array([(each.road_s, each.driven_s) for each in some]).T)
    if power is None:
        spread = float(((road - road.mean()) ** 2).sum())
        slope = float(((road - road.mean()) * (driven - driven.mean())).sum()) / spread if spread > 0 else 1.0
        power = min(max(slope, 0.0), 1.0)
    left = driven - power * road
    factor = float(np.exp(left.mean()))
    if form == "lognormal":
        return Drive(factor, power, float(left.std()), SHORTEST_DRIVE_S)
    scatter = np.exp(left - left.mean())
    if len(scatter) > POINTS:
        scatter = np.quantile(scatter, np.linspace(0.0, 1.0, POINTS))
    return Drive(factor, power, float(left.std()), SHORTEST_DRIVE_S, tuple(np.round(np.sort(scatter), 5).tolist()))


def _alike(drives: Sequence[Drove], fitted: Times) -> float:
    """Correlate what is left of drives to one incident, two by two, with what their fits say taken off."""
    left: defaultdict[int, list[float]] = defaultdict(list)
    for each in drives:
        drive = fitted.drive(each.capability, each.kind)
        usual = np.log(drive.factor) + drive.power * np.log(each.road_s)
        left[each.incident].append((np.log(each.driven_s) - usual) / max(drive.sigma, 1e-9))
    found = [pair for group in left.values() for pair in permutations(group, 2)]
    pairs: NDArray[np.float64] = np.array(found, dtype=np.float64).reshape(-1, 2)
    if len(pairs) < 2 * LEAST:
        return 0.0
    correlation = float(np.atleast_2d(np.corrcoef(pairs.T))[0, 1])
    return round(min(max(correlation, 0.0), 1.0), 4)


def _shares(groups: Mapping[tuple[str, str], list[bool]], least: int) -> Shares:
    pooled: defaultdict[tuple[str, str], list[bool]] = defaultdict(list)
    for (kind, capability), group in groups.items():
        for each in kinds_around(kind):
            pooled[each, capability] += group
        pooled["", capability] += group
    by = {key: sum(group) / len(group) for key, group in sorted(pooled.items()) if len(group) >= least}
    every = [one for group in groups.values() for one in group]
    return Shares(sum(every) / len(every) if every else 0.0, by)
