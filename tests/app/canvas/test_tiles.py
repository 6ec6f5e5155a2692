"""Tiles over an edit: the old ones stay meanwhile, and names that the edit leaves alone are not looked for again."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import QRect
from PySide6.QtGui import QImage, QPainter
from pytestqt.qtbot import QtBot

from app.canvas import tile_pool
from app.canvas.tiles import TileField
from maps.layers_file import write_layers
from maps.style import THEMES
from maps.tiles import nearest_level, tiles_covering
from maps.user_layers import LayerList, Look, UserLayer
from maps.view import View
from tests.maps.village import build_village, view

SEEN = view(0, 0, 1.0, 600, 600)


def shown(field: TileField, seen: View = SEEN) -> QImage:
    image = QImage(int(seen.width), int(seen.height), QImage.Format.Format_RGB32)
    image.fill(0)
    painter = QPainter(image)
    field.draw(painter, seen, THEMES["night"], is_moving=False)
    painter.end()
    return image


def complete(field: TileField, qtbot: QtBot, seen: View = SEEN) -> QImage:
    field.ask(seen)
    qtbot.waitUntil(lambda: field.is_complete(seen), timeout=20_000)
    return shown(field, seen)


@pytest.fixture
def city(tmp_path: Path) -> Path:
    return build_village(tmp_path)


@pytest.fixture
def field(city: Path, qtbot: QtBot) -> TileField:
    made = TileField(0)
    made.show_city(city / "layers")
    return made


def test_a_restyled_layer_does_not_cost_the_citys_names(
    city: Path, field: TileField, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    before, names = complete(field, qtbot), field.labels(SEEN)
    assert names
    qtbot.waitUntil(lambda: field.pool.is_idle, timeout=20_000)  # the tiles around, too
    monkeypatch.setattr(tile_pool, "labels_in", lambda *_: pytest.fail("looked for the city's names again"))
    look = Look(colour="#ff0000", width_px=5.0)
    write_layers(city, LayerList((UserLayer("zones", "Zones", "vector", look=look),)))
    field.refresh()
    assert shown(field) == before, "the old tiles stay until the new ones are there"
    assert complete(field, qtbot) != before
    assert field.labels(SEEN) == names


def test_names_of_a_hidden_layer_go(city: Path, field: TileField, qtbot: QtBot) -> None:
    complete(field, qtbot)
    assert "High Street" in {label.text for label in field.labels(SEEN)}
    write_layers(city, LayerList(hidden=frozenset({"roads"})))
    field.refresh()
    complete(field, qtbot)
    assert field.labels(SEEN) and "High Street" not in {label.text for label in field.labels(SEEN)}


def test_the_nearest_coarser_tiles_stand_in(field: TileField, qtbot: QtBot) -> None:
    coarse = complete(field, qtbot)
    complete(field, qtbot, view(0, 0, 4.0, 600, 600))
    near = view(0, 0, 0.5, 600, 600)
    stand_in = shown(field, near)
    for at in (100, 450):
        assert stand_in.pixelColor(at, 297) == coarse.pixelColor(150 + at // 2, 299)


def test_a_strip_is_drawn_by_itself(field: TileField, qtbot: QtBot) -> None:
    at_rest = complete(field, qtbot)
    image = QImage(600, 600, QImage.Format.Format_RGB32)
    image.fill(0xFF00FF)
    strip = QRect(0, 0, 600, 40)
    painter = QPainter(image)
    field.draw(painter, SEEN, THEMES["night"], is_moving=True, within=strip)
    painter.end()
    assert image.copy(strip) == at_rest.copy(strip)
    assert image.pixelColor(300, 560).name() == "#ff00ff", "tiles beside it cost nothing"


def test_a_tile_that_made_room_for_another_is_asked_for_again(field: TileField, qtbot: QtBot) -> None:
    complete(field, qtbot)
    field.ask(SEEN)
    qtbot.waitUntil(lambda: field.pool.is_idle, timeout=20_000)
    field.ask(SEEN)
    field._most = len(field._tiles)
    # Workers finish in any order: the last tile may be one beside what is seen.
    keys = set(tiles_covering(SEEN, nearest_level(SEEN.metres_per_pixel)))
    on_screen = [job for job in field._tiles if job.key in keys]
    for job in on_screen:  # as drawing does: what is seen makes room last
        field._tiles.move_to_end(job)
    seen = on_screen[-1]
    field._tiles.move_to_end(seen, last=False)
    elsewhere = seen._replace(key=seen.key._replace(column=seen.key.column + 50))
    field._keep(elsewhere, QImage(512, 512, QImage.Format.Format_RGB32), [])
    assert not field.is_complete(SEEN)
    field.ask(SEEN)
    qtbot.waitUntil(lambda: field.is_complete(SEEN), timeout=5_000)
