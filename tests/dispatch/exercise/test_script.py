"""A script plays trainees' commands, and everything that is wrong with one is named."""

from __future__ import annotations

from pathlib import Path

import pytest

from dispatch.exercise.from_scenario import from_scenario
from dispatch.exercise.script import BadFile, read_script, scripted
from dispatch.scenario_file import read_scenario
from resources.status import Status
from tests.dispatch.exercise.played import EXERCISE, play
from tests.dispatch.town import ROSTER, RUN_CARDS, START, at
from tests.dispatch.town_roads import TownRoads

SCRIPT = """
[[do]]
after_s = 70
do = "send"
incident = "B"
units = ["P2"]
trainee = "bela"

[[do]]
after_s = 10
do = "send"
incident = "A"

[[do]]
after_s = 20
do = "alarm"
incident = "A"
level = 2
reason = "smoke on two floors"

[[do]]
after_s = 30
do = "move_up"
units = ["L1"]
station = "fire-22"

[[do]]
after_s = 72
do = "send"
incident = "B"
units = ["P2"]

[[do]]
after_s = 390
do = "close"
incident = "A"
text = "extinguished"
"""


def test_a_script_decides_in_the_trainees_names(tmp_path: Path) -> None:
    file = tmp_path / "script.toml"
    file.write_text(SCRIPT, encoding="utf-8")
    deeds = read_script(file, EXERCISE)
    assert [each.after_s for each in deeds] == [10, 20, 30, 70, 72, 390]
    run = play(player=scripted(deeds, EXERCISE, TownRoads()))
    run.run_until(at(74))
    assert {run.state.assignments[each].need_id for each in run.state.assignments_of[1]} >= {"engine", "als"}
    assert run.state.incidents[1].alarm_level == 2 and run.state.units["L1"].post is not None
    assert [entry.actor for entry in run.log.read() if entry.seat == "trainee-bela"] == ["bela"]
    assert [each.code for each in run.refusals]  # the second sending of P2
    run.run_until()
    assert run.state.incidents[1].closed_at == at(390)


@pytest.mark.parametrize(
    ("right", "wrong", "named"),
    [
        ('incident = "B"', 'incident = "C"', "incident"),
        ('units = ["P2"]', 'units = ["P9"]', "units"),
        ('do = "alarm"', 'do = "explode"', "do"),
        ('station = "fire-22"', 'station = "fire-99"', "station"),
        ('trainee = "bela"', 'trainee = "carl"', "trainee"),
        ("after_s = 390", "after_s = 4000", "after_s"),
    ],
)
def test_what_is_wrong_with_a_script_is_named(tmp_path: Path, right: str, wrong: str, named: str) -> None:
    file = tmp_path / "script.toml"
    file.write_text(SCRIPT.replace(right, wrong, 1), encoding="utf-8")
    with pytest.raises(BadFile) as caught:
        read_script(file, EXERCISE)
    assert any(problem.field.endswith(f"'{named}'") for problem in caught.value.problems), caught.value


def test_a_scenario_plays_its_injects(tmp_path: Path) -> None:
    file = tmp_path / "scenario.toml"
    file.write_text(
        """name = "Roof"
lasts_s = 100
seed = 4
[[incident]]
id = "A"
after_s = 5
kind = "structure_fire"
lon = 25.0085
lat = 60.0045
place = "Middle Street"
sent = true
[[inject]]
kind = "failure"
unit = "E1"
when = [ { kind = "unit", unit = "E1", status = "assigned", after_s = 4 } ]
""",
        encoding="utf-8",
    )
    scenario = read_scenario(file, kinds=["structure_fire"], units=[each.id for each in ROSTER.units])
    exercise = from_scenario(
        scenario, roster=ROSTER, run_cards=RUN_CARDS, start_at=START, city="smalltown", time_zone="UTC"
    )
    assert (exercise.seed, exercise.lasts_s, exercise.outcome_digest) == (4, 100, "")
    run = play(exercise)
    run.run_until()
    [sent] = [each for each in run.state.assignments.values() if each.unit_id == "E1"]
    assert (sent.assigned_at, sent.released_at) == (at(8), at(12))
    assert run.state.units["E1"].status is Status.OUT_OF_SERVICE
