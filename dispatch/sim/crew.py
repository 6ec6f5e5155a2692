"""A unit while it is simulated: where it is, what it does next, and whether anybody may send it."""

from __future__ import annotations

from dispatch.sim.zones import Zones
from resources.unit import Unit


class Crew:
    """Keep one unit's place. A trip runs from `zone` to `to_zone` between two milliseconds; -1: it stands at `zone`.

    `epoch` grows whenever what it was about to do is not so any more: older plans for it are dropped. `incident` is
    the number of what it is bound to (0: nothing), `slot` which of its units it is. It waits at `home`, which is `own`
    unless it has moved up; `station` names where that is. One that `is_called_off` is sent back at `cancels_ms` unless
    it is needed after all, one that `is_exchanged` when another one is sent in its place.
    """

    __slots__ = (
        "arrives_ms", "assigned_ms", "assignment_id", "busy_ms", "cancels_ms", "capability", "department", "departs_ms",
        "drives", "epoch", "from_home_s", "from_road_s", "home", "id", "incident", "is_called_off", "is_exchanged",
        "is_free", "is_home", "is_off", "own", "row", "slot", "station", "to_zone", "unit", "was_there", "zone",
    )  # fmt: skip

    def __init__(self, row: int, unit: Unit, home: int) -> None:
        self.row, self.unit, self.id = row, unit, unit.id
        self.department = unit.department
        self.capability = unit.capabilities[0] if unit.capabilities else ""
        self.own = self.home = self.zone = home
        self.station = unit.station
        self.to_zone = -1
        self.departs_ms = self.arrives_ms = self.assigned_ms = self.busy_ms = self.cancels_ms = 0
        self.epoch = self.incident = self.slot = 0
        self.from_home_s = self.from_road_s = 0.0  # the turnout that the roster expects
        self.assignment_id = ""
        self.is_free = self.is_home = True
        self.was_there = self.drives = self.is_off = self.is_called_off = self.is_exchanged = False

    def at(self, now_ms: int, zones: Zones) -> int:
        """Return the place nearest to where it is: on a trip, as far along the line as of its time has passed."""
        if self.to_zone < 0:
            return self.zone
        if now_ms >= self.arrives_ms:
            return self.to_zone
        lonlat = self.lonlat(now_ms, zones)
        return zones.near(*lonlat)

    def lonlat(self, now_ms: int, zones: Zones) -> tuple[float, float]:
        """Return where it is (lon, lat)."""
        table = zones.lonlat
        lon, lat = float(table[self.zone, 0]), float(table[self.zone, 1])
        if self.to_zone < 0 or self.arrives_ms <= self.departs_ms:
            return lon, lat
        share = min(1.0, (now_ms - self.departs_ms) / (self.arrives_ms - self.departs_ms))
        return (
            lon + share * (float(table[self.to_zone, 0]) - lon),
            lat + share * (float(table[self.to_zone, 1]) - lat),
        )

    def stand(self, zone: int) -> None:
        """Let it stand somewhere."""
        self.zone, self.to_zone = zone, -1
        self.drives = False

    def drive(self, to_zone: int, now_ms: int, arrives_ms: int, zones: Zones) -> None:
        """Let it set out from where it is."""
        self.zone = self.at(now_ms, zones)
        self.to_zone, self.departs_ms, self.arrives_ms = to_zone, now_ms, arrives_ms
        self.drives = True
