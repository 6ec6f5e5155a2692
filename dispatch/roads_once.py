"""Roads that are asked once: several plans of one question share their travel times."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

import numpy as np

from dispatch.incident import Closure
from dispatch.recommendation import Path
from dispatch.travels import Roads, Start, Travels, travels_to_each

LonLat = tuple[float, float]


class RoadsOnce:
    """Answer as `ground` does while nothing about it changes, and ask it only about new starts and new places."""

    def __init__(self, ground: Roads) -> None:
        self._ground = ground
        self._known: dict[str, _Table] = {}

    def set_closures(self, closures: Iterable[Closure]) -> None:
        """Pass on which roads are closed; within one question they stay as they are."""
        self._ground.set_closures(closures)

    def set_conditions(self, *, at: datetime, time_zone: str, weather: str) -> None:
        """Pass on the hour and the weather; within one question they stay as they are."""
        self._ground.set_conditions(at=at, time_zone=time_zone, weather=weather)

    def paths(self, mode: str, starts: Sequence[Start], lon: float, lat: float) -> list[Path | None]:
        """Give the way by road from every start to one place."""
        return self._ground.paths(mode, starts, lon, lat)

    def travels(self, mode: str, starts: Sequence[Start], lon: float, lat: float) -> Travels:
        """Give the time from every start to one place."""
        [travels] = self.travels_to_each(mode, starts, [(lon, lat)])
        return travels

    def travels_to_each(self, mode: str, starts: Sequence[Start], places: Sequence[LonLat]) -> list[Travels]:
        """Give the time from every start to each of several places."""
        table = self._known.setdefault(mode, _Table({}, {}))
        more = [start for start in dict.fromkeys(starts) if start not in table.columns]
        if more:
            found = travels_to_each(self._ground, mode, more, list(table.rows))
            for place, travels in zip(table.rows, found, strict=True):
                table.rows[place] = _joined(table.rows[place], travels)
            table.columns.update(zip(more, range(len(table.columns), len(table.columns) + len(more)), strict=True))
        new = [place for place in dict.fromkeys(places) if place not in table.rows]
        if new:
            found = travels_to_each(self._ground, mode, list(table.columns), new)
            table.rows.update(zip(new, found, strict=True))
        columns = np.array([table.columns[start] for start in starts], dtype=np.int64)
        return [_taken(table.rows[place], columns) for place in places]


@dataclass(frozen=True, slots=True)
class _Table:
    columns: dict[Start, int]
    rows: dict[LonLat, Travels]


def _joined(one: Travels, other: Travels) -> Travels:
    many = len(one.travel_s) + len(other.travel_s)
    too_large = np.zeros(many if len(one.is_too_large) or len(other.is_too_large) else 0, dtype=bool)
    too_large[: len(one.is_too_large)] = one.is_too_large
    if len(other.is_too_large):
        too_large[len(one.travel_s) :] = other.is_too_large
    return Travels(
        np.concatenate([one.travel_s, other.travel_s]),
        np.concatenate([one.access_s, other.access_s]),
        np.concatenate([one.is_estimate, other.is_estimate]),
        np.concatenate([one.off_road_m, other.off_road_m]),
        one.is_guess or other.is_guess,
        too_large,
    )


def _taken(travels: Travels, columns: np.ndarray[tuple[int], np.dtype[np.int64]]) -> Travels:
    return Travels(
        travels.travel_s[columns],
        travels.access_s[columns],
        travels.is_estimate[columns],
        travels.off_road_m[columns],
        travels.is_guess,
        travels.is_too_large[columns] if len(travels.is_too_large) else travels.is_too_large,
    )
