"""Files that are read by columns give what they give row by row."""

from __future__ import annotations

import sqlite3
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import shapely
from pyogrio.raw import read, write

from gis.io import read_vector
from gis.io_arrow import read_plain

FIELDS: dict[str, Any] = {
    "name": np.array(["a", None, "桥", ""], object),
    "whole": np.array([1, 2, -(1 << 40), 4]),
    "small": np.array([1, 2, 3, 4], np.int32),
    "share": np.array([0.5, np.nan, -1e300, 4.0]),
}
SHAPES = [shapely.Point(i, 50 + i) for i in range(4)]


def written(file: Path, shapes: list[Any], fields: dict[str, Any], kind: str = "Point", **more: Any) -> Path:
    wkb = np.array([shapely.to_wkb(shape) if shape is not None else None for shape in shapes], object)
    write(
        str(file), wkb, list(fields.values()), list(fields), geometry_type=kind, crs="EPSG:4326",
        driver={".gpkg": "GPKG", ".fgb": "FlatGeobuf"}[file.suffix], **more,
    )  # fmt: skip
    return file


@pytest.mark.parametrize("suffix", [".gpkg", ".fgb"])
def test_columns_are_what_rows_are(tmp_path: Path, suffix: str) -> None:
    file = written(
        tmp_path / f"plain{suffix}", SHAPES, FIELDS, **({} if suffix == ".gpkg" else {"SPATIAL_INDEX": "NO"})
    )
    found = read_plain(file, None)
    assert found is not None
    meta, _, wkb, fields = read(file)
    assert found[0]["fields"].tolist() == meta["fields"].tolist()
    assert found[0]["crs"] == meta["crs"]
    assert found[2].tolist() == wkb.tolist()
    for mine, theirs in zip(found[3], fields, strict=True):
        assert mine.dtype == theirs.dtype
        assert str(mine.tolist()) == str(theirs.tolist())


def test_unknown_whole_numbers_and_places_are_unknown(tmp_path: Path) -> None:
    file = written(tmp_path / "gaps.gpkg", [SHAPES[0], None, SHAPES[2], SHAPES[3]], FIELDS)
    with sqlite3.connect(file) as base:
        triggers = base.execute("select name from sqlite_master where type = 'trigger'").fetchall()
        for (name,) in triggers:
            base.execute(f'drop trigger "{name}"')
        base.execute("update gaps set whole = null where fid = 2")
    base.close()
    found, (_, _, wkb, fields) = read_plain(file, None), read(file)
    assert found is not None
    assert found[2].tolist() == wkb.tolist() and wkb[1] is None
    assert [str(mine.tolist()) for mine in found[3]] == [str(theirs.tolist()) for theirs in fields]


@pytest.mark.parametrize(
    ("fields", "kind", "shapes"),
    [
        ({"when": np.array(["2026-01-02T03:04:05"] * 4, "datetime64[ms]")}, "Point", SHAPES),
        ({"yes": np.array([True, False, True, True])}, "Point", SHAPES),
        ({"n": np.arange(4)}, "Point Z", [shapely.Point(i, i, i) for i in range(4)]),
        ({"n": np.arange(4)}, "Unknown", [*SHAPES[:3], shapely.LineString([(0, 0), (1, 1)])]),
    ],
)
def test_what_is_not_plain_is_left_to_the_reader_of_rows(
    tmp_path: Path, fields: dict[str, Any], kind: str, shapes: list[Any]
) -> None:
    file = written(tmp_path / "more.gpkg", shapes, fields, kind)
    assert read_plain(file, None) is None
    assert len(read_vector(file).shapes) == 4


def test_text_that_is_not_utf8_is_left_to_the_reader_of_rows(tmp_path: Path) -> None:
    file = written(tmp_path / "latin.gpkg", SHAPES, FIELDS)
    with sqlite3.connect(file) as base:
        for (name,) in base.execute("select name from sqlite_master where type = 'trigger'").fetchall():
            base.execute(f'drop trigger "{name}"')
        base.execute("update latin set name = cast(x'4de46e7479' as text) where fid = 2")
    base.close()
    assert read_plain(file, None) is None
    assert read_vector(file).columns["name"][1] == "Mänty"


def test_a_geometry_that_is_not_of_the_stated_type_is_seen(tmp_path: Path) -> None:
    deep = written(tmp_path / "deep.gpkg", [shapely.Point(i, i, i) for i in range(4)], {"n": np.arange(4)}, "Point Z")
    with sqlite3.connect(deep) as base:
        base.execute("update gpkg_geometry_columns set z = 0")
    base.close()
    assert read_plain(deep, None) is None
    assert len(read_vector(deep).shapes) == 4
