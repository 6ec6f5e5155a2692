"""A few letters in any language find the run card that they mean."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.intake import kind_search
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


def test_typing_is_not_held_up(monkeypatch: pytest.MonkeyPatch) -> None:
    compared: list[str] = []
    score = kind_search._score
    monkeypatch.setattr(kind_search, "_score", lambda wanted, name: compared.append(name) or score(wanted, name))
    for length in range(1, 15):
        compared.clear()
        rank_kinds(CARDS, "burst water main"[:length])
        names = sum(bool(name) for card in CARDS for name in (card.name, card.name_zh, card.kind, *card.words))
        assert len(compared) == names, "each name is looked at once for a letter"
