"""What records say of how long things last, sorted by kind, capability and hour, before anything is fitted to it."""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from zoneinfo import ZoneInfo

from dispatch.sim.lasting import further
from dispatch.sim.past_places import PastPlaces
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
from resources.unit import Unit

LONGEST_S = 24 * 3600.0
SHORTEST_DRIVE_S = 5.0
EXCHANGED_WITHIN_S = 300.0
STEPS = (
    "call", "dispatch", "turnout", "turnout_mobile", "scene", "transport", "handover", "cancelled", "later", "alarm",
    "exchanged",
)  # fmt: skip
Key = tuple[str, str, int]


@dataclass(frozen=True, slots=True)
class Drove:
    """Hold one drive: of what incident (its row), kind, capability, seconds by road and seconds driven, the zone that
    it led to and the local hour of the call."""

    incident: int
    kind: str
    capability: str
    road_s: float
    driven_s: float
    zone: int = 0
    hour: int = 0


@dataclass(slots=True)
class Gathered:
    """Hold seconds by step and (kind, capability, hour), drives, turnouts from home by unit, and what happened or not
    by (kind, capability)."""

    seconds: dict[str, defaultdict[Key, list[float]]] = field(
        default_factory=lambda: {step: defaultdict(list) for step in STEPS}
    )
    drives: list[Drove] = field(default_factory=list)
    turnouts: list[tuple[str, Key, float]] = field(default_factory=list)
    transports: defaultdict[tuple[str, str], list[bool]] = field(default_factory=lambda: defaultdict(list))
    cancels: defaultdict[tuple[str, str], list[bool]] = field(default_factory=lambda: defaultdict(list))
    exchanges: defaultdict[tuple[str, str], list[bool]] = field(default_factory=lambda: defaultdict(list))
    called_off: defaultdict[tuple[str, str], list[bool]] = field(default_factory=lambda: defaultdict(list))

    def add(self, step: str, key: Key, seconds: float | None) -> None:
        """Keep how long a step took, unless nobody knows or it cannot be."""
        if seconds is not None and 0 <= seconds <= LONGEST_S:
            self.seconds[step][key].append(seconds)


def gather(records: Records, zones: Zones) -> Gathered:
    """Sort all that records tell.

    A unit that was sent again before it can have been home is on the road: its turnout counts apart.
    """
    found = Gathered()
    units = {unit.id: unit for unit in records.roster.units}
    places = PastPlaces(records, zones)
    modes = {card.kind: card.mode for card in records.cards.cards}
    zone = ZoneInfo(records.time_zone)
    for row, record in enumerate(records.incidents):
        kind, hour = record.kind, record.received_at.astimezone(zone).hour
        _gather_call(record, (kind, "", hour), found)
        there = zones.near(record.lon, record.lat)
        to = zones.to(modes.get(kind, "emergency"), there)
        sent = [each for each in record.responses if each.unit_id in units]
        first_at = record.first_sent_at
        _gather_alarms(record, first_at, found)
        was_reached = not all(_is_sent_back(each) for each in sent)
        if sent:
            found.called_off[kind, ""].append(not was_reached)
        so_many: Counter[str] = Counter()
        instead = _exchanged(sent, units)
        for each in sent:
            capability = (units[each.unit_id].capabilities or ("",))[0]
            key = (kind, capability, hour)
            start, home = places.start(each)
            turnout_s = each.took_s(DISPATCHED, EN_ROUTE)
            found.add("turnout" if start == home else "turnout_mobile", key, turnout_s)
            if start == home and turnout_s is not None and turnout_s <= LONGEST_S:
                found.turnouts.append((each.unit_id, key, turnout_s))
            drive_s, road_s = each.took_s(EN_ROUTE, ON_SCENE), places.road_s(each, to)
            if drive_s is not None and SHORTEST_DRIVE_S <= drive_s <= LONGEST_S and 1.0 <= road_s < math.inf:
                found.drives.append(Drove(row, kind, capability, road_s, drive_s, there, hour))
            _gather_work(each, key, found)
            if was_reached and each not in instead.values():
                found.cancels[kind, capability].append(_is_sent_back(each))
            if so_many[capability]:
                found.exchanges[kind, capability].append(each.unit_id in instead)
            at = each.instants.get(DISPATCHED)
            if first_at is not None and at is not None and record.alarm_of(each) == 1:
                further_s = (at - first_at).total_seconds()
                if each.unit_id in instead:
                    found.add("exchanged", key, further_s)
                else:
                    found.add(
                        "later", (kind, further(capability) if so_many[capability] else capability, hour), further_s
                    )
            so_many[capability] += 1
            places.leave(each, there)
    return found


def _exchanged(sent: Sequence[Response], units: Mapping[str, Unit]) -> dict[str, Response]:
    """Return by call sign the units that were sent in the place of another one of their capability, and these.

    The other was sent before and never arrived, and was free again at about the instant at which the later one was
    sent.
    """
    found: dict[str, Response] = {}
    for each in sent:
        sent_at = each.instants.get(DISPATCHED)
        for other in sent:
            before, freed_at = other.instants.get(DISPATCHED), other.instants.get(AVAILABLE)
            if (
                sent_at is not None
                and before is not None
                and freed_at is not None
                and before < sent_at
                and abs((freed_at - sent_at).total_seconds()) <= EXCHANGED_WITHIN_S
                and _is_sent_back(other)
                and other not in found.values()
                and units[other.unit_id].capabilities[:1] == units[each.unit_id].capabilities[:1]
            ):
                found[each.unit_id] = other
                break
    return found


def _gather_call(record: Record, key: Key, found: Gathered) -> None:
    entered_at = record.entered_at or record.received_at
    found.add("call", key, (entered_at - record.received_at).total_seconds())
    sent = [at for each in record.responses if (at := each.instants.get(DISPATCHED)) is not None]
    if sent:
        found.add("dispatch", key, (min(sent) - entered_at).total_seconds())


def _gather_alarms(record: Record, first_at: datetime | None, found: Gathered) -> None:
    """Keep how long after the first unit was sent the alarm was raised, and how long after that again."""
    before = first_at
    for at in record.raised_at:
        if before is not None:
            found.add("alarm", (record.kind, "", -1), (at - before).total_seconds())
        before = at


def _is_sent_back(each: Response) -> bool:
    return ON_SCENE not in each.instants and TRANSPORTING not in each.instants


def _gather_work(each: Response, key: Key, found: Gathered) -> None:
    kind, capability, _ = key
    is_there, carries = ON_SCENE in each.instants, TRANSPORTING in each.instants
    if is_there:
        found.add("scene", key, each.took_s(ON_SCENE, TRANSPORTING if carries else AVAILABLE))
        found.transports[kind, capability].append(carries)
    found.add("transport", key, each.took_s(TRANSPORTING, AT_DESTINATION))
    found.add("handover", key, each.took_s(AT_DESTINATION, AVAILABLE))
    if _is_sent_back(each):
        found.add("cancelled", key, each.took_s(DISPATCHED, AVAILABLE))


def counts_of(gathered: Gathered) -> Mapping[str, int]:
    """Return of how many records each step was told, by step."""
    found = {step: sum(map(len, groups.values())) for step, groups in sorted(gathered.seconds.items())}
    return {**found, "travel": len(gathered.drives)}
