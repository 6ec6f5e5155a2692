"""What is here, on a village of a few features."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
import shapely

from gis.city import City
from gis.column_writer import write_layer
from gis.here import Area, Near, what_is_here
from tests.maps.village import CRS, EAST, NORTH, build_village


@pytest.fixture(scope="module")
def village(tmp_path_factory: pytest.TempPathFactory) -> City:
    folder = build_village(tmp_path_factory.mktemp("here"))

    def write(name: str, geometry: str, shapes: list[tuple[str, object]], names: list[str | None]) -> None:
        kinds = tuple(dict.fromkeys(kind for kind, _ in shapes))
        codes = np.array([kinds.index(kind) for kind, _ in shapes])
        write_layer(
            folder / "layers" / name,
            np.array([shape for _, shape in shapes], dtype=object),
            name=name,
            geometry=geometry,
            kinds=kinds,
            kind_codes=codes,
            crs=CRS,
            attributes={"name": names},
        )

    def point(x: float, y: float) -> shapely.Point:
        return shapely.Point(EAST + x, NORTH + y)

    write(
        "hydrants",
        "point",
        [("pillar", point(0, 20)), ("pillar", point(299, 0)), ("pillar", point(301, 0))],
        [None] * 3,
    )
    stations = [("fire", point(500, 0)), ("fire", point(-350, 0)), ("police", point(0, 900))]
    write("stations", "point", stations, ["Far", "Near", None])
    write("hospitals", "point", [("hospital", point(0, -700))], ["Mercy"])
    outer = shapely.box(EAST - 300, NORTH - 300, EAST + 300, NORTH + 300)
    ring = outer.difference(shapely.box(EAST - 10, NORTH - 10, EAST + 10, NORTH + 10))
    write("districts", "polygon", [("district", ring)], ["Old Town"])
    return City.open(folder)


def at(city: City, x: float, y: float) -> tuple[float, float]:
    lon, lat = city.to_lonlat(EAST + x, NORTH + y)
    return float(lon), float(lat)


def test_streets_areas_and_what_is_near(village: City) -> None:
    here = what_is_here(village, *at(village, -100, 70))
    assert (here.street, round(here.street_m)) == ("High Street", 70)
    assert here.areas == (Area("buildings", "yes", "Town Hall"), Area("districts", "district", "Old Town"))
    assert (here.x, here.y) == pytest.approx((EAST - 100, NORTH + 70), abs=0.01)
    assert here.cell == "E4999N66500"
    assert [round(one.distance_m) for one in here.hydrants] == [112]


def test_a_hole_is_not_inside_and_limits_are_exact(village: City) -> None:
    here = what_is_here(village, *at(village, 0, 0))
    assert here.areas == ()
    assert [round(one.distance_m) for one in here.hydrants] == [20, 299]
    courtyard = what_is_here(village, *at(village, -100, 100))
    assert [area.layer for area in courtyard.areas] == ["districts"]


def test_the_nearest_station_of_each_kind(village: City) -> None:
    here = what_is_here(village, *at(village, 0, 0))
    assert [(one.kind, one.name, round(one.distance_m)) for one in here.stations] == [
        ("fire", "Near", 350),
        ("police", "", 900),
        ("hospital", "Mercy", 700),
    ]
    own = Near("Ours", "fire", *at(village, 600, 0), 0.0, "s1")
    told = what_is_here(village, *at(village, 0, 0), stations=[own])
    assert [(one.kind, one.name, round(one.distance_m)) for one in told.stations] == [
        ("fire", "Ours", 600),
        ("hospital", "Mercy", 700),
    ]


def test_far_outside_and_with_broken_layers_it_still_answers(village: City, tmp_path: Path) -> None:
    here = what_is_here(village, *at(village, 50_000, 50_000))
    assert (here.street, here.crossing, here.areas, here.hydrants, here.address) == ("", "", (), (), None)
    folder = build_village(tmp_path / "broken")
    (folder / "layers" / "roads" / "layer.json").write_text(json.dumps({"name": "roads"}))
    broken = what_is_here(City.open(folder), *at(village, -100, 70))
    assert broken.street == "" and broken.areas[0].name == "Town Hall"


def test_a_crossing_is_where_two_names_meet(helsinki: Path) -> None:
    city = City.open(helsinki)
    place = city.places().search("Mannerheimintie / Simonkatu", limit=1)[0]
    here = what_is_here(city, place.lon, place.lat)
    assert here.crossing_m < 60 and " / " in here.crossing
    assert here.address is not None and here.address.distance_m is not None and here.address.distance_m < 200
