"""Prepare a database for a room of seats, and let seats, administrators and readers in."""

from __future__ import annotations

import contextlib
import re
import secrets
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg
from psycopg import sql
from psycopg.conninfo import make_conninfo

from dispatch.chain import key_file, read_key
from dispatch.log_interface import LogDamaged, NotSaved
from dispatch.log_postgres import PostgresLog
from dispatch.server_blobs import blob_statements
from dispatch.server_positions import position_grants, position_statements, position_view_statements
from dispatch.server_roles import (
    ADMIN,
    READER,
    SEAT,
    SERVER_VERSION,
    grant_statements,
    guard_statements,
    role_statements,
)
from dispatch.server_settings import complete, tls_advice, user_of
from dispatch.server_tables import POSTGIS, table_statements, view_statements

USERS = {"seat": SEAT, "admin": ADMIN, "reader": READER}
PASSWORD_BYTES = 24
SHORTEST_PASSWORD = 12
_LOCK = 0x4F70536E  # of pg_advisory_xact_lock: two that prepare one server at once
_NAME = re.compile("[a-z0-9][a-z0-9_.-]{0,39}")
_SCHEMA = re.compile("[a-z_][a-z0-9_]{0,47}")


class CannotPrepare(ValueError):
    """The server cannot be prepared as asked; the message says why, and what would help."""


@dataclass(frozen=True, slots=True)
class Prepared:
    """Say what stands now: the log's id, where its key lies, and whether views have geometry."""

    log_id: str
    key: Path
    schema: str
    was_there: bool
    postgis: str | None


def prepare(address: str, *, schema: str = "", key_folder: Path, upgrade: bool = False) -> Prepared:
    """Make a room's database ready: the log, roles, grants, guards, shared tables and views. Does no harm twice.

    Whoever asks must own the database and be able to make roles. Raises CannotPrepare for one that was prepared by
    another version, and for what is no name of a schema; NotSaved and LogDamaged as opening a log does.
    """
    with _connected(address) as connection:
        schema = _schema_in(connection, schema)
        found = _version_in(connection, schema)
        if found is not None and found > SERVER_VERSION:
            raise CannotPrepare(
                f"the schema {schema} was prepared by a newer program (version {found}, this one knows "
                f"{SERVER_VERSION}): update this program; nothing was changed"
            )
        if found is not None and found < SERVER_VERSION and not upgrade:
            raise CannotPrepare(
                f"the schema {schema} was prepared by an older program (version {found}, this one makes "
                f"{SERVER_VERSION}): make a backup (opsroom backup), then give --upgrade; nothing was changed"
            )
        connection.execute(sql.SQL("CREATE SCHEMA IF NOT EXISTS {}").format(sql.Identifier(schema)))
        log = PostgresLog(in_schema(address, schema), key_folder=key_folder)
        log_id = log.log_id
        log.close()
        with connection.transaction():
            connection.execute("SELECT pg_advisory_xact_lock(%s)", (_LOCK,))
            row = connection.execute(POSTGIS.encode()).fetchone()
            postgis = str(row[0]) if row else None
            for statement in (
                *role_statements(),
                *guard_statements(schema),
                *table_statements(schema),
                *blob_statements(schema),
                *position_statements(schema),
                *view_statements(schema, postgis=postgis),
                *position_view_statements(schema, postgis=postgis),
                *grant_statements(schema),
                *position_grants(schema, SEAT, ADMIN),
            ):
                connection.execute(statement)
            connection.execute(
                sql.SQL(
                    "INSERT INTO {} (name, value) VALUES ('server_version', %s) "
                    "ON CONFLICT (name) DO UPDATE SET value = excluded.value"
                ).format(sql.Identifier(schema, "meta")),
                (str(SERVER_VERSION),),
            )
    return Prepared(log_id, key_file(key_folder, log_id), schema, found is not None, postgis)


def add_user(
    address: str, name: str, *, kind: str = "seat", schema: str = "", password: str = "", renew: bool = False
) -> tuple[str, str]:
    """Make the server's user of a seat, an administrator or a reader (`kind`); return its name and its password.

    Without a `password` a random one is made. It is sent as its SCRAM verifier, so that it stands in no log of the
    server. Raises CannotPrepare where the user is there already (unless `renew`), for a name or a password that
    cannot be, and where the database is not prepared.
    """
    name = name.casefold()
    if not _NAME.fullmatch(name):
        raise CannotPrepare(f"{name!r} is no name for a seat: up to 40 small letters, digits and _ . -")
    if password and len(password) < SHORTEST_PASSWORD:
        raise CannotPrepare(f"the password is too short: {SHORTEST_PASSWORD} characters at least")
    user = user_of(name) if kind == "seat" else f"{kind}_{name}"
    password = password or secrets.token_urlsafe(PASSWORD_BYTES)
    with _connected(address) as connection:
        schema = _schema_in(connection, schema)
        if _version_in(connection, schema) is None:
            raise CannotPrepare(f"the schema {schema} is not prepared: opsroom server init comes first")
        verifier = connection.pgconn.encrypt_password(password.encode(), user.encode(), b"scram-sha-256").decode()
        with connection.transaction():
            connection.execute("SELECT pg_advisory_xact_lock(%s)", (_LOCK,))
            is_there = connection.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", (user,)).fetchone() is not None
            if is_there and not renew:
                raise CannotPrepare(f"{user} is there already: give --renew for a new password")
            for text in (
                "ALTER ROLE {user} LOGIN PASSWORD {verifier}"
                if is_there
                else "CREATE ROLE {user} LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE PASSWORD {verifier}",
                "GRANT {role} TO {user}",
                "ALTER ROLE {user} IN DATABASE {database} SET search_path TO {schema}",
            ):
                connection.execute(
                    sql.SQL(text).format(
                        user=sql.Identifier(user),
                        role=sql.Identifier(USERS[kind]),
                        verifier=sql.Literal(verifier),
                        database=sql.Identifier(connection.info.dbname),
                        schema=sql.Identifier(schema),
                    )
                )
    return user, password


def seat_file(address: str, user: str, password: str, *, schema: str = "", key_folder: Path) -> dict[str, str]:
    """Return all that a seat needs to join: where the server is, its password, and the key of the log.

    Raises CannotPrepare where this machine has no key of the log.
    """
    with _connected(address) as connection:
        schema = _schema_in(connection, schema)
        rows = connection.execute(
            sql.SQL("SELECT value FROM {} WHERE name = 'log_id'").format(sql.Identifier(schema, "meta"))
        ).fetchall()
        host, port, database = connection.info.host, str(connection.info.port), connection.info.dbname
        named, _ = complete(address, defaults={})
        if "," in named.get("host", ""):  # with its standbys, not the one that answered
            host, port = named["host"], named.get("port", "5432")
    log_id = str(rows[0][0]) if rows else ""
    file = key_file(key_folder, log_id)
    if read_key(key_folder, log_id) is None:
        raise CannotPrepare(
            f"{file} is missing: seats are added where the log was made, or where its key was copied to"
        )
    found = {"host": host, "port": port, "database": database, "user": user, "password": password}
    if schema != "public":
        found["schema"] = schema
    return {**found, "log_id": log_id, "key": file.read_text(encoding="ascii").strip()}


def in_schema(address: str, schema: str) -> str:
    """Return the address of the log in a schema; without one, of that which the address itself means."""
    return make_conninfo(address, options=f"-csearch_path={schema}") if schema else address


@contextlib.contextmanager
def _connected(address: str) -> Iterator[psycopg.Connection[tuple[Any, ...]]]:
    parts, whole = complete(address, defaults={"connect_timeout": "5", "application_name": "opsroom server"})
    name = f"postgresql://{parts.get('host') or 'localhost'}/{parts.get('dbname') or ''}"
    try:
        with psycopg.connect(whole, autocommit=True) as connection:
            yield connection
    except (CannotPrepare, NotSaved, LogDamaged):
        raise
    except psycopg.errors.InsufficientPrivilege as error:
        what = str(error).splitlines()[0]
        raise CannotPrepare(f"{name}: {what}: ask as the owner of the database, who can make roles") from None
    except psycopg.Error as error:
        what = (str(error).splitlines() or ["failed"])[0]
        raise NotSaved("connection_lost", f"{name}: {what}{tls_advice(str(error))}") from None


def _schema_in(connection: psycopg.Connection[Any], schema: str) -> str:
    """Return the schema that is asked for, or the one that the address means."""
    if not schema:
        row = connection.execute("SELECT current_schema()").fetchone()
        schema = str(row[0]) if row and row[0] else "public"
    if not _SCHEMA.fullmatch(schema):
        raise CannotPrepare(f"{schema!r} is no name for a schema: small letters, digits and _, beginning with a letter")
    return schema


def _version_in(connection: psycopg.Connection[Any], schema: str) -> int | None:
    """Return the version that a schema was prepared by, None where it was not."""
    meta = sql.Identifier(schema, "meta")
    if connection.execute("SELECT to_regclass(%s)", (meta.as_string(connection),)).fetchone() == (None,):
        return None
    row = connection.execute(sql.SQL("SELECT value FROM {} WHERE name = 'server_version'").format(meta)).fetchone()
    return int(row[0]) if row and str(row[0]).isdigit() else None
