"""What coarse copies hold: fewer corners in the same places, nothing below a speck, bars that cover their outlines."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import shapely

from gis.coarse import level_for
from gis.coarse_writer import FEWEST_CORNERS, SCALES_MPP, write_coarse
from gis.column_writer import write_layer
from gis.columns import LayerColumns
from tests.gis.test_coarse import CRS, wavy_roads


def write(folder: Path, name: str, shapes: list[Any], codes: list[int] | None = None) -> LayerColumns:
    write_layer(
        folder / name, np.array(shapes, object), name=name, geometry="polygon", kinds=("a", "b"),
        kind_codes=np.array(codes or [0] * len(shapes)), crs=CRS,
    )  # fmt: skip
    write_coarse(folder / name)
    return LayerColumns.open(folder / name)


def round_shape(x: float, y: float, radius_m: float) -> shapely.Polygon:
    return shapely.Point(x, y).buffer(radius_m, quad_segs=24)


def test_lines_lose_corners_but_not_their_place(tmp_path: Path) -> None:
    wavy_roads(tmp_path)
    write_coarse(tmp_path / "roads")
    layer = LayerColumns.open(tmp_path / "roads")
    before = len(layer.coords)
    for scale in SCALES_MPP:
        level = level_for(layer, scale)
        assert level is not None and level.bars is None
        assert len(level.shapes.coords) < before
        assert level.shapes.count == layer.count
        for i in range(layer.count):
            assert level.shapes.geometry_of(i).hausdorff_distance(layer.geometry_of(i)) < 0.7 * scale
        assert (level.shapes.kind_codes == layer.kind_codes).all()


def test_what_decides_how_a_near_way_is_drawn_stays_with_it(tmp_path: Path) -> None:
    wavy_roads(tmp_path)
    write_coarse(tmp_path / "roads")
    layer = LayerColumns.open(tmp_path / "roads")
    near, far = level_for(layer, 4.0), level_for(layer, 6.0)
    assert near is not None and far is not None
    assert set(near.shapes.columns()) == {"layer", "bridge"}
    assert list(near.shapes.attribute("bridge")) == list(layer.attribute("bridge"))
    assert far.shapes.columns() == ()


def test_areas_that_are_less_than_specks_are_left_out(tmp_path: Path) -> None:
    holed = round_shape(0, 0, 200).difference(round_shape(50, 0, 10)).difference(round_shape(-80, 0, 60))
    scattered = shapely.MultiPolygon([round_shape(400, 0, 3), round_shape(500, 0, 4)])
    layer = write(tmp_path, "water", [holed, scattered, round_shape(300, 0, 5)], [0, 0, 1])
    level = level_for(layer, 11.2 * 4)
    assert level is not None
    assert level.shapes.count == 2  # the small one is gone; of the scattered one, which is wide, the largest is left
    assert np.diff(level.shapes.features).tolist() in ([2, 1], [1, 2])
    whole = next(g for g in map(level.shapes.geometry_of, range(2)) if g.area > 10_000)
    assert len(whole.interiors) == 1


def test_rings_stay_closed_and_turned_as_they_were(tmp_path: Path) -> None:
    layer = write(tmp_path, "parks", [round_shape(i * 100, 0, 4 + i) for i in range(30)])
    for scale in SCALES_MPP:
        level = level_for(layer, scale)
        assert level is not None
        for i in range(level.shapes.count):
            ring = np.asarray(shapely.get_coordinates(level.shapes.geometry_of(i)))
            assert (ring[0] == ring[-1]).all() and len(ring) >= 4
            assert shapely.LinearRing(ring).is_ccw


def test_bars_and_shapes_cover_what_buildings_cover(tmp_path: Path) -> None:
    houses: list[Any] = []
    for i in range(120):
        house = shapely.box(0, 0, 24, 10)
        if i % 3 == 1:
            house = shapely.union_all([house, shapely.box(0, 0, 9, 26)])
        if i % 3 == 2:
            house = round_shape(10, 10, 3 if i % 2 else 15)
        houses.append(
            shapely.transform(house, lambda xy, i=i: xy @ [[0.8, 0.6], [-0.6, 0.8]] + [i % 12 * 50, i // 12 * 50])
        )
    layer = write(tmp_path, "buildings", houses)
    level = level_for(layer, 1.5)
    assert level is not None and level.bars is not None
    assert level.shapes.count == 20  # the large round ones
    assert level.bars.count == 40 + 2 * 40 + 20
    covered = [
        shapely.LineString(level.bars.coords[2 * i : 2 * i + 2]).buffer(level.widths_m[i] / 2, cap_style="flat")
        for i in range(level.bars.count)
    ]
    covered += [level.shapes.geometry_of(i) for i in range(level.shapes.count)]
    every = shapely.union_all(houses)
    assert shapely.union_all(covered).symmetric_difference(every).area < 0.02 * every.area
    assert set(map(tuple, level.bars.boxes.tolist())) < set(map(tuple, layer.boxes.tolist()))


def test_small_layers_and_those_of_others_have_no_copies(tmp_path: Path) -> None:
    few = write(tmp_path, "parks", [round_shape(0, 0, 50)])
    assert len(few.coords) < FEWEST_CORNERS
    other = write(tmp_path, "zones", [round_shape(i * 100, 0, 50) for i in range(30)])
    assert level_for(few, 10.0) is None and level_for(other, 10.0) is None
    assert not (few.folder / "coarse").exists() and not (other.folder / "coarse").exists()


def test_a_write_that_fails_leaves_the_layer_alone(tmp_path: Path, monkeypatch: Any) -> None:
    layer = wavy_roads(tmp_path)
    files = sorted(path.name for path in layer.folder.iterdir())

    def full(*_: Any, **__: Any) -> None:
        raise OSError("no space left")

    monkeypatch.setattr("gis.coarse_writer.put_arrays", full)
    try:
        write_coarse(layer.folder)
    except OSError:
        assert sorted(path.name for path in layer.folder.iterdir()) == files
    else:
        raise AssertionError("the error was swallowed")
