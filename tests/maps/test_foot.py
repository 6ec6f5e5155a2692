"""Captions at the foot of the screen stand above each other and above the signs of incidents beyond it."""

from __future__ import annotations

from itertools import combinations

import numpy as np
from PySide6.QtGui import QImage, QPainter

from maps.density_veil import DensityMark
from maps.foot import ASIDE_PX, BOTTOM_PX, LEFT_PX, room_at_foot
from maps.layers import IncidentMark
from maps.live_areas import ReachMark
from maps.live_coverage import CoverageMark
from maps.overlay import Overlay
from maps.scene import Scene, overlap
from maps.style import NIGHT
from maps.view import View

VIEW = View(0.0, 0.0, 1.0, 600, 400)
CORNERS = np.array([[-100.0, 0.0], [0.0, 0.0]])
RING = 50.0 * np.array([[-1.0, -1], [1, -1], [1, 1], [-1, 1], [-1, -1]])
AREAS = {
    "reach": [ReachMark(240.0, (RING,), "4 min", "Reach of E1")],
    "coverage": [CoverageMark(CORNERS, 100.0, np.ones(2), np.ones(2), "Fire: 98 %", ("in time", "lost", "bare"))],
    "density": [DensityMark(np.ones((2, 2), np.float32), (-100.0, -100.0, 100.0, 100.0), "Incidents a month")],
}


def edge_boxes(**marks: object) -> list[np.ndarray]:
    """Paint what belongs to the edges and return the room that it took."""
    overlay = Overlay()
    overlay.set_marks(**marks)  # type: ignore[arg-type]
    image = QImage(600, 400, QImage.Format.Format_ARGB32_Premultiplied)
    painter = QPainter(image)
    scene = Scene(painter, VIEW, NIGHT, overlay.sheet, 0.0)
    for layer in reversed(list(overlay._layers.values())):
        if hasattr(layer, "paint_at_edges"):
            layer.paint_at_edges(scene)
    painter.end()
    return scene.taken


def test_captions_of_all_areas_stand_apart_and_leave_the_signs_of_incidents_free(qapp: object) -> None:
    beyond = [IncidentMark(4, "x", 1, -200.0, -900.0), IncidentMark(5, "x", 1, -900.0, -900.0)]
    taken = edge_boxes(incidents=beyond, **AREAS)
    boxes = np.concatenate(taken)
    assert len(boxes) == 2 + 5
    assert all(overlap(one[None, :], other[None, :])[0] == 0 for one, other in combinations(boxes, 2))
    signs, reach, cover, words, density, ramp = boxes[:2], *boxes[2:]
    assert signs[:, 3].max() > reach[3] > cover[3] > words[3] > density[3] > ramp[3], "each legend over its caption"
    assert (boxes >= 0).all() and (boxes[:, 3] <= 400 - BOTTOM_PX + 30).all()


def test_what_belongs_to_the_screen_is_painted_with_the_edges_and_not_kept_with_the_ground(qapp: object) -> None:
    overlay = Overlay()
    overlay.set_marks(**AREAS)  # type: ignore[arg-type]
    image = QImage(600, 400, QImage.Format.Format_ARGB32_Premultiplied)
    image.fill(0)
    painter = QPainter(image)
    overlay.paint_edges(painter, VIEW, NIGHT, 0.0)
    painter.end()
    foot = [image.pixelColor(x, 400 - int(BOTTOM_PX) - 8).alpha() for x in range(60, 120, 7)]
    assert all(foot), "a caption of the ground would be hidden beyond the edge of the kept picture"


def test_a_caption_climbs_no_higher_than_the_incidents(qapp: object) -> None:
    image = QImage(600, 400, QImage.Format.Format_ARGB32_Premultiplied)
    painter = QPainter(image)
    scene = Scene(painter, VIEW, NIGHT, Overlay().sheet, 0.0)
    assert room_at_foot(scene, 100, 20) == (ASIDE_PX, 400 - BOTTOM_PX - 20)
    scene.take(np.array([[0.0, 0.0, 600.0, 400.0]]))
    assert room_at_foot(scene, 100, 20) == (ASIDE_PX, 400 - BOTTOM_PX - 20)
    painter.end()


def test_on_a_high_map_captions_stand_at_its_edge(qapp: object) -> None:
    image = QImage(600, 800, QImage.Format.Format_ARGB32_Premultiplied)
    painter = QPainter(image)
    scene = Scene(painter, View(0.0, 0.0, 1.0, 600, 800), NIGHT, Overlay().sheet, 0.0)
    assert room_at_foot(scene, 100, 20) == (LEFT_PX, 800 - BOTTOM_PX - 20)
    painter.end()
