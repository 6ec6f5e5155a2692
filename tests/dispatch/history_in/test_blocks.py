"""Block-level addresses in a city that was built from its street file, which has no houses."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from dispatch.history.locating import Clues, Locator
from dispatch.incident import Precision
from gis.city import City
from gis.city_build import StreetFile, build

LON, LAT, STEP = -122.4, 37.75, 0.004


def feature(name: str, start: int, end: int, low: int, x: int, y: int) -> dict[str, object]:
    """Return a street's stretch from (0, y) to (x, y), numbered from `low` on."""
    line = [[LON, LAT + y * STEP], [LON + x * STEP, LAT + y * STEP]]
    about = {"F": start, "T": end, "STREETNAME": name, "LF_FADD": low + 1, "LF_TOADD": low + 99, "RT_FADD": low,
             "RT_TOADD": low + 98}  # fmt: skip
    return {"type": "Feature", "geometry": {"type": "LineString", "coordinates": line}, "properties": about}


def test_a_block_is_found_by_the_address_ranges_of_the_streets(tmp_path: Path) -> None:
    file = tmp_path / "streets.geojson"
    streets = [
        feature("03RD ST", 1, 2, 200, 1, 0),
        feature("23RD ST", 3, 4, 200, 1, 5),
        feature("ELM BLVD", 1, 5, 0, 2, 9),
    ]
    file.write_text(json.dumps({"type": "FeatureCollection", "features": streets}), "utf-8")
    build(tmp_path / "city", streets=StreetFile(file, "F", "T"), name="Linetown")
    locator = Locator(City.open(tmp_path / "city"))
    for words in ("200 Block of 3RD ST", "2XX 3RD ST", "257 3RD ST", "200 BLK 03RD ST"):
        found = locator.find(Clues(address=words))
        assert found.how == "block" and found.location is not None, words
        assert (found.location.lon, found.location.lat) == pytest.approx((LON + STEP / 2, LAT), abs=1e-5)
        assert found.location.precision is Precision.APPROXIMATE and found.notes == ("geocoded",)
    assert locator.find(Clues(address="0 Block of ELM BL")).how == "block"
    assert locator.find(Clues(address="300 Block of ELM BL")).how == "street"
    locator.close()
