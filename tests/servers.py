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
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest


class PostgresServer:
    """A PostgreSQL server of its own data folder on a free port of this machine, run without root's rights.

    `crash` kills it as a power cut would; `start` brings it back on the same port and data. With `copy_of` it is that
    server's standby, fed by its replication.
    """

    def __init__(self, programs: Path, folder: Path, *, copy_of: PostgresServer | None = None) -> None:
        self._programs = programs
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
        self._call("initdb", "-D", str(self._data), "-U", "opsroom", "--auth=trust", "-E", "UTF8", "--no-locale", "-N")

    def address(self, schema: str = "public") -> str:
        """Return the address of a log in a schema of its own, made if it is not there."""
        with psycopg.connect(self._base(), autocommit=True) as connection:
            connection.execute(f'CREATE SCHEMA IF NOT EXISTS "{schema}"'.encode())
        return f"{self._base()}?options=-csearch_path%3D{schema}"

    def start(self) -> None:
        """Start the server and wait until it answers."""
        with self._log.open("ab") as out:
            self._process = subprocess.Popen(
                [
                    self._programs / "postgres",
                    *("-D", self._data, "-p", str(self.port), "-h", "127.0.0.1", "-k", ""),
                    *("-c", "shared_buffers=16MB", "-c", "max_connections=160", "-c", "max_wal_size=64MB"),
                ],
                stdout=out,
                stderr=out,
                cwd=self.folder,
                **self._rights(),
            )
        deadline = time.monotonic() + 30
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
        deadline = time.monotonic() + 30
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

    def stop(self) -> None:
        """Stop the server."""
        if self._process is not None:
            self._process.send_signal(signal.SIGINT)
            try:
                self._process.wait(timeout=20)
            except subprocess.TimeoutExpired:
                self.crash()
            self._process = None

    def _base(self) -> str:
        return f"postgresql://opsroom@127.0.0.1:{self.port}/postgres"

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
def running_postgres() -> Iterator[PostgresServer]:
    """Run a server in a folder of its own while the block runs; skip the test where the machine has no PostgreSQL."""
    programs = postgres_programs()
    if programs is None:
        pytest.skip("no PostgreSQL server on this machine: install the package postgresql")
    folder = Path(tempfile.mkdtemp(prefix="opsroom-postgres-"))
    try:
        server = PostgresServer(programs, folder)
        server.start()
        try:
            yield server
        finally:
            server.stop()
    finally:
        shutil.rmtree(folder, ignore_errors=True)


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
