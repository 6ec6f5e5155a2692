"""Find where the names of streets and rivers stand along their run, and where the numbers of main roads stand."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from gis.columns import LayerColumns
from gis.field_values import coded
from maps.ground_style import LABEL_STYLES, road_group
from maps.label import Label, clean, estimated_width_px, within
from maps.strokes import gathered
from maps.view import View

REPEAT_PX = 420.0
STEP_PX = 16.0
STRAIGHT_PX = 1.2  # a line that leaves its chord by less is written straight
SHARPEST_DEG = 24.0  # from one sign to the next but one, about
MOST_TURN_DEG = 110.0  # from the first sign to the last
PIECE_PX = 11.0
SHIELD_REPEAT_PX = 620.0
RIVERS_COARSEST_MPP = 14.0
COARSEST_MPP = {
    "motorway": 9.0, "trunk": 9.0, "primary": 9.0, "secondary": 7.0, "tertiary": 4.5, "street": 2.9,
    "pedestrian": 1.6, "service": 0.8, "path": 0.8,
}  # fmt: skip
SHIELDS_COARSEST_MPP = {"motorway": 40.0, "trunk": 26.0, "primary": 12.0}
RANK = {
    "motorway": 20, "trunk": 21, "primary": 22, "secondary": 23, "tertiary": 24, "street": 26, "pedestrian": 27,
    "service": 40, "path": 41,
}  # fmt: skip
RIVER_RANK = 19.0
SHIELD_RANK = 18.0

_Chain = NDArray[np.float64]


def street_names(layer: LayerColumns, view: View) -> Iterator[Label]:
    """Give the names of the roads in a view, about every `REPEAT_PX` along each."""
    if layer.geometry != "line":
        return
    groups = [road_group(kind) for kind in layer.kinds]
    found = _of_kinds(layer, view, [view.metres_per_pixel <= COARSEST_MPP[group] for group in groups])
    ranks = np.array([RANK[group] for group in groups] or [0])
    for text, features, chains in _named_chains(layer, "name", found, view):
        rank = float(ranks[layer.kind_codes[features]].min())
        style = "road" if rank <= RANK["tertiary"] else "street"
        for chain in chains:
            yield from _along(chain, text, style, rank, view)


def river_names(layer: LayerColumns, view: View) -> Iterator[Label]:
    """Give the names of rivers and canals along their run."""
    if layer.geometry != "line" or view.metres_per_pixel > RIVERS_COARSEST_MPP:
        return
    shown = [kind in ("river", "canal") or view.metres_per_pixel <= 3.0 for kind in layer.kinds]
    for text, _, chains in _named_chains(layer, "name", _of_kinds(layer, view, shown), view):
        for chain in chains:
            yield from _along(chain, text, "water", RIVER_RANK, view)


def road_shields(layer: LayerColumns, view: View) -> Iterator[Label]:
    """Give the numbers of main roads, upright, about every `SHIELD_REPEAT_PX` along each."""
    if layer.geometry != "line":
        return
    shown = [view.metres_per_pixel <= SHIELDS_COARSEST_MPP.get(road_group(kind), 0.0) for kind in layer.kinds]
    if not any(shown):
        return
    found = _of_kinds(layer, view, shown)
    for ref, features, chains in _named_chains(layer, "ref", found, view):
        text = ref.split(";")[0].strip()
        if not 0 < len(text) <= 8:
            continue
        group = min((road_group(layer.kind_of(index)) for index in features.tolist()), key=lambda name: RANK[name])
        for chain in chains:
            for x, y in _spread(chain, view):
                yield Label(text, f"shield_{group}", x, y, 0.0, SHIELD_RANK + RANK[group] / 100)


def _of_kinds(layer: LayerColumns, view: View, shown: list[bool]) -> NDArray[np.int64]:
    found = layer.query(view.grown_box(80)) if any(shown) else np.empty(0, np.int64)
    return found[np.array(shown, bool)[layer.kind_codes[found]]] if len(found) else found


def _named_chains(
    layer: LayerColumns, column: str, found: NDArray[np.int64], view: View
) -> Iterator[tuple[str, NDArray[np.int64], list[_Chain]]]:
    """Give every text with its features and their lines, joined end to end, where there is room to write it."""
    if not len(found):
        return
    codes, texts = coded(layer, column)
    found = found[codes[found] >= 0]
    if not len(found):
        return
    found = found[np.argsort(codes[found], kind="stable")]
    points, sizes, parts = gathered(layer, found)
    steps = np.diff(points, axis=0)
    lengths = np.append(np.hypot(steps[:, 0], steps[:, 1]), 0.0)
    ends = np.cumsum(sizes)
    lengths[ends - 1] = 0.0
    of_text = codes[found]
    firsts = np.flatnonzero(np.concatenate(([True], of_text[1:] != of_text[:-1])))
    part_ends = np.cumsum(parts)
    starts = np.concatenate(([0], ends))[(part_ends - parts)[firsts]]
    totals = np.add.reduceat(lengths, starts) / view.metres_per_pixel
    stops = np.append(firsts[1:], len(found))
    for first, stop, total in zip(firsts.tolist(), stops.tolist(), totals.tolist(), strict=True):
        text = clean(texts[int(of_text[first])])
        if not text or total < estimated_width_px(text, 8.0):
            continue
        low, high = int(part_ends[first] - parts[first]), int(part_ends[stop - 1])
        pieces = [points[ends[part] - sizes[part] : ends[part]] for part in range(low, high)]
        yield text, found[first:stop], joined(pieces)


def joined(pieces: list[_Chain]) -> list[_Chain]:
    """Join polylines end to end where their ends meet (to 0.1 m), whichever way they run; at a fork straight on."""
    if len(pieces) == 1:
        return list(pieces)
    ends = np.array([(piece[0], piece[-1]) for piece in pieces])
    inward = np.array([(piece[1], piece[-2]) for piece in pieces]) - ends
    inward /= np.maximum(1e-9, np.hypot(inward[..., 0], inward[..., 1]))[..., None]
    tips = [(tuple(first), tuple(last)) for first, last in np.round(ends * 10).astype(np.int64).tolist()]
    ways = inward.tolist()
    at: dict[tuple[int, ...], list[tuple[int, int]]] = {}  # place: pieces with the end (0 or 1) that lies there
    for number, both in enumerate(tips):
        for side in (0, 1):
            at.setdefault(both[side], []).append((number, side))
    waiting = set(range(len(pieces)))
    chains = []
    for number in range(len(pieces)):
        if number not in waiting:
            continue
        waiting.discard(number)
        chain = [pieces[number]]
        for side in (1, 0):
            here, tip = number, side
            while True:
                back = ways[here][tip]
                more = [
                    (-(back[0] * ways[other][end][0] + back[1] * ways[other][end][1]), other, end)
                    for other, end in at[tips[here][tip]]
                    if other in waiting
                ]
                if not more:
                    break
                _, here, end = max(more)
                waiting.discard(here)
                piece = pieces[here] if end != side else pieces[here][::-1]
                if side:
                    chain.append(piece[1:])
                else:
                    chain.insert(0, piece[:-1])
                tip = 1 - end
        chains.append(np.concatenate(chain) if len(chain) > 1 else chain[0])
    return chains


def _spread(chain: _Chain, view: View) -> Iterator[tuple[float, float]]:
    length = np.concatenate(([0.0], np.cumsum(np.hypot(*np.diff(chain, axis=0).T)))) / view.metres_per_pixel
    count = max(1, round(length[-1] / SHIELD_REPEAT_PX))
    if length[-1] < 60:
        return
    middles = (np.arange(count) + 0.5) * length[-1] / count
    places = np.stack((np.interp(middles, length, chain[:, 0]), np.interp(middles, length, chain[:, 1])), axis=1)
    yield from places[within(places, view.box)].tolist()


def _along(chain: _Chain, text: str, style: str, rank: float, view: View) -> Iterator[Label]:
    """Give the straightest places for a text along a line, about every `REPEAT_PX`; bent with it where it bends."""
    scale = view.metres_per_pixel
    steps = chain[1:] - chain[:-1]
    length = np.zeros(len(chain))
    np.cumsum(np.hypot(steps[:, 0], steps[:, 1]) / scale, out=length[1:])
    needed = estimated_width_px(text, LABEL_STYLES[style].size_px) + 10
    room = length[-1] - needed
    if room < 0:
        return
    middles = needed / 2 + np.linspace(0, room, max(1, int(room / STEP_PX)) + 1)
    x, y = np.interp(middles, length, chain[:, 0]), np.interp(middles, length, chain[:, 1])
    middles = middles[within(np.stack((x, y), axis=1), view.box)]
    if not len(middles):
        return
    pieces = max(4, round(needed / PIECE_PX))
    at = middles[None, :] + np.linspace(-needed / 2, needed / 2, pieces + 1)[:, None]
    x, y = np.interp(at, length, chain[:, 0]), np.interp(at, length, chain[:, 1])
    x, y = _smoothed(x), _smoothed(y)
    headings = np.arctan2(y[1:] - y[:-1], x[1:] - x[:-1])
    turns = (headings[1:] - headings[:-1] + np.pi) % (2 * np.pi) - np.pi
    sharpest = np.degrees(np.abs(turns).max(axis=0))
    since_start = np.cumsum(turns, axis=0)
    turn = np.degrees(np.maximum(since_start.max(axis=0), 0) - np.minimum(since_start.min(axis=0), 0))
    fits = (sharpest <= SHARPEST_DEG) & (turn <= MOST_TURN_DEG)
    if not is_bendable(text):
        fits &= turn < SHARPEST_DEG
    share = length[-1] / max(1, round(length[-1] / REPEAT_PX))
    best: dict[int, tuple[float, int]] = {}
    for number in np.flatnonzero(fits).tolist():
        span = int(middles[number] / share)
        price = float(turn[number]) / 30 + abs(float(middles[number]) - (span + 0.5) * share) / share
        if span not in best or price < best[span][0]:
            best[span] = (price, number)
    for _, number in best.values():
        yield _written(x[:, number], y[:, number], text, style, rank, scale)


def _smoothed(values: NDArray[np.float64]) -> NDArray[np.float64]:
    """Round the corners of sampled lines (k, m), ends kept."""
    for _ in range(2):
        rounded = values.copy()
        rounded[1:-1] = (values[:-2] + 2 * values[1:-1] + values[2:]) / 4
        values = rounded
    return values


def is_bendable(text: str) -> bool:
    """Tell whether a text may be set sign by sign: scripts that join or stack their signs may not."""
    return all(sign < "\u0300" or "\u0370" <= sign < "\u0590" or sign >= "\u2e80" for sign in text)


def _written(x: NDArray[np.float64], y: NDArray[np.float64], text: str, style: str, rank: float, scale: float) -> Label:
    if x[0] > x[-1] or (x[0] == x[-1] and y[0] > y[-1]):
        x, y = x[::-1], y[::-1]
    run = np.array([x[-1] - x[0], y[-1] - y[0]])
    chord = max(1e-9, float(np.hypot(*run)))
    leave = ((x - x[0]) * run[1] - (y - y[0]) * run[0]) / chord / scale
    if np.ptp(leave) <= STRAIGHT_PX or not is_bendable(text):
        middle_x, middle_y = float((x.min() + x.max()) / 2), float((y.min() + y.max()) / 2)
        return Label(text, style, middle_x, middle_y, float(-np.degrees(np.arctan2(run[1], run[0]))), rank)
    middle_x, middle_y = float(x[len(x) // 2]), float(y[len(y) // 2])
    bend = zip(((x - middle_x) / scale).round(1).tolist(), ((middle_y - y) / scale).round(1).tolist(), strict=True)
    return Label(text, style, middle_x, middle_y, 0.0, rank, tuple(bend))
