"""A scenario file is read whole, or every mistake in it is named."""

from __future__ import annotations

import tomllib
from datetime import UTC, datetime
from pathlib import Path

import pytest

from dispatch.commands import RecordCall, ReportIncident
from dispatch.injects import CLOCK, FEW_FREE, INJECTS, ON_SCENE, UNATTENDED, Condition
from dispatch.pace import ROSTER, Driven, Pace
from dispatch.scenario_file import read_scenario
from gis.located_toml import BadFile

GOOD = """
name = "Two things"
scene_s = 90

[[incident]]
after_s = 5
kind = "structure_fire"
lon = 24.9
lat = 60.1
place = "Here 1"
sent = true

[[incident]]
after_s = 9
kind = "gas_leak"
lon = 24.8
lat = 60.2
place = "There 2"
"""


def test_a_scenario_becomes_calls_and_incidents_in_time(tmp_path: Path) -> None:
    file = tmp_path / "two.toml"
    file.write_text(GOOD, encoding="utf-8")
    scenario = read_scenario(file, kinds=("structure_fire", "gas_leak"))
    start = datetime(2026, 3, 4, 12, tzinfo=UTC)
    arrivals = scenario.arrivals(start)
    assert [(item.at - start).total_seconds() for item in arrivals] == [5, 5, 9, 9]
    assert [type(item.body) for item in arrivals] == [RecordCall, ReportIncident, RecordCall, ReportIncident]
    first_call, second_call = arrivals[0].body, arrivals[2].body
    assert isinstance(first_call, RecordCall) and isinstance(second_call, RecordCall)
    assert scenario.sends(first_call.call_id) and not scenario.sends(second_call.call_id)
    assert scenario.habits.scene_s == 90


def test_every_mistake_is_named_with_its_line(tmp_path: Path) -> None:
    file = tmp_path / "bad.toml"
    file.write_text(GOOD.replace("gas_leak", "gas_leek").replace("lat = 60.1", "lat = 160.1"), encoding="utf-8")
    with pytest.raises(BadFile) as caught:
        read_scenario(file, kinds=("structure_fire", "gas_leak"))
    assert [(problem.line, problem.field.rsplit(" ", 1)[-1]) for problem in caught.value.problems] == [
        (9, "'lat'"),
        (15, "'kind'"),
    ]
    assert "gas_leak" in str(caught.value)


CASE = (
    GOOD
    + """
[[case]]
after_s = -300
standard = "rubbish"
lon = 24.9
lat = 60.1
place = "Here 2"
source = "patrol"
stage = "handle"
way = "returned"

[[case]]
after_s = 60
standard = "rubbish"
lon = 24.9
lat = 60.1
place = "Here 3"
same_as = 1
"""
)


def test_an_ordinary_day_is_read_beside_it(tmp_path: Path) -> None:
    file = tmp_path / "day.toml"
    file.write_text(CASE.replace("scene_s = 90", "scene_s = 90\nhandle_s = 30"), encoding="utf-8")
    scenario = read_scenario(file, kinds=("structure_fire", "gas_leak"), classes=("rubbish",))
    first, second = scenario.cases
    assert (first.after_s, first.source, first.stage, first.way) == (-300, "patrol", "handle", "returned")
    assert (second.after_s, second.source, second.stage, second.same_as) == (60, "hotline", "collect", 1)
    assert scenario.staff.handle_s == 30 and scenario.habits.scene_s == 90


def test_mistakes_in_the_ordinary_day_are_named_too(tmp_path: Path) -> None:
    file = tmp_path / "day.toml"
    file.write_text(CASE.replace('way = "returned"', 'way = "back"').replace("same_as = 1", "same_as = 2"), "utf-8")
    with pytest.raises(BadFile) as caught:
        read_scenario(file, kinds=("structure_fire", "gas_leak"), classes=("graffiti",))
    assert [problem.field.rsplit(" ", 1)[-1] for problem in caught.value.problems] == [
        "'standard'",
        "'way'",
        "'standard'",
        "'same_as'",
    ]


def test_the_opening_of_the_bundled_city_is_whole() -> None:
    cities = Path(__file__).resolve().parents[2] / "maps" / "cities"
    opening = cities / "helsinki" / "opening.toml"
    kinds = {each["kind"] for each in tomllib.loads(opening.read_text("utf-8"))["incident"]}
    classes = {each["id"] for each in tomllib.loads((cities / "standards.toml").read_text("utf-8"))["small"]}
    scenario = read_scenario(opening, kinds=kinds, classes=classes)
    assert sum(item.after_s < 0 for item in scenario.cases) >= 12
    assert {item.source for item in scenario.cases} >= {"patrol", "video", "sensor", "hotline", "citizen"}


def test_the_exercise_of_the_bundled_city_is_whole() -> None:
    """Each kind of inject, on time and on conditions, two trainees in turns: it shows what can be written."""
    cities = Path(__file__).resolve().parents[2] / "maps" / "cities"
    cards = tomllib.loads((cities / "runcards.toml").read_text("utf-8"))["card"]
    roster = tomllib.loads((cities / "helsinki" / "roster.toml").read_text("utf-8"))
    scenario = read_scenario(
        cities / "helsinki" / "exercises" / "freezing_rain.toml",
        kinds=[each["kind"] for each in cards],
        units=[each["id"] for each in roster["unit"]],
        departments=[each["id"] for each in roster["department"]],
    )
    assert {each.kind for each in scenario.injects} == set(INJECTS)
    assert {each.kind for inject in scenario.injects for each in inject.when} >= {CLOCK, ON_SCENE, UNATTENDED, FEW_FREE}
    assert len(scenario.trainees) == 2 and scenario.turn_s > 0 and scenario.name_zh
    last_s = max(each.after_s for each in scenario.happenings)
    assert last_s < scenario.lasts_s - 600


EXERCISE = (
    GOOD.replace("after_s = 5\n", 'after_s = 5\nid = "A"\n')
    + """
[[trainee]]
id = "anna"
department = "fire"

[[inject]]
id = "more"
kind = "crew"
incident = "A"
text = "we need more"
when = [ { kind = "on_scene", incident = "A", capability = "engine", count = 2, after_s = 30 } ]

[[inject]]
kind = "closure"
after_s = 60
closure = "slow"
speed_factor = 0.5
line = [ [24.9, 60.1], [24.91, 60.1] ]
"""
)


def test_a_scenario_holds_injects_on_conditions_and_who_is_trained(tmp_path: Path) -> None:
    file = tmp_path / "exercise.toml"
    file.write_text("turn_s = 300\nseed = 7\n" + EXERCISE, encoding="utf-8")
    scenario = read_scenario(file, kinds=("structure_fire", "gas_leak"), departments=("fire",))
    assert (scenario.seed, scenario.turn_s, [each.id for each in scenario.happenings]) == (7, 300, ["A", "2"])
    assert [(each.id, each.department) for each in scenario.trainees] == [("anna", "fire")]
    crew, closure = scenario.injects
    assert (crew.id, crew.when) == (
        "more",
        (Condition("on_scene", incident="A", capability="engine", count=2, after_s=30),),
    )
    assert (closure.id, closure.when, closure.ground.kind) == ("2", (Condition("clock", after_s=60),), "slow")
    assert closure.ground.coordinates == ((24.9, 60.1), (24.91, 60.1))


@pytest.mark.parametrize(
    ("right", "wrong", "named"),
    [
        ('incident = "A"\ntext', 'incident = "C"\ntext', "incident"),
        ('kind = "crew"', 'kind = "crow"', "kind"),
        ('kind = "on_scene"', 'kind = "on_fire"', "kind"),
        ("line = [ [24.9, 60.1], [24.91, 60.1] ]", "line = [ [24.9, 60.1] ]", "line"),
        ("line = [ [24.9, 60.1], [24.91, 60.1] ]", 'area = [ [24.9, 60.1], "x" ]', "area"),
        ("after_s = 60\n", "", "after_s"),
        ('department = "fire"', 'department = "navy"', "department"),
        ('id = "more"', 'id = "../more"', "id"),
        ("count = 2", 'count = "two"', "count"),
        ("speed_factor = 0.5", "speed_factor = 1.5", "speed_factor"),
    ],
)
def test_what_is_wrong_with_an_inject_is_named(tmp_path: Path, right: str, wrong: str, named: str) -> None:
    file = tmp_path / "bad.toml"
    assert EXERCISE.count(right) >= 1
    file.write_text(EXERCISE.replace(right, wrong, 1), encoding="utf-8")
    with pytest.raises(BadFile) as caught:
        read_scenario(file, kinds=("structure_fire", "gas_leak"), departments=("fire",), units=("E1",))
    assert any(problem.field.endswith(f"'{named}'") for problem in caught.value.problems), caught.value


def test_how_long_drives_take_is_told_by_priority_once_each(tmp_path: Path) -> None:
    file = tmp_path / "slow.toml"
    told = "\n[[drive]]\npriority = 3\nfactor = 2.5\n\n[[drive]]\npriority = 1\nfactor = 1.5\n"
    file.write_text('turnouts = "roster"\n' + GOOD + told, encoding="utf-8")
    scenario = read_scenario(file, kinds=("structure_fire", "gas_leak"))
    assert scenario.pace == Pace((Driven(1, 1.5), Driven(3, 2.5)), ROSTER)
    file.write_text('turnouts = "rooster"\n' + GOOD + told.replace("priority = 1", "priority = 3"), encoding="utf-8")
    with pytest.raises(BadFile) as caught:
        read_scenario(file, kinds=("structure_fire", "gas_leak"))
    assert [problem.field.rsplit(" ", 1)[-1] for problem in caught.value.problems] == ["'turnouts'", "'priority'"]
