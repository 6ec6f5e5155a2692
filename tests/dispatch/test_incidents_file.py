"""A list of incidents is read whole, or every line that is wrong is named."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from dispatch.incidents_file import ListedIncident, parse_incidents, read_incidents
from gis.located_toml import BadFile

KINDS = ("gas_leak", "structure_fire")


def problems(text: str) -> list[str]:
    with pytest.raises(BadFile) as bad:
        parse_incidents(text, "i.csv", kinds=KINDS)
    return [str(each) for each in bad.value.problems]


def test_lines_with_and_without_names_of_columns() -> None:
    plain = parse_incidents("# today\nA,gas_leak,24.9,60.1\nB,structure_fire,25,60,1,2\n", "i.csv", kinds=KINDS)
    assert plain == (
        ListedIncident("A", "gas_leak", 24.9, 60.1),
        ListedIncident("B", "structure_fire", 25.0, 60.0, 1, 2),
    )
    named = "id,lat,lon,kind,received_at\nA,60.1,24.9,gas_leak,2026-03-02T10:00+02:00\n"
    [one] = parse_incidents(named, "i.csv", kinds=KINDS)
    assert (one.lon, one.lat, one.received_at) == (24.9, 60.1, datetime(2026, 3, 2, 8, tzinfo=UTC))
    assert parse_incidents("", "i.csv", kinds=KINDS) == ()


def test_points_of_geojson() -> None:
    point = {"type": "Point", "coordinates": [24.9, 60.1]}
    feature = {"type": "Feature", "properties": {"kind": "gas_leak", "priority": 2}, "geometry": point, "id": 7}
    text = json.dumps({"type": "FeatureCollection", "features": [feature]})
    assert parse_incidents(text, "i.geojson", kinds=KINDS) == (ListedIncident("7", "gas_leak", 24.9, 60.1, 2),)
    line = {**feature, "geometry": {"type": "LineString", "coordinates": [[1, 2], [3, 4]]}}
    odd = {**feature, "properties": {"kind": "gas_leek", "alarm_level": 12}}
    assert problems(json.dumps({"type": "FeatureCollection", "features": [line, odd, 5, feature, feature]})) == [
        "i.csv:1: feature 1: must be a Feature with a Point",
        "i.csv:1: feature 2, kind: 'gas_leek' has no run card; did you mean 'gas_leak'?",
        "i.csv:1: feature 2, alarm_level: must be 1 to 9, not '12'",
        "i.csv:1: feature 3: must be a Feature with a Point",
        "i.csv:1: feature 4, id: stands already on feature 2",
        "i.csv:1: feature 5, id: stands already on feature 2",
    ]
    assert "is no GeoJSON FeatureCollection" in problems("{]")[0]
    assert "is no GeoJSON FeatureCollection" in problems('{"type": "Feature"}')[0]


def test_every_wrong_line_is_named_with_its_field() -> None:
    text = (
        "id,kind,lon,lat,priority,received_at\n,gas_leak,north,99,9,soon\nA,gas_leak,1,2\n"
        "A,gas_leak,1,2,1,2026-03-02\nB,gas_leak\n"
    )
    assert [each.partition(" must")[0] for each in problems(text)] == [
        "i.csv:2: id: ''",
        "i.csv:2: lon:",
        "i.csv:2: lat:",
        "i.csv:2: priority:",
        "i.csv:2: received_at: 'soon' is no moment such as 2026-03-02T22:30+02:00",
        "i.csv:4: received_at: '2026-03-02' lacks its offset, as +02:00 or Z",
        "i.csv:4: id: stands already on line 3",
        "i.csv:5: has 2 fields, not 4 to 6",
    ]
    assert problems("id,kind,lng,lat\nA,gas_leak,1,2\n")[:2] == [
        "i.csv:1: unknown column 'lng'; did you mean 'lon'?",
        "i.csv:1: column 'lon' is missing",
    ]


def test_the_ends_of_the_calendar_thousands_of_digits_and_long_words_are_told_in_a_line() -> None:
    head = "id,kind,lon,lat,alarm_level,received_at\n"
    told = problems(f"{head}A,gas_leak,1,2,1,0001-01-01T00:00+14:00\nB,{'k' * 9999},1,2,{'9' * 6000},\n")
    assert [each.split(": ")[:2] for each in told] == [
        ["i.csv:2", "received_at"],
        ["i.csv:3", "kind"],
        ["i.csv:3", "alarm_level"],
    ]
    assert all(len(each) < 200 for each in told)
    assert problems("id,kind,lon,lat,lat\n")[0].endswith("column 'lat' stands twice")


def test_a_file_that_cannot_be_read_is_said(tmp_path: Path) -> None:
    with pytest.raises(BadFile, match="cannot be read"):
        read_incidents(tmp_path / "none.csv", kinds=KINDS)
    (tmp_path / "odd.csv").write_bytes(b"\xff\xfe")
    with pytest.raises(BadFile, match="UTF-8"):
        read_incidents(tmp_path / "odd.csv", kinds=KINDS)
    (tmp_path / "bom.csv").write_bytes(b"\xef\xbb\xbfA,gas_leak,1,2\r\n")
    assert read_incidents(tmp_path / "bom.csv", kinds=KINDS)[0].name == "A"
