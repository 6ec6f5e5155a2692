"""What was shown comes back as it was, or is not taken for what was shown."""

from __future__ import annotations

import zlib
from dataclasses import replace
from datetime import timedelta

import pytest

from dispatch.plan import Plan
from dispatch.seal import answer_hash
from dispatch.shown import NotAsShown, Shown, open_shown
from dispatch.shown_answers import likeness, read_shown, showing
from tests.dispatch.shown_story import INPUTS, burning, planned, sealed
from tests.dispatch.town import at


def test_an_answer_comes_back_but_for_its_routes() -> None:
    said = sealed(burning())
    assert said.paths and said.passed and said.unmet == ()
    kept = showing(said).whole
    assert (kept.hash, kept.kind, kept.incident_id, kept.sequence) == (said.hash, "recommendation", 1, 5)
    assert read_shown(kept).answer == replace(said, paths=())
    assert open_shown(kept)[0] == INPUTS


def test_a_plan_comes_back_and_its_answers_name_it() -> None:
    said = planned(burning())
    shown = showing(said)
    again = read_shown(shown.whole).answer
    assert isinstance(again, Plan)
    assert again.served == said.served and again.hash == said.hash and again.inputs == INPUTS
    assert [each.chosen for each in again.answers] == [each.chosen for each in said.answers]
    assert [part.hash for part in shown.parts] == [each.hash for each in said.answers]
    for each, part in zip(said.answers, shown.parts, strict=True):
        assert each.inputs == (*INPUTS, ("plan", said.hash)) and answer_hash(each) == each.hash
        assert read_shown(part).answer == each
    other = planned(burning(), when=at(1))
    assert other.hash != said.hash


def test_what_was_only_imagined_is_not_kept() -> None:
    engine = burning()
    for said in (sealed(engine), planned(engine)):
        with pytest.raises(ValueError, match="without a name"):
            showing(replace(said, hash="", imagined=True))


def rewritten(kept: Shown) -> Shown:
    return replace(kept, body=zlib.compress(zlib.decompress(kept.body).replace(b'"E1"', b'"E9"')))


def with_other_inputs(kept: Shown) -> Shown:
    return replace(kept, body=zlib.compress(zlib.decompress(kept.body).replace(b"5f5f", b"6f6f")))


@pytest.mark.parametrize(
    "spoil",
    [
        rewritten,
        with_other_inputs,
        lambda kept: replace(kept, body=kept.body[:-9]),
        lambda kept: replace(kept, body=b""),
        lambda kept: replace(kept, body=zlib.compress(b"[]")),
        lambda kept: replace(kept, incident_id=2),
        lambda kept: replace(kept, sequence=4),
        lambda kept: replace(kept, at=kept.at + timedelta(seconds=1)),
        lambda kept: replace(kept, hash="0" * 64),
    ],
)
def test_what_was_changed_is_not_taken_for_what_was_shown(spoil: object) -> None:
    kept = showing(sealed(burning())).whole
    open_shown(kept)
    with pytest.raises(NotAsShown):
        open_shown(spoil(kept))  # type: ignore[operator]


def test_answers_look_alike_whenever_they_are_asked_for() -> None:
    engine = burning()
    said = sealed(engine)
    later = replace(said, at=at(30), sequence=9, inputs=(), hash="x")
    aged = replace(later, chosen=tuple(replace(each, fix_age_s=31.0) for each in said.chosen))
    busy = replace(said, passed=said.passed[1:])
    assert likeness(aged) == likeness(said) != likeness(busy)
    assert likeness(planned(engine)) == likeness(planned(engine, when=at(1)))
