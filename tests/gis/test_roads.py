"""The stored network: written, opened, and what is said when it is damaged."""

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from gis.roads import RoadNetwork, RoadsError
from tests.gis.road_town import grid


def test_it_comes_back_as_it_was_written(tmp_path: Path) -> None:
    network = grid().build(tmp_path)
    network.write(tmp_path / "again")
    again = RoadNetwork.open(tmp_path / "again")
    assert (again.names, again.classes, again.crs, again.report) == (
        network.names,
        network.classes,
        network.crs,
        network.report,
    )
    assert np.array_equal(again.edge_xy, network.edge_xy)
    assert isinstance(again.edge_xy.base, np.memmap)


def test_shapes_run_in_driving_order(tmp_path: Path) -> None:
    network = grid().build(tmp_path)
    for arc in range(network.arc_count):
        shape = network.shape_of(arc)
        assert shape[0] == pytest.approx(network.node_xy[network.tail[arc]])
        assert shape[-1] == pytest.approx(network.node_xy[network.head[arc]])
        assert arc in network.arcs_of_edge(int(network.edge[arc]), bool(network.backward[arc]))
    for junction in range(9):
        assert network.nodes_of_junction(junction).tolist() == np.flatnonzero(network.junction == junction).tolist()


@pytest.mark.parametrize(
    ("damage", "message"),
    [
        (lambda folder: (folder / "tail.npy").unlink(), r"tail\.npy: missing"),
        (lambda folder: (folder / "roads.json").unlink(), r"roads\.json: missing"),
        (lambda folder: (folder / "roads.json").write_text("{"), r"roads\.json: cannot be read"),
        (lambda folder: (folder / "roads.json").write_text("{}"), r"roads\.json: cannot be read"),
        (lambda folder: (folder / "roads.json").write_text("[" * 100_000), r"roads\.json: cannot be read"),
        (lambda folder: (folder / "tail.npy").write_bytes(b"\x93NUMPY"), r"tail\.npy: cannot be read"),
        (lambda folder: (folder / "tail.npy").write_bytes(b""), r"tail\.npy: cannot be read"),
        (lambda folder: np.save(folder / "head.npy", np.zeros(3, np.uint32)), r"head\.npy: 3 rows where 24"),
        (lambda folder: np.save(folder / "head.npy", np.zeros(24)), r"head\.npy: float64"),
        (lambda folder: np.save(folder / "tail.npy", np.array([{}] * 24), allow_pickle=True), r"tail\.npy"),
        (lambda folder: _edit(folder, format=99), r"format 99"),
    ],
)
def test_damage_is_named_by_file(tmp_path: Path, damage, message: str) -> None:  # type: ignore[no-untyped-def]
    grid().build(tmp_path)
    damage(tmp_path / "roads")
    with pytest.raises(RoadsError, match=message):
        RoadNetwork.open(tmp_path / "roads")


def test_problems_inside_sound_files_are_found(tmp_path: Path) -> None:
    network = grid().build(tmp_path)
    assert network.problems() == []
    far = np.array(network.head)
    far[0] = 99
    lost = np.array(network.node_xy)
    lost[0] = np.nan
    assert replace(network, head=far).problems() == ["an arc leads to a node that does not exist"]
    assert replace(network, node_xy=lost).problems() == ["a coordinate is not a number"]
    assert replace(network, order=np.zeros(9, np.uint32)).problems() == [
        "the contraction order is not a permutation of the nodes"
    ]


def _edit(folder: Path, **changes: object) -> None:
    head = json.loads((folder / "roads.json").read_text(encoding="utf-8"))
    (folder / "roads.json").write_text(json.dumps(head | changes), encoding="utf-8")
