"""Which cameras see a place, in which order, and why the others do not."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import shapely

from gis.city import City
from gis.column_writer import write_layer
from gis.columns import LayerColumns
from gis.walls import Walls
from resources.camera import Camera
from resources.camera_sight import CODES, CameraSight
from resources.cameras import Cameras


def sight_of(folder: Path, *cameras: tuple[Camera, float, float]) -> CameraSight:
    """A house of 20 by 20 m at the origin, and cameras."""
    houses = np.array([shapely.box(0, 0, 20, 20), shapely.box(200, 200, 220, 220)])
    write_layer(
        folder / "buildings", houses, name="buildings", geometry="polygon", kinds=["yes"],
        kind_codes=np.zeros(2, np.uint16), crs="EPSG:32635",
    )  # fmt: skip
    xy = np.array([(x, y) for _, x, y in cameras]).reshape(-1, 2)
    return CameraSight(
        Cameras(tuple(camera for camera, _, _ in cameras), xy), Walls(LayerColumns.open(folder / "buildings"))
    )


def camera(name: str, direction_deg: float | None = None, *, kind: str = "other", mount: str = "") -> Camera:
    return Camera(name, "", kind, 0, 0, direction_deg, mount)


@pytest.mark.parametrize(
    ("one", "x", "y", "code"),
    [
        (camera("c", 90), -50, 40, "sees"),
        (camera("c", 0), -50, 40, "turned_away"),
        (camera("c"), -50, 40, "may_see"),
        (camera("c", mount="dome"), -50, 40, "sees"),
        (camera("c", mount="panning"), -50, 40, "can_turn"),
        (camera("c", 90), -90, 40, "too_far"),
        (camera("c", 90), -900, 40, "too_far"),
        (camera("c", 90, kind="indoor"), -10, 40, "indoors"),
        (camera("c", kind="indoor"), -900, 40, "indoors"),
        (camera("c", 0), 10, -20, "hidden"),
        (camera("c", 0), 0.0, -9, "sees_part"),  # along the west wall: a corner hides the place, not what is beside it
        (camera("c"), 0.0, -9, "may_see_part"),
        (camera("c", 0), 10, 18.5, "sees"),  # hangs on the north wall
        (camera("c", 0, mount="fixed"), 10, 10, "sees"),  # on the roof
        (camera("c", 180), 10, 18.5, "turned_away"),
    ],
)
def test_every_reason(tmp_path: Path, one: Camera, x: float, y: float, code: str) -> None:
    (seen,) = sight_of(tmp_path, (one, x, y)).that_see(5 if x else 6, 40)
    assert seen.code == code
    assert code in CODES
    assert seen.is_seeing == (code in ("sees", "can_turn", "may_see", "sees_part", "may_see_part"))


def test_the_best_come_first_then_the_nearest_of_the_others(tmp_path: Path) -> None:
    sight = sight_of(
        tmp_path,
        (camera("aside", 70), -40, 40),
        (camera("unknown"), -10, 40),
        (camera("straight", 90), -40, 41),
        (camera("near", 90), -20, 40),
        (camera("away", 270), -5, 40),
        (camera("behind", 0), 10, -25),
        (camera("far"), -800, 40),
    )
    seen = sight.that_see(5, 40, limit=10)
    assert [one.camera.id for one in seen] == ["near", "straight", "aside", "unknown", "away", "behind", "far"]
    assert [one.is_seeing for one in seen] == [True] * 4 + [False] * 3
    assert seen[0].distance_m == 25.0
    assert seen[0].bearing_deg == 270.0
    assert seen[0].off_axis_deg == 0.0
    assert seen[2].off_axis_deg == pytest.approx(20)
    assert seen[3].off_axis_deg is None
    assert [one.camera.id for one in sight.that_see(5, 40, limit=2)] == ["near", "straight"]


def test_a_place_inside_a_building_stands_for_its_outside(tmp_path: Path) -> None:
    sight = sight_of(tmp_path, (camera("front", 0), 10, -25), (camera("back", 180), 10, 45))
    assert [one.code for one in sight.that_see(10, 10)] == ["sees", "sees"]


def test_what_a_camera_sees_is_told_by_its_polygon(tmp_path: Path) -> None:
    sight = sight_of(tmp_path, (camera("c", 0), 10, -20))
    shape = shapely.Polygon(sight.polygon("c"))
    assert shape.covers(shapely.Point(10, -1))
    assert not shape.covers(shapely.Point(10, 25))
    with pytest.raises(KeyError):
        sight.polygon("another")


def test_no_cameras_and_no_buildings(tmp_path: Path) -> None:
    assert sight_of(tmp_path).that_see(0, 0) == ()
    open_field = CameraSight(Cameras((camera("c", 90),), np.array([(0.0, 0.0)])), Walls(None))
    assert open_field.that_see(30, 0)[0].code == "sees"


def test_in_helsinki_the_polygon_and_the_ranking_agree(helsinki: Path) -> None:
    city = City.open(helsinki)
    sight, walls = CameraSight.of_city(city), Walls(city.layer("buildings"))
    checked, shapes = 0, {one.id: shapely.Polygon(sight.polygon(one.id)) for one in sight.cameras.all}
    for number in range(0, len(sight.cameras), 9):
        x, y = (float(value) for value in sight.cameras.xy[number] + (17, 11))
        if walls.holding(x, y):
            continue
        for one in sight.that_see(x, y, limit=400):
            shape = shapes[one.camera.id]
            if one.code in ("sees", "may_see", "hidden") and shape.boundary.distance(shapely.Point(x, y)) > 0.5:
                assert shape.covers(shapely.Point(x, y)) == one.is_seeing, one
                checked += 1
    assert checked > 50
