"""What is known round a place: warnings, earlier incidents, and open ones that may be the same event."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from PySide6.QtCore import QObject

from app import jobs
from app.desk import Desk
from dispatch.events import Entry, IncidentReported, LocationCorrected
from dispatch.incident import Incident, Location, PremiseWarning, Stage
from dispatch.state import State

CELL_DEG = 0.005  # about 550 m north-south
EARTH_M_PER_DEG = 111_195.0
DUPLICATE_WITHIN_M = 400.0
EARLIER_WITHIN_M = 40.0
MOST_SHOWN = 5
AT_ONCE = 5_000  # incidents that are placed before the window stands; of more, those that are over are placed beside it
Cell = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Neighbour:
    """One incident near a place; `score` from 0 to 1 says how likely it is the same event."""

    incident: Incident
    distance_m: float
    score: float = 0.0


def metres_between(a: tuple[float, float], b: tuple[float, float]) -> float:
    """Return the distance of two (lon, lat) points on a sphere flattened at their latitude; right within a city."""
    shrink = math.cos(math.radians((a[1] + b[1]) / 2))
    return EARTH_M_PER_DEG * math.hypot((a[0] - b[0]) * shrink, a[1] - b[1])


def warnings_at(state: State, lon: float, lat: float, at: datetime) -> tuple[tuple[PremiseWarning, float], ...]:
    """Return the warnings in whose circle a point lies, nearest first, with the distance in metres."""
    found = [
        (warning, distance_m)
        for warning in state.warnings.values()
        if (distance_m := metres_between((lon, lat), (warning.lon, warning.lat))) <= warning.radius_m
        and (warning.until is None or warning.until > at)
    ]
    return tuple(sorted(found, key=lambda pair: (pair[1], pair[0].id)))


class Nearby(QObject):
    """Find incidents round a place without walking through all of them: a grid kept up by entries."""

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self._desk = desk
        self._cells: dict[Cell, set[int]] = defaultdict(set)
        self._cell_of: dict[int, Cell] = {}
        self._is_built = False
        self._placing: jobs.Job | None = None
        desk.state_changed.connect(self._on_state_changed)
        self._build()

    @classmethod
    def of(cls, desk: Desk) -> Nearby:
        """Return the one index of a desk."""
        return desk.findChild(cls) or cls(desk)

    def duplicates(self, location: Location, kind: str, at: datetime) -> tuple[Neighbour, ...]:
        """Return open incidents that may be the same event, likeliest first: near, recent, alike in kind."""
        cards = self._desk.state.cards
        group = cards[kind].group if kind in cards else ""
        found = []
        for incident, distance_m in self._around(location, DUPLICATE_WITHIN_M):
            if incident.stage is Stage.CLOSED:
                continue
            age_h = max(0.0, (at - incident.received_at).total_seconds()) / 3600
            its_group = cards[incident.kind].group if incident.kind in cards else ""
            likeness = 1.0 if incident.kind == kind else 0.7 if not kind or (group and its_group == group) else 0.35
            score = likeness * (1 - distance_m / (1.25 * DUPLICATE_WITHIN_M)) / (1 + age_h / 6)
            if score >= 0.12:
                found.append(Neighbour(incident, distance_m, score))
        return tuple(sorted(found, key=lambda one: (-one.score, -one.incident.id))[:MOST_SHOWN])

    def earlier(self, location: Location) -> tuple[Neighbour, ...]:
        """Return closed incidents of this very place, latest first."""
        found = [
            Neighbour(incident, distance_m)
            for incident, distance_m in self._around(location, EARLIER_WITHIN_M)
            if incident.stage is Stage.CLOSED
        ]
        return tuple(sorted(found, key=lambda one: -one.incident.id)[:MOST_SHOWN])

    def _around(self, location: Location, within_m: float) -> Iterator[tuple[Incident, float]]:
        self._build()
        here = (location.lon, location.lat)
        reach = math.ceil(within_m / (EARTH_M_PER_DEG * CELL_DEG * max(0.05, math.cos(math.radians(location.lat)))))
        column, row = _cell(*here)
        for east in range(column - reach, column + reach + 1):
            for north in range(row - 1, row + 2):
                for number in self._cells.get((east, north), ()):
                    incident = self._desk.state.incidents[number]
                    distance_m = metres_between(here, (incident.location.lon, incident.location.lat))
                    if distance_m <= within_m:
                        yield incident, distance_m

    def _build(self) -> None:
        if self._is_built:
            return
        self._is_built = True
        state = self._desk.state
        if len(state.incidents) <= AT_ONCE:
            for incident in state.incidents.values():
                self._move(incident.id, incident.location)
            return
        for number in state.open_incidents:
            self._move(number, state.incidents[number].location)
        self._placing = jobs.start(lambda _: _placed(state.incidents), done=self._take)

    def _take(self, placed: tuple[dict[Cell, set[int]], dict[int, Cell]]) -> None:
        """Take where all incidents were some seconds ago, and keep what has been heard of since."""
        self._placing = None
        heard = self._cell_of
        self._cells, self._cell_of = placed
        for number, cell in heard.items():
            self._put(number, cell)

    def _on_state_changed(self, entry: Entry | None, state: State) -> None:
        if entry is None:
            self._cells.clear()
            self._cell_of.clear()
            self._is_built = False
            if self._placing is not None:
                self._placing.cancel()
                self._placing = None
        elif self._is_built:
            for event in entry.events:
                if isinstance(event, (IncidentReported, LocationCorrected)):
                    self._move(event.incident_id, event.location)

    def _move(self, number: int, location: Location) -> None:
        self._put(number, _cell(location.lon, location.lat))

    def _put(self, number: int, now: Cell) -> None:
        before = self._cell_of.get(number)
        if before is not None:
            self._cells[before].discard(number)
        self._cells[now].add(number)
        self._cell_of[number] = now


def _cell(lon: float, lat: float) -> Cell:
    return math.floor(lon / CELL_DEG), math.floor(lat / CELL_DEG)


def _placed(incidents: Mapping[int, Incident]) -> tuple[dict[Cell, set[int]], dict[int, Cell]]:
    """Return which incidents lie in each cell, and in which cell each lies."""
    cells: dict[Cell, set[int]] = defaultdict(set)
    cell_of: dict[int, Cell] = {}
    for number, incident in incidents.items():
        cell = cell_of[number] = _cell(incident.location.lon, incident.location.lat)
        cells[cell].add(number)
    return cells, cell_of
