"""Coarse copies are found by scale, and never those of a layer that is another by now."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
import shapely

from gis.coarse import HEAD, level_for
from gis.coarse_writer import SCALES_MPP, write_coarse
from gis.column_writer import write_layer
from gis.columns import LayerColumns

CRS = "EPSG:32635"


def wavy_roads(folder: Path, east: float = 0.0) -> LayerColumns:
    x = np.arange(0.0, 2000, 5)
    lines = [shapely.LineString(np.stack((x + east, i * 100 + 3 * np.sin(x / 40)), axis=1)) for i in range(3)]
    write_layer(
        folder / "roads", np.array(lines, object), name="roads", geometry="line", kinds=("street", "path"),
        kind_codes=np.array([0, 1, 0]), crs=CRS,
        attributes={"bridge": [True, False, False], "layer": np.array([1, 0, 2]), "name": ["A", "B", "C"]},
    )  # fmt: skip
    return LayerColumns.open(folder / "roads")


def test_the_coarsest_copy_that_is_fine_enough_is_found(tmp_path: Path) -> None:
    wavy_roads(tmp_path)
    write_coarse(tmp_path / "roads")
    layer = LayerColumns.open(tmp_path / "roads")
    assert level_for(layer, SCALES_MPP[0] - 0.01) is None
    found = [level_for(layer, scale) for scale in (SCALES_MPP[0], SCALES_MPP[1] - 0.1, SCALES_MPP[-1] * 20)]
    assert [level.metres_per_pixel for level in found if level] == [SCALES_MPP[0], SCALES_MPP[0], SCALES_MPP[-1]]
    assert level_for(layer, 100) is level_for(layer, 100)


def test_a_layer_without_copies_has_none(tmp_path: Path) -> None:
    assert level_for(wavy_roads(tmp_path), 10.0) is None


def test_a_layer_that_is_written_anew_has_no_old_copies(tmp_path: Path) -> None:
    wavy_roads(tmp_path)
    write_coarse(tmp_path / "roads")
    assert level_for(wavy_roads(tmp_path, 30.0), 10.0) is None


def test_copies_of_another_layer_are_not_taken(tmp_path: Path) -> None:
    wavy_roads(tmp_path)
    write_coarse(tmp_path / "roads")
    kept = (tmp_path / "roads" / "coarse").rename(tmp_path / "kept")
    wavy_roads(tmp_path, 30.0)
    kept.rename(tmp_path / "roads" / "coarse")
    assert level_for(LayerColumns.open(tmp_path / "roads"), 10.0) is None


@pytest.mark.parametrize("text", ["", "{", "[]", '{"mark": 1}', json.dumps({"mark": "x", "levels": {}})])
def test_a_broken_head_is_no_copy(tmp_path: Path, text: str) -> None:
    wavy_roads(tmp_path)
    write_coarse(tmp_path / "roads")
    (tmp_path / "roads" / "coarse" / HEAD).write_text(text, "utf-8")
    assert level_for(LayerColumns.open(tmp_path / "roads"), 10.0) is None


def test_a_level_that_lacks_a_file_is_no_copy(tmp_path: Path) -> None:
    wavy_roads(tmp_path)
    write_coarse(tmp_path / "roads")
    (tmp_path / "roads" / "coarse" / "0" / "shapes" / "coords.npy").unlink()
    layer = LayerColumns.open(tmp_path / "roads")
    assert level_for(layer, SCALES_MPP[0]) is None
    assert level_for(layer, SCALES_MPP[1]) is not None
