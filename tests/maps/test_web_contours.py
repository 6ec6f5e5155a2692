"""Areas within limits as a page for a browser."""

from __future__ import annotations

from pathlib import Path

import pytest
import shapely

from gis.city import City
from maps.handout import Told
from maps.layers import Marks, StationMark
from maps.web_contours import SHADES, Contour, contour_groups, contours_page, view_of
from tests.browser import chromium
from tests.maps.test_web import HOSTILE


def area(village: City, radius_m: float) -> shapely.Geometry:
    """Return a ring round the middle of the village, in degrees."""
    ring = shapely.Point(500_000, 6_650_000).buffer(radius_m, quad_segs=4)
    return shapely.transform(ring, lambda xy: _degrees(village, xy))


def _degrees(village: City, xy: object) -> object:
    import numpy as np

    return np.column_stack(village.to_lonlat(xy[:, 0], xy[:, 1]))  # type: ignore[index]


def test_each_limit_has_its_shade_and_the_smallest_comes_first(village: City) -> None:
    contours = (
        Contour(480.0, "8 min", area(village, 90)), Contour(240.0, "4 min", area(village, 40), ("here",)),
        Contour(240.0, "4 min", area(village, 30), colour="#123456", dashes="4 4"),
    )  # fmt: skip
    groups = contour_groups(contours, clean=str.upper)
    assert [group.name for group, _ in groups] == ["4 MIN", "8 MIN"]
    assert groups[0][1] == [(SHADES[0], "4 MIN"), ("#123456", "4 MIN")] and groups[1][1][0][0] == SHADES[1]
    assert groups[0][0].items[0].words == ("HERE",) and groups[0][0].items[1].dashes == "4 4"
    seen = view_of(village, contours)
    assert abs(seen.x - 500_000) < 2 and seen.box[0] < 499_915


def test_the_page_opens_without_a_network_with_hostile_names(qapp: object, village: City, tmp_path: Path) -> None:
    contours = (
        Contour(240.0, HOSTILE[0], area(village, 60), HOSTILE), Contour(480.0, HOSTILE[1], area(village, 120), HOSTILE),
        Contour(900.0, "nothing", shapely.MultiPolygon()),
    )  # fmt: skip
    marks = Marks(stations=(StationMark("s", HOSTILE[1], "fire", 500_000.0, 6_650_000.0),))
    page = contours_page(
        village, contours, Told(HOSTILE[0], (HOSTILE[2],), HOSTILE[3]), label=lambda group, code: code,
        clean=lambda text: text, marks=marks,
    )  # fmt: skip
    file = tmp_path / "contours.html"
    file.write_text(page, encoding="utf-8", errors="replace")
    with chromium() as browser:
        browser.open(file)
        assert browser.run("document.querySelectorAll('path.leaflet-interactive').length") == 2
        assert browser.run("document.querySelectorAll('.leaflet-marker-icon').length") == 1
        assert browser.run("document.querySelectorAll('body img[src=x], .leaflet-control script').length") == 0
        assert browser.run("document.title") == HOSTILE[0]
        assert browser.requests == [] and browser.complaints == []


def test_no_area_is_no_page(qapp: object, village: City) -> None:
    with pytest.raises(ValueError, match="no area"):
        contours_page(
            village, [Contour(1.0, "a", shapely.MultiPolygon())], Told("t"), label=lambda group, code: code, clean=str
        )
