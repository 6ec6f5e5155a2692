from __future__ import annotations

from pathlib import Path

import pytest

import maps
from dispatch.areas import Area, Areas, answerable, unanswered
from dispatch.areas_file import BadFile, parse_areas
from dispatch.runcard_file import read_run_cards
from dispatch.standards import Standards
from dispatch.standards_file import read_standards
from resources.unit import Department, Roster

CELLS = ("110101001001001", "110101001001002", "110101001002001", "110101002001001")
ROSTER = Roster(
    departments=(
        Department("north", "North Streets", "urban_management"),
        Department("south", "South Streets", "urban_management"),
        Department("parks", "Parks", "other"),
        Department("water", "Water", "water"),
    )
)
TEXT = """
[[area]]
id = "n"
name = "North"
cells = ["110101001"]
department = "north"
collectors = ["c1"]

[[area]]
id = "n1"
name = "Market"
cells = ["110101001001"]
department = "south"
collectors = ["c2", "c3"]

[[area]]
id = "trees"
name = "Trees everywhere"
cells = ["110101"]
department = "parks"
classes = ["component 04"]

[[area]]
id = "signs"
name = "Signs of one cell"
cells = ["110101002001001"]
department = "water"
classes = ["traffic_sign"]
"""


@pytest.fixture(scope="module")
def standards() -> Standards:
    cities = Path(maps.__file__).parent / "cities"
    return read_standards(cities / "standards.toml", cards=read_run_cards(cities / "runcards.toml"))


@pytest.fixture(scope="module")
def areas(standards: Standards) -> Areas:
    return parse_areas(TEXT, roster=ROSTER, standards=standards, cells=CELLS)


@pytest.mark.parametrize(
    ("cell", "standard", "department", "area"),
    [
        ("110101001002001", "exposed_rubbish", "north", "n"),
        ("110101001001001", "exposed_rubbish", "south", "n1"),  # the closer area of two
        ("110101001001001", "street_tree", "parks", "trees"),  # its large class before all of a kind
        ("110101002001001", "traffic_sign", "water", "signs"),  # the class itself, whatever the kind
        ("110101002001001", "exposed_rubbish", "", ""),
        ("", "standing_water", "water", ""),  # the only department of its kind
    ],
)
def test_who_answers(cell: str, standard: str, department: str, area: str, areas: Areas, standards: Standards) -> None:
    found = answerable(areas, cell, standards.of(standard), ROSTER)
    assert (found.department, found.area) == (department, area)


def test_where_no_area_chooses_the_rivals_are_named(areas: Areas, standards: Standards) -> None:
    found = answerable(areas, "110101002001001", standards.of("graffiti"), ROSTER)
    assert (found.department, found.rivals) == ("", ("north", "south"))


def test_the_owner_of_a_component_comes_first(areas: Areas, standards: Standards) -> None:
    cover = standards.of("sewer_cover")
    assert answerable(areas, CELLS[0], cover, ROSTER, owner="parks").department == "parks"
    assert answerable(areas, CELLS[0], cover, ROSTER, owner="nobody").department == "water"
    assert answerable(areas, CELLS[0], standards.of("graffiti"), ROSTER, owner="parks").department == "south"


def test_collectors_are_those_of_the_smallest_area(areas: Areas) -> None:
    assert areas.collectors_of(CELLS[0]) == ("c2", "c3")
    assert areas.collectors_of(CELLS[2]) == ("c1",)
    assert areas.collectors_of("110101002001001") == ()


def test_cells_for_which_nobody_answers_are_listed_by_class(areas: Areas, standards: Standards) -> None:
    found = unanswered(areas, CELLS, standards.small, ROSTER)
    assert found["graffiti"] == ("110101002001001",)
    assert "street_tree" not in found
    assert found["public_camera"] == CELLS  # there is no police in this roster


@pytest.mark.parametrize(
    ("before", "after", "words"),
    [
        ('"110101001"', '"11010100"', "is no code of a county"),
        ('"110101001"', '"110101009"', "none begins with it"),
        ('department = "north"', 'department = "nord"', "did you mean 'north'"),
        ('"component 04"', '"component 09"', "is no class of the standards; did you mean"),
        ('"110101001001"', '"110101001"', "belongs to 'north' by 'n' already, for every class of urban_management"),
        ('id = "n1"', 'id = "n"', "stands already on line 3"),
        ('department = "parks"\n', "", "is missing"),
        ("collectors", "collecters", "did you mean 'collectors'"),
    ],
)
def test_what_is_wrong_is_told(before: str, after: str, words: str, standards: Standards) -> None:
    with pytest.raises(BadFile) as caught:
        parse_areas(TEXT.replace(before, after, 1), roster=ROSTER, standards=standards, cells=CELLS)
    assert any(words in str(each) for each in caught.value.problems), str(caught.value)


def test_an_area_may_be_for_collectors_alone(standards: Standards) -> None:
    text = '[[area]]\nid = "a"\nname = "A"\ncells = ["110101"]\ncollectors = ["c9"]'
    [area] = parse_areas(text, roster=ROSTER, standards=standards).areas
    assert area == Area("a", "A", ("110101",), collectors=("c9",))
