"""What no call sign may cover: units, gathered units, lists beside a place, incidents' flags."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from maps.clusters import cells_of
from maps.scene import Scene, boxes_around
from maps.unit_places import Places

EDGE_PX = 60.0
SYMBOL_PX = 20.0
CLUSTER_PX = 38.0
UPWARDS = np.array([1.0, -1.0])  # from y on the ground to y on the screen


def obstacles_of(
    scene: Scene, units: NDArray[np.float64], quiet: NDArray[np.bool_], places: Places, step: float
) -> NDArray[np.float64]:
    """Return the boxes (m, 4) that must stay free, in pixels of `step` metres counted from the ground's origin.

    units (k, 2) are the places of units in these pixels; those that are `quiet` bool (k) are drawn small.
    """
    return np.concatenate(
        (
            boxes_around(units[~quiet], SYMBOL_PX, SYMBOL_PX),
            boxes_around(units[quiet], SYMBOL_PX / 2, SYMBOL_PX / 2),
            boxes_around(places.clusters.middles / step * UPWARDS, CLUSTER_PX, CLUSTER_PX),
            _flags(scene, step),
            _columns(places, step),
        )
    )


def piled(xy: NDArray[np.float64], size_m: float) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Number the ground cells of the points (n, 2), int64 (n), and count how many lie in that of each, int64 (n)."""
    _, place, counts = np.unique(cells_of(xy, size_m), return_inverse=True, return_counts=True)
    return np.asarray(place), np.asarray(counts[place])


def _flags(scene: Scene, step: float) -> NDArray[np.float64]:
    """Return the boxes of incidents' flags; the signs at the screen's edge move on with the view and are left out."""
    view, boxes = scene.view, scene.claimed_boxes()
    middles = (boxes[:, :2] + boxes[:, 2:]) / 2
    is_inner = ((middles > EDGE_PX) & (middles < (view.width - EDGE_PX, view.height - EDGE_PX))).all(axis=1)
    boxes, middles = boxes[is_inner], middles[is_inner]
    ground = np.stack(view.to_ground(middles[:, 0], middles[:, 1]), axis=1)
    return np.asarray(boxes + np.tile(ground / step * UPWARDS - middles, 2))


def _columns(places: Places, step: float) -> NDArray[np.float64]:
    boxes = [
        np.array([box.left(), box.top(), box.right(), box.bottom()]) + np.tile(column.xy / (step * UPWARDS), 2)
        for column in places.columns
        for box in (column.box,)
    ]
    return np.array(boxes).reshape(-1, 4)
