"""The road network of a city: directed arcs between nodes, as memory-mapped arrays."""

import json
from dataclasses import dataclass, field, fields
from enum import IntFlag
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from gis.edge_index import EdgeIndex

FORMAT = 1
_ARRAYS = {
    "node_xy": np.float64,
    "junction": np.uint32,
    "tail": np.uint32,
    "head": np.uint32,
    "length_m": np.float32,
    "road_class": np.uint8,
    "speed_kmh": np.float32,
    "way_id": np.int64,
    "name": np.int32,
    "flags": np.uint16,
    "edge": np.int32,
    "backward": np.bool_,
    "edge_offset": np.int64,
    "edge_xy": np.float64,
    "order": np.uint32,
}
Limits = tuple[float, float, float]  # the greatest height and width in metres and weight in tonnes, 0 for none
NO_LIMITS: Limits = (0.0, 0.0, 0.0)


class RoadsError(ValueError):
    """Say which part of a stored road network is missing or damaged."""


class ArcFlag(IntFlag):
    """Name what is special about an arc; a driving profile says what each costs or whether it closes the arc."""

    BUS_LANE = 1  # buses only, or a bus lane against the one-way
    GATE = 2  # a gate, lift gate or chain must be opened
    BOLLARD = 4  # a bollard or block stands in the way
    PRIVATE = 8
    EMERGENCY_ONLY = 16  # ordinary motor traffic is not admitted (pedestrian streets too)
    BARRED = 32  # closed to everybody as far as the map says
    CONTRAFLOW = 64  # against a one-way
    FORBIDDEN_TURN = 128
    CONDITIONAL = 256  # depends on the hour or on signs that change
    ROUNDABOUT = 512
    TUNNEL = 1024
    BRIDGE = 2048
    TOLL = 4096
    SERVICE = 8192  # a parking aisle, driveway or the like


@dataclass(frozen=True)
class RoadNetwork:
    """Hold a network of n nodes, m arcs and e edges (an edge is a piece of street, an arc drives it one way).

    Coordinates are in `crs`, the city's metric CRS; lengths are metres on the ground. A junction with turn
    restrictions or a barrier stands as several nodes (copies) joined by turn arcs: length 0, edge -1, way 0.
    Two arcs may drive the same edge the same way, where a restriction remembers the road one came from.
    `limits` has no rows where no road has any (and where the network was built before limits were read).
    """

    node_xy: NDArray[np.float64]  # (n, 2)
    junction: NDArray[np.uint32]  # (n,) the junction that each node is a copy of
    tail: NDArray[np.uint32]  # (m,)
    head: NDArray[np.uint32]  # (m,)
    length_m: NDArray[np.float32]  # (m,)
    road_class: NDArray[np.uint8]  # (m,) index into classes
    speed_kmh: NDArray[np.float32]  # (m,) as signed on the road, 0 where not known
    way_id: NDArray[np.int64]  # (m,)
    name: NDArray[np.int32]  # (m,) index into names, -1 none
    flags: NDArray[np.uint16]  # (m,) bits of ArcFlag
    edge: NDArray[np.int32]  # (m,)
    backward: NDArray[np.bool_]  # (m,) the arc runs against its edge's points
    edge_offset: NDArray[np.int64]  # (e + 1,) into edge_xy
    edge_xy: NDArray[np.float64]  # (p, 2) shape points, both ends included
    order: NDArray[np.uint32]  # (n,) contraction order
    classes: tuple[str, ...]
    names: tuple[str, ...]
    crs: str
    report: dict[str, Any]
    limits: NDArray[np.float32] = field(default_factory=lambda: np.zeros((0, 3), dtype=np.float32))  # (m, 3) Limits

    @classmethod
    def open(cls, folder: Path) -> "RoadNetwork":
        """Open a stored network, memory-mapped; raise RoadsError where a file is missing or does not fit."""
        try:
            head = json.loads((folder / "roads.json").read_text(encoding="utf-8"))
            if head["format"] != FORMAT:
                raise RoadsError(f"{folder / 'roads.json'}: format {head['format']}, this program reads {FORMAT}")
            parts = {name: _load(folder / f"{name}.npy", dtype) for name, dtype in _ARRAYS.items()}
            if (folder / "limits.npy").exists():
                parts["limits"] = _load(folder / "limits.npy", np.float32)
            network = cls(
                **parts,
                classes=tuple(head["classes"]),
                names=tuple(head["names"]),
                crs=str(head["crs"]),
                report=dict(head["report"]),
            )
        except FileNotFoundError as error:
            raise RoadsError(f"{error.filename}: missing from the road network") from error
        except (json.JSONDecodeError, UnicodeDecodeError, KeyError, TypeError, RecursionError) as error:
            raise RoadsError(f"{folder / 'roads.json'}: cannot be read ({error!r})") from error
        network._check_shapes(folder)
        return network

    def write(self, folder: Path) -> None:
        """Write the network into a folder, the index file last."""
        folder.mkdir(parents=True, exist_ok=True)
        for name, dtype in _ARRAYS.items():
            np.save(folder / f"{name}.npy", np.ascontiguousarray(getattr(self, name), dtype=dtype))
        if np.any(self.limits):
            np.save(folder / "limits.npy", np.ascontiguousarray(self.limits, dtype=np.float32))
        else:
            (folder / "limits.npy").unlink(missing_ok=True)
        head = {
            "format": FORMAT,
            "crs": self.crs,
            "classes": self.classes,
            "names": self.names,
            "report": self.report,
        }
        text = json.dumps(head, ensure_ascii=False, indent=1)
        (folder / "roads.json").write_text(text, encoding="utf-8")

    @property
    def node_count(self) -> int:
        return len(self.junction)

    @property
    def arc_count(self) -> int:
        return len(self.tail)

    @property
    def edge_count(self) -> int:
        return len(self.edge_offset) - 1

    @cached_property
    def edge_arcs(self) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Give the arcs of every edge: offsets int64 (2 e + 1,) and arcs, row 2 i + backward for edge i."""
        arcs = np.flatnonzero(np.asarray(self.edge) >= 0)
        row = 2 * self.edge[arcs].astype(np.int64) + self.backward[arcs]
        offsets = np.concatenate([[0], np.cumsum(np.bincount(row, minlength=2 * self.edge_count))])
        return offsets.astype(np.int64), arcs[np.argsort(row, kind="stable")]

    @cached_property
    def copies(self) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Give the nodes of every junction: offsets int64 (junctions + 1,) and nodes."""
        count = int(self.junction.max()) + 1 if self.node_count else 0
        offsets = np.concatenate([[0], np.cumsum(np.bincount(self.junction, minlength=count))])
        return offsets.astype(np.int64), np.argsort(self.junction, kind="stable")

    @cached_property
    def edge_index(self) -> "EdgeIndex":
        """Find roads by place or by way; made when first asked for."""
        from gis.edge_index import EdgeIndex

        return EdgeIndex(self.edge_offset, self.edge_xy, self.edge, self.way_id)

    def arcs_of_edge(self, edge: int, backward: bool) -> NDArray[np.int64]:
        """List the arcs that drive an edge in one direction, the plain one first."""
        offsets, arcs = self.edge_arcs
        row = 2 * edge + int(backward)
        return arcs[offsets[row] : offsets[row + 1]]

    def nodes_of_junction(self, junction: int) -> NDArray[np.int64]:
        """List all copies of a junction."""
        offsets, nodes = self.copies
        return nodes[offsets[junction] : offsets[junction + 1]]

    def shape_of(self, arc: int) -> NDArray[np.float64]:
        """Give an arc's shape points in driving order, float64 (p, 2); two equal points for a turn."""
        edge = int(self.edge[arc])
        if edge < 0:
            return np.asarray(self.node_xy[[self.tail[arc], self.head[arc]]])
        points = np.asarray(self.edge_xy[self.edge_offset[edge] : self.edge_offset[edge + 1]])
        return points[::-1] if self.backward[arc] else points

    @cached_property
    def limited(self) -> NDArray[np.int64]:
        """List the arcs that not every vehicle may drive."""
        return np.flatnonzero(np.any(np.asarray(self.limits) > 0, axis=1))

    def arcs_too_small_for(self, size: Limits) -> NDArray[np.int64]:
        """List the arcs that a vehicle of this height, width and weight may not drive, int64; what is 0 fits."""
        if not any(size) or not len(self.limited):
            return np.zeros(0, dtype=np.int64)
        limits = np.asarray(self.limits)[self.limited]
        # Stored in single precision: a vehicle of just the height that is allowed must not be turned away for it.
        return self.limited[((limits > 0) & (np.asarray(size, dtype=np.float32) > limits)).any(axis=1)]

    def problems(self) -> list[str]:
        """Tell what is inconsistent in the arrays; an empty list for a sound network."""
        found: list[str] = []
        nodes, arcs = self.node_count, self.arc_count
        if arcs and max(int(self.tail.max()), int(self.head.max())) >= nodes:
            found.append("an arc leads to a node that does not exist")
        if not np.array_equal(np.sort(self.order), np.arange(nodes)):
            found.append("the contraction order is not a permutation of the nodes")
        if arcs and int(self.edge.max()) >= self.edge_count:
            found.append("an arc follows an edge that does not exist")
        if arcs and (int(self.name.max()) >= len(self.names) or int(self.road_class.max()) >= len(self.classes)):
            found.append("an arc has a name or a class that does not exist")
        if np.any(np.diff(self.edge_offset) < 2) or int(self.edge_offset[-1]) != len(self.edge_xy):
            found.append("an edge has fewer than two points")
        if not np.isfinite(self.node_xy).all() or not np.isfinite(self.edge_xy).all():
            found.append("a coordinate is not a number")
        if not np.isfinite(self.length_m).all() or np.any(self.length_m < 0):
            found.append("an arc's length is not a number")
        if not np.isfinite(self.limits).all() or np.any(self.limits < 0):
            found.append("an arc's limit is not a number")
        return found

    def _check_shapes(self, folder: Path) -> None:
        nodes, arcs = len(self.junction), len(self.tail)
        expected = {"node_xy": nodes, "order": nodes}
        expected |= dict.fromkeys(
            ("head", "length_m", "road_class", "speed_kmh", "way_id", "name", "flags", "edge", "backward"), arcs
        )
        for name, count in expected.items():
            if len(getattr(self, name)) != count:
                found = len(getattr(self, name))
                raise RoadsError(f"{folder / name}.npy: {found} rows where {count} are needed")
        if len(self.limits) not in (0, arcs):
            raise RoadsError(f"{folder / 'limits'}.npy: {len(self.limits)} rows where {arcs} are needed")
        if len(self.edge_offset) < 1:
            raise RoadsError(f"{folder / 'edge_offset'}.npy: empty")


def gather(begins: NDArray[np.int64], stops: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """List the positions of several stretches of an array one after the other, and which stretch each is of."""
    counts = stops - begins
    owner = np.repeat(np.arange(len(counts)), counts)
    return np.arange(len(owner)) + np.repeat(begins - (np.cumsum(counts) - counts), counts), owner


def _load(file: Path, dtype: type) -> NDArray[Any]:
    try:
        array: NDArray[Any] = np.load(file, mmap_mode="r", allow_pickle=False)
    except (ValueError, EOFError, OSError) as error:
        if isinstance(error, FileNotFoundError):
            raise
        raise RoadsError(f"{file}: cannot be read ({error})") from error
    columns = {"node_xy": 2, "edge_xy": 2, "limits": 3}.get(file.stem)
    if array.dtype != dtype or array.ndim != (2 if columns else 1) or (columns and array.shape[1] != columns):
        raise RoadsError(f"{file}: {array.dtype} {array.shape} is not what this file holds")
    return np.asarray(array)  # still mapped, but a single value of a plain array is read several times faster


assert {item.name for item in fields(RoadNetwork)} >= set(_ARRAYS)
