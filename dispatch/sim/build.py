"""Make of a scenario what runs: the ground as zones, units, what happens, how long things last, policies."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray

from dispatch.compliance import ComplianceTable
from dispatch.coverage_maths import greedy_sites
from dispatch.demand.cells import gathered
from dispatch.incident import Closure
from dispatch.redirects import NEVER, Redirects
from dispatch.runcard import RunCards
from dispatch.sim.demand import Arrivals, Event, Rates, drawn, rates_of, recorded, streams
from dispatch.sim.draws import Draws
from dispatch.sim.duty import spells_of
from dispatch.sim.fits import Fitted, fit_times
from dispatch.sim.lasting import Lastings, Shares, Times
from dispatch.sim.policies import ClosestIdle, JointPlan, Sending
from dispatch.sim.posts import Compliance, Dmexclp, Home, Waiting
from dispatch.sim.records import Records
from dispatch.sim.run import Roads, World
from dispatch.sim.splitting import as_sent, by_priority
from dispatch.sim.study import PolicyPlan, Study
from dispatch.sim.telling import alarms_told, redirects_told
from dispatch.sim.zones import Zones, road_zones, straight_zones
from resources.unit import Roster

if TYPE_CHECKING:
    from dispatch.ground import Ground
    from gis.city import City

Say = Callable[[float, str], None]
NOON_H = 12


class CannotBuild(ValueError):
    """A scenario asks for something that its city or its history does not have."""


@dataclass(frozen=True, slots=True, eq=False)
class Ready:
    """Hold what every run of a scenario shares. It is given to worker processes once.

    `weight` float64 (zones,) is how demand lies. `told` says what was left out or guessed.
    """

    study: Study
    world: World
    times: Times
    start_at: datetime
    weight: NDArray[np.float64]
    records: Records | None = None
    fitted: Fitted | None = None
    rates: Rates | None = None
    told: tuple[str, ...] = ()

    def arrivals(self, draws: Draws) -> Arrivals:
        """Return what happens in one replication."""
        plan, horizon_s = self.study.demand, self.study.horizon_s
        if plan.source == "streams":
            return streams(plan.streams, draws, horizon_s=horizon_s, factor=plan.factor)
        assert self.records is not None
        if plan.source == "history":
            return recorded(_events(self.records), start_at=self.start_at, horizon_s=horizon_s)
        assert self.rates is not None
        return drawn(self.rates.times(plan.factor), draws, start_at=self.study.start_at, horizon_s=horizon_s)

    def sending(self, plan: PolicyPlan) -> Sending:
        """Return how a policy sends."""
        if plan.sending == "closest":
            return ClosestIdle()
        return JointPlan((self.study.redirects or NEVER) if plan.redirect else NEVER)

    def waiting(self, plan: PolicyPlan) -> Waiting:
        """Return where a policy lets units wait."""
        if plan.move_ups == "dmexclp":
            return Dmexclp(self.weight, within_s=plan.within_s, busy=plan.busy)
        if plan.move_ups == "compliance":
            return Compliance(self._tables(plan))
        return Home()

    def told_of(self, plan: PolicyPlan) -> tuple[str, ...]:
        """Return what was left out or guessed, and what a policy cannot do here."""
        if not plan.redirect:
            return self.told
        happens = {each.kind for each in self.study.demand.streams}
        if self.study.demand.source != "streams" and self.records is not None:
            happens = {each.kind for each in self.records.incidents}
        priorities = {card.priority for card in self.world.cards.cards if card.kind in happens}
        return (*self.told, *redirects_told(self.study.redirects or NEVER, priorities))

    def _tables(self, plan: PolicyPlan) -> list[ComplianceTable]:
        """Return the tables that are given, or for each department one whose rows each add what covers most."""
        if plan.hold:
            return [ComplianceTable(department, "given", rows) for department, rows in sorted(plan.hold.items())]
        zones, roster, found = self.world.roads[0].zones, self.world.roster, []
        for department in roster.departments:
            mine = sorted((each for each in roster.stations if each.department == department.id), key=lambda s: s.id)
            count = sum(unit.department == department.id for unit in roster.units)
            if mine and count:
                at = [zones.near(each.lon, each.lat) for each in mine]
                reach = zones.seconds["emergency"][at] <= plan.within_s
                order = [mine[site].id for site in greedy_sites(reach, self.weight, plan.busy, count)]
                rows = tuple(tuple(order[: number + 1]) for number in range(len(order)))
                found.append(ComplianceTable(department.id, "made", rows))
        return found


def make_ready(
    study: Study,
    *,
    city: City,
    roster: Roster,
    cards: RunCards,
    records: Records | None,
    ground: Ground | None,
    redirects: Redirects = NEVER,
    say: Say | None = None,
) -> Ready:
    """Build what a scenario needs. `records` have been read from its history; without `ground` ways are straight.

    Raises CannotBuild.
    """
    tell = say or (lambda share, doing: None)
    told: list[str] = []
    if records is not None:
        records = by_priority(replace(records, cards=_cards(cards, records)))
        if study.demand.needs == "as_sent":
            records = as_sent(records)
        cards = records.cards
    roster = _without_stations(roster, study.closed_stations)
    if not roster.units:
        raise CannotBuild("nobody is left to send: the roster has no units")
    _check_kinds(study, cards, records)
    places, first_hospital, first_cell, weight = _places(study, city, roster, records)
    tell(0.1, "timing the roads")
    zone = ZoneInfo(city.time_zone)
    start_at = study.start_at.replace(tzinfo=zone).astimezone(UTC)
    conditions_at = study.start_at.replace(hour=NOON_H, tzinfo=zone).astimezone(UTC)
    if ground is None:
        told.append("the city has no roads: ways are guessed along straight lines")
    roads = []
    for from_s, closures in _periods(study):
        zones = (
            straight_zones(places)
            if ground is None
            else road_zones(
                ground, places, closures=closures, at=conditions_at, time_zone=city.time_zone, weather=study.weather
            )
        )
        roads.append(Roads(from_s, zones, closures))
    hospitals = tuple(range(first_hospital, first_cell))
    tell(0.7, "fitting times")
    times, fitted = times_of(study, records, roads[0].zones)
    told += fitted.told if fitted is not None else ()
    rates = None
    if study.demand.source == "rates" and records is not None:
        rates = _rates(study, records, zone)
    duty = {}
    if study.demand.duty == "as_recorded" and records is not None:
        duty = spells_of(records, start_at=start_at, horizon_s=study.horizon_s)
    world = World(city.name, city.time_zone, roster, cards, tuple(roads), hospitals, duty)
    whole = np.zeros(len(places))
    whole[first_cell:] = weight
    study = replace(study, redirects=study.redirects or redirects)
    told += alarms_told(records) if records is not None else ()
    return Ready(study, world, times, start_at, whole, records, fitted, rates, tuple(told))


def _events(records: Records) -> list[Event]:
    return [(each.received_at, each.kind, each.lon, each.lat, each.alarm_level) for each in records.incidents]


def _rates(study: Study, records: Records, zone: ZoneInfo) -> Rates:
    """Fit rates to all whole days of the records: a day cut short would count as a quiet one."""
    local = [(each[0].astimezone(zone).replace(tzinfo=None), *each[1:]) for each in _events(records)]
    if not local:
        raise CannotBuild("the history has no incidents to fit rates to")
    days = len({each[0].date() for each in local})
    return rates_of(local, weeks=days / 7, spread_m=study.demand.spread_m)


def _cards(cards: RunCards, records: Records) -> RunCards:
    """Let the city's cards stand, and add those of the records for kinds that it has none of."""
    known = {card.kind for card in cards.cards}
    return RunCards((*cards.cards, *(card for card in records.cards.cards if card.kind not in known)))


def _without_stations(roster: Roster, closed: Sequence[str]) -> Roster:
    known = {station.id for station in roster.stations}
    unknown = [each for each in closed if each not in known]
    if unknown:
        raise CannotBuild(f"closed_stations: {', '.join(unknown)} is no station of the roster")
    gone = set(closed)
    units = tuple(unit for unit in roster.units if unit.station not in gone)
    here = {unit.id for unit in units}
    forces = tuple(force for force in roster.task_forces if here.issuperset(force.units))
    stations = tuple(station for station in roster.stations if station.id not in gone)
    return replace(roster, units=units, stations=stations, task_forces=forces)


def _check_kinds(study: Study, cards: RunCards, records: Records | None) -> None:
    known = {card.kind for card in cards.cards}
    asked = {each.kind for each in study.demand.streams}
    if study.demand.source != "streams" and records is not None:
        asked = {each.kind for each in records.incidents}
    missing = sorted(asked - known)
    if missing:
        raise CannotBuild(f"there is no run card for {', '.join(missing[:8])}{' ...' if len(missing) > 8 else ''}")


def _places(
    study: Study, city: City, roster: Roster, records: Records | None
) -> tuple[NDArray[np.float64], int, int, NDArray[np.float64]]:
    """Return homes and stations, hospitals, then cells of demand, lon/lat float64 (k, 2); and the cells' weight."""
    homes = dict.fromkeys([(unit.lon, unit.lat) for unit in roster.units])
    homes |= dict.fromkeys([(station.lon, station.lat) for station in roster.stations])
    if study.demand.source == "streams":
        found = [(each.lon, each.lat, each.per_hour) for each in study.demand.streams]
    else:
        found = [(each.lon, each.lat, 1.0) for each in (records.incidents if records is not None else ())]
    lonlat = np.array(found, dtype=np.float64).reshape(-1, 3)
    if not len(lonlat):
        raise CannotBuild("nothing happens: the demand has no incidents")
    x, y = city.to_metric(lonlat[:, 0], lonlat[:, 1])
    most = max(10, study.most_zones - len(homes) - len(study.hospitals))
    _, _, middle, share = gathered(np.column_stack([x, y]), lonlat[:, 2], most_cells=most)
    cells = np.column_stack(city.to_lonlat(middle[:, 0], middle[:, 1]))
    before = np.array([*homes, *study.hospitals], dtype=np.float64).reshape(-1, 2)
    return np.concatenate([before, cells]), len(homes), len(before), share


def _periods(study: Study) -> list[tuple[float, tuple[Closure, ...]]]:
    """Return from which second which closures stand, in the order of time, the start first."""
    turns = {0.0}
    for each in study.closures:
        turns |= {hour * 3600.0 for hour in (each.from_h, each.until_h) if hour * 3600.0 < study.horizon_s}
    return [
        (
            at_s,
            tuple(each.closure for each in study.closures if each.from_h * 3600 <= at_s < each.until_h * 3600),
        )
        for at_s in sorted(turns)
    ]


def times_of(study: Study, records: Records | None, zones: Zones) -> tuple[Times, Fitted | None]:
    """Fit to records what a scenario asks to be fitted, and put what it says itself in its place."""
    if study.times.fit == "none" or records is None:
        return _given(study, Times()), None
    fitted = fit_times(records, zones, form=study.times.fit)
    return _given(study, fitted.times), fitted


def _given(study: Study, times: Times) -> Times:
    """Put what a scenario says in the place of what was fitted."""
    plan = study.times
    given: dict[str, Any] = {step: Lastings(lasting) for step, lasting in plan.given.items()}
    found = replace(times, **given)
    if plan.travel is not None:
        found = replace(found, travel={"": plan.travel}, travel_by={}, alike=0.0, ways=(), hours=())
    if "turnout" in given:
        found = replace(found, turnout_by={})
    if plan.is_transport is not None:
        found = replace(found, is_transport=Shares(plan.is_transport))
    if plan.is_cancelled is not None:
        found = replace(found, is_cancelled=Shares(plan.is_cancelled), is_called_off=Shares(), is_exchanged=Shares())
    return found
