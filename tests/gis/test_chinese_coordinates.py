"""GCJ-02 and BD-09: published pairs of points, there and back, and nothing outside of China."""

from __future__ import annotations

import numpy as np
import pytest

from gis.chinese_coordinates import (
    bd09_to_gcj02,
    bd09_to_wgs84,
    chinese_name,
    gcj02_to_bd09,
    gcj02_to_wgs84,
    wgs84_to_bd09,
    wgs84_to_gcj02,
)

METRE_DEG = 1 / 111_000


def test_published_points() -> None:
    """What the widely used `coordtransform` states for 116.404, 39.915 in its README."""
    assert wgs84_to_gcj02(116.404, 39.915) == pytest.approx((116.41024449916938, 39.91640428150164), abs=1e-11)
    assert gcj02_to_bd09(116.404, 39.915) == pytest.approx((116.41036949371029, 39.92133699351021), abs=1e-11)
    rough = (116.39762729119315, 39.90865673957631)  # its way back is one step only, good to a metre
    assert bd09_to_gcj02(116.404, 39.915) == pytest.approx(rough, abs=METRE_DEG)
    assert gcj02_to_wgs84(116.404, 39.915) == pytest.approx((116.39775550083061, 39.91359571849836), abs=2 * METRE_DEG)


def test_there_and_back_is_exact_to_a_millimetre_everywhere_in_china() -> None:
    lon, lat = (each.ravel() for each in np.meshgrid(np.linspace(73, 135, 211), np.linspace(18, 53.5, 187)))
    for there, back in (
        (wgs84_to_gcj02, gcj02_to_wgs84),
        (gcj02_to_bd09, bd09_to_gcj02),
        (wgs84_to_bd09, bd09_to_wgs84),
    ):
        again_lon, again_lat = back(*there(lon, lat))
        assert np.abs(again_lon - lon).max() < METRE_DEG / 1000
        assert np.abs(again_lat - lat).max() < METRE_DEG / 1000
        assert np.abs(there(lon, lat)[0] - lon).max() > 100 * METRE_DEG


def test_outside_of_china_nothing_is_changed() -> None:
    lon, lat = np.array([24.94, -123.1, 151.2, np.nan, 0.0]), np.array([60.17, 49.26, -33.9, 10.0, 90.0])
    for shift in (wgs84_to_gcj02, gcj02_to_wgs84, gcj02_to_bd09, bd09_to_gcj02):
        assert np.array_equal(np.stack(shift(lon, lat)), np.stack((lon, lat)), equal_nan=True)


@pytest.mark.parametrize(
    ("text", "name"), [("gcj-02", "GCJ-02"), ("GCJ02", "GCJ-02"), ("BD 09", "BD-09"), ("EPSG:4326", None), (None, None)]
)
def test_names_however_they_are_written(text: str | None, name: str | None) -> None:
    assert chinese_name(text) == name
