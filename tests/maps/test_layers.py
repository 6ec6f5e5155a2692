"""Marks that the city itself provides."""

from __future__ import annotations

from gis.city import City
from maps.layers import CameraMark, StationMark, camera_marks, station_marks
from maps.tiles import LayerFolder
from tests.maps.village import EAST, NORTH


def test_cameras_know_where_they_look_and_which_to_look_at(village: City) -> None:
    marks = {mark.camera_id: mark for mark in camera_marks(village, {"12": 1})}
    assert marks["11"] == CameraMark("11", EAST + 50, NORTH + 10, 90.0, "traffic", None, label="North camera")
    assert (marks["12"].direction_deg, marks["12"].rank, marks["12"].label) == (None, 1, "")


def test_stations(village: City) -> None:
    assert station_marks(village) == (StationMark("31", "Fire Station", "fire", EAST, NORTH - 60),)


def test_a_city_without_cameras_has_no_marks(tmp_path) -> None:
    assert camera_marks(LayerFolder(tmp_path)) == ()
    assert station_marks(LayerFolder(tmp_path)) == ()
