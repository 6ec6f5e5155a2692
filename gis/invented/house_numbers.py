"""House numbers along the streets of an invented city: odd on the left, even on the right."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from gis.invented.buildings import Buildings
from gis.invented.street_graph import StreetGraph


def house_numbers(buildings: Buildings, streets: StreetGraph) -> NDArray[np.int64]:
    """Number the addressed buildings of each street along it, odd left and even right; 0 for the others."""
    street = streets.street[buildings.edge]
    middle = (streets.node_xy[streets.tail] + streets.node_xy[streets.head]) / 2
    count = int(streets.street.max(initial=0)) + 1
    low, high = np.full((count, 2), np.inf), np.full((count, 2), -np.inf)
    known = streets.street >= 0
    np.minimum.at(low, streets.street[known], middle[known])
    np.maximum.at(high, streets.street[known], middle[known])
    axis = np.argmax(high - low, axis=1)  # a street is counted the way it runs, west to east or south to north
    edges = np.arange(streets.edge_count)
    of = axis[np.maximum(streets.street, 0)]
    start, stop = streets.node_xy[streets.tail][edges, of], streets.node_xy[streets.head][edges, of]
    ahead = np.where(stop >= start, 1, -1)
    side = buildings.side * ahead[buildings.edge]
    along = buildings.along_m * ahead[buildings.edge]
    use = np.flatnonzero(buildings.addressed & (street >= 0))
    key = np.minimum(start, stop)[buildings.edge[use]]
    order = use[np.lexsort((along[use], buildings.edge[use], key, side[use], street[use]))]
    changes = np.ones(len(order), bool)
    changes[1:] = (street[order][1:] != street[order][:-1]) | (side[order][1:] != side[order][:-1])
    first = np.maximum.accumulate(np.where(changes, np.arange(len(order)), 0))
    numbers = np.zeros(len(street), np.int64)
    numbers[order] = 2 * (np.arange(len(order)) - first) + np.where(side[order] > 0, 1, 2)
    return numbers
