"""The checksums of what an answer was worked out from change with it, and with nothing else."""

from __future__ import annotations

import hashlib
from dataclasses import replace

import msgspec

from dispatch import commands as c
from dispatch.incident import Closure
from dispatch.inputs import FixesDigest, InputsOf, digest_of_closures, digest_of_roster, digest_of_run_cards
from resources.position import Fix
from tests.dispatch.shown_story import burning
from tests.dispatch.town import START, at, command

FIXES = [Fix(unit_id, 25.0, 60.0, START, START) for unit_id in ("E1", "E2", "A1")]


def test_positions_have_one_name_in_whatever_order_they_came() -> None:
    whole = str(FixesDigest(FIXES))
    assert whole == str(FixesDigest(reversed(FIXES))) and len(whole) == 64
    moved = replace(FIXES[0], lon=25.1)
    digest = FixesDigest(FIXES)
    digest.take([moved])
    assert str(digest) == str(FixesDigest([moved, *FIXES[1:]])) != whole
    digest.take([FIXES[0]])
    assert str(digest) == whole
    assert str(FixesDigest()) == "0" * 64


def test_cards_without_chinese_questions_have_the_checksum_of_before() -> None:
    cards = burning().state.run_cards
    before = msgspec.json.encode(cards).replace(b',"questions_zh":[]', b"")
    assert b"questions_zh" not in before and digest_of_run_cards(cards) == hashlib.sha256(before).hexdigest()
    asked = replace(cards, cards=(replace(cards.cards[0], questions_zh=("\u8c01\uff1f",)), *cards.cards[1:]))
    assert digest_of_run_cards(asked) != digest_of_run_cards(cards)


def test_each_input_changes_its_own_checksum() -> None:
    engine, asked, fixes = burning(), InputsOf((("roads", "ab"),)), FixesDigest(FIXES)
    before = dict(asked.of(engine.state, fixes))
    assert list(before) == ["closures", "fixes", "roads", "roster", "run_cards"] and before["roads"] == "ab"
    engine.do(command(c.AddNote(1, "smoke"), at=at(3)))
    assert dict(asked.of(engine.state, fixes)) == before
    engine.do(command(c.CloseRoad(Closure("bridge", "Point", ((25.0, 60.0),)))))
    fixes.take([replace(FIXES[0], lon=25.1)])
    after = dict(asked.of(engine.state, fixes))
    assert {name for name in after if after[name] != before[name]} == {"closures", "fixes"}
    assert after == {
        "closures": digest_of_closures(engine.state.closures),
        "fixes": str(fixes),
        "roads": "ab",
        "roster": digest_of_roster(engine.state.roster),
        "run_cards": digest_of_run_cards(engine.state.run_cards),
    }
