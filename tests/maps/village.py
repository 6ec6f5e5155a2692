"""A village of a few features whose every pixel is known: drawn layers, and a city file where a test needs one.

x and y count metres from `EAST`, `NORTH` in EPSG:32635. A lake fills the west (x < -200), High Street runs east-west
through y = 0, Bridge Road (a bridge) and Tunnel Road north-south at x = 100 and x = 200, a block with a courtyard
stands around (-100, 100).
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
import shapely
from PySide6.QtGui import QImage

from gis import osm_tags
from gis.city import write_city_file
from gis.column_writer import write_layer
from gis.crs import transformer
from maps.view import View

EAST, NORTH, CRS = 500_000.0, 6_650_000.0, "EPSG:32635"


def line(*corners: tuple[float, float]) -> shapely.LineString:
    """Make a line from the village's own coordinates."""
    return shapely.LineString([(EAST + x, NORTH + y) for x, y in corners])


def box(west: float, south: float, east: float, north: float) -> shapely.Polygon:
    """Make a rectangle from the village's own coordinates."""
    return shapely.box(EAST + west, NORTH + south, EAST + east, NORTH + north)


def point(x: float, y: float) -> shapely.Point:
    """Make a point from the village's own coordinates."""
    return shapely.Point(EAST + x, NORTH + y)


def view(x: float, y: float, metres_per_pixel: float, width: int = 200, height: int = 200, ratio: float = 1.0) -> View:
    """Look at the village's own coordinates."""
    return View(EAST + x, NORTH + y, metres_per_pixel, width, height, ratio)


def build_village(folder: Path) -> Path:
    """Write the village as a city folder and answer it."""

    def write(layer: str, rows: Sequence[tuple[str, Any]], **attributes: Any) -> None:
        geometry, kinds = osm_tags.LAYERS.get(layer, ("line", ("zone",)))
        write_layer(
            folder / "layers" / layer,
            np.array([shape for _, shape in rows], dtype=object),
            name=layer,
            geometry=geometry,
            kinds=kinds,
            kind_codes=np.array([kinds.index(kind) for kind, _ in rows]),
            crs=CRS,
            attributes=attributes,
        )

    courtyard = box(-140, 60, -60, 140).difference(box(-110, 90, -90, 110))
    write("land_use", [("forest", box(-200, -400, 400, -200))], name=[None])
    write("parks", [("park", box(250, 50, 390, 190))], name=["Long Park"])
    write("water", [("lake", box(-400, -400, -200, 400))], name=["Lake"])
    write("buildings", [("yes", courtyard), ("house", box(20, 20, 40, 40))], name=["Town Hall", None])
    write(
        "roads",
        [
            ("primary", line((-200, 0), (400, 0))),
            ("residential", line((100, -150), (100, 150))),
            ("residential", line((200, -150), (200, 150))),
        ],
        name=["High Street", "Bridge Road", "Tunnel Road"],
        bridge=np.array([False, True, False]),
        tunnel=np.array([False, False, True]),
        osm_id=[1, 2, 3],
    )
    write("place_names", [("village", point(0, 60))], name=["Village"])
    write("house_numbers", [("address", point(30, 30))], house_number=["7"], street=["High Street"])
    write(
        "cameras",
        [("traffic", point(50, 10)), ("public", point(150, 10))],
        name=["North camera", None],
        direction_deg=np.array([90.0, np.nan]),
        osm_id=[11, 12],
    )
    write("hydrants", [("pillar", point(70, 60))], osm_id=[21])
    write("stations", [("fire", point(0, -60))], name=["Fire Station"], osm_id=[31])
    write("zones", [("zone", line((300, -150.5), (380, -150.5)))])
    lonlat = transformer(CRS, "EPSG:4326")
    west, south = lonlat.transform(EAST - 400, NORTH - 400)
    east, north = lonlat.transform(EAST + 400, NORTH + 400)
    write_city_file(
        folder,
        name="Village",
        time_zone="Europe/Helsinki",
        metric_crs=CRS,
        bounds=(west, south, east, north),
        center=lonlat.transform(EAST, NORTH),
        built_at=datetime(2026, 3, 2, tzinfo=UTC),
        attribution="© the villagers",
        sources=(),
    )
    return folder


def colour_at(image: QImage, seen: View, x: float, y: float) -> str:
    """Read the colour of a picture at the village's own coordinates."""
    across, down = seen.to_screen(EAST + x, NORTH + y)
    ratio = seen.device_pixel_ratio
    return image.pixelColor(int(float(across) * ratio), int(float(down) * ratio)).name()
