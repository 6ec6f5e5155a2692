"""What a city's people switched off is neither painted nor named."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtGui import QColor

from gis.city import City
from maps.handout import ChosenLayers
from maps.layers_file import write_layers
from maps.listing import attribution_of, listing_of
from maps.names import labels_in
from maps.painter import base_image
from maps.picture import render_picture
from maps.style import THEMES
from maps.tiles import LayerFolder
from maps.user_layers import LayerList, Look, UserLayer
from tests.maps.village import build_village, colour_at, view

pytestmark = pytest.mark.usefixtures("qapp")
DAY = THEMES["day"]


@pytest.fixture
def own(tmp_path: Path) -> City:
    return City.open(build_village(tmp_path))


def test_a_hidden_layer_is_neither_painted_nor_named(own: City) -> None:
    seen = view(0, 0, 0.5, 800, 800)
    assert colour_at(base_image(own, seen, DAY), seen, -130, 120) == QColor(DAY.building).name()
    write_layers(own.folder, LayerList(hidden=frozenset({"buildings", "roads"})))
    for layers in (own, LayerFolder(own.folder / "layers")):
        assert colour_at(base_image(layers, seen, DAY), seen, -130, 120) == QColor(DAY.ground).name()
        texts = {label.text for label in labels_in(layers, seen)}
        assert "7" in texts and not {"Town Hall", "High Street"} & texts


def test_a_user_layer_is_painted_by_its_look_once(own: City) -> None:
    seen = view(0, 0, 1.0, 800, 800)
    assert colour_at(base_image(own, seen, DAY), seen, 340, -150.5) == QColor(DAY.other).name()
    look = Look(colour="#ff0000", width_px=4.0)
    write_layers(own.folder, LayerList((UserLayer("zones", "Zones", "vector", look=look),)))
    assert colour_at(base_image(own, seen, DAY), seen, 340, -150.5) == "#ff0000"
    write_layers(own.folder, LayerList((UserLayer("zones", "Zones", "vector", look=look, is_shown=False),)))
    assert colour_at(base_image(own, seen, DAY), seen, 340, -150.5) == QColor(DAY.ground).name()


def test_the_list_is_read_again_when_its_file_changed(own: City) -> None:
    assert listing_of(own) == LayerList()
    write_layers(own.folder, LayerList(hidden=frozenset({"parks"})))
    assert listing_of(own).hidden == {"parks"}
    (own.folder / "layers.toml").unlink()
    assert listing_of(own) == LayerList()


def test_after_an_edit_only_what_changed_is_opened_again(own: City) -> None:
    folder = own.folder / "layers"
    before = LayerFolder(folder)
    roads, parks = before.layer("roads"), before.layer("parks")
    write_layers(own.folder, LayerList(hidden=frozenset({"parks"})))
    assert LayerFolder(folder, before).layer("roads") is roads
    head = folder / "parks" / "layer.json"
    head.write_text(head.read_text("utf-8") + "\n", "utf-8")
    after = LayerFolder(folder, before)
    assert after.layer("roads") is roads and after.layer("parks") is not parks


def test_whose_data_is_shown_is_said_once_each(own: City) -> None:
    assert attribution_of(own) == own.attribution
    layers = (
        UserLayer("trees", "Trees", "vector", attribution="Parks office · " + own.attribution),
        UserLayer("sky", "Sky", "imagery", attribution="Sky Ltd", is_shown=False),
        UserLayer("wells", "Wells", "vector", attribution="Parks office"),
    )
    write_layers(own.folder, LayerList(layers))
    assert attribution_of(own) == f"{own.attribution} · Parks office"
    assert attribution_of(own, LayerList(layers[1:2])) == own.attribution
    shown = LayerList((replace(layers[1], is_shown=True),))
    assert attribution_of(own, shown) == f"{own.attribution} · Sky Ltd"
    assert ChosenLayers(own, shown).attribution == f"{own.attribution} · Sky Ltd"


def test_the_picture_says_whose_user_layer_it_shows(own: City) -> None:
    seen = view(0, 0, 1.0, 500, 300)
    before = render_picture(own, seen, DAY)
    write_layers(own.folder, LayerList((UserLayer("nothing", "N", "vector", attribution="Parks office"),)))
    after = render_picture(own, seen, DAY)
    differs = [x for x in range(500) if any(before.pixel(x, y) != after.pixel(x, y) for y in range(280, 300))]
    assert len(differs) > 40 and min(differs) > 250
