"""What a map held open is deleted at the next start."""

from __future__ import annotations

from pytestqt.qtbot import QtBot

from app import layer_leavings
from app.layers.sweeping import sweep_later
from gis.city import City


def test_what_was_held_open_goes_at_the_start(city: City, qtbot: QtBot) -> None:
    assert sweep_later(None) is None and sweep_later(city) is None
    half = city.folder / "imagery" / "photo.tif"
    half.parent.mkdir(exist_ok=True)
    half.write_bytes(b"picture")
    note = city.folder / layer_leavings.LEAVINGS / "photo.json"
    note.parent.mkdir()
    note.write_text('{"adding": false, "places": ["imagery/photo.tif"]}', "utf-8")
    assert sweep_later(city) is not None
    qtbot.waitUntil(lambda: not note.parent.exists())
    assert not half.exists()
