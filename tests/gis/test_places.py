"""Search that forgives, and the address nearest to a point."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest

from gis.places import Places, PlacesError, distance_m
from gis.places_build import Entry, Gazetteer, address_label, nice_name
from gis.places_text import crossing_parts, index_words, parse_coordinates, query_words

ENTRIES = [
    Entry("place", "Vancouver General Hospital", 0.0, 0.0, "Vancouver", ("VGH",), "hospital", 0.5),
    Entry("place", "Café Müller", 0.01, 0.01, "Vancouver"),
    Entry("place", "人民广场", 0.02, 0.0, "上海", ("People's Square",), "square", 0.5),
    Entry("street", "West Broadway", 0.0, 0.01, "Vancouver", (), "", 0.9),
    Entry("street", "Main Street", 0.0, 0.02, "Vancouver", (), "", 0.8),
    Entry("street", "Main Street", 0.9, 0.9, "Burnaby", (), "", 0.3),
    Entry("street", "Mannerheimintie", 0.03, 0.0, "Helsinki", ("Mannerheimvägen",), "", 0.9),
    Entry("street", "Pohjoisesplanadi", 0.03, 0.01, "Helsinki"),
    Entry("street", "中山路", 0.02, 0.02, "上海", (), "", 0.9),
    Entry("street", "Øster Allé", 0.04, 0.0, "København"),
    Entry("crossing", "Main Street / West Broadway", 0.0, 0.03, "Vancouver"),
    Entry("crossing", "Main Street / Terminal Avenue", 0.0, 0.04, "Vancouver"),
    Entry("crossing", "中山路 / 解放路", 0.02, 0.03, "上海"),
    Entry("address", "Mannerheimintie 5", 0.030, 0.001, "Helsinki", ("Mannerheimvägen 5",)),
    Entry("address", "Mannerheimintie 50", 0.030, 0.002, "Helsinki"),
    Entry("address", "Mannerheimintie 51", 0.030, 0.003, "Helsinki"),
    Entry("address", "中山路12号", 0.021, 0.021, "上海"),
    Entry("camera", "Camera 7, Main Street", 0.0, 0.021, "Vancouver", (), "camera traffic"),
]


@pytest.fixture
def places(tmp_path: Path) -> Iterator[Places]:
    gazetteer = Gazetteer()
    gazetteer.entries += ENTRIES
    counts = gazetteer.write(tmp_path / "places.sqlite")
    assert counts == {"place": 3, "street": 7, "camera": 1, "crossing": 3, "address": 4, "block": 0}
    opened = Places.open(tmp_path / "places.sqlite")
    yield opened
    opened.close()


@pytest.mark.parametrize(
    ("typed", "label"),
    [
        ("mannerheimintie 5", "Mannerheimintie 5"),
        ("5 mannerheimintie", "Mannerheimintie 5"),
        ("mannerheimv", "Mannerheimintie"),
        ("manerheimintie", "Mannerheimintie"),
        ("mannerhiem", "Mannerheimintie"),
        ("MANNERHEIMINTIE 51", "Mannerheimintie 51"),
        ("mannerheimin tie", "Mannerheimintie"),
        ("Mannerheimintie 999", "Mannerheimintie"),
        ("cafe muller", "Café Müller"),
        ("muller café", "Café Müller"),
        ("oster alle", "Øster Allé"),
        ("w broadway", "West Broadway"),
        ("main st", "Main Street"),
        ("vgh", "Vancouver General Hospital"),
        ("hospital", "Vancouver General Hospital"),
        ("gen hosp", "Vancouver General Hospital"),
        ("vancuver general", "Vancouver General Hospital"),
        ("esplanadi", "Pohjoisesplanadi"),
        ("中山", "中山路"),
        ("山路", "中山路"),
        ("中", "中山路"),
        ("中山路12", "中山路12号"),
        ("人民", "人民广场"),
        ("广场", "人民广场"),
        ("peoples square", "人民广场"),
        ("camera 7", "Camera 7, Main Street"),
    ],
)
def test_what_is_typed_finds_what_is_meant(places: Places, typed: str, label: str) -> None:
    found = places.search(typed)
    assert found and found[0].label == label


@pytest.mark.parametrize(
    "typed",
    [
        "main / broadway",
        "broadway & main",
        "Main Street x West Broadway",
        "main st and w broadway",
        "main street ja west broadway",
        "west broadway/main",
        "mian st / brodway",
        "Main @ West Broadway",
        "broadway main street",
        "w broadway & main st",
    ],
)
def test_crossings(places: Places, typed: str) -> None:
    best = places.search(typed)[0]
    assert (best.kind, best.label) == ("crossing", "Main Street / West Broadway")


def test_crossing_of_chinese_streets_and_a_side_not_finished(places: Places) -> None:
    assert places.search("中山路与解放路")[0].label == "中山路 / 解放路"
    assert {place.label for place in places.search("main / ")} >= {"Main Street"}
    assert places.search("main / ter")[0].label == "Main Street / Terminal Avenue"


@pytest.mark.parametrize("near", [None, (0.05, 0.05), (0.0, 0.0)])
def test_what_is_named_exactly_so_comes_before_a_street_that_begins_so(
    tmp_path: Path, near: tuple[float, float] | None
) -> None:
    gazetteer = Gazetteer()
    gazetteer.entries += [
        Entry("place", "Stanley Park", 0.05, 0.05, "Vancouver", weight=0.1),
        Entry("street", "Stanley Park Drive", 0.0, 0.0, "Vancouver", weight=1.0),
        Entry("street", "Stanley Park", 0.05, 0.05, "Vancouver", weight=0.002),
        Entry("place", "Kaivokatu", 0.02, 0.02, "Helsinki", weight=0.1),
        Entry("street", "Kaivokatu", 0.02, 0.02, "Helsinki", weight=0.13),
    ]
    gazetteer.write(tmp_path / "places.sqlite")
    places = Places.open(tmp_path / "places.sqlite")

    def found(typed: str) -> list[tuple[str, str]]:
        return [(place.kind, place.label) for place in places.search(typed, near=near)]

    assert found("stanley park")[0] == ("place", "Stanley Park")
    assert found("Stanley Park Dr")[0] == ("street", "Stanley Park Drive")
    assert found("kaivokatu") == [("street", "Kaivokatu"), ("place", "Kaivokatu")]
    places.close()


def test_namesakes_stand_with_their_municipality_and_the_near_one_first(places: Places) -> None:
    far, near = places.search("main street", near=(0.9, 0.9))[0], places.search("main street", near=(0.0, 0.0))[0]
    assert (far.municipality, near.municipality) == ("Burnaby", "Vancouver")
    assert far.distance_m == pytest.approx(0.0)
    assert places.search("main street burnaby")[0].municipality == "Burnaby"


@pytest.mark.parametrize(
    ("typed", "lon", "lat"),
    [
        ("60.17, 24.94", 24.94, 60.17),
        ("60.17 24.94", 24.94, 60.17),
        ("-33.86,151.21", 151.21, -33.86),
        ("60.17,24.94", 24.94, 60.17),
        ("24.94E 60.17N", 24.94, 60.17),
        ("N60.17 E24.94", 24.94, 60.17),
        ("49.25, -123.1", -123.1, 49.25),
        ("-123.1, 49.25", -123.1, 49.25),
        ("60°10'12\"N 24°56'24\"E", 24.94, 60.17),
        ("60,17; 24,94", 24.94, 60.17),
    ],
)
def test_coordinates(places: Places, typed: str, lon: float, lat: float) -> None:
    assert parse_coordinates(typed) == pytest.approx((lon, lat))
    (only,) = places.search(typed)
    assert only.kind == "coordinates"


@pytest.mark.parametrize(
    "typed", ["5 12", "Main Street 5", "95.0, 190.0", "60.17", "1,2,3", "", "mannerheimintie 5, 7", "12-14"]
)
def test_what_is_no_coordinates(typed: str) -> None:
    assert parse_coordinates(typed) is None


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "   ",
        "/",
        "&",
        "\0",
        '"',
        "' OR 1=1 --",
        "NEAR(a b)",
        "a*",
        "x" * 10_000,
        "\ud800",
        "(((",
        "^a -b",
        "…",
        "zzzzqqqq",
    ],
)
def test_odd_text_finds_nothing_and_breaks_nothing(places: Places, typed: str) -> None:
    assert all(place.score > 0 for place in places.search(typed))
    assert places.search("main street")


def test_reverse_finds_the_nearest_address_as_brute_force_does(places: Places) -> None:
    addresses = [entry for entry in ENTRIES if entry.kind == "address"]
    for lon, lat in [(0.03, 0.0), (0.0301, 0.0026), (0.02, 0.02), (0.025, 0.01)]:
        expected = min(addresses, key=lambda e: distance_m(lon, lat, e.lon, e.lat))
        found = places.reverse(lon, lat)
        assert found is not None and found.label == expected.label
        assert found.distance_m == pytest.approx(distance_m(lon, lat, expected.lon, expected.lat))
    assert places.reverse(1.0, 1.0) is None


def test_the_file_is_opened_for_reading_only(places: Places, tmp_path: Path) -> None:
    before = (tmp_path / "places.sqlite").read_bytes()
    with pytest.raises(sqlite3.OperationalError):
        places._database.execute("DELETE FROM place")
    assert (tmp_path / "places.sqlite").read_bytes() == before
    assert sorted(path.name for path in tmp_path.iterdir()) == ["places.sqlite"]


def test_a_file_that_is_no_index(tmp_path: Path) -> None:
    (tmp_path / "text.sqlite").write_text("not a database " * 100, "utf-8")
    for name in ("text.sqlite", "none.sqlite"):
        with pytest.raises(PlacesError, match=name):
            Places.open(tmp_path / name)
    assert not (tmp_path / "none.sqlite").exists()


def test_words() -> None:
    assert index_words("St. Paul's Straße 5a") == ["st", "pauls", "strasse", "5a"]
    assert index_words("中山路12号") == ["中山", "山路", "路", "12", "号"]
    assert query_words("中山路") == ["中山", "山路"]
    assert query_words("中") == ["中"]
    assert query_words("ＡＢＣ") == ["abc"]


def test_crossing_parts_leaves_names_alone() -> None:
    assert crossing_parts("Mannerheimintie 5") is None
    assert crossing_parts("A / B / C") is None
    assert crossing_parts("Alexander Street") is None
    assert crossing_parts("A x B") == ("A", "B")


def test_how_labels_are_written() -> None:
    assert address_label("中山路", "12号") == "中山路12号"
    assert address_label("Main Street", "5", number_first=True) == "5 Main Street"
    assert nice_name("22ND AVE") == "22nd Ave"
    assert nice_name("O'Farrell St") == "O'Farrell St"


def test_helsinki_is_found(helsinki: Path) -> None:
    places = Places.open(helsinki / "places.sqlite")
    assert places.search("mannerheimintie 5")[0].label == "Mannerheimintie 5"
    crossing = places.search("aleksanterinkatu x mannerh")[0]
    assert (crossing.kind, crossing.municipality) == ("crossing", "Helsinki")
    here = places.reverse(24.9457635, 60.169814)
    assert here is not None and here.kind == "address" and (here.distance_m or 99) < 60
    places.close()
