"""Where calls gather as a picture for a report, and as a page for a browser that needs no internet."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtGui import QImage, QPainter

from app.demand.told import Content, HotTold, PlacesTold
from app.wording import label, one_line, text
from dispatch.demand.places import BANDWIDTH_M
from gis.hotspots import Density, density
from maps.density_veil import DensityMark
from maps.furniture import paint_furniture
from maps.handout import Told, named_ground
from maps.live_hot import HotLayer, HotMark, RingLayer, RingMark
from maps.overlay import Overlay
from maps.style import DAY, Theme
from maps.view import View
from maps.web_density import Ring, Rings, circle, density_page, square

if TYPE_CHECKING:
    from gis.city import City

PICTURE, PAGE = (1280.0, 760.0), (1280.0, 800.0)
RATIO = 1.6
MARGIN_PX, FINEST_M = 80.0, 2.0
HOT_COLOUR, CLUSTER_COLOUR = "#d4000f", "#00706a"
MOST_SIGNS = 400


def map_picture(places: PlacesTold, city: City, language: str) -> QImage:
    """Return the city by day with density, hot squares and clusters."""
    view = view_of(places, *PICTURE, ratio=RATIO)
    ground = named_ground(city, view, DAY)
    surface = surface_of(places)
    overlay = Overlay()
    overlay.add_layer("hot", HotLayer())
    overlay.add_layer("rings", RingLayer())
    most = max((hot.z for hot in places.hot), default=1.0)
    overlay.set_marks(
        density=[DensityMark(surface.values, surface.box, text("demand.density_unit", language))],
        hot=[HotMark(square((hot.x, hot.y), places.side_m), hot.z / most) for hot in once(places)],
        rings=[RingMark(each.x, each.y, each.radius_m, f"{each.number} · {each.count:,}") for each in places.clusters],
    )
    painter = QPainter(ground)
    overlay.paint(painter, view, DAY, 0.0)
    paint_furniture(painter, view, DAY, one_line(city.attribution, 200))
    painter.end()
    return ground


def demand_map(content: Content, city: City, theme: Theme = DAY) -> str:
    """Return where calls gather as a page for a browser. Raises ValueError where no call has a place."""
    places, facts, counts = content.places, content.facts, content.counts
    language = facts.language
    if places is None or not places.points:
        raise ValueError(text("demand.none_placed", language))
    lines = (
        text("demand.map_lines", language, first=counts.first_day, last=counts.last_day, count=f"{counts.total:,}",
             chosen=counts.chosen),
        places.density_note, places.hot_note, places.cluster_note,
    )  # fmt: skip
    told = Told(text("demand.map_title", language, city=facts.city), lines, facts.warning, language)
    hot = Rings(
        text("demand.hot_tab", language),
        tuple(
            Ring(
                square((each.x, each.y), places.side_m),
                (f"{each.place}  {each.when}".strip(), _figures(each.count, f"z {each.z:.1f}", language), each.words),
            )
            for each in once(places)
        ),
        HOT_COLOUR, width_px=1.5,
    )  # fmt: skip
    clusters = Rings(
        text("demand.cluster_tab", language),
        tuple(
            Ring(
                circle(each.x, each.y, each.radius_m),
                (f"{each.number}  {each.place}", _figures(each.count, f"{each.radius_m:,.0f} m", language), each.words),
            )
            for each in places.clusters
        ),
        CLUSTER_COLOUR, dashes="7 5",
    )  # fmt: skip
    return density_page(
        city, surface_of(places), told, view_of(places, *PAGE), name=text("demand.show_density", language),
        unit=text("demand.density_unit", language), rings=(clusters, hot), label=label,
        clean=lambda words: one_line(words, MOST_SIGNS), theme=theme,
    )  # fmt: skip


def surface_of(places: PlacesTold) -> Density:
    """Return the density of the places that were written down."""
    return density(np.array(places.points, np.float64).reshape(-1, 2), bandwidth_m=BANDWIDTH_M)


def view_of(places: PlacesTold, width: float, height: float, *, ratio: float = 1.0) -> View:
    """Return a view that holds nearly all places; a handful far away does not make a dot of the rest."""
    xy = np.array(places.points, np.float64).reshape(-1, 2)
    (west, south), (east, north) = (np.percentile(xy, share, axis=0).tolist() for share in (0.5, 99.5))
    scale = max((east - west) / (width - MARGIN_PX), (north - south) / (height - MARGIN_PX), FINEST_M)
    return View((west + east) / 2, (south + north) / 2, scale, width, height, ratio)


def once(places: PlacesTold) -> list[HotTold]:
    """Return each square once, as its hottest slot."""
    held: dict[str, HotTold] = {}
    for hot in places.hot:
        held.setdefault(hot.key, hot)
    return list(held.values())


def _figures(count: int, more: str, language: str) -> str:
    return f"{text('demand.calls', language)} {count:,} · {more}"
