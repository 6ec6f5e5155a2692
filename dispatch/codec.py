"""Entries as bytes and back: one JSON object an entry, the same bytes for the same entry."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import fields, is_dataclass, replace
from datetime import UTC, datetime
from typing import Any, TypeVar, get_args

import msgspec

from dispatch.events import SCHEMA_VERSION, Entry, Event

T = TypeVar("T")

# Give the step from one schema version to the next: takes and returns the entry as plain dicts and lists.
# Steps work on what was read; stored bytes are never written again.
UPGRADES: dict[int, Callable[[dict[str, Any]], dict[str, Any]]] = {}


class CannotDecode(ValueError):
    """Bytes of an entry that this program cannot read. `code` is `damaged`, `unknown_event` or `newer_schema`."""

    def __init__(self, code: str, text: str, sequence: int | None = None) -> None:
        super().__init__(text)
        self.code = code
        self.sequence = sequence


class CannotEncode(ValueError):
    """An entry that would not come back from the log as it is: NaN, a list for a tuple, an instant without a zone."""


class _Named(msgspec.Struct, frozen=True):
    type: str
    data: Any


class _Raw(msgspec.Struct, frozen=True):
    type: str
    data: msgspec.Raw


class _Columns(msgspec.Struct, frozen=True):
    """What stands in the table's columns beside the bytes, in the order in which it is written."""

    sequence: int
    command_id: str
    occurred_at: datetime
    recorded_at: datetime
    actor: str
    role: str
    department: str
    seat: str
    schema_version: int


class _Body(_Columns, frozen=True):
    events: tuple[_Named, ...]


class _RawBody(_Columns, frozen=True):
    events: tuple[_Raw, ...]


class _Version(msgspec.Struct, frozen=True):
    schema_version: int
    sequence: int


_encoder = msgspec.json.Encoder()
_bodies = msgspec.json.Decoder(_RawBody)
_columns = msgspec.json.Decoder(_Columns)
_versions = msgspec.json.Decoder(_Version)
_decoders: dict[str, msgspec.json.Decoder[Any]] = {
    kind.__name__: msgspec.json.Decoder(kind) for kind in get_args(Event)
}


def encode(entry: Entry) -> bytes:
    """Return the entry's bytes as the log keeps them: UTF-8 JSON on one line, instants in UTC.

    Text must be clean (`cleaned`). Raises CannotEncode where decoding would not give an equal entry back.
    """
    return written(entry)[0]


def written(entry: Entry) -> tuple[bytes, Entry]:
    """Return what `encode` does, and the entry as it stands in these bytes. Raises CannotEncode."""
    try:
        body = _encoder.encode(
            _Body(
                sequence=entry.sequence,
                command_id=entry.command_id,
                occurred_at=_utc(entry.occurred_at),
                recorded_at=_utc(entry.recorded_at),
                actor=entry.actor,
                role=entry.role,
                department=entry.department,
                seat=entry.seat,
                schema_version=entry.schema_version,
                events=tuple(_Named(type(event).__name__, event) for event in entry.events),
            )
        )
        back = decode(body)
    except (UnicodeEncodeError, CannotDecode, TypeError) as error:
        raise CannotEncode(f"entry {entry.sequence} ({entry.command_id}) cannot be written: {error}") from error
    if back != entry:
        raise CannotEncode(f"entry {entry.sequence} ({entry.command_id}) would not come back as it is")
    return body, back


def decode(body: bytes) -> Entry:
    """Return the entry that `body` holds, brought to the present schema.

    Raises CannotDecode, which names the entry where the bytes still tell its sequence.
    """
    try:
        raw = _bodies.decode(body)
    except msgspec.DecodeError as error:
        return _decode_other(body, error)
    if raw.schema_version != SCHEMA_VERSION:
        return _decode_other(body, None)
    return Entry(
        sequence=raw.sequence,
        command_id=raw.command_id,
        occurred_at=raw.occurred_at,
        recorded_at=raw.recorded_at,
        actor=raw.actor,
        role=raw.role,
        department=raw.department,
        seat=raw.seat,
        events=tuple([_event(raw.sequence, event) for event in raw.events]),
    )


def columns_of(body: bytes) -> tuple[int | str, ...]:
    """Return what the log keeps in columns, in the order of the table, as `body` has it. Raises CannotDecode."""
    try:
        found = _columns.decode(body)
    except msgspec.DecodeError as error:
        raise CannotDecode("damaged", f"these bytes are no entry: {error}") from error
    return (
        found.sequence,
        found.command_id,
        _text(found.occurred_at),
        _text(found.recorded_at),
        found.actor,
        found.role,
        found.department,
        found.seat,
        found.schema_version,
    )


def cleaned(record: T) -> T:
    """Return a record with text that every store can keep: lone surrogates and NUL become U+FFFD.

    Answers the same object where nothing had to change, which is nearly always.
    """
    try:
        if b"\\u0000" not in _encoder.encode(record):
            return record
    except UnicodeEncodeError:
        pass
    tidy: T = _clean(record)
    return record if tidy == record else tidy


def clean_text(text: str) -> str:
    """Return `text` without lone surrogates and NUL (both become U+FFFD)."""
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace").replace("\0", "�")


def _event(sequence: int, event: _Raw) -> Event:
    decoder = _decoders.get(event.type)
    if decoder is None:
        raise CannotDecode(
            "unknown_event",
            f"entry {sequence} holds an event {event.type[:60]!r} that this program does not know",
            sequence,
        )
    try:
        known: Event = decoder.decode(event.data)
    except msgspec.DecodeError as error:
        raise CannotDecode("damaged", f"entry {sequence}, event {event.type}: {error}", sequence) from error
    return known


def _decode_other(body: bytes, error: msgspec.DecodeError | None) -> Entry:
    """Decode an entry of another schema version; raise CannotDecode where it is newer, or no entry at all."""
    try:
        found = _versions.decode(body)
    except msgspec.DecodeError as broken:
        raise CannotDecode("damaged", f"these bytes are no entry: {broken}") from broken
    if found.schema_version > SCHEMA_VERSION:
        raise CannotDecode(
            "newer_schema",
            f"entry {found.sequence} was written by a newer program (schema {found.schema_version}, "
            f"this one reads up to {SCHEMA_VERSION}): update this program",
            found.sequence,
        )
    if error is not None and found.schema_version == SCHEMA_VERSION:
        raise CannotDecode("damaged", f"entry {found.sequence}: {error}", found.sequence) from error
    plain = msgspec.json.decode(body)
    for version in range(found.schema_version, SCHEMA_VERSION):
        step = UPGRADES.get(version)
        if step is None:
            raise CannotDecode("damaged", f"entry {found.sequence}: there is no schema {version}", found.sequence)
        plain = step(plain)
        plain["schema_version"] = version + 1
    return decode(_encoder.encode(plain))


def _utc(at: datetime) -> datetime:
    if at.tzinfo is None:
        raise TypeError("an instant has no time zone")
    return at if at.tzinfo is UTC else at.astimezone(UTC)


def _text(at: datetime) -> str:
    """Return an instant as text of one width, so that texts sort as instants do."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def _clean(value: Any) -> Any:
    if isinstance(value, str):
        tidy = clean_text(value)
        return value if tidy == value else type(value)(tidy)
    if isinstance(value, tuple):
        return tuple([_clean(item) for item in value])
    if is_dataclass(value) and not isinstance(value, type):
        parts = {field.name: _clean(getattr(value, field.name)) for field in fields(value)}
        return replace(value, **parts)
    return value
