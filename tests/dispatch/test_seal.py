"""An answer is named by its bytes: what is said changes the name, what is only drawn does not."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta, timezone

import msgspec
import pytest

from dispatch.recommendation import Path
from dispatch.seal import answer_hash, content_of, name_of, read_content, seal
from tests.dispatch.shown_story import answer

INPUTS = (("roster", "ab"), ("roads", "cd"))


def test_whatever_is_said_changes_the_name_and_the_route_does_not() -> None:
    said = answer()
    chosen = said.chosen[0]
    for other in (
        replace(said, chosen=(replace(chosen, also=("water",)),)),
        replace(said, chosen=(replace(chosen, taken_from=3),)),
        replace(said, passed=()),
        replace(said, at=said.at + timedelta(microseconds=1)),
        replace(said, imagined=True),
    ):
        assert answer_hash(other) != said.hash
    route = Path("E1", ((25.0, 60.0),), (0.0,), (), 1.0)
    assert answer_hash(replace(said, paths=(route,))) == said.hash
    elsewhere = replace(said, at=said.at.astimezone(timezone(timedelta(hours=2))))
    assert answer_hash(elsewhere) == said.hash


def test_what_it_was_worked_out_from_is_part_of_the_name() -> None:
    said = answer()
    sealed = seal(said, INPUTS)
    assert sealed.hash not in (said.hash, seal(said, INPUTS[:1]).hash)
    assert sealed.hash == answer_hash(sealed) == name_of(content_of(sealed), INPUTS)
    with pytest.raises(ValueError, match="already"):
        seal(sealed, INPUTS)


def test_what_was_kept_as_rows_is_still_read() -> None:
    said = answer()
    assert len(said.passed) > 3
    rows = replace(said, passed=tuple(said.passed), paths=(), hash="")
    assert read_content(msgspec.json.encode(rows)) == rows == read_content(content_of(said))
    assert b'"passed":[]' in content_of(said) and answer_hash(rows) == answer_hash(said)
    nothing = replace(rows, passed=())
    assert content_of(nothing) == msgspec.json.encode(nothing) and read_content(content_of(nothing)) == nothing


def test_columns_that_name_what_is_not_there_are_no_content() -> None:
    content = content_of(answer())
    with pytest.raises(ValueError):
        read_content(content.replace(b'"departments":["', b'"departments":[],"told_of":["'))
