"""People within a perimeter, where a city was built with a layer of them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from app.__main__ import main
from app.siting.questions import Enclose
from app.siting.words import enclosed_words
from app.siting.work import Work
from gis.within import Within
from tests.gis.extract_file import town

WEST, SOUTH, SIDE = 25.0, 60.0, 0.002


def ring(west: float, south: float, side: float) -> tuple[tuple[float, float], ...]:
    east, north = west + side, south + side
    return ((west, south), (east, south), (east, north), (west, north), (west, south))


def test_a_layer_of_population_is_counted_by_the_share_that_lies_inside(tmp_path: Path) -> None:
    tracts = [
        {"type": "Feature", "properties": {"population": people},
         "geometry": {"type": "Polygon", "coordinates": [ring(WEST + place * SIDE, SOUTH, SIDE)]}}
        for place, people in ((0, 400), (1, 1000))
    ]  # fmt: skip
    file = tmp_path / "tracts.geojson"
    file.write_text(json.dumps({"type": "FeatureCollection", "features": tracts}), encoding="utf-8")
    extract, city = town().write(tmp_path / "town.osm"), tmp_path / "city"
    built = ["city", "build", str(extract), "--out", str(city), "--layer", f"population={file}", "--quiet"]
    assert main([*built, "--time-zone", "Europe/Oslo"]) == 0
    # The eastern half of the first tract, and the western half of the second.
    found = Work(city).answer(Enclose(ring(WEST + SIDE / 2, SOUTH, SIDE)), lambda share, code: None)
    assert isinstance(found, Within)
    assert found.people == pytest.approx(0.5 * 400 + 0.5 * 1000, rel=1e-4) and found.people_layer == "population"
    assert enclosed_words(found, "en")[-1] == "700 people, by the layer population"
    assert enclosed_words(found, "zh")[-1] == "人口 700，依据图层 population"
