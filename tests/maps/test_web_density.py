"""A surface under rings as a page for a browser: where it belongs, silent, and text stays text."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from gis.city import City
from gis.hotspots import density
from maps.handout import Told
from maps.style import DAY
from maps.web_density import Ring, Rings, circle, density_page, density_veil, ramp, ring_group, square
from tests.browser import chromium
from tests.maps.test_web import HOSTILE
from tests.maps.village import view

MIDDLE = (500_060.0, 6_650_040.0)


def surface() -> object:
    return density(np.array([MIDDLE, MIDDLE]), bandwidth_m=60.0)


def test_a_veil_lies_where_its_surface_does(qapp: object, village: City) -> None:
    veil = density_veil(village, surface(), DAY, "Density")  # type: ignore[arg-type]
    west, south, east, north = veil.box
    lon, lat = (float(each) for each in village.to_lonlat(*MIDDLE))
    assert west < lon < east and south < lat < north
    across = (lon - west) / (east - west) * veil.image.width()
    down = (north - lat) / (north - south) * veil.image.height()
    image = veil.image
    peak = max((image.pixelColor(x, y).alpha(), x, y) for x in range(image.width()) for y in range(image.height()))
    assert abs(peak[1] - across) < 3 and abs(peak[2] - down) < 3
    assert image.pixelColor(0, 0).alpha() == 0, "clear where there is nothing"
    rows = ramp(surface(), DAY, "calls")  # type: ignore[arg-type]
    assert rows[-1] == (DAY.density[-1], "530 calls") and len({colour for colour, _ in rows}) == 4


def test_words_from_outside_are_cleaned_wherever_they_stand(village: City) -> None:
    rings = Rings("name", (Ring(circle(*MIDDLE, 30.0), ("line", "more")),), "#00706a")
    group = ring_group(village, rings, clean=str.upper)
    assert group.name == "NAME" and group.items[0].words == ("LINE", "MORE")


def test_the_page_opens_without_a_network_and_says_what_hostile_text_says(
    qapp: object, village: City, tmp_path: Path
) -> None:
    hostile = "\n".join(HOSTILE)
    rings = (
        Rings(HOSTILE[0], (Ring(circle(*MIDDLE, 30.0), HOSTILE),), "#00706a", dashes="7 5"),
        Rings(HOSTILE[1], (Ring(square((500_000.0, 6_650_000.0), 100.0), HOSTILE),), "#d4000f"),
    )
    told = Told(HOSTILE[1], (hostile,), HOSTILE[0])
    page = density_page(
        village, surface(), told, view(0, 0, 1.0, 400, 300), name=HOSTILE[2], unit=HOSTILE[3], rings=rings,  # type: ignore[arg-type]
        label=lambda group, code: code, clean=lambda text: text,
    )  # fmt: skip
    file = tmp_path / "density.html"
    file.write_text(page, encoding="utf-8", errors="replace")
    with chromium() as browser:
        browser.open(file)
        browser.run("document.querySelectorAll('path.leaflet-interactive')[1].dispatchEvent("
                    "new MouseEvent('click', {bubbles: true, clientX: 500, clientY: 300}))")  # fmt: skip
        browser.run("new Promise(done => setTimeout(done, 400))")
        said = browser.run("document.querySelector('.leaflet-popup-content').textContent")
        assert browser.run("document.querySelectorAll('img.leaflet-image-layer').length") == 1
        assert browser.run("document.querySelectorAll('path.leaflet-interactive').length") == 2
        assert browser.run("document.querySelectorAll('body img[src=x], .leaflet-control script').length") == 0
        assert browser.run("document.title") == HOSTILE[1]
        names = browser.run("document.querySelector('.leaflet-control-layers').textContent")
        assert browser.requests == [] and browser.complaints == []
    assert all(words in said for words in HOSTILE[:6])
    assert all(words in names for words in HOSTILE[:3])
