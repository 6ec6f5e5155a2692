"""User layers as painted, labelled and picked, probed over the village."""

from __future__ import annotations

import logging
from dataclasses import replace

import pytest
from PySide6.QtGui import QColor, QImage, QPainter

from gis.city import City
from maps.strokes import Canvas
from maps.style import NIGHT
from maps.user_labels import user_labels
from maps.user_layers import Category, Condition, LayerList, Look, UserLayer
from maps.user_painter import paint_user_layers
from maps.user_pick import features_at
from maps.view import View
from tests.maps.overlaid import build_overlaid, listing
from tests.maps.village import EAST, NORTH, colour_at, view

pytestmark = pytest.mark.usefixtures("qapp")
RED = "#ff0000"


@pytest.fixture(scope="module")
def city(tmp_path_factory: pytest.TempPathFactory) -> City:
    return build_overlaid(tmp_path_factory.mktemp("overlaid"))


def painted(city: City, layers: LayerList, seen: View, place: str = "over") -> QImage:
    ratio = seen.device_pixel_ratio
    image = QImage(round(seen.width * ratio), round(seen.height * ratio), QImage.Format.Format_RGB32)
    image.fill(QColor("#000000"))
    painter = QPainter(image)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    paint_user_layers(Canvas(painter, seen), city, layers, seen.grown_box(24), NIGHT, place)
    painter.end()
    return image


def red_at(image: QImage, seen: View, x: float, y: float) -> int:
    return QColor(colour_at(image, seen, x, y)).red()


@pytest.mark.parametrize("ratio", [1.0, 2.0])
def test_areas_are_seen_through_and_have_an_edge_and_holes(city: City, ratio: float) -> None:
    seen = view(0, 200, 1.0, 800, 400, ratio)
    image = painted(city, listing("wards", Look(colour=RED, width_px=3.0)), seen)
    assert 30 < red_at(image, seen, -300, 300) < 90
    assert red_at(image, seen, -200, 300) > 200
    assert red_at(image, seen, 300, 300) == 0 and red_at(image, seen, 270, 300) > 200


def test_lines_have_a_width_by_a_field_and_an_outline(city: City) -> None:
    seen = view(0, -300, 1.0, 400, 100)
    look = Look(colour=RED, size_field="width", size_px_range=(2.0, 14.0), outline="#0000ff")
    image = painted(city, listing("pipes", look), seen)
    assert red_at(image, seen, -50, -295) == 0 and red_at(image, seen, 50, -295) == 255
    assert colour_at(image, seen, 50, -307.4) == "#0000ff"


def test_points_are_dots_of_their_category(city: City) -> None:
    seen = view(0, -50, 0.5, 600, 100)
    look = Look(symbology="categories", field="kind", categories=(Category("stop", RED),), size_px=12.0)
    image = painted(city, listing("signs", look), seen)
    assert [red_at(image, seen, x, -50) for x in (-50, 0, 50, 100)] == [255, 0, 0, 255]


def test_opacity_is_the_layers_not_each_features(city: City) -> None:
    look = Look(colour=RED, size_field="width", size_px_range=(30.0, 30.0), opacity=0.5)
    seen = view(0, -300, 1.0, 400, 100)
    image = painted(city, listing("pipes", look), seen)
    assert {red_at(image, seen, x, -300) for x in (-5, 0, 5)} <= {127, 128}  # both pipes' ends lie over x = 0


def test_only_what_is_shown_here_and_meets_the_conditions(city: City) -> None:
    seen = view(0, 200, 1.0, 800, 400)
    look = Look(colour=RED, conditions=(Condition("ward", "=", "B"),))
    image = painted(city, listing("wards", look), seen)
    assert red_at(image, seen, -100, 300) > 0 and red_at(image, seen, -300, 300) == 0
    for hidden in (
        listing("wards", look, is_shown=False),
        listing("wards", look, place="under"),
        listing("wards", replace(look, finest_mpp=2.0)),
        listing("nowhere", look),
    ):
        assert red_at(painted(city, hidden, seen), seen, -100, 300) == 0


def test_a_layer_that_cannot_be_painted_leaves_the_others(city: City, caplog: pytest.LogCaptureFixture) -> None:
    broken = UserLayer("photo", "Photo", "imagery", place="over")
    (city.folder / "imagery").mkdir(exist_ok=True)
    (city.folder / "imagery" / "photo.tif").write_bytes(b"no picture")
    seen = view(0, 200, 1.0, 800, 400)
    layers = LayerList((broken, *listing("wards", Look(colour=RED)).layers))
    with caplog.at_level(logging.WARNING):
        image = painted(city, layers, seen)
    assert red_at(image, seen, -300, 300) > 0


def test_labels_stand_at_their_features_within_the_view(city: City) -> None:
    seen = view(0, 200, 1.0, 800, 400)
    labels = list(user_labels(city, listing("wards", Look(label_field="ward", label_size_px=13.0)), seen))
    found = {(text, style, round(x - EAST), round(y - NORTH)) for text, style, x, y, _, _ in labels}
    assert found == {("A", "user12", -300, 300), ("B", "user12", -100, 300), ("A", "user12", 300, 260)}
    assert not list(user_labels(city, listing("wards", Look(label_field="nobody")), seen))
    assert not list(user_labels(city, listing("wards", Look(label_field="ward")), view(0, 200, 20.0)))


def test_the_topmost_feature_under_the_pointer_comes_first(city: City) -> None:
    seen = view(0, 0, 1.0, 800, 800)
    layers = LayerList(tuple(listing(name, Look(size_px=10.0)).layers[0] for name in ("wards", "pipes", "signs")))

    def at(x: float, y: float) -> list[str]:
        across, down = seen.to_screen(EAST + x, NORTH + y)
        return [name for name, _ in features_at(city, layers, seen, float(across), float(down))]

    assert at(-300, 300) == ["wards"] and at(300, 300) == []
    assert at(53, -50) == ["signs"] and at(75, -50) == []
    assert at(-50, -303) == ["pipes"] and at(-50, -310) == []
    name, index = features_at(city, layers, seen, *(float(v) for v in seen.to_screen(EAST - 100, NORTH + 300)))[0]
    assert city.layer(name).attribute("ward")[index] == "B"
    filtered = listing("wards", Look(conditions=(Condition("ward", "=", "A"),)))
    assert not features_at(city, filtered, seen, *(float(v) for v in seen.to_screen(EAST - 100, NORTH + 300)))


def test_where_dots_would_cover_each_other_the_same_one_stands_in_every_tile(city: City) -> None:
    look = Look(symbology="categories", field="kind", categories=(Category("give way", RED),), other_colour="#0000ff")
    for shift in (-90.0, 0.0, 90.0):
        seen = view(shift, -50, 300.0, 200, 200)
        image = painted(city, listing("signs", look), seen)
        across, down = seen.to_screen(EAST, NORTH - 50)
        near = [image.pixelColor(int(across) + dx, int(down) + dy) for dx in range(-3, 4) for dy in range(-3, 4)]
        assert any(colour.red() > 150 for colour in near) and not any(colour.blue() > 150 for colour in near)
