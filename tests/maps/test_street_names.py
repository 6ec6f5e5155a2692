"""Names bend with their street, main roads carry their numbers, rivers their names."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from gis.column_writer import write_layer
from maps.inside import place_inside
from maps.label import Label, read_label
from maps.names import labels_in
from maps.street_names import is_bendable
from maps.tiles import LayerFolder
from tests.maps.village import CRS, EAST, NORTH, line, view


def named(folder: Path, shape: Any, scale: float = 1.0, *, layer: str = "roads", kind: str = "residential",
          **attributes: Any) -> list[Label]:  # fmt: skip
    write_layer(
        folder / layer, np.array([shape], dtype=object), name=layer, geometry="line", kinds=[kind],
        kind_codes=np.zeros(1, int), crs=CRS, attributes=attributes,
    )  # fmt: skip
    return labels_in(LayerFolder(folder), view(0, 0, scale, 1000, 1000))


def arc(radius: float) -> Any:
    return line(*[(radius * math.cos(a), radius * math.sin(a)) for a in np.linspace(0, math.pi, 40)])


def test_a_name_bends_with_its_street(tmp_path: Path) -> None:
    (label,) = named(tmp_path, arc(120), name=["Crescent Road"])
    assert len(label.bend) > 4
    assert label.bend[0][0] < label.bend[-1][0], "it is read from left to right"
    for across, down in label.bend:
        assert math.hypot(label.x - EAST + across, label.y - NORTH - down) == pytest.approx(120, abs=1.5)


def test_scripts_that_join_their_signs_are_not_bent(tmp_path: Path) -> None:
    assert is_bendable("Mannerheimintie 中山路 Невский") and not is_bendable("शिवाजी मार्ग")
    assert all(not label.bend for label in named(tmp_path, arc(120), name=["شارع الملك فيصل"]))


def test_a_bend_crosses_to_the_window_unchanged(tmp_path: Path) -> None:
    (label,) = named(tmp_path, arc(120), name=["Crescent Road"])
    assert read_label([*label[:-1], [list(point) for point in label.bend]]) == label


def test_main_roads_carry_their_number_upright(tmp_path: Path) -> None:
    far = named(tmp_path, line((-3000, -3000), (3000, 3000)), 12.0, kind="motorway", name=[None], ref=["A 4;E 62"])
    assert [(label.text, label.style, label.angle_deg) for label in far] == [("A 4", "shield_motorway", 0.0)]
    assert named(tmp_path, line((-400, 0), (400, 0)), 1.0, name=[None], ref=["7"]) == []


def test_rivers_are_named_along_their_run(tmp_path: Path) -> None:
    (label,) = named(tmp_path, line((-300, -30), (300, 30)), layer="waterways", kind="river", name=["Olona"])
    assert label.style == "water" and label.angle_deg == pytest.approx(-math.degrees(math.atan2(60, 600)))


def test_an_area_is_named_inside_of_itself() -> None:
    horseshoe = np.array([[0, 0], [100, 0], [100, 100], [90, 100], [90, 10], [30, 10], [30, 100], [0, 100], [0, 0]])
    place, room = place_inside(horseshoe.astype(float), np.array([9]))
    assert place.tolist() == [15, 50] and room == 30
