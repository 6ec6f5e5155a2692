"""GeoParquet of strangers: one bad value costs one value, and nothing ends the program."""

from __future__ import annotations

import json
import struct
from pathlib import Path
from typing import Any

import pyarrow
import pyarrow.parquet
import pytest
import shapely

from gis.io import VectorError, read_vector
from gis.io_parquet import nesting

POINT = shapely.to_wkb(shapely.Point(24.94, 60.17))


def parquet(file: Path, columns: dict[str, Any], geo: Any = None, **about: Any) -> Path:
    told = {"encoding": "WKB", "geometry_types": [], **about}
    geo = geo or {"version": "1.0.0", "primary_column": "geometry", "columns": {"geometry": told}}
    table = pyarrow.table(columns)
    pyarrow.parquet.write_table(table.replace_schema_metadata({b"geo": json.dumps(geo)}), file)
    return file


def collections(depth: int, order: str = "<") -> bytes:
    header = (b"\x01" if order == "<" else b"\0") + struct.pack(order + "II", 7, 1)
    return header * depth + POINT


def test_damaged_geometries_cost_one_feature_each(tmp_path: Path) -> None:
    bad = [b"\x01\x07garbage", b"", None, b"\x01" + struct.pack("<II", 2, 0x7FFFFFFF)]
    read = read_vector(parquet(tmp_path / "a.parquet", {"geometry": [POINT, *bad, POINT]}))
    assert read.numbers.tolist() == [1, 6]
    assert [problem.feature for problem in read.problems] == [2, 3, 4, 5]


@pytest.mark.parametrize("order", ["<", ">"])
def test_collections_as_deep_as_a_stack_are_left_out(tmp_path: Path, order: str) -> None:
    read = read_vector(parquet(tmp_path / "a.parquet", {"geometry": [POINT, collections(200_000, order)]}))
    assert read.numbers.tolist() == [1]
    assert "more than 32 deep" in str(read.problems[0])


def test_depth_is_counted_through_every_kind_of_geometry() -> None:
    flat = shapely.from_wkt(
        "GEOMETRYCOLLECTION(POINT Z(1 2 3), MULTIPOLYGON(((0 0, 1 0, 0 1, 0 0))), LINESTRING(0 0, 1 1))"
    )
    assert nesting(POINT) == 0
    assert nesting(shapely.to_wkb(flat)) == nesting(shapely.to_wkb(flat, byte_order=0)) == 2
    assert nesting(shapely.to_wkb(flat, flavor="iso", output_dimension=3)) == 2
    assert nesting(collections(100)) == nesting(collections(100, ">")) == 100
    assert nesting(b"\x01" + struct.pack("<II", 7, 2) + POINT + collections(5)) == 6
    assert nesting(b"") == nesting(b"\x01\x07") == 0


def test_a_crs_that_is_none_is_told_and_values_that_cannot_be_read_are_empty(tmp_path: Path) -> None:
    columns = {
        "geometry": [POINT],
        "far": pyarrow.array([1 << 40], pyarrow.timestamp("s")),
        "t": pyarrow.array([1], pyarrow.time64("ns")),
        "list": [[1, 2]],
        "n": [7],
    }
    read = read_vector(parquet(tmp_path / "a.parquet", columns, crs={"type": "Nonsense"}))
    said = "; ".join(map(str, read.problems))
    assert "no coordinate system that is known" in said
    assert "t: its values cannot be read" in said
    assert read.columns["n"] == [7] and read.columns["t"] == [None] and read.columns["list"] == ["[1, 2]"]


@pytest.mark.parametrize(
    "geo",
    ["text", [1], {"primary_column": "x", "columns": {}}, {"primary_column": "x", "columns": {"x": {}}}],
)
def test_words_on_geometries_that_mean_nothing_are_refused(tmp_path: Path, geo: Any) -> None:
    with pytest.raises(VectorError):
        read_vector(parquet(tmp_path / "a.parquet", {"geometry": [POINT]}, geo))


def test_a_plain_table_with_coordinates_becomes_points(tmp_path: Path) -> None:
    pyarrow.parquet.write_table(pyarrow.table({"lon": [24.9], "lat": [60.1]}), tmp_path / "a.parquet")
    assert shapely.get_coordinates(read_vector(tmp_path / "a.parquet").geometries).tolist() == [[24.9, 60.1]]
