"""The painted city, probed pixel by pixel."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import shapely
from PySide6.QtGui import QColor

from gis.city import City
from gis.column_writer import write_layer
from gis.osm_tags import LAYERS
from maps.painter import base_image
from maps.style import THEMES, Theme, luminance
from maps.tiles import LayerFolder
from tests.maps.references import pixels
from tests.maps.village import CRS, EAST, NORTH, colour_at, view

pytestmark = pytest.mark.usefixtures("qapp")
LOOKS = pytest.mark.parametrize("theme", THEMES.values(), ids=THEMES)


@LOOKS
def test_every_layer_has_its_colour(village: City, theme: Theme) -> None:
    seen = view(0, 0, 1.0, 800, 800)
    image = base_image(village, seen, theme)
    probes = {
        (-300, 0): theme.water,
        (0, -300): theme.land["wood"],
        (300, 120): theme.land["green"],
        (-130, 120): theme.building,
        (-100, 100): theme.ground,
        (0, 0): theme.roads["primary"],
        (100, 100): theme.roads["street"],
        (200, 100): theme.tunnel,
        (340, -150.5): theme.other,
        (300, 300): theme.ground,
    }
    assert {place: colour_at(image, seen, *place) for place in probes} == {
        place: QColor(colour).name() for place, colour in probes.items()
    }


@LOOKS
def test_bridges_run_over_and_tunnels_under(village: City, theme: Theme) -> None:
    seen = view(0, 0, 0.5, 1000, 400)
    image = base_image(village, seen, theme)
    assert colour_at(image, seen, 100, 0) == QColor(theme.roads["street"]).name()
    assert colour_at(image, seen, 200, 0) == QColor(theme.roads["primary"]).name()


def test_roads_get_a_casing_only_when_they_are_wide(village: City) -> None:
    theme = THEMES["day"]
    near = view(0, 0, 0.5, 200, 200)
    image = base_image(village, near, theme)
    darkest = min(luminance(theme.roads["primary"]), luminance(theme.ground))
    assert luminance(colour_at(image, near, 0, 6.6)) < darkest
    far = view(0, 0, 8.0, 200, 200)
    image = base_image(village, far, theme)
    assert all(luminance(image.pixelColor(100, y).name()) >= darkest - 0.01 for y in range(90, 110))


def test_level_of_detail_drops_what_is_small_from_afar(village: City) -> None:
    theme = THEMES["night"]
    far = view(0, 0, 30.0, 100, 100)
    image = base_image(village, far, theme)
    assert colour_at(image, far, 100, 120) == theme.ground  # a street
    assert colour_at(image, far, -130, 120) == theme.ground  # a building
    assert colour_at(image, far, -300, 0) == theme.water


def test_hydrants_appear_when_near(village: City) -> None:
    theme = THEMES["night"]
    for scale, is_there in ((0.5, True), (3.0, False)):
        seen = view(70, 60, scale, 40, 40)
        image = base_image(village, seen, theme)
        colours = {image.pixelColor(x, y).name() for x in range(15, 26) for y in range(15, 26)}
        assert (theme.hydrant in colours) is is_there


def test_a_screen_of_twice_the_pixels_shows_the_same_ground(village: City) -> None:
    theme = THEMES["night"]
    seen = view(0, 0, 1.0, 300, 300, 2.0)
    image = base_image(village, seen, theme)
    assert (image.width(), image.height(), image.devicePixelRatio()) == (600, 600, 2.0)
    assert colour_at(image, seen, -130, 120) == theme.building
    assert colour_at(image, seen, 0, 0) == theme.roads["primary"]


def test_an_empty_city_is_plain_ground(tmp_path) -> None:
    image = base_image(LayerFolder(tmp_path), view(0, 0, 1.0, 20, 20), THEMES["day"])
    assert image.pixelColor(10, 10).name() == THEMES["day"].ground


@LOOKS
def test_only_faint_areas_right_on_the_ground_lack_smooth_edges(tmp_path: Path, theme: Theme) -> None:
    middles = {"residential": (-60, 60), "forest": (60, 60), "port": (60, -60)}  # faint too, but may lie on a forest
    shapes = [
        shapely.Polygon([(EAST + x + 30, NORTH + y), (EAST + x, NORTH + y + 47), (EAST + x - 33, NORTH + y - 11)])
        for x, y in middles.values()
    ]
    kinds = LAYERS["land_use"][1]
    write_layer(
        tmp_path / "layers" / "land_use", np.array(shapes, object), name="land_use", geometry="polygon", kinds=kinds,
        kind_codes=np.array([kinds.index(kind) for kind in middles]), crs=CRS,
    )  # fmt: skip
    picture = pixels(base_image(LayerFolder(tmp_path / "layers"), view(0, 0, 1.0, 240, 240), theme))
    for kind, (x, y) in middles.items():
        quarter = picture[_half(-y), _half(x)]
        colours = len(np.unique(quarter.reshape(-1, quarter.shape[-1]), axis=0))
        assert (colours == 2) is (kind == "residential"), kind


def _half(offset: int) -> slice:
    return slice(0, 120) if offset < 0 else slice(120, 240)
