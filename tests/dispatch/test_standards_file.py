from __future__ import annotations

from collections import Counter
from pathlib import Path

import msgspec
import pytest

import maps
from dispatch.clocks import Limit
from dispatch.runcard import RunCards
from dispatch.runcard_file import read_run_cards
from dispatch.standards import COMPONENT, EVENT, LONG, URGENT, Standards
from dispatch.standards_file import BadFile, parse_standards, read_standards

CITIES = Path(maps.__file__).parent / "cities"
LARGE = '[[large]]\ngroup = "event"\ncode = "01"\nname = "Cleanliness"\n'
SMALL = """[[small]]
id = "rubbish"
group = "event"
code = "0101"
name = "Rubbish"
file_when = "It lies there."
close_when = "It is gone."
limits = [{ working_h = 4 }, { degree = "urgent", urgent_h = 2, when = "it blocks a way" }]
department_kind = "urban_management"
"""


@pytest.fixture(scope="module")
def cards() -> RunCards:
    return read_run_cards(CITIES / "runcards.toml")


@pytest.fixture(scope="module")
def shipped(cards: RunCards) -> Standards:
    return read_standards(CITIES / "standards.toml", cards=cards)


def problems(text: str, cards: RunCards) -> list[str]:
    with pytest.raises(BadFile) as caught:
        parse_standards(text, cards=cards)
    return [str(problem) for problem in caught.value.problems]


def test_the_shipped_file_has_sixty_classes_and_more_in_both_groups(shipped: Standards) -> None:
    assert len(shipped.small) >= 60
    assert Counter(each.group for each in shipped.large) == {COMPONENT: 5, EVENT: 6}
    assert all(shipped.large_of(each).code == each.code[:2] for each in shipped.small)


def test_each_shipped_class_speaks_both_languages_and_no_two_alike(shipped: Standards) -> None:
    for each in shipped.small:
        assert each.name_zh and each.file_when_zh and each.close_when_zh and each.words, each.id
        assert all(handling.when_zh for handling in each.handling[1:]), each.id
    for group in (COMPONENT, EVENT):
        names = [each.name for each in shipped.small if each.group == group]
        assert len(names) == len(set(names))


def test_the_limits_that_the_trade_knows_stand_there(shipped: Standards) -> None:
    assert shipped.of("sewer_cover").limit_of(URGENT) == Limit("urgent", 2)
    assert shipped.of("exposed_rubbish").limit_of() == Limit("working", 4)
    assert shipped.of("street_lamp").limit_of() == Limit("working_days", 2)
    assert shipped.of("pothole").limit_of() == Limit("working_days", 5)
    assert shipped.of("exposed_rubbish").limit_of(LONG) == Limit("working", 4)
    assert (shipped.stages.accept, shipped.stages.check) == (Limit("working", 0.25), Limit("working", 0.5))


def test_gas_is_an_emergency_and_a_danger_is_never_fixed_on_the_spot(shipped: Standards) -> None:
    assert shipped.of("gas_smell").emergency == "gas_leak"
    assert not [each.id for each in shipped.small if each.is_dangerous and each.is_fixed_on_the_spot]
    assert all(each.is_dangerous for each in shipped.small if each.emergency)


def test_a_component_and_an_event_may_share_a_code(shipped: Standards) -> None:
    found = {(each.group, each.code): each.id for each in shipped.small}
    assert found[COMPONENT, "0101"] == "water_cover" and found[EVENT, "0101"] == "exposed_rubbish"


def test_words_find_a_class_in_either_language(shipped: Standards) -> None:
    assert shipped.find("煤气味")[0].id == "gas_smell"
    assert shipped.find("pothole")[0].id == "pothole"
    assert "street_lamp" in {each.id for each in shipped.find("lamp out")}
    assert shipped.find("  ") == shipped.find("no such thing") == ()


def test_standards_travel_as_json(shipped: Standards) -> None:
    assert msgspec.json.decode(msgspec.json.encode(shipped), type=Standards) == shipped


def test_what_is_left_out_is_usual(cards: RunCards) -> None:
    [small] = parse_standards(LARGE + SMALL, cards=cards).small
    assert (small.photos_before, small.photos_after, small.area_rule, small.is_dangerous) == (1, 1, "cell", False)


@pytest.mark.parametrize(
    ("before", "after", "line", "words"),
    [
        ('"0101"', '"101"', 8, "must be 4 digits"),
        ('"0101"', '"0201"', 8, "belongs to no large class"),
        ('"event"\ncode = "0101"', '"component"\ncode = "0101"', 8, "belongs to no large class of the components"),
        ('"urban_management"', '"urban"', 13, "is no kind of department"),
        ("{ working_h = 4 }", "{ working_h = 4, urgent_h = 1 }", 12, "must have one of"),
        ("{ working_h = 4 }", "{ hours = 4 }", 12, "unknown field"),
        ("{ working_h = 4 }", "{ working_h = -1 }", 12, "number from"),
        ('degree = "urgent", ', "", 12, "'usual' stands twice"),
        (', when = "it blocks a way"', "", 12, "by what is 'urgent' known"),
        ("limits = [{ working_h = 4 }, ", "limits = [", 12, "must begin with the usual one"),
        ('"It is gone."', '""', 11, "must not be empty"),
        ("department_kind", 'emergency = "gas_leek"\ndepartment_kind', 13, "did you mean 'gas_leak'"),
        ("department_kind", 'emergency = "graffiti"\ndepartment_kind', 13, "which is no emergency"),
        ("department_kind", 'card = "gas"\ndepartment_kind', 13, "no run card 'gas'"),
        ("department_kind", 'layer = "hydrants"\ndepartment_kind', 13, "an event has no layer"),
        ("department_kind", 'area_rule = "owner"\ndepartment_kind', 13, "an event has no layer and no owner"),
        ("department_kind", "photos_after = 0\non_the_spot = true\ndepartment_kind", 14, "needs a photograph"),
        ("department_kind", "on_the_spot = true\nmake_safe = { urgent_h = 1 }\ndepartment_kind", 13, "dangerous"),
        ("department_kind", "make_safe = 3\ndepartment_kind", 13, "must be a limit"),
        ('id = "rubbish"', 'id = "Rubbish!"', 6, "must be small letters"),
        ("file_when", "filed_when", 10, "did you mean"),
    ],
)
def test_what_is_wrong_is_told_with_its_line(before: str, after: str, line: int, words: str, cards: RunCards) -> None:
    found = problems(LARGE + SMALL.replace(before, after, 1), cards)
    assert any(each.startswith(f"standards.toml:{line}:") and words in each for each in found), found


def test_a_code_or_an_id_that_stands_twice_names_the_first_line(cards: RunCards) -> None:
    found = problems(LARGE + SMALL + SMALL, cards)
    assert [each.split("stands")[1] for each in found] == [" already on line 6", " already on line 8"]
    assert "no small class" in problems(LARGE + LARGE.replace("01", "02") + SMALL, cards)[0]
    assert "has no [[small]]" in problems(LARGE, cards)[0]
