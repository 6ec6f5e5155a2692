"""Export: one line an entry, no formula, no escape code, and the stored JSON unharmed."""

from __future__ import annotations

import csv
import io
import json

import pytest

from dispatch.codec import columns_of, encode
from dispatch.log import StoredRow
from dispatch.log_export import csv_cell, one_line, write_csv, write_jsonl
from tests.dispatch.logs import note, opened

NASTY = 'E3\r\n\x1b[2J\x85\u2028\u202egnp\u200f\t消防 "quoted" \\u0041 ,;\''


def stored(text: str) -> list[StoredRow]:
    bodies = [encode(opened()), encode(note(2, text))]
    return [StoredRow(columns_of(body), body, bytes([n]) * 32) for n, body in enumerate(bodies)]


def test_a_json_line_holds_what_was_written() -> None:
    out = io.StringIO()
    assert write_jsonl(stored(NASTY), out) == 2
    lines = out.getvalue().splitlines()  # splits at every Unicode line break
    assert len(lines) == 2
    assert not any(ord(sign) < 32 or 0x7F <= ord(sign) < 0xA0 or sign in "\u2028\u202e\u200f" for sign in lines[1])
    found = json.loads(lines[1])
    assert found["events"] == [{"type": "NoteAdded", "data": {"incident_id": 1, "text": NASTY}}]
    assert found["mac"] == "01" * 32
    assert found["sequence"] == 2


def test_a_damaged_entry_is_exported_as_such() -> None:
    for body in (b"\xff\x1b{", b'{"a":\n1}', b"", encode(note(2))[:-1] + b"\n}"):
        rows = [StoredRow((2, "c"), body, b"\x01")]
        out = io.StringIO()
        write_jsonl(rows, out)
        assert len(out.getvalue().splitlines()) == 1
        found = json.loads(out.getvalue())
        assert found["sequence"] == 2
        assert "damaged" in found
        assert found["mac"] == "01"
        out = io.StringIO()
        assert write_csv(rows, out) == 1
        assert len(out.getvalue().splitlines()) == 2


def test_a_csv_row_is_one_line() -> None:
    out = io.StringIO()
    assert write_csv(stored(NASTY), out) == 2
    assert len(out.getvalue().splitlines()) == 3
    rows = list(csv.DictReader(io.StringIO(out.getvalue())))
    assert rows[1]["sequence"] == "2"
    assert rows[1]["events"] == "NoteAdded"
    assert "\x1b" not in rows[1]["data"]
    assert "消防" in rows[1]["data"]


@pytest.mark.parametrize(
    "text",
    [
        "=1+1",
        "+1",
        "-1",
        "@SUM(A1)",
        " =1",
        "\n=1",
        "\r\n\t=1",
        "\u00a0=1",
        "\ufeff=1",
        "\u200b=1",
        "'=1",
        '"=1',
        "＝1",
        "\x00=1",
    ],
)
def test_no_cell_is_a_formula(text: str) -> None:
    assert csv_cell(text).startswith("'")
    assert "\n" not in csv_cell(text)


@pytest.mark.parametrize("text", ["", "E3", "A=B", "60.17-24.94", "消防", "[{}]"])
def test_other_cells_stay_as_they_are(text: str) -> None:
    assert csv_cell(text) == one_line(text) == text
