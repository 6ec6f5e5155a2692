"""Where, and when, calls gather, and what may come: the slow questions about demand, asked with arrays alone."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from dispatch.calls import Calls
from dispatch.demand.rows import DAY_S, HOUR_S

if TYPE_CHECKING:
    from dispatch.forecast.backtest import Forecast
    from gis.hotspots import Density

# How time is taken together: not at all; by slots that come round every day or week; one day after another.
ALL, DAY, WEEK, DAYS = "all", "day", "week", "days"
RHYTHMS = (ALL, DAY, WEEK, DAYS)
SLOT_H = {ALL: 0, DAY: 4, WEEK: 6, DAYS: 24}
SIDES_M = (250.0, 500.0, 1000.0)
WITHIN_M, LEAST = 100.0, 5
BANDWIDTH_M = 500.0
PEAK_H = 4  # hours one after another in which most of a cluster's calls came
MOST_HOT, MOST_CLUSTERS = 200, 100


@dataclass(frozen=True, slots=True, eq=False)
class PlacesAsked:
    """Ask where calls gather. xy float64 (n, 2), metres; local_s float64 (n,), seconds by the clock since a Monday.

    kind int64 (n,); whole: the days (counted from that Monday) that are known from midnight to midnight; box: metres,
    outside of which a place is no place of the city (None: everything counts); least 0: as many as suit the log.
    """

    xy: NDArray[np.float64]
    local_s: NDArray[np.float64]
    kind: NDArray[np.int64]
    whole: tuple[int, int]
    box: tuple[float, float, float, float] | None = None
    rhythm: str = DAY
    side_m: float = SIDES_M[1]
    within_m: float = WITHIN_M
    within_h: float = 0.0
    least: int = 0


@dataclass(frozen=True, slots=True)
class Hot:
    """Tell of a square that stands out: its south-west corner in metres, its slot in hours since the round (or that
    Monday) began, how many calls, Gi* (z), its one-sided p, and the row of the call nearest to its middle."""

    x: float
    y: float
    from_h: float
    to_h: float
    count: int
    z: float
    p: float
    near: int


@dataclass(frozen=True, slots=True)
class Cluster:
    """Tell of calls that lie close together: their middle in metres, the farthest of them from it, when most came.

    peak_h: the hour of the day at which the PEAK_H hours begin that hold `peak_share` of them; kind: the code of the
    commonest, with its share; first and last: rows of asked; near: the row nearest to the middle.
    """

    x: float
    y: float
    radius_m: float
    count: int
    peak_h: int
    peak_share: float
    kind: int
    kind_share: float
    first: int
    last: int
    near: int


@dataclass(frozen=True, slots=True)
class Problem:
    """Say why a part could not be found: `too_many_squares` (squares, slots) or `too_dense` (within_m)."""

    code: str
    parameters: tuple[tuple[str, float], ...] = ()


@dataclass(frozen=True, slots=True, eq=False)
class PlacesFound:
    """Tell where calls gather.

    placed: calls with a place in the city, of `asked`. rhythm: how time was taken, ALL where the log was too short for
    what was asked; cells: squares and slots compared, with `mean` calls in one; hot: the hottest first, of `all_hot`;
    clusters: the largest first, of `all_clusters`; noise: calls in none. `problem` is why there is none of it.
    """

    asked: int
    placed: int
    surface: Density | None
    rhythm: str = ALL
    side_m: float = 0.0
    cells: int = 0
    mean: float = 0.0
    hot: tuple[Hot, ...] = ()
    all_hot: int = 0
    clusters: tuple[Cluster, ...] = ()
    all_clusters: int = 0
    noise: int = 0
    within_m: float = 0.0
    within_h: float = 0.0
    least: int = 0
    problem: Problem | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Ahead:
    """Tell what may come, or (`forecast` None) of how many days calls are known and how many are needed."""

    forecast: Forecast | None = None
    days: float = 0.0
    needed: float = 0.0


@dataclass(frozen=True, slots=True, eq=False)
class Question:
    """Ask for either, or both. period: the whole days that calls were taken from, quiet ones at its ends too."""

    places: PlacesAsked | None = None
    calls: Calls | None = None
    period: tuple[datetime, datetime] | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Answer:
    """Answer what was asked for."""

    places: PlacesFound | None = None
    ahead: Ahead | None = None


@dataclass(slots=True)
class _Hot:
    hot: tuple[Hot, ...] = ()
    count: int = 0
    rhythm: str = ALL
    cells: int = 0
    mean: float = 0.0
    problem: Problem | None = None


def answer(question: Question) -> Answer:
    """Answer; takes seconds the first time, while the libraries load."""
    places = find_places(question.places) if question.places is not None else None
    ahead = look_ahead(question.calls, question.period) if question.calls is not None else None
    return Answer(places, ahead)


def look_ahead(calls: Calls, period: tuple[datetime, datetime] | None = None) -> Ahead:
    """Forecast the week after the last whole day."""
    from dispatch.forecast.backtest import TooShort, forecast

    try:
        return Ahead(forecast(calls, period=period))
    except TooShort as error:
        return Ahead(None, error.days, error.needed)


def find_places(asked: PlacesAsked) -> PlacesFound:
    """Find where calls gather, by density, Getis-Ord Gi* and DBSCAN."""
    from gis.hotspots import density

    rows = np.flatnonzero(_placed(asked))
    if not len(rows):
        return PlacesFound(len(asked.xy), 0, None)
    surface = density(asked.xy[rows], bandwidth_m=BANDWIDTH_M)
    hot = _hot(asked, rows)
    least = asked.least or usual_least(len(rows))
    groups, problem = _clusters(asked, rows, least)
    own = tuple(_cluster(asked, group) for group in groups[:MOST_CLUSTERS])
    return PlacesFound(
        len(asked.xy), len(rows), surface, hot.rhythm, asked.side_m, hot.cells, hot.mean, hot.hot, hot.count, own,
        len(groups), len(rows) - sum(len(group) for group in groups), asked.within_m, asked.within_h, least,
        hot.problem or problem,
    )  # fmt: skip


def usual_least(calls: int) -> int:
    """Return how many calls make a cluster: more where there are more, else all of a city's would run into one."""
    return max(LEAST, round(float(np.sqrt(calls)) / 4))


def _placed(asked: PlacesAsked) -> NDArray[np.bool_]:
    found = np.isfinite(asked.xy).all(axis=1)
    if asked.box is not None:
        west, south, east, north = asked.box
        x, y = asked.xy[:, 0], asked.xy[:, 1]
        with np.errstate(invalid="ignore"):
            found &= (x >= west) & (x <= east) & (y >= south) & (y <= north)
    return np.asarray(found)


def _hot(asked: PlacesAsked, rows: NDArray[np.int64]) -> _Hot:
    from gis.hot_cells import TooManySquares, hot_cells

    rhythm, rows = _rhythm(asked, rows)
    slot_h = SLOT_H[rhythm]
    round_s = {DAY: DAY_S, WEEK: 7 * DAY_S}.get(rhythm)
    xy, seconds = asked.xy[rows], asked.local_s[rows]
    try:
        found = hot_cells(
            xy, seconds if slot_h else None, side_m=asked.side_m, slot_s=HOUR_S * (slot_h or 1), round_s=round_s
        )
    except TooManySquares as error:
        found_out = (("squares", float(error.squares)), ("slots", float(error.slots)))
        return _Hot(rhythm=rhythm, problem=Problem("too_many_squares", found_out))
    hot = []
    for row in found.hottest[:MOST_HOT].tolist():
        x, y = found.corner_xy[row].tolist()
        start_h = float(found.slot[row]) * slot_h
        middle = np.array([x, y]) + asked.side_m / 2
        near = rows[int(((xy - middle) ** 2).sum(axis=1).argmin())]
        hot.append(Hot(
            x, y, start_h, start_h + slot_h, int(found.counts[row]), float(found.z[row]), float(found.p[row]), int(near)
        ))  # fmt: skip
    return _Hot(tuple(hot), int(found.is_hot.sum()), rhythm, found.cells, len(rows) / max(found.cells, 1))


def _rhythm(asked: PlacesAsked, rows: NDArray[np.int64]) -> tuple[str, NDArray[np.int64]]:
    """Keep the latest whole days, or weeks of them: else two Saturdays would be held against one Sunday."""
    if asked.rhythm not in (DAY, WEEK):
        return asked.rhythm, rows
    start, stop = asked.whole
    days = stop - start
    days -= days % (7 if asked.rhythm == WEEK else 1)
    day = np.floor(asked.local_s[rows] / DAY_S)
    own = rows[(day >= stop - days) & (day < stop)]
    return (asked.rhythm, own) if days > 0 and len(own) else (ALL, rows)


def _clusters(
    asked: PlacesAsked, rows: NDArray[np.int64], least: int
) -> tuple[list[NDArray[np.int64]], Problem | None]:  # fmt: skip
    from gis.clusters import TooDense, clusters

    try:
        label = clusters(
            asked.xy[rows], asked.local_s[rows] if asked.within_h else None, within_m=asked.within_m,
            within_s=HOUR_S * (asked.within_h or 1.0), least=least,
        )  # fmt: skip
    except TooDense as error:
        return [], Problem("too_dense", (("within_m", error.within_m),))
    order = np.argsort(label, kind="stable")
    order = order[label[order] >= 0]
    sizes = np.bincount(label[label >= 0])
    return [rows[part] for part in np.split(order, np.cumsum(sizes)[:-1])] if len(sizes) else [], None


def _cluster(asked: PlacesAsked, rows: NDArray[np.int64]) -> Cluster:
    xy = asked.xy[rows]
    middle = xy.mean(axis=0)
    away = np.hypot(*(xy - middle).T)
    hours = np.bincount(np.floor(asked.local_s[rows] / HOUR_S).astype(np.int64) % 24, minlength=24)
    runs = np.array([hours[np.arange(start, start + PEAK_H) % 24].sum() for start in range(24)])
    kinds = np.bincount(np.maximum(asked.kind[rows], 0))
    peak, kind = int(runs.argmax()), int(kinds.argmax())
    count = len(rows)
    return Cluster(
        float(middle[0]), float(middle[1]), float(away.max()), count, peak, float(runs[peak] / count), kind,
        float(kinds[kind] / count), int(rows.min()), int(rows.max()), int(rows[int(away.argmin())]),
    )  # fmt: skip
