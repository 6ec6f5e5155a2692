"""What tags say."""

from __future__ import annotations

import math

import pytest

from gis.osm_tags import (
    LAYERS,
    area_class,
    boundary_class,
    camera_kind,
    direction_deg,
    hydrant_kind,
    is_hospital,
    line_class,
    metres,
    one_way,
    station_kind,
)


@pytest.mark.parametrize(
    ("tags", "expected"),
    [
        ({"direction": "90"}, 90),
        ({"camera:direction": "NW"}, 315),
        ({"surveillance:direction": "north"}, 0),
        ({"direction": "-90"}, 270),
        ({"direction": "360"}, 0),
        ({"camera:direction": "45-135"}, 90),
        ({"direction": "350-10"}, 0),
        ({"direction": "SSE"}, 157.5),
        ({"direction": "90;180"}, 90),
        ({"direction": "12.5°"}, 12.5),
        ({"direction": "S-W"}, 225),
        ({"direction": "north_east"}, 45),
        ({"direction": "backward"}, None),
        ({"direction": "720"}, None),
        ({"direction": "1e3"}, None),
        ({}, None),
    ],
)
def test_viewing_directions(tags: dict[str, str], expected: float | None) -> None:
    found = direction_deg(tags)
    assert math.isnan(found) if expected is None else found == pytest.approx(expected)


@pytest.mark.parametrize(
    ("tags", "kind"),
    [
        ({"man_made": "surveillance"}, "other"),
        ({"man_made": "surveillance", "surveillance:type": "ALPR"}, "alpr"),
        ({"man_made": "surveillance", "surveillance": "outdoor"}, "outdoor"),
        ({"highway": "speed_camera"}, "speed"),
        ({"man_made": "surveillance", "surveillance:zone": "traffic"}, "traffic"),
        ({"man_made": "mast"}, None),
    ],
)
def test_cameras(tags: dict[str, str], kind: str | None) -> None:
    assert camera_kind(tags) == kind


def test_stations_hospitals_hydrants() -> None:
    assert station_kind({"amenity": "fire_station"}) == "fire"
    assert station_kind({"emergency": "ambulance_station"}) == "ambulance"
    assert station_kind({"amenity": "bank"}) is None
    assert is_hospital({"amenity": "hospital"}) and is_hospital({"healthcare": "hospital"})
    assert not is_hospital({"amenity": "clinic", "healthcare": "hospital"})
    assert hydrant_kind({"emergency": "fire_hydrant", "fire_hydrant:type": "pillar"}) == "pillar"
    assert hydrant_kind({"emergency": "fire_hydrant", "fire_hydrant:type": "odd"}) == "other"


@pytest.mark.parametrize(
    ("tags", "expected"),
    [
        ({"building": "yes"}, ("buildings", "yes")),
        ({"building": "no"}, None),
        ({"building": "palace"}, ("buildings", "other")),
        ({"natural": "water", "water": "pond"}, ("water", "pond")),
        ({"waterway": "riverbank"}, ("water", "river")),
        ({"leisure": "park"}, ("parks", "park")),
        ({"landuse": "forest"}, ("land_use", "forest")),
        ({"highway": "pedestrian", "area": "yes"}, ("land_use", "plaza")),
        ({"highway": "residential"}, None),
        ({}, None),
    ],
)
def test_areas(tags: dict[str, str], expected: tuple[str, str] | None) -> None:
    assert area_class(tags) == expected


def test_every_class_is_one_of_its_layer() -> None:
    for tags in (
        {"building": "church"},
        {"landuse": "farm"},
        {"natural": "water", "water": "lock"},
        {"aeroway": "apron"},
    ):
        layer, kind = area_class(tags) or ("", "")
        assert kind in LAYERS[layer][1]


def test_lines_and_boundaries() -> None:
    assert line_class({"highway": "motorway_link"}) == ("roads", "motorway_link")
    assert line_class({"highway": "proposed"}) is None
    assert line_class({"railway": "tram"}) == ("railways", "tram")
    assert boundary_class({"boundary": "administrative", "admin_level": "8"}) == "municipality"
    assert boundary_class({"boundary": "administrative", "admin_level": "2"}) == "country"
    assert boundary_class({"boundary": "administrative", "admin_level": "11"}) == "neighbourhood"
    assert boundary_class({"boundary": "administrative", "admin_level": "x"}) is None


def test_one_way_is_also_implied() -> None:
    assert one_way({"oneway": "yes"}) == 1
    assert one_way({"oneway": "-1"}) == -1
    assert one_way({"junction": "roundabout"}) == 1
    assert one_way({"highway": "motorway", "oneway": "no"}) == 0


def test_lengths() -> None:
    assert metres("12.5 m") == 12.5
    assert metres("40 ft") == pytest.approx(12.192)
    assert metres("12'6\"") == pytest.approx(3.81)
    assert math.isnan(metres("tall")) and math.isnan(metres(None))
