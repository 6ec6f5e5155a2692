"""Name an answer by its content: the bytes that are kept of it are the bytes that its hash proves."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from datetime import UTC

import msgspec

from dispatch.recommendation import Recommendation

Inputs = tuple[tuple[str, str], ...]

_encoder = msgspec.json.Encoder()


def content_of(answer: Recommendation) -> bytes:
    """Return everything that an answer says as JSON on one line, but its routes, its inputs and its own name."""
    plain = replace(answer, at=answer.at.astimezone(UTC), paths=(), inputs=(), hash="")
    return _encoder.encode(plain)


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
