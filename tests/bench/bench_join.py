"""Joining a log of a million entries: from nothing, from the seat's own checkpoint, from the room's; on both stores.

And what a state out of a checkpoint costs afterwards: a fold step, going through everything, the next checkpoint.
Making the logs takes most of the time, some four minutes; `OPSROOM_JOIN_ENTRIES` makes them shorter.
"""

from __future__ import annotations

import gc
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack
from functools import partial
from pathlib import Path

import pytest

from dispatch.case import Case
from dispatch.checkpoint import decode_state, encode_state
from dispatch.events import Entry
from dispatch.figures.facts import CaseFacts
from dispatch.filed import Filed
from dispatch.filing import AT_HAND
from dispatch.log import open_log
from dispatch.log_postgres import PostgresLog
from dispatch.log_sqlite import SqliteLog
from dispatch.server_init import prepare
from dispatch.state import FOLD_VERSION, State, apply, fold
from dispatch.uncollected import leave_out_of_collections, uncollected
from tests.bench.long_log import fill
from tests.bench.rows import Row, absent, against, figure, timed, within
from tests.servers import running_postgres

ROOT = Path(__file__).resolve().parent.parent.parent
ENTRIES = int(os.environ.get("OPSROOM_JOIN_ENTRIES", "1000000"))
BEHIND = 20  # entries after the checkpoint
MORE, STEPS = 20_000, 2_000
LIMIT_S = 3.0
_OF_INCIDENT = ("incidents", "calls", "tasks", "tasks_of", "assignments", "assignments_of")


def rows() -> Iterator[Row]:
    """Yield one row a measure."""
    with tempfile.TemporaryDirectory() as name, ExitStack() as stack:
        folder = Path(name)
        keys = folder / "keys"
        file = folder / "log.db"
        sqlite = open_log(file, key_folder=keys)
        assert isinstance(sqlite, SqliteLog)
        logs: list[tuple[PostgresLog | SqliteLog, str, Path]] = [(sqlite, str(file), keys)]
        address = ""
        try:
            base = stack.enter_context(running_postgres()).address().partition("?")[0]
            prepare(base, schema="room", key_folder=keys)
            address = f"{base}?options=-csearch_path%3Droom"
            logs.append((PostgresLog(address, key_folder=keys), address, keys))
        except pytest.skip.Exception as skipped:
            yield absent("joining by PostgreSQL", str(skipped)[:34])
        took_s, (state, behind) = timed(partial(fill, logs, ENTRIES + BEHIND, until=ENTRIES, more=MORE))
        size = f"{file.stat().st_size / 1e6:,.0f} MB"
        yield Row(f"make a log of {ENTRIES:,} entries, written and folded", figure(took_s, "s"), size, None)
        yield from _joined("from nothing, SQLite", str(file), keys, limit_s=None)
        for number, (log, _, _) in enumerate(logs):
            saving_s, _ = timed(partial(log.save_checkpoint, state, FOLD_VERSION))
            if not number:
                yield Row("write its first checkpoint, beside the work", figure(saving_s, "s"), "", None)
            log.close()
        leave_out_of_collections(ENTRIES)
        yield from _afterwards(state, behind)
        del state
        gc.collect()
        yield from _joined("from the checkpoint, SQLite", str(file), keys, limit_s=LIMIT_S)
        if address:
            yield from _joined("from the checkpoint, PostgreSQL", address, keys, limit_s=LIMIT_S)
            for own in keys.glob("*.checkpoint"):
                own.rename(own.with_suffix(".away"))
            yield from _joined("first join, from the room's checkpoint", address, keys, limit_s=LIMIT_S)
            for own in keys.glob("*.away"):
                own.replace(own.with_suffix(".checkpoint"))


def _joined(what: str, address: str, keys: Path, *, limit_s: float | None) -> Iterator[Row]:
    """Open the log in a program that starts, with a copy of the key folder as it stands now."""
    with tempfile.TemporaryDirectory() as copy:
        shutil.copytree(keys, copy, dirs_exist_ok=True)
        words = [sys.executable, "-m", "tests.bench.seat_program", "join", address, copy]
        answer = subprocess.run(words, cwd=ROOT, check=True, capture_output=True, text=True).stdout
        size = max((each.stat().st_size / 1e6 for each in Path(copy).glob("*.checkpoint")), default=0.0)
    took, used, most, more, sequence = map(float, answer.split())
    assert sequence == ENTRIES + BEHIND, answer
    work = f"{what}: {sequence:,.0f} entries"
    yield Row(work, figure(took, "s"), "", None) if limit_s is None else within(work, took, limit_s)
    yield Row("    of that, processor time", figure(used, "s"), f"load {os.getloadavg()[0]:.0f}", None)
    told = f"{size:.0f} MB on disk" if size else ""
    yield Row("    memory of its state; of the program at most", f"{more:,.0f}; {most:,.0f} MB", told, None)


def _afterwards(plain: State, behind: list[Entry]) -> Iterator[Row]:
    """Measure what a state out of a checkpoint costs, beside the same in memory."""
    content = encode_state(plain)
    filed = decode_state(content)
    yield _packed("closed incident, with its calls, tasks and crews", filed, _OF_INCIDENT)
    yield _packed("closed case", filed, ("cases",))
    steps = behind[:STEPS]
    mine, theirs = (min(timed(partial(_step, each, steps))[0] for _ in range(5)) / STEPS for each in (filed, plain))
    yield against("fold one entry, after the checkpoint", mine, "in memory", theirs)
    first, again = _facts_s(partial(decode_state, content)), _facts_s(lambda: plain)
    yield against(f"facts of all {len(filed.cases):,} cases for figures, the first time", first, "in memory", again)
    mine, theirs = (_going_s(each.cases) for each in (filed, plain))
    yield against("go through all cases again", mine, "in memory", theirs)
    with uncollected():
        later = fold(decode_state(content), behind)
        writing_s, content = timed(partial(encode_state, later))
    yield Row(f"write the next checkpoint, {len(behind):,} entries later", figure(writing_s, "s"), "", None)
    assert decode_state(content) == fold(plain, behind)


def _step(state: State, entries: list[Entry]) -> None:
    for entry in entries:
        state = apply(state, entry)


def _facts_s(make: Callable[[], State]) -> float:
    """Measure without collections, which would weigh what a bench holds besides."""
    with uncollected():
        return min(timed(partial(CaseFacts.of, make()))[0] for _ in range(3))


def _going_s(cases: Mapping[int, Case]) -> float:
    return min(timed(lambda: sum(1 for case in cases.values() if case.is_open))[0] for _ in range(5))


def _packed(what: str, state: State, names: tuple[str, ...]) -> Row:
    parts = [getattr(state, name) for name in names]
    assert set(names) <= set(AT_HAND)
    packed = [part.cabinet for part in parts if isinstance(part, Filed)]
    if not packed:
        return absent(f"memory of a {what}", "nothing is packed away")
    size = sum(len(drawer) for each in packed for drawer in each.packed.drawers)
    index = sum(len(each) * 20 for each in packed)
    return Row(f"memory of a {what}", f"{(size + index) / len(packed[0]):,.0f} B", "packed away, with its index", None)
