"""Recorded trips are read line by line: what is wrong is told with its line, and nothing else is lost."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from gis.trips import BadFile, parse_trips, read_trips

HEAD = "trip,unit,at,lon,lat,mode"
GOOD = [
    "a,E1,2026-03-02T08:00:00+02:00,24.94,60.17,ordinary",
    "a,E1,2026-03-02T08:00:05+02:00,24.95,60.17,ordinary",
    "b,E2,1772431200,24.94,60.17,",
]


def test_instants_are_read_with_their_offset_or_as_epoch_seconds() -> None:
    found = parse_trips([HEAD, *GOOD])
    assert [(trip.id, trip.unit_id, trip.mode) for trip in found.trips] == [
        ("a", "E1", "ordinary"),
        ("b", "E2", "emergency"),
    ]
    assert found.trips[0].at_s.tolist() == [1772431200.0, 1772431205.0] and found.trips[1].at_s[0] == 1772431200.0
    assert found.trips[0].lonlat.tolist() == [[24.94, 60.17], [24.95, 60.17]]
    assert (found.lines, found.bad_lines, found.problems) == (3, 0, ())


def test_a_wrong_line_is_told_and_the_others_are_kept() -> None:
    wrong = [
        "a,E1,2026-03-02T08:00:10,24.94,60.17,ordinary",
        "a,E1,yesterday,24.94,60.17,ordinary",
        "a,E1,1772431200000,24.94,60.17,ordinary",
        "a,E1,1772431201,124.94x,60.17,ordinary",
        "a,E1,1772431202,24.94,160.17,ordinary",
        "a,E1,1772431203,nan,60.17,ordinary",
        "a,E9,1772431204,24.94,60.17,ordinary",
        "a,E1,1772431204,24.94,60.17,emergency",
        ",E1,1772431204,24.94,60.17,ordinary",
        "a,E1,1772431204",
        "\x1b[31m,E1,1772431204,24.94,60.17,ordinary",
        "a,E1,nan,24.94,60.17,ordinary",
    ]
    found = parse_trips([HEAD, *GOOD, "", *wrong], "t.csv")
    fields = ["at", "at", "at", "lon", "lat", "lon", "unit", "mode", "trip", "", "trip", "at"]
    assert [(each.line, each.field) for each in found.problems] == list(zip(range(6, 18), fields, strict=True))
    assert found.bad_lines == len(wrong) and found.lines == len(wrong) + 3
    assert sum(len(trip.at_s) for trip in found.trips) == 3
    assert "offset" in str(found.problems[0]) and "seconds" in str(found.problems[2])
    assert "\x1b" not in "".join(map(str, found.problems))


def test_times_that_run_backwards_are_put_in_order_and_said() -> None:
    rows = [f"a,E1,{1772431200 + second},24.9{second},60.17,ordinary" for second in range(9)]
    upright = parse_trips([HEAD, *rows, rows[-1]])
    assert (upright.put_in_order, upright.twice) == (0, 1)
    for shuffled in (rows[::-1], random.Random(1).sample(rows, len(rows))):
        found = parse_trips([HEAD, *shuffled])
        assert found.put_in_order == 1
        assert found.trips[0].at_s.tolist() == upright.trips[0].at_s.tolist()
        assert found.trips[0].lonlat.tolist() == upright.trips[0].lonlat.tolist()


def test_columns_may_stand_in_any_order_and_a_missing_one_is_told(tmp_path: Path) -> None:
    file = tmp_path / "trips.csv"
    file.write_text("\ufeffLON,lat,speed,at,unit,trip\n24.9,60.1,3,1772431200,E1,a\n", encoding="utf-8")
    assert read_trips(file).trips[0].lonlat.tolist() == [[24.9, 60.1]]
    with pytest.raises(BadFile, match=r"1: column 'lat' is missing; did you mean 'lats'"):
        parse_trips(["trip,unit,at,lon,lats"])
    with pytest.raises(BadFile, match="stands twice"):
        parse_trips(["trip,unit,at,lon,lat,lat"])


def test_a_file_that_cannot_be_read_is_told(tmp_path: Path) -> None:
    with pytest.raises(BadFile, match="cannot be read"):
        read_trips(tmp_path / "none.csv")
    (tmp_path / "empty.csv").touch()
    with pytest.raises(BadFile, match="empty"):
        read_trips(tmp_path / "empty.csv")
    (tmp_path / "latin.csv").write_bytes((HEAD + "\n").encode() + b"\xe4,E1,1,2,3,\n")
    with pytest.raises(BadFile, match="UTF-8"):
        read_trips(tmp_path / "latin.csv")


def test_the_problems_of_a_bad_file_do_not_fill_the_memory() -> None:
    found = parse_trips([HEAD, *["rubbish"] * 3000])
    assert len(found.problems) == 1000 and found.bad_lines == 3000
