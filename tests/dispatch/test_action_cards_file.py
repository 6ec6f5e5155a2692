"""Action cards as a city edits them: the shipped file is whole, and what is wrong is named by line and field."""

from __future__ import annotations

from pathlib import Path

import pytest

from dispatch import major_commands as m
from dispatch.action_cards import ActionCards
from dispatch.action_cards_file import SHIPPED, BadFile, action_cards_for, parse_action_cards, read_action_cards
from dispatch.major import ROLES
from tests.dispatch.story import Story
from tests.dispatch.town import ADMINISTRATOR

GOOD = '[[card]]\nid = "medical"\ntitle = "Medical"\nlines = [\n  { id = "triage", text = "Begin" },\n]\n'


def test_the_shipped_cards_are_in_both_languages_and_go_through_the_door() -> None:
    cards = read_action_cards(SHIPPED)
    assert {"incident_commander", "safety_officer", "duty_coordinator", "medical"} <= {card.id for card in cards.cards}
    assert len(set(ROLES) & {card.id for card in cards.cards}) >= 5
    for card in cards.cards:
        assert card.title_zh and len(card.lines) >= 3
        assert all(line.text_zh and len(line.text) < 100 for line in card.lines), card.id
    assert Story().do(m.LoadActionCards(cards, "shipped"), who=ADMINISTRATOR)


def test_a_small_file_is_read() -> None:
    (card,) = parse_action_cards(GOOD).cards
    assert (card.id, card.title, card.title_zh, card.lines[0].text) == ("medical", "Medical", "", "Begin")
    assert isinstance(parse_action_cards(GOOD), ActionCards)


@pytest.mark.parametrize(
    ("text", "line", "said"),
    [
        ("", 1, "has no [[card]]"),
        (GOOD + GOOD, 8, "stands twice"),
        (GOOD.replace('"medical"', '"Medical!"'), 2, "small letters"),
        (GOOD.replace('title = "Medical"\n', ""), 1, "missing"),
        (GOOD.replace('{ id = "triage", text = "Begin" },', ""), 4, "at least one line"),
        (GOOD.replace(", text", ', txt = "x", text'), 5, "unknown field"),
        (GOOD.replace('text = "Begin"', "text = 5"), 5, "must be text"),
        (GOOD.replace("},", '}, { id = "triage", text = "x" },'), 5, "stands twice"),
        ("[[cards]]\n", 1, "unknown table"),
        ("[[card]\n", 1, "not valid TOML"),
    ],
)
def test_what_is_wrong_is_named_with_its_line(text: str, line: int, said: str) -> None:
    with pytest.raises(BadFile) as caught:
        parse_action_cards(text)
    assert any(said in each.text and each.line == line for each in caught.value.problems), str(caught.value)


def test_a_citys_own_file_wins_as_a_whole(tmp_path: Path) -> None:
    assert action_cards_for(tmp_path) == SHIPPED
    (tmp_path / "action_cards.toml").write_text(GOOD, "utf-8")
    assert [card.id for card in read_action_cards(action_cards_for(tmp_path)).cards] == ["medical"]


def test_a_file_that_is_not_there_is_said_so(tmp_path: Path) -> None:
    with pytest.raises(BadFile, match="cannot be read"):
        read_action_cards(tmp_path / "none.toml")
