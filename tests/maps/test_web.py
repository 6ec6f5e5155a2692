"""A page to hand out: opened in the real browser it asks nobody for anything, and text stays text."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from PySide6.QtGui import QColor, QImage

from gis.city import City
from maps import symbols
from maps.mercator import metres_per_pixel, web_tiles, zoom_of
from maps.painter import base_image
from maps.style import NIGHT
from maps.web import POLICY, Group, Item, Page, Sign, web_page
from tests.browser import chromium
from tests.maps.village import view

HOSTILE = (
    "<img src=x onerror=\"document.title='broken'\">",
    "</script><script>document.title='broken'</script>",
    "${document.title='broken'}",
    "`+(document.title='broken')+`",
    "{{ 7 * 7 }} {% raw %}",
    "javascript:document.title='broken'",
    "\u202egnp.exe\u202c",
    "NUL\x00 and \ud800 alone",
    "&lt;b&gt; <!-- --> ]]>",
)


def page_of(city: City, words: tuple[str, ...], *, banner: str = "") -> str:
    """Make a page of the village with these words everywhere that a page has words."""
    lon, lat = (float(value) for value in city.to_lonlat(500_000.0, 6_650_000.0))
    sign = Sign(symbols.unit_symbol(NIGHT, "fire", "en_route", 2.0), 2.0)
    items = (
        Item(((lon, lat),), words, "unit"),
        Item(((lon, lat), (lon + 0.002, lat)), words, colour="#ff0000"),
        Item(((lon, lat), (lon + 0.001, lat), (lon, lat + 0.001)), words, is_area=True),
    )
    groups = tuple(Group(text, items) for text in words)
    page = Page(
        words, " ".join(words), banner=banner, groups=groups,
        legend=(("unit", words[0]), ("#ff0000", words[-1])), signs={"unit": sign},
    )  # fmt: skip
    seen = view(0, 0, 1.0, 400, 300)
    return web_page(city, seen, NIGHT, page, paint=lambda look: base_image(city, look, NIGHT))


def write(html: str, folder: Path) -> Path:
    file = folder / "page.html"
    file.write_text(html, encoding="utf-8")
    return file


def test_opened_in_a_browser_it_asks_for_nothing_says_nothing_and_shows_the_city(
    qapp: object, village: City, tmp_path: Path
) -> None:
    file = write(page_of(village, ("Town fire", "2 units")), tmp_path)
    with chromium() as browser:
        browser.open(file)
        assert browser.requests == []
        assert browser.complaints == []
        assert browser.run("document.querySelectorAll('.leaflet-marker-icon').length") == 2
        shown = browser.run("[...document.querySelectorAll('.leaflet-tile')].filter(one => one.naturalWidth).length")
        assert shown >= 2
        picture = QImage.fromData(browser.picture())
    lake, land = QColor(picture.pixel(250, 350)), QColor(NIGHT.ground)
    assert lake.blue() > land.blue() + 10, "the lake lies in the west"


def test_hostile_text_stays_text_in_the_browser(qapp: object, village: City, tmp_path: Path) -> None:
    file = write(page_of(village, HOSTILE, banner=HOSTILE[0]), tmp_path)
    with chromium() as browser:
        browser.open(file)
        browser.run("document.querySelector('.leaflet-marker-icon').click()")
        browser.run("new Promise(done => setTimeout(done, 400))")
        said = browser.run("document.querySelector('.leaflet-popup-content').textContent")
        title = browser.run("document.title")
        foreign = browser.run("document.querySelectorAll('body img[src=x], .leaflet-control script').length")
        names = browser.run("document.querySelector('.leaflet-control-layers').textContent")
        assert browser.requests == []
        assert browser.complaints == []
    assert title == HOSTILE[0]
    assert foreign == 0
    for text in HOSTILE[:7]:
        assert text in said
        assert text in names


def test_the_browser_would_have_told_of_a_request_and_of_an_error(tmp_path: Path) -> None:
    file = write("<html><img src='http://127.0.0.1:9/x.png'><script>nowhere()</script></html>", tmp_path)
    with chromium() as browser:
        browser.open(file)
        assert browser.requests == ["http://127.0.0.1:9/x.png"]
        assert any("nowhere" in words for words in browser.complaints)


def test_the_page_forbids_the_network_and_names_no_address(qapp: object, village: City) -> None:
    html = page_of(village, ("Town fire",))
    assert f'content="{POLICY}"' in html
    assert not re.findall(r"""(?:src|href|url|import)\s*[=(]\s*["']?(?:https?:)?//""", html)
    data = re.search(r'id="opsroom-data">(.*?)</script>', html)
    assert data is not None
    assert json.loads(data[1])["head"] == ["Town fire"]


def test_equal_pictures_make_equal_pages(qapp: object, village: City) -> None:
    assert page_of(village, ("Town fire",)) == page_of(village, ("Town fire",))


def test_a_place_lies_on_the_tiles_where_web_maps_put_it(qapp: object, village: City) -> None:
    found: dict[tuple[int, int], QImage] = {}

    def paint(look: object) -> QImage:
        return base_image(village, look, NIGHT)  # type: ignore[arg-type]

    box = (499_950.0, 6_649_950.0, 500_050.0, 6_650_050.0)
    for tile, image in web_tiles(village, box, 19, paint):
        found[tile.column, tile.row] = image
    # The house's south-west corner, at (20, 20) in the village.
    lon, lat = (float(value) for value in village.to_lonlat(500_020.0, 6_650_020.0))
    import math

    across = (lon + 180) / 360 * 256 * 2**19
    down = (1 - math.asinh(math.tan(math.radians(lat))) / math.pi) / 2 * 256 * 2**19

    def colour(step_x: float, step_y: float) -> str:
        x, y = across + step_x, down + step_y
        image = found[int(x // 256), int(y // 256)]
        return QColor(image.pixel(int(x % 256), int(y % 256))).name()

    assert colour(6, -6) == NIGHT.building
    assert colour(-6, 6) == NIGHT.ground


@pytest.mark.parametrize(("zoom", "lat"), [(15, 0.0), (17, 60.0), (12, -33.5)])
def test_scale_and_zoom_are_each_others_inverse(zoom: int, lat: float) -> None:
    assert zoom_of(metres_per_pixel(zoom, lat), lat) == pytest.approx(zoom)
    assert metres_per_pixel(0, 0.0) == pytest.approx(156_543.03, rel=1e-6)
