"""What operators were shown, kept beside the log: proved by the hash that the chained entry of a sending names."""

from __future__ import annotations

import zlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import msgspec

from dispatch.seal import Inputs, inputs_text, name_of

RECOMMENDATION, PLAN = "recommendation", "plan"
LARGEST_BODY = 200_000_000  # a small body that unpacks to more than this was not written here
_LEVEL = 1  # of zlib: 5,000 units in 2 ms, a sixteenth of their size

COLUMNS = "hash, kind, incident_id, sequence, at, body"
SAVE = f"INSERT INTO shown ({COLUMNS}) VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT (hash) DO NOTHING"
FIND = f"SELECT {COLUMNS} FROM shown WHERE hash = ?"
OF_INCIDENT = f"SELECT {COLUMNS} FROM shown WHERE incident_id = ? ORDER BY at, hash"
AFTER = f"SELECT {COLUMNS} FROM shown WHERE hash > ? ORDER BY hash LIMIT ?"


class NotAsShown(ValueError):
    """What is kept under a hash is not what was shown under it."""


@dataclass(frozen=True, slots=True)
class Shown:
    """Keep one answer: its name, what it is about (`incident_id` 0: none, or a call being taken), when it was asked
    for (aware UTC), from which entry's state, and its `body`, compressed."""

    hash: str
    kind: str
    incident_id: int
    sequence: int
    at: datetime
    body: bytes


@dataclass(frozen=True, slots=True)
class Showing:
    """Say that an operator is shown an answer: `likeness` is equal for two that look the same on the screen, `about`
    names the question. `parts` are answers in it that units may be sent by, beside the whole."""

    about: str
    likeness: bytes
    whole: Shown
    parts: tuple[Shown, ...] = ()


Show = Callable[[], Showing]


class _Filed(msgspec.Struct):
    sequence: int
    at: datetime
    incident_id: int | None = None


def keep(kind: str, name: str, inputs: Inputs, content: bytes) -> Shown:
    """Return what is kept of an answer with this content (JSON on one line). Raises ValueError without a name."""
    if not name:
        raise ValueError("an answer without a name was not given to be acted on, and is not kept")
    filed = msgspec.json.decode(content, type=_Filed)
    body = zlib.compress(inputs_text(inputs) + b"\n" + content, _LEVEL)
    return Shown(name, kind, filed.incident_id or 0, filed.sequence, filed.at.astimezone(UTC), body)


def open_shown(shown: Shown) -> tuple[Inputs, bytes]:
    """Return the inputs and the content of a kept answer. Raises NotAsShown unless its hash proves them."""
    short = shown.hash[:12]
    opener = zlib.decompressobj()
    try:
        head, line, content = opener.decompress(shown.body, LARGEST_BODY).partition(b"\n")
        inputs = msgspec.json.decode(head, type=Inputs)
        if not line or not opener.eof:
            raise NotAsShown(f"what is kept as the answer {short} is damaged: it was cut")
        if name_of(content, inputs) != shown.hash:
            raise NotAsShown(f"what is kept as the answer {short} is not what was shown: its hash does not fit")
        filed = msgspec.json.decode(content, type=_Filed)
    except (zlib.error, msgspec.DecodeError, RecursionError) as error:
        raise NotAsShown(f"what is kept as the answer {short} is damaged: {error}") from error
    # Filed under none it stays provable: an island's number of an incident means another one in the room.
    is_filed_right = shown.incident_id in (0, filed.incident_id or 0)
    if (shown.sequence, shown.at) != (filed.sequence, filed.at) or not is_filed_right:
        raise NotAsShown(f"the answer {short} is filed under another incident, entry or instant than it says itself")
    return inputs, content


def shown_tables(*, integer: str, blob: str) -> tuple[str, str]:
    """Return the statements that make the table and its index, in a database's words for 64-bit numbers and bytes."""
    table = f"""CREATE TABLE IF NOT EXISTS shown (
        hash TEXT NOT NULL PRIMARY KEY,
        kind TEXT NOT NULL,
        incident_id {integer} NOT NULL,
        sequence {integer} NOT NULL,
        at TEXT NOT NULL,
        body {blob} NOT NULL
    )"""
    return table, "CREATE INDEX IF NOT EXISTS shown_of_incident ON shown (incident_id)"


def row_of(shown: Shown) -> tuple[str | int | bytes, ...]:
    """Return what stands in the table's columns."""
    return shown.hash, shown.kind, shown.incident_id, shown.sequence, shown.at.isoformat(), shown.body


def shown_of(row: Sequence[Any]) -> Shown:
    """Return the record of a table's row, with what cannot be read as nothing, so that its check fails by name."""
    name, kind, incident_id, sequence, at, body = row
    try:
        instant = datetime.fromisoformat(str(at)).astimezone(UTC)
    except (ValueError, OverflowError):
        instant = datetime.min.replace(tzinfo=UTC)
    about, number = (value if isinstance(value, int) else -1 for value in (incident_id, sequence))
    content = bytes(body) if isinstance(body, bytes | bytearray | memoryview) else b""
    return Shown(str(name), str(kind), about, number, instant, content)
