"""The command `learn-speeds`: from a file of trips to a file of factors, with every refusal told."""

from __future__ import annotations

import json
import shutil
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from app.__main__ import main
from gis.profile import default_profiles
from gis.roads import RoadNetwork
from gis.speeds import speeds_of
from tests.gis.driven import Driver


@pytest.fixture(scope="module")
def city(helsinki: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Copy what the command reads of the city, so that it may write there."""
    folder = tmp_path_factory.mktemp("learning") / "helsinki"
    shutil.copytree(helsinki, folder, ignore=shutil.ignore_patterns("layers", "imagery", "*.pbf"))
    return folder


@pytest.fixture(scope="module")
def trips_file(city: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    driver = Driver(RoadNetwork.open(city / "roads"), default_profiles()["ordinary"], lambda road_class, at_s: 0.6)
    rng = np.random.default_rng(5)
    lines = ["trip,unit,at,lon,lat,mode"]
    for number, way in enumerate(driver.ways(40, seed=5)):
        trip = driver.drive(way, start_s=1_772_449_200.0, rng=rng)  # Monday, 13:00 in Helsinki
        lines += [
            f"t{number},V{number % 4},{datetime.fromtimestamp(at_s, UTC).isoformat()},{lon:.6f},{lat:.6f},ordinary"
            for at_s, (lon, lat) in zip(trip.at_s.tolist(), trip.lonlat.tolist(), strict=True)
        ]
    file = tmp_path_factory.mktemp("trips") / "trips.csv"
    file.write_text("\n".join([*lines, "t0,V0,never,24.9,60.1,ordinary"]), encoding="utf-8")
    return file


def answer(capsys: pytest.CaptureFixture[str], *words: object) -> tuple[int, dict[str, Any]]:
    code = main(["learn-speeds", *map(str, words), "--json"])
    return code, json.loads(capsys.readouterr().out)


def test_trips_become_factors_that_the_city_then_has(
    city: Path, trips_file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    code, told = answer(capsys, "--city", city, "--trips", trips_file)
    file = city / "learned_speeds.toml"
    assert (code, told["out"]) == (0, str(file))
    assert (told["trips"], told["matched"], told["bad_lines"]) == (40, 40, 1)
    assert told["problems"] == [
        f"{trips_file}:{told['lines'] + 1}: at: 'never' is no instant, as 2026-03-02T22:30:05+02:00"
    ]
    assert told["check"]["better_percent"] > 60
    speeds = speeds_of(city)
    factors = speeds.factors(RoadNetwork.open(city / "roads"), weekday=0, hour=13, profile="ordinary")
    primary = RoadNetwork.open(city / "roads")
    chosen = factors[(primary.road_class == primary.classes.index("primary")) & (primary.edge >= 0)]
    assert chosen == pytest.approx(0.6, rel=0.06)
    # What was learned before is not learned from, and if somebody spoilt it, the same trips teach the same again.
    before = file.read_text(encoding="utf-8")
    file.write_text("[[learned]\n", encoding="utf-8")
    assert main(["learn-speeds", "--city", str(city), "--trips", str(trips_file)]) == 0
    out, err = capsys.readouterr()
    assert file.read_text(encoding="utf-8") == before
    assert "40 trips read, 40 followed" in out and "written:" in out and "'never' is no instant" in err


def test_too_little_evidence_writes_nothing(
    city: Path, trips_file: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "out.toml"
    code, told = answer(capsys, "--city", city, "--trips", trips_file, "--out", out, "--min-units", 5)
    assert (code, told["out"], told["learned"]) == (1, None, []) and not out.exists()
    assert {each["road_class"] for each in told["not_learned"]} >= {"primary", "secondary"}
    assert main(["learn-speeds", "--city", str(city), "--trips", str(trips_file), "--min-units", "5"]) == 1
    assert "nothing written: too little evidence" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("name", "text", "words", "says"),
    [
        ("none.csv", None, (), "cannot be read"),
        ("bad.csv", "a,b\n1,2\n", (), "column 'trip' is missing"),
        ("ok.csv", "trip,unit,at,lon,lat\n", ("--min-trips", "0"), "must be 1 or more"),
    ],
)
def test_bad_input_is_told(
    city: Path,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    name: str,
    text: str | None,
    words: tuple[str],
    says: str,
) -> None:
    file = tmp_path / name
    if text is not None:
        file.write_text(text, encoding="utf-8")
    code, told = answer(capsys, "--city", city, "--trips", file, *words)
    assert code == 2 and told["error"] == "bad_input" and says in told["message"]


def test_an_empty_file_of_trips_and_a_wrong_file_of_the_city(
    city: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "trips.csv"
    file.write_text("trip,unit,at,lon,lat\n", encoding="utf-8")
    code, told = answer(capsys, "--city", city, "--trips", file)
    assert (code, told["check"], told["trips"]) == (1, None, 0)
    own = city / "speeds.toml"
    own.write_text("[traffic]\n", encoding="utf-8")
    try:
        code, told = answer(capsys, "--city", city, "--trips", file)
        assert code == 2 and "speeds.toml:1" in told["message"]
    finally:
        own.unlink()
