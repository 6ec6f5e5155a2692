"""Name an answer by its content: the bytes that are kept of it are the bytes that its hash proves."""

from __future__ import annotations

import hashlib
from dataclasses import fields, replace
from datetime import UTC

import msgspec

from dispatch.passed import PassedColumns, PassedTable
from dispatch.recommendation import Recommendation

Inputs = tuple[tuple[str, str], ...]

_NAMES = tuple(each.name for each in fields(Recommendation))


class _More(msgspec.Struct):
    passed_columns: PassedColumns | None = None


_encoder = msgspec.json.Encoder()
_reader = msgspec.json.Decoder(Recommendation)
_columns_reader = msgspec.json.Decoder(_More)


def content_of(answer: Recommendation) -> bytes:
    """Return everything that an answer says as JSON on one line, but its routes, its inputs and its own name.

    The units passed over stand as columns in a field of their own, `passed_columns`, with numbers as base64: thousands
    of rows as text would take longer than the answer itself.
    """
    passed = PassedTable.of(answer.passed)
    plain = replace(answer, at=answer.at.astimezone(UTC), passed=(), paths=(), inputs=(), hash="")
    if not len(passed):
        return _encoder.encode(plain)
    said = {name: getattr(plain, name) for name in _NAMES}
    return _encoder.encode(said | {"passed_columns": passed.columns()})


def read_content(content: bytes) -> Recommendation:
    """Read what `content_of` wrote, now or when it still wrote the units passed over as rows.

    Raises ValueError or TypeError for what is no such content.
    """
    answer, more = _reader.decode(content), _columns_reader.decode(content)
    rows = answer.passed if more.passed_columns is None else PassedTable.read(more.passed_columns)
    return replace(answer, passed=PassedTable.of(rows))


def name_of(content: bytes, inputs: Inputs) -> str:
    """Return the name (SHA-256, hexadecimal) of content that was worked out from `inputs`."""
    return _sealed(hashlib.sha256(content).hexdigest(), inputs)


def answer_hash(answer: Recommendation) -> str:
    """Name an answer by what it says and by what it was worked out from."""
    return name_of(content_of(answer), answer.inputs)


def seal(answer: Recommendation, inputs: Inputs) -> Recommendation:
    """Say of an answer that has its bare name what it was worked out from (names and checksums), and name it anew.

    Costs nothing beside encoding the answer again. Raises ValueError where that was said before.
    """
    if answer.inputs:
        raise ValueError(f"the answer {answer.hash} has its inputs already")
    return replace(answer, inputs=inputs, hash=_sealed(answer.hash, inputs))


def inputs_text(inputs: Inputs) -> bytes:
    """Return names and checksums as JSON on one line."""
    return _encoder.encode(inputs)


def _sealed(name: str, inputs: Inputs) -> str:
    return hashlib.sha256(inputs_text(inputs) + b"\n" + name.encode()).hexdigest() if inputs else name
