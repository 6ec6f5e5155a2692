"""The state at one entry, kept so that a long log opens quickly: written by msgpack, never pickled.

A checkpoint is a convenience. It lies in the user's state folder, sealed with the log's key, and carries the sequence,
the head's MAC, the fold's version and the shape of the state's types; any mismatch discards it. A room keeps one too,
for seats that join (see `dispatch.room.checkpoints`).
"""

from __future__ import annotations

import hashlib
import hmac
import os
import sys
import threading
from functools import cache
from pathlib import Path
from types import GenericAlias
from typing import Any, get_args, get_origin, get_type_hints

import msgspec
from immutables import Map

from dispatch.cabinet import Cabinet, Packed, pack
from dispatch.chain import MAC_BYTES, Head, Key
from dispatch.filed import GONE, Filed
from dispatch.filing import AT_HAND, FILE_FROM, FILE_MORE, IsAtHand, in_time
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


class _Wire:
    """Say how a state travels.

    Persistent maps are lists of pairs, because their keys may be numbers and tuples; those that grow with the log are
    such a list of what is at hand, and a cabinet of the rest.
    """

    def __init__(self) -> None:
        fields: list[tuple[str, Any]] = []
        self.pairs: dict[str, msgspec.msgpack.Decoder[Any]] = {}
        for name, hint in get_type_hints(State).items():
            if get_origin(hint) is Map:
                key, value = get_args(hint)
                hint = GenericAlias(list, (GenericAlias(tuple, (key, value)),))
                self.pairs[name] = msgspec.msgpack.Decoder(hint)
                if name in AT_HAND:
                    hint = GenericAlias(tuple, (hint, Packed | None))
            fields.append((name, hint))
        stored = msgspec.defstruct("StoredState", fields, array_like=True, forbid_unknown_fields=True)
        self.names = tuple(name for name, _ in fields)
        self.decoder = msgspec.msgpack.Decoder(stored)
        told = f"{sys.byteorder} {msgspec.inspect.type_info(stored)!r}"
        self.shape = hashlib.sha256(told.encode()).hexdigest()


@cache
def _wire() -> _Wire:
    return _Wire()


def encode_state(state: State, *, file_from: int = FILE_FROM, file_more: int = FILE_MORE) -> bytes:
    """Return the state as msgpack bytes.

    What nobody works on any more is packed away, once there is as much of it in a map as `file_from`; to what is
    packed away already, `file_more` are added together, and the rest is copied as it is.
    """
    wire = _wire()
    parts: list[Any] = []
    for name in wire.names:
        part = getattr(state, name)
        if name in AT_HAND:
            parts.append(_filed(part, AT_HAND[name](state), file_from=file_from, file_more=file_more))
        else:
            parts.append(list(part.items()) if name in wire.pairs else part)
    return msgspec.msgpack.encode(parts)


def _filed(part: Any, is_at_hand: IsAtHand, *, file_from: int, file_more: int) -> tuple[Any, Packed | None]:
    """Return what of a map stays at hand, and the cabinet of the rest."""
    before: Cabinet[Any, Any] | None = part.cabinet if isinstance(part, Filed) else None
    at_hand: list[Any] = []
    away: list[Any] = []
    gone: list[Any] = []
    for pair in (part.above if isinstance(part, Filed) else part).items():
        if before is not None and pair[0] in before:
            gone.append(pair[0])
        if pair[1] is not GONE:
            (at_hand if is_at_hand(*pair) else away).append(pair)
    if len(away) < (file_from if before is None else file_more):
        at_hand += away
        away = []
    if before is None and not away:
        return at_hand, None
    if before is not None and not away and not gone:
        return at_hand, before.packed
    return at_hand, pack(in_time(away), before, gone)


def decode_state(content: bytes | memoryview | msgspec.Raw) -> State:
    """Return the state that `encode_state` wrote, what is packed away unopened. Raises msgspec.DecodeError."""
    wire = _wire()
    with uncollected():  # looking for circles took four fifths of the time
        stored = wire.decoder.decode(content)
        parts: dict[str, Any] = {name: getattr(stored, name) for name in wire.names}
        for name, decoder in wire.pairs.items():
            pairs, packed = parts[name] if name in AT_HAND else (parts[name], None)
            at_hand: Any = Map(pairs)
            parts[name] = at_hand if packed is None else Filed(Cabinet(packed, decoder), at_hand)
    return State(**parts)


def seal_checkpoint(key: Key, head: Head, fold_version: str, state: State) -> bytes:
    """Return a checkpoint as it is kept, in a file or by a room: sealed with the log's key."""
    content = msgspec.msgpack.encode(
        _Checkpoint(head.sequence, head.mac, fold_version, _wire().shape, msgspec.Raw(encode_state(state)))
    )
    return b"".join((_MAGIC, key.seal(content), content))


def open_checkpoint(content: bytes, key: Key, fold_version: str) -> tuple[Head, State] | None:
    """Return the head and the state of a checkpoint, None unless everything about it fits."""
    start = len(_MAGIC) + MAC_BYTES
    seal, body = content[len(_MAGIC) : start], memoryview(content)[start:]
    if not content.startswith(_MAGIC) or not hmac.compare_digest(key.seal(body), seal):
        return None
    try:
        found = msgspec.msgpack.decode(body, type=_Checkpoint)
        if found.fold_version != fold_version or found.shape != _wire().shape:
            return None
        return Head(found.sequence, found.mac), decode_state(found.state)
    except (msgspec.DecodeError, TypeError, ValueError):
        return None


def checkpoint_print(fold_version: str) -> str:
    """Name by what a checkpoint must have been made to be of use to this program."""
    return f"{fold_version} {_wire().shape}"


def keep_checkpoint(file: Path, content: bytes) -> None:
    """Replace a checkpoint's file at once. Raises OSError."""
    part = file.with_name(file.name + ".part")
    with _writing:
        descriptor = os.open(part, os.O_CREAT | os.O_TRUNC | os.O_WRONLY | getattr(os, "O_BINARY", 0), 0o600)
        with os.fdopen(descriptor, "wb") as out:
            out.write(content)
        part.replace(file)


def write_checkpoint(file: Path, key: Key, head: Head, fold_version: str, state: State) -> None:
    """Replace the checkpoint at once. Raises OSError."""
    keep_checkpoint(file, seal_checkpoint(key, head, fold_version, state))


def read_checkpoint(file: Path, key: Key, fold_version: str) -> tuple[Head, State] | None:
    """Return the head and the state of a checkpoint's file, None unless everything about it fits."""
    try:
        content = file.read_bytes()
    except OSError:
        return None
    return open_checkpoint(content, key, fold_version)
