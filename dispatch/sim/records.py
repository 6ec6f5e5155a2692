"""What really happened in a city, as the simulation learns from it: out of a history's rows or a log's state."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from dispatch.history.past import Past
from dispatch.incident import Location
from dispatch.runcard import Need, RunCard, RunCards
from dispatch.sim.kinds import split_kind, whole_kind
from dispatch.state import State
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
MOST_SENT = 40

__all__ = ["Record", "Records", "Response", "as_sent", "records_of_past", "records_of_state", "whole_kind"]


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
    """One incident: what, where, when it was called in and entered, and who was sent, in the order of being sent."""

    kind: str
    lon: float
    lat: float
    received_at: datetime
    entered_at: datetime | None
    responses: tuple[Response, ...]

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
        found.append(_record(kind, each.location, each.received_at, each.entered_at, sent))
    return Records(_in_order(found), past.roster, past.cards, past.time_zone)


def records_of_state(state: State) -> Records:
    """Take the incidents that a log holds, of whatever kind it is."""
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
        found.append(_record(incident.kind, incident.location, incident.received_at, incident.reported_at, sent))
    return Records(_in_order(found), state.roster, state.run_cards, state.time_zone)


def _record(
    kind: str, place: Location, received_at: datetime, entered_at: datetime | None, sent: Sequence[Response]
) -> Record:
    def began(each: Response) -> tuple[datetime, str]:
        return min(each.instants.values(), default=received_at), each.unit_id

    return Record(kind, place.lon, place.lat, received_at, entered_at, tuple(sorted(sent, key=began)))


def _in_order(found: Iterable[Record]) -> tuple[Record, ...]:
    return tuple(sorted(found, key=lambda each: (each.received_at, each.kind, each.lon, each.lat)))


def as_sent(records: Records) -> Records:
    """Let every incident ask for what it was sent: its kind is split by the capabilities, and so many of each.

    The usual needs of a card would send a middling answer to everything. What nobody was sent to keeps its card.
    """
    role = {unit.id: (unit.capabilities[0], unit.department) for unit in records.roster.units if unit.capabilities}
    cards = {card.kind: card for card in records.cards.cards}
    split: dict[str, RunCard] = {}
    found = []
    for each in records.incidents:
        sent = Counter(role[one] for one in {one.unit_id for one in each.responses} if one in role)
        card = cards.get(each.kind)
        if not sent or card is None:
            found.append(each)
            continue
        words = [
            (f"{capability}.{department}", capability, department, count)
            for (capability, department), count in sorted(sent.items())
        ]
        kind = split_kind(each.kind, "+".join(f"{count}_{name}" for name, _, _, count in words))
        if kind not in split:
            needs = tuple(
                Need(name, (capability,), min(count, MOST_SENT), department)
                for name, capability, department, count in words
            )
            split[kind] = replace(card, kind=kind, needs=needs)
        found.append(replace(each, kind=kind))
    every = tuple({**cards, **split}[kind] for kind in sorted({**cards, **split}))
    return replace(records, incidents=tuple(found), cards=RunCards(every))
