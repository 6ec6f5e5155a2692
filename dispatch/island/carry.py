"""Carry over what an island keeps beside its log: callers' names, hashes of passwords, answers that were shown."""

from __future__ import annotations

from dataclasses import replace

from dispatch.account_events import AccountAdded, PasswordSet
from dispatch.account_secrets import Secret
from dispatch.engine import Engine
from dispatch.island.ids import INCIDENT
from dispatch.island.ledger import Ledger
from dispatch.shown import shown_of


def carry_beside(ledger: Ledger, engine: Engine) -> None:
    """Bring it all into the room, before the entries that name it; may be repeated. Raises NotSaved.

    Nobody comes back who was erased in the room, and no password that was changed there. Where both have written down
    a caller, both words stand. An answer about an incident that the island made is kept under none: its number in the
    room may be another, and what was shown cannot be rewritten.
    """
    island, room, erased = ledger.island, engine.log, engine.state.erased_people
    for person_id, name, number in island.kept_beside("people"):
        known = room.person(person_id)
        if known is not None:
            name, number = _both(known.name, name), _both(known.number, number)
        if person_id not in erased and (known is None or (name, number) != (known.name, known.number)):
            room.save_person(person_id, name, number)
    made_here = {
        event.secret_id
        for entry in ledger.entries.values()
        for event in entry.events
        if isinstance(event, PasswordSet | AccountAdded)
    }
    for row in island.kept_beside("secrets"):
        if row[0] in made_here:
            room.save_secret(Secret(*row))
    for row in island.kept_beside("shown"):
        shown = shown_of(row)
        is_new = (INCIDENT, shown.incident_id) in ledger.ids.born
        room.keep_shown(replace(shown, incident_id=0) if is_new else shown)


def _both(in_room: str, on_island: str) -> str:
    if not on_island or on_island in in_room.split(" / "):
        return in_room
    return f"{in_room} / {on_island}" if in_room else on_island
