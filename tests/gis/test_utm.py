"""Projection into UTM, held against PROJ."""

import numpy as np
import pytest

from gis.crs import LONLAT, transformer
from gis.utm import to_utm


@pytest.mark.parametrize(("crs", "middle"), [("EPSG:32635", 27.0), ("epsg:32701", -177.0), ("EPSG:32760", 177.0)])
def test_it_lies_within_a_millimetre_of_proj(crs: str, middle: float) -> None:
    east, lat = np.meshgrid(np.linspace(-8, 8, 17), np.linspace(-79, 83, 28))
    found = to_utm(crs, middle + east, lat)
    assert found is not None
    for own, theirs in zip(found, transformer(LONLAT, crs).transform(middle + east, lat), strict=True):
        assert np.abs(own - theirs).max() < 1e-3


@pytest.mark.parametrize("crs", ["EPSG:3067", "EPSG:32661", "EPSG:32600", "EPSG:326350", "EPSG:4326", ""])
def test_other_systems_are_left_to_proj(crs: str) -> None:
    assert to_utm(crs, 27.0, 60.0) is None


def test_a_place_far_from_the_zone_is_left_to_proj() -> None:
    assert to_utm("EPSG:32635", [27.0, 60.0], [60.0, 60.0]) is None
