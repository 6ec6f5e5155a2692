"""Files added one after the other: what is asked, what is told, what is left of a cancel."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from pytestqt.qtbot import QtBot

from app.layers.adding import Adding, CrsQuestion, LayerQuestion, Wish, chosen_layers, problems_of, share_inside
from app.layers.book import LayerBook
from app.layers.crs_dialog import CrsDialog
from gis.chinese_coordinates import wgs84_to_gcj02
from gis.city import City
from tests.maps.village import CRS, EAST, NORTH


@pytest.fixture
def adding(city: City, make_book: Callable[..., LayerBook]) -> Adding:
    return Adding(make_book(city))


def metric_csv(file: Path) -> Path:
    """Places in metres of the village's system, which a CSV does not say."""
    rows = "\n".join(f"{EAST + 10 * i},{NORTH},{i}" for i in range(20))
    file.write_text(f"x,y,n\n{rows}\n")
    return file


def test_several_files_are_added_in_order_and_one_that_fails_stops_nobody(
    tmp_path: Path, trees: Path, adding: Adding, qtbot: QtBot
) -> None:
    broken = tmp_path / "broken.geojson"
    broken.write_text("{")
    other = tmp_path / "other.geojson"
    other.write_bytes(trees.read_bytes())
    added, failed = [], []
    adding.added.connect(lambda wish, one: added.append(one.layer.name))
    adding.failed.connect(lambda wish, problem: failed.append(wish.path.name))
    with qtbot.waitSignal(adding.ended, timeout=10_000):
        adding.add([Wish(trees), Wish(broken), Wish(other)])
    assert (added, failed) == (["trees", "other"], ["broken.geojson"])
    assert [layer.name for layer in adding._book.listing.layers] == ["trees", "other"]


def test_a_file_that_does_not_say_its_system_is_asked_for(
    tmp_path: Path, city: City, adding: Adding, qtbot: QtBot
) -> None:
    with qtbot.waitSignal(adding.asked_crs, timeout=10_000) as told:
        adding.add([Wish(metric_csv(tmp_path / "poles.csv"))])
    question: CrsQuestion = told.args[0]
    assert CRS in question.guesses
    assert share_inside(city, question.sample, CRS) == 1.0
    assert share_inside(city, question.sample, "EPSG:32634") == 0.0
    assert share_inside(city, question.sample, "EPSG:1") is None
    dialog = CrsDialog(city, question)
    qtbot.addWidget(dialog)
    assert dialog.crs == question.guesses[0]
    assert "100 %" in dialog.falls.text()
    qtbot.waitUntil(lambda: bool(dialog._names), timeout=5_000)
    dialog.find.setText("epsg:32634")
    qtbot.waitUntil(lambda: dialog.crs == "EPSG:32634", timeout=2_000)
    assert "0 %" in dialog.falls.text()
    dialog.find.setText("no such system")
    qtbot.waitUntil(lambda: not dialog.go.isEnabled(), timeout=2_000)
    with qtbot.waitSignal(adding.added, timeout=10_000) as done:
        adding.add([replace(question.wish, crs=CRS)])
    assert done.args[1].kept == 20


def test_chinese_coordinates_are_counted_where_they_really_are(city: City) -> None:
    sample = np.array([[116.39, 39.9], [116.40, 39.91]])
    beijing = replace(city, bounds=(116.0, 39.5, 117.0, 40.5))
    shifted = np.column_stack(wgs84_to_gcj02(sample[:, 0], sample[:, 1]))
    assert share_inside(beijing, shifted, "GCJ-02") == 1.0
    assert share_inside(beijing, sample * 1_000, "GCJ-02") == 0.0
    assert share_inside(beijing, np.empty((0, 2)), "GCJ-02") is None


def test_of_a_file_with_several_layers_some_are_chosen(
    tmp_path: Path, trees: Path, adding: Adding, qtbot: QtBot
) -> None:
    import geopandas

    frame = geopandas.read_file(trees)
    file = tmp_path / "both.gpkg"
    for name in ("first", "second", "third"):
        frame.to_file(file, layer=name)
    with qtbot.waitSignal(adding.asked_layers, timeout=10_000) as told:
        adding.add([Wish(file)])
    question: LayerQuestion = told.args[0]
    assert [one.name for one in question.layers] == ["first", "second", "third"]
    with qtbot.waitSignal(adding.ended, timeout=10_000):
        adding.add(chosen_layers(question, ["first", "third"]))
    assert [one.title for one in adding._book.listing.layers] == ["both: first", "both: third"]


def test_what_was_wrong_stays_with_the_layer(tmp_path: Path, city: City, adding: Adding, qtbot: QtBot) -> None:
    lon, lat = city.center
    good = {"type": "Feature", "properties": {}, "geometry": {"type": "Point", "coordinates": [lon, lat]}}
    bad = {"type": "Feature", "properties": {}, "geometry": None}
    file = tmp_path / "holes.geojson"
    file.write_text(json.dumps({"type": "FeatureCollection", "features": [good, bad]}))
    with qtbot.waitSignal(adding.added, timeout=10_000) as told:
        adding.add([Wish(file)])
    lines = problems_of(city, told.args[1].layer.name)
    assert any("feature 2" in line for line in lines)
    assert problems_of(city, "nothing") == []


def test_a_cancel_leaves_nothing(trees: Path, city: City, adding: Adding, qtbot: QtBot) -> None:
    added = []
    adding.added.connect(lambda *given: added.append(given))
    before = set(city.layer_names())
    adding.add([Wish(trees), Wish(trees)])
    with qtbot.waitSignal(adding.ended):
        adding.cancel()
    qtbot.wait(600)
    assert not adding.is_busy and not added
    assert set(city.layer_names()) == before
