"""`opsroom plan` answers for many incidents headless, explains itself, and says where its input is wrong."""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import Any

import pytest

from app.cli.plan import add_commands

INCIDENTS = """id,kind,lon,lat,priority,alarm_level
lamps,traffic_collision,24.953,60.171,5,
fire,structure_fire,24.9415,60.1712,,2
gas,gas_leak,24.95,60.17,,
"""


def run(capsys: pytest.CaptureFixture[str], *words: str) -> tuple[int, str, str]:
    parser = argparse.ArgumentParser()
    add_commands(parser.add_subparsers())
    args = parser.parse_args(["plan", *words])
    code = args.run(args)
    out, err = capsys.readouterr()
    return code, out, err


@pytest.fixture
def words(helsinki: Path, tmp_path: Path) -> tuple[str, ...]:
    (tmp_path / "incidents.csv").write_text(INCIDENTS)
    return "--city", str(helsinki), "--incidents", str(tmp_path / "incidents.csv"), "--when", "2026-03-02T12:00+02:00"


def asked(capsys: pytest.CaptureFixture[str], *words: str) -> tuple[int, dict[str, Any]]:
    code, out, _ = run(capsys, *words, "--json")
    return code, json.loads(out)


def test_everything_a_script_needs_is_there(capsys: pytest.CaptureFixture[str], words: tuple[str, ...]) -> None:
    code, answer = asked(capsys, *words, "--explain", "E3", "--geometry")
    assert code == 1 and answer["is_optimal"] and answer["gap"] == 0 and len(answer["hash"]) == 64
    assert [each["incident"] for each in answer["incidents"]] == ["fire", "gas", "lamps"], "the most urgent first"
    chosen = [each for incident in answer["incidents"] for each in incident["chosen"]]
    assert len({each["unit"] for each in chosen}) == len(chosen) > 8
    for each in chosen:
        assert each["eta_s"] == pytest.approx(each["turnout_s"] + each["travel_s"] + each["access_s"], abs=0.01)
        assert each["is_estimate"] or len(each["geometry"]["coordinates"]) == len(each["times_s"]) > 1
    needed = [each for each in answer["served"] if not each["optional"]]
    assert [each["priority"] for each in needed] == [1, 5] and needed[0]["filled"] < needed[0]["places"]
    unmet = [each for incident in answer["incidents"] for each in incident["unmet"] if not each["optional"]]
    assert sum(each["missing"] for each in unmet) == sum(each["places"] - each["filled"] for each in needed)
    assert len(answer["price_of_greedy"]) == len(answer["served"])
    fire = next(each for each in answer["coverage"] if each["department"] == "fire")
    assert fire["units_after"] < fire["units"] and fire["reached_after"] < fire["reached"]
    told = {each["incident"]: each for each in answer["explained"]}
    assert set(told) == {"fire", "gas", "lamps"} and sum(each["is_sent"] for each in told.values()) == 1
    assert told["lamps"]["reason"]["code"] == "wrong_capability"
    assert {"roads", "roster", "run_cards", "penalties"} <= set(answer["inputs"])


def test_reasons_call_incidents_as_the_file_does_and_rows_may_stand_in_any_order(
    capsys: pytest.CaptureFixture[str], words: tuple[str, ...], tmp_path: Path
) -> None:
    _, answer = asked(capsys, *words)
    named = [
        each["reason"]["incident"] for i in answer["incidents"] for each in i["chosen"] if "incident" in each["reason"]
    ]
    assert set(named) <= {"fire", "gas", "lamps"} and named
    head, *rows = INCIDENTS.splitlines()
    (tmp_path / "incidents.csv").write_text("\n".join([head, rows[0], rows[2], rows[1]]))
    _, other = asked(capsys, *words)
    sent, again = (
        {(i["incident"], each["unit"]) for i in each_answer["incidents"] for each in i["chosen"]}
        for each_answer in (answer, other)
    )
    assert [each["total_s"] for each in other["served"]] == [each["total_s"] for each in answer["served"]]
    assert {unit for _, unit in sent} == {unit for _, unit in again}


def test_a_closed_road_and_ice_cost_time(
    capsys: pytest.CaptureFixture[str], words: tuple[str, ...], tmp_path: Path
) -> None:
    (tmp_path / "incidents.csv").write_text("A,welfare_check,24.9415,60.1712\n")
    (tmp_path / "units.csv").write_text("P1,police,patrol,available,24.9522,60.1691\n")
    words = (*words, "--units", str(tmp_path / "units.csv"))
    code, free = asked(capsys, *words, "--geometry")
    [unit] = free["incidents"][0]["chosen"]
    assert code == 0 and unit["unit"] == "P1"
    way = unit["geometry"]["coordinates"]
    line = {"type": "LineString", "coordinates": way[len(way) // 4 : len(way) // 2]}
    feature = {"type": "Feature", "properties": {}, "geometry": line}
    (tmp_path / "closed.geojson").write_text(json.dumps({"type": "FeatureCollection", "features": [feature]}))
    _, closed = asked(capsys, *words, "--closed", str(tmp_path / "closed.geojson"))
    _, icy = asked(capsys, *words, "--weather", "ice")
    for slower in (closed, icy):
        assert slower["incidents"][0]["chosen"][0]["travel_s"] > unit["travel_s"]
    assert icy["weather"] == "ice"


def test_a_person_reads_it(capsys: pytest.CaptureFixture[str], words: tuple[str, ...]) -> None:
    code, out, _ = run(capsys, *words, "--explain", "E3")
    assert code == 1
    assert out.startswith("fire: structure_fire, priority 1, level 2\n  E")
    assert "MISSING" in out and "priority 1, needed: " in out and "the best there is" in out
    assert "No fire engine left" in out and "E3 to lamps: would not go" in out


def test_without_time_the_answer_is_marked_and_bounded(
    capsys: pytest.CaptureFixture[str], words: tuple[str, ...]
) -> None:
    code, answer = asked(capsys, *words, "--time-limit", "0")
    assert code == 1 and not answer["is_optimal"] and answer["gap"] >= 0
    assert any(incident["chosen"] for incident in answer["incidents"])


def test_no_incidents_need_nobody(capsys: pytest.CaptureFixture[str], words: tuple[str, ...], tmp_path: Path) -> None:
    (tmp_path / "incidents.csv").write_text("id,kind,lon,lat\n")
    code, answer = asked(capsys, *words)
    assert (code, answer["incidents"], answer["served"]) == (0, [], [])
    assert run(capsys, *words)[1].startswith("Nobody needs to be sent.")


@pytest.mark.parametrize(
    ("text", "more", "told"),
    [
        ("A,structur_fire,24.9,60.1", (), "incidents.csv:1: kind: 'structur_fire' has no run card; did you mean"),
        ("A,gas_leak,24.9,60.1\nB,gas_leak,60.17,24.95", (), "incidents.csv:2: B: 60.17,24.95 lies more than 50 km"),
        ("A,gas_leak,24.95,60.17", ("--weather", "raim"), "--weather: 'raim' is not known here; did you mean 'rain'?"),
        ("A,gas_leak,24.95,60.17", ("--explain", "E77"), "--explain: there is no unit 'E77'"),
        ("A,gas_leak,24.95,60.17", ("--units", "none.csv"), "none.csv:1: cannot be read"),
        ("A,gas_leak,24.95,60.17", ("--closed", "none.geojson"), "none.geojson"),
    ],
)
def test_bad_input_is_named_with_exit_code_two(
    capsys: pytest.CaptureFixture[str],
    words: tuple[str, ...],
    tmp_path: Path,
    text: str,
    more: tuple[str, ...],
    told: str,
) -> None:
    (tmp_path / "incidents.csv").write_text(text)
    code, out, err = run(capsys, *words, *more, "--json")
    assert code == 2 and told in err
    assert json.loads(out)["error"] == "bad_input"
