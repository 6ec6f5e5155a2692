"""The checkpoints that a room keeps for seats that join: a new seat need not fold years of a log.

They are those of the seats, sealed with the log's key like each seat's own (see `dispatch.checkpoint`); whoever takes
one holds it against the key and the log, as its own. Two copies are kept for each sort of program.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any

OFFER_EVERY = 20_000  # entries: as many are folded in a second
WORTH_FETCHING = 10_000
COPIES = 2
PIECE_BYTES = 4 << 20
OTHERS_KEPT = "30 days"  # those of programs that nobody may run any more
_LOCK = 0x4F70436B  # of pg_try_advisory_xact_lock: two seats that offer at once

CHECKPOINT_TABLES = {
    "checkpoints": """(
        print TEXT NOT NULL, sequence BIGINT NOT NULL, piece INTEGER NOT NULL, content BYTEA NOT NULL,
        made_at TIMESTAMPTZ NOT NULL DEFAULT now(), PRIMARY KEY (print, sequence, piece)
    )""",
}
SEAT_GRANTS = {"checkpoints": "SELECT, INSERT, DELETE"}

Run = Callable[[str, Sequence[Any]], Sequence[Sequence[Any]]]


def is_there(run: Run) -> bool:
    """Tell whether this room keeps checkpoints: one that an older program prepared does not."""
    return bool(run("SELECT to_regclass('checkpoints') IS NOT NULL", ())[0][0])


def kept_for(run: Run, name: str) -> list[int]:
    """Return of which entries there are checkpoints for a sort of program, the newest first."""
    rows = run("SELECT DISTINCT sequence FROM checkpoints WHERE print = %s ORDER BY sequence DESC", (name,))
    return [int(sequence) for (sequence,) in rows]


def offer(run: Run, name: str, sequence: int, content: bytes) -> bool:
    """Keep a checkpoint where the newest is older by enough; tell whether it was kept. Asks within one transaction."""
    if not run("SELECT pg_try_advisory_xact_lock(%s, hashtext(current_schema()))", (_LOCK,))[0][0]:
        return False  # another seat is about it
    kept = kept_for(run, name)
    if kept and sequence - kept[0] < OFFER_EVERY:
        return False
    for start in range(0, len(content), PIECE_BYTES):
        run(
            "INSERT INTO checkpoints (print, sequence, piece, content) VALUES (%s, %s, %s, %s)",
            (name, sequence, start // PIECE_BYTES, content[start : start + PIECE_BYTES]),
        )
    for old in kept[COPIES - 1 :]:
        run("DELETE FROM checkpoints WHERE print = %s AND sequence = %s", (name, old))
    run("DELETE FROM checkpoints WHERE print <> %s AND made_at < now() - %s::interval", (name, OTHERS_KEPT))
    return True


def newer(run: Run, name: str, than: int) -> Iterator[bytes]:
    """Yield the checkpoints that are worth fetching by a seat that has one of the entry `than`, the newest first."""
    for sequence in kept_for(run, name):
        if sequence - than < WORTH_FETCHING:
            return
        pieces: list[bytes] = []
        sql = "SELECT content FROM checkpoints WHERE print = %s AND sequence = %s AND piece = %s"
        while rows := run(sql, (name, sequence, len(pieces))):
            pieces.append(rows[0][0])
        yield b"".join(pieces)
