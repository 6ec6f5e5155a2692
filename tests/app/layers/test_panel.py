"""The panel of layers before a real map: ticked, ordered, dropped, removed; features pointed at and selected."""

from __future__ import annotations

import gc
import weakref
from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QObject, QPoint, QPointF, Qt, QUrl, Signal
from PySide6.QtGui import QDropEvent
from pytestqt.qtbot import QtBot

from app.canvas.canvas import MapCanvas
from app.canvas.layer_link import LayerLink, join_layers, lay_over
from app.desk import Desk
from app.layers.book import LayerBook
from app.layers.tree import GROUP, KEY, KIND, LAYER, LEGEND, LIVE, OWN
from app.panels.layers import LayersPanel
from gis.city import City
from maps.layers_file import read_layers
from maps.user_layers import Category, Look, UserLayer
from maps.view import View
from tests.dispatch.town import OPERATOR
from tests.maps.village import EAST, NORTH

LEFT, NONE, SHIFT = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.ShiftModifier


@pytest.fixture
def panel(qtbot: QtBot, city: City, book: LayerBook) -> LayersPanel:
    desk = Desk(OPERATOR)
    desk.city = city
    made = LayersPanel(desk, book)
    qtbot.addWidget(made)
    made.show()
    made.tree.point_at("trees")
    return made


@pytest.fixture
def canvas(qtbot: QtBot, city: City) -> Iterator[MapCanvas]:
    made = MapCanvas(workers=0)
    qtbot.addWidget(made)
    made.resize(400, 300)
    made.set_city(city)
    made.set_view(View(EAST, NORTH, 1.0, 400, 300))
    yield made
    made.close()


@pytest.fixture
def link(qtbot: QtBot, panel: LayersPanel, canvas: MapCanvas) -> Iterator[LayerLink]:
    made = join_layers(panel, canvas)
    assert made is not None
    qtbot.waitUntil(lambda: bool(made._ready.layers), timeout=3_000)
    yield made
    made.close()


def tick(panel: LayersPanel, kind: str, key: str, is_on: bool) -> None:
    row = panel.tree.row(kind, key)
    assert row is not None
    row.setCheckState(0, Qt.CheckState.Checked if is_on else Qt.CheckState.Unchecked)


def test_the_tree_shows_what_happens_what_was_laid_over_and_the_city(panel: LayersPanel) -> None:
    rows = [(row.data(0, KIND), row.data(0, KEY)) for row in panel.tree.rows()]
    assert (LIVE, "incidents") in rows and (LAYER, "trees") in rows and (OWN, "parks") in rows
    assert (OWN, "cameras") not in rows  # they are shown with what happens
    row = panel.tree.row(LAYER, "trees")
    assert row is not None and (row.text(0), row.text(1)) == ("trees", "4")


def test_ticks_are_told_to_the_book(panel: LayersPanel, book: LayerBook, qtbot: QtBot) -> None:
    tick(panel, LIVE, "trails", False)
    tick(panel, OWN, "parks", False)
    tick(panel, LAYER, "trees", False)
    assert book.live_hidden == {"trails"}
    assert book.listing.hidden == {"parks"} and not book.listing.layers[0].is_shown
    qtbot.waitUntil(lambda: panel.tree.row(OWN, "parks").checkState(0) == Qt.CheckState.Unchecked)  # type: ignore[union-attr]
    assert panel.tree.current_layer == "trees"


def test_order_opacity_and_groups(panel: LayersPanel, book: LayerBook, qtbot: QtBot) -> None:
    book.put(UserLayer("ghost", "A <b>ghost</b>", "vector", group="Old"))
    qtbot.waitUntil(lambda: panel.tree.row(GROUP, "Old") is not None)
    panel.tree.point_at("trees")
    panel._step(-1)
    assert [layer.name for layer in book.listing.layers] == ["ghost", "trees"]
    panel.opacity.setValue(40)
    layer = book.layer("trees")
    assert layer is not None and layer.look.opacity == 0.4
    panel.tree.joined.emit("trees", "Old")
    assert book.layer("trees").group == "Old"  # type: ignore[union-attr]
    row = panel.tree.row(LAYER, "ghost")
    assert row is not None and row.text(1) == "missing" and row.text(0) == "A <b>ghost</b>"


def test_classes_are_a_legend_and_scales_a_tip(panel: LayersPanel, book: LayerBook, qtbot: QtBot) -> None:
    look = Look(
        symbology="categories", field="kind", categories=(Category("oak", "#3f83cf", "Oaks"),), coarsest_mpp=2.0
    )
    book.put(replace(book.listing.layers[0], look=look))
    qtbot.waitUntil(lambda: panel.tree.row(LEGEND, "trees") is not None)
    assert panel.tree.row(LEGEND, "trees").text(0) == "Oaks"  # type: ignore[union-attr]
    assert "1:7," in panel.tree.tip(book.listing.layers[0])
    before = panel.tree.row(LAYER, "trees").foreground(0).color()  # type: ignore[union-attr]
    panel.set_scale(8.0)
    qtbot.waitUntil(lambda: panel.tree.row(LAYER, "trees").foreground(0).color() != before)  # type: ignore[union-attr]


def test_a_layer_is_removed_with_its_data(panel: LayersPanel, book: LayerBook, city: City, qtbot: QtBot) -> None:
    panel.deeds.remove("trees")
    qtbot.waitUntil(lambda: not book.listing.layers, timeout=3_000)
    assert "trees" not in city.layer_names() and read_layers(city.folder)[0].layers == ()


def test_every_entry_of_the_menu_is_there(panel: LayersPanel) -> None:
    menu = panel.menu_for(LAYER, "trees")
    words = [action.text() for action in menu.actions() if not action.isSeparator()]
    assert len(words) == 10 and all("layers." not in each for each in words)
    under = next(action for action in menu.actions() if action.isCheckable())
    under.trigger()
    assert panel.book.listing.layers[0].place == "under"
    assert len(panel.menu_for("", "").actions()) == 2


def dropped_on(link: LayerLink, canvas: MapCanvas, file: Path, at: QPoint) -> bool:
    """Let a file fall on the map; Qt itself gives such an event only to what a real drag has entered."""
    data = QMimeData()  # the event does not keep it
    data.setUrls([QUrl.fromLocalFile(str(file)), QUrl("https://example.org/x.geojson")])
    return link.eventFilter(canvas, QDropEvent(QPointF(at), Qt.DropAction.CopyAction, data, LEFT, NONE))


def test_a_file_dropped_on_the_map_becomes_a_layer(
    panel: LayersPanel, link: LayerLink, canvas: MapCanvas, trees: Path, book: LayerBook, qtbot: QtBot
) -> None:
    assert dropped_on(link, canvas, trees, QPoint(50, 50))
    qtbot.waitUntil(lambda: len(book.listing.layers) == 2, timeout=8_000)
    qtbot.waitUntil(lambda: panel.tree.current_layer == "trees_2", timeout=3_000)
    assert "4" in panel.said.text() and panel.running.isHidden()


def test_features_are_pointed_at_and_taken_in_hand(
    link: LayerLink, canvas: MapCanvas, book: LayerBook, qtbot: QtBot
) -> None:
    canvas.show()
    at = QPoint(200, 150)
    kind, identity = canvas.overlay.pick(canvas.view, 200, 150) or ("", "")
    assert kind == "feature" and identity.startswith("trees/")
    card = link.describe(kind, identity)
    assert card.splitlines()[0] == "trees" and "kind: oak" in card and "=1+1" in card
    qtbot.mouseClick(canvas, LEFT, NONE, at)
    assert book.picked[0] == "trees" and len(book.picked[1]) == 1
    qtbot.mouseClick(canvas, LEFT, SHIFT, at + QPoint(30, 0))
    assert len(book.picked[1]) == 2
    plain = canvas.grab().toImage().pixelColor(200 + 8, 150)
    qtbot.mouseClick(canvas, LEFT, NONE, QPoint(40, 40))
    assert book.picked[0] == ""
    assert canvas.grab().toImage().pixelColor(200 + 8, 150) != plain  # the ring is gone


def test_what_is_switched_off_cannot_be_pointed_at(
    link: LayerLink, canvas: MapCanvas, book: LayerBook, qtbot: QtBot
) -> None:
    book.put(replace(book.listing.layers[0], is_shown=False))
    qtbot.waitUntil(lambda: canvas.overlay.pick(canvas.view, 200, 150) is None, timeout=3_000)
    book.set_live("cameras", False)
    assert not canvas.overlay.is_shown("cameras")


def test_a_restyled_layer_is_painted_anew(link: LayerLink, canvas: MapCanvas, book: LayerBook, qtbot: QtBot) -> None:
    canvas.show()
    qtbot.waitUntil(lambda: canvas.is_settled, timeout=8_000)
    book.put(replace(book.listing.layers[0], look=Look(colour="#ff00ff", size_px=14.0)))
    assert not canvas.tiles.is_complete(canvas.view)
    qtbot.waitUntil(lambda: canvas.grab().toImage().pixelColor(200, 150).name() == "#ff00ff", timeout=8_000)


def test_the_map_shows_all_of_a_layer(panel: LayersPanel, link: LayerLink, canvas: MapCanvas) -> None:
    canvas.set_view(View(EAST + 5_000, NORTH, 4.0, 400, 300))
    panel.deeds.zoom("trees")
    west, south, east, north = canvas.view.box
    assert west < EAST < EAST + 90 < east and south < NORTH < north


class Further(QObject):
    """A further map window, as far as layers go."""

    left = Signal()

    def __init__(self, canvas: MapCanvas) -> None:
        super().__init__()
        self.canvas = canvas


def shows_features(canvas: MapCanvas) -> bool:
    return bool(canvas.overlay.held().get("features"))


def test_a_further_map_tells_of_features_too_and_chooses_for_itself_what_happens(
    panel: LayersPanel, link: LayerLink, city: City, book: LayerBook, qtbot: QtBot
) -> None:
    other = MapCanvas(workers=0)
    qtbot.addWidget(other)
    other.resize(300, 200)
    other.set_city(city)
    further = Further(other)
    lay_over(link, panel, further)
    qtbot.waitUntil(partial(shows_features, other), timeout=5_000)
    book.set_live("units", False)
    assert other.overlay.is_shown("units")
    assert not link._canvas.overlay.is_shown("units")
    made = weakref.ref(other.findChild(LayerLink))
    further.left.emit()
    assert other not in link._maps
    other.deleteLater()
    del other, further

    def is_gone() -> bool:
        gc.collect()
        return made() is None

    qtbot.waitUntil(is_gone, timeout=5_000)  # ten megabytes each, as long as the desk was open
