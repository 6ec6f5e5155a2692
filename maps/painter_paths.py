"""Painter paths out of whole arrays, through their serialised form: no point of them becomes an object of its own."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QByteArray, QDataStream, Qt
from PySide6.QtGui import QPainterPath

VERTICES_PER_PATH = 48  # the rasteriser sorts every edge of a path: many small paths beat one big one

_ELEMENT = np.dtype([("type", ">i4"), ("x", ">f8"), ("y", ">f8")])
_WINDING = np.array([0, Qt.FillRule.WindingFill.value], ">i4").tobytes()


def paths_of(points: NDArray[np.float64], sizes: NDArray[np.int64], parts: NDArray[np.int64]) -> list[QPainterPath]:
    """Make painter paths of some features each through their serialised form, rings filled by winding."""
    return cut_paths(points, sizes, parts, np.zeros(len(parts), np.int64))[0]


def area_path(rings: Sequence[NDArray[np.float64]]) -> QPainterPath:
    """Make one path of rings (n, 2) in device pixels: what lies in an odd number of them is inside.

    Thousands of points as objects would have a large heap searched for rubbish while a frame is painted.
    """
    if not rings:
        return QPainterPath()
    sizes = np.array([len(ring) for ring in rings], dtype=np.int64)
    path = paths_of(np.concatenate(rings), sizes, np.array([len(rings)]))[0]
    path.setFillRule(Qt.FillRule.OddEvenFill)
    return path


def cut_paths(
    points: NDArray[np.float64], sizes: NDArray[np.int64], parts: NDArray[np.int64], number: NDArray[np.int64]
) -> tuple[list[QPainterPath], NDArray[np.int64]]:
    """Make paths of some features each, never of two whose number (n,) differs; says the first feature of each."""
    if not len(points):
        return [], np.empty(0, np.int64)
    elements = np.empty(len(points), _ELEMENT)
    elements["type"] = 1
    ends = np.cumsum(sizes)
    elements["type"][ends - sizes] = 0
    elements["x"], elements["y"] = points[:, 0], points[:, 1]
    raw, size = elements.tobytes(), _ELEMENT.itemsize
    starts = np.concatenate(([0], ends))[np.cumsum(parts) - parts]
    is_new = (np.diff(starts // VERTICES_PER_PATH, prepend=-1) != 0) | (np.diff(number, prepend=-1) != 0)
    firsts = np.flatnonzero(is_new)
    cuts = [*starts[firsts].tolist(), len(points)]
    pieces: list[bytes] = []
    for first, last in pairwise(cuts):
        pieces += ((last - first).to_bytes(4, "big"), raw[first * size : last * size], _WINDING)
    stream = QDataStream(QByteArray(b"".join(pieces)))
    paths = [QPainterPath() for _ in cuts[1:]]
    for path in paths:
        stream >> path
    return paths, firsts
