"""The state at one entry, kept so that a long log opens quickly: written by msgpack, never pickled.

A checkpoint is a convenience. It lies in the user's state folder, sealed with the log's key, and carries the sequence,
the head's MAC, the fold's version and the shape of the state's types; any mismatch discards it.
"""

from __future__ import annotations

import hashlib
import hmac
import os
import threading
from functools import cache
from pathlib import Path
from types import GenericAlias
from typing import Any, get_args, get_origin, get_type_hints

import msgspec
from immutables import Map

from dispatch.chain import MAC_BYTES, Head, Key
from dispatch.state import State
from dispatch.uncollected import uncollected

_MAGIC = b"opsroom checkpoint 1\n"
_writing = threading.Lock()


class _Checkpoint(msgspec.Struct, array_like=True):
    sequence: int
    mac: bytes
    fold_version: str
    shape: str
    state: msgspec.Raw


@cache
def _wire() -> tuple[msgspec.msgpack.Decoder[Any], frozenset[str], str]:
    """Return the decoder of a stored state, the names of its maps, and a print of all its types.

    Persistent maps travel as lists of pairs, because their keys may be numbers and tuples.
    """
    fields: list[tuple[str, Any]] = []
    maps = set()
    for name, hint in get_type_hints(State).items():
        if get_origin(hint) is Map:
            key, value = get_args(hint)
            hint = GenericAlias(list, (GenericAlias(tuple, (key, value)),))
            maps.add(name)
        fields.append((name, hint))
    stored = msgspec.defstruct("StoredState", fields, array_like=True, forbid_unknown_fields=True)
    shape = hashlib.sha256(repr(msgspec.inspect.type_info(stored)).encode()).hexdigest()
    return msgspec.msgpack.Decoder(stored), frozenset(maps), shape


def encode_state(state: State) -> bytes:
    """Return the state as msgpack bytes."""
    _, maps, _ = _wire()
    names = get_type_hints(State)
    return msgspec.msgpack.encode(
        [list(getattr(state, name).items()) if name in maps else getattr(state, name) for name in names]
    )


def decode_state(content: bytes | msgspec.Raw) -> State:
    """Return the state that `encode_state` wrote. Raises msgspec.DecodeError."""
    decoder, maps, _ = _wire()
    with uncollected():  # looking for circles took four fifths of the time
        stored = decoder.decode(content)
        parts: dict[str, Any] = {name: getattr(stored, name) for name in stored.__struct_fields__}
        parts |= {name: Map(parts[name]) for name in maps}
    return State(**parts)


def write_checkpoint(file: Path, key: Key, head: Head, fold_version: str, state: State) -> None:
    """Replace the checkpoint at once. Raises OSError."""
    content = msgspec.msgpack.encode(
        _Checkpoint(head.sequence, head.mac, fold_version, _wire()[2], msgspec.Raw(encode_state(state)))
    )
    part = file.with_name(file.name + ".part")
    with _writing:
        descriptor = os.open(part, os.O_CREAT | os.O_TRUNC | os.O_WRONLY | getattr(os, "O_BINARY", 0), 0o600)
        with os.fdopen(descriptor, "wb") as out:
            out.write(_MAGIC + key.seal(content) + content)
        part.replace(file)


def read_checkpoint(file: Path, key: Key, fold_version: str) -> tuple[Head, State] | None:
    """Return the head and the state of a checkpoint, None unless everything about it fits."""
    try:
        content = file.read_bytes()
    except OSError:
        return None
    start = len(_MAGIC) + MAC_BYTES
    seal, body = content[len(_MAGIC) : start], content[start:]
    if not content.startswith(_MAGIC) or not hmac.compare_digest(key.seal(body), seal):
        return None
    try:
        found = msgspec.msgpack.decode(body, type=_Checkpoint)
        if found.fold_version != fold_version or found.shape != _wire()[2]:
            return None
        return Head(found.sequence, found.mac), decode_state(found.state)
    except (msgspec.DecodeError, TypeError, ValueError):
        return None
