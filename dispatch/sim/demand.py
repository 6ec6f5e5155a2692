"""What happens in a simulated city, and when: read from records, or drawn from rates."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import numpy as np
from numpy.typing import NDArray

from dispatch.sim.draws import Draws, Purpose

HOURS = 7 * 24
_HOUR_S = 3600.0


@dataclass(frozen=True, slots=True, eq=False)
class Arrivals:
    """Hold what happens in the order in which it does: seconds after the start float64 (n,), ascending, kinds by
    number int64 (n,) into `kinds`, places lonlat float64 (n, 2), WGS 84, and the alarm level that each comes to, int64
    (n,); None: the first."""

    after_s: NDArray[np.float64]
    kind: NDArray[np.int64]
    lonlat: NDArray[np.float64]
    kinds: tuple[str, ...]
    alarm: NDArray[np.int64] | None = None

    def __len__(self) -> int:
        return len(self.after_s)

    def until(self, seconds: float) -> Arrivals:
        """Return what happens before a moment."""
        end = int(np.searchsorted(self.after_s, seconds))
        alarm = None if self.alarm is None else self.alarm[:end]
        return Arrivals(self.after_s[:end], self.kind[:end], self.lonlat[:end], self.kinds, alarm)


Event = tuple[datetime, str, float, float, int]  # instant, kind, lon, lat, the alarm level that it came to


def recorded(events: Sequence[Event], *, start_at: datetime, horizon_s: float) -> Arrivals:
    """Let happen again what was recorded (instants aware). What lies outside is left out."""
    inside = sorted(
        (seconds, kind, lon, lat, alarm)
        for at, kind, lon, lat, alarm in events
        if 0 <= (seconds := (at - start_at).total_seconds()) < horizon_s
    )
    kinds = tuple(sorted({each[1] for each in inside}))
    number = {kind: place for place, kind in enumerate(kinds)}
    return Arrivals(
        np.array([each[0] for each in inside], dtype=np.float64),
        np.array([number[each[1]] for each in inside], dtype=np.int64),
        np.array([each[2:4] for each in inside], dtype=np.float64).reshape(-1, 2),
        kinds,
        np.array([each[4] for each in inside], dtype=np.int64),
    )


@dataclass(frozen=True, slots=True, eq=False)
class Rates:
    """Say how often something happens: `per_hour` float64 (168,) from Monday 0 h local, and what and where it is.

    What happens is one of `samples` (kind's number, lon, lat, alarm level), float64 (n, 4), drawn evenly among those of
    the hour of the week: `hour_of` int64 (n,) says which each belongs to, -1 to all. It lies up to `spread_m` beside
    it.
    """

    per_hour: NDArray[np.float64]
    samples: NDArray[np.float64]
    hour_of: NDArray[np.int64]
    kinds: tuple[str, ...]
    spread_m: float = 0.0

    def times(self, factor: float) -> Rates:
        """Return rates that are higher, or lower, by a factor everywhere."""
        return Rates(self.per_hour * factor, self.samples, self.hour_of, self.kinds, self.spread_m)


def rates_of(
    events: Sequence[Event],
    *,
    weeks: float,
    hours_together: int = 4,
    spread_m: float = 0.0,
) -> Rates:
    """Fit rates by hour of the week to records in local time; `weeks` is how long they were kept.

    What happens in an hour is drawn from the records of the same `hours_together` hours of the day, weekdays and
    weekends apart: one week of records says little about one hour of it.
    """
    per_hour = np.zeros(HOURS)
    kinds = tuple(sorted({each[1] for each in events}))
    number = {kind: place for place, kind in enumerate(kinds)}
    samples, hour_of = np.empty((len(events), 4)), np.empty(len(events), dtype=np.int64)
    for row, (at, kind, lon, lat, alarm) in enumerate(sorted(events)):
        hour = at.weekday() * 24 + at.hour
        per_hour[hour] += 1.0 / weeks
        samples[row] = (number[kind], lon, lat, alarm)
        hour_of[row] = _block(hour, hours_together)
    return Rates(per_hour, samples, hour_of, kinds, spread_m)


def _block(hour_of_week: int, hours_together: int) -> int:
    is_weekend = hour_of_week >= 5 * 24
    return (hour_of_week % 24) // hours_together + (100 if is_weekend else 0)


@dataclass(frozen=True, slots=True)
class Stream:
    """Let one kind of incident happen at one place, or within `spread_m` of it, `per_hour` times an hour on average.

    Its alarm is raised to `alarm_level`, as far as its card knows such levels.
    """

    kind: str
    per_hour: float
    lon: float
    lat: float
    spread_m: float = 0.0
    alarm_level: int = 1


def streams(found: Sequence[Stream], draws: Draws, *, horizon_s: float, factor: float = 1.0) -> Arrivals:
    """Draw independent Poisson streams."""
    random = draws.generator(Purpose.DEMAND)
    kinds = tuple(sorted({each.kind for each in found}))
    number = {kind: place for place, kind in enumerate(kinds)}
    after, kind, lonlat, alarm = [], [], [], []
    for each in found:
        count = int(random.poisson(each.per_hour * factor * horizon_s / _HOUR_S))
        after.append(random.uniform(0.0, horizon_s, count))
        kind.append(np.full(count, number[each.kind], dtype=np.int64))
        lonlat.append(_beside(np.tile([each.lon, each.lat], (count, 1)), each.spread_m, random))
        alarm.append(np.full(count, each.alarm_level, dtype=np.int64))
    return _sorted(np.concatenate(after), np.concatenate(kind), np.concatenate(lonlat), np.concatenate(alarm), kinds)


def drawn(rates: Rates, draws: Draws, *, start_at: datetime, horizon_s: float, hours_together: int = 4) -> Arrivals:
    """Draw a Poisson stream whose rate changes with the hour of the week; `start_at` is in local time."""
    random = draws.generator(Purpose.DEMAND)
    hours = int(np.ceil(horizon_s / _HOUR_S))
    local = [(start_at + timedelta(hours=hour)) for hour in range(hours)]
    of_week = np.array([at.weekday() * 24 + at.hour for at in local])
    counts = random.poisson(rates.per_hour[of_week])
    after = (np.repeat(np.arange(hours), counts) + random.random(int(counts.sum()))) * _HOUR_S
    rows = np.empty(len(after), dtype=np.int64)
    blocks = np.array([_block(int(hour), hours_together) for hour in np.repeat(of_week, counts)])
    picks = random.random(len(after))
    everywhere = np.flatnonzero(rates.hour_of < 0)
    for block in np.unique(blocks):
        mine = blocks == block
        among = np.concatenate([np.flatnonzero(rates.hour_of == block), everywhere])
        among = among if len(among) else np.arange(len(rates.samples))
        rows[mine] = among[(picks[mine] * len(among)).astype(np.int64)]
    samples = rates.samples[rows]
    lonlat = _beside(samples[:, 1:3], rates.spread_m, random)
    kind, alarm = samples[:, 0].astype(np.int64), samples[:, 3].astype(np.int64)
    return _sorted(after, kind, lonlat, alarm, rates.kinds).until(horizon_s)


def _beside(lonlat: NDArray[np.float64], spread_m: float, random: np.random.Generator) -> NDArray[np.float64]:
    """Move places up to so many metres, evenly over a disc."""
    if not spread_m or not len(lonlat):
        return lonlat
    away = spread_m * np.sqrt(random.random(len(lonlat))) / 111_195.0
    angle = random.random(len(lonlat)) * 2 * np.pi
    east = away * np.cos(angle) / np.cos(np.radians(lonlat[:, 1]))
    moved: NDArray[np.float64] = lonlat + np.column_stack([east, away * np.sin(angle)])
    return moved


def _sorted(
    after_s: NDArray[np.float64],
    kind: NDArray[np.int64],
    lonlat: NDArray[np.float64],
    alarm: NDArray[np.int64],
    kinds: tuple[str, ...],
) -> Arrivals:
    order = np.argsort(after_s, kind="stable")
    return Arrivals(after_s[order], kind[order], np.round(lonlat[order], 6), kinds, alarm[order])
