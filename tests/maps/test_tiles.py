"""The grid of tiles."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from maps.tiles import TILE_PX, LayerFolder, TileKey, nearest_level, scale_of, tile_view, tiles_covering
from maps.view import View


def test_levels_double_every_second_step() -> None:
    assert scale_of(0) == 1.0
    assert scale_of(4) == pytest.approx(4.0)
    assert scale_of(-3) == pytest.approx(2**-1.5)
    assert all(nearest_level(scale_of(level)) == level for level in range(-9, 25))


@given(
    st.floats(-1e6, 1e6),
    st.floats(-1e7, 1e7),
    st.integers(-6, 16),
    st.integers(50, 2_000),
    st.sampled_from([1.0, 1.5, 2.0]),
)
def test_tiles_cover_a_view_without_a_gap(x: float, y: float, level: int, size: int, ratio: float) -> None:
    view = View(x, y, scale_of(level), size, size, ratio)
    boxes = [tile_view(key, ratio).box for key in tiles_covering(view, level)]
    west, south, east, north = view.box
    slack = 1e-6 * max(1.0, abs(x), abs(y))
    assert min(box[0] for box in boxes) <= west + slack
    assert min(box[1] for box in boxes) <= south + slack
    assert max(box[2] for box in boxes) >= east - slack
    assert max(box[3] for box in boxes) >= north - slack
    columns = {key.column for key in tiles_covering(view, level)}
    rows = {key.row for key in tiles_covering(view, level)}
    assert len(boxes) == len(columns) * len(rows)
    most = (size * ratio / TILE_PX + 2) ** 2
    assert len(boxes) <= most


def test_the_tile_in_the_middle_comes_first() -> None:
    keys = list(tiles_covering(View(256.0, 256.0, 1.0, 3_000, 3_000), 0))
    assert keys[0] == TileKey(0, 0, 0)
    assert len(keys) == 49


def test_neighbouring_tiles_meet() -> None:
    left, right = tile_view(TileKey(3, 4, 5), 1.0), tile_view(TileKey(3, 5, 5), 1.0)
    assert left.box[2] == pytest.approx(right.box[0])
    assert left.width == TILE_PX


def test_a_folder_of_layers_opens_without_a_city(village) -> None:
    layers = LayerFolder(village.folder / "layers")
    assert layers.layer_names() == village.layer_names()
    assert layers.layer("roads").count == 3
    assert layers.layer("roads") is layers.layer("roads")
