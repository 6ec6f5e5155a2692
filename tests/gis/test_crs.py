"""Coordinate systems."""

from __future__ import annotations

import pytest
import shapely

from gis.crs import check_metric, project, transformer, utm_crs


@pytest.mark.parametrize(
    ("lon", "lat", "crs"),
    [
        (24.94, 60.17, "EPSG:32635"),
        (-123.1, 49.25, "EPSG:32610"),
        (151.2, -33.9, "EPSG:32756"),
        (5.3, 60.4, "EPSG:32632"),
        (15.6, 78.2, "EPSG:32633"),
        (180.0, 0.0, "EPSG:32660"),
        (-180.0, 0.0, "EPSG:32601"),
    ],
)
def test_zones(lon: float, lat: float, crs: str) -> None:
    assert utm_crs(lon, lat) == crs


@pytest.mark.parametrize(("lon", "lat"), [(0, 85), (0, -81), (181, 0), (float("nan"), 0)])
def test_no_zone_beyond_them(lon: float, lat: float) -> None:
    with pytest.raises(ValueError, match="no UTM zone"):
        utm_crs(lon, lat)


def test_longitude_comes_first() -> None:
    x, y = transformer("EPSG:4326", "EPSG:32635").transform(27.0, 60.0)
    assert x == pytest.approx(500_000, abs=0.01)
    assert 6_600_000 < y < 6_700_000


def test_project_moves_every_vertex() -> None:
    square = shapely.box(24.9, 60.1, 24.91, 60.11)
    there = project([square], "EPSG:4326", "EPSG:32635")
    assert 500_000 < there[0].area < 700_000
    assert project(there, "EPSG:32635", "EPSG:4326")[0].equals_exact(square, 1e-9)


@pytest.mark.parametrize("crs", ["EPSG:4326", "EPSG:2227", "EPSG:999999", "nonsense"])
def test_degrees_feet_and_nonsense_are_no_metric_crs(crs: str) -> None:
    with pytest.raises(ValueError, match="coordinate system"):
        check_metric(crs)
