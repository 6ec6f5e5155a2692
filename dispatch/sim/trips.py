"""The ways of units while nothing binds them: home, to where they move up, and off duty."""

from __future__ import annotations

import math

from dispatch.commands import EndMoveUp, MoveUp, ReportStatus, Who
from dispatch.sim.clockwork import Clockwork, Due
from dispatch.sim.crew import Crew
from dispatch.sim.lasting import Times
from dispatch.sim.posts import Waiting
from dispatch.sim.view import View
from resources.status import Status

DESK = Who("policy", "dispatcher", "", "simulation")
CREW = Who("crew", "crew", "", "simulation")
OFF_DUTY = "off_duty"


class Trips:
    """Let crews that nothing binds go where they are to wait."""

    def __init__(self, clock: Clockwork, view: View, times: Times, waiting: Waiting) -> None:
        self._clock, self._view, self._times, self._waiting = clock, view, times, waiting
        self._crews = view.crews
        self._by_id = {crew.id: crew for crew in view.crews}
        self._zones = view.zones

    def after_sending(self) -> None:
        """Let those who wait elsewhere move, now that some have gone."""
        for move in self._waiting.sent(self._view, self._clock.at):
            self._move(move)

    def _now(self, row: int, epoch: int) -> Crew | None:
        """Return a crew, None where it has been sent elsewhere or back since this was put on the clock."""
        crew = self._crews[row]
        return crew if crew.epoch == epoch else None

    def _report(self, crew: Crew, status: Status) -> None:
        self._clock.ask(CREW, ReportStatus(crew.id, status, source="crew"))

    def _drive_home(self, crew: Crew) -> None:
        now_ms, zones = self._clock.now_ms, self._zones
        here = crew.at(now_ms, zones)
        takes_s = self._times.home.pick(0.5, zones.to("ordinary", crew.home)[here])
        arrives_ms = now_ms + int((takes_s if math.isfinite(takes_s) else 3600.0) * 1000)
        crew.epoch += 1
        crew.drive(crew.home, now_ms, arrives_ms, zones)
        self._clock.put(arrives_ms, Due.HOME, crew.row, crew.epoch)

    def _come_home(self, row: int, epoch: int) -> None:
        if (crew := self._now(row, epoch)) is not None:
            self._report(crew, Status.AVAILABLE)
            crew.stand(crew.home)
            crew.is_home = True

    def _move(self, move: MoveUp | EndMoveUp) -> None:
        """Let a crew wait elsewhere; one that stood at a station drives off."""
        if not self._clock.ask(DESK, move):
            return
        crew = self._by_id[move.unit_id]
        unit = self._clock.desk.state.units[crew.id]
        crew.home = self._zones.near(*unit.home) if unit.post is not None else crew.own
        crew.station = unit.station
        if crew.is_home and crew.zone != crew.home:
            self._report(crew, Status.AVAILABLE_BY_RADIO)
            crew.is_home = False
        if not crew.is_home:
            self._drive_home(crew)

    def _go_off(self, crew: Crew) -> None:
        self._clock.ask(CREW, ReportStatus(crew.id, Status.OUT_OF_SERVICE, OFF_DUTY, source="crew"))
        crew.epoch += 1
        crew.home, crew.station = crew.own, crew.unit.station
        crew.stand(crew.own)
        crew.is_off, crew.is_free, crew.is_home = True, False, True
