"""One run: a city, what happens in it, and a policy, from the first call to the last instant."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from dispatch.commands import (
    AssignUnits,
    CloseRoad,
    LoadRoster,
    LoadRunCards,
    OpenLog,
    OpenRoad,
    ReportIncident,
    Tick,
    Who,
)
from dispatch.events import LogKind
from dispatch.incident import Closure, Location
from dispatch.log_interface import Log
from dispatch.runcard import RunCards
from dispatch.sim.clockwork import Clockwork, Due
from dispatch.sim.crew import Crew
from dispatch.sim.demand import Arrivals
from dispatch.sim.desk import Desk
from dispatch.sim.draws import Draws, Purpose
from dispatch.sim.fleet import Fleet
from dispatch.sim.lasting import Times
from dispatch.sim.policies import Sending
from dispatch.sim.posts import Waiting
from dispatch.sim.queue import Queue
from dispatch.sim.slots import askings
from dispatch.sim.tally import BLANK, Tally
from dispatch.sim.trips import DESK
from dispatch.sim.view import View
from dispatch.sim.wants import Wants
from dispatch.sim.zones import Zones
from dispatch.uncollected import uncollected
from resources.unit import Roster

SETUP = Who("scenario", "administrator", "", "simulation")
CLOCK = Who("clock", "system", "", "simulation")


@dataclass(frozen=True, slots=True)
class Roads:
    """Say how units drive from some second on, and which closures stand from then."""

    from_s: float
    zones: Zones
    closures: tuple[Closure, ...] = ()


@dataclass(frozen=True, slots=True)
class World:
    """Hold the ground, the units and the cards of a simulation.

    `roads` come in the order of time, the first from the start; all have the same places. `hospitals` are the zones
    that patients are taken to. `duty` gives by call sign from which second to which a unit is on duty, in order; a unit
    that does not stand there always is.
    """

    name: str
    time_zone: str
    roster: Roster
    cards: RunCards
    roads: tuple[Roads, ...]
    hospitals: tuple[int, ...] = ()
    duty: Mapping[str, tuple[tuple[float, float], ...]] = field(default_factory=dict)


class Run:
    """Simulate one policy on one demand. `tally` holds what came of it, `desk.log` what was decided."""

    def __init__(
        self,
        world: World,
        arrivals: Arrivals,
        times: Times,
        sending: Sending,
        waiting: Waiting,
        draws: Draws,
        log: Log,
        *,
        start_at: datetime,
        warm_up_s: float = 0.0,
        name: str = "simulation",
    ) -> None:
        self.world, self.arrivals, self.times, self.draws = world, arrivals, times, draws
        self.sending = sending
        self.desk = Desk(log, name=name)
        clock = self.clock = Clockwork(self.desk, start_at)
        clock.ask(SETUP, OpenLog(LogKind.SIMULATION, world.name, world.time_zone, "simulate"))
        clock.ask(SETUP, LoadRoster(world.roster, "scenario"))
        clock.ask(SETUP, LoadRunCards(world.cards, "scenario"))
        zones = world.roads[0].zones
        units = sorted(world.roster.units, key=lambda unit: unit.id)
        crews = [Crew(row, unit, zones.near(unit.lon, unit.lat)) for row, unit in enumerate(units)]
        kinds = askings({card.kind: card for card in world.cards.cards}, crews, world.roster)
        self.view = View(self.desk.state, zones, crews, kinds, world.time_zone)
        self.tally = Tally(len(crews))
        self.tally.counts_from_ms = int(warm_up_s * 1000)
        self._queue = Queue()
        self.wants = Wants(clock, self.view, self.tally, times, draws, self._queue)
        self.fleet = Fleet(clock, self.view, self.tally, times, draws, waiting, self.wants, self._freed)
        self.fleet.take_roads(zones, world.hospitals)
        self._zone_of = zones.nearest(arrivals.lonlat).tolist()
        self._alarm_of = None if arrivals.alarm is None else arrivals.alarm.tolist()
        self._received_ms: list[int] = (arrivals.after_s * 1000).astype("int64").tolist()
        for place, roads in enumerate(world.roads):
            clock.put(int(roads.from_s * 1000), Due.ROADS, place)
        for crew in crews:
            self._put_duty(crew)
        if self._received_ms:
            clock.put(self._received_ms[0], Due.ARRIVE, 0)
        clock.does = {
            Due.ROADS: self._change_roads,
            Due.ARRIVE: self._arrive,
            Due.REPORT: self._report,
            Due.SEND: self._due,
            Due.TICK: self._tick,
            Due.MORE: self._more,
            Due.ALARM: self._alarm,
            Due.EXCHANGE: self._exchange,
            **self.fleet.does(),
        }

    def until(self, seconds: float) -> None:
        """Let everything happen that is due before a moment."""
        with uncollected():  # nothing that a run makes goes in a circle
            self.clock.run(int(seconds * 1000), self.view.set_time)

    def finish(self, seconds: float) -> None:
        """Go to the end, and count who is busy until then."""
        self.until(seconds)
        self.fleet.stop(int(seconds * 1000))

    def _put_duty(self, crew: Crew) -> None:
        spells = self.world.duty.get(crew.id)
        if spells is None:
            return
        if not spells or spells[0][0] > 0.0:
            self.clock.put(0, Due.DUTY, crew.row, 0)
        for from_s, until_s in spells:
            if from_s > 0.0:
                self.clock.put(int(from_s * 1000), Due.DUTY, crew.row, 1)
            self.clock.put(int(until_s * 1000), Due.DUTY, crew.row, 0)

    def _change_roads(self, place: int, _: int) -> None:
        now = self.world.roads[place]
        before = self.world.roads[place - 1].closures if place else ()
        for closure in now.closures:
            if closure not in before:
                self.clock.ask(DESK, CloseRoad(closure))
        for closure in before:
            if closure not in now.closures:
                self.clock.ask(DESK, OpenRoad(closure.id))
        self.view.zones = now.zones
        self.fleet.take_roads(now.zones, self.world.hospitals)

    def _arrive(self, row: int, _: int) -> None:
        kind = int(self.arrivals.kind[row])
        lasts = self.times.call.of(self.arrivals.kinds[kind], "", self.view.hour)
        self.tally.incident(kind, self._zone_of[row], self.clock.now_ms)
        entered_s = lasts.pick(self.draws.number(Purpose.CALL, row))
        self.clock.put(self.clock.now_ms + int(entered_s * 1000), Due.REPORT, row)
        if row + 1 < len(self._received_ms):
            self.clock.put(self._received_ms[row + 1], Due.ARRIVE, row + 1)

    def _report(self, row: int, _: int) -> None:
        clock, state = self.clock, self.desk.state
        kind = self.arrivals.kinds[self.arrivals.kind[row]]
        lon, lat = self.arrivals.lonlat[row].tolist()
        number = state.next_incident
        received_at = clock.instant(self._received_ms[row])
        if not clock.ask(DESK, ReportIncident(kind, Location(lon, lat), received_at=received_at)):
            return
        self.tally.incidents["reported"][row] = clock.now_ms
        self.wants.open(number, row, self._zone_of[row])
        lasts = self.times.dispatch.of(kind, "", self.view.hour)
        due_ms = clock.now_ms + int(lasts.pick(self.draws.number(Purpose.DISPATCH, row)) * 1000)
        clock.put(due_ms, Due.SEND, number)
        deadline_at = state.incidents[number].deadline_at
        if deadline_at is not None:
            clock.put(int((deadline_at - clock.start_at).total_seconds() * 1000) + 1, Due.TICK, 0)

    def _due(self, number: int, _: int) -> None:
        """Serve an incident for the first time; one that asks for nobody is over."""
        self.tally.incidents["due"][self.wants.row_of[number]] = self.clock.now_ms
        self.wants.put_off(number)
        if self._alarm_of is not None:
            self.wants.expect_alarms(number, self._alarm_of[self.wants.row_of[number]])
        if not any(self.view.lacking(number)):
            self.fleet.close(number)
            return
        self.wants.wait(number)
        self._send([number])

    def _more(self, number: int, place: int) -> None:
        """Serve an incident that asks for one unit more."""
        if self.wants.ask_more(number, place):
            self._send([number])

    def _exchange(self, number: int, place: int) -> None:
        """Send another unit in the place of one that is sent back."""
        if self.wants.ask_more(number, place):
            self._send([number])
            self.fleet.exchange(number, place)

    def _alarm(self, number: int, level: int) -> None:
        """Raise an incident's alarm, and send what its card adds."""
        if self.wants.raise_alarm(number, level):
            self._send([number])

    def _freed(self) -> None:
        """Serve who waits, now that somebody is free again."""
        if len(self._queue):
            self._send(self._queue.in_order())

    def _send(self, waiting: Sequence[int]) -> None:
        orders = self.sending.send(self.view, waiting, self.clock.at)
        if sum(self._order(order) for order in orders):
            self.fleet.after_sending()

    def _order(self, asked: AssignUnits) -> bool:
        order = self.view.wanted(asked)
        if order is None or not self.clock.ask(DESK, order):
            return False
        number = order.incident_id
        row = self.wants.row_of[number]
        if self.tally.incidents["assigned"][row] == BLANK:
            self.tally.incidents["assigned"][row] = self.clock.now_ms
        self.fleet.begin_all(order)
        if not any(self.view.lacking(number)):
            self._queue.drop(number)
        return True

    def _tick(self, _: int, __: int) -> None:
        self.clock.ask(CLOCK, Tick())
