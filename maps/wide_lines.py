"""Wide lines as straight bars that overlap in their bends, and round ends: a tenth of the time of round caps."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

SHARPEST_MITRE = 0.7  # cosine of the turn: up to 45° a mitre is within a third of a pixel of a round join
OVERLAP_PX = 0.5  # two smooth edges that only touch let the ground shine through
DISC_CORNERS, SMALL_DISC_CORNERS = 16, 8
SMALL_PX = 7.0  # up to here eight corners with the circle's area are nowhere a fifth of a pixel off


def _circle(corners: int) -> NDArray[np.float64]:
    turns = np.arange(corners + 1) * (2 * np.pi / corners)
    radius = np.sqrt(2 * np.pi / corners / np.sin(2 * np.pi / corners))
    return np.stack((np.cos(turns), np.sin(turns)), axis=1) * radius


_CIRCLES = {corners: _circle(corners) for corners in (DISC_CORNERS, SMALL_DISC_CORNERS)}


def mitred(
    points: NDArray[np.float64], sizes: NDArray[np.int64], width: float
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Cut polylines into bars and say where round ends belong.

    points (n, 2) and width are device pixels. Answers the bars as pieces (m, 4), lengthened so that in a gentle bend
    the corners of two meet as a mitre, of one line or of two that go on as each other, and the places (k, 2), each
    once, of other ends and sharp bends.
    """
    step = np.diff(points, axis=0)
    length = np.hypot(step[:, 0], step[:, 1])
    ends = np.cumsum(sizes)
    inside = length > 1e-6
    inside[ends[:-1] - 1] = False
    at = np.flatnonzero(inside)
    if not len(at):
        return np.empty((0, 4)), points[ends - sizes]
    line = np.repeat(np.arange(len(sizes)), sizes)[at]
    along = step[at] / length[at, None]
    follows = line[1:] == line[:-1]
    dot = (along[1:] * along[:-1]).sum(axis=1)
    cross = np.abs(along[:-1, 0] * along[1:, 1] - along[:-1, 1] * along[1:, 0])
    is_gentle = follows & (dot > SHARPEST_MITRE)
    reach = np.where(is_gentle, 0.5 * width * cross / np.maximum(1 + dot, 1e-6) + OVERLAP_PX, 0.0)
    pieces = np.empty((len(at), 4))
    pieces[:, :2] = points[at]
    pieces[:, 2:] = points[at + 1]
    pieces[1:, :2] -= along[1:] * reach[:, None]
    pieces[:-1, 2:] += along[:-1] * reach[:, None]
    begins, stops = np.concatenate(([True], ~is_gentle)), np.concatenate((~follows, [True]))
    places = np.concatenate((points[at[begins]], points[at[stops] + 1]))
    leaving = np.concatenate((along[begins], -along[stops]))
    is_long = length[at] >= 0.5 * width
    reach, is_round = _joined(places, leaving, np.concatenate((is_long[begins], is_long[stops])), width)
    count = int(begins.sum())
    pieces[begins, :2] -= along[begins] * reach[:count, None]
    pieces[stops, 2:] += along[stops] * reach[count:, None]
    return pieces, places[is_round]


def _joined(
    places: NDArray[np.float64], leaving: NDArray[np.float64], is_long: NDArray[np.bool_], width: float
) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
    """Find ends (n, 2) that go on as another line that starts in the same place, by their unit directions.

    Answers how far each is to be lengthened to meet the other as a mitre, and one end of every place that needs a disc:
    where two meet as a mitre, it covers the flat ends of all others.
    """
    keys = _keys(places)
    turn = np.arctan2(leaving[:, 1], leaving[:, 0]) % np.pi  # the same for opposite directions
    order = np.lexsort((turn, keys))
    keys, sorted_leaving, is_long = keys[order], leaving[order], is_long[order]
    is_first = np.diff(keys, prepend=keys[:1] - 1) != 0
    dot = -(sorted_leaving[1:] * sorted_leaving[:-1]).sum(axis=1)
    goes_on = ~is_first[1:] & (dot > SHARPEST_MITRE) & is_long[1:] & is_long[:-1]
    half = 0.5 * width * np.sqrt(np.clip((1 - dot) / np.maximum(1 + dot, 1e-6), 0, 1)) + OVERLAP_PX
    half = np.where(goes_on, half, 0.0)
    found = np.maximum(np.append(half, 0.0), np.append(0.0, half))  # with the one after it or the one before it
    reach = np.empty(len(places))
    reach[order] = found
    group = np.cumsum(is_first) - 1
    is_mitred = np.bincount(group, weights=found) > 0
    is_round = np.zeros(len(places), bool)
    is_round[order[is_first & ~is_mitred[group]]] = True
    return reach, is_round


def discs(places: NDArray[np.float64], width: float) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    """Make closed rings (m, 2) of round ends at places (n, 2), and say how many points each has (n,)."""
    circle = _CIRCLES[SMALL_DISC_CORNERS if width <= SMALL_PX else DISC_CORNERS]
    around = places[:, None, :] + 0.5 * width * circle
    return np.asarray(around.reshape(-1, 2)), np.full(len(places), len(circle), np.int64)


def _keys(places: NDArray[np.float64]) -> NDArray[np.int64]:
    """Number places so that those within a quarter of a pixel, most of them, share a number."""
    cells = np.round(places * 4).astype(np.int64)
    return np.asarray(cells[:, 0] * (1 << 32) + cells[:, 1])
