"""Erasing a person takes a name and a number away for good, and nothing else: calls, cases and the chain stay."""

from __future__ import annotations

import io
from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from pathlib import Path
from typing import Any, get_args, get_type_hints

from dispatch.case_commands import ReportCase
from dispatch.commands import RecordCall, ReportIncident
from dispatch.decide import decide
from dispatch.events import Entry, Event
from dispatch.evidence import named_evidence
from dispatch.log import open_log
from dispatch.log_export import write_csv, write_jsonl
from dispatch.state import State, apply
from tests.dispatch.case_town import ACCEPTOR, PLACE, case_opening, photo
from tests.dispatch.town import OPERATOR, at, command, crossing, opening

NAME, NUMBER = "Aino Erased-Name", "+358 40 1234567"
# What a field for a caller's own data would be called; those are for the table that can be erased.
PERSONAL = {
    "caller",
    "caller_name",
    "phone",
    "phone_number",
    "contact",
    "person",
    "reporter",
    "reporter_name",
}


def records(kind: Any, seen: set[type]) -> Iterator[type]:
    """Yield every record that a type is made of."""
    for part in get_args(kind):
        yield from records(part, seen)
    if isinstance(kind, type) and is_dataclass(kind) and kind not in seen:
        seen.add(kind)
        yield kind
        for hint in get_type_hints(kind).values():
            yield from records(hint, seen)


def test_no_record_of_the_log_or_the_state_has_room_for_a_persons_data() -> None:
    found = list(records(Event | State, set()))
    assert len(found) > 50
    assert [(each.__name__, each_field.name) for each in found for each_field in fields(each)
            if each_field.name in PERSONAL] == []  # fmt: skip


def test_erasing_a_person_keeps_what_happened_whole(tmp_path: Path) -> None:
    log = open_log(tmp_path / "log.db", key_folder=tmp_path / "keys")
    state = State()

    def do(*asked: Any) -> None:
        nonlocal state
        for each in asked:
            who = each.who
            events = decide(state, each)
            entry = log.append(
                Entry(state.sequence + 1, each.id, at(), at(), who.actor, who.role, who.department, who.seat, events)
            )
            state = apply(state, entry)

    log.save_person("p1", NAME, NUMBER)
    log.save_person("p2", "Somebody Else", "112")
    do(*opening(), *case_opening())
    do(command(RecordCall("c1", ringing_at=at(), answered_at=at(3), text="help, smoke", person_id="p1"), who=OPERATOR))
    do(command(ReportIncident("structure_fire", crossing(1, 1), call_id="c1"), who=OPERATOR))
    seen = photo()
    do(command(ReportCase("citizen", "rubbish", PLACE, person_id="p1", evidence=(seen,)), who=ACCEPTOR))
    before, rows = state, list(log.rows())

    assert log.erase_person("p1")

    assert log.person("p1") is None and log.person("p2") is not None
    assert list(log.rows()) == rows
    assert log.verify().problems == ()
    assert log.append(_next(before)).sequence == before.sequence + 1, "the chain goes on"
    log.close()

    again = open_log(tmp_path / "log.db", key_folder=tmp_path / "keys")
    state = State()
    for entry in again.read():
        if entry.sequence <= before.sequence:
            state = apply(state, entry)
    assert state == before, "the same is folded from it"
    assert state.calls["c1"].person_id == "p1", (
        "who called stays known as one and the same, by a word that says nothing"
    )
    assert [each.evidence for each in state.cases[1].evidence] == [seen]
    assert named_evidence(again.rows()) == {seen.id: state.sequence}
    out = io.StringIO()
    write_jsonl(again.rows(), out)
    write_csv(again.rows(), out)
    again.close()
    kept = b"".join(path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()) + out.getvalue().encode()
    assert NAME.encode() not in kept and NUMBER.encode() not in kept
    assert b"Somebody Else" in kept, "it would have been found"


def _next(state: State) -> Entry:
    from tests.dispatch.logs import note

    return note(state.sequence + 1)
