"""A street is found by how it is spelt, begins or sounds, with the lines that it runs along."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from gis.city import City
from gis.street_lines import find_street


@pytest.fixture(scope="module")
def city(helsinki: Path) -> City:
    return City.open(helsinki)


def test_a_street_comes_with_its_lines_in_lonlat(city: City) -> None:
    name, lines = find_street(city, "  unioninkatu ")
    assert name == "Unioninkatu"
    assert all(line.shape[1] == 2 and len(line) > 1 for line in lines)
    lonlat = np.concatenate(lines)
    west, south, east, north = 24.8, 60.1, 25.1, 60.3
    assert ((lonlat > (west, south)) & (lonlat < (east, north))).all()
    assert np.ptp(lonlat[:, 1]) > 0.005  # it runs half a kilometre to the north at least
    assert find_street(city, "bulev")[0] == "Bulevardi"


def test_what_is_not_one_street_names_those_that_are_meant(city: City) -> None:
    with pytest.raises(LookupError, match="Mannerheiminaukio, Mannerheimintie"):
        find_street(city, "mannerheimin")
    for nothing in ("", "xyzzy"):
        with pytest.raises(LookupError):
            find_street(city, nothing)
