"""Entries as bytes: the same both ways, strict, upgradable."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta, timezone
from enum import Enum
from typing import Any, get_args, get_origin, get_type_hints

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dispatch import codec
from dispatch.calendar import Hours, WorkCalendar
from dispatch.clocks import LIMIT_KINDS, Limit
from dispatch.codec import CannotDecode, CannotEncode, clean_text, cleaned, columns_of, decode, encode
from dispatch.events import (
    Entry,
    Event,
    IncidentReported,
    NoteAdded,
    RoadClosed,
    RosterLoaded,
    RunCardsLoaded,
    StatusReported,
)
from dispatch.incident import Closure, Location
from resources.status import Status
from tests.dispatch import town
from tests.dispatch.logs import START, note

PLAIN: dict[Any, st.SearchStrategy[Any]] = {
    str: st.text(st.characters(codec=None), max_size=20),  # surrogates and NUL included
    int: st.integers(-(2**63), 2**63 - 1),
    float: st.floats(allow_nan=False, allow_infinity=False),
    bool: st.booleans(),
    datetime: st.datetimes(datetime(1990, 1, 1), datetime(2100, 1, 1), timezones=st.just(UTC)),  # noqa: DTZ001
    type(None): st.none(),
    date: st.dates(),
    Limit: st.builds(Limit, st.sampled_from(LIMIT_KINDS), st.floats(0, 900_000)),
}


def any_of(hint: Any) -> st.SearchStrategy[Any]:
    """Return a strategy for the types that records are made of."""
    if hint in PLAIN:
        return PLAIN[hint]
    if get_origin(hint) is tuple:
        first, *rest = get_args(hint)
        return (
            st.tuples(any_of(first), *map(any_of, rest))
            if ... not in rest
            else st.lists(any_of(first), max_size=3).map(tuple)
        )
    if get_args(hint):
        return st.one_of(*map(any_of, get_args(hint)))
    if issubclass(hint, Enum):
        return st.sampled_from(hint)
    parts = {name: any_of(part) for name, part in get_type_hints(hint).items()}
    if hint is WorkCalendar:  # a week has seven days, and somebody works
        parts["week"] = st.lists(any_of(Hours), min_size=1, max_size=2).map(lambda hours: (tuple(hours),) * 7)
    return st.builds(hint, **parts)


@pytest.mark.parametrize("kind", get_args(Event), ids=lambda kind: kind.__name__)
def test_every_event_comes_back_as_it_is(kind: type) -> None:
    @settings(max_examples=12, deadline=None)
    @given(event=any_of(kind), actor=PLAIN[str])
    def check(event: Event, actor: str) -> None:
        entry = cleaned(replace(note(2), actor=actor, events=(event, event)))
        body = encode(entry)
        assert b"\n" not in body
        assert decode(body) == entry
        assert encode(decode(body)) == body
        assert columns_of(body)[4] == entry.actor

    check()


def test_roster_and_run_cards_come_back_whole() -> None:
    entry = replace(note(2), events=(RosterLoaded(town.ROSTER, "roster.toml"), RunCardsLoaded(town.RUN_CARDS)))
    assert decode(encode(entry)) == entry


def test_the_bytes_are_fixed() -> None:
    """What is in old logs must stay readable: change these bytes and the schema version must rise."""
    at = datetime(2026, 3, 2, 10, 0, 0, tzinfo=timezone(timedelta(hours=2)))
    status = StatusReported("T 12", Status.ON_SCENE, until=at)
    entry = Entry(7, "c-7", at, at, "anna", "operator", "fire", "seat-1", (NoteAdded(1, "ä"), status))
    assert encode(entry).startswith(
        b'{"sequence":7,"command_id":"c-7","occurred_at":"2026-03-02T08:00:00Z","recorded_at":"2026-03-02T08:00:00Z",'
        b'"actor":"anna","role":"operator","department":"fire","seat":"seat-1","schema_version":1,"events":['
        b'{"type":"NoteAdded","data":{"incident_id":1,"text":"\xc3\xa4"}},'
        b'{"type":"StatusReported","data":{"unit_id":"T 12","status":"on_scene",'
    )
    assert columns_of(encode(entry))[2] == "2026-03-02T08:00:00.000000Z"


def test_a_closure_of_an_old_log_has_no_holes() -> None:
    ring = ((25.0, 60.0), (25.1, 60.0), (25.1, 60.1))
    closed = replace(note(2), events=(RoadClosed(Closure("a", "Polygon", ring, (1,), "flood", START)),))
    old = encode(closed).replace(b',"holes":[]', b"")
    assert b"holes" not in old and decode(old) == closed
    holed = replace(note(2), events=(RoadClosed(Closure("a", "Polygon", ring, holes=(ring, ring))),))
    assert decode(encode(holed)) == holed


def test_clean_text_is_the_same_object() -> None:
    entry = note(2, "plain 消防 🚒 \\u0000")
    assert cleaned(entry) is entry
    assert clean_text("a\ud83d\ude92b") == "a🚒b"  # a pair that was torn into two code units is one sign again
    assert clean_text("\udc00\0x") == "\ufffd\ufffdx"
    dirty = replace(
        note(2), events=(IncidentReported(1, "k", 1, 1, Location(1, 2, "a\0"), "m", "", START, "", ("\ud800",)),)
    )
    tidy = cleaned(dirty).events[0]
    assert isinstance(tidy, IncidentReported)
    assert (tidy.location.text, tidy.hazards) == ("a\ufffd", ("\ufffd",))


@pytest.mark.parametrize(
    "event",
    [
        NoteAdded(1, ["a", "list"]),  # type: ignore[arg-type]
        NoteAdded("1", "text"),  # type: ignore[arg-type]
        IncidentReported(1, "k", 1, 1, Location(float("nan"), 60.0), "m", "", START),
        IncidentReported(1, "k", 1, 1, Location(float("inf"), 60.0), "m", "", START),
        IncidentReported(1, "k", 1, 1, Location(25.0, 60.0), "m", "", START, hazards=["smoke"]),  # type: ignore[arg-type]
        object(),
    ],
)
def test_what_would_not_come_back_is_not_written(event: Any) -> None:
    with pytest.raises(CannotEncode, match=r"entry 2 \(note-2\)"):
        encode(replace(note(2), events=(event,)))


@pytest.mark.parametrize("body", [b"", b"{}", b"[1]", b"\xff", b'{"sequence":2', encode(note(2))[:-4]])
def test_what_is_no_entry_is_refused(body: bytes) -> None:
    for read in (decode, columns_of):
        with pytest.raises(CannotDecode) as refused:
            read(body)
        assert refused.value.code == "damaged"


def test_an_old_entry_is_brought_up_to_date_and_its_bytes_stay(monkeypatch: pytest.MonkeyPatch) -> None:
    old = encode(note(2, "old words"))

    def rename(plain: dict[str, Any]) -> dict[str, Any]:
        for event in plain["events"]:
            event["data"]["text"] = event["data"].pop("text").upper()
        return plain

    monkeypatch.setattr(codec, "SCHEMA_VERSION", 3)
    monkeypatch.setattr("dispatch.events.SCHEMA_VERSION", 3)
    with pytest.raises(CannotDecode, match="no schema 1"):
        decode(old)
    monkeypatch.setitem(codec.UPGRADES, 1, rename)
    monkeypatch.setitem(codec.UPGRADES, 2, lambda plain: plain)
    upgraded = decode(old)
    assert upgraded.events == (NoteAdded(1, "OLD WORDS"),)
    assert columns_of(old)[-1] == 1
    assert msgspec.json.decode(old)["events"][0]["data"]["text"] == "old words"


def test_an_entry_of_a_newer_program_says_so() -> None:
    body = encode(note(2)).replace(b'"schema_version":1', b'"schema_version":2')
    with pytest.raises(CannotDecode, match="update") as refused:
        decode(body)
    assert (refused.value.code, refused.value.sequence) == ("newer_schema", 2)
