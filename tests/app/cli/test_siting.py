"""`opsroom siting`: answers in words and as JSON, files that programs read, and what is wrong with what was given."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import shapely

from app.__main__ import main
from app.cli import siting_asked, siting_calls
from app.cli.siting_record import record_json, record_lines
from dispatch.times.figure import TargetFigure
from dispatch.times.profiles import TimeTarget
from resources.roster import read_roster
from tests.dispatch.called import state_of

CENTRE = (24.9414, 60.1699)


def asked(capsys: pytest.CaptureFixture[str], *arguments: object) -> tuple[int, str, str]:
    code = main(["siting", *map(str, arguments)])
    told = capsys.readouterr()
    return code, told.out, told.err


def as_json(capsys: pytest.CaptureFixture[str], *arguments: object) -> dict[str, Any]:
    code, out, err = asked(capsys, *arguments, "--json")
    assert code == 0, err
    found: dict[str, Any] = json.loads(out)
    return found


def test_isochrones_grow_with_their_limit(helsinki: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out, page = tmp_path / "areas.geojson", tmp_path / "areas.html"
    places = ("--at", "24.9414,60.1699", "--at", "0,0")
    told = as_json(capsys, "isochrones", "--city", helsinki, *places, "--minutes", "1,2", "--out", out, "--page", page)
    assert told["off_road"] == ["0.00000, 0.00000"] and told["minutes"] == [1, 2] and "areas" not in told
    features = json.loads(out.read_text("utf-8"))["features"]
    assert [each["properties"]["limit_s"] for each in features] == [120, 60]
    far, near = (shapely.geometry.shape(each["geometry"]) for each in features)
    assert far.contains(shapely.Point(CENTRE)) and far.buffer(1e-5).covers(near) and far.area > 2 * near.area
    text = page.read_text("utf-8")
    assert "2 min" in text and "http://" not in text.split("opsroom-data")[1].split("</script>")[0]
    code, words, _ = asked(capsys, "isochrones", "--city", helsinki, "--at", "24.9414,60.1699", "--minutes", "2")
    assert code == 0 and "all together" in words and "2 min" in words
    code, _, err = asked(capsys, "isochrones", "--city", helsinki, "--at", "60.17,24.94")
    assert code == 1 and "longitude comes first" in err
    code, _, err = asked(capsys, "isochrones", "--city", helsinki, "--stations", "nowhere")
    assert code == 2 and "no station 'nowhere'" in err


def test_cover_and_what_if_stations_close(helsinki: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    desk = ("--city", helsinki, "--department", "fire")
    now = as_json(capsys, "cover", *desk)
    roster = read_roster(helsinki / "roster.toml")
    engines = [unit for unit in roster.units if unit.department == "fire" and "engine" in unit.capabilities]
    assert now["asked"]["recorded"] is None  # no log is learnt from
    assert now["plan"]["units"] == len(engines) and now["asked"]["target"] == "first_engine"
    assert sum(each["share"] for each in now["areas"]) == pytest.approx(1, abs=1e-3)
    homes = sorted({unit.station for unit in engines})
    out = tmp_path / "cells.geojson"
    told = as_json(capsys, "compare", *desk, "--close", ",".join(homes[:-1]), "--demand", "+30%", "--out", out)
    assert told["before"] == now["plan"] and told["changes"]["growth"] == [{"area": None, "factor": 1.3}]
    after = told["after"]
    assert after["posts"] == 1 and after["expected"] < told["before"]["expected"]
    assert after["mean_s"] > told["before"]["mean_s"] and told["slower"] >= told["quicker"] == 0
    cells = json.loads(out.read_text("utf-8"))["features"]
    assert len(cells) == told["asked"]["cells"] and {"seconds", "seconds_before"} <= set(cells[0]["properties"])
    code, words, _ = asked(capsys, "compare", *desk, "--move", f"{homes[0]}={homes[-1]}")
    assert code == 0 and "demand reached in time" in words and " → " in words
    for bad, said in (
        (("--close", "nowhere"), "no station or post 'nowhere'; there are"),
        ((), "nothing differs"),
        (("--open", "0,0"), "outside the roads"),
        (("--demand-in", "Mars=2"), "no area 'Mars'; there are"),
        (("--department", "circus"), "no 'circus'"),
        (("--target", "moon"), "there are first_engine"),
    ):
        code, _, err = asked(capsys, "compare", *desk, *bad)
        assert code == 2 and said in err, (bad, err)


def test_a_bridge_that_falls_is_a_file(helsinki: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "fallen.geojson"
    around = shapely.geometry.mapping(shapely.Point(CENTRE).buffer(0.004))
    file.write_text(json.dumps({"type": "Feature", "properties": {}, "geometry": around}), "utf-8")
    told = as_json(capsys, "compare", "--city", helsinki, "--department", "fire", "--fallen", file)
    assert told["after"]["mean_s"] > told["before"]["mean_s"] and told["changes"]["fallen"] == "fallen.geojson"


def test_posts_are_placed_and_proven(helsinki: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    desk, out = ("--city", helsinki, "--department", "fire"), tmp_path / "posts.geojson"
    told = as_json(capsys, "place", *desk, "--afresh", "--count", 2, "--aim", "p-median", "--out", out)
    assert told["is_proven"] and len(told["posts"]) == 2 and all(post["is_new"] for post in told["posts"])
    assert told["value"] == pytest.approx(told["after"]["mean_s"], abs=0.1)
    assert len(json.loads(out.read_text("utf-8"))["features"]) == 2
    code, words, _ = asked(capsys, "place", *desk, "--candidates", out, "--count", 1)
    assert code == 0 and "1 of 2 candidates, cover: no better choice exists" in words
    code, out_json, _ = asked(capsys, "place", *desk, "--candidates", out, "--count", 9, "--json")
    assert code == 1 and json.loads(out_json)["error"] == "no_choice"
    code, _, err = asked(capsys, "place", *desk, "--candidates", tmp_path / "none.geojson")
    assert code == 2 and "nor a file" in err


def test_who_lies_within(helsinki: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    near = as_json(capsys, "within", "--city", helsinki, "--at", "24.9414,60.1699", "--radius", 150)
    far = as_json(capsys, "within", "--city", helsinki, "--at", "24.9414,60.1699", "--radius", 300)
    assert 0 < near["buildings"] < far["buildings"] and near["addresses"] <= far["addresses"]
    assert near["area_km2"] == pytest.approx(np.pi * 0.15**2, rel=0.02) and near["people"] is None
    code, words, _ = asked(capsys, "within", "--city", helsinki, "--at", "24.9414,60.1699")
    assert code == 0 and "no layer of this city says how many people" in words
    code, _, err = asked(capsys, "within", "--city", helsinki, "--at", "24.9414,60.1699", "--radius", "-5")
    assert code == 2 and "radius" in err


def test_what_a_log_recorded_stands_beside_what_a_plan_comes_to() -> None:
    figure = TargetFigure(TimeTarget("first_engine", "travel", "first", within_s=240.0), "all", "all", 5, 4, 3, 61.0)
    assert record_json(figure) == {"asked": 5, "n": 4, "within": 3, "share": 0.75, "mean_s": 61.0}
    (line,) = record_lines(figure)
    assert "in time at 75.0% of 4 incidents, 1:01 on average" in line
    assert record_json(None) is None and record_lines(None) == []


@pytest.fixture
def weeks(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let a log have four weeks of calls at five places, one of them busy on Friday nights."""
    rows = [(day * 24 + hour, "medical", hour % 5, ("f",)) for day in range(28) for hour in (0, 8, 12, 18, 23.9)]
    rows += [(day * 24 + 20 + part / 10, "fire", 2, ("f",)) for day in range(4, 28, 7) for part in range(10)]
    state = state_of(*rows)
    for module in (siting_asked, siting_calls):
        monkeypatch.setattr(module, "state_of_log", lambda args: state, raising=False)
    monkeypatch.setattr("app.cli.siting_asked.recorded", lambda args, what: None)
    monkeypatch.setattr("app.cli.siting_calls.recorded", lambda args, what: None)


@pytest.mark.usefixtures("weeks")
def test_calls_of_a_log(helsinki: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    told = as_json(capsys, "demand", "--log", "x")
    assert told["days"] == 28 and told["by_weekday"][4] == pytest.approx(15) and told["by_hour"][8] == 1
    out = tmp_path / "hot.geojson"
    slots = ("--hours", 4, "--round", "week", "--within-hours", 2, "--out", out)
    hot = as_json(capsys, "hotspots", "--log", "x", "--city", helsinki, *slots)
    assert hot["hot"][0]["slot_from"] == 4 * 24 + 20 and hot["hot"][0]["count"] >= 40
    assert [each["calls"] for each in hot["clusters"]] == [10] * 4 and out.is_file()
    ahead = as_json(capsys, "forecast", "--log", "x")
    assert ahead["weeks_tried"] == 2 and len(ahead["hours"]) == 168 and ahead["total"] == pytest.approx(45, abs=3)
    assert {"mae", "mase", "deviance", "inside"} <= set(ahead["tried"][0])
    code, words, _ = asked(capsys, "forecast", "--log", "x")
    assert code == 0 and "how wrong each model was" in words and "Poisson regression" in words
    code, _, err = asked(capsys, "demand", "--log", "x", "--kind", "flood")
    assert code == 2 and "none of 'flood'" in err


def test_a_short_log_has_no_forecast(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    week = state_of(*[(hour, "fire", 1, ("f",)) for hour in range(168)])
    monkeypatch.setattr("app.cli.siting_asked.state_of_log", lambda args: week)
    code, out, err = asked(capsys, "forecast", "--log", "x", "--json")
    assert code == 1 and json.loads(out)["error"] == "too_short" and "7.0 days of calls are too few" in err
    code, _, err = asked(capsys, "hotspots", "--log", "none.db", "--city", "nowhere", "--cell", "0")
    assert code == 2 and "nowhere" in err


def test_a_log_that_is_not_there_is_said(capsys: pytest.CaptureFixture[str]) -> None:
    code, _, err = asked(capsys, "demand", "--log", "no-such.db")
    assert code == 2 and "there is no such file" in err


def test_nothing_goes_over_what_is_read(helsinki: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    log, roads = tmp_path / "live.db", tmp_path / "roads.geojson"
    log.write_bytes(b"SQLite format 3\0 and all that was recorded")
    roads.write_text(json.dumps({"type": "FeatureCollection", "features": []}), "utf-8")
    before = {file: file.read_bytes() for file in (log, roads)}
    city = ("--city", helsinki)
    for words in (
        ("cover", *city, "--log", log, "--out", log), ("cover", *city, "--closures", roads, "--out", roads),
        ("isochrones", *city, "--page", log), ("compare", *city, "--fallen", roads, "--out", roads),
        ("cover", *city, "--out", tmp_path),
    ):  # fmt: skip
        code, _, err = asked(capsys, *words)
        assert code == 2 and Path(words[-1]).name in err
    assert {file: file.read_bytes() for file in before} == before


@pytest.mark.parametrize(
    ("ring", "told"),
    [
        ([(-180, -90), (180, -90), (180, 90), (-180, 90), (-180, -90)], "not on this map"),
        ([(179, 60), (-179, 60), (-179, 61), (179, 61), (179, 60)], "not on this map"),
        ([(24.9, 60.1), (24.9, 60.2)], "no feature can be used"),
        ([(float("nan"), 60.1), (24.9, 60.2), (25.0, 60.1), (float("nan"), 60.1)], "no feature can be used"),
        ([(1e308, 60.1), (24.9, 60.2), (25.0, 60.1), (1e308, 60.1)], "no feature can be used"),
    ],
)
def test_an_area_that_cannot_be_counted_is_no_zero(
    ring: list[tuple[float, float]], told: str, helsinki: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "area.geojson"
    shape = {"type": "Polygon", "coordinates": [ring]}
    file.write_text(json.dumps({"type": "Feature", "properties": {}, "geometry": shape}), "utf-8")
    code, out, err = asked(capsys, "within", "--city", helsinki, "--area", file)
    assert code == 2 and told in err and not out


def test_of_an_area_what_was_turned_or_left_out_is_told(
    helsinki: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "area.geojson"
    ring = [[lat, lon] for lon, lat in shapely.Point(CENTRE).buffer(0.004).exterior.coords]
    shapes: list[Any] = [{"type": "Polygon", "coordinates": [ring]}, {"type": "Polygon", "coordinates": []}]
    features = [{"type": "Feature", "properties": {}, "geometry": shape} for shape in shapes]
    file.write_text(json.dumps({"type": "FeatureCollection", "features": features}), "utf-8")
    told = as_json(capsys, "within", "--city", helsinki, "--area", file)
    assert told["buildings"] > 0 and len(told["problems"]) == 2 and "swapped" in told["problems"][0]
