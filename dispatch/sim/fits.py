"""How long things last in a city, fitted to its own records: by kind, capability and hour where these say enough."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from zoneinfo import ZoneInfo

import numpy as np

from dispatch.sim.lasting import Drive, Empirical, Fixed, Lasting, Lastings, Lognormal, Shares, Times
from dispatch.sim.records import (
    AT_DESTINATION,
    AVAILABLE,
    DISPATCHED,
    EN_ROUTE,
    ON_SCENE,
    TRANSPORTING,
    Record,
    Records,
    whole_kind,
)
from dispatch.sim.zones import Zones

LEAST = 30  # fewer records than this say nothing about a kind or an hour by themselves
POINTS = 101
HOURS_TOGETHER = 4
LONGEST_S = 24 * 3600.0
SHORTEST_DRIVE_S = 5.0
FORMS = ("empirical", "lognormal")
Key = tuple[str, str, int]


@dataclass(frozen=True, slots=True)
class Fitted:
    """Hold fitted times and from how many records each was made; `told` says what could not be fitted."""

    times: Times
    counts: Mapping[str, int] = field(default_factory=dict)
    told: tuple[str, ...] = ()


def fit_times(records: Records, zones: Zones, *, form: str = "empirical", least: int = LEAST) -> Fitted:
    """Fit every step to records: `form` says whether as they were, or as a lognormal.

    Blank and backward intervals are left out. A drive is fitted over the logarithms of what was recorded and of the
    seconds by road from where the unit stands when nothing calls it: where it really came from is in no record.
    """
    gathered = _gather(records, zones)
    usual = Times()

    def lasting(name: str, otherwise: Lastings) -> Lastings:
        return _fitted(gathered.seconds[name], form, least) or otherwise

    times = Times(
        call=lasting("call", usual.call),
        dispatch=lasting("dispatch", usual.dispatch),
        turnout=lasting("turnout", usual.turnout),
        turnout_mobile=usual.turnout_mobile,
        travel=_drives(gathered.drives, least),
        scene=lasting("scene", usual.scene),
        is_transport=_shares(gathered.transports, least),
        transport=_fitted(gathered.seconds["transport"], form, least),
        handover=lasting("handover", usual.handover),
        is_cancelled=_shares(gathered.cancels, least),
        cancelled=lasting("cancelled", usual.cancelled),
    )
    counts = {name: sum(map(len, groups.values())) for name, groups in sorted(gathered.seconds.items())}
    counts["travel"] = sum(map(len, gathered.drives.values()))
    told = tuple(f"{name}: no record says how long it takes" for name, count in counts.items() if not count)
    return Fitted(times, counts, told)


@dataclass(slots=True)
class _Gathered:
    seconds: defaultdict[str, defaultdict[Key, list[float]]]
    drives: defaultdict[str, list[tuple[float, float]]]
    transports: defaultdict[tuple[str, str], list[bool]]
    cancels: defaultdict[tuple[str, str], list[bool]]


def _gather(records: Records, zones: Zones) -> _Gathered:
    found = _Gathered(defaultdict(lambda: defaultdict(list)), defaultdict(list), defaultdict(list), defaultdict(list))
    for name in ("call", "dispatch", "turnout", "scene", "transport", "handover", "cancelled"):
        found.seconds[name]
    units = {unit.id: unit for unit in records.roster.units}
    homes = {unit.id: zones.near(unit.lon, unit.lat) for unit in records.roster.units}
    modes = {card.kind: card.mode for card in records.cards.cards}
    zone = ZoneInfo(records.time_zone)
    for record in records.incidents:
        kind, hour = whole_kind(record.kind), record.received_at.astimezone(zone).hour
        _gather_call(record, kind, hour, found)
        there = zones.near(record.lon, record.lat)
        for place, each in enumerate(record.responses):
            if each.unit_id not in units:
                continue
            capability = (units[each.unit_id].capabilities or ("",))[0]
            key = (kind, capability, hour)

            def add(name: str, seconds: float | None, key: Key = key) -> None:
                if seconds is not None and seconds <= LONGEST_S:
                    found.seconds[name][key].append(seconds)

            add("turnout", each.took_s(DISPATCHED, EN_ROUTE))
            drive_s = each.took_s(EN_ROUTE, ON_SCENE)
            road_s = zones.to(modes.get(record.kind, "emergency"), there)[homes[each.unit_id]]
            if drive_s is not None and drive_s >= SHORTEST_DRIVE_S and 1.0 <= road_s < math.inf:
                found.drives[capability].append((road_s, drive_s))
            is_there, carries = ON_SCENE in each.instants, TRANSPORTING in each.instants
            if is_there:
                add("scene", each.took_s(ON_SCENE, TRANSPORTING if carries else AVAILABLE))
                found.transports[kind, capability].append(carries)
            add("transport", each.took_s(TRANSPORTING, AT_DESTINATION))
            add("handover", each.took_s(AT_DESTINATION, AVAILABLE))
            if place:
                is_sent_back = not (is_there or carries)
                found.cancels[kind, capability].append(is_sent_back)
                if is_sent_back:
                    add("cancelled", each.took_s(DISPATCHED, AVAILABLE))
    return found


def _gather_call(record: Record, kind: str, hour: int, found: _Gathered) -> None:
    entered_at = record.entered_at or record.received_at
    called_s = (entered_at - record.received_at).total_seconds()
    if 0 <= called_s <= LONGEST_S:
        found.seconds["call"][kind, "", hour].append(called_s)
    sent = [at for each in record.responses if (at := each.instants.get(DISPATCHED)) is not None]
    if sent and 0 <= (waited_s := (min(sent) - entered_at).total_seconds()) <= LONGEST_S:
        found.seconds["dispatch"][kind, "", hour].append(waited_s)


def _fitted(groups: Mapping[Key, list[float]], form: str, least: int) -> Lastings | None:
    """Fit all together, and apart by kind, capability and hour where there are enough; None where there is nothing."""
    everything = [seconds for group in groups.values() for seconds in group]
    if not everything:
        return None
    pooled: defaultdict[Key, list[float]] = defaultdict(list)
    for (kind, capability, hour), group in groups.items():
        together = hour // HOURS_TOGETHER
        for key in _keys(kind, capability, together):
            pooled[key] += group
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
        yield "", capability, together
        yield "", capability, -1
        yield kind, "", -1


def _form(seconds: Iterable[float], form: str) -> Lasting:
    values = np.sort(np.array(list(seconds)))
    if form == "lognormal":
        logs = np.log(np.maximum(values, 1.0))
        return Lognormal(float(np.exp(logs.mean())), float(logs.std())) if len(values) > 1 else Fixed(float(values[0]))
    if len(values) > POINTS:
        values = np.quantile(values, np.linspace(0.0, 1.0, POINTS))
    return Empirical(tuple(np.round(values, 3).tolist()))


def _drives(groups: Mapping[str, list[tuple[float, float]]], least: int) -> dict[str, Drive]:
    every = [pair for group in groups.values() for pair in group]
    found = {capability: _drive(pairs) for capability, pairs in sorted(groups.items()) if len(pairs) >= least}
    return {"": _drive(every) if len(every) >= 2 else Drive(), **found}


def _drive(pairs: list[tuple[float, float]]) -> Drive:
    """Fit log(driven) = log(factor) + power log(road) by least squares; the power stays between 0 and 1."""
    road, driven = (np.log(column) for column in np.array(pairs).T)
    spread = float(((road - road.mean()) ** 2).sum())
    power = float(((road - road.mean()) * (driven - driven.mean())).sum()) / spread if spread > 0 else 1.0
    power = min(max(power, 0.0), 1.0)
    left = driven - power * road
    return Drive(float(np.exp(left.mean())), power, float(left.std()), SHORTEST_DRIVE_S)


def _shares(groups: Mapping[tuple[str, str], list[bool]], least: int) -> Shares:
    pooled: defaultdict[tuple[str, str], list[bool]] = defaultdict(list)
    for (kind, capability), group in groups.items():
        pooled[kind, capability] += group
        pooled["", capability] += group
    by = {key: sum(group) / len(group) for key, group in sorted(pooled.items()) if len(group) >= least}
    every = [one for group in groups.values() for one in group]
    return Shares(sum(every) / len(every) if every else 0.0, by)


Fit = Callable[[Records, Zones], Fitted]
