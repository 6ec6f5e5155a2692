"""Where units were in a city's past, as far as their work tells, and from how far away they were sent."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from dispatch.sim.duty import spells_of
from dispatch.sim.records import DISPATCHED, Records, Response
from dispatch.sim.zones import Zones


@dataclass(frozen=True, slots=True)
class _Left:
    """Say where and when a unit was free again."""

    at: datetime
    zone: int


class PastPlaces:
    """Follow units through records, told one after another.

    A unit is at home, or where it was last as long as it cannot have been home since. What a hospital does to that is
    in no record: it counts from the incident before.
    """

    def __init__(self, records: Records, zones: Zones) -> None:
        self._zones = zones
        units = records.roster.units
        self._home = {unit.id: zones.near(unit.lon, unit.lat) for unit in units}
        self._left: dict[str, _Left] = {}
        peers: defaultdict[tuple[str, str], list[str]] = defaultdict(list)
        for unit in units:
            if not unit.station and unit.capabilities:
                peers[unit.capabilities[0], unit.department].append(unit.id)
        self._peers = {unit_id: ids for ids in peers.values() for unit_id in ids}
        self._duty = _duty(records)

    def start(self, response: Response) -> tuple[int, int]:
        """Return the zone from which a unit set out, and its home."""
        home, sent_at = self._home[response.unit_id], response.instants.get(DISPATCHED)
        return (home if sent_at is None else self._where(response.unit_id, sent_at)), home

    def road_s(self, response: Response, to: Sequence[float]) -> float:
        """Return the seconds by road for which a drive is to be taken, `to` an incident from every zone.

        Nobody knows where a unit that lives at no station waits. A simulation takes it to be where it was last or at a
        made home, and sends the nearest by that; a drive counts as one from there, whoever it was that really went:
        else the simulation's would all be shorter than those that it was fitted to.
        """
        sent_at, start = response.instants.get(DISPATCHED), self.start(response)[0]
        if sent_at is None:
            return to[start]
        free = [each for each in self._peers.get(response.unit_id, ()) if self._is_free(each, sent_at)]
        return min([to[start], *(to[self._where(each, sent_at)] for each in free)])

    def leave(self, response: Response, zone: int) -> None:
        """Note that a unit was at an incident."""
        if response.instants:
            self._left[response.unit_id] = _Left(max(response.instants.values()), zone)

    def _where(self, unit_id: str, at: datetime) -> int:
        home, left = self._home[unit_id], self._left.get(unit_id)
        if left is None:
            return home
        since_s = (at - left.at).total_seconds()
        return left.zone if since_s < self._zones.to("ordinary", home)[left.zone] else home

    def _is_free(self, unit_id: str, at: datetime) -> bool:
        left = self._left.get(unit_id)
        if left is not None and left.at > at:
            return False
        return any(begins_at <= at < ends_at for begins_at, ends_at in self._duty.get(unit_id, ()))


def _duty(records: Records) -> dict[str, list[tuple[datetime, datetime]]]:
    """Return by call sign when units that live at no station were on duty."""
    ends = [at for record in records.incidents for each in record.responses for at in each.instants.values()]
    if not ends:
        return {}
    start_at = records.incidents[0].received_at - timedelta(days=1)
    spells = spells_of(records, start_at=start_at, horizon_s=(max(ends) - start_at).total_seconds())
    return {
        unit_id: [(start_at + timedelta(seconds=begins), start_at + timedelta(seconds=ends)) for begins, ends in mine]
        for unit_id, mine in spells.items()
    }
