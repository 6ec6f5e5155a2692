"""The drill: a room's log with photographs is backed up sealed, everything is lost, and it is brought back and proved.

`OPSROOM_BACKUP_ENTRIES` and `OPSROOM_BACKUP_PHOTOGRAPHS` make it shorter or longer.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, closing
from dataclasses import dataclass
from pathlib import Path

import pytest

from dispatch.chain import read_key
from dispatch.codec import columns_of
from dispatch.evidence_store import EvidenceStore
from dispatch.log_sqlite import SqliteLog
from dispatch.server_init import prepare
from tests.bench.long_log import bodies
from tests.bench.rows import Row, absent, figure
from tests.servers import running_postgres

ENTRIES = int(os.environ.get("OPSROOM_BACKUP_ENTRIES", "200000"))
PHOTOGRAPHS = int(os.environ.get("OPSROOM_BACKUP_PHOTOGRAPHS", "500"))
PHOTOGRAPH_BYTES = 800_000
AIM_S = 300.0
OPEN = (
    "import sys; from pathlib import Path; from dispatch.engine import Engine; from dispatch.log import open_log; "
    "log = open_log(sys.argv[1], key_folder=Path(sys.argv[2])); print(Engine(log).state.sequence); log.close()"
)


@dataclass(frozen=True, slots=True)
class Run:
    """Say how long a program ran, how much memory it took at most, and what it printed."""

    took_s: float
    peak_mb: float
    said: str


def rows() -> Iterator[Row]:
    """Yield one row a step of the drill."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        log, keys = _made(folder)
        size_mb = sum(path.stat().st_size for path in folder.rglob("*") if path.is_file()) / 1e6
        secret, out = folder / "backup.key", folder / "backup.age"
        recipient = run("backup-key", "--out", secret).said.split()[0]
        what = f"{ENTRIES:,} entries, {PHOTOGRAPHS} photographs"
        made = run("backup", log, "--out", out, "--recipient", recipient, "--keys", keys)
        file_mb = out.stat().st_size / 1e6
        yield _row(f"sealed backup, read back: {what}", made, size_mb)
        yield _row(f"prove the file alone ({file_mb:.0f} MB)", run("backup-check", out, "--identity", secret), file_mb)
        for lost in (keys, folder / "log.db.evidence"):
            shutil.rmtree(lost)
        for path in folder.glob("log.db*"):
            path.unlink()
        spent_s = 0.0
        for step, done in (
            ("restore on a machine that lost all", run("restore", out, *_to(folder, keys, secret))),
            ("verify what was restored", run("log", "verify", log, "--keys", keys)),
            ("open it", _timed(sys.executable, "-c", OPEN, log, keys)),
        ):
            spent_s += done.took_s
            yield _row(step, done, size_mb)
        yield Row(
            "all lost to all back, proved and open", figure(spent_s, "s"), f"limit {AIM_S:.0f} s", spent_s / AIM_S
        )
        archive = run("archive", log, "--before", "2100-01-01", "--to", folder / "old.db", "--keys", keys)
        yield _row("archive all of it", archive, size_mb)
        yield from _server(folder, out, secret)


def _server(folder: Path, out: Path, secret: Path) -> Iterator[Row]:
    with ExitStack() as stack:
        try:
            server = stack.enter_context(running_postgres())
        except pytest.skip.Exception as skipped:
            yield absent("the same into PostgreSQL", str(skipped)[:34])
            return
        address, keys = server.address("drill"), folder / "server keys"
        prepare(address, key_folder=folder / "unused keys")
        size_mb = out.stat().st_size / 1e6
        yield _row(
            "restore into PostgreSQL",
            run("restore", out, "--to", address, "--identity", secret, "--keys", keys),
            size_mb,
        )
        recipient = next(line for line in secret.read_text().splitlines() if "public key" in line).split()[-1]
        again = folder / "again.age"
        made = run("backup", address, "--out", again, "--recipient", recipient, "--keys", keys)
        yield _row("sealed backup of PostgreSQL, read back", made, size_mb)


def run(*words: object) -> Run:
    """Run the command `opsroom`; 3 tells of photographs that this invented log names and nobody took."""
    return _timed(sys.executable, "-m", "app", *words, codes=(0, 3))


def _made(folder: Path) -> tuple[Path, Path]:
    """Make the log, its photographs, and the folder with its key."""
    file, keys = folder / "log.db", folder / "keys"
    log = SqliteLog(file, key_folder=keys)
    log.close()
    with closing(sqlite3.connect(file)) as connection, connection:
        connection.executemany(f"INSERT INTO entries VALUES ({', '.join('?' * 11)})", _entries(log, keys))
    store = EvidenceStore(folder / "log.db.evidence")
    for number in range(PHOTOGRAPHS):
        data = hashlib.shake_128(b"%d" % number).digest(PHOTOGRAPH_BYTES)  # no packing makes it smaller
        store.put_back(hashlib.sha256(data).hexdigest(), data)
    return file, keys


def _entries(log: SqliteLog, keys: Path) -> Iterator[tuple[object, ...]]:
    key = read_key(keys, log.log_id)
    assert key is not None
    mac = key.first
    for body in bodies(ENTRIES):
        mac = key.mac(mac, body)
        yield *columns_of(body), body, mac


def _to(folder: Path, keys: Path, secret: Path) -> tuple[object, ...]:
    return "--to", folder / "log.db", "--identity", secret, "--keys", keys


def _timed(*words: object, codes: tuple[int, ...] = (0,)) -> Run:
    started = time.perf_counter()
    with tempfile.TemporaryFile("w+") as out:
        program = subprocess.Popen([str(word) for word in words], stdout=out, stderr=out)
        _, status, used = os.wait4(program.pid, 0)
        program.returncode = os.waitstatus_to_exitcode(status)
        out.seek(0)
        said = out.read()
    if program.returncode not in codes:
        raise RuntimeError(f"{words}: {said}")
    return Run(time.perf_counter() - started, used.ru_maxrss / 1e3, said)


def _row(work: str, done: Run, size_mb: float) -> Row:
    return Row(work, figure(done.took_s, "s"), f"{size_mb / done.took_s:.0f} MB/s, peak {done.peak_mb:.0f} MB", None)
