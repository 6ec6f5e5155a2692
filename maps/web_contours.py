"""Areas within limits as a page for a browser: what is reached in some minutes, whose ground it is."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from maps.handout import Handout, Told, chosen
from maps.layers import Marks
from maps.style import DAY, Theme
from maps.view import View
from maps.web import Group, Item
from maps.web_marks import Label

if TYPE_CHECKING:
    from gis.city import City

SIZE = (1280.0, 800.0)
MARGIN = 1.35  # the page takes the nearest zoom of the web, up to a root of two larger
OPACITY, EDGE_PX = 0.16, 1.5
LEAST_M = 0.5  # metres a pixel
SHADES = ("#00706a", "#2a8fbd", "#c77700", "#b3446c", "#6a5acd")  # the smallest limit first


@dataclass(frozen=True, slots=True)
class Contour:
    """Hold one area: a shapely (Multi)Polygon of lon, lat, with the lines of words that it answers.

    Contours of one `limit` are switched together, under `name`, and share a colour; the smallest lies on top. `colour`
    "#rrggbb" is taken in the place of the shades; `dashes` as "8 5" tells a second plan from a first; `fill` is how
    clearly it lies on the ground, 0 for an edge alone.
    """

    limit: float
    name: str
    lonlat: Any
    words: tuple[str, ...] = ()
    colour: str = ""
    dashes: str = ""
    fill: float = OPACITY


def contours_page(
    city: City, contours: Sequence[Contour], told: Told, *, label: Label, clean: Callable[[str], str],
    marks: Marks | None = None, theme: Theme = DAY, view: View | None = None,
    report: Callable[[float], None] = lambda share: None,
) -> str:  # fmt: skip
    """Return a page with areas under marks (stations, units) on the city's ground; it stands by itself.

    label names codes of marks, clean makes text from outside plain. Without a view all areas are seen. Raises
    ValueError where no area has any ground, NoLeaflet (a FileNotFoundError) where Leaflet's files are missing. Needs a
    QGuiApplication, and its thread.
    """
    shown = [each for each in contours if not each.lonlat.is_empty]
    if not shown:
        raise ValueError("there is no area to show")
    layers, chosen_marks = chosen(city, marks or Marks(), [])
    handout = Handout(
        layers, view or view_of(city, shown), theme, chosen_marks, told, label=label, clean=clean
    )  # fmt: skip
    for group, legend in contour_groups(shown, clean=clean):
        handout.add(group, legend)
    return handout.page(report)


def contour_groups(
    contours: Sequence[Contour], *, clean: Callable[[str], str]
) -> tuple[tuple[Group, list[tuple[str, str]]], ...]:
    """Return a group a limit and name, the smallest first, each with its rows of the legend."""
    limits = sorted({each.limit for each in contours})
    found = []
    for limit, name in sorted({(each.limit, each.name) for each in contours}):
        own = [each for each in contours if (each.limit, each.name) == (limit, name)]
        shade = SHADES[min(limits.index(limit), len(SHADES) - 1)]
        items = tuple(
            Item(
                (), tuple(clean(line) for line in each.words), colour=each.colour or shade, width_px=EDGE_PX,
                dashes=each.dashes, fill_opacity=each.fill, parts=parts_of(each.lonlat),
            )
            for each in own
        )  # fmt: skip
        words = clean(name)
        legend = [(colour, words) for colour in dict.fromkeys(item.colour for item in items)]
        found.append((Group(words, items), legend))
    return tuple(found)


def parts_of(area: Any) -> tuple[tuple[tuple[tuple[float, float], ...], ...], ...]:
    """Return the rings of every polygon of an area, the outer one first, as an `Item` takes them."""
    import shapely

    return tuple(
        tuple(tuple((x, y) for x, y in ring.coords) for ring in (part.exterior, *part.interiors))
        for part in shapely.get_parts(area).tolist()
        if part.geom_type == "Polygon"
    )


def view_of(city: City, contours: Sequence[Contour]) -> View:
    """Return a view of all areas."""
    import shapely

    from gis.crs import LONLAT, transformer

    bounds = shapely.total_bounds([each.lonlat for each in contours])
    west, south, east, north = transformer(LONLAT, city.metric_crs).transform_bounds(*bounds.tolist())
    width, height = SIZE
    scale = MARGIN * max((east - west) / width, (north - south) / height, LEAST_M)
    return View((west + east) / 2, (south + north) / 2, scale, width, height, 1.0)
