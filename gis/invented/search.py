"""What search finds in an invented city: the same entries as an extract gives, from arrays."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

from gis.invented.buildings import Buildings
from gis.invented.land import Land
from gis.invented.names import Names
from gis.invented.road_rows import Ways
from gis.invented.rows import Rows
from gis.invented.shaping import Shape
from gis.network_tags import CLASS_CODE
from gis.osm import Extract
from gis.osm_rows import Address, Named, Street
from gis.places_build import Gazetteer

# More addresses than this are not put into the search: it is a thing of a city, not of a country.
MOST_ADDRESSES = 400_000
_IN_CHINESE = {
    "Fire Station": "消防站", "Police Station": "派出所", "Ambulance Station": "急救站",
    "Hospital": "医院", "School": "学校", "Stadium": "体育场",
}  # fmt: skip


def write_search(
    folder: Path,
    shape: Shape,
    land: Land,
    ways: Ways,
    names: Names,
    buildings: Buildings,
    numbers: NDArray[np.int64],
    points: tuple[Rows, ...],
    lonlat: Any,
    metric_crs: str,
) -> tuple[dict[str, int], int]:
    """Write places.sqlite; answers the entries by kind and how many addresses were left out. points: named things."""
    streets, districts = shape.streets, shape.districts
    numbered = np.flatnonzero(numbers > 0)
    step = -(-len(numbered) // MOST_ADDRESSES)
    # Every so many houses, evenly along each street.
    kept = numbered[np.lexsort((numbers[numbered], streets.street[buildings.edge[numbered]]))][:: max(1, step)]
    where = lonlat(buildings.front[kept])
    street = streets.street[buildings.edge[kept]]
    from scipy.spatial import cKDTree

    near = np.asarray(cKDTree(districts.quarter_xy).query(buildings.front[kept])[1])
    quarter_district = np.asarray(cKDTree(districts.district_xy).query(districts.quarter_xy)[1])
    district = [land.district_names.english[int(d)] for d in quarter_district[near]]
    english = names.english
    addresses = [
        Address(str(number), english[s], town, "", lon, lat)
        for number, s, town, (lon, lat) in zip(
            numbers[kept].tolist(), street.tolist(), district, where.tolist(), strict=True
        )
    ]
    found = Extract(
        file=folder / "invented", bounds=(0.0, 0.0, 0.0, 0.0), center=(0.0, 0.0), layers={}, addresses=addresses,
        streets=_streets(shape, ways, names, lonlat), named=_named(shape, land, points, lonlat), municipalities=[],
    )  # fmt: skip
    gazetteer = Gazetteer()
    gazetteer.add_extract(found)
    gazetteer.add_layers(folder / "layers", metric_crs, replaced=())
    return gazetteer.write(folder / "places.sqlite"), len(numbered) - len(kept)


def _streets(shape: Shape, ways: Ways, names: Names, lonlat: Any) -> list[Street]:
    """List the named ways with the junctions where they meet others; a vertex between has a number of its own."""
    streets = shape.streets
    where = lonlat(ways.coords)
    _, nodes = np.unique(np.round(ways.coords * 20).astype(np.int64), axis=0, return_inverse=True)
    ends = np.cumsum(ways.sizes)
    lines = shapely.linestrings(where, indices=np.repeat(np.arange(len(ends)), ways.sizes))
    named = (streets.street[ways.edge] >= 0) & (streets.road_class[ways.edge] != CLASS_CODE["motorway"])
    found = []
    nodes = nodes.ravel()
    for way in np.flatnonzero(named).tolist():
        street = int(streets.street[ways.edge[way]])
        begin = int(ends[way] - ways.sizes[way])
        tags = {"highway": "street", "name": names.english[street], "name:zh": names.chinese[street]}
        found.append(Street(names.english[street], tags, lines[way], nodes[begin : int(ends[way])].tolist()))
    return found


def _in_chinese(title: str, places: dict[str, str]) -> str:
    """Word "Clearham Hospital" and "Fire Station 4, Clearham" in Chinese, empty where a word of it is not known."""
    what, _, place = title.partition(", ")
    if place:
        what, _, number = what.rpartition(" ")
        number += "号"
    else:
        what = next((one for one in _IN_CHINESE if title.endswith(f" {one}")), "")
        place, number = title.removesuffix(f" {what}"), ""
    return f"{places[place]}{number}{_IN_CHINESE[what]}" if place in places and what in _IN_CHINESE else ""


def _named(shape: Shape, land: Land, points: tuple[Rows, ...], lonlat: Any) -> list[Named]:
    found: list[Named] = []
    known = {
        english: chinese
        for names in (land.quarter_names, land.district_names, land.city)
        for english, chinese in zip(names.english, names.chinese, strict=True)
    }

    def add(name: str, name_zh: str, kind: str, is_settlement: bool, x: float, y: float, population: int = 0) -> None:
        lon, lat = lonlat(np.array([[x, y]]))[0].tolist()
        aliases = (name_zh,) if name_zh else ()
        found.append(Named(name, aliases, kind, is_settlement, population, "", lon, lat, name_zh))

    for values, place in zip(land.layers["place_names"].values, land.layers["place_names"].shapes, strict=True):
        add(values["name"], values["name_zh"], values["place"], True, place.x, place.y, values.get("population", 0))
    for title, title_zh, x, y in land.rail_stations:
        add(title, title_zh, "station", False, x, y)
    for rows in points:
        for values, kind, place in zip(rows.values, rows.kinds, rows.shapes, strict=True):
            if values.get("name"):
                kind = {"fire": "fire_station", "ambulance": "ambulance_station"}.get(kind, kind)
                middle = shapely.point_on_surface(place)
                title = str(values["name"])
                add(title, _in_chinese(title, known), kind, False, middle.x, middle.y)
    for area, kind, title in land.campus:
        if title and kind in ("school", "public"):
            add(
                title,
                _in_chinese(title, known),
                "stadium" if kind == "public" else "school",
                False,
                area.centroid.x,
                area.centroid.y,
            )
    return found
