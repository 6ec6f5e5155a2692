"""Make a roster for a city that has none: units at its real stations, and invented ones at real places of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from resources.roster_outfit import SHIFTS, equipment_of, officers_of, shift_of, size_of, strike_team
from resources.unit import Department, Roster, Station, Turnout, Unit

if TYPE_CHECKING:
    from gis.city import City

DEPARTMENTS = (
    Department("fire", "Fire and Rescue", "fire", "消防救援"),
    Department("ambulance", "Ambulance Service", "ambulance", "医疗急救"),
    Department("police", "Police", "police", "公安"),
    Department("urban_management", "Urban Management", "urban_management", "城市管理"),
    Department("water", "Water and Drainage", "water", "供排水"),
    Department("power", "Power and Lighting", "power", "电力照明"),
    Department("volunteers", "Volunteers", "volunteers", "志愿者"),
)
TURNOUTS = (
    Turnout("fire", 80, 100, 15),
    Turnout("ambulance", 60, 75, 10),
    Turnout("police", 20, 30, 5),
    Turnout("urban_management", 300, 1200, 60),
    Turnout("water", 420, 1200, 60),
    Turnout("power", 420, 1200, 60),
    Turnout("volunteers", 600, 1500, 120),
)
# A larger city, told by its real stations, gets every invented base and every crew that is not first of its kind again
# for each so many stations.
STATIONS_A_SHARE = 5
MOST_PLACES = 48
ENOUGH_PLACES = 12
# How many bases a department gets where the city's data has no station of it.
BASES = {"fire": 2, "ambulance": 3, "police": 3, "urban_management": 4, "water": 2, "power": 2, "volunteers": 2}
# Call sign letters, capabilities, crew. The first of a department stands at every station; the others are dealt out.
CREWS: dict[str, tuple[tuple[str, str, int], ...]] = {
    "fire": (
        ("E", "engine first_aid", 4),
        ("L", "ladder", 3),
        ("R", "rescue lift_rescue heavy_rescue", 4),
        ("T", "tanker foam", 2),
        ("HZ", "hazmat decontamination", 4),
        ("B", "boat water_rescue", 3),
        ("C", "chief", 1),
        ("C", "chief", 1),
        ("L", "ladder", 3),
    ),
    "ambulance": (
        ("A", "ambulance_als ambulance_bls", 2),
        ("A", "ambulance_bls", 2),
        ("A", "ambulance_bls", 2),
        ("D", "doctor ambulance_als", 2),
        ("S", "supervisor_medical", 1),
    ),
    "police": (
        ("P", "patrol", 2),
        ("P", "patrol traffic_control", 2),
        ("P", "patrol negotiator", 2),
        ("K", "k9 patrol", 2),
        ("M", "traffic_control patrol", 1),
        ("PS", "supervisor_police", 1),
        ("P", "patrol", 2),
    ),
    "urban_management": (
        ("U", "inspection parking_control street_trading_control noise_meter", 2),
        ("U", "street_cleaning graffiti_removal animal_collection", 2),
        ("U", "road_repair sign_repair cover_repair barriers traffic_cones", 3),
        ("U", "tree_crew", 3),
        ("U", "snow_clearing gritting", 1),
        ("U", "tow_truck", 1),
        ("U", "street_cleaning", 2),
    ),
    "water": (("W", "water_repair cover_repair", 2), ("W", "drain_cleaning pump", 2), ("W", "pump", 2)),
    "power": (
        ("N", "power_repair power_isolation", 2),
        ("N", "lamp_repair signal_repair", 2),
        ("N", "lamp_repair", 2),
        ("G", "gas_repair", 2),
    ),
    "volunteers": (
        ("V", "first_aid search_team", 4),
        ("V", "search_team", 4),
        ("V", "welfare crowd_care", 3),
    ),
}


@dataclass(frozen=True, slots=True)
class _Spot:
    name: str
    lon: float
    lat: float
    invented: bool


def default_roster(city: City) -> Roster:
    """Make the same roster for the same city every time; every unit, and every station no data backs, is invented."""
    places = _named_places(city)
    shares = max(1, sum(len(_stations(city, department.id)) for department in DEPARTMENTS) // STATIONS_A_SHARE)
    stations: list[Station] = []
    units: list[Unit] = []
    numbers: dict[str, int] = {}
    for shift, department in enumerate(DEPARTMENTS):
        spots = _stations(city, department.id) or _spread(places, BASES[department.id] * shares, shift)
        own = [
            Station(f"{department.id}_{number}", spot.name, department.id, spot.lon, spot.lat, spot.invented)
            for number, spot in enumerate(spots, start=1)
        ]
        stations += own
        first, *others = CREWS[department.id]
        dealt = [(station, first) for station in own]
        step = max(1, len(own) // shares)  # so that two of a kind do not stand at one station
        dealt += [
            (own[(turn + share * step) % len(own)], crew) for share in range(shares) for turn, crew in enumerate(others)
        ]
        crews = _shared_crews(dealt)
        for station, (letters, capabilities, size) in dealt:
            numbers[letters] = numbers.get(letters, 0) + 1
            able = tuple(capabilities.split())
            units.append(
                Unit(
                    id=f"{letters}{numbers[letters]}",
                    department=department.id,
                    capabilities=able,
                    lon=station.lon,
                    lat=station.lat,
                    kind=able[0],
                    station=station.id,
                    crew=size,
                    turnout=department.id,
                    invented=True,
                    equipment=equipment_of(able),
                    officers=officers_of(able),
                    cross_staffed=crews.get((station.id, able[0]), ""),
                    shift=shift_of(department.id, able),
                    **size_of(able),
                )
            )
    return Roster(DEPARTMENTS, tuple(stations), tuple(units), TURNOUTS, SHIFTS, strike_team(units))


def _shared_crews(dealt: Sequence[tuple[Station, tuple[str, str, int]]]) -> dict[tuple[str, str], str]:
    """Let the crew of a station's engine man its boat too, where a boat stands at one: by station and capability."""
    boats = {station.id for station, (_, capabilities, _) in dealt if capabilities.startswith("boat")}
    return {(station, able): f"{station} boat crew" for station in boats for able in ("engine", "boat")}


def _stations(city: City, kind: str) -> list[_Spot]:
    """Return the real stations of a kind, in the order of the layer."""
    if "stations" not in city.layer_names():
        return []
    layer = city.layer("stations")
    kinds = layer.attribute("station_kind") if "station_kind" in layer.columns() else [""] * layer.count
    names = layer.attribute("name") if "name" in layer.columns() else [None] * layer.count
    rows = [row for row in range(layer.count) if kinds[row] == kind]
    xy = _first_points(city, "stations")[rows]
    return [
        _Spot(str(names[row] or f"{kind.title()} station {number}"), lon, lat, False)
        for number, (row, (lon, lat)) in enumerate(zip(rows, _lonlat(city, xy), strict=True), start=1)
    ]


def _named_places(city: City) -> list[_Spot]:
    """Return real places of a city to stand at, spread over it, the most central first: addresses where there are any.

    An address stands at a road; the names of quarters and parks may not. Where all these are few (a city's own street
    file holds none of them), streets stand in.
    """
    spots: list[tuple[str, tuple[float, float]]] = []
    for name in ("house_numbers", "hospitals", "place_names", "parks", "roads"):
        if len(spots) >= ENOUGH_PLACES or name not in city.layer_names():
            continue
        layer = city.layer(name)
        wanted = ("street", "house_number") if name == "house_numbers" else ("name",)
        if not layer.count or not set(wanted) <= set(layer.columns()):
            continue
        words = [layer.attribute(column) for column in wanted]
        xy = _first_points(city, name)
        named = [row for row in range(layer.count) if all(_is_word(column[row]) for column in words)]
        rows = _farthest_first(city, xy, named, MOST_PLACES - len(spots))
        spots += [
            (" ".join(str(column[row]) for column in words), place)
            for row, place in zip(rows, _lonlat(city, xy[rows]), strict=True)
        ]
    if not spots:
        spots = [(city.name, city.center)]
    return [_Spot(name, lon, lat, True) for name, (lon, lat) in spots]


def _is_word(value: object) -> bool:
    """Tell whether a cell says something: a column of numbers holds NaN where nothing is known."""
    return value is not None and str(value) not in ("", "nan")


def _farthest_first(city: City, xy: NDArray[np.float64], rows: Sequence[int], count: int) -> list[int]:
    """Choose rows far from each other: the most central first, then always the one farthest from all chosen."""
    if not rows:
        return []
    points = xy[list(rows)]
    center = np.array(city.to_metric(*city.center))
    chosen = [int(np.argmin(np.hypot(*(points - center).T)))]
    apart = np.hypot(*(points - points[chosen[0]]).T)
    while len(chosen) < min(count, len(points)) and apart.max() > 0:
        chosen.append(int(np.argmax(apart)))
        apart = np.minimum(apart, np.hypot(*(points - points[chosen[-1]]).T))
    return [rows[index] for index in chosen]


def _spread(places: list[_Spot], count: int, shift: int) -> list[_Spot]:
    """Take some of the places, others for each department while there are enough."""
    return [places[(shift * 3 + number) % len(places)] for number in range(min(count, len(places)))]


def _first_points(city: City, name: str) -> NDArray[np.float64]:
    layer = city.layer(name)
    if not layer.count:
        return np.zeros((0, 2))
    first = np.asarray(layer.parts)[np.asarray(layer.features)[:-1]]
    return np.asarray(layer.coords)[first]


def _lonlat(city: City, xy: NDArray[np.float64]) -> list[tuple[float, float]]:
    if not len(xy):
        return []
    lons, lats = city.to_lonlat(xy[:, 0], xy[:, 1])
    return [(round(float(lon), 6), round(float(lat), 6)) for lon, lat in zip(lons, lats, strict=True)]
