"""The dialog of map services, before a real server on this machine."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from app.layers.book import LayerBook
from app.layers.service_dialog import ServiceDialog
from app.wording import sentence
from gis.city import City
from tests.app.remote.service import Service, running_service
from tests.app.remote.test_capabilities import WMS_NEW


@pytest.fixture
def dialog(qtbot: QtBot, city: City, make_book: Callable[..., LayerBook]) -> ServiceDialog:
    made = ServiceDialog(make_book(city))
    qtbot.addWidget(made)
    made.show()
    return made


@pytest.fixture
def service() -> Iterator[Service]:
    with running_service() as one:
        yield one


def choose(dialog: ServiceDialog, service: str) -> None:
    dialog.service.setCurrentIndex(dialog.service.findData(service))


def test_tiles_need_only_an_address(dialog: ServiceDialog) -> None:
    dialog.address.setText("https://t.example/{z}/{x}/{y}.png")
    dialog.attribution.setText("© them")
    dialog.shift.setCurrentIndex(dialog.shift.findData("GCJ-02"))
    dialog.finish()
    layer = dialog.layer
    assert layer is not None and layer.remote is not None
    assert (layer.name, layer.title, layer.kind, layer.place) == ("t_example", "t.example", "remote", "under")
    assert layer.remote.tile_matrix_set == "GCJ-02" and layer.attribution == "© them"
    assert "{z}" in dialog._help()


@pytest.mark.parametrize(
    ("address", "code"),
    [
        ("file:///etc/passwd", "remote_address_scheme"),
        ("ftp://t.example/{z}/{x}/{y}.png", "remote_address_scheme"),
        ("https://me:secret@t.example/{z}/{x}/{y}.png", "remote_address_password"),
        ("https://t.example/tile.png", "remote_address_places"),
    ],
)
def test_an_address_that_is_not_used_is_explained(dialog: ServiceDialog, address: str, code: str) -> None:
    dialog.address.setText(address)
    dialog.finish()
    assert dialog.layer is None
    scheme = address.partition(":")[0]
    assert dialog.said.text() == sentence(code, {"scheme": scheme})


def test_a_layer_is_chosen_of_what_a_service_offers(dialog: ServiceDialog, service: Service, qtbot: QtBot) -> None:
    service.document = WMS_NEW
    choose(dialog, "wms")
    dialog.address.setText(service.address + "/wms")
    assert not service.asked  # nothing is fetched before it is asked for
    dialog.fetch()
    qtbot.waitUntil(lambda: dialog.offers.count() == 2, timeout=8_000)
    assert dialog.offers.currentItem().text().startswith("Ortho <img")
    dialog.styles.setCurrentIndex(dialog.styles.findData("infra"))
    dialog.finish()
    layer = dialog.layer
    assert layer is not None and layer.remote is not None
    assert (layer.remote.layer, layer.remote.style, layer.attribution) == ("ortho", "infra", "© the city")


def test_a_service_that_says_nothing_useful_is_told(dialog: ServiceDialog, service: Service, qtbot: QtBot) -> None:
    service.document = b"<html>not found</html>"
    choose(dialog, "wmts")
    dialog.address.setText(service.address + "/wmts")
    dialog.fetch()
    qtbot.waitUntil(lambda: dialog.said.text() == sentence("remote_not_xml"), timeout=8_000)
    assert not dialog.go.isEnabled()
    dialog.finish()
    assert dialog.layer is None and dialog.offers.count() == 0


def test_a_dialog_that_is_closed_asks_no_more(dialog: ServiceDialog, service: Service, qtbot: QtBot) -> None:
    service.document, service.delay_s = WMS_NEW, 0.2
    choose(dialog, "wms")
    dialog.address.setText(service.address)
    dialog.fetch()
    dialog.reject()
    qtbot.wait(400)
    assert (
        dialog.offers.count() == 0 and dialog.result() == 0 and not dialog.testAttribute(Qt.WidgetAttribute.WA_Mapped)
    )
