"""Which part of a road network hangs together."""

import numpy as np
from numpy.typing import NDArray

from gis.profile import INFINITE, Profile
from gis.roads import RoadNetwork


def main_part(network: RoadNetwork, profile: Profile) -> NDArray[np.bool_]:
    """Mark the nodes, bool (n,), of the largest part where a profile can drive from each to each."""
    from scipy.sparse import coo_matrix
    from scipy.sparse.csgraph import connected_components

    open_arcs = profile.weights_ms(network) != INFINITE
    tail, head = network.tail[open_arcs], network.head[open_arcs]
    count = network.node_count
    graph = coo_matrix((np.ones(len(tail), dtype=np.int8), (tail, head)), shape=(count, count))
    _, label = connected_components(graph.tocsr(), directed=True, connection="strong")
    return np.asarray(label == np.bincount(label).argmax()) if count else np.zeros(0, dtype=bool)
