"""Run cards are read whole or not at all; the shipped ones suit any city."""

from __future__ import annotations

from pathlib import Path

import pytest

import maps
from dispatch.runcard import Need, RunCards
from dispatch.runcard_file import BadFile, parse_run_cards, read_run_cards
from resources.roster import read_roster
from resources.roster_made import CREWS

CITIES = Path(maps.__file__).parent / "cities"
GOOD = """
[[card]]
kind = "structure_fire"
name = "Structure fire"
group = "fire"
priority = 1
mode = "emergency"
dispositions = ["extinguished"]
needs = [
  { id = "engine", any_of = ["engine"], count = 2, min_crew = 3 },
  { any_of = ["ladder", "engine"], level = 2, optional = true },
]
"""


@pytest.fixture(scope="module")
def shipped() -> RunCards:
    return read_run_cards(CITIES / "runcards.toml")


def test_a_need_without_an_id_takes_its_first_capability() -> None:
    [card] = parse_run_cards(GOOD).cards
    assert card.needs == (
        Need("engine", ("engine",), 2, "", 3, 1, False),
        Need("ladder", ("ladder", "engine"), 1, "", 1, 2, True),
    )
    assert card.deadline_min is None
    assert (len(card.needs_at(1)), card.max_level) == (1, 2)


def test_every_problem_is_told_at_once_with_its_line() -> None:
    text = (
        GOOD.replace("priority = 1", "priority = 9").replace("count = 2", "count = 0").replace('"emergency"', '"fast"')
    )
    text = text.replace('{ any_of = ["ladder", "engine"]', '{ id = "engine", any_of = ["ladder", "engine"]')
    text += GOOD + "words = 3\n"
    with pytest.raises(BadFile) as caught:
        parse_run_cards(text, "runcards.toml")
    assert [str(problem) for problem in caught.value.problems] == [
        "runcards.toml:6: [[card]] structure_fire: field 'priority': must be a whole number from 1 to 5, not 9",
        "runcards.toml:7: [[card]] structure_fire: field 'mode': 'fast' is no mode; known: emergency, ordinary",
        (
            "runcards.toml:10: [[card]] structure_fire: need engine: field 'count': must be a whole number from 1 to "
            "100, not 0"
        ),
        (
            "runcards.toml:11: [[card]] structure_fire: need engine: field 'id': 'engine' stands twice in this card; "
            "give each need its own id"
        ),
        "runcards.toml:15: [[card]] structure_fire: field 'kind': 'structure_fire' stands already on line 3",
        'runcards.toml:25: [[card]] structure_fire: field \'words\': must be a list of texts such as ["one", "two"]',
    ]


def test_a_file_without_cards_is_refused() -> None:
    with pytest.raises(BadFile, match=r"has no \[\[card\]\]"):
        parse_run_cards("# nothing\n")


def test_the_shipped_cards_cover_emergencies_and_ordinary_problems(shipped: RunCards) -> None:
    kinds = {card.kind for card in shipped.cards}
    assert len(kinds) >= 25
    named = "structure_fire traffic_collision cardiac_arrest gas_leak burst_water_main missing_manhole_cover"
    assert set(named.split()) <= kinds
    assert all(card.name_zh and card.words and card.needs for card in shipped.cards)
    assert {card.mode for card in shipped.cards} == {"emergency", "ordinary"}
    assert shipped.of("structure_fire").max_level >= 3


@pytest.mark.parametrize(
    ("kind", "minutes"),
    [("missing_manhole_cover", 120), ("exposed_rubbish", 240), ("street_lamp_out", 2880), ("road_damage", 7200)],
)
def test_city_problems_have_the_deadlines_of_the_field(shipped: RunCards, kind: str, minutes: float) -> None:
    assert shipped.of(kind).deadline_min == minutes


def test_the_shipped_cards_name_no_department_so_that_they_suit_any_city(shipped: RunCards) -> None:
    assert {need.department for card in shipped.cards for need in card.needs} == {""}


def test_helsinkis_roster_and_a_made_one_can_fill_every_card(shipped: RunCards) -> None:
    wanted = [set(need.any_of) for card in shipped.cards for need in card.needs]
    roster = read_roster(CITIES / "helsinki" / "roster.toml")
    forces = {capability for force in roster.task_forces for capability in force.capabilities}
    for able in (
        forces | {capability for unit in roster.units for capability in unit.capabilities},
        forces | {capability for crews in CREWS.values() for _, words, _ in crews for capability in words.split()},
    ):
        assert [each for each in wanted if not each & able] == []
        assert able <= {capability for each in wanted for capability in each}, "a word that no card asks for"


def test_what_binds_units_together_is_read() -> None:
    text = GOOD.replace("min_crew = 3 }", 'min_crew = 3, officers = 1, equipment = ["foam"], same_station = "one" }')
    [card] = parse_run_cards(text.replace("optional = true", "shared = true")).cards
    first, second = card.needs
    assert (first.officers, first.equipment, first.same_station, first.shared) == (1, ("foam",), "one", False)
    assert (second.shared, second.same_station) == (True, "")


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ("officers = -1", "field 'officers': must be a whole number from 0 to 100, not -1"),
        ('equipment = ["Foam"]', "field 'equipment': 'Foam' must be small letters"),
        ('shared = "yes"', "field 'shared': must be true or false"),
        ('shared = true, same_station = "one"', "field 'same_station': a shared need is filled by who goes anyway"),
        ('count = 1, same_station = "one"', "field 'same_station': 'one' stands at no other place"),
    ],
)
def test_what_binds_nothing_together_is_told_with_its_line(wrong: str, words: str) -> None:
    text = GOOD.replace("level = 2, optional = true", f"level = 2, {wrong}")
    if "same_station" in wrong and "shared" in wrong:
        text = text.replace("count = 2", 'same_station = "one"')
    with pytest.raises(BadFile) as caught:
        parse_run_cards(text, "runcards.toml")
    [problem] = caught.value.problems
    assert str(problem).startswith("runcards.toml:11: [[card]] structure_fire: need ") and words in str(problem)


def test_what_is_asked_is_asked_in_chinese_too(shipped: RunCards) -> None:
    for card in shipped.cards:
        assert len(card.asks("zh")) == len(card.asks("en")) == len(card.questions), card.kind
        assert not card.questions or card.asks("zh") != card.asks("en")
    [plain] = parse_run_cards(GOOD.replace('group = "fire"', 'group = "fire"\nquestions = ["Who?"]')).cards
    assert plain.asks("zh") == plain.asks("en") == ("Who?",)
