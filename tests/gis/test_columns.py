"""The column store: what is written is read back, found by box, and refused when broken."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import shapely

from gis.column_writer import write_layer
from gis.columns import LayerColumns, LayerError, is_layer_name


def write(folder: Path, shapes: list[Any], geometry: str, **more: Any) -> LayerColumns:
    codes = more.pop("codes", np.zeros(len(shapes), np.uint16))
    kinds = more.pop("kinds", ("a", "b", "c"))
    write_layer(
        folder / "things",
        np.array(shapes, dtype=object),
        name="things",
        geometry=geometry,
        kinds=kinds,
        kind_codes=codes,
        crs="EPSG:32635",
        **more,
    )
    return LayerColumns.open(folder / "things")


def test_geometries_come_back_as_they_were(tmp_path: Path) -> None:
    ring = shapely.Point(0, 0).buffer(10).exterior
    holed = shapely.Polygon(ring, [shapely.box(-2, -2, 2, 2).exterior, shapely.box(3, 3, 4, 4).exterior])
    for geometry, shapes in {
        "point": [shapely.Point(3, 4), shapely.MultiPoint([(1, 1), (2, 5)])],
        "line": [
            shapely.LineString([(0, 0), (1, 2)]),
            shapely.MultiLineString([[(5, 5), (6, 6)], [(7, 7), (8, 9), (9, 9)]]),
        ],
        "polygon": [holed, shapely.MultiPolygon([shapely.box(20, 20, 21, 21), holed]), shapely.box(40, 0, 41, 1)],
    }.items():
        layer = write(tmp_path / geometry, shapes, geometry, attributes={"number": list(range(len(shapes)))})
        numbers = layer.attribute("number")
        for row in range(layer.count):
            assert layer.geometry_of(row).equals(shapes[int(numbers[row])])
            assert tuple(layer.boxes[row]) == shapes[int(numbers[row])].bounds


def test_query_finds_what_brute_force_finds(tmp_path: Path) -> None:
    dice = np.random.default_rng(5)
    corners = dice.uniform(0, 1000, (1000, 2))
    shapes = [shapely.box(x, y, x + 9, y + 4) for x, y in corners]
    layer = write(tmp_path, shapes, "polygon", codes=dice.integers(0, 3, 1000).astype(np.uint16))
    assert np.all(np.diff(layer.kind_codes.astype(int)) >= 0)
    assert layer.blocks.shape == (16, 4)
    for x, y in dice.uniform(-50, 1000, (40, 2)):
        box = (x, y, x + 80, y + 60)
        b = layer.boxes
        expected = np.flatnonzero((b[:, 0] <= box[2]) & (b[:, 2] >= box[0]) & (b[:, 1] <= box[3]) & (b[:, 3] >= box[1]))
        assert layer.query(box).tolist() == expected.tolist()
        some = expected[layer.kind_codes[expected] != 1]
        assert layer.query(box, ("c", "a", "unheard of")).tolist() == some.tolist()
    assert layer.query((5000.0, 5000.0, 6000.0, 6000.0)).tolist() == []
    assert layer.query((-10.0, -10.0, 2000.0, 2000.0)).tolist() == list(range(1000))
    assert layer.query((-10.0, -10.0, 2000.0, 2000.0), ()).tolist() == []


def test_attributes_keep_their_types_and_what_is_unknown(tmp_path: Path) -> None:
    layer = write(
        tmp_path,
        [shapely.Point(i, 0) for i in range(3)],
        "point",
        attributes={
            "name": ["Ä", None, "中山路"],
            "height_m": [1.5, float("nan"), 3.0],
            "bridge": [True, False, True],
            "none": [None] * 3,
        },
    )
    names = layer.attribute("name")
    order = [["Ä", None, "中山路"].index(name) for name in names]
    heights = np.array([1.5, np.nan, 3.0])[order]
    np.testing.assert_array_equal(layer.attribute("height_m"), heights)
    assert layer.attribute("bridge").dtype == bool  # type: ignore[union-attr]
    assert layer.attribute("none") == [None, None, None]
    with pytest.raises(KeyError, match="no column colour"):
        layer.attribute("colour")


def test_an_empty_layer_is_a_layer(tmp_path: Path) -> None:
    layer = write(tmp_path, [], "polygon", attributes={"name": []})
    assert layer.count == 0
    assert layer.query((0, 0, 1, 1)).tolist() == []
    assert layer.attribute("name") == []


def test_arrays_are_mapped_and_cannot_be_written(tmp_path: Path) -> None:
    layer = write(tmp_path, [shapely.Point(i, i) for i in range(100)], "point")
    assert isinstance(layer.coords.base, np.memmap)
    with pytest.raises(ValueError, match="read-only"):
        layer.coords[0, 0] = 1.0


@pytest.mark.parametrize("file", ["coords.npy", "boxes.npy", "kinds.npy", "layer.json"])
@pytest.mark.parametrize("damage", ["missing", "cut", "short"])
def test_a_broken_file_is_named(tmp_path: Path, file: str, damage: str) -> None:
    write(tmp_path, [shapely.Point(i, i) for i in range(100)], "point")
    path = tmp_path / "things" / file
    if damage == "missing":
        path.unlink()
    elif damage == "cut":
        path.write_bytes(path.read_bytes()[:-100])
    elif file == "layer.json":
        path.write_text(json.dumps({"name": "things"}), "utf-8")
    else:
        np.save(path, np.load(path)[..., :1] if file != "kinds.npy" else np.zeros(3, np.uint16))
    with pytest.raises(LayerError, match=file.replace(".", r"\.")):
        LayerColumns.open(tmp_path / "things")


def test_a_head_nested_too_deeply_is_named(tmp_path: Path) -> None:
    write(tmp_path, [shapely.Point(0, 0)], "point")
    (tmp_path / "things" / "layer.json").write_text("[" * 100_000, "utf-8")
    with pytest.raises(LayerError, match=r"layer\.json"):
        LayerColumns.open(tmp_path / "things")


def test_pickled_arrays_are_never_loaded(tmp_path: Path) -> None:
    write(tmp_path, [shapely.Point(0, 0)], "point")
    np.save(tmp_path / "things" / "coords.npy", np.array([{"a": 1}], dtype=object), allow_pickle=True)
    with pytest.raises(LayerError, match=r"coords\.npy"):
        LayerColumns.open(tmp_path / "things")


def test_names_are_safe_on_every_system() -> None:
    assert is_layer_name("land_use")
    for name in ("con", "lpt1", "Roads", "../x", "a" * 42, "", "1a", "a b", "ä"):
        assert not is_layer_name(name)


def test_opening_a_layer_and_a_city_imports_nothing_heavy(helsinki: Path) -> None:
    code = (
        "import sys, pathlib; from gis.city import City; c = City.open(pathlib.Path(sys.argv[1]));"
        "layer = c.layer('buildings'); layer.query((0, 0, 1e7, 1e7)); c.to_metric(24.9, 60.1);"
        "print([m for m in ('geopandas', 'pandas', 'scipy', 'pyogrio', 'osmium', 'sqlalchemy') if m in sys.modules])"
    )
    root = Path(__file__).resolve().parents[2]
    done = subprocess.run(
        [sys.executable, "-c", code, str(helsinki)], cwd=root, capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "[]"
