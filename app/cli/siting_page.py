"""Isochrones as a page for a browser that stands by itself: the ground, the areas, the places that they are of."""

from __future__ import annotations

import os
from collections.abc import Sequence
from typing import Any

from gis.city import City
from gis.isochrones import TOGETHER, Isochrone

SIZE = (1280, 800)
MARGIN = 1.35  # the page takes the nearest zoom of the web, up to a root of two larger
OPACITY = 0.16
SHADES = ("#00706a", "#2a8fbd", "#c77700", "#b3446c", "#6a5acd")  # the shortest limit first


def page_of(city: City, found: Sequence[Isochrone], places: Sequence[tuple[str, float, float]]) -> str:
    """Return the page. Raises FileNotFoundError where Leaflet's files are missing."""
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    from PySide6.QtGui import QGuiApplication

    from app.wording import label
    from app.wording.plain import one_line
    from maps.handout import Handout, Told, chosen
    from maps.layers import Marks, station_marks
    from maps.style import DAY
    from maps.web import Group, Item

    application = QGuiApplication.instance() or QGuiApplication(["opsroom"])
    layers, marks = chosen(city, Marks(stations=station_marks(city)), [])
    limits = sorted({one.limit_s for one in found})
    colour = {limit: SHADES[min(at, len(SHADES) - 1)] for at, limit in enumerate(limits)}
    told = Told(city.name, (f"{len(places)} places: what is reached in {_minutes(limits)} minutes of driving",))
    handout = Handout(layers, _view(city, found), DAY, marks, told, label=label, clean=lambda text: one_line(text, 200))
    for limit in limits:  # each group goes under those before it: the longest limit lies at the bottom
        items = tuple(
            Item(
                (), (_words(one, one_line), f"{one.area_km2:.2f} km²"), colour=colour[limit], width_px=1.5,
                fill_opacity=OPACITY, parts=_parts(one.lonlat),
            )
            for one in found
            if one.limit_s == limit and not one.lonlat.is_empty
        )  # fmt: skip
        name = f"{limit / 60:g} min"
        if items:
            handout.add(Group(name, items), [(colour[limit], name)])
    page = handout.page()
    del application
    return page


def _words(one: Isochrone, clean: Any) -> str:
    who = "" if one.name == TOGETHER else f"{clean(one.name, 80)}, "
    return f"{who}{one.limit_s / 60:g} min"


def _minutes(limits_s: Sequence[float]) -> str:
    return ", ".join(f"{each / 60:g}" for each in limits_s)


def _parts(area: Any) -> tuple[tuple[tuple[tuple[float, float], ...], ...], ...]:
    import shapely

    return tuple(
        tuple(tuple((x, y) for x, y in ring.coords) for ring in (part.exterior, *part.interiors))
        for part in shapely.get_parts(area).tolist()
    )


def _view(city: City, found: Sequence[Isochrone]) -> Any:
    """Return a view of everything that is reached."""
    import shapely

    from maps.view import View

    west, south, east, north = shapely.total_bounds([one.area for one in found if not one.area.is_empty])
    width, height = SIZE
    scale = MARGIN * max((east - west) / width, (north - south) / height, 0.5)
    return View(float(west + east) / 2, float(south + north) / 2, float(scale), width, height, 1.0)
