"""Files added to a city, listed, restyled and taken away, by deed and by command."""

from __future__ import annotations

import argparse
import json
from pathlib import Path

import numpy as np
import pytest

from app.cli.layers import add_commands
from app.layer_deeds import CrsNeeded, add_file, remove_layer
from gis.city import City
from gis.io_problem import VectorError
from maps.layers_file import read_layers, write_layers
from maps.user_layers import PALETTE
from tests.maps.village import build_village

LON, LAT = 27.0, 59.99


@pytest.fixture
def city(tmp_path: Path) -> City:
    return City.open(build_village(tmp_path / "village"))


def geojson(file: Path, *shapes: dict[str, object]) -> Path:
    features = [{"type": "Feature", "properties": {"n": i}, "geometry": shape} for i, shape in enumerate(shapes)]
    file.write_text(json.dumps({"type": "FeatureCollection", "features": features}), "utf-8")
    return file


POINT: dict[str, object] = {"type": "Point", "coordinates": [LON, LAT]}
LINE: dict[str, object] = {"type": "LineString", "coordinates": [[LON, LAT], [LON + 0.001, LAT]]}


def run(*words: str) -> int:
    parser = argparse.ArgumentParser()
    add_commands(parser.add_subparsers(required=True))
    args = parser.parse_args(["layers", *words])
    return int(args.run(args))


def test_a_file_becomes_a_listed_layer_with_a_colour_of_its_own(tmp_path: Path, city: City) -> None:
    file = geojson(tmp_path / "Trees.geojson", POINT)
    first, second = add_file(city, file), add_file(city, file, title="More <b>trees</b>", place="under")
    assert (first.layer.name, first.layer.title, first.kept) == ("trees", "Trees", 1)
    assert (second.layer.name, second.layer.place) == ("more_b_trees_b", "under")
    assert [layer.look.colour for layer in (first.layer, second.layer)] == [*PALETTE[:2]]
    assert read_layers(city.folder)[0].layers == (first.layer, second.layer)
    assert city.layer("trees").count == 1


def test_mixed_geometry_is_a_group_with_points_on_top(tmp_path: Path, city: City) -> None:
    added = add_file(city, geojson(tmp_path / "net.geojson", POINT, LINE))
    assert [(layer.name, layer.group) for layer in added.layers] == [("net_lines", "net"), ("net_points", "net")]
    assert added.layer.name == "net_points"
    listing = remove_layer(city, "net_lines")
    assert [layer.name for layer in listing.layers] == ["net_points"]
    assert "net_lines" not in city.layer_names() and "net_points" in city.layer_names()


def test_the_citys_own_layers_cannot_be_replaced_or_removed(tmp_path: Path, city: City) -> None:
    file = geojson(tmp_path / "roads.geojson", POINT)
    with pytest.raises(ValueError, match="already"):
        add_file(city, file, name="roads")
    assert add_file(city, file).layer.name == "roads_2"
    with pytest.raises(KeyError):
        remove_layer(city, "roads")
    assert "roads" in city.layer_names()


def test_nothing_is_left_of_a_failure(tmp_path: Path, city: City, monkeypatch: pytest.MonkeyPatch) -> None:
    before = sorted(city.folder.rglob("*"))
    with pytest.raises(VectorError):
        add_file(city, geojson(tmp_path / "none.geojson"))
    with pytest.raises(ValueError, match="place"):
        add_file(city, geojson(tmp_path / "p.geojson", POINT), place="sky")

    def full(folder: Path, listing: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("app.layer_deeds.write_layers", full)
    with pytest.raises(OSError, match="space"):
        add_file(city, geojson(tmp_path / "p.geojson", POINT))
    assert sorted(city.folder.rglob("*")) == before


def test_a_missing_crs_is_asked_with_guesses(tmp_path: Path, city: City, capsys: pytest.CaptureFixture[str]) -> None:
    x, y = city.to_metric(*city.center)
    file = tmp_path / "a.csv"
    file.write_text(f"easting,northing\n{x},{y}\n", "utf-8")
    with pytest.raises(CrsNeeded) as caught:
        add_file(city, file)
    assert caught.value.guesses[0] == city.metric_crs
    assert run("add", str(city.folder), str(file), "--json") == 1
    assert json.loads(capsys.readouterr().out)["guesses"][0] == city.metric_crs
    assert run("add", str(city.folder), str(file), "--crs", city.metric_crs) == 0
    assert np.hypot(*(city.layer("a").coords[0] - (x, y))) < 0.01


def test_the_command_line(tmp_path: Path, city: City, capsys: pytest.CaptureFixture[str]) -> None:
    folder, file = (
        str(city.folder),
        str(geojson(tmp_path / "trees.geojson", POINT, {"type": "Point", "coordinates": []})),
    )
    assert run("add", folder, file, "--json") == 0
    answer = json.loads(capsys.readouterr().out)
    assert answer["kept"] == 1 and [p["feature"] for p in answer["problems"] if not p["kept"]] == [2]
    assert run("style", folder, "trees", '{"colour": "#112233", "label_field": "n"}') == 0
    assert run("style", folder, "trees", '{"colour": "red"}') == 2
    assert run("style", folder, "trees", "[") == 2
    capsys.readouterr()
    assert run("style", folder, "trees", '{"size_field": "height"}') == 2
    assert "trees has no field 'height'; it has feature, n" in capsys.readouterr().err
    assert run("style", folder, "nobody", "{}") == 1
    capsys.readouterr()
    assert run("list", folder, "--json") == 0
    row = json.loads(capsys.readouterr().out)["layers"][0]
    assert (row["name"], row["geometry"], row["count"]) == ("trees", "point", 1)
    assert row["look"] == {"colour": "#112233", "label_field": "n"} and row["fields"] == ["n", "feature"]
    assert run("remove", folder, "trees") == 0
    assert run("remove", folder, "trees") == 1
    assert run("list", str(tmp_path / "nowhere")) == 1
    assert run("add", folder, "/vsicurl/http://127.0.0.1/x.geojson") == 1


def test_titles_of_strangers_stay_on_their_line(city: City, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    added = add_file(city, geojson(tmp_path / "a.geojson", POINT), title="a\x1b[31m\nb")
    write_layers(city.folder, read_layers(city.folder)[0])
    assert run("list", str(city.folder)) == 0
    out = capsys.readouterr().out
    assert out.count("\n") == 1 and "\x1b" not in out and added.layer.name == "a_31m_b"
