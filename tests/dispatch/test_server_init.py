"""A prepared database: made twice without harm, and what each role may do, asked of the server itself in SQL."""

from __future__ import annotations

import stat
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg
import pytest
from psycopg import errors
from psycopg.conninfo import make_conninfo

from dispatch.account_secrets import Secret, name_of
from dispatch.commands import AddNote, AssignUnits, Choice, ReportIncident
from dispatch.engine import Engine
from dispatch.log_interface import LogDamaged, NotSaved
from dispatch.log_postgres import PostgresLog
from dispatch.server_init import CannotPrepare, add_user, in_schema, prepare, seat_file
from dispatch.server_roles import GRANTS, SERVER_VERSION, SHARED
from tests.dispatch import town
from tests.servers import PostgresServer


@dataclass
class Room:
    """A prepared schema with a user of each kind."""

    base: str
    schema: str
    keys: Path
    users: dict[str, str]

    def address(self, kind: str = "seat") -> str:
        return make_conninfo(self.base, user=self.users[kind])

    def asks(self, kind: str, text: str) -> list[Any]:
        with psycopg.connect(self.address(kind), autocommit=True) as connection:
            cursor = connection.execute(text.encode())
            return cursor.fetchall() if cursor.description else []


@pytest.fixture(scope="module")
def room(postgres: PostgresServer, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Room]:
    base, schema = postgres.address().partition("?")[0], f"room_{uuid.uuid4().hex[:12]}"
    keys = tmp_path_factory.mktemp("keys")
    assert not prepare(base, schema=schema, key_folder=keys).was_there
    users = {
        kind: add_user(base, f"{kind}-{schema}", kind=kind, schema=schema)[0] for kind in ("seat", "admin", "reader")
    }
    made = Room(base, schema, keys, users)
    log = PostgresLog(made.address(), key_folder=keys)
    engine = Engine(log)
    for command in town.opening():
        engine.do(command)
    engine.do(town.command(ReportIncident("structure_fire", town.crossing(1, 1), text="the words of a caller")))
    log.save_person("p1", "Anna", "112")
    log.close()
    yield made


def test_a_seat_works_as_ever_through_its_own_user(room: Room) -> None:
    log = PostgresLog(room.address(), key_folder=room.keys)
    engine = Engine(log)
    assert engine.do(town.command(AssignUnits(1, (Choice("E1"),)))) is not None
    log.save_person("p2", "Bo", "113")
    log.save_person("p2", "Bo", "114")
    assert log.erase_person("p2") and log.person("p2") is None
    hashed = "$argon2id$" + uuid.uuid4().hex
    log.save_secret(Secret(name_of(hashed), "anna", hashed, "2026-03-02T08:00:00+00:00"))
    assert log.erase_secret(name_of(hashed))
    assert log.verify().is_intact
    log.close()


@pytest.mark.parametrize("kind", ["seat", "admin", "reader"])
@pytest.mark.parametrize(
    "text",
    [
        "UPDATE entries SET actor = 'nobody'",
        "DELETE FROM entries WHERE sequence = 1",
        "TRUNCATE entries",
        "DROP TABLE entries",
        "ALTER TABLE entries DISABLE TRIGGER ALL",
        "UPDATE meta SET value = '0'",
        "DELETE FROM shown",
        "CREATE TABLE mine (x INTEGER)",
        "CREATE ROLE another SUPERUSER",
        "SELECT * FROM pg_authid",
        "SELECT pg_read_file('/etc/passwd')",
    ],
)
def test_nobody_changes_what_is_written(room: Room, kind: str, text: str) -> None:
    with pytest.raises(errors.InsufficientPrivilege):
        room.asks(kind, text)


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        ("admin", "INSERT INTO entries SELECT sequence + 1000, '', '', '', '', '', '', '', 1, body, mac FROM entries"),
        ("admin", "INSERT INTO people VALUES ('x', 'y', 'z')"),
        ("admin", "UPDATE people SET name = ''"),
        ("seat", "UPDATE secrets SET hash = ''"),
        ("seat", "UPDATE shown SET body = ''"),
        ("seat", "INSERT INTO shared_at VALUES (TRUE, 1, NULL)"),
        ("reader", "SELECT * FROM entries"),
        ("reader", "SELECT * FROM people"),
        ("reader", "SELECT * FROM secrets"),
        ("reader", "SELECT * FROM shown"),
        ("reader", "SELECT * FROM meta"),
        ("reader", "SELECT * FROM shared_incidents"),
        ("reader", "INSERT INTO incidents SELECT * FROM incidents"),
        ("reader", "DELETE FROM units"),
        ("reader", "DELETE FROM shared_at"),
    ],
)
def test_what_is_not_the_business_of_a_role_is_refused_by_the_server(room: Room, kind: str, text: str) -> None:
    with pytest.raises(errors.InsufficientPrivilege):
        room.asks(kind, text)


def test_the_rights_of_each_role_are_those_written_down_and_no_others(room: Room) -> None:
    found: dict[str, dict[str, set[str]]] = {role: {} for role in GRANTS}
    with psycopg.connect(room.base) as connection:
        for role, table, right in connection.execute(
            "SELECT grantee, table_name, privilege_type FROM information_schema.role_table_grants "
            "WHERE table_schema = %s AND grantee <> grantor",
            (room.schema,),
        ):
            found[role].setdefault(table, set()).add(right)
    wanted = {role: {table: set(rights.split(", ")) for table, rights in each.items()} for role, each in GRANTS.items()}
    assert found == wanted


def test_not_even_the_owner_changes_an_entry_by_mistake(room: Room) -> None:
    for text in ("UPDATE {0}.entries SET actor = ''", "DELETE FROM {0}.entries", "TRUNCATE {0}.entries"):
        with psycopg.connect(room.base) as connection, pytest.raises(errors.InsufficientPrivilege):
            connection.execute(text.format(room.schema).encode())


def test_a_reader_reads_the_views_and_when_they_were_true(room: Room) -> None:
    for view in (*SHARED, "shared_at"):
        room.asks("reader", f"SELECT * FROM {view}")


def test_a_seat_whose_rights_are_taken_is_told_that_nothing_is_saved(room: Room) -> None:
    log = PostgresLog(room.address("admin"), key_folder=room.keys)
    engine = Engine(log)
    with pytest.raises(NotSaved) as refused:
        engine.do(town.command(AddNote(1, "an administrator is no seat")))
    assert refused.value.code == "read_only"
    log.close()


def test_preparing_twice_does_no_harm(room: Room) -> None:
    again = prepare(room.base, schema=room.schema, key_folder=room.keys)
    assert again.was_there
    log = PostgresLog(room.address(), key_folder=room.keys, read_only=True)
    assert log.verify().is_intact and log.log_id == again.log_id
    log.close()


def test_another_version_is_refused_with_what_to_do(room: Room) -> None:
    def stands(version: int) -> None:
        with psycopg.connect(room.base, autocommit=True) as connection:
            connection.execute(
                f"UPDATE {room.schema}.meta SET value = '{version}' WHERE name = 'server_version'".encode()
            )

    try:
        stands(SERVER_VERSION + 1)
        with pytest.raises(CannotPrepare, match=r"newer program.*update this program"):
            prepare(room.base, schema=room.schema, key_folder=room.keys, upgrade=True)
        with pytest.raises(LogDamaged) as refused:
            PostgresLog(room.address(), key_folder=room.keys)
        assert refused.value.code == "newer_format"
        stands(SERVER_VERSION - 1)
        with pytest.raises(CannotPrepare, match=r"older program.*backup.*--upgrade"):
            prepare(room.base, schema=room.schema, key_folder=room.keys)
        prepare(room.base, schema=room.schema, key_folder=room.keys, upgrade=True)
    finally:
        stands(SERVER_VERSION)


def test_a_log_that_was_there_before_is_prepared_as_it_stands(postgres: PostgresServer, tmp_path: Path) -> None:
    address = postgres.address(f"log_{uuid.uuid4().hex}")
    log = PostgresLog(address, key_folder=tmp_path)
    engine = Engine(log)
    for command in town.opening():
        engine.do(command)
    before = log.log_id
    log.close()
    assert prepare(address, key_folder=tmp_path).log_id == before


def test_a_users_password_is_random_and_stands_nowhere_in_the_server_as_it_is(room: Room) -> None:
    user, password = add_user(room.base, "Desk-9", schema=room.schema)
    assert user == "seat_desk-9" and len(password) >= 30
    with psycopg.connect(room.base) as connection:
        [(kept,)] = connection.execute("SELECT rolpassword FROM pg_authid WHERE rolname = %s", (user,)).fetchall()
    assert kept.startswith("SCRAM-SHA-256$") and password not in kept
    with pytest.raises(CannotPrepare, match="--renew"):
        add_user(room.base, "desk-9", schema=room.schema)
    assert add_user(room.base, "desk-9", schema=room.schema, renew=True)[1] != password


@pytest.mark.parametrize("name", ["", "Robert'); DROP TABLE entries;--", "a" * 41, "ä", "a b"])
def test_a_seat_has_a_plain_name(room: Room, name: str) -> None:
    with pytest.raises(CannotPrepare):
        add_user(room.base, name, schema=room.schema)


def test_a_database_that_is_not_prepared_takes_no_seats(postgres: PostgresServer) -> None:
    with pytest.raises(CannotPrepare, match="server init"):
        add_user(postgres.address(f"log_{uuid.uuid4().hex}"), "desk-1")


def test_who_may_not_make_roles_is_told_so(room: Room) -> None:
    with pytest.raises(CannotPrepare, match="owner of the database"):
        prepare(room.address("admin"), key_folder=room.keys)


def test_what_a_seat_takes_along_is_all_that_it_needs(room: Room) -> None:
    found = seat_file(room.base, "seat_x", "secret", schema=room.schema, key_folder=room.keys)
    assert found["schema"] == room.schema and found["password"] == "secret"
    assert (room.keys / f"{found['log_id']}.key").read_text().strip() == found["key"]
    assert stat.S_IMODE((room.keys / f"{found['log_id']}.key").stat().st_mode) == 0o600
    with pytest.raises(CannotPrepare, match="key was copied"):
        seat_file(in_schema(room.base, room.schema), "seat_x", "secret", key_folder=room.keys / "none")
