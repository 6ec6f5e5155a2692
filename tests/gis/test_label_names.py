"""The index of what user layers write on the map: made anew when it must be, and found as places are."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import numpy as np
import pytest

from gis.city import City
from gis.column_writer import write_layer
from gis.label_names import LABELS_FILE, LabelNames, LabelSource, is_current, write_labels
from gis.places import PlacesError
from tests.maps.village import CRS, build_village, point

NAMES = ["Pumping Station North", "Pumping Station South", "Überlauf Süd", "中山路泵站", "", None, "Gate\n7"]
SOURCE = LabelSource("pumps", "name")


def write_pumps(folder: Path, names: list) -> None:
    write_layer(
        folder / "layers" / "pumps",
        np.array([point(100.0 * i, 0.0) for i in range(len(names))], dtype=object),
        name="pumps",
        geometry="point",
        kinds=("pump",),
        kind_codes=np.zeros(len(names), np.uint16),
        crs=CRS,
        attributes={"name": names, "other": [f"x{i}" for i in range(len(names))]},
    )


@pytest.fixture
def city(tmp_path: Path) -> City:
    folder = build_village(tmp_path)
    write_pumps(folder, NAMES)
    return City.open(folder)


def found(city: City, words: str, **more) -> list[str]:
    names = LabelNames.open(city.folder / LABELS_FILE)
    try:
        return [one.label for one in names.search(words, **more)]
    finally:
        names.close()


def test_labels_are_found_as_places_are(city: City) -> None:
    assert write_labels(city, [SOURCE]) == 5
    assert found(city, "north pump")[0] == "Pumping Station North"
    assert found(city, "uberlauf") == ["Überlauf Süd"]
    assert found(city, "puming station")[:1] == ["Pumping Station North"]
    assert found(city, "中山") == ["中山路泵站"]
    assert found(city, "gate 7") == ["Gate 7"]
    assert found(city, "nothing like it") == []
    assert found(city, "''\"*(") == []


def test_the_nearer_of_equals_comes_first_and_names_its_feature(city: City) -> None:
    write_pumps(city.folder, ["Valve"] * 3)
    city = City.open(city.folder)
    write_labels(city, [SOURCE])
    names = LabelNames.open(city.folder / LABELS_FILE)
    last = city.layer("pumps").boxes[2, :2]
    lon, lat = (float(value) for value in city.to_lonlat(*last))
    first, *_ = names.search("valve", near=(lon, lat))
    assert first.layer == "pumps" and first.distance_m == pytest.approx(0.0, abs=0.5)
    np.testing.assert_allclose(city.layer("pumps").boxes[first.feature, :2], last)
    names.close()


def test_it_is_current_until_a_layer_its_field_or_the_list_changes(city: City) -> None:
    assert is_current(city, []) and not is_current(city, [SOURCE])
    write_labels(city, [SOURCE])
    assert is_current(city, [SOURCE]) and not is_current(city, [])
    assert not is_current(city, [LabelSource("pumps", "other")])
    write_pumps(city.folder, ["Another"])
    assert not is_current(City.open(city.folder), [SOURCE])


def test_layers_and_fields_that_are_not_there_count_for_nothing(city: City) -> None:
    assert write_labels(city, [LabelSource("gone", "name"), LabelSource("pumps", "gone")]) == 0
    assert not (city.folder / LABELS_FILE).exists() and is_current(city, [LabelSource("gone", "name")])


def test_without_sources_the_index_goes(city: City) -> None:
    write_labels(city, [SOURCE])
    assert write_labels(city, []) == 0
    assert not (city.folder / LABELS_FILE).exists()


def test_who_gives_up_keeps_the_former_index(city: City) -> None:
    write_labels(city, [SOURCE])

    def give_up(share: float, layer: str) -> None:
        raise InterruptedError

    with pytest.raises(InterruptedError):
        write_labels(city, [LabelSource("pumps", "other")], report=give_up)
    assert is_current(city, [SOURCE])
    assert [file.name for file in city.folder.glob(".labels*")] == []


def test_a_file_that_is_no_index_is_refused_and_written_anew(city: City) -> None:
    file = city.folder / LABELS_FILE
    file.write_bytes(b"no database at all, but long enough to be taken for one" * 40)
    with pytest.raises(PlacesError, match=r"labels\.sqlite"):
        LabelNames.open(file)
    assert not is_current(city, [SOURCE])
    write_labels(city, [SOURCE])
    assert found(city, "south") == ["Pumping Station South"]
    with sqlite3.connect(file) as database:
        assert database.execute("PRAGMA quick_check").fetchone() == ("ok",)


def test_a_field_of_kinds_does_not_fill_the_index(city: City) -> None:
    write_pumps(city.folder, ["pump"] * 500 + ["The one"])
    city = City.open(city.folder)
    assert write_labels(city, [SOURCE]) == 61
    assert found(city, "the one") == ["The one"]
