"""Times to pinned places are those of the router's own matrix, after every change of the roads too."""

from pathlib import Path

import numpy as np
import pytest

from gis.pinned import PinnedPlaces
from gis.profile import default_profiles
from gis.roads import RoadNetwork
from gis.routing import Router
from tests.gis.road_oracle import scatter


@pytest.fixture(scope="module")
def router(helsinki: Path) -> Router:
    return Router(RoadNetwork.open(helsinki / "roads"), default_profiles()["emergency"])


def test_times_equal_the_matrix_whatever_is_closed(router: Router) -> None:
    snaps = router.snap_many(scatter(router.network, 130, seed=2))
    snaps[3] = None
    sources, targets = snaps[:90], snaps[60:]  # some are both: a way along one edge, and none at all
    targets[5] = None
    pinned = PinnedPlaces(router, targets)
    dice = np.random.default_rng(4)
    for share in (0.0, 0.15, 0.0):
        router.set_closed(np.flatnonzero(dice.random(router.network.arc_count) < share).tolist())
        found, expected = pinned.times_s(sources), router.matrix_s(sources, targets)
        assert found.dtype == np.float32
        assert np.array_equal(np.isinf(found), np.isinf(expected))
        reached = np.isfinite(expected)
        assert np.abs(found[reached] - expected[reached]).max() < 1e-3
        assert np.isinf(found[3]).all() and np.isinf(found[:, 5]).all()
        assert (~np.isfinite(np.delete(np.delete(found, 3, 0), 5, 1))).any() == bool(share)


def test_no_place_and_no_vehicle_are_answered(router: Router) -> None:
    [snap] = router.snap_many(scatter(router.network, 1, seed=2))
    assert PinnedPlaces(router, []).times_s([snap]).shape == (1, 0)
    assert np.isinf(PinnedPlaces(router, [None]).times_s([snap, None])).all()
    assert PinnedPlaces(router, [snap]).times_s([]).shape == (0, 1)
