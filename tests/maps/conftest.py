"""The village, written once a test process."""

from __future__ import annotations

import pytest

from gis.city import City
from tests.maps.village import build_village


@pytest.fixture(scope="session")
def village(tmp_path_factory: pytest.TempPathFactory) -> City:
    """Build the village; its folder is for reading only."""
    return City.open(build_village(tmp_path_factory.mktemp("village")))
