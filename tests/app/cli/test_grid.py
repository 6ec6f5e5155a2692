"""`opsroom grid`: what it prints and how it ends."""

from __future__ import annotations

import argparse
import json
from pathlib import Path

import numpy as np
import pytest
import shapely

from app.cli.grid import add_commands
from gis.city import City
from gis.column_writer import write_layer
from tests.gis.grid_town import CRS, X, Y, grid_city, squares


def run(*words: object) -> int:
    parser = argparse.ArgumentParser()
    add_commands(parser.add_subparsers(required=True))
    args = parser.parse_args(["grid", *map(str, words)])
    return int(args.run(args))


@pytest.fixture
def city(tmp_path: Path) -> City:
    return grid_city(tmp_path / "town", size=(400, 300), streets=squares(4, 3))


def test_a_grid_is_made_once_and_answers_for_a_place(city: City, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(city.folder, "--county", "110101", "--json") == 0
    answer = json.loads(capsys.readouterr().out)
    assert (answer["cells"], answer["small"], answer["large"], answer["problems"]) == (12, 0, 0, [])
    assert run(city.folder) == 1
    assert "--force replaces it" in capsys.readouterr().err
    assert run(city.folder, "--force") == 0
    assert "12 cells" in capsys.readouterr().out
    lon, lat = city.to_lonlat(X + 150, Y + 150)
    assert run(city.folder, "--at", f"{lon},{lat}", "--json") == 0
    found = json.loads(capsys.readouterr().out)
    assert found["code"].startswith("000000001001") and found["area_m2"] == pytest.approx(10_000, rel=0.01)
    assert run(city.folder, "--at", "0,0") == 1
    assert "no cell" in capsys.readouterr().out


def test_components_get_codes_that_stay(city: City, capsys: pytest.CaptureFixture[str]) -> None:
    points = np.array([shapely.Point(X, Y), shapely.Point(X + 50, Y)], dtype=object)
    write_layer(
        city.folder / "layers" / "hydrants", points, name="hydrants", geometry="point", kinds=("pillar",),
        kind_codes=np.zeros(2, int), crs=CRS, attributes={"ref": ["h1", "h2"]},
    )  # fmt: skip
    assert run(city.folder, "--components", "hydrants=0111", "--county", "110101", "--json") == 0
    assert json.loads(capsys.readouterr().out)["added"] == 2
    assert run(city.folder, "--components", "hydrants=0111", "--county", "110101", "--json") == 0
    assert json.loads(capsys.readouterr().out)["added"] == 0
    assert "1101010111000002," in (city.folder / "component_codes.csv").read_text("utf-8")


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (("--county", "11"), 2, "not 6 digits"),
        (("--at", "1,1"), 1, "has no grid"),
        (("--communities", "wards"), 1, "no layer 'wards'"),
        (("--communities", "roads"), 1, "communities are polygons"),
        (("--from", "nothing.gpkg"), 1, "nothing.gpkg"),
        (("--components", "hydrants"), 2, "is not LAYER=CLASS"),
        (("--components", "roads=0999"), 2, "is no class of components"),
        (("--components", "roads=0111"), 1, "no field of ids"),
    ],
)
def test_what_cannot_be_done_is_said(
    words: tuple[str, ...], code: int, said: str, city: City, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(city.folder, *words) == code
    assert said in capsys.readouterr().err
    assert run(city.folder, *words, "--json") == code
    assert json.loads(capsys.readouterr().out)["error"] == "failed"
    assert "grid" not in City.open(city.folder).layer_names()
