"""Small towns as OpenStreetMap files, laid out in metres, for tests of roads."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from xml.sax.saxutils import quoteattr

from gis.network_build import build_from_osm
from gis.profile import Profile, default_profiles
from gis.roads import RoadNetwork
from gis.routing import Router

CRS = "EPSG:32635"
LON, LAT = 26.9, 60.17  # near the zone's central meridian, so that north is up


def lonlat(x: float, y: float) -> tuple[float, float]:
    """Place a point some metres east and north of the town's corner."""
    return LON + x / (111_320 * math.cos(math.radians(LAT))), LAT + y / 111_400


@dataclass
class Town:
    """Gather nodes, ways and relations, then write or build them."""

    nodes: dict[int, tuple[float, float, dict[str, str]]] = field(default_factory=dict)
    ways: list[tuple[int, list[int], dict[str, str]]] = field(default_factory=list)
    relations: list[tuple[int, list[tuple[str, int, str]], dict[str, str]]] = field(default_factory=list)

    def node(self, number: int, x: float, y: float, **tags: str) -> None:
        self.nodes[number] = (x, y, tags)

    def way(self, number: int, refs: Iterable[int], **tags: str) -> None:
        self.ways.append((number, list(refs), {"highway": "residential", **_with_colons(tags)}))

    def restrict(self, kind: str, start: int, via: int | list[int], end: int, **tags: str) -> None:
        through = [("node", via, "via")] if isinstance(via, int) else [("way", way, "via") for way in via]
        members = [("way", start, "from"), *through, ("way", end, "to")]
        about = {"type": "restriction", **_with_colons(tags)}
        if kind:
            about["restriction"] = kind
        self.relations.append((9000 + len(self.relations), members, about))

    def write(self, file: Path) -> Path:
        lines = ['<?xml version="1.0" encoding="UTF-8"?>', '<osm version="0.6">']
        for number, (x, y, tags) in sorted(self.nodes.items()):
            lon, lat = lonlat(x, y)
            lines.append(f'<node id="{number}" version="1" lon="{lon:.7f}" lat="{lat:.7f}">{_tags(tags)}</node>')
        for number, refs, tags in self.ways:
            inside = "".join(f'<nd ref="{ref}"/>' for ref in refs)
            lines.append(f'<way id="{number}" version="1">{inside}{_tags(tags)}</way>')
        for number, members, tags in self.relations:
            inside = "".join(f'<member type="{kind}" ref="{ref}" role="{role}"/>' for kind, ref, role in members)
            lines.append(f'<relation id="{number}" version="1">{inside}{_tags(tags)}</relation>')
        file.write_text("\n".join([*lines, "</osm>"]), encoding="utf-8")
        return file

    def build(self, folder: Path) -> RoadNetwork:
        extract = self.write(folder / "town.osm")
        build_from_osm(extract, folder / "roads", metric_crs=CRS)
        return RoadNetwork.open(folder / "roads")


def grid(side: int = 3, block_m: float = 100.0) -> Town:
    """Lay out streets in squares: node 10 * column + row; ways 100 + row going east, 200 + column going north."""
    town = Town()
    for column in range(side):
        for row in range(side):
            town.node(10 * column + row, column * block_m, row * block_m)
    for number in range(side):
        town.way(100 + number, [10 * column + number for column in range(side)], name=f"Row {number}")
        town.way(200 + number, [10 * number + row for row in range(side)], name=f"Column {number}")
    return town


def even_profile(**changes: object) -> Profile:
    """Drive 36 km/h (10 m a second) everywhere."""
    emergency = default_profiles()["emergency"]
    values: dict[str, object] = {
        "name": "even",
        "top_speed_kmh": 36.0,
        "off_road_kmh": 3.6,
        "closed": emergency.closed,
        "speed_kmh": {"road": 36.0},
        "factor": {},
        "flag_factor": {},
        "penalty_s": {},
    }
    return Profile(**{**values, **changes})  # type: ignore[arg-type]


def seconds(router: Router, start: tuple[float, float], end: tuple[float, float]) -> float:
    """Give the driving time between two points of the town in its own metres."""
    source, target = (router.snap(*to_metric(*place)) for place in (start, end))
    return float(router.travel_times_s([source], target)[0])


def to_metric(x: float, y: float) -> tuple[float, float]:
    from gis.crs import LONLAT, transformer

    east, north = transformer(LONLAT, CRS).transform(*lonlat(x, y))
    return float(east), float(north)


def _tags(tags: Mapping[str, str]) -> str:
    return "".join(f"<tag k={quoteattr(key)} v={quoteattr(value)}/>" for key, value in tags.items())


def _with_colons(tags: Mapping[str, str]) -> dict[str, str]:
    """Turn keyword names such as maxspeed__forward into tags such as maxspeed:forward."""
    return {key.replace("__", ":").rstrip("_"): value for key, value in tags.items()}
