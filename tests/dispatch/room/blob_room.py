"""A prepared room with cases, a user of each kind, and contents to keep in it."""

from __future__ import annotations

import hashlib
import random
import uuid
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psycopg
from psycopg.conninfo import make_conninfo

from dispatch import case_commands as k
from dispatch.engine import Engine
from dispatch.log_postgres import PostgresLog
from dispatch.room.blobs import RoomBlobs
from dispatch.server_init import add_user, prepare
from tests.dispatch.case_town import case_opening
from tests.dispatch.town import ADMINISTRATOR, command, opening
from tests.servers import PostgresServer


@dataclass
class BlobRoom:
    """A room's schema, its users by kind, and the engine of a seat in it."""

    base: str
    schema: str
    keys: Path
    users: dict[str, str]
    engine: Engine
    opened: list[RoomBlobs] = field(default_factory=list)

    def close(self) -> None:
        for blobs in self.opened:
            blobs.close()
        self.engine.log.close()

    def address(self, kind: str = "seat") -> str:
        return make_conninfo(self.base, user=self.users[kind])

    def log(self) -> PostgresLog:
        return PostgresLog(self.address(), key_folder=self.keys)

    def blobs(self, seat: str = "cad-1") -> RoomBlobs:
        address = self.address()
        self.opened.append(RoomBlobs(lambda: psycopg.connect(address, autocommit=True), seat=seat))
        return self.opened[-1]

    def asks(self, text: str, values: tuple[object, ...] = (), *, kind: str = "seat") -> list[Any]:
        """Run a statement as a user of that kind."""
        with psycopg.connect(self.address(kind), autocommit=True) as connection:
            cursor = connection.execute(text.encode(), values or None)
            return cursor.fetchall() if cursor.description else []

    def spoils(self, text: str, values: tuple[object, ...]) -> None:
        """Run a statement that no rule of the server stops, as a disk that fails would do it."""
        with psycopg.connect(self.base, autocommit=True) as connection:
            connection.execute("SET session_replication_role = replica")
            connection.execute(f"SET search_path TO {self.schema}".encode())
            connection.execute(text.encode(), values)

    def orders(self, name: str) -> None:
        """Write an entry that says that a content is erased."""
        assert self.engine.do(command(k.ErasePhotograph(name, "a face"), who=ADMINISTRATOR)) is not None


def open_room(server: PostgresServer, keys: Path) -> BlobRoom:
    """Prepare a schema with a log of the town and its cases, and a user of each kind."""
    base, schema = server.address().partition("?")[0], f"room_{uuid.uuid4().hex[:12]}"
    prepare(base, schema=schema, key_folder=keys)
    users = {
        kind: add_user(base, f"{kind}-{schema}", kind=kind, schema=schema)[0] for kind in ("seat", "admin", "reader")
    }
    log = PostgresLog(make_conninfo(base, user=users["seat"]), key_folder=keys)
    engine = Engine(log)
    for each in (*opening(), *case_opening()):
        engine.do(each)
    return BlobRoom(base, schema, keys, users, engine)


def content(folder: Path, size_bytes: int, seed: int | None = None) -> tuple[Path, str]:
    """Write a file of chance bytes; return it and the name of its content."""
    data = random.Random(seed if seed is not None else uuid.uuid4().int).randbytes(size_bytes)
    name = hashlib.sha256(data).hexdigest()
    (folder / name).write_bytes(data)
    return folder / name, name
