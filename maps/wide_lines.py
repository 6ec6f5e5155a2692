"""Wide lines as straight bars that overlap in their bends, and round ends: a tenth of the time of round caps."""

from __future__ import annotations

from dataclasses import dataclass

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


@dataclass(frozen=True, slots=True)
class Bends:
    """How polylines turn, whatever their width: m straight pieces, and k ends and sharp bends of theirs.

    pieces float64 (m, 4); along (m, 2), unit directions; halves (m - 1,), the tangent of half the turn to the next
    piece, NaN where it is no gentle one. begins and stops bool (m,): the pieces that begin, and that end, with one of
    the k. order int64 (k,) sorts these by place; sorted so are places (k, 2), lengths (k,) of their pieces, is_first
    bool (k,) of their place, and joints (k - 1,), as halves, for two that go on as each other. spots (s, 2): lines
    without length.
    """

    pieces: NDArray[np.float64]
    along: NDArray[np.float64]
    halves: NDArray[np.float64]
    begins: NDArray[np.bool_]
    stops: NDArray[np.bool_]
    order: NDArray[np.int64]
    places: NDArray[np.float64]
    lengths: NDArray[np.float64]
    is_first: NDArray[np.bool_]
    joints: NDArray[np.float64]
    spots: NDArray[np.float64]


def bends_of(points: NDArray[np.float64], sizes: NDArray[np.int64]) -> Bends:
    """Find the bends of polylines: points (n, 2), sizes (lines,)."""
    step = np.diff(points, axis=0)
    length = np.hypot(step[:, 0], step[:, 1])
    inside = length > 1e-6
    inside[np.cumsum(sizes)[:-1] - 1] = False
    at = np.flatnonzero(inside)
    length = length[at]
    line = np.repeat(np.arange(len(sizes)), sizes)[at]
    along = step[at] / length[:, None]
    follows = line[1:] == line[:-1]
    halves = _half_turns((along[1:] * along[:-1]).sum(axis=1), follows)
    is_sharp = np.isnan(halves)
    begins, stops = np.ones(len(at), bool), np.ones(len(at), bool)
    begins[1:] = stops[:-1] = is_sharp
    places = np.concatenate((points[at[begins]], points[at[stops] + 1]))
    leaving = np.concatenate((along[begins], -along[stops]))
    cells = np.round(places * 4).astype(np.int64)  # of a quarter of a pixel
    keys = cells[:, 0] * (1 << 32) + cells[:, 1]
    order = np.lexsort((np.arctan2(leaving[:, 1], leaving[:, 0]) % np.pi, keys))  # opposite directions side by side
    keys, leaving = keys[order], leaving[order]
    is_first = np.diff(keys, prepend=keys[:1] - 1) != 0
    joints = _half_turns(-(leaving[1:] * leaving[:-1]).sum(axis=1), ~is_first[1:])
    lengths = np.concatenate((length[begins], length[stops]))[order]
    pieces = np.hstack((points[at], points[at + 1]))
    spots = points[np.delete(np.cumsum(sizes) - 1, line)]
    return Bends(pieces, along, halves, begins, stops, order, places[order], lengths, is_first, joints, spots)


def _half_turns(dot: NDArray[np.float64], meet: NDArray[np.bool_]) -> NDArray[np.float64]:
    is_gentle = meet & (dot > SHARPEST_MITRE)
    return np.sqrt(np.maximum(1 - dot, 0) / np.where(is_gentle, 1 + dot, np.nan))


def mitred(bends: Bends, width: float) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Make bars of polylines of a width in device pixels, and say where round ends belong.

    Answers the bars as pieces (m, 4), lengthened so that in a gentle bend the corners of two meet as a mitre, of one
    line or of two that go on as each other, and the places (j, 2), each once, of other ends and sharp bends: where two
    meet as a mitre, it covers the flat ends of all others.
    """
    pieces, along = bends.pieces.copy(), bends.along
    reach = _reach(bends.halves, width)[:, None]
    pieces[1:, :2] -= along[1:] * reach
    pieces[:-1, 2:] += along[:-1] * reach
    is_long = bends.lengths >= 0.5 * width
    joint = np.where(is_long[1:] & is_long[:-1], _reach(bends.joints, width), 0.0)
    sorted_reach = np.zeros(len(is_long))  # with the one after it or the one before it
    sorted_reach[:-1] = joint
    sorted_reach[1:] = np.maximum(sorted_reach[1:], joint)
    reach = np.empty((len(is_long), 1))
    reach[bends.order, 0] = sorted_reach
    count = int(bends.begins.sum())
    pieces[bends.begins, :2] -= along[bends.begins] * reach[:count]
    pieces[bends.stops, 2:] += along[bends.stops] * reach[count:]
    is_met = np.bincount(np.cumsum(bends.is_first) - 1, weights=sorted_reach) > 0
    return pieces, np.concatenate((bends.places[bends.is_first][~is_met], bends.spots))


def _reach(halves: NDArray[np.float64], width: float) -> NDArray[np.float64]:
    reach = 0.5 * width * halves + OVERLAP_PX
    reach[np.isnan(reach)] = 0.0  # `np.nan_to_num` takes ten times as long for a few
    return reach


def discs(places: NDArray[np.float64], width: float) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    """Make closed rings (m, 2) of round ends at places (n, 2), and say how many points each has (n,)."""
    circle = _CIRCLES[SMALL_DISC_CORNERS if width <= SMALL_PX else DISC_CORNERS]
    around = places[:, None, :] + 0.5 * width * circle
    return np.asarray(around.reshape(-1, 2)), np.full(len(places), len(circle), np.int64)
