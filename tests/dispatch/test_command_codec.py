"""What was asked comes back as it was asked, or is refused by name: never something near to it."""

from __future__ import annotations

from datetime import timedelta, timezone

import pytest

from dispatch import commands as c
from dispatch.codec import CannotDecode, CannotEncode, cleaned
from dispatch.command_codec import decode_command, encode_command
from dispatch.commands import Body, Command
from dispatch.incident import Location
from tests.dispatch.any_command import EVERY_COMMAND
from tests.dispatch.town import OPERATOR, START, crossing


def _asked(body: Body, **changes: object) -> Command:
    return Command("asked-1", START, OPERATOR, body, **changes)  # type: ignore[arg-type]


@pytest.mark.parametrize("body", EVERY_COMMAND.values(), ids=lambda body: type(body).__name__)
def test_every_command_comes_back_as_it_is(body: Body) -> None:
    for command in (_asked(body), _asked(body, based_on=7, forced="a child is in there")):
        content = encode_command(command)
        assert decode_command(content) == command and b"\n" not in content
        assert encode_command(decode_command(content)) == content


def test_an_instant_of_another_zone_is_the_same_instant() -> None:
    there = START.astimezone(timezone(timedelta(hours=8)))
    assert decode_command(encode_command(Command("x", there, OPERATOR, c.Tick()))).at == START


@pytest.mark.parametrize(
    "body",
    [
        c.ReportIncident("structure_fire", Location(float("nan"), 60.0)),
        c.AssignUnits(1, [c.Choice("E1")]),  # type: ignore[arg-type]
        c.AddNote(1, "lone \ud800"),
    ],
    ids=["not a number", "a list", "a lone surrogate"],
)
def test_what_would_not_come_back_is_not_written(body: Body) -> None:
    with pytest.raises(CannotEncode):
        encode_command(_asked(body))


def test_text_that_no_store_can_keep_is_cleaned_at_any_depth() -> None:
    asked = _asked(c.ReportIncident("structure_fire", Location(25.0, 60.0, "lone \ud800"), text="nul \0"))
    tidy = cleaned(asked)
    assert isinstance(tidy.body, c.ReportIncident)
    assert (tidy.body.location.text, tidy.body.text) == ("lone �", "nul �")
    assert decode_command(encode_command(tidy)) == tidy
    plain = _asked(c.CorrectLocation(1, crossing(0, 0)))
    assert cleaned(plain) is plain


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "damaged"),
        (b"[]", "damaged"),
        (b'{"schema_version":2}', "newer_schema"),
        (b'{"schema_version":1,"id":"x"}', "damaged"),
        (encode_command(_asked(c.AddNote(1, "x"))).replace(b"AddNote", b"AddTune"), "unknown_command"),
        (encode_command(_asked(c.AddNote(1, "x"))).replace(b'"incident_id":1', b'"incident_id":"1"'), "damaged"),
        (encode_command(_asked(c.AddNote(1, "x")))[:-9], "damaged"),
    ],
    ids=["nothing", "a list", "newer", "half", "unknown", "another type", "cut"],
)
def test_what_is_no_command_is_refused_by_name(content: bytes, code: str) -> None:
    with pytest.raises(CannotDecode) as refused:
        decode_command(content)
    assert refused.value.code == code
