"""What an island's file holds beside a log's: the state at its base, and what was asked, sealed to its entry."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path

from dispatch.chain import Head, Key, sync_folder
from dispatch.checkpoint import write_checkpoint
from dispatch.codec import cleaned
from dispatch.commands import Command, RaiseSignal
from dispatch.events import Entry, SignalRaised
from dispatch.state import FOLD_VERSION, State

COMMANDS = "CREATE TABLE commands (sequence INTEGER NOT NULL PRIMARY KEY, body BLOB NOT NULL, seal BLOB NOT NULL)"
OUTCOMES = "CREATE TABLE outcomes (sequence INTEGER NOT NULL PRIMARY KEY, body BLOB NOT NULL)"


def keep_state(file: Path, key: Key, head: Head, state: State) -> None:
    """Keep the state at the base, durably: without it a seat that starts again cannot go on."""
    file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    write_checkpoint(file, key, head, FOLD_VERSION, state)
    descriptor = os.open(file, os.O_RDWR)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
    sync_folder(file.parent)


def as_kept(command: Command, entry: Entry) -> Command:
    """Return what was asked as it can be kept: a call for help is taken whatever stands in it."""
    body, first = command.body, entry.events[0]
    if isinstance(first, SignalRaised):
        body = RaiseSignal(first.unit_id, first.signal, first.lon, first.lat)
    return cleaned(replace(command, at=entry.occurred_at, body=body))


def seal_of(key: Key, island_id: str, sequence: int, content: bytes) -> bytes:
    """Return the MAC of what was asked for an entry of one island."""
    return key.seal(f"island {island_id} {sequence} ".encode() + content)
