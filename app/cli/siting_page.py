"""Isochrones as a page for a browser that stands by itself: the ground, the areas, the places that they are of."""

from __future__ import annotations

import os
from collections.abc import Sequence

from gis.city import City
from gis.isochrones import TOGETHER, Isochrone


def page_of(city: City, found: Sequence[Isochrone], places: Sequence[tuple[str, float, float]]) -> str:
    """Return the page. Raises FileNotFoundError where Leaflet's files are missing, ValueError where no area is."""
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    from PySide6.QtGui import QGuiApplication

    from app.wording import label
    from app.wording.plain import one_line
    from maps.handout import Told
    from maps.layers import Marks, station_marks
    from maps.web_contours import Contour, contours_page

    application = QGuiApplication.instance() or QGuiApplication(["opsroom"])
    told = Told(city.name, (f"{len(places)} places: what is reached in {_minutes(found)} minutes of driving",))
    contours = [
        Contour(one.limit_s, f"{one.limit_s / 60:g} min", one.lonlat, (_who(one), f"{one.area_km2:.2f} km²"))
        for one in found
    ]
    page = contours_page(
        city, contours, told, label=label, clean=lambda text: one_line(text, 200),
        marks=Marks(stations=station_marks(city)),
    )  # fmt: skip
    del application
    return page


def _who(one: Isochrone) -> str:
    limit = f"{one.limit_s / 60:g} min"
    return limit if one.name == TOGETHER else f"{one.name[:80]}, {limit}"


def _minutes(found: Sequence[Isochrone]) -> str:
    return ", ".join(f"{limit / 60:g}" for limit in sorted({one.limit_s for one in found}))
