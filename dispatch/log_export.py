"""The log as text for other programs: JSON lines and CSV, one line an entry whatever people have typed."""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Iterable
from typing import TextIO

import msgspec

from dispatch.codec import CannotDecode, columns_of
from dispatch.log_interface import StoredRow

CSV_COLUMNS = (
    "sequence",
    "command_id",
    "occurred_at",
    "recorded_at",
    "actor",
    "role",
    "department",
    "seat",
    "schema_version",
    "events",
    "data",
    "mac",
)

# Breaks lines, moves the cursor or turns the reading direction: C0, DEL, C1 (with NEL), Unicode's line and paragraph
# separators and its bidirectional controls, the byte order mark; and half a character, which no file can hold.
_UNSEEN = re.compile(
    "[\\x00-\\x1f\\x7f-\\x9f\\u061c\\u200e\\u200f\\u2028-\\u202e\\u2066-\\u2069\\ud800-\\udfff\\ufeff]"
)
# A spreadsheet takes such a cell for a formula (also the full-width signs, also behind blanks and quotes).
_FORMULA = re.compile("[\\s\\x00-\\x20\\x7f-\\xa0\\u200b-\\u200f\\ufeff'\"]*[=+\\-@＝＋－＠]")


def one_line(text: str) -> str:
    """Return `text` with every control character shown as an escape such as `\\u001b`."""
    return _UNSEEN.sub(lambda found: f"\\u{ord(found.group()):04x}", text)


def csv_cell(text: str) -> str:
    """Return `text` on one line and, where a spreadsheet would run it as a formula, behind an apostrophe."""
    return ("'" if _FORMULA.match(text) else "") + one_line(text)


def write_jsonl(rows: Iterable[StoredRow], out: TextIO) -> int:
    """Write each entry as the JSON object that the log keeps, its MAC (hex) added; return how many."""
    count = 0
    for row in rows:
        count += 1
        text = _body(row)
        if text is None:
            spoilt = {"sequence": row.sequence, "damaged": row.body.decode("utf-8", "backslashreplace")}
            text = json.dumps(spoilt)
        # Inside JSON these characters stand in strings only, where an escape means the same.
        out.write(f'{one_line(text)[:-1]},"mac":"{row.mac.hex()}"}}\n')
    return count


def write_csv(rows: Iterable[StoredRow], out: TextIO) -> int:
    """Write a heading and one row an entry, the events' names in one cell and their content as JSON in another."""
    writer = csv.writer(out, quoting=csv.QUOTE_ALL, lineterminator="\n")
    writer.writerow(CSV_COLUMNS)
    count = 0
    for row in rows:
        count += 1
        text = _body(row)
        if text is None:
            names, data = "damaged", row.body.decode("utf-8", "backslashreplace")
        else:
            events = msgspec.json.decode(text)["events"]
            names = " ".join(event["type"] for event in events)
            data = msgspec.json.encode(events).decode()
        writer.writerow([csv_cell(str(cell)) for cell in (*row.columns, names, data, row.mac.hex())])
    return count


def _body(row: StoredRow) -> str | None:
    """Return the entry's JSON, None where the bytes are not what this program writes."""
    try:
        columns_of(row.body)
        text = row.body.decode()
    except (CannotDecode, UnicodeDecodeError):
        return None
    return text if text.startswith("{") and text.endswith("}") and "\n" not in text else None
