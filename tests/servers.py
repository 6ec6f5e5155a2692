"""Real servers that the tests start themselves, from the system's own programs, and stop again."""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import psycopg
import pytest


class PostgresServer:
    """A PostgreSQL server of its own data folder on a free port of this machine, run without root's rights.

    `crash` kills it as a power cut would; `start` brings it back on the same port and data. With `copy_of` it is that
    server's standby, fed by its replication. `wal` is an empty folder for its write-ahead log, in files of 1 MB.
    """

    def __init__(
        self,
        programs: Path,
        folder: Path,
        *,
        copy_of: PostgresServer | None = None,
        wal: Path | None = None,
        settings: Mapping[str, str] | None = None,
    ) -> None:
        self._programs = programs
        self._settings = {"shared_buffers": "16MB", "max_connections": "160", "max_wal_size": "64MB"}
        self._settings |= settings or {}
        self.folder = folder
        self._data = folder / "data"
        self._log = folder / "server.log"
        self.port = _free_port()
        self._user = _unprivileged_user()
        self._process: subprocess.Popen[bytes] | None = None
        self._admitted = 1
        if self._user is not None:
            os.chown(folder, *self._user)
        if copy_of is not None:
            where = ("-h", "127.0.0.1", "-p", str(copy_of.port), "-U", "opsroom", "-D", str(self._data))
            self._call("pg_basebackup", *where, "-R", "-X", "stream", "-c", "fast", "--no-sync")
            return
        logs = ("-X", str(self.give(wal)), "--wal-segsize=1") if wal is not None else ()
        how = ("-U", "opsroom", "--auth=trust", "-E", "UTF8", "--no-locale", "-N")
        self._call("initdb", "-D", str(self._data), *how, *logs)

    def address(self, schema: str = "public", *, database: str = "postgres") -> str:
        """Return the address of a log in a schema of its own; that and its database are made if they are not there."""
        with psycopg.connect(self._base(), autocommit=True) as connection:
            if not connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", (database,)).fetchone():
                connection.execute(f'CREATE DATABASE "{database}"'.encode())
        base = self._base(database)
        with psycopg.connect(base, autocommit=True) as connection:
            connection.execute(f'CREATE SCHEMA IF NOT EXISTS "{schema}"'.encode())
        return f"{base}?options=-csearch_path%3D{schema}"

    def start(self) -> None:
        """Start the server and wait until it answers."""
        with self._log.open("ab") as out:
            self._process = subprocess.Popen(
                [
                    self._programs / "postgres",
                    *("-D", self._data, "-p", str(self.port), "-h", "127.0.0.1", "-k", ""),
                    *(word for name, value in self._settings.items() for word in ("-c", f"{name}={value}")),
                ],
                stdout=out,
                stderr=out,
                cwd=self.folder,
                **self._rights(),
            )
        deadline = time.monotonic() + 120
        while True:
            try:
                psycopg.connect(self._base(), connect_timeout=2).close()
                return
            except psycopg.OperationalError:
                if time.monotonic() > deadline or self._process.poll() is not None:
                    raise RuntimeError(self._log.read_text(errors="replace")[-2000:]) from None
                time.sleep(0.05)

    def crash(self) -> None:
        """Kill the server and every process of it, unasked."""
        assert self._process is not None
        children = Path(f"/proc/{self._process.pid}/task/{self._process.pid}/children")
        pids = (
            [self._process.pid, *map(int, children.read_text().split())] if children.exists() else [self._process.pid]
        )
        for pid in pids:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        self._process.wait()
        self._process = None

    def set(self, **settings: str) -> None:
        """Change settings of a running server that need no restart; connections made from now on go by them."""
        with psycopg.connect(self._base(), autocommit=True) as connection:
            for name, value in settings.items():
                connection.execute(f"ALTER SYSTEM SET {name} = '{value}'".encode())
            connection.execute("SELECT pg_reload_conf()")
        self._wait_for(settings)

    def take(self, file: Path) -> Path:
        """Copy a file to where the server alone may read it, as it demands of a key; return the copy."""
        copy = self.folder / f"{time.monotonic_ns()}-{file.name}"
        shutil.copy(file, copy)
        copy.chmod(0o600)
        if self._user is not None:
            os.chown(copy, *self._user)
        return copy

    def admit(self, *rules: str) -> None:
        """Have the server admit by these lines of its pg_hba.conf, then by trust from this machine without TLS."""
        lines = "\n".join((*rules, "hostnossl all opsroom 127.0.0.1/32 trust", ""))
        (self._data / "pg_hba.conf").write_text(lines, encoding="ascii")
        self._admitted += 1
        self.set(vacuum_cost_page_hit=str(self._admitted))  # the server reads its rules after such settings

    def _wait_for(self, settings: dict[str, str]) -> None:
        deadline = time.monotonic() + 120
        while time.monotonic() < deadline:
            with psycopg.connect(self._base(), autocommit=True) as connection:
                shown = {name: connection.execute(f"SHOW {name}".encode()).fetchone() for name in settings}
            if all(row is not None and row[0] == settings[name] for name, row in shown.items()):
                return
            time.sleep(0.02)
        raise RuntimeError(f"the server did not take {settings}")

    def promote(self) -> None:
        """Make a standby the server that writes."""
        with psycopg.connect(self._base(), autocommit=True) as connection:
            connection.execute("SELECT pg_promote()")

    def restart(self) -> None:
        """Stop the server as its keeper does, with a checkpoint, and start it again."""
        self._end(signal.SIGINT)
        self.start()

    def stop(self) -> None:
        """Stop the server at once; its data are needed no more."""
        self._end(signal.SIGQUIT)

    @property
    def is_running(self) -> bool:
        """Tell whether the server's own process lives: it ends by itself where it cannot recover."""
        return self._process is not None and self._process.poll() is None

    def said(self, words: str) -> int:
        """Return how often the server has written these words into its log."""
        return self._log.read_text(errors="replace").count(words)

    def give(self, folder: Path) -> Path:
        """Let the server have a folder for its own."""
        if self._user is not None:
            os.chown(folder, *self._user)
        return folder

    def limit_files(self, pid: int, size_bytes: int | None) -> None:
        """Let one of its processes write no file beyond that size: a disk that is full, for whoever is not root."""
        words = ["prlimit", f"--pid={pid}", f"--fsize={'unlimited' if size_bytes is None else size_bytes}:"]
        subprocess.run(words, check=True, capture_output=True, cwd=self.folder, **self._rights())

    def _end(self, how: signal.Signals) -> None:
        if self._process is not None:
            self._process.send_signal(how)
            try:
                self._process.wait(timeout=60)
            except subprocess.TimeoutExpired:
                self.crash()
            self._process = None

    def _base(self, database: str = "postgres") -> str:
        return f"postgresql://opsroom@127.0.0.1:{self.port}/{database}"

    def _rights(self) -> dict[str, Any]:
        if self._user is None:
            return {}
        return {"user": self._user[0], "group": self._user[1], "extra_groups": []}

    def _call(self, program: str, *arguments: str) -> None:
        subprocess.run(
            [self._programs / program, *arguments],
            check=True,
            capture_output=True,
            cwd=self.folder,
            **self._rights(),
        )


def postgres_programs() -> Path | None:
    """Return the folder of the newest PostgreSQL server's programs on this machine, None where there is none."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/postgres"), key=lambda path: float(path.parts[-3]))
    if found:
        return found[-1].parent
    on_path = shutil.which("postgres")
    return Path(on_path).resolve().parent if on_path and shutil.which("initdb") else None


@contextlib.contextmanager
def running_postgres(*, wal: Path | None = None, settings: Mapping[str, str] | None = None) -> Iterator[PostgresServer]:
    """Run a server in a folder of its own while the block runs; skip the test where the machine has no PostgreSQL."""
    programs = postgres_programs()
    if programs is None:
        pytest.skip("no PostgreSQL server on this machine: install the package postgresql")
    folder = Path(tempfile.mkdtemp(prefix="opsroom-postgres-"))
    try:
        server = PostgresServer(programs, folder, wal=wal, settings=settings)
        server.start()
        try:
            yield server
        finally:
            server.stop()
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextlib.contextmanager
def small_disk(size_mb: int) -> Iterator[Path]:
    """Mount a disk of that size while the block runs; skip the test where that is not allowed: it is root's."""
    folder = Path(tempfile.mkdtemp(prefix="opsroom-disk-"))
    words = ("mount", "-t", "tmpfs", "-o", f"size={size_mb}m", "tmpfs", folder)
    mounted = shutil.which("mount") is not None and _succeeds(*words)
    try:
        if not mounted:
            pytest.skip("a small disk can be mounted by root alone, on Linux")
        yield folder
    finally:
        if mounted:
            _succeeds("umount", "--lazy", folder)
        shutil.rmtree(folder, ignore_errors=True)


def _succeeds(*words: str | Path) -> bool:
    return subprocess.run(words, check=False, capture_output=True).returncode == 0


def fill_up(disk: Path) -> Path:
    """Take all of a disk's room by one file, and return it; to remove it is to give the room back."""
    ballast = disk / "ballast"
    with ballast.open("wb", buffering=0) as out, contextlib.suppress(OSError):
        while out.write(bytes(4096)):
            pass
    return ballast


@contextlib.contextmanager
def running_standby(of: PostgresServer) -> Iterator[PostgresServer]:
    """Run a standby of a running server; from now on that one acknowledges only what both have on disk."""
    programs = postgres_programs()
    assert programs is not None
    folder = Path(tempfile.mkdtemp(prefix="opsroom-standby-"))
    try:
        standby = PostgresServer(programs, folder, copy_of=of)
        standby.start()
        try:
            with psycopg.connect(of.address(), autocommit=True) as connection:
                connection.execute("ALTER SYSTEM SET synchronous_standby_names = '*'")
                connection.execute("SELECT pg_reload_conf()")
            yield standby
        finally:
            standby.stop()
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _unprivileged_user() -> tuple[int, int] | None:
    """Return another user and group where the tests run as root: PostgreSQL refuses to run as root."""
    if not hasattr(os, "geteuid") or os.geteuid() != 0:
        return None
    import pwd  # POSIX only

    for name in ("postgres", "nobody"):
        with contextlib.suppress(KeyError):
            found = pwd.getpwnam(name)
            return found.pw_uid, found.pw_gid
    pytest.skip("PostgreSQL does not run as root, and there is no user postgres or nobody")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
