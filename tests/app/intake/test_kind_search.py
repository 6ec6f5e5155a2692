"""A few letters in any language find the run card that they mean."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from app.intake.kind_search import rank_kinds
from dispatch.runcard_file import read_run_cards

CARDS = read_run_cards(Path(__file__).resolve().parents[3] / "maps" / "cities" / "runcards.toml").cards


@pytest.mark.parametrize(
    ("words", "kind"),
    [
        ("structure fire", "structure_fire"),
        ("stru", "structure_fire"),
        ("structure_fire", "structure_fire"),
        ("burning house", "structure_fire"),
        ("tulipalo", "structure_fire"),
        ("建筑火", "structure_fire"),
        ("着火", "structure_fire"),
        ("cardiac", "cardiac_arrest"),
        ("cardaic arest", "cardiac_arrest"),
        ("manhole", "missing_manhole_cover"),
        ("井盖", "missing_manhole_cover"),
        ("gas leak", "gas_leak"),
        ("LAMP", "street_lamp_out"),
    ],
)
def test_words_find_their_kind_first(words: str, kind: str) -> None:
    assert rank_kinds(CARDS, words)[0].kind == kind


def test_no_words_offer_the_most_urgent_and_nonsense_nothing() -> None:
    assert {card.priority for card in rank_kinds(CARDS, "  ")} == {1}
    assert rank_kinds(CARDS, "qqqqxxzz") == ()


def test_the_order_does_not_hang_on_the_order_of_the_cards() -> None:
    for words in ("fire", "road", "a"):
        assert rank_kinds(CARDS, words) == rank_kinds(tuple(reversed(CARDS)), words)


def test_typing_is_not_held_up() -> None:
    began = time.perf_counter()
    for length in range(1, 15):
        rank_kinds(CARDS, "burst water main"[:length])
    assert time.perf_counter() - began < 1.0
