"""A road network on its way into the store: junctions not yet split, nothing cut off, no order."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from pyproj import Geod
from routingkit_cch import compute_order_inertial

from gis.crs import LONLAT, transformer
from gis.network_parts import main_part
from gis.network_tags import ROAD_CLASSES, TURN
from gis.profile import default_profiles
from gis.roads import RoadNetwork
from gis.turns import split

Progress = Callable[[float, str], None]


class NetworkError(ValueError):
    """Say why no road network can be made of a file."""


@dataclass(slots=True)
class Draft:
    """Hold j junctions, e edges with lon/lat shapes, and a arcs over them."""

    junction_lonlat: NDArray[np.float64]  # (j, 2)
    edge_offset: NDArray[np.int64]  # (e + 1,)
    edge_lonlat: NDArray[np.float64]  # (p, 2)
    edge: NDArray[np.int64]  # (a,)
    backward: NDArray[np.bool_]  # (a,)
    tail: NDArray[np.int64]  # (a,) junctions
    head: NDArray[np.int64]  # (a,)
    road_class: NDArray[np.int64]
    speed_kmh: NDArray[np.float64]
    way_id: NDArray[np.int64]
    name: NDArray[np.int64]
    flags: NDArray[np.int64]
    names: list[str]
    node_id: NDArray[np.int64] | None = None  # (j,) the OpenStreetMap node of each junction
    turns: dict[tuple[int, int], int] = field(default_factory=dict)
    shadows: list[int] = field(default_factory=list)
    report: dict[str, Any] = field(default_factory=dict)
    limits: NDArray[np.float64] = field(default_factory=lambda: np.zeros((0, 3)))  # (a, 3) as a network holds them

    def __post_init__(self) -> None:
        if not len(self.limits):
            self.limits = np.zeros((len(self.edge), 3))


def finish(draft: Draft, folder: Path, *, metric_crs: str, progress: Progress | None = None) -> dict[str, Any]:
    """Split, cut to the largest connected part, order and write a draft; give the report.

    The part kept is the largest in which every place can be driven to from every other one under the shipped emergency
    profile: each junction with a copy in it stays, with all roads between such junctions.
    """
    tell = progress or (lambda share, what: None)
    tell(0.55, "junctions")
    divided = split(len(draft.junction_lonlat), draft.tail, draft.head, draft.turns, draft.shadows)
    lengths = _edge_lengths_m(draft)
    turn_count = len(divided.turn_tail)
    to_metric = transformer(LONLAT, metric_crs)

    def join(of_arcs: NDArray[Any], of_turns: Any) -> NDArray[Any]:
        return np.concatenate([of_arcs, np.full(turn_count, of_turns, dtype=of_arcs.dtype)])

    junction_xy = np.column_stack(to_metric.transform(*draft.junction_lonlat.T)).reshape(-1, 2)
    edge_xy = np.column_stack(to_metric.transform(*draft.edge_lonlat.T)).reshape(-1, 2)
    # A stray node at the other end of the world has no place in this CRS; its roads are left out.
    on_map = np.logical_and.reduceat(np.isfinite(edge_xy).all(axis=1), draft.edge_offset[:-1])
    if not on_map.any():
        raise NetworkError(f"the roads lie outside the area of {metric_crs}")
    whole = RoadNetwork(
        node_xy=junction_xy[divided.junction],
        junction=divided.junction.astype(np.uint32),
        tail=np.concatenate([divided.tail, divided.turn_tail]).astype(np.uint32),
        head=np.concatenate([divided.head, divided.turn_head]).astype(np.uint32),
        length_m=join(lengths[draft.edge].astype(np.float32), 0),
        road_class=join(draft.road_class.astype(np.uint8), TURN),
        speed_kmh=join(draft.speed_kmh.astype(np.float32), 0),
        way_id=join(draft.way_id, 0),
        name=join(draft.name.astype(np.int32), -1),
        flags=np.concatenate([draft.flags, divided.turn_flags]).astype(np.uint16),
        edge=join(draft.edge.astype(np.int32), -1),
        backward=join(draft.backward, False),
        edge_offset=draft.edge_offset,
        edge_xy=edge_xy,
        order=np.zeros(0, dtype=np.uint32),
        classes=ROAD_CLASSES,
        names=tuple(draft.names),
        crs=metric_crs,
        report={},
        limits=np.concatenate([draft.limits, np.zeros((turn_count, 3))]).astype(np.float32),
    )
    tell(0.65, "largest connected part")
    kept = main_part(whole, default_profiles()["emergency"])
    keep_junction = np.zeros(len(junction_xy), dtype=bool)
    keep_junction[whole.junction[kept]] = True
    keep_junction &= np.isfinite(junction_xy).all(axis=1)
    network, used = _cut(whole, keep_junction, on_map)
    report = dict(draft.report)
    report |= {
        "junctions": int(keep_junction.sum()),
        "nodes": network.node_count,
        "arcs": int((network.edge >= 0).sum()),
        "turn_arcs": int((network.edge < 0).sum()),
        "edges": network.edge_count,
        "limited_arcs": _count_limited(network),
        "road_km": round(float(lengths[used].sum()) / 1000, 1),
        "edges_off_the_map": int((~on_map).sum()),
        "cut_off_junctions": int(len(keep_junction) - keep_junction.sum()),
        "cut_off_km": round(float(lengths.sum() - lengths[used].sum()) / 1000, 1),
        "cut_off_km_by_class": _km_by_class(draft, np.where(np.isin(np.arange(len(lengths)), used), 0.0, lengths)),
    }
    if not network.arc_count:
        raise NetworkError("no road that can be driven both to and from")
    tell(0.75, "contraction order")
    lon, lat = transformer(metric_crs, LONLAT).transform(*network.node_xy.T)
    order = compute_order_inertial(
        network.node_count, network.tail.tolist(), network.head.tolist(), lat.tolist(), lon.tolist()
    )
    stored = replace(network, order=np.array(order, dtype=np.uint32), report=report)
    stored.write(folder)
    tell(1.0, "roads")
    return report


def _cut(
    whole: RoadNetwork, keep_junction: NDArray[np.bool_], keep_edge: NDArray[np.bool_]
) -> tuple[RoadNetwork, NDArray[np.int64]]:
    """Keep the roads between kept junctions; give also the former numbers of the edges kept."""
    keep_node = keep_junction[whole.junction]
    keep_arc = keep_node[whole.tail] & keep_node[whole.head] & np.append(keep_edge, True)[whole.edge]
    edges = np.unique(whole.edge[keep_arc & (whole.edge >= 0)])
    new_node = np.cumsum(keep_node) - 1
    new_junction = np.cumsum(keep_junction) - 1
    new_edge = np.full(whole.edge_count + 1, -1, dtype=np.int32)  # the last one stays -1, for turns
    new_edge[edges] = np.arange(len(edges))
    counts = np.diff(whole.edge_offset)
    keep_point = np.zeros(whole.edge_count, dtype=bool)
    keep_point[edges] = True
    used_names, new_name = np.unique(whole.name[keep_arc], return_inverse=True)
    if len(used_names) and used_names[0] == -1:
        used_names, new_name = used_names[1:], new_name - 1
    network = replace(
        whole,
        node_xy=whole.node_xy[keep_node],
        junction=new_junction[whole.junction[keep_node]].astype(np.uint32),
        tail=new_node[whole.tail[keep_arc]].astype(np.uint32),
        head=new_node[whole.head[keep_arc]].astype(np.uint32),
        edge=new_edge[whole.edge[keep_arc]],
        edge_offset=np.concatenate([[0], np.cumsum(counts[edges])]).astype(np.int64),
        edge_xy=whole.edge_xy[np.repeat(keep_point, counts)],
        name=new_name.astype(np.int32),
        names=tuple(whole.names[index] for index in used_names),
        **{
            key: getattr(whole, key)[keep_arc]
            for key in ("length_m", "road_class", "speed_kmh", "way_id", "flags", "backward", "limits")
        },
    )
    return network, edges.astype(np.int64)


def _edge_lengths_m(draft: Draft) -> NDArray[np.float64]:
    """Measure edges along the ellipsoid: a metric CRS stretches by up to a thousandth."""
    lon, lat = draft.edge_lonlat.T
    edges = len(draft.edge_offset) - 1
    if not edges:
        return np.zeros(0)
    steps = np.zeros(len(lon))
    steps[1:] = Geod(ellps="WGS84").inv(lon[:-1], lat[:-1], lon[1:], lat[1:])[2]
    steps[draft.edge_offset[:-1]] = 0.0
    return np.add.reduceat(steps, draft.edge_offset[:-1])


def _count_limited(network: RoadNetwork) -> dict[str, int]:
    words = ("height", "width", "weight")
    return {word: int((network.limits[:, column] > 0).sum()) for column, word in enumerate(words)}


def _km_by_class(draft: Draft, lengths_m: NDArray[np.float64]) -> dict[str, float]:
    class_of = np.zeros(len(lengths_m), dtype=np.int64)
    class_of[draft.edge] = draft.road_class
    kilometres = np.bincount(class_of, weights=lengths_m, minlength=len(ROAD_CLASSES)) / 1000
    return {name: round(float(km), 1) for name, km in zip(ROAD_CLASSES, kilometres, strict=True) if km >= 0.05}
