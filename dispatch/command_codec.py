"""Commands as bytes and back, as strictly as entries: what a seat that is alone was asked, to be asked again later."""

from __future__ import annotations

from datetime import datetime
from typing import Any, get_args

import msgspec

from dispatch.codec import CannotDecode, CannotEncode
from dispatch.commands import Body, Command, Who

COMMAND_SCHEMA = 1

_encoder = msgspec.json.Encoder()


class _Shell(msgspec.Struct, frozen=True):
    schema_version: int
    id: str
    at: datetime
    who: Who
    type: str
    based_on: int | None
    forced: str


class _Named(_Shell, frozen=True):
    data: Any


class _Raw(_Shell, frozen=True):
    data: msgspec.Raw


class _Version(msgspec.Struct, frozen=True):
    schema_version: int


_shells = msgspec.json.Decoder(_Raw)
_versions = msgspec.json.Decoder(_Version)
_decoders: dict[str, msgspec.json.Decoder[Any]] = {kind.__name__: msgspec.json.Decoder(kind) for kind in get_args(Body)}


def encode_command(command: Command) -> bytes:
    """Return a command's bytes: UTF-8 JSON on one line. Text must be clean (`codec.cleaned`).

    Raises CannotEncode where decoding would not give an equal command back.
    """
    try:
        content = _encoder.encode(
            _Named(
                schema_version=COMMAND_SCHEMA,
                id=command.id,
                at=command.at,
                who=command.who,
                type=type(command.body).__name__,
                based_on=command.based_on,
                forced=command.forced,
                data=command.body,
            )
        )
        back = decode_command(content)
    except (UnicodeEncodeError, CannotDecode, TypeError) as error:
        raise CannotEncode(f"the command {command.id} cannot be written: {error}") from error
    if back != command:
        raise CannotEncode(f"the command {command.id} would not come back as it is")
    return content


def decode_command(content: bytes) -> Command:
    """Return the command that was written. Raises CannotDecode: `damaged`, `unknown_command` or `newer_schema`."""
    try:
        found = _versions.decode(content)
        if found.schema_version > COMMAND_SCHEMA:
            raise CannotDecode(
                "newer_schema",
                f"a command was written by a newer program (schema {found.schema_version}, this one reads up to "
                f"{COMMAND_SCHEMA}): update this program",
            )
        shell = _shells.decode(content)
    except msgspec.DecodeError as error:
        raise CannotDecode("damaged", f"these bytes are no command: {error}") from error
    decoder = _decoders.get(shell.type)
    if decoder is None:
        raise CannotDecode("unknown_command", f"this program does not know the command {shell.type[:60]!r}")
    try:
        body: Body = decoder.decode(shell.data)
    except msgspec.DecodeError as error:
        raise CannotDecode("damaged", f"a command {shell.type} is damaged: {error}") from error
    return Command(shell.id, shell.at, shell.who, body, shell.based_on, shell.forced)
