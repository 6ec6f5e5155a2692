"""A city folder: what it says of itself, its layers, and what is said when it is broken."""

from __future__ import annotations

import shutil
import tomllib
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from gis.city import City, CityError
from gis.roads import RoadsError


def test_helsinki_opens_with_all_its_parts(helsinki: Path) -> None:
    city = City.open(helsinki)
    assert (city.name, city.name_zh, city.time_zone) == ("Helsinki", "赫尔辛基", "Europe/Helsinki")
    assert city.metric_crs == "EPSG:32635"
    assert "OpenStreetMap" in city.attribution
    assert city.sources[0].licence == "ODbL 1.0"
    assert len(city.sources[0].sha256) == 64
    assert {"roads", "buildings", "water", "cameras", "stations", "hydrants"} <= set(city.layer_names())
    assert city.layer("cameras").count == 223
    assert city.layer("stations").attribute("station_kind") == ["fire"]
    west, south, east, north = city.bounds
    assert west < city.center[0] < east and south < city.center[1] < north


def test_metric_and_lonlat_are_each_other_backwards(helsinki: Path) -> None:
    city = City.open(helsinki)
    x, y = city.to_metric(24.94, 60.17)
    assert (x, y) == pytest.approx((385_758, 6_672_067), abs=5000)
    lon, lat = city.to_lonlat(np.array([x, x]), np.array([y, y]))
    assert lon == pytest.approx([24.94, 24.94])
    assert lat == pytest.approx([60.17, 60.17])


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("time_zone = 'Mars/Olympus'", "not an IANA time zone"),
        ("time_zone = 7", "time_zone is not str"),
        ("bounds = [1, 2, 3]", "bounds is not a list of 4 numbers"),
        ("bounds = [30.0, 60.0, 20.0, 61.0]", "west, south, east, north"),
        ("center = ['a', 2]", "center is not a list of 2 numbers"),
        ("name = ", "cannot be read"),
        ("format = 99", "newer program"),
        ("metric_crs = 'EPSG:4326'", "EPSG:4326 is not a projected coordinate system in metres"),
        ("metric_crs = 'EPSG:2263'", "EPSG:2263 is not a projected coordinate system in metres"),
        ("metric_crs = 'EPSG:32699'", "unknown coordinate system: EPSG:32699"),
    ],
)
def test_a_broken_head_is_told_with_its_file(helsinki: Path, tmp_path: Path, line: str, said: str) -> None:
    head = (helsinki / "city.toml").read_text("utf-8").splitlines()
    key = line.split(" ")[0]
    (tmp_path / "city.toml").write_text(
        "\n".join(line if text.startswith(f"{key} =") else text for text in head), "utf-8"
    )
    with pytest.raises(CityError, match=said) as caught:
        City.open(tmp_path)
    assert "city.toml" in str(caught.value)


def test_a_metric_crs_of_the_country_will_do(helsinki: Path, tmp_path: Path) -> None:
    head = (helsinki / "city.toml").read_text("utf-8").replace("EPSG:32635", "EPSG:3067")
    (tmp_path / "city.toml").write_text(head, "utf-8")
    assert City.open(tmp_path).metric_crs == "EPSG:3067"


def test_roads_of_another_crs_are_refused(helsinki: Path) -> None:
    with pytest.raises(RoadsError, match="the roads are in EPSG:32635, the city in EPSG:3067"):
        replace(City.open(helsinki), metric_crs="EPSG:3067").roads()


def test_missing_parts_are_named(helsinki: Path, tmp_path: Path) -> None:
    with pytest.raises(CityError, match="no such folder"):
        City.open(tmp_path / "nowhere")
    with pytest.raises(CityError, match="not a city"):
        City.open(tmp_path)
    shutil.copy(helsinki / "city.toml", tmp_path)
    city = City.open(tmp_path)
    assert city.layer_names() == ()
    with pytest.raises(CityError, match="no layer 'roads'"):
        city.layer("roads")
    with pytest.raises(CityError, match=r"places\.sqlite: missing"):
        city.places()


def test_a_layer_name_never_leads_out_of_the_folder(helsinki: Path) -> None:
    city = City.open(helsinki)
    for name in ("../layers/roads", "/etc", "con", "Roads", ""):
        with pytest.raises(CityError):
            city.layer(name)


def test_the_head_is_toml_with_the_source(helsinki: Path) -> None:
    head = tomllib.loads((helsinki / "city.toml").read_text("utf-8"))
    assert head["source"][0]["bytes"] > 100_000
