"""The picture of the moment as one page for a browser: a folium map that carries everything it shows.

A command centre may have no internet, and a page that is sent on must not tell anybody that it was opened: nothing is
asked from anywhere, which the page's own policy forbids as well. Text travels as JSON and is set as text.
"""

from __future__ import annotations

import base64
import importlib.util
import json
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from html import escape
from pathlib import Path
from typing import Any

from PySide6.QtGui import QImage

from gis.crs import LONLAT, transformer
from maps.mercator import FINEST_ZOOM, Located, encoded, web_tiles, zoom_of
from maps.style import Theme
from maps.view import View

POLICY = "default-src 'none'; img-src data:; style-src 'unsafe-inline'; script-src 'unsafe-inline'"
MOST_TILES = 900
_SCRIPT = Path(__file__).with_name("page.js")
_LOOK = Path(__file__).with_name("page.css")


class NoLeaflet(FileNotFoundError):
    """The package that brings Leaflet's files is not installed."""


@dataclass(frozen=True, slots=True)
class Sign:
    """A symbol on the page: its picture, drawn `scale` times its logical size, and its anchor in logical pixels."""

    image: QImage
    scale: float
    anchor: tuple[float, float] | None = None


@dataclass(frozen=True, slots=True)
class Item:
    """One mark of the page: a sign at a place, a line or an area, with the lines of words that it answers.

    lonlat: one pair for a sign, else the corners. colour, width_px, dashes: of a line or of an area's edge. parts: an
    area of several polygons, the outer ring of each first, then its holes; `lonlat` does not matter then.
    """

    lonlat: tuple[tuple[float, float], ...]
    words: tuple[str, ...] = ()
    sign: str = ""
    is_area: bool = False
    colour: str = "#888888"
    width_px: float = 3.0
    dashes: str = ""
    fill_opacity: float = 0.18
    parts: tuple[tuple[tuple[tuple[float, float], ...], ...], ...] = ()


@dataclass(frozen=True, slots=True)
class Veil:
    """A picture laid over the ground under all marks, with the name of its switch.

    box: west, south, east, north in degrees; the picture is in the web's projection (EPSG:3857), north up.
    """

    name: str
    image: QImage
    box: tuple[float, float, float, float]


@dataclass(frozen=True, slots=True)
class Group:
    """Marks that are switched on and off together."""

    name: str
    items: tuple[Item, ...]


@dataclass(frozen=True, slots=True)
class Page:
    """What a page says. head: title first; legend: (sign's key or "#rrggbb", words); signs: by key; veils: below."""

    head: tuple[str, ...]
    attribution: str
    language: str = "en"
    banner: str = ""
    groups: tuple[Group, ...] = ()
    legend: tuple[tuple[str, str], ...] = ()
    signs: Mapping[str, Sign] = field(default_factory=dict)
    veils: tuple[Veil, ...] = ()


def web_page(
    city: Located,
    view: View,
    theme: Theme,
    page: Page,
    *,
    paint: Callable[[View], QImage],
    finer_zooms: int = 1,
    report: Callable[[float], None] = lambda share: None,
) -> str:
    """Return a page that shows a view of the city and stands by itself.

    paint: answers an opaque picture of a view of the ground with its names (it is asked once a zoom level). The page
    holds the zoom level that is nearest to the view's scale, the one before it and up to `finer_zooms` after it.
    Raises NoLeaflet where Leaflet's files are missing.
    """
    leaflet, sheet = _leaflet()
    lon, lat = transformer(city.metric_crs, LONLAT).transform(view.x, view.y)
    zoom = max(2, min(FINEST_ZOOM, round(zoom_of(view.metres_per_pixel, lat))))
    tiles: dict[str, str] = {}
    zooms = range(zoom - 1, min(FINEST_ZOOM, zoom + finer_zooms) + 1)
    last = zooms.start
    for each in zooms:
        found = list(_tiles(city, view, each, paint)) if len(tiles) < MOST_TILES // 3 else []
        if not found or len(tiles) + len(found) > MOST_TILES:
            break
        tiles.update(found)
        last = each
        report(len(tiles) / MOST_TILES)
    data = {"tiles": tiles, "zooms": (zooms.start, last), "bounds": _bounds(city, view), **_content(page)}
    return _html((lon, lat), zoom, theme, page, data, leaflet, sheet)


def _tiles(city: Located, view: View, zoom: int, paint: Callable[[View], QImage]) -> Iterable[tuple[str, str]]:
    for tile, image in web_tiles(city, view.box, zoom, paint):
        yield f"{tile.zoom}/{tile.column}/{tile.row}", _data("image/webp", encoded(image))


def _bounds(city: Located, view: View) -> list[tuple[float, float]]:
    west, south, east, north = view.box
    low_lon, low_lat, high_lon, high_lat = transformer(city.metric_crs, LONLAT).transform_bounds(
        west, south, east, north
    )
    return [(low_lat, low_lon), (high_lat, high_lon)]


def _content(page: Page) -> dict[str, Any]:
    keys = list(page.signs)
    icons = [_icon(page.signs[key]) for key in keys]
    legend = [
        {"icon": keys.index(sign), "text": words} if sign in page.signs else {"colour": _colour(sign), "text": words}
        for sign, words in page.legend
    ]
    groups = [
        {"name": group.name, "items": [_item(item, keys) for item in group.items]}
        for group in page.groups
        if group.items
    ]
    return {
        "head": list(page.head), "banner": page.banner, "attribution": page.attribution, "icons": icons,
        "legend": legend, "groups": groups, "veils": [_veil(veil) for veil in page.veils],
    }  # fmt: skip


def _veil(veil: Veil) -> dict[str, Any]:
    west, south, east, north = veil.box
    return {
        "name": veil.name, "picture": _data("image/png", encoded(veil.image, "PNG", -1)),
        "bounds": [(south, west), (north, east)],
    }  # fmt: skip


def _item(item: Item, keys: Sequence[str]) -> dict[str, Any]:
    at = [(round(lat, 7), round(lon, 7)) for lon, lat in item.lonlat]
    words = list(item.words)
    if item.sign:
        return {"at": at[0], "icon": keys.index(item.sign), "words": words}
    style = {
        "color": _colour(item.colour), "weight": item.width_px, "dashArray": item.dashes or None,
        "fill": item.is_area, "fillOpacity": item.fill_opacity,
    }  # fmt: skip
    if item.parts:
        rings = [[[(round(lat, 6), round(lon, 6)) for lon, lat in ring] for ring in part] for part in item.parts]
        return {"ring": rings, "style": {**style, "fill": True}, "words": words}
    return {"ring" if item.is_area else "line": at, "style": style, "words": words}


def _colour(text: str) -> str:
    return text if re.fullmatch(r"#[0-9a-fA-F]{6}", text) else "#888888"


def _icon(sign: Sign) -> dict[str, Any]:
    width, height = sign.image.width() / sign.scale, sign.image.height() / sign.scale
    anchor = sign.anchor or (width / 2, height / 2)
    return {"picture": _data("image/png", encoded(sign.image, "PNG", -1)), "size": (width, height), "anchor": anchor}


def _data(kind: str, content: bytes) -> str:
    return f"data:{kind};base64,{base64.b64encode(content).decode()}"


def _leaflet() -> tuple[str, str]:
    """Return Leaflet's script and style sheet, whose pictures (of its own markers) the page does not use."""
    spec = importlib.util.find_spec("js_lib_leaflet")
    places = list(spec.submodule_search_locations or ()) if spec is not None else []
    folder = Path(places[0]) / "static" / "js_lib_leaflet" if places else Path()
    try:
        script = (folder / "leaflet.js").read_text("utf-8")
        sheet = (folder / "leaflet.css").read_text("utf-8")
        layers = (folder / "images" / "layers.png").read_bytes()
    except OSError as error:
        raise NoLeaflet("Leaflet's files are missing; install the package django-js-lib-leaflet") from error
    sheet = re.sub(r"url\([^)]*layers[^)]*\)", f"url({_data('image/png', layers)})", sheet)
    sheet = re.sub(r"url\((?!data:)[^)]*\)", "none", sheet)
    script = re.sub(r"//# sourceMappingURL=\S*", "", script)
    return script.replace("https://leafletjs.com", "#"), sheet


def _html(
    at: tuple[float, float], zoom: int, theme: Theme, page: Page, data: dict[str, Any], leaflet: str, sheet: str
) -> str:
    """Let folium make the page and put in by hand what its templates would read as theirs."""
    import folium
    from branca.element import MacroElement
    from jinja2 import Template

    made = folium.Map(location=(at[1], at[0]), zoom_start=zoom, tiles=None, zoom_control=True)
    made.default_js = []
    made.default_css = []

    class Shown(MacroElement):  # type: ignore[misc]
        _template = Template(
            "{% macro script(this, kwargs) %}opsroomPage({{ this._parent.get_name() }});{% endmacro %}"
        )

    Shown().add_to(made)
    # Everything folium names gets the same number on every run: equal pictures make equal pages.
    html = made.get_root().render().replace(made.get_name(), "map_opsroom")
    # What folium writes above its own style sheets may name other addresses in later versions; none may stay.
    if re.search(r"(?:src|href)\s*=\s*[\"']?(?:https?:)?//", html):
        raise RuntimeError("folium put an outside address into the page")
    head = (
        f'<meta http-equiv="Content-Security-Policy" content="{POLICY}">\n'
        '<meta name="referrer" content="no-referrer">\n'
        f"<title>{escape(page.head[0] if page.head else 'Opsroom')}</title>\n"
        f"<style>{sheet}\n{_style(theme)}</style>\n<script>{leaflet}</script>\n"
        f'<script type="application/json" id="opsroom-data">{_json(data)}</script>\n'
        f"<script>{_SCRIPT.read_text('utf-8')}</script>\n"
    )
    begin, tag, rest = html.partition("<head>")
    language = "zh" if page.language == "zh" else "en"
    return begin.replace("<html>", f'<html lang="{language}">') + tag + "\n" + head + rest


def _json(data: Any) -> str:
    """Write JSON that no reader of HTML can take for markup."""
    text = json.dumps(data, ensure_ascii=True, separators=(",", ":"))
    return text.replace("&", "\\u0026").replace("<", "\\u003c").replace(">", "\\u003e")


def _style(theme: Theme) -> str:
    colours = {
        "ground": theme.ground, "plate": theme.halo, "text": theme.text, "edge": theme.building_edge,
        "alarm": theme.distress,
    }  # fmt: skip
    named = " ".join(f"--{name}: {colour};" for name, colour in colours.items())
    return f":root {{ {named} }}\n{_LOOK.read_text('utf-8')}"
