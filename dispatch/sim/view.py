"""What a policy sees of a simulation: the state as it stands, where units are, and how soon they would be there."""

from __future__ import annotations

from array import array
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from zoneinfo import ZoneInfo

from dispatch.commands import AssignUnits
from dispatch.sim.crew import Crew
from dispatch.sim.open_state import OpenState
from dispatch.sim.slots import Asking
from dispatch.sim.zones import ZoneRoads, Zones
from dispatch.state import State
from dispatch.turnout import turnout_time_s
from resources.position import Fix
from resources.shifts import is_on_duty
from resources.status import Status


class View:
    """Answer a policy. Turnouts are the roster's, by local hour: what a desk expects, not what will come."""

    def __init__(
        self, state: OpenState, zones: Zones, crews: Sequence[Crew], kinds: dict[str, Asking], time_zone: str
    ) -> None:
        self.state, self.zones, self.crews, self.kinds = state, zones, crews, kinds
        self.now_ms = 0
        self.hour = 0
        self.zone_of: dict[int, int] = {}
        self.lacking_of: dict[int, list[int]] = {}
        self._zone = ZoneInfo(time_zone)
        self._hour_of_turnouts = -1
        self._has_shifts = any(crew.unit.shift for crew in crews)
        self._shares = any(crew.unit.cross_staffed for crew in crews)
        self._off: frozenset[str] = frozenset()
        self._quarter_ends_ms = -1

    def set_time(self, now_ms: int, at: datetime) -> None:
        """Move to a moment; the local hour is looked up once a quarter of an hour."""
        self.now_ms = now_ms
        if now_ms >= self._quarter_ends_ms:
            into_s = at.timestamp() % 900.0
            self._quarter_ends_ms = now_ms + int((900.0 - into_s) * 1000)
            local = at.astimezone(self._zone)
            self.hour = local.hour
            if self.hour != self._hour_of_turnouts:
                self._take_turnouts()
            if self._has_shifts:
                shifts = self.state.roster.shifts
                self._off = frozenset(shift.id for shift in shifts if not is_on_duty(shift, local.time()))

    def asking_of(self, number: int) -> Asking:
        """Return what an incident's card asks."""
        return self.kinds[self.state.incidents[number].kind]

    def lacking(self, number: int) -> list[int]:
        """Return by need how many places of it nobody was sent for."""
        return self.lacking_of[number]

    def wanted(self, order: AssignUnits) -> AssignUnits | None:
        """Leave of an order what is still lacking; None where that is nobody.

        A plan reads the log: of a crew that has done its work and left, it sees that its place is empty again.
        """
        lacking = self.lacking_of.get(order.incident_id)
        if lacking is None:
            return None
        left = {
            asked.need.id: count for asked, count in zip(self.asking_of(order.incident_id).needs, lacking, strict=True)
        }
        kept = []
        for choice in order.choices:
            needs = (choice.need_id, *choice.also)
            if any(left[need_id] > 0 for need_id in needs):
                kept.append(choice)
                for need_id in needs:
                    left[need_id] -= 1
        if len(kept) == len(order.choices):
            return order
        return replace(order, choices=tuple(kept)) if kept else None

    def to_incident(self, number: int) -> array[float]:
        """Return the seconds from every place to an incident, in its mode."""
        return self.zones.to(self.state.incidents[number].mode, self.zone_of[number])

    def _take_turnouts(self) -> None:
        """Say how long every crew should take to drive off in this hour, by the roster."""
        self._hour_of_turnouts = self.hour
        for crew in self.crews:
            turnout = self.state.turnouts.get(crew.unit.turnout)
            crew.from_home_s = turnout_time_s(turnout, Status.AVAILABLE, self.hour, is_moving=False)
            crew.from_road_s = turnout_time_s(turnout, Status.AVAILABLE_BY_RADIO, self.hour, is_moving=False)

    @property
    def bars(self) -> bool:
        """Tell whether free crews may be barred at all: there are shifts, or crews that share vehicles."""
        return self._has_shifts or self._shares

    def is_barred(self, crew: Crew) -> bool:
        """Tell whether a free crew is off its shift, held in reserve, or rides another vehicle."""
        if self._has_shifts and crew.is_home and crew.unit.shift in self._off:
            return True
        return self._shares and self.shares_crew(crew, ())

    def shares_crew(self, crew: Crew, taken: object) -> bool:
        """Tell whether a crew is out with another vehicle, or goes with one of those in `taken`."""
        word = crew.unit.cross_staffed
        if not word:
            return False
        rows = taken if isinstance(taken, set) else ()
        return any(
            other is not crew and other.unit.cross_staffed == word and (not other.is_free or other.row in rows)
            for other in self.crews
        )

    def priority_of(self, number: int) -> int:
        """Return an incident's priority; 0 for none."""
        incident = self.state.incidents.get(number)
        return 0 if incident is None else incident.priority

    def alarm_of(self, number: int) -> int:
        """Return the alarm level that an incident has now."""
        return self.state.incidents[number].alarm_level

    def as_state(self) -> State:
        """Return the state as it stands, for questions that ask all of it."""
        return self.state.as_state()

    def roads(self) -> ZoneRoads:
        """Return the ground as it is driven, for questions that ask roads."""
        incidents = self.state.incidents
        places = ((incidents[number].location, zone) for number, zone in self.zone_of.items())
        return ZoneRoads(self.zones, {(place.lon, place.lat): zone for place, zone in places})

    def fixes(self, at: datetime) -> dict[str, Fix]:
        """Return where every unit is that does not stand at home."""
        found = {}
        for crew in self.crews:
            if not crew.is_home or crew.incident:
                lon, lat = crew.lonlat(self.now_ms, self.zones)
                found[crew.id] = Fix(crew.id, lon, lat, at, at, 0.0, None, "simulated")
        return found
