"""Remote layers on a map: fetched when looked at, kept, painted, and there without the network."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QObject, Signal

from app.remote.layers import RemoteLayers
from gis.city import City
from gis.imagery import open_imagery
from maps.user_layers import LayerList, Look, Remote, UserLayer
from maps.view import View
from tests.app.remote.service import Service, query_of, running_service
from tests.maps.village import EAST, NORTH, build_village


class FakeMap(QObject):
    """A map that only looks."""

    view_changed = Signal(object)

    def __init__(self, view: View) -> None:
        super().__init__()
        self.view = view
        self.tiles = self
        self.painted = 0

    def is_complete(self, view: View) -> bool:
        return True

    def refresh_layers(self) -> None:
        self.painted += 1

    def look_at(self, view: View) -> None:
        self.view = view
        self.view_changed.emit(view)


@pytest.fixture
def service() -> Iterator[Service]:
    with running_service() as running:
        yield running


@pytest.fixture
def village(tmp_path: Path) -> City:
    return City.open(build_village(tmp_path / "village"))


def listing(service: Service, remote: Remote | None = None, **changes: object) -> LayerList:
    remote = remote or Remote("xyz", service.address + "/{z}/{x}/{y}.png")
    layer = UserLayer("ortho", "Orthophoto", "remote", place="under", remote=remote, attribution="© the sky")
    return LayerList((replace(layer, **changes),))  # type: ignore[arg-type]


def test_what_a_map_looks_at_is_fetched_kept_and_read(qtbot, service: Service, village: City) -> None:
    view = View(EAST, NORTH, 1.0, 600, 400)
    looking = FakeMap(view)
    layers = RemoteLayers(looking, village, listing(service))
    try:
        with qtbot.waitSignal(layers.changed, timeout=5000):
            pass
        qtbot.waitUntil(lambda: layers.is_idle, timeout=5000)
        qtbot.waitUntil(lambda: looking.painted >= 1, timeout=5000)
        count = len(service.asked)
        looking.look_at(replace(view, x=EAST + 5))
        qtbot.wait(400)
        assert len(service.asked) == count, "tiles that are there are asked for again"
    finally:
        layers.close()
    picture = open_imagery(village.folder / "imagery" / "ortho.mbtiles", village.metric_crs)
    try:
        seen = picture.read(view.box, 600, 400)
    finally:
        picture.close()
    assert (seen == np.array((200, 30, 30, 255))).all()


def test_without_the_network_the_map_keeps_its_pictures_and_says_so(qtbot, village: City) -> None:
    view = View(EAST, NORTH, 1.0, 300, 200)
    with running_service() as service:
        shown = listing(service)
        layers = RemoteLayers(FakeMap(view), village, shown)
        with qtbot.waitSignal(layers.changed, timeout=5000):
            pass
        qtbot.waitUntil(lambda: layers.is_idle, timeout=5000)
        layers.close()
    file = village.folder / "imagery" / "ortho.mbtiles"
    with closing(sqlite3.connect(file)) as database, database:
        database.execute("UPDATE tiles SET fetched_at = 1760000000")  # so old that they are asked for again
    layers = RemoteLayers(FakeMap(view), village, shown)
    try:
        with qtbot.waitSignal(layers.status_changed, timeout=5000) as told:
            pass
        assert told.args == ["ortho"]
        status = layers.status("ortho")
        assert (status.code, status.parameters) == ("remote_offline", {"date": "2025-10-09"})
    finally:
        layers.close()
    picture = open_imagery(file, village.metric_crs)
    assert picture.read(view.box, 300, 200)[..., 3].all()
    assert picture.read(view.box, 150, 100)[..., 3].mean() > 200, "what was looked at from near is seen from afar"
    picture.close()


def test_nothing_is_fetched_for_a_layer_that_is_not_shown(qtbot, service: Service, village: City) -> None:
    view = View(EAST, NORTH, 1.0, 300, 200)
    hidden = RemoteLayers(FakeMap(view), village, listing(service, is_shown=False))
    far = RemoteLayers(FakeMap(view), village, listing(service, look=Look(finest_mpp=5.0)))
    qtbot.wait(400)
    hidden.close()
    far.close()
    assert service.asked == []
    assert not (village.folder / "imagery").exists()


def test_a_layer_that_is_switched_off_is_given_up(qtbot, service: Service, village: City) -> None:
    service.delay_s = 0.1
    layers = RemoteLayers(FakeMap(View(EAST, NORTH, 0.3, 1600, 1000)), village, listing(service))
    try:
        qtbot.waitUntil(lambda: len(service.asked) >= 1, timeout=5000)
        layers.set_listing(listing(service, is_shown=False))
        assert layers.is_idle
        qtbot.wait(250)
        assert len(service.asked) <= 12
    finally:
        layers.close()


def test_a_wms_and_its_parameters_reach_the_service(qtbot, service: Service, village: City) -> None:
    remote = Remote("wms", service.address + "/wms?map=x&VERSION=1.3.0", "ortho", tile_matrix_set="EPSG:4326")
    layers = RemoteLayers(FakeMap(View(EAST, NORTH, 1.0, 200, 200)), village, listing(service, remote))
    try:
        with qtbot.waitSignal(layers.changed, timeout=5000):
            pass
    finally:
        layers.close()
    query = query_of(service.asked[0])
    south, west, north, east = (float(each) for each in query["BBOX"].split(","))
    lon, lat = village.to_lonlat(EAST, NORTH)
    assert south - 0.02 < lat < north + 0.02
    assert west - 0.02 < lon < east + 0.02
    assert (query["LAYERS"], query["CRS"], query["WIDTH"]) == ("ortho", "EPSG:4326", "256")


@pytest.mark.parametrize(("behaviour", "code"), [("html", "remote_no_picture"), ("503", "remote_busy")])
def test_a_service_in_trouble_is_told(
    qtbot, service: Service, village: City, behaviour: str, code: str, caplog: pytest.LogCaptureFixture
) -> None:
    service.behaviour = behaviour
    remote = Remote("xyz", service.address + "/{z}/{x}/{y}.png?token=hush")
    with caplog.at_level("INFO"):
        layers = RemoteLayers(FakeMap(View(EAST, NORTH, 1.0, 200, 200)), village, listing(service, remote))
        with qtbot.waitSignal(layers.status_changed, timeout=5000):
            pass
        layers.close()
    assert layers.status("ortho").code == code
    assert "token=***" in caplog.text
    assert "hush" not in caplog.text


def test_an_address_that_is_refused_is_told_without_asking(qtbot, service: Service, village: City) -> None:
    wrong = listing(service, Remote("xyz", "file:///x"))
    layers = RemoteLayers(FakeMap(View(EAST, NORTH, 1.0, 200, 200)), village, wrong)
    assert layers.status("ortho").code == "remote_address_scheme"
    layers.close()


def test_a_folder_that_cannot_be_written_is_told(qtbot, service: Service, village: City) -> None:
    (village.folder / "imagery").write_text("in the way")
    layers = RemoteLayers(FakeMap(View(EAST, NORTH, 1.0, 200, 200)), village, listing(service))
    try:
        qtbot.waitUntil(lambda: layers.status("ortho").code == "remote_cache", timeout=5000)
    finally:
        layers.close()
