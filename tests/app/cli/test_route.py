"""`opsroom route`: what it prints and how it ends."""

import argparse
import json
from pathlib import Path

import pytest

from app.cli.route import add_commands

STATION, CATHEDRAL = "24.9441,60.1704", "24.9500,60.1740"


def run(*words: str) -> int:
    parser = argparse.ArgumentParser()
    add_commands(parser.add_subparsers(required=True))
    args = parser.parse_args(["route", *words])
    return int(args.run(args))


def test_the_whole_answer(helsinki: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("--city", str(helsinki), "--from", STATION, "--to", CATHEDRAL, "--json") == 0
    answer = json.loads(capsys.readouterr().out)
    assert set(answer) == {
        *(
            "city",
            "profile",
            "at",
            "weather",
            "from",
            "to",
            "time_s",
            "distance_m",
            "off_road_m",
            "geometry",
            "street_names",
        ),
        *("closed_roads", "slow_roads", "narrow_roads", "problems"),
    }
    assert answer["profile"] == "emergency"
    assert 400 < answer["distance_m"] < 3000
    assert 30 < answer["time_s"] < 600
    lon, lat = first_point(answer)
    assert (lon, lat) == (answer["from"]["road_lon"], answer["from"]["road_lat"])
    assert 24.9 < lon < 25 < 60 < lat < 61
    assert answer["street_names"]


def first_point(answer: dict[str, dict[str, list[list[float]]]]) -> list[float]:
    return answer["geometry"]["coordinates"][0]


def test_ordinary_rules_take_longer(helsinki: Path, capsys: pytest.CaptureFixture[str]) -> None:
    times = []
    for profile in ("emergency", "ordinary"):
        ask = ("--city", str(helsinki), "--from", STATION, "--to", CATHEDRAL, "--json", "--profile", profile)
        assert run(*ask) == 0
        times.append(json.loads(capsys.readouterr().out)["time_s"])
    assert times[0] < times[1]


def test_for_people(helsinki: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("--city", str(helsinki), "--from", STATION, "--to", CATHEDRAL) == 0
    first, second = capsys.readouterr().out.splitlines()
    assert "km by road (emergency)" in first
    assert second


def test_closed_roads(helsinki: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    ring = [[24.5, 60.0], [25.5, 60.0], [25.5, 60.5], [24.5, 60.5], [24.5, 60.0]]
    flood = {"type": "Feature", "properties": {}, "geometry": {"type": "Polygon", "coordinates": [ring]}}
    file = tmp_path / "flood.geojson"
    file.write_text(json.dumps({"type": "FeatureCollection", "features": [flood]}), encoding="utf-8")
    ask = ("--city", str(helsinki), "--from", STATION, "--to", CATHEDRAL, "--closed", str(file), "--json")
    assert run(*ask) == 1
    told = capsys.readouterr()
    assert json.loads(told.out)["error"] == "no_route"
    assert "no way by road" in told.err


def test_a_closure_that_closes_nothing_is_told(
    helsinki: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A file in another city's place, or with longitude and latitude swapped, must not pass for a closed road."""
    file = tmp_path / "closed.geojson"
    points = [{"type": "Point", "coordinates": place} for place in ([24.945, 60.169], [60.169, 24.945], [-155.0, 19.5])]
    features = [{"type": "Feature", "properties": {}, "geometry": point} for point in points]
    file.write_text(json.dumps({"type": "FeatureCollection", "features": features}), encoding="utf-8")
    ask = ("--city", str(helsinki), "--from", STATION, "--closed", str(file))
    assert run(*ask, "--to", CATHEDRAL, "--json") == 0
    answer = json.loads(capsys.readouterr().out)
    assert answer["closed_roads"] == 1
    assert [problem.split(": ")[0] for problem in answer["problems"]] == [
        f"closed.geojson, feature {n}" for n in (2, 3)
    ]
    assert run(*ask, "--to", "0,0", "--json") == 1
    told = capsys.readouterr()
    assert len(json.loads(told.out)["problems"]) == 2 and "feature 2" in told.err


@pytest.mark.parametrize(
    ("words", "code", "error"),
    [
        (("--from", "-123.1,49.2", "--to", CATHEDRAL), 1, "outside_city"),
        (("--from", STATION, "--to", CATHEDRAL, "--profile", "flying"), 2, "bad_input"),
        (("--from", STATION, "--to", CATHEDRAL, "--closed", "/vsicurl/http://x/y.geojson"), 2, "bad_input"),
        (("--from", STATION, "--to", CATHEDRAL, "--closed", "none.geojson"), 2, "bad_input"),
    ],
)
def test_refusals(
    helsinki: Path, words: tuple[str, ...], code: int, error: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run("--city", str(helsinki), *words, "--json") == code
    assert json.loads(capsys.readouterr().out)["error"] == error


def test_no_city(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("--city", str(tmp_path / "none"), "--from", STATION, "--to", CATHEDRAL) == 2
    assert "no such folder" in capsys.readouterr().err


@pytest.mark.parametrize("place", ["60.17", "a,b", "24.9,95", "181,0", "nan,60", "1,2,3", "-123.1"])
def test_places_that_are_none(place: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        run("--city", ".", "--from", place, "--to", CATHEDRAL)
    assert ended.value.code == 2
    assert "--from" in capsys.readouterr().err


def test_a_heavy_vehicle_is_not_led_onto_a_weak_road(helsinki: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Siltavuorenpenger bears 4.5 tonnes."""
    onto = ("--city", str(helsinki), "--from", STATION, "--to", "24.95099,60.17554", "--json")
    answers = []
    for weight in ("0", "4.5"):
        assert run(*onto, "--weight", weight) == 0
        answers.append(json.loads(capsys.readouterr().out))
    assert answers[0]["narrow_roads"] == 0 < answers[1]["narrow_roads"]
    assert answers[0]["time_s"] == answers[1]["time_s"]
    assert run(*onto, "--weight", "14") == 1
    assert "for a vehicle of this size" in json.loads(capsys.readouterr().out)["message"]
    with pytest.raises(SystemExit):
        run(*onto, "--height", "-3")


def test_a_slow_road_costs_time(helsinki: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    ring = [[24.5, 60.0], [25.5, 60.0], [25.5, 60.5], [24.5, 60.5], [24.5, 60.0]]
    slow = {"kind": "slow", "speed_factor": 0.5, "until": "2000-01-01T00:00:00Z"}
    file = tmp_path / "slow.geojson"
    times = []
    for until in ("2000-01-01T00:00:00Z", None):
        shape = {"type": "Polygon", "coordinates": [ring]}
        feature = {"type": "Feature", "properties": {**slow, "until": until}, "geometry": shape}
        file.write_text(json.dumps({"type": "FeatureCollection", "features": [feature]}), encoding="utf-8")
        assert run("--city", str(helsinki), "--from", STATION, "--to", CATHEDRAL, "--closed", str(file), "--json") == 0
        answer = json.loads(capsys.readouterr().out)
        times.append(answer["time_s"])
        assert bool(answer["slow_roads"]) == (until is None) == (not answer["problems"])
    assert 1.7 * times[0] < times[1] < 2.05 * times[0]


def test_the_hour_and_the_weather_count(helsinki: Path, capsys: pytest.CaptureFixture[str]) -> None:
    ask = ("--city", str(helsinki), "--from", STATION, "--to", CATHEDRAL, "--json")

    def asked(*words: str) -> dict[str, object]:
        assert run(*ask, *words) == 0
        return json.loads(capsys.readouterr().out)

    plain, morning = asked(), asked("--when", "2026-03-02T07:30+02:00")
    snow = asked("--when", "2026-03-02T07:30+02:00", "--weather", "snow")
    assert plain["at"] is None and (morning["at"], morning["weather"]) == ("2026-03-02T05:30:00+00:00", "")
    assert snow["weather"] == "snow"
    assert plain["time_s"] != morning["time_s"] < snow["time_s"]  # type: ignore[operator]
    assert run(*ask, "--weather", "snwo") == 2
    assert "did you mean 'snow'" in json.loads(capsys.readouterr().out)["message"]
