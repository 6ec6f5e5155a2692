"""`opsroom recommend` answers for scripts, and says where its input is wrong."""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import Any

import pytest

from app.cli.recommend import add_commands

SQUARE = "24.9415,60.1712"


def ask(capsys: pytest.CaptureFixture[str], *words: str) -> tuple[int, str, str]:
    parser = argparse.ArgumentParser()
    add_commands(parser.add_subparsers())
    args = parser.parse_args(["recommend", *words])
    code = args.run(args)
    out, err = capsys.readouterr()
    return code, out, err


def asked(capsys: pytest.CaptureFixture[str], city: Path, *words: str) -> tuple[int, dict[str, Any]]:
    code, out, _ = ask(
        capsys, "--city", str(city), "--at", SQUARE, "--json", "--when", "2026-03-02T12:00+02:00", *words
    )
    return code, json.loads(out)


def test_the_answer_has_everything_a_script_needs(capsys: pytest.CaptureFixture[str], helsinki: Path) -> None:
    code, answer = asked(capsys, helsinki, "--kind", "structure_fire")
    assert code == 0
    assert (answer["kind"], answer["alarm_level"], answer["mode"], answer["is_estimate"]) == (
        "structure_fire", 1, "emergency", False,
    )  # fmt: skip
    assert answer["at"] == "2026-03-02T10:00:00+00:00"
    first = answer["chosen"][0]
    assert first["need"] == "engine" and first["reason"]["code"]
    assert first["eta_s"] == pytest.approx(first["turnout_s"] + first["travel_s"] + first["access_s"], abs=0.01)
    assert first["geometry"]["type"] == "LineString"
    assert len(first["geometry"]["coordinates"]) == len(first["times_s"]) > 2
    assert answer["unmet"] == [] and len(answer["hash"]) == 64
    assert {"E1", "E2", "E3", "E4"} <= {p["unit"] for p in answer["passed"]} | {c["unit"] for c in answer["chosen"]}


def test_the_same_question_has_the_same_answer(capsys: pytest.CaptureFixture[str], helsinki: Path) -> None:
    assert asked(capsys, helsinki, "--kind", "gas_leak") == asked(capsys, helsinki, "--kind", "gas_leak")


def test_what_is_missing_is_said_and_gives_exit_code_one(
    capsys: pytest.CaptureFixture[str], helsinki: Path, tmp_path: Path
) -> None:
    units = tmp_path / "units.csv"
    units.write_text("E9,fire,engine;ladder,available,24.95,60.17\nE8,fire,engine,on_scene,24.95,60.17\n")
    code, answer = asked(capsys, helsinki, "--kind", "structure_fire", "--units", str(units))
    assert code == 1
    assert [(chosen["unit"], chosen["need"]) for chosen in answer["chosen"]] in ([("E9", "engine")], [("E9", "ladder")])
    assert {gap["need"]: gap["reason"]["code"] for gap in answer["unmet"]}["command"] == "none_on_duty"
    [busy] = [passed for passed in answer["passed"] if passed["unit"] == "E8"]
    assert busy["reason"] == {"code": "not_free", "status": "on_scene"}


def test_a_closed_road_changes_the_answer(capsys: pytest.CaptureFixture[str], helsinki: Path, tmp_path: Path) -> None:
    units = tmp_path / "units.csv"
    units.write_text("id,department,capabilities,status,lon,lat\nP1,police,patrol,available,24.9522,60.1691\n")
    words = ("--kind", "welfare_check", "--units", str(units))
    _, before = asked(capsys, helsinki, *words)
    route = before["chosen"][0]["geometry"]["coordinates"]
    closed = tmp_path / "closed.geojson"
    one, next_one = route[len(route) // 2 :][:2]
    middle = [(one[0] + next_one[0]) / 2, (one[1] + next_one[1]) / 2]  # not a crossing, where a click may mean another
    feature = {"type": "Feature", "properties": {}, "geometry": {"type": "Point", "coordinates": middle}}
    closed.write_text(json.dumps({"type": "FeatureCollection", "features": [feature]}))
    _, after = asked(capsys, helsinki, *words, "--closed", str(closed))
    assert after["chosen"][0]["eta_s"] > before["chosen"][0]["eta_s"]
    area = {"type": "Polygon", "coordinates": [[[24, 60], [26, 60], [26, 61], [24, 61], [24, 60]]]}
    flood = {"type": "FeatureCollection", "features": [{**feature, "geometry": area}]}
    closed.write_text(json.dumps(flood))
    code, nobody = asked(capsys, helsinki, *words, "--closed", str(closed))
    assert (code, nobody["unmet"][0]["reason"]["code"]) == (1, "none_within_reach")
    feature["geometry"]["coordinates"].reverse()
    closed.write_text(json.dumps({"type": "FeatureCollection", "features": [feature]}))
    _, same = asked(capsys, helsinki, *words, "--closed", str(closed))
    assert same["problems"] == ["closed.geojson, feature 1: no road of this city is closed by it (left out)"]


def test_units_far_off_the_map_are_told_and_never_sent(
    capsys: pytest.CaptureFixture[str], helsinki: Path, tmp_path: Path
) -> None:
    units = tmp_path / "units.csv"
    units.write_text("P1,police,patrol,available,60.17,24.95\n")
    words = ("--kind", "welfare_check", "--units", str(units))
    code, answer = asked(capsys, helsinki, *words)
    assert answer["problems"] == ["P1: 60.17,24.95 lies far off the map of Helsinki; longitude comes first"]
    assert code == 1 and answer["chosen"] == []
    assert answer["passed"][0]["reason"] == {"code": "unreachable"}
    assert answer["unmet"][0]["reason"]["code"] == "none_within_reach"
    units.write_text("".join(f"P{row},police,patrol,available,60.17,24.95\n" for row in range(52)))
    _, many = asked(capsys, helsinki, *words)
    assert len(many["problems"]) == 6
    assert many["problems"][-1] == "and 47 more units far off the map of Helsinki; longitude comes first"


def test_a_place_outside_the_city_is_refused(capsys: pytest.CaptureFixture[str], helsinki: Path) -> None:
    words = ("--city", str(helsinki), "--kind", "gas_leak", "--json", "--at")
    code, out, err = ask(capsys, *words, "60.169,24.952")
    assert (code, json.loads(out)["error"]) == (2, "outside_city")
    assert "--at: 60.169,24.952 lies more than 50 km outside Helsinki" in err
    assert ask(capsys, *words, "25.3,60.3")[0] != 2


def test_what_lies_in_a_hole_of_a_closed_area_stays_open(
    capsys: pytest.CaptureFixture[str], helsinki: Path, tmp_path: Path
) -> None:
    units = tmp_path / "units.csv"
    units.write_text("P1,police,patrol,available,24.9522,60.1691\n")
    words = ("--kind", "welfare_check", "--units", str(units))
    outer = [[24, 60], [26, 60], [26, 61], [24, 61], [24, 60]]
    hole = [[24.90, 60.15], [25.00, 60.15], [25.00, 60.20], [24.90, 60.20], [24.90, 60.15]]
    closed = tmp_path / "closed.geojson"
    feature = {"type": "Feature", "properties": {}, "geometry": {"type": "Polygon", "coordinates": [outer, hole]}}
    closed.write_text(json.dumps({"type": "FeatureCollection", "features": [feature]}))
    _, before = asked(capsys, helsinki, *words)
    code, after = asked(capsys, helsinki, *words, "--closed", str(closed))
    assert code == 0
    assert after["chosen"][0]["eta_s"] == pytest.approx(before["chosen"][0]["eta_s"], abs=1)


def test_a_person_reads_a_table(capsys: pytest.CaptureFixture[str], helsinki: Path) -> None:
    code, out, _ = ask(capsys, "--city", str(helsinki), "--kind", "structure_fire", "--at", SQUARE, "--level", "4")
    lines = out.splitlines()
    assert code == 1
    assert lines[0].split()[0] == "E4" and "km" in lines[0]
    assert any(line.startswith("MISSING") and "engine" in line for line in lines)


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("--kind", "structur_fire"), "did you mean 'structure_fire'?"),
        (("--kind", "gas_leak", "--level", "12"), "--level: must be 1 to 9"),
        (("--kind", "gas_leak", "--units", "none.csv"), "none.csv:1: cannot be read"),
        (("--kind", "gas_leak", "--closed", "none.geojson"), "none.geojson"),
    ],
)
def test_bad_input_is_named_with_exit_code_two(
    capsys: pytest.CaptureFixture[str], helsinki: Path, words: tuple[str, ...], told: str
) -> None:
    code, out, err = ask(capsys, "--city", str(helsinki), "--at", SQUARE, "--json", *words)
    assert code == 2 and told in err
    assert json.loads(out)["error"] == "bad_input"


def test_a_wrong_line_of_the_units_is_named(capsys: pytest.CaptureFixture[str], helsinki: Path, tmp_path: Path) -> None:
    units = tmp_path / "units.csv"
    units.write_text("E9,fire,engine,available,24.95,60.17\nE8,fire,engine,asleep,24.95,north\n")
    code, answer = asked(capsys, helsinki, "--kind", "gas_leak", "--units", str(units))
    assert code == 2 and len(answer["problems"]) == 2
    assert all(f"{units.name}:2: " in problem for problem in answer["problems"])


def test_a_folder_that_is_no_city_is_named(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    code, out, _ = ask(capsys, "--city", str(tmp_path), "--kind", "gas_leak", "--at", SQUARE, "--json")
    assert code == 2 and "city.toml" in json.loads(out)["message"]


def test_the_weather_counts_and_must_be_known(capsys: pytest.CaptureFixture[str], helsinki: Path) -> None:
    _, dry = asked(capsys, helsinki, "--kind", "structure_fire")
    _, snow = asked(capsys, helsinki, "--kind", "structure_fire", "--weather", "snow")
    assert (dry["weather"], snow["weather"]) == ("", "snow")
    assert min(each["travel_s"] for each in snow["chosen"]) > min(each["travel_s"] for each in dry["chosen"])
    code, out, _ = ask(
        capsys, "--city", str(helsinki), "--at", SQUARE, "--kind", "gas_leak", "--json", "--weather", "snwo"
    )
    assert code == 2 and "did you mean 'snow'" in json.loads(out)["message"]
