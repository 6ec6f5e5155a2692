"""A made-up fleet on a real network, and the best answer for it found without this program's own search."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np
from immutables import Map
from numpy.typing import NDArray
from scipy.optimize import linear_sum_assignment

from app.city_files import SHIPPED_RUN_CARDS
from dispatch.events import LogKind
from dispatch.ground import Ground
from dispatch.incident import Incident, Location, Stage
from dispatch.matching import IMPOSSIBLE
from dispatch.recommendation import Recommendation
from dispatch.runcard import Need
from dispatch.runcard_file import read_run_cards
from dispatch.state import State, UnitState
from gis.crs import LONLAT, transformer
from gis.roads import RoadNetwork
from resources.roster_made import CREWS, TURNOUTS
from resources.status import Status
from resources.unit import Unit
from tests.gis.road_oracle import Oracle, scatter

NOW = datetime(2026, 3, 2, 20, 0, tzinfo=UTC)
KINDS = (
    "structure_fire",
    "cardiac_arrest",
    "traffic_collision_trapped",
    "gas_leak",
    "burst_water_main",
    "mass_casualty",
)


@dataclass(frozen=True, slots=True)
class Place:
    """Where and what is asked about."""

    kind: str
    location: Location
    alarm_level: int


def fleet_state(network: RoadNetwork, count: int, seed: int) -> State:
    """Scatter `count` units of every department near the roads; three in four are free."""
    dice = np.random.default_rng(seed)
    crews = [(department, words, size) for department, rows in CREWS.items() for _, words, size in rows]
    places = scattered(network, count, seed)
    units = {}
    for number, (lon, lat) in enumerate(places):
        department, words, size = crews[int(dice.integers(len(crews)))]
        unit = Unit(f"U{number:04d}", department, tuple(words.split()), lon, lat, crew=size, turnout=department)
        status = Status.AVAILABLE if dice.random() < 0.75 else Status.OUT_OF_SERVICE
        units[unit.id] = UnitState(unit, status, NOW)
    cards = read_run_cards(SHIPPED_RUN_CARDS)
    return State(
        sequence=1,
        time_zone="America/Vancouver",
        run_cards=cards,
        cards=Map({card.kind: card for card in cards.cards}),
        turnouts=Map({turnout.id: turnout for turnout in TURNOUTS}),
        units=Map(units),
    )


def questions(network: RoadNetwork, count: int, seed: int) -> list[Place]:
    """Ask about places near the roads, every kind in turn and every third at a higher alarm level."""
    return [
        Place(KINDS[number % len(KINDS)], Location(lon, lat), 2 if number % 3 == 0 else 1)
        for number, (lon, lat) in enumerate(scattered(network, count, seed))
    ]


def crisis(network: RoadNetwork, units: int, incidents: int, seed: int) -> State:
    """Scatter a fleet and that many open incidents of all kinds, one second after another, every fourth a major one."""
    state = fleet_state(network, units, seed)
    dice = np.random.default_rng(seed + 1)
    kinds = sorted(state.cards)
    found = {}
    for number, (lon, lat) in enumerate(scattered(network, incidents, seed + 2), start=1):
        card = state.cards[KINDS[number % len(KINDS)] if number % 4 == 0 else kinds[int(dice.integers(len(kinds)))]]
        at = NOW - timedelta(seconds=incidents - number)
        found[number] = Incident(
            number, card.kind, card.priority, 1, Location(lon, lat), Stage.WAITING, at, at, card.mode
        )
    return replace(state, kind=LogKind.DRILL, incidents=Map(found), open_incidents=Map(dict.fromkeys(found)))


def scattered(network: RoadNetwork, count: int, seed: int) -> list[tuple[float, float]]:
    """Return lon/lat of points within some tens of metres of the roads."""
    x, y = scatter(network, count, seed).T
    lon, lat = transformer(network.crs, LONLAT).transform(x, y)
    return list(zip(np.asarray(lon).tolist(), np.asarray(lat).tolist(), strict=True))


class Exact:
    """Answer by Dijkstra over the ground as it stands and by the whole table of every unit for every place to fill."""

    def __init__(self, ground: Ground, state: State) -> None:
        self._ground = ground
        self._state = state
        self._units = [each for _, each in sorted(state.units.items()) if each.status is Status.AVAILABLE]
        self._xy = self._metric([(each.unit.lon, each.unit.lat) for each in self._units])
        self._oracles: dict[str, Oracle] = {}
        self._snaps: dict[str, list[Any]] = {}

    def costs_ms(self, incident: Incident, need: Need) -> NDArray[np.int64]:
        """Give the milliseconds of every free unit, by id, to an incident; IMPOSSIBLE where it does not fit a need."""
        times_s = self.times_s(incident.mode, incident.location)
        able = [
            bool(set(need.any_of) & set(each.unit.capabilities)) and each.unit.crew >= need.min_crew
            for each in self._units
        ]
        fits = np.array(able) & np.isfinite(times_s)
        return np.where(fits, np.rint(np.where(fits, times_s, 0.0) * 1000), IMPOSSIBLE).astype(np.int64)

    def best(self, place: Place) -> tuple[tuple[int, float], tuple[int, float]]:
        """Return (places filled, sum of seconds) for the required and for the optional needs of a question."""
        card = self._state.cards[place.kind]
        times_s = self.times_s(card.mode, place.location)
        needs = card.needs_at(place.alarm_level)
        left = np.ones(len(self._units), dtype=bool)
        first = self._fill([need for need in needs if not need.optional], times_s, left)
        return first, self._fill([need for need in needs if need.optional], times_s, left)

    def _fill(self, needs: list[Need], times_s: NDArray[np.float64], left: NDArray[np.bool_]) -> tuple[int, float]:
        rows = [
            [
                times_s[column]
                if left[column]
                and set(need.any_of) & set(each.unit.capabilities)
                and each.unit.crew >= need.min_crew
                and np.isfinite(times_s[column])
                else 1e9
                for column, each in enumerate(self._units)
            ]
            for need in needs
            for _ in range(need.count)
        ]
        if not rows:
            return 0, 0.0
        table = np.array(rows)
        chosen = [(row, col) for row, col in zip(*linear_sum_assignment(table), strict=True) if table[row, col] < 1e9]
        left[[column for _, column in chosen]] = False
        return len(chosen), float(sum(table[row, column] for row, column in chosen))

    def times_s(self, mode: str, location: Location) -> NDArray[np.float64]:
        """Give the seconds from the order to the place of every free unit, by id; inf where there is no way."""
        if mode not in self._oracles:
            router = self._ground.router(mode)
            self._oracles[mode] = Oracle(router.network, router.profile, sorted(router.closed))
            self._snaps[mode] = router.snap_many(self._xy)
        [target] = self._ground.router(mode).snap_many(self._metric([(location.lon, location.lat)]))
        turnouts = {turnout.id: turnout.day_s for turnout in TURNOUTS}
        turnout_s = np.array([turnouts[each.unit.turnout] for each in self._units])
        return self._oracles[mode].times_s(self._snaps[mode], target) + turnout_s

    def _metric(self, lonlat: list[tuple[float, float]]) -> NDArray[np.float64]:
        lon, lat = np.array(lonlat).T
        return np.column_stack(transformer(LONLAT, self._ground.network.crs).transform(lon, lat))


def measured(state: State, place: Place, answer: Recommendation) -> tuple[tuple[int, float], tuple[int, float]]:
    """Return what `Exact.best` does, of an answer."""
    optional = {need.id for need in state.cards[place.kind].needs if need.optional}
    sums = []
    for is_optional in (False, True):
        etas = [each.eta.total_s for each in answer.chosen if (each.need_id in optional) is is_optional]
        sums.append((len(etas), float(sum(etas))))
    return sums[0], sums[1]
