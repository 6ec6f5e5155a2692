"""A scenario file is read whole, or every mistake in it is named."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from dispatch.commands import RecordCall, ReportIncident
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
