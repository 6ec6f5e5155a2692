"""Where calls gather, as a page for a browser: a surface laid over the ground, hot squares, clusters."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from gis.crs import LONLAT, transformer
from gis.hotspots import Density
from gis.imagery_sampling import grid_of
from gis.web_tiles import WEB_MERCATOR
from maps.density_veil import shown_value, veil
from maps.handout import Handout, Told, chosen
from maps.layers import Marks
from maps.mercator import Located
from maps.style import DAY, Theme
from maps.view import View
from maps.web import Group, Item, Veil
from maps.web_marks import Label

if TYPE_CHECKING:
    from gis.city import City

MOST_PX = 1200
FINER = 1.5  # dots of the picture to one cell of the surface
STEPS = (0.12, 0.35, 0.65, 1.0)  # shares of the highest value that the legend names
CORNERS = 48  # of a circle


@dataclass(frozen=True, slots=True)
class Ring:
    """Hold a closed ring of x, y (metric CRS), float64 (n, 2), with the lines of words that it answers."""

    xy: NDArray[np.float64]
    words: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Rings:
    """Hold rings that are switched together. colour "#rrggbb"; dashes as "8 5"."""

    name: str
    rings: tuple[Ring, ...]
    colour: str
    dashes: str = ""
    fill_opacity: float = 0.10
    width_px: float = 2.0


def density_page(
    city: City, surface: Density, told: Told, view: View, *, name: str, unit: str, rings: Sequence[Rings] = (),
    label: Label, clean: Callable[[str], str], theme: Theme = DAY,
    report: Callable[[float], None] = lambda share: None,
) -> str:  # fmt: skip
    """Return a page with a surface (named `name`, in `unit`) under rings on the city's ground; it stands by itself.

    The first rings lie on top. clean makes text from outside plain. Raises NoLeaflet (a FileNotFoundError) where
    Leaflet's files are missing. Needs a QGuiApplication, and its thread.
    """
    layers, marks = chosen(city, Marks(), [])
    handout = Handout(layers, view, theme, marks, told, label=label, clean=clean)
    for each in rings:  # a group goes under those before it
        handout.add(ring_group(city, each, clean=clean), [(each.colour, clean(each.name))] if each.rings else [])
    if surface.values.size:
        handout.lay(density_veil(city, surface, theme, clean(name)), ramp(surface, theme, clean(unit)))
    return handout.page(report)


def ring_group(city: Located, rings: Rings, *, clean: Callable[[str], str]) -> Group:
    """Return rings as marks of a page."""
    to_lonlat = transformer(city.metric_crs, LONLAT).transform
    items = []
    for ring in rings.rings:
        lon, lat = to_lonlat(ring.xy[:, 0], ring.xy[:, 1])
        corners = tuple(zip(np.asarray(lon).tolist(), np.asarray(lat).tolist(), strict=True))
        items.append(Item(
            corners, tuple(clean(line) for line in ring.words), is_area=True, colour=rings.colour,
            width_px=rings.width_px, dashes=rings.dashes, fill_opacity=rings.fill_opacity,
        ))  # fmt: skip
    return Group(clean(rings.name), tuple(items))


def density_veil(city: Located, surface: Density, theme: Theme, name: str) -> Veil:
    """Bend a surface into the web's projection as a picture in the theme's colours."""
    rows, columns = surface.values.shape
    box = transformer(city.metric_crs, WEB_MERCATOR).transform_bounds(*surface.box, densify_pts=21)
    share = min(FINER, MOST_PX / max(rows, columns))
    wide, high = (max(2, round(side * share)) for side in (columns, rows))
    x, y = grid_of(box, wide, high, transformer(WEB_MERCATOR, city.metric_crs).transform)
    west, _, _, north = surface.box
    values = _taken(surface.values, (x - west) / surface.cell_m - 0.5, (north - y) / surface.cell_m - 0.5)
    degrees = transformer(WEB_MERCATOR, LONLAT)
    (low_lon, low_lat), (high_lon, high_lat) = degrees.transform(*box[:2]), degrees.transform(*box[2:])
    return Veil(name, veil(values, theme), (float(low_lon), float(low_lat), float(high_lon), float(high_lat)))


def ramp(surface: Density, theme: Theme, unit: str) -> list[tuple[str, str]]:
    """Return the rows of a legend that say what the colours of a surface mean."""
    from PySide6.QtGui import QColor

    stops = np.array([QColor(colour).getRgb()[:3] for colour in theme.density], np.float64)
    at = np.linspace(0, 1, len(stops))
    rows = []
    for share in STEPS:
        red, green, blue = (round(float(np.interp(share, at, stops[:, channel]))) for channel in range(3))
        rows.append((f"#{red:02x}{green:02x}{blue:02x}", f"{shown_value(share * surface.highest)} {unit}"))
    return rows


def circle(x: float, y: float, radius_m: float) -> NDArray[np.float64]:
    """Return a circle as a closed ring, float64 (n, 2)."""
    turn = np.linspace(0.0, 2 * np.pi, CORNERS + 1)
    return np.column_stack([x + radius_m * np.cos(turn), y + radius_m * np.sin(turn)])


def square(corner: Sequence[float], side_m: float) -> NDArray[np.float64]:
    """Return a square from its south-west corner as a closed ring, float64 (5, 2)."""
    x, y = float(corner[0]), float(corner[1])
    return np.array([(x, y), (x + side_m, y), (x + side_m, y + side_m), (x, y + side_m), (x, y)])


def _taken(values: NDArray[np.float32], across: NDArray[np.float64], down: NDArray[np.float64]) -> NDArray[np.float32]:
    """Take values at places in cells (0 is the middle of the first), bilinearly; nothing lies outside."""
    rows, columns = values.shape
    padded = np.pad(values, 1)
    across, down = np.clip(across + 1, 0.0, columns + 0.999), np.clip(down + 1, 0.0, rows + 0.999)
    left, top = across.astype(np.int64), down.astype(np.int64)
    right, low = across - left, down - top
    upper = padded[top, left] * (1 - right) + padded[top, left + 1] * right
    lower = padded[top + 1, left] * (1 - right) + padded[top + 1, left + 1] * right
    return np.asarray(upper * (1 - low) + lower * low, dtype=np.float32)
