"""The ground kept under what is being styled: the same picture, painted once, and anew when it changed."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtGui import QImage, QPainter

from maps import kept_ground, painter
from maps.kept_ground import KeptGround
from maps.layers_file import write_layers
from maps.tile_worker import paint_tile
from maps.tiles import LayerFolder, TileKey, nearest_level, tile_extent_m
from maps.user_layers import LayerList, Look, UserLayer
from tests.maps.village import EAST, NORTH, build_village

pytestmark = pytest.mark.usefixtures("qapp")

LEVEL = nearest_level(1.0)
SIDE_M = tile_extent_m(LEVEL, 1.0)
STREETS = TileKey(LEVEL, int(EAST // SIDE_M), int(NORTH // SIDE_M))
ZONE = TileKey(LEVEL, int((EAST + 340) // SIDE_M), int((NORTH - 150.5) // SIDE_M))


def tile(folder: LayerFolder, kept: KeptGround | None = None, key: TileKey = ZONE) -> QImage:
    if kept is not None:
        kept.follow(folder.unstyled_layers())
    return paint_tile(folder, "night", key, 1.0, kept=kept, find_labels=lambda *_: [])[0]


def styled(city: Path, colour: str, place: str, **more) -> LayerFolder:
    layer = UserLayer("zones", "Zones", "vector", look=Look(colour=colour, width_px=5.0), place=place)
    write_layers(city, LayerList((layer,), **more))
    return LayerFolder(city / "layers")


def apart(one: QImage, other: QImage) -> int:
    """Return the largest difference of any channel."""
    pairs = zip(bytes(one.constBits()), bytes(other.constBits()), strict=True)
    return max(abs(a - b) for a, b in pairs)


@pytest.mark.parametrize("place", ["under", "over"])
def test_a_restyle_paints_only_what_is_styled(tmp_path: Path, place: str, monkeypatch: pytest.MonkeyPatch) -> None:
    city, kept = build_village(tmp_path), KeptGround()
    folder = styled(city, "#ff0000", place)
    red = tile(folder)
    assert apart(tile(folder, kept), red) <= 2
    blue = styled(city, "#0000ff", place)
    expected = tile(blue)
    assert apart(expected, red) > 100
    monkeypatch.setattr(painter, "paint_ways", lambda *_: pytest.fail("painted the roads again"))
    assert apart(tile(blue, kept), expected) <= 2


def test_a_hidden_layer_leaves_what_was_kept(tmp_path: Path) -> None:
    city, kept = build_village(tmp_path), KeptGround()
    before = tile(styled(city, "#ff0000", "over"), kept, STREETS)
    hidden = styled(city, "#ff0000", "over", hidden=frozenset({"roads"}))
    assert tile(hidden, kept, STREETS) == tile(hidden, key=STREETS) != before


def test_nothing_is_kept_where_no_user_layer_is_shown(tmp_path: Path) -> None:
    kept = KeptGround()
    tile(LayerFolder(build_village(tmp_path) / "layers"), kept)
    assert not kept._pictures


def test_the_oldest_pictures_are_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kept_ground, "MOST_PICTURES", 2)
    kept, drawn = KeptGround(), []
    image = QImage(8, 8, QImage.Format.Format_RGB32)
    painting = QPainter(image)
    for key in "abacb":
        kept.paint(painting, (8, 8), key, lambda _, key=key: drawn.append(key))
    painting.end()
    assert drawn == ["a", "b", "c", "b"]
