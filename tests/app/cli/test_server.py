"""`opsroom server`: from an empty database to a seat that joins by its file, and what is refused on the way."""

from __future__ import annotations

import io
import uuid
from pathlib import Path

import pytest

from app.__main__ import make_parser
from dispatch.commands import ReportIncident
from dispatch.engine import Engine
from dispatch.log import open_log
from dispatch.server_settings import settings_file, with_seat
from tests.dispatch import town
from tests.servers import PostgresServer


@pytest.fixture(scope="module")
def server(postgres: PostgresServer) -> PostgresServer:
    return postgres


@pytest.fixture(autouse=True)
def config(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPSROOM_CONFIG", str(tmp_path / "config"))


def run(*words: object) -> int:
    args = make_parser().parse_args([str(word) for word in words])
    return int(args.run(args))


def test_from_an_empty_database_to_a_seat_that_joins(
    server: PostgresServer, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    base, schema = server.address().partition("?")[0], f"city_{uuid.uuid4().hex[:8]}"
    place = ("--schema", schema, "--keys", tmp_path / "keys")
    assert run("server", "init", base, *place) == 0
    assert run("server", "init", base, *place) == 0
    file = tmp_path / "cad-3.toml"
    name = f"cad-{schema}"
    assert run("server", "add-seat", name, "--log", base, *place, "--out", file) == 0
    assert file.stat().st_mode & 0o777 == 0o600
    assert "--host" in capsys.readouterr().out
    assert run("server", "add-seat", name, "--log", base, *place) == 1
    assert "--renew" in capsys.readouterr().err

    assert run("server", "join", file, "--keys", tmp_path / "their-keys") == 0
    said = capsys.readouterr().out
    password = file.read_text().split('password = "')[1].split('"')[0]
    assert len(password) > 30 and password not in said and password in settings_file().read_text()
    [address] = [word for word in said.split() if word.startswith("postgresql://")]
    log = open_log(with_seat(address, name), key_folder=tmp_path / "their-keys")
    engine = Engine(log)
    for command in town.opening():
        engine.do(command)
    engine.do(town.command(ReportIncident("structure_fire", town.crossing(1, 1))))
    log.close()

    assert run("server", "project", "--log", base, *place, "--once") == 0
    assert f"entry {engine.state.sequence}" in capsys.readouterr().out


def test_a_password_may_come_from_the_input_and_is_not_said_again(
    server: PostgresServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    base, schema = server.address().partition("?")[0], f"city_{uuid.uuid4().hex[:8]}"
    place = ("--schema", schema, "--keys", tmp_path / "keys")
    assert run("server", "init", base, *place) == 0
    monkeypatch.setattr("sys.stdin", io.StringIO("three blue herons\n"))
    assert run("server", "add-reader", f"gis-{schema}", "--log", base, *place, "--password-stdin") == 0
    assert "herons" not in "".join(capsys.readouterr())
    monkeypatch.setattr("sys.stdin", io.StringIO("short\n"))
    assert run("server", "add-reader", f"q-{schema}", "--log", base, *place, "--password-stdin") == 1


@pytest.mark.parametrize(
    ("words", "code", "why"),
    [
        (("server", "init", "postgresql://me:hush@127.0.0.1/x"), 2, "list this machine's programs"),
        (("server", "init", "postgresql://127.0.0.1:1/x"), 2, "127.0.0.1/x"),
        (("server", "add-seat", "a", "--log", "log.db"), 2, "--log postgresql://"),
        (("server", "join", "/nowhere/seat.toml"), 2, "cannot be read"),
    ],
)
def test_what_cannot_be_is_said_in_one_line(
    words: tuple[str, ...], code: int, why: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(*words) == code
    said = capsys.readouterr().err
    assert why in said and said.count("\n") == 1 and "hush" not in said


def test_the_file_of_a_seat_names_the_server_as_seats_reach_it(server: PostgresServer, tmp_path: Path) -> None:
    base, schema = server.address().partition("?")[0], f"city_{uuid.uuid4().hex[:8]}"
    place = ("--schema", schema, "--keys", tmp_path / "keys")
    assert run("server", "init", base, *place) == 0
    file = tmp_path / "far.toml"
    assert run("server", "add-seat", schema, "--log", base, *place, "--out", file, "--host", "db.city.example") == 0
    assert 'host = "db.city.example"' in file.read_text()
