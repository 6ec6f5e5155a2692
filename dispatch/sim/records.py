"""What really happened in a city, as the simulation learns from it: out of a history's rows or a log's state."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from types import MappingProxyType

from dispatch.events import AlarmRaised, Entry
from dispatch.history.past import Past
from dispatch.incident import Location
from dispatch.runcard import RunCards
from dispatch.sim.waves import alarm_waves, is_with
from dispatch.state import State, fold
from resources.unit import Roster

# Names of a unit's instants, in their order; those of `Past` and of a log are the same.
DISPATCHED, EN_ROUTE, ON_SCENE, TRANSPORTING, AT_DESTINATION, AVAILABLE = (
    "dispatched",
    "en_route",
    "on_scene",
    "transporting",
    "at_destination",
    "available",
)
NOTHING: Mapping[int, Mapping[int, datetime]] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Response:
    """One unit that was sent, with the instants that are known of it (aware)."""

    unit_id: str
    instants: Mapping[str, datetime]

    def took_s(self, start: str, end: str) -> float | None:
        """Return the seconds between two instants; None where one is missing or they run backwards."""
        first, last = self.instants.get(start), self.instants.get(end)
        if first is None or last is None or last < first:
            return None
        return (last - first).total_seconds()


@dataclass(frozen=True, slots=True)
class Record:
    """One incident: what, where, when it was called in and entered, and who was sent, in the order of being sent.

    `priority` 0 is its card's. `raised_at` says when each alarm after the first was raised, in order.
    """

    kind: str
    lon: float
    lat: float
    received_at: datetime
    entered_at: datetime | None
    responses: tuple[Response, ...]
    priority: int = 0
    raised_at: tuple[datetime, ...] = ()

    @property
    def alarm_level(self) -> int:
        """Return the alarm level that it came to."""
        return 1 + len(self.raised_at)

    @property
    def first_sent_at(self) -> datetime | None:
        """Return when the first unit was sent; None where no record says."""
        return min((at for each in self.responses if (at := each.instants.get(DISPATCHED)) is not None), default=None)

    def alarm_of(self, response: Response) -> int:
        """Return the alarm with which a unit was sent: 1 unless it was soon after a later alarm."""
        at = response.instants.get(DISPATCHED)
        later = enumerate(self.raised_at, start=2)
        return max((level for level, raised_at in later if at is not None and is_with(at, raised_at)), default=1)

    @property
    def first_arrival_s(self) -> float | None:
        """Return the seconds from the call to the first unit on scene; None where none is known."""
        known = [at for each in self.responses if (at := each.instants.get(ON_SCENE)) is not None]
        seconds = (min(known) - self.received_at).total_seconds() if known else -1.0
        return seconds if seconds >= 0 else None


@dataclass(frozen=True, slots=True)
class Records:
    """Hold records in the order in which they were received, with the units and cards of their city."""

    incidents: tuple[Record, ...]
    roster: Roster
    cards: RunCards
    time_zone: str

    def between(self, start_at: datetime, end_at: datetime) -> Records:
        """Return what was received from one moment (inclusive) to another."""
        inside = tuple(each for each in self.incidents if start_at <= each.received_at < end_at)
        return replace(self, incidents=inside)


def records_of_past(past: Past) -> Records:
    """Take the incidents of a history file as it was folded."""
    found = []
    for each in past.incidents:
        sent = [Response(one.unit_id, one.instants) for one in each.responses]
        kind = past.kind_ids.get(each.kind, each.kind)
        record = _record(kind, each.location, each.received_at, each.entered_at, sent, each.priority or 0)
        found.append(replace(record, raised_at=_guessed(record, each.alarm_level)))
    return Records(_in_order(found), past.roster, past.cards, past.time_zone)


def records_of_entries(entries: Iterable[Entry]) -> Records:
    """Take the incidents of a log, of whatever kind it is, with the instants at which alarms were raised."""
    raised: defaultdict[int, dict[int, datetime]] = defaultdict(dict)

    def watched() -> Iterator[Entry]:
        for entry in entries:
            for event in entry.events:
                if isinstance(event, AlarmRaised):
                    raised[event.incident_id].setdefault(event.alarm_level, entry.occurred_at)
            yield entry

    return records_of_state(fold(State(), watched()), raised)


def records_of_state(state: State, raised: Mapping[int, Mapping[int, datetime]] = NOTHING) -> Records:
    """Take the incidents that a log holds; `raised` says by incident and level when the alarm was raised.

    Where that is not known of an incident with a higher level, it is guessed from who was sent together.
    """
    found = []
    for number, incident in sorted(state.incidents.items()):
        sent = []
        for name in state.assignments_of.get(number, ()):
            each = state.assignments[name]
            instants = {
                DISPATCHED: each.assigned_at,
                EN_ROUTE: each.en_route_at,
                ON_SCENE: each.on_scene_at,
                TRANSPORTING: each.transporting_at,
                AT_DESTINATION: each.at_destination_at,
                AVAILABLE: each.released_at,
            }
            sent.append(Response(each.unit_id, {name: at for name, at in instants.items() if at is not None}))
        record = _record(
            incident.kind, incident.location, incident.received_at, incident.reported_at, sent, incident.priority
        )
        known = raised.get(number, {})
        at = tuple(sorted(at for level, at in known.items() if 1 < level <= incident.alarm_level))
        found.append(replace(record, raised_at=at or _guessed(record, incident.alarm_level)))
    return Records(_in_order(found), state.roster, state.run_cards, state.time_zone)


def _guessed(record: Record, alarm_level: int) -> tuple[datetime, ...]:
    return alarm_waves([at for each in record.responses if (at := each.instants.get(DISPATCHED))], alarm_level)


def _record(
    kind: str,
    place: Location,
    received_at: datetime,
    entered_at: datetime | None,
    sent: Sequence[Response],
    priority: int,
) -> Record:
    def began(each: Response) -> tuple[datetime, str]:
        return min(each.instants.values(), default=received_at), each.unit_id

    return Record(kind, place.lon, place.lat, received_at, entered_at, tuple(sorted(sent, key=began)), priority)


def _in_order(found: Iterable[Record]) -> tuple[Record, ...]:
    return tuple(sorted(found, key=lambda each: (each.received_at, each.kind, each.lon, each.lat)))
