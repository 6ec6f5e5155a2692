"""What records say of how long things last, sorted by kind, capability and hour, before anything is fitted to it."""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from zoneinfo import ZoneInfo

from dispatch.sim.lasting import further
from dispatch.sim.records import (
    AT_DESTINATION,
    AVAILABLE,
    DISPATCHED,
    EN_ROUTE,
    ON_SCENE,
    TRANSPORTING,
    Record,
    Records,
    Response,
)
from dispatch.sim.zones import Zones

LONGEST_S = 24 * 3600.0
SHORTEST_DRIVE_S = 5.0
STEPS = (
    "call", "dispatch", "turnout", "turnout_mobile", "scene", "transport", "handover", "cancelled", "later",
)  # fmt: skip
Key = tuple[str, str, int]


@dataclass(frozen=True, slots=True)
class Drove:
    """Hold one drive: of what incident (its row), kind, capability, seconds by road and seconds driven."""

    incident: int
    kind: str
    capability: str
    road_s: float
    driven_s: float


@dataclass(slots=True)
class Gathered:
    """Hold seconds by step and (kind, capability, hour), drives, and what happened or not by (kind, capability)."""

    seconds: dict[str, defaultdict[Key, list[float]]] = field(
        default_factory=lambda: {step: defaultdict(list) for step in STEPS}
    )
    drives: list[Drove] = field(default_factory=list)
    transports: defaultdict[tuple[str, str], list[bool]] = field(default_factory=lambda: defaultdict(list))
    cancels: defaultdict[tuple[str, str], list[bool]] = field(default_factory=lambda: defaultdict(list))
    called_off: defaultdict[tuple[str, str], list[bool]] = field(default_factory=lambda: defaultdict(list))

    def add(self, step: str, key: Key, seconds: float | None) -> None:
        """Keep how long a step took, unless nobody knows or it cannot be."""
        if seconds is not None and 0 <= seconds <= LONGEST_S:
            self.seconds[step][key].append(seconds)


@dataclass(frozen=True, slots=True)
class _Left:
    """Say where and when a unit was free again."""

    at: datetime
    zone: int


def gather(records: Records, zones: Zones) -> Gathered:
    """Sort all that records tell.

    A unit that was sent again before it can have been home is on the road: it counts from where it was last, and its
    turnout apart. What a hospital does to that is in no record: it counts from the incident before.
    """
    found = Gathered()
    units = {unit.id: unit for unit in records.roster.units}
    homes = {unit.id: zones.near(unit.lon, unit.lat) for unit in records.roster.units}
    modes = {card.kind: card.mode for card in records.cards.cards}
    zone = ZoneInfo(records.time_zone)
    left: dict[str, _Left] = {}
    for row, record in enumerate(records.incidents):
        kind, hour = record.kind, record.received_at.astimezone(zone).hour
        _gather_call(record, (kind, "", hour), found)
        there = zones.near(record.lon, record.lat)
        to = zones.to(modes.get(kind, "emergency"), there)
        sent = [each for each in record.responses if each.unit_id in units]
        first_at = min((at for each in sent if (at := each.instants.get(DISPATCHED)) is not None), default=None)
        so_many: Counter[str] = Counter()
        for place, each in enumerate(sent):
            capability = (units[each.unit_id].capabilities or ("",))[0]
            key = (kind, capability, hour)
            start, home = _start(each, left.get(each.unit_id), homes[each.unit_id], zones)
            found.add("turnout" if start == home else "turnout_mobile", key, each.took_s(DISPATCHED, EN_ROUTE))
            drive_s, road_s = each.took_s(EN_ROUTE, ON_SCENE), to[start]
            if drive_s is not None and SHORTEST_DRIVE_S <= drive_s <= LONGEST_S and 1.0 <= road_s < math.inf:
                found.drives.append(Drove(row, kind, capability, road_s, drive_s))
            _gather_work(each, key, place, found)
            if first_at is not None and (at := each.instants.get(DISPATCHED)) is not None:
                name = further(capability) if so_many[capability] else capability
                found.add("later", (kind, name, hour), (at - first_at).total_seconds())
            so_many[capability] += 1
            if each.instants:
                left[each.unit_id] = _Left(max(each.instants.values()), there)
    return found


def _start(each: Response, left: _Left | None, home: int, zones: Zones) -> tuple[int, int]:
    """Return from where a unit set out, and its home: where it was last, as long as it cannot have been home since."""
    sent_at = each.instants.get(DISPATCHED)
    if left is None or sent_at is None:
        return home, home
    since_s = (sent_at - left.at).total_seconds()
    return (left.zone if since_s < zones.to("ordinary", home)[left.zone] else home), home


def _gather_call(record: Record, key: Key, found: Gathered) -> None:
    entered_at = record.entered_at or record.received_at
    found.add("call", key, (entered_at - record.received_at).total_seconds())
    sent = [at for each in record.responses if (at := each.instants.get(DISPATCHED)) is not None]
    if sent:
        found.add("dispatch", key, (min(sent) - entered_at).total_seconds())


def _gather_work(each: Response, key: Key, place: int, found: Gathered) -> None:
    kind, capability, _ = key
    is_there, carries = ON_SCENE in each.instants, TRANSPORTING in each.instants
    if is_there:
        found.add("scene", key, each.took_s(ON_SCENE, TRANSPORTING if carries else AVAILABLE))
        found.transports[kind, capability].append(carries)
    found.add("transport", key, each.took_s(TRANSPORTING, AT_DESTINATION))
    found.add("handover", key, each.took_s(AT_DESTINATION, AVAILABLE))
    is_sent_back = not (is_there or carries)
    (found.cancels if place else found.called_off)[kind, capability].append(is_sent_back)
    if is_sent_back:
        found.add("cancelled", key, each.took_s(DISPATCHED, AVAILABLE))


def counts_of(gathered: Gathered) -> Mapping[str, int]:
    """Return of how many records each step was told, by step."""
    found = {step: sum(map(len, groups.values())) for step, groups in sorted(gathered.seconds.items())}
    return {**found, "travel": len(gathered.drives)}
