"""The units of a run: from being sent to being home again, and what they report on the way."""

from __future__ import annotations

import math
from collections.abc import Sequence

from dispatch.commands import AssignUnits
from dispatch.decide_tick import ACKNOWLEDGED_WITHIN
from dispatch.sim.binding import Binding
from dispatch.sim.clockwork import Due, Handler
from dispatch.sim.crew import Crew
from dispatch.sim.draws import Purpose
from dispatch.sim.lasting import bound
from dispatch.sim.zones import Zones
from resources.status import Status

OVERDUE_MS = int(ACKNOWLEDGED_WITHIN.total_seconds() * 1000)


class Fleet(Binding):
    """Let crews do what they were sent for."""

    def does(self) -> dict[int, Handler]:
        """Return what handles that which is due of units."""
        return {
            Due.ACKNOWLEDGE: self._acknowledge,
            Due.LEAVE: self._leave,
            Due.ARRIVED: self._arrived,
            Due.CANCEL: self._cancel,
            Due.CARRY: self._carry,
            Due.HANDED: self._handed,
            Due.FREE: self._free,
            Due.HOME: self._come_home,
            Due.DUTY: self._duty,
        }

    def take_roads(self, zones: Zones, hospitals: Sequence[int]) -> None:
        """Drive by other times from now on; who is on the way arrives as was thought."""
        self._zones = zones
        nearest = zones.seconds["emergency"][:, list(hospitals)].argmin(axis=1).tolist() if hospitals else []
        self._hospital = [hospitals[place] for place in nearest]

    def begin_all(self, order: AssignUnits) -> None:
        """Let those who were ordered begin; what they were on their way to lacks them again."""
        number = order.incident_id
        asking, lacking = self._view.asking_of(number), self._view.lacking(number)
        place_of = {asked.need.id: place for place, asked in enumerate(asking.needs)}
        names = self._clock.desk.state.assignments_of[number][-len(order.choices) :]
        for choice, name in zip(order.choices, names, strict=True):
            crew = self._by_id[choice.unit_id]
            if crew.incident:
                self._leave_for_other(crew)
            slot = self.wants.slot(number, place_of[choice.need_id])
            for need_id in (choice.need_id, *choice.also):
                lacking[place_of[need_id]] -= 1
            self._begin(crew, number, name, slot)

    def _begin(self, crew: Crew, number: int, name: str, slot: int) -> None:
        clock, view, times = self._clock, self._view, self._times
        now_ms, row, kind = clock.now_ms, self.wants.row_of[number], view.asking_of(number).card.kind
        was_home = crew.is_home
        crew.stand(crew.at(now_ms, self._zones))
        crew.epoch += 1
        crew.incident, crew.assignment_id, crew.slot = number, name, slot
        crew.is_free = crew.is_home = crew.was_there = False
        crew.home, crew.station = crew.own, crew.unit.station  # a move-up is over once it is sent
        crew.assigned_ms = now_ms
        self.wants.bound[number] += 1
        self._tally.busy(1, now_ms)
        self._response[crew.row] = self._tally.response(row, crew.row, slot, now_ms)
        lasts = times.turnout if was_home else times.turnout_mobile
        turnout = lasts.of(kind, crew.capability, view.hour).pick(self._number(Purpose.TURNOUT, crew))
        if was_home:
            turnout *= times.turnout_by.get(crew.id, 1.0)
        leaves_ms = now_ms + int(turnout * 1000)
        heard = times.acknowledge.of(kind, crew.capability, view.hour).pick(self._number(Purpose.ACKNOWLEDGE, crew))
        heard_ms = now_ms + int(heard * 1000)
        if heard_ms < leaves_ms:
            clock.put(heard_ms, Due.ACKNOWLEDGE, crew.row, crew.epoch)
        if min(heard_ms, leaves_ms) > now_ms + OVERDUE_MS:
            clock.put(now_ms + OVERDUE_MS, Due.TICK, 0)
        clock.put(leaves_ms, Due.LEAVE, crew.row, crew.epoch)
        crew.is_exchanged = self.wants.is_exchanged(number, slot)
        crew.is_called_off = not crew.is_exchanged and self._is_sent_back(crew, kind)
        if crew.is_called_off:
            after = times.cancelled.of(kind, crew.capability, view.hour).pick(self._number(Purpose.CANCELLED, crew))
            crew.cancels_ms = now_ms + int(after * 1000)
            clock.put(crew.cancels_ms, Due.CANCEL, crew.row, crew.epoch)

    def _acknowledge(self, row: int, epoch: int) -> None:
        if (crew := self._now(row, epoch)) is not None:
            self._report(crew, Status.ACKNOWLEDGED)

    def _leave(self, row: int, epoch: int) -> None:
        if (crew := self._now(row, epoch)) is None:
            return
        now_ms, number = self._clock.now_ms, crew.incident
        there = self._view.zone_of[number]
        card, times = self._view.asking_of(number).card, self._times
        road_s = self._zones.to(card.mode, there)[crew.zone]
        common = self._draws.number(Purpose.WAY, self.wants.row_of[number]) if times.alike else 0.0
        u = bound(self._number(Purpose.TRAVEL, crew), common, times.alike)
        drive_s = times.drive(crew.capability, card.kind).pick(u, road_s) * times.way(there, self._view.hour)
        if math.isinf(drive_s):  # the roads were closed while it turned out
            self._send_back(crew)
            return
        self._report(crew, Status.EN_ROUTE)
        self._tally.responses["left"][self._response[row]] = now_ms
        arrives_ms = now_ms + int(drive_s * 1000)
        crew.drive(there, now_ms, arrives_ms, self._zones)
        self._clock.put(arrives_ms, Due.ARRIVED, row, epoch)

    def _arrived(self, row: int, epoch: int) -> None:
        if (crew := self._now(row, epoch)) is None or self._never_arrives(crew):
            return
        clock, times, number = self._clock, self._times, crew.incident
        self._report(crew, Status.ON_SCENE)
        self._tally.responses["arrived"][self._response[row]] = clock.now_ms
        if number not in self.wants.served:
            self.wants.served.add(number)
            self._tally.incidents["arrived"][self.wants.row_of[number]] = clock.now_ms
        crew.stand(crew.to_zone)
        crew.was_there = True
        kind = self._view.asking_of(number).card.kind
        scene_s = times.scene.of(kind, crew.capability, self._view.hour).pick(self._number(Purpose.SCENE, crew))
        share = times.is_transport.of(kind, crew.capability)
        carries = share > 0.0 and self._number(Purpose.IS_TRANSPORT, crew) < share
        clock.put(clock.now_ms + int(scene_s * 1000), Due.CARRY if carries else Due.FREE, row, epoch)

    def _carry(self, row: int, epoch: int) -> None:
        if (crew := self._now(row, epoch)) is None:
            return
        clock, times = self._clock, self._times
        self._report(crew, Status.TRANSPORTING)
        there = self._hospital[crew.zone] if self._hospital else crew.zone
        u = self._number(Purpose.TRANSPORT, crew)
        if times.transport is None:
            takes_s = times.drive(crew.capability).pick(u, self._zones.to("emergency", there)[crew.zone])
        else:
            kind = self._view.asking_of(crew.incident).card.kind
            takes_s = times.transport.of(kind, crew.capability, self._view.hour).pick(u)
        takes_s = takes_s if math.isfinite(takes_s) else 0.0
        arrives_ms = clock.now_ms + int(takes_s * 1000)
        crew.drive(there, clock.now_ms, arrives_ms, self._zones)
        clock.put(arrives_ms, Due.HANDED, row, epoch)

    def _handed(self, row: int, epoch: int) -> None:
        if (crew := self._now(row, epoch)) is None:
            return
        self._report(crew, Status.AT_DESTINATION)
        crew.stand(crew.to_zone)
        kind = self._view.asking_of(crew.incident).card.kind
        lasts = self._times.handover.of(kind, crew.capability, self._view.hour)
        takes_s = lasts.pick(self._number(Purpose.HANDOVER, crew))
        self._clock.put(self._clock.now_ms + int(takes_s * 1000), Due.FREE, row, epoch)

    def _free(self, row: int, epoch: int) -> None:
        """Free a crew whose work is done; with the last one the incident ends, by the same decision where it can."""
        if (crew := self._now(row, epoch)) is None:
            return
        number = crew.incident
        is_last = self.wants.is_done(number, but=1)
        if crew.zone == crew.home:
            self._report(crew, Status.AVAILABLE)
            self._unbind(crew)
            if is_last:
                self.close(number)
        elif is_last:
            self._unbind(crew)
            self.close(number, releasing=True)
        else:
            self._report(crew, Status.AVAILABLE_BY_RADIO)
            self._unbind(crew)
        self._go(crew)
