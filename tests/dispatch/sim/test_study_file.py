"""A scenario's file: every field is checked, and every problem is said at once with its line."""

from __future__ import annotations

from pathlib import Path

import pytest

from dispatch.sim.lasting import Exponential, Fixed, Lognormal
from dispatch.sim.study import BUILT_IN
from dispatch.sim.study_file import BadFile, read_study

WHOLE = """
name = "A week"
city = "town"
start_at = 2026-03-02T00:00:00
days = 7
seed = 3
replications = 4
warm_up_h = 12
weather = "rain"
hospitals = [[25.0, 60.0]]
closed_stations = ["fire-00"]
targets_s = [300]
most_zones = 200

[demand]
source = "streams"
factor = 1.3
[[demand.stream]]
kind = "structure_fire"
per_hour = 0.5
lon = 25.0
lat = 60.0
spread_m = 300

[times]
turnout = { fixed_s = 60 }
scene = { median_s = 900, sigma = 0.6 }
handover = { mean_s = 600 }
travel = { factor = 1.2, sigma = 0.3 }
is_transport = 0.4

[[policy]]
id = "bold"
sending = "joint"
redirect = true
[[policy]]
id = "posts"
move_ups = "compliance"
hold = { fire = [["fire-22"], ["fire-22", "fire-00"]] }

[[closure]]
shape = "line"
places = [[25.0, 60.0], [25.01, 60.0]]
from_h = 10
until_h = 20
reason = "bridge down"
"""


def test_a_whole_scenario_is_read(tmp_path: Path) -> None:
    study = read_study(_written(tmp_path, WHOLE))
    assert study.city == tmp_path / "town" and study.horizon_s == 7 * 86_400
    assert (study.seed, study.replications, study.warm_up_h, study.targets_s) == (3, 4, 12.0, (300.0,))
    assert study.times.given == {
        "turnout": Fixed(60.0), "scene": Lognormal(900.0, 0.6), "handover": Exponential(600.0),
    }  # fmt: skip
    assert study.times.travel is not None and study.times.travel.sigma == 0.3
    assert study.times.is_transport == 0.4 and study.times.is_cancelled is None
    assert [each.id for each in study.policies] == ["bold", "posts"]
    assert study.policy("posts").hold == {"fire": (("fire-22",), ("fire-22", "fire-00"))}
    assert study.policy("closest") == BUILT_IN[0]
    [closure] = study.closures
    assert (closure.from_h, closure.until_h, closure.closure.geometry_type) == (10.0, 20.0, "LineString")
    assert study.demand.streams[0].per_hour == 0.5 and study.demand.factor == 1.3


def _written(tmp_path: Path, text: str) -> Path:
    file = tmp_path / "scenario.toml"
    file.write_text(text, "utf-8")
    return file


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("days = 7", "days = -1", "field 'days': must be a number"),
        ("days = 7", 'days = "7"', "field 'days': must be a number"),
        ("days = 7", "days = nan", "field 'days': must be a number"),
        ("seed = 3", "seed = 1.5", "field 'seed': must be a whole number"),
        ("seed = 3", "sede = 3", "unknown"),
        ("start_at = 2026-03-02T00:00:00", 'start_at = "soon"', "must be a local date and time"),
        ("start_at = 2026-03-02T00:00:00", "start_at = 2026-03-02T00:00:00Z", "without an offset"),
        ("start_at = 2026-03-02T00:00:00", "", "field 'start_at': is missing"),
        ("warm_up_h = 12", "warm_up_h = 200", "must be shorter than the scenario"),
        ("hospitals = [[25.0, 60.0]]", "hospitals = [[60.0, 250.0]]", "longitude first"),
        ("targets_s = [300]", "targets_s = [0]", "list of seconds"),
        ('source = "streams"', 'source = "stream"', "did you mean 'streams'"),
        ('source = "streams"', 'source = "rates"', "field 'history': is missing"),
        ("per_hour = 0.5", "per_hour = -2", "field 'per_hour': must be a number"),
        ("fixed_s = 60", "fixed = 60", "must be { fixed_s"),
        ("fixed_s = 60", "fixed_s = 60, sigma = 1", "unknown field"),
        ("is_transport = 0.4", "is_transport = 4", "must be a number from 0 to 1"),
        ("[times]", '[times]\nfit = "empirical"', "no history to fit to"),
        ("redirect = true", 'redirect = true\n[[policy]]\nid = "bold"', "stands twice"),
        ('sending = "joint"', 'sending = "closest"', "is part of sending"),
        ('move_ups = "compliance"', 'move_ups = "dmexclp"', "is part of move_ups"),
        ("hold = { fire = [[", "hold = { fire = [1, [", "must be lists of stations"),
        ('id = "bold"', 'id = "Bold one"', "small letters"),
        ("until_h = 20", "until_h = 5", "must be later than from_h"),
        ("places = [[25.0, 60.0], [25.01, 60.0]]", "places = [[25.0, 60.0]]", "needs 2 places"),
        ("[demand]", "[demands]", "unknown table"),
        ("[times]", "[times", "not valid TOML"),
    ],
)
def test_each_wrong_field_is_named_with_its_line(tmp_path: Path, old: str, new: str, said: str) -> None:
    assert old in WHOLE
    with pytest.raises(BadFile) as bad:
        read_study(_written(tmp_path, WHOLE.replace(old, new, 1)))
    text = str(bad.value)
    assert said in text
    assert all(line.startswith(f"{tmp_path / 'scenario.toml'}:") for line in text.splitlines())


def test_all_problems_are_said_at_once(tmp_path: Path) -> None:
    with pytest.raises(BadFile) as bad:
        read_study(_written(tmp_path, WHOLE.replace("days = 7", "days = 0").replace("seed = 3", "seed = -3")))
    assert len(bad.value.problems) == 2
    with pytest.raises(BadFile, match="cannot be read"):
        read_study(tmp_path / "absent.toml")


def test_a_scenario_may_bring_rules_for_redirecting_of_its_own(tmp_path: Path) -> None:
    file = tmp_path / "study.toml"
    file.write_text('redirects = "rules.toml"\n' + WHOLE, "utf-8")
    (tmp_path / "rules.toml").write_text("min_gain_s = 60\n[from]\n3 = [2]\n", "utf-8")
    study = read_study(file)
    assert study.redirects is not None and study.redirects.pairs == frozenset({(3, 2)})
    (tmp_path / "rules.toml").write_text("[from]\n2 = [3]\n", "utf-8")
    with pytest.raises(BadFile, match=r"rules\.toml:2: .*may only be taken by what is more urgent than 2"):
        read_study(file)


def test_a_stream_may_come_to_a_higher_alarm(tmp_path: Path) -> None:
    file = tmp_path / "study.toml"
    raised = WHOLE.replace("spread_m = 300", "alarm_level = 3").replace("[times]", "[times]\nalarm = { fixed_s = 600 }")
    file.write_text(raised, "utf-8")
    study = read_study(file)
    assert study.demand.streams[0].alarm_level == 3 and study.times.given["alarm"] == Fixed(600.0)
    file.write_text(raised.replace("alarm_level = 3", "alarm_level = 0"), "utf-8")
    with pytest.raises(BadFile, match="alarm_level"):
        read_study(file)
