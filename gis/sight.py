"""What can be seen from a point between walls: an exact angular sweep, in numpy, in the city's metric CRS."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

FULL_DEG = 360.0
ARC_STEP = math.radians(3.0)  # between corners of the polygon where only the range ends the view
_NEAR_M = 1e-6
_ROUNDS = 6
_Points = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Eye:
    """A viewer: where it stands (metres), where it looks (degrees from north, None all round), how wide and how far.

    `ignored` numbers the buildings that hide nothing from it: the one on whose roof it stands.
    """

    x: float
    y: float
    direction_deg: float | None = None
    angle_deg: float = FULL_DEG
    range_m: float = 100.0
    ignored: tuple[int, ...] = ()

    @property
    def is_all_round(self) -> bool:
        """Tell whether it looks everywhere."""
        return self.direction_deg is None or self.angle_deg >= FULL_DEG

    def off_axis_deg(self, x: float, y: float) -> float:
        """Return how far aside from the middle of the view a point lies, 0 to 180; 0 where it looks all round."""
        if self.is_all_round or self.direction_deg is None:
            return 0.0
        bearing = math.degrees(math.atan2(x - self.x, y - self.y))
        return abs((bearing - self.direction_deg + 180.0) % 360.0 - 180.0)


@dataclass(frozen=True, slots=True)
class Sweep:
    """What a viewer sees: for each sector, ascending and counter-clockwise from `start_rad`, the wall that ends it.

    edges float64 (n + 1) angles from `start_rad` in radians; walls float64 (n, 4) relative to the viewer, NaN where the
    range ends the view.
    """

    eye: Eye
    start_rad: float
    edges: NDArray[np.float64]
    walls: _Points

    def polygon(self) -> _Points:
        """Return the outline of what is seen, float64 (n, 2), counter-clockwise and closed; empty where nothing is."""
        eye, count = self.eye, len(self.walls)
        if not count or eye.range_m <= 0:
            return np.empty((0, 2))
        both = np.stack((self.edges[:-1], self.edges[1:]), axis=1)
        reach = np.clip(_distances(self.walls[:, None, :], both + self.start_rad), 0.0, eye.range_m)
        reach[np.isnan(reach)] = eye.range_m
        turn = both + self.start_rad
        corners = np.stack((reach * np.cos(turn), reach * np.sin(turn)), axis=-1).reshape(-1, 2)
        keep = np.ones(len(corners), bool)
        keep[1:] = np.abs(np.diff(corners, axis=0)).max(axis=1) > 1e-3
        corners = corners[keep]
        if not eye.is_all_round:
            corners = np.vstack(([0.0, 0.0], corners))
        at = np.array([eye.x, eye.y])
        return np.asarray(np.vstack((corners, corners[:1])) + at)

    def sees(self, xy: _Points) -> NDArray[np.bool_]:
        """Tell which points (n, 2) are within range and angle with no wall before them."""
        apart = np.asarray(xy, np.float64).reshape(-1, 2) - (self.eye.x, self.eye.y)
        away = np.hypot(apart[:, 0], apart[:, 1])
        if not len(self.walls):
            return away <= min(self.eye.range_m, _NEAR_M)
        turn = (np.arctan2(apart[:, 1], apart[:, 0]) - self.start_rad) % math.tau
        sector = np.clip(np.searchsorted(self.edges, turn, side="right") - 1, 0, len(self.walls) - 1)
        ends = _distances(self.walls[sector], turn + self.start_rad)
        free = np.isnan(ends) | (away <= ends + 1e-6)
        inside = (turn <= self.edges[-1] + 1e-9) | (away <= _NEAR_M)
        return np.asarray(free & inside & (away <= self.eye.range_m))


def look(eye: Eye, walls: _Points) -> Sweep:
    """Find what a viewer sees between walls (n, 4) that may touch, cross or lie on each other.

    Each sector between two ends of walls is ended by the nearest wall; where the nearest one changes inside a sector,
    two walls cross there and the sector is cut. Walls that point straight at the viewer hide nothing by themselves.
    """
    span = math.tau if eye.is_all_round else math.radians(max(0.0, eye.angle_deg))
    middle = math.pi / 2 - math.radians(eye.direction_deg or 0.0)
    start = middle - span / 2
    if span <= 0 or eye.range_m <= 0:
        return Sweep(eye, start, np.zeros(1), np.empty((0, 4)))
    cut, low, high = _sectors(_within(walls - np.tile((eye.x, eye.y), 2), eye.range_m), start, span)
    arcs = np.linspace(0.0, span, max(2, math.ceil(span / ARC_STEP) + 1))
    edges = _distinct(np.concatenate((arcs, low, high)))
    nearest = np.empty(0, np.int64)
    for _ in range(_ROUNDS):
        nearest, crossings = _nearest(cut, low, high, edges, start)
        if not len(crossings):
            break
        longer = _distinct(np.concatenate((edges, crossings)))
        if len(longer) == len(edges):
            break
        edges = longer
    found = np.full((len(edges) - 1, 4), np.nan)
    has_wall = nearest >= 0
    found[has_wall] = cut[nearest[has_wall]]
    return Sweep(eye, start, edges, found)


def free_lines(x: float, y: float, xy: _Points, walls: _Points) -> NDArray[np.bool_]:
    """Tell to which of a few points (n, 2) a straight line from x, y meets no wall (n, 4); touching counts."""
    line = np.asarray(xy, np.float64).reshape(-1, 1, 2) - (x, y)
    start, end = walls[None, :, :2] - (x, y), walls[None, :, 2:] - (x, y)
    run = end - start
    sides = _cross(line, start) * _cross(line, end) <= 0
    ends = _cross(run, -start) * _cross(run, line - start) <= 0
    return np.asarray(~(sides & ends).any(axis=1))


def _nearest(
    cut: _Points, low: NDArray[np.float64], high: NDArray[np.float64], edges: NDArray[np.float64], start: float
) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """Return the nearest wall of every sector (−1 none) and the angles inside sectors where it changes."""
    count = len(edges) - 1
    nearest = np.full(count, -1, np.int64)
    first = _nearest_of(edges, low)
    many = np.maximum(_nearest_of(edges, high) - first, 0)
    wall = np.repeat(np.arange(len(cut)), many)
    if not len(wall):
        return nearest, np.empty(0)
    sector = np.arange(len(wall)) - np.repeat(np.cumsum(many) - many, many) + np.repeat(first, many)
    order = np.argsort(sector, kind="stable")
    wall, sector = wall[order], sector[order]
    begins = np.flatnonzero(np.r_[True, np.diff(sector) > 0])
    width = edges[1:] - edges[:-1]
    chosen = []
    for share in (0.5, 1e-3, 1 - 1e-3):
        away = _distances(cut[wall], edges[sector] + share * width[sector] + start)
        away[np.isnan(away)] = np.inf
        least = np.repeat(np.minimum.reduceat(away, begins), np.diff(np.r_[begins, len(away)]))
        hits = np.flatnonzero(away <= least + 1e-9)
        held = np.full(count, -1, np.int64)
        held[sector[hits][::-1]] = wall[hits][::-1]  # of walls that lie on each other always the first
        chosen.append(held)
    nearest, at_low, at_high = chosen
    changing = np.flatnonzero((at_low != at_high) & (at_low >= 0) & (at_high >= 0))
    turn = (_crossing(cut[at_low[changing]], cut[at_high[changing]]) - start) % math.tau
    inside = (turn > edges[changing]) & (turn < edges[changing + 1])  # NaN is not
    return nearest, turn[inside]


def _sectors(cut: _Points, start: float, span: float) -> tuple[_Points, NDArray[np.float64], NDArray[np.float64]]:
    """Return walls with the angles between which each lies, counted from `start`; one across the start comes twice."""
    side = cut[:, 0] * cut[:, 3] - cut[:, 1] * cut[:, 2]
    length = np.hypot(cut[:, 2] - cut[:, 0], cut[:, 3] - cut[:, 1])
    seen = np.abs(side) > _NEAR_M * np.maximum(length, _NEAR_M)
    cut, side = cut[seen], side[seen]
    cut = np.where((side > 0)[:, None], cut, cut[:, [2, 3, 0, 1]])
    low = (np.arctan2(cut[:, 1], cut[:, 0]) - start) % math.tau
    wide = np.arctan2(np.abs(side), cut[:, 0] * cut[:, 2] + cut[:, 1] * cut[:, 3])
    high = low + wide
    over = high > math.tau
    cut = np.concatenate((cut, cut[over]))
    low = np.concatenate((low, np.zeros(int(over.sum()))))
    high = np.concatenate((np.minimum(high, math.tau), high[over] - math.tau))
    high = np.minimum(high, span)
    inside = high > low + 1e-12
    return cut[inside], low[inside], high[inside]


def _within(walls: _Points, range_m: float) -> _Points:
    """Cut walls relative to the viewer to the circle that it sees."""
    start, run = walls[:, :2], walls[:, 2:] - walls[:, :2]
    squared = (run**2).sum(axis=1)
    walls, start, run, squared = (part[squared > 0] for part in (walls, start, run, squared))
    half = (start * run).sum(axis=1)
    inner = half**2 - squared * ((start**2).sum(axis=1) - range_m**2)
    root = np.sqrt(np.maximum(inner, 0.0))
    first = np.clip((-half - root) / squared, 0.0, 1.0)
    last = np.clip((-half + root) / squared, 0.0, 1.0)
    kept = (inner > 0) & (last > first)
    start, run = start[kept], run[kept]
    return np.hstack((start + first[kept, None] * run, start + last[kept, None] * run))


def _distances(walls: _Points, turn: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return how far along a direction (radians from east) the line through a wall is met; NaN without a wall."""
    x0, y0, x1, y1 = (walls[..., axis] for axis in range(4))
    run_x, run_y = x1 - x0, y1 - y0
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.asarray((x0 * run_y - y0 * run_x) / (np.cos(turn) * run_y - np.sin(turn) * run_x))


def _crossing(one: _Points, other: _Points) -> NDArray[np.float64]:
    """Return the direction (radians from east) in which the lines through two walls meet; NaN for parallel ones."""
    run, across = one[:, 2:] - one[:, :2], other[:, 2:] - other[:, :2]
    apart = other[:, :2] - one[:, :2]
    with np.errstate(divide="ignore", invalid="ignore"):
        share = (apart[:, 0] * across[:, 1] - apart[:, 1] * across[:, 0]) / (
            run[:, 0] * across[:, 1] - run[:, 1] * across[:, 0]
        )
        at = one[:, :2] + share[:, None] * run
    at[~np.isfinite(at).all(axis=1)] = np.nan
    return np.asarray(np.arctan2(at[:, 1], at[:, 0]))


def _cross(one: _Points, other: _Points) -> _Points:
    return np.asarray(one[..., 0] * other[..., 1] - one[..., 1] * other[..., 0])


def _distinct(angles: NDArray[np.float64]) -> NDArray[np.float64]:
    angles = np.sort(angles)
    return angles[np.r_[True, np.diff(angles) > 1e-10]]


def _nearest_of(edges: NDArray[np.float64], angles: NDArray[np.float64]) -> NDArray[np.int64]:
    """Return the number of the edge nearest to each angle: edges that nearly fell together are one."""
    after = np.clip(np.searchsorted(edges, angles), 1, len(edges) - 1)
    return np.asarray(after - (angles - edges[after - 1] <= edges[after] - angles))
