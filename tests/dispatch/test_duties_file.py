"""Usual duties: the shipped file is right and can be given; what is wrong in a city's own is said with its line."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

import maps
from dispatch import duty_commands as d
from dispatch.clocks import URGENT, Limit
from dispatch.duties_file import SHIPPED, BadFile, duties_file_of, parse_usual_duties, read_usual_duties
from dispatch.duty import DutyState
from dispatch.duty_templates import draft_usual
from dispatch.runcard_file import read_run_cards
from tests.dispatch.case_town import CASE_ROSTER, COORDINATOR
from tests.dispatch.duty_story import DutyStory

CARDS = read_run_cards(Path(maps.__file__).parent / "cities" / "runcards.toml")
KINDS = tuple(card.kind for card in CARDS.cards)
ONE = """[[duty]]
kind = "gas_leak"
code = "shut_gas"
department_kind = "gas"
text = "Shut it"
urgent_h = 0.5
"""
TWO = (
    ONE + '[[duty]]\nkind = "gas_leak"\ncode = "repair"\ndepartment_kind = "gas"\n'
    'text = "Repair"\nafter = ["shut_gas"]\n'
)


def test_the_shipped_duties_stand_in_both_languages_and_name_run_cards() -> None:
    usual = read_usual_duties(SHIPPED, kinds=KINDS)
    assert len(usual.duties) >= 30 and all(each.text and each.text_zh and each.limit for each in usual.duties)
    burst = usual.of("burst_water_main")
    assert {each.department_kind for each in burst} >= {"water", "urban_management", "police"}
    assert next(each for each in burst if each.code == "repair_main").after == ("shut_valve", "fence_hole")


def test_all_of_them_can_be_given_and_what_comes_after_waits() -> None:
    usual = read_usual_duties(SHIPPED)
    for kind in {each.kind for each in usual.duties}:
        story = DutyStory()
        drafts = draft_usual(usual, kind, CASE_ROSTER.departments, lead="water").drafts
        assert drafts
        story.do(d.GiveDuties(drafts, 1), who=COORDINATOR)
        for duty in story.state.duties.values():
            assert (duty.state is DutyState.WAITING) == bool(duty.depends_on)


def test_departments_that_a_city_lacks_are_named_and_hold_nothing_up() -> None:
    usual = parse_usual_duties(TWO)
    assert draft_usual(usual, "gas_leak", CASE_ROSTER.departments).drafts == ()
    fire = replace(usual.duties[1], department_kind="fire")
    mixed = draft_usual(replace(usual, duties=(usual.duties[0], fire)), "gas_leak", CASE_ROSTER.departments)
    assert [each.code for each in mixed.without_department] == ["shut_gas"]
    assert [(each.department, each.after) for each in mixed.drafts] == [("fire", ())]


def test_they_are_worded_in_the_language_that_is_asked_for() -> None:
    usual = read_usual_duties(SHIPPED)
    chinese = draft_usual(usual, "burst_water_main", CASE_ROSTER.departments, language="zh").drafts
    assert "阀门" in chinese[1].text and chinese[1].limit == Limit(URGENT, 1.0)


def test_a_citys_own_file_takes_the_place_of_the_shipped_one(tmp_path: Path) -> None:
    assert duties_file_of(tmp_path) == SHIPPED
    (tmp_path / "duties.toml").write_text(ONE, "utf-8")
    assert [each.code for each in read_usual_duties(duties_file_of(tmp_path)).duties] == ["shut_gas"]


@pytest.mark.parametrize(
    ("old", "new", "line", "words"),
    [
        ('"gas_leak"\ncode = "shut_gas"', '"gas_leek"\ncode = "shut_gas"', 2, "did you mean 'gas_leak'"),
        ('"shut_gas"\ndep', '"Shut gas"\ndep', 3, "must be small letters"),
        ('code = "repair"', 'code = "shut_gas"', 9, "stands twice"),
        ('["shut_gas"]', '["repair"]', 12, "stands nowhere above"),
        ('"gas"\ntext = "Shut it"', '"gaz"\ntext = "Shut it"', 4, "is no kind of department"),
        ("urgent_h = 0.5", "urgent_h = 0.5\nworking_h = 2", 7, "has a limit already"),
        ("urgent_h = 0.5", "urgent_h = -1", 6, "must be a number"),
        ('text = "Shut it"', 'text = ""', 5, "must not be empty"),
        ('text = "Shut it"', 'text = "Shut it"\nuntil = 3', 6, "unknown field"),
    ],
)
def test_what_is_wrong_is_said_with_its_line(old: str, new: str, line: int, words: str) -> None:
    assert TWO.count(old) == 1
    with pytest.raises(BadFile) as bad:
        parse_usual_duties(TWO.replace(old, new), kinds=KINDS)
    assert any(problem.line == line and words in problem.text for problem in bad.value.problems), bad.value
