"""Records whose kinds are split, so that what differs within a kind is fitted and asked for apart."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import replace

from dispatch.runcard import Need, RunCard, RunCards
from dispatch.sim.kinds import split_kind
from dispatch.sim.records import Record, Records

MOST_SENT = 40
_Wants = tuple[tuple[int, str, str, int], ...]  # alarm, capability, department, how many


def by_priority(records: Records) -> Records:
    """Split every kind whose records have several priorities: one is driven to with blue lights, another is not."""
    found: defaultdict[str, set[int]] = defaultdict(set)
    for each in records.incidents:
        found[each.kind].add(each.priority)
    cards = {card.kind: card for card in records.cards.cards}

    def apart(record: Record) -> tuple[str, RunCard] | None:
        card = cards.get(record.kind)
        priority = record.priority or (card.priority if card is not None else 0)
        if card is None or len(found[record.kind]) < 2:
            return None
        kind = split_kind(record.kind, f"priority_{priority}")
        return kind, replace(card, kind=kind, priority=priority)

    return _split(records, [apart(each) for each in records.incidents])


def as_sent(records: Records) -> Records:
    """Let every incident ask for what it was sent: its kind is split by the capabilities, and so many of each.

    The usual needs of a card would send a middling answer to everything. What was sent with a later alarm is asked for
    when that alarm is raised. What nobody was sent to keeps its card.
    """
    cards = {card.kind: card for card in records.cards.cards}
    role = {unit.id: (unit.capabilities[0], unit.department) for unit in records.roster.units if unit.capabilities}

    def apart(record: Record) -> tuple[str, RunCard] | None:
        wants, card = _wants(record, role), cards.get(record.kind)
        if not wants or card is None:
            return None
        needs = tuple(
            Need(_named(alarm, capability, department), (capability,), min(count, MOST_SENT), department, level=alarm)
            for alarm, capability, department, count in wants
        )
        kind = split_kind(record.kind, "+".join(f"{need.count}_{need.id}" for need in needs))
        return kind, replace(card, kind=kind, needs=needs)

    return _split(records, [apart(each) for each in records.incidents])


def _wants(record: Record, role: dict[str, tuple[str, str]]) -> _Wants:
    """Count who was sent, each unit once: with the first alarm for which it was."""
    first: dict[str, int] = {}
    for each in record.responses:
        if each.unit_id in role:
            alarm = record.alarm_of(each)
            first[each.unit_id] = min(first.get(each.unit_id, alarm), alarm)
    sent = Counter((alarm, *role[unit_id]) for unit_id, alarm in first.items())
    return tuple((*which, count) for which, count in sorted(sent.items()))


def _named(alarm: int, capability: str, department: str) -> str:
    return f"{capability}.{department}" if alarm == 1 else f"alarm_{alarm}.{capability}.{department}"


def _split(records: Records, parts: list[tuple[str, RunCard] | None]) -> Records:
    cards = {card.kind: card for card in records.cards.cards}
    incidents = []
    for record, part in zip(records.incidents, parts, strict=True):
        incidents.append(record if part is None else replace(record, kind=part[0]))
        if part is not None:
            cards.setdefault(*part)
    every = tuple(cards[kind] for kind in sorted(cards))
    return replace(records, incidents=tuple(incidents), cards=RunCards(every))
