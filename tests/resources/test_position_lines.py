"""Positions as lines: JSON and CSV that are good are read, every other line says what is wrong with it."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest

from resources.position import Fix
from resources.position_lines import BadLine, LineReader

NOW = datetime(2026, 3, 2, 20, 30, 9, tzinfo=UTC)
AT = datetime(2026, 3, 2, 20, 30, 5, tzinfo=UTC)


def reader(*, is_practice: bool = False) -> LineReader:
    return LineReader(clock=lambda: NOW, source="gw", is_practice=is_practice)


FULL = Fix("E1", 24.9, 60.1, AT, NOW, 12.5, 90.0, "gw")
BARE = Fix("E1", 24.9, 60.1, AT, NOW, None, None, "gw")


@pytest.mark.parametrize(
    ("line", "fix"),
    [
        (
            '{"unit_id":"E1","lon":24.9,"lat":60.1,"fixed_at":"2026-03-02T22:30:05+02:00","speed_mps":12.5,"heading_deg":90}',
            FULL,
        ),
        ('{"lat":"60.1","lon":"24.9","unit_id":"E1","fixed_at":1772483405,"else":{"x":[1]}}', BARE),
        ("E1,24.9,60.1,2026-03-02T20:30:05Z,12.5,90", FULL),
        ('"E1", 24.9, 60.1, 1772483405.0, , ', BARE),
        ("E1,24.9,60.1,1772483405", BARE),
        ("E1,24.9,60.1,1772483405,12.5,450,x".replace("450", "90"), FULL),
        ('{"unit_id":7,"lon":24.9,"lat":60.1,"fixed_at":1772483405}', Fix("7", 24.9, 60.1, AT, NOW, source="gw")),
        ("", None),
        (" \r\n", None),
    ],
)
def test_what_is_good_is_read(line: str, fix: Fix | None) -> None:
    assert reader().read(line.encode()) == fix


def test_a_first_line_of_names_orders_the_columns() -> None:
    one = reader()
    assert one.read("\ufefflat,LON,Fixed_at, heading_deg ,unit_id\r\n".encode()) is None
    assert one.read(b"60.1,24.9,1772483405,90,E1") == Fix("E1", 24.9, 60.1, AT, NOW, None, 90.0, "gw")
    with pytest.raises(BadLine) as bad:
        one.read(b"60.1,24.9,1772483405,90")
    assert bad.value.code == "columns"
    with pytest.raises(BadLine, match="lack lon"):
        reader().read(b"unit_id,lat,fixed_at")


@pytest.mark.parametrize(
    ("line", "code"),
    [
        (b"{", "not_json"),
        (b"[1]", "columns"),
        (b"\xff\xfe,1,2,3", "not_csv"),
        (b'"E1,24.9,60.1,1', "not_csv"),
        (b'{"a":' * 2_000, "too_long"),
        (b'{"a":' * 700, "not_json"),
        (b"x" * 5_000, "too_long"),
        (b'{"unit_id":"E1\\n2026 forged","lon":24.9,"lat":60.1,"fixed_at":1772483405}', "unit_id"),
        (b'{"unit_id":"\\u001b[31mE1","lon":24.9,"lat":60.1,"fixed_at":1772483405}', "unit_id"),
        (b'{"unit_id":"E\\u202e1","lon":24.9,"lat":60.1,"fixed_at":1772483405}', "unit_id"),
        (b'{"unit_id":"\\ud800","lon":24.9,"lat":60.1,"fixed_at":1772483405}', "not_json"),
        (b'{"unit_id":["E1"],"lon":24.9,"lat":60.1,"fixed_at":1772483405}', "unit_id"),
        (b'{"unit_id":"","lon":24.9,"lat":60.1,"fixed_at":1772483405}', "unit_id"),
        (b",24.9,60.1,1772483405", "unit_id"),
        (b"x" * 65 + b",24.9,60.1,1772483405", "unit_id"),
        (b"E1,181,60.1,1772483405", "lon"),
        (b"E1,24.9,nan,1772483405", "lat"),
        (b"E1,24.9,inf,1772483405", "lat"),
        (b"E1,2_4,60.1,1772483405", "lon"),
        (b"E1,24.9,,1772483405", "lat"),
        (b'{"unit_id":"E1","lon":true,"lat":60.1,"fixed_at":1772483405}', "lon"),
        (b'{"unit_id":"E1","lon":1' + b"0" * 400 + b',"lat":60.1,"fixed_at":1772483405}', "lon"),
        (b"E1,24.9,60.1,2026-03-02T20:30:05", "fixed_at"),
        (b"E1,24.9,60.1,yesterday", "fixed_at"),
        (b"E1,24.9,60.1,1772483405000", "fixed_at"),
        (b'{"unit_id":"E1","lon":24.9,"lat":60.1}', "fixed_at"),
        (b"E1,24.9,60.1,1772483405,fast", "speed_mps"),
        (b"E1,24.9,60.1,1772483405,1,361", "heading_deg"),
        (b'{"unit_id":"E1","lon":24.9,"lat":60.1,"fixed_at":1772483405,"exercise":true}', "exercise"),
        (b'{"unit_id":"E1","lon":24.9,"lat":60.1,"fixed_at":1772483405,"exercise":"no"}', "exercise"),
    ],
)
def test_what_is_wrong_is_told_on_one_plain_line(line: bytes, code: str) -> None:
    with pytest.raises(BadLine) as bad:
        reader().read(line)
    assert bad.value.code == code
    assert str(bad.value).isprintable() and len(str(bad.value)) < 300


def test_an_exercise_takes_what_is_of_an_exercise() -> None:
    line = json.dumps({"unit_id": "E1", "lon": 24.9, "lat": 60.1, "fixed_at": 1772483405, "exercise": True})
    assert reader(is_practice=True).read(line.encode()) == BARE
