"""The nearest cameras of a place, with distance and direction."""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np
import pytest

from gis.city import City
from resources.camera import Camera
from resources.cameras import Cameras


def test_nearest_first_and_ties_keep_their_order() -> None:
    places = [(100.0, 0.0), (0.0, 50.0), (-100.0, 0.0), (0.0, -300.0)]
    cameras = Cameras(tuple(Camera(f"c{n}", "", "outdoor", 0, 0) for n in range(4)), np.array(places))
    near = cameras.nearest(0, 0, count=3)
    assert [each.camera.id for each in near] == ["c1", "c0", "c2"]
    assert [each.distance_m for each in near] == [50.0, 100.0, 100.0]
    assert [each.bearing_deg for each in near] == [0.0, 90.0, 270.0]
    assert [each.camera.id for each in cameras.nearest(0, 0, within_m=60)] == ["c1"]


def test_a_city_without_cameras_has_none() -> None:
    assert Cameras().nearest(0, 0) == ()
    with pytest.raises(KeyError):
        Cameras().of("c1")


def test_helsinkis_cameras_are_those_of_its_layer(helsinki: Path) -> None:
    city = City.open(helsinki)
    cameras = Cameras.of_city(city)
    assert len(cameras) == city.layer("cameras").count > 200
    assert len({camera.id for camera in cameras.all}) == len(cameras)
    x, y = city.to_metric(24.9415, 60.1712)
    near = cameras.nearest(float(x), float(y))
    assert len(near) == 5
    apart = [math.dist(city.to_metric(each.camera.lon, each.camera.lat), (x, y)) for each in near]
    assert apart == pytest.approx([each.distance_m for each in near], abs=0.1)
    assert cameras.of(near[0].camera.id) == near[0].camera
