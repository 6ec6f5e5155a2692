"""What could be written on the map, and where."""

from __future__ import annotations

import math

import numpy as np
import pytest

from gis.city import City
from gis.column_writer import write_layer
from gis.columns import LayerColumns
from maps.label import Label, estimated_width_px
from maps.names import labels_in
from maps.street_names import joined
from maps.tiles import LayerFolder, tile_view, tiles_covering
from tests.maps.village import CRS, EAST, NORTH, line, point, view


def found(city: City, scale: float) -> dict[str, Label]:
    return {label.text: label for label in labels_in(city, view(0, 0, scale, 800, 800))}


def test_each_layer_is_named_at_its_scale(village: City) -> None:
    near, middle, far = found(village, 0.5), found(village, 2.0), found(village, 200.0)
    assert {"7", "Town Hall", "High Street", "Bridge Road"} <= near.keys()
    assert {"Village", "High Street", "Long Park", "Lake"} <= middle.keys()
    assert "7" not in middle and "Town Hall" not in middle
    assert far == {}


def test_labels_come_most_important_first(village: City) -> None:
    ranks = [label.rank for label in labels_in(village, view(0, 0, 1.0, 800, 800))]
    assert ranks == sorted(ranks)


def test_street_names_follow_the_street(village: City) -> None:
    labels = found(village, 1.0)
    high = labels["High Street"]
    assert abs(high.angle_deg) < 1 and abs(high.y - NORTH) < 1
    bridge = labels["Bridge Road"]
    assert abs(abs(bridge.angle_deg) - 90) < 1 and abs(bridge.x - EAST - 100) < 1
    assert all(-90 <= label.angle_deg <= 90 for label in labels.values())


def test_a_label_belongs_to_one_tile(village: City) -> None:
    seen = view(0, 0, 2.0, 1000, 1000)
    layers = LayerFolder(village.folder / "layers")
    texts = [label.text for key in tiles_covering(seen, 2) for label in labels_in(layers, tile_view(key, 1.0))]
    assert texts.count("Village") == 1
    assert texts.count("Lake") == 1


@pytest.mark.parametrize("seed", range(5))
def test_pieces_are_joined_whichever_way_they_run(seed: int) -> None:
    rng = np.random.default_rng(seed)
    whole = np.cumsum(rng.uniform(1, 5, (12, 2)), axis=0)
    pieces = [whole[i : i + 2][:: rng.choice([-1, 1])] for i in range(11)]
    rng.shuffle(pieces)
    (chain,) = joined(pieces)
    assert np.allclose(chain, whole) or np.allclose(chain[::-1], whole)


def test_a_fork_goes_straight_on() -> None:
    middle = [10.0, 0.0]
    pieces = [np.array([[0.0, 0.0], middle]), np.array([[20.0, 9.0], middle]), np.array([middle, [20.0, -1.0]])]
    long, short = sorted(joined(pieces), key=len, reverse=True)
    assert long.tolist() == [[0, 0], [10, 0], [20, -1]]
    assert short.tolist() == [[20, 9], [10, 0]]


def test_a_crooked_street_gets_no_name_where_it_bends(tmp_path) -> None:
    zigzag = line(*[(x, 30 * (x // 10 % 2)) for x in range(0, 200, 10)])
    write_layer(
        tmp_path / "roads", np.array([zigzag], dtype=object), name="roads", geometry="line", kinds=["residential"],
        kind_codes=np.zeros(1, int), crs=CRS, attributes={"name": ["Serpentine"]},
    )  # fmt: skip
    assert labels_in(LayerFolder(tmp_path), view(100, 0, 1.0, 600, 600)) == []


def test_hostile_names_become_one_printable_line(tmp_path) -> None:
    names = ["<b>Bold\nStreet</b>\x00\u202e", "x" * 10_000]
    write_layer(
        tmp_path / "place_names", np.array([point(0, 0), point(10, 0)], dtype=object), name="place_names",
        geometry="point", kinds=["village"], kind_codes=np.zeros(2, int), crs=CRS, attributes={"name": names},
    )  # fmt: skip
    texts = [label.text for label in labels_in(LayerFolder(tmp_path), view(0, 0, 2.0))]
    assert "<b>Bold Street</b>" in texts
    assert max(map(len, texts)) == 80


def test_chinese_signs_are_counted_square() -> None:
    assert estimated_width_px("中山路", 10) == 30
    assert math.isclose(estimated_width_px("abc", 10), 16.8)


def test_a_layer_without_names_is_no_reason_to_fail(village: City) -> None:
    assert isinstance(village.layer("hydrants"), LayerColumns)
    assert "name" not in village.layer("hydrants").columns()
    assert labels_in(village, view(70, 60, 0.5)) is not None
