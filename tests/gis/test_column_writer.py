"""Column stores are written whole or not at all, neighbours on the ground beside each other."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import shapely

from gis.column_writer import hilbert
from gis.columns import LayerColumns, LayerError
from tests.gis.test_columns import write


def test_neighbours_along_the_curve_are_neighbours_on_the_ground() -> None:
    grid = np.array([[x, y, x, y] for x in range(16) for y in range(16)], dtype=float)
    walked = grid[np.argsort(hilbert(grid))][:, :2]
    assert np.abs(np.diff(walked, axis=0)).sum(axis=1).tolist() == [1.0] * 255


def test_writing_again_replaces_and_leaves_nothing_beside(tmp_path: Path) -> None:
    write(tmp_path, [shapely.Point(0, 0)], "point")
    assert write(tmp_path, [shapely.Point(i, 1) for i in range(5)], "point").count == 5
    assert [path.name for path in tmp_path.iterdir()] == ["things"]
    with pytest.raises(LayerError):
        write(tmp_path, [shapely.Point(0, 0)], "polygon")
    assert [path.name for path in tmp_path.iterdir()] == ["things"]
    assert LayerColumns.open(tmp_path / "things").count == 5


@pytest.mark.parametrize("more", [{"attributes": {"name": ["one too few"]}}, {"codes": np.array([0, 7], np.uint16)}])
def test_what_does_not_fit_is_refused(tmp_path: Path, more: dict[str, Any]) -> None:
    with pytest.raises(LayerError):
        write(tmp_path, [shapely.Point(0, 0), shapely.Point(1, 1)], "point", **more)
