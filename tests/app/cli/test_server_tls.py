"""TLS to a room's server, with real certificates: verified by itself, refused in words that say what to do."""

from __future__ import annotations

import stat
import subprocess
import sys
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import keyring
import psycopg
import pytest

from app.__main__ import make_parser
from dispatch.log import NotSaved, open_log
from dispatch.server_settings import complete, settings_file, with_seat, write_settings
from tests.certificates import Certificate, make_authority, make_certificate
from tests.dispatch.keyrings import NoRing, Ring
from tests.servers import PostgresServer, running_postgres

HOST = "db.city.example"


@dataclass
class Secured:
    """A server with TLS on, whose certificate is made out to HOST by an authority; another authority beside it."""

    server: PostgresServer
    authority: Certificate
    stranger: Certificate
    good: tuple[Path, Path]

    def address(self, host: str = HOST) -> str:
        """Return an address by name that this machine answers for."""
        return f"postgresql://{host}:{self.server.port}/postgres?hostaddr=127.0.0.1"

    def trusts(self, authority: Certificate | None, *, host: str = HOST, **more: str) -> None:
        row = {"host": host, "port": str(self.server.port), "database": "postgres", "user": "opsroom", **more}
        write_settings(row if authority is None else {**row, "sslrootcert": str(authority.file)})

    def wears(self, certificate: tuple[Path, Path]) -> None:
        self.server.set(ssl="on", ssl_cert_file=str(certificate[0]), ssl_key_file=str(certificate[1]))


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Secured]:
    folder = tmp_path_factory.mktemp("certificates")
    authority, stranger = make_authority(folder, "City Root"), make_authority(folder, "Somebody Else")
    with running_postgres() as server:
        certificate = make_certificate(folder, HOST, by=authority)
        yield Secured(server, authority, stranger, (server.take(certificate.file), server.take(certificate.key)))


@pytest.fixture
def secured(made: Secured, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Secured:
    monkeypatch.setenv("OPSROOM_CONFIG", str(tmp_path / "config"))
    monkeypatch.setenv("PGPASSFILE", str(tmp_path / "pgpass"))
    monkeypatch.setenv("HOME", str(tmp_path))
    for name in ("PGSSLMODE", "PGSSLROOTCERT", "PGHOST", "PGPASSWORD"):
        monkeypatch.delenv(name, raising=False)
    made.wears(made.good)
    made.server.admit("hostssl all opsroom 127.0.0.1/32 trust", "hostssl all +opsroom_seat 127.0.0.1/32 scram-sha-256")
    return made


def refused(address: str, keys: Path) -> str:
    with pytest.raises(NotSaved) as problem:
        open_log(address, key_folder=keys)
    assert problem.value.code == "connection_lost"
    return str(problem.value)


def test_the_right_name_under_the_known_authority_is_accepted_and_speaks_tls(secured: Secured) -> None:
    secured.trusts(secured.authority)
    _, whole = complete(secured.address(), defaults={})
    assert "sslmode=verify-full" in whole
    with psycopg.connect(whole) as connection:
        [row] = connection.execute("SELECT ssl, version FROM pg_stat_ssl WHERE pid = pg_backend_pid()").fetchall()
    assert row[0] is True and row[1] in ("TLSv1.2", "TLSv1.3")


def test_another_name_is_refused(secured: Secured, tmp_path: Path) -> None:
    secured.trusts(secured.authority, host="other.city.example")
    assert "the name that its certificate is made out to" in refused(secured.address("other.city.example"), tmp_path)


def test_an_unknown_authority_is_refused(secured: Secured, tmp_path: Path) -> None:
    secured.trusts(secured.stranger)
    assert "authority of the server's certificate is not known here" in refused(secured.address(), tmp_path)


def test_no_authority_at_all_is_refused_with_what_to_do(secured: Secured, tmp_path: Path) -> None:
    secured.trusts(None)
    said = refused(secured.address(), tmp_path)
    assert "join --sslrootcert FILE" in said and str(settings_file()) in said


def test_a_certificate_that_signed_itself_is_refused(secured: Secured, tmp_path: Path) -> None:
    own = make_certificate(tmp_path / "own", HOST, by=None)
    secured.wears((secured.server.take(own.file), secured.server.take(own.key)))
    secured.trusts(secured.authority)
    assert "join --sslrootcert FILE" in refused(secured.address(), tmp_path)


def test_a_server_without_tls_is_refused_where_tls_is_demanded(secured: Secured, tmp_path: Path) -> None:
    secured.server.set(ssl="off")
    secured.trusts(secured.authority)
    assert "TLS is demanded" in refused(secured.address(), tmp_path)


def test_a_server_that_demands_tls_refuses_a_seat_that_speaks_without(secured: Secured, tmp_path: Path) -> None:
    secured.trusts(secured.authority, user="seat_nobody", sslmode="disable")
    assert "takes nobody without TLS" in refused(secured.address(), tmp_path)


def test_a_tunnel_does_not_make_another_machine_this_one(secured: Secured) -> None:
    assert "sslmode=verify-full" in complete(secured.address("far.example"), defaults={})[1]
    assert (
        "sslmode" not in complete(f"postgresql://localhost:{secured.server.port}/x?hostaddr=127.0.0.1", defaults={})[1]
    )


def run(*words: object) -> int:
    args = make_parser().parse_args([str(word) for word in words])
    return int(args.run(args))


@dataclass
class Joined:
    """A seat that joined: its address, its keys, and its password."""

    address: str
    keys: Path
    password: str


def joined(secured: Secured, folder: Path, *how: object) -> Joined:
    """Prepare a schema, make a seat, and join by its file over TLS."""
    base = f"postgresql://opsroom@127.0.0.1:{secured.server.port}/postgres"
    schema, file = f"city_{uuid.uuid4().hex[:8]}", folder / "seat.toml"
    place = ("--schema", schema, "--keys", folder / "keys")
    assert run("server", "init", base, *place) == 0
    assert run("server", "add-seat", f"cad-{schema}", "--log", base, *place, "--out", file, "--host", HOST) == 0
    password = file.read_text().split('password = "')[1].split('"')[0]
    there = folder / "their-keys"
    assert run("server", "join", file, "--keys", there, "--sslrootcert", secured.authority.file, *how) == 0
    return Joined(with_seat(secured.address(), f"cad-{schema}"), there, password)


def test_a_seat_joins_over_tls_by_the_authority_that_it_was_given(
    secured: Secured, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    seat = joined(secured, tmp_path)
    assert seat.password in settings_file().read_text() and seat.password not in "".join(capsys.readouterr())
    log = open_log(seat.address, key_folder=seat.keys)
    assert log.verify().is_intact
    log.close()
    nothing = tmp_path / "nothing.crt"
    nothing.write_text("no certificate")
    for wrong, why in ((nothing, "no certificate (PEM)"), (tmp_path / "gone.crt", "No such file")):
        assert run("server", "join", tmp_path / "seat.toml", "--keys", seat.keys, "--sslrootcert", wrong) == 2
        assert why in capsys.readouterr().err


def test_a_password_in_the_keyring_stands_in_no_file_no_argument_and_no_message(
    secured: Secured, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    before, ring = keyring.get_keyring(), Ring()
    keyring.set_keyring(ring)
    try:
        seat = joined(secured, tmp_path, "--keyring")
        (tmp_path / "seat.toml").unlink()
        assert list(ring.kept.values()) == [seat.password]
        kept = settings_file()
        assert seat.password not in kept.read_text() and stat.S_IMODE(kept.stat().st_mode) == 0o600
        log = open_log(seat.address, key_folder=seat.keys)
        log.close()
        said = "".join(capsys.readouterr()) + repr(log) + repr(vars(log).get("name"))
        assert seat.password not in said
        told = Spoken.of(seat, tmp_path)
    finally:
        keyring.set_keyring(before)
    assert "ready" in told.out and "password authentication failed" in told.out
    assert seat.password not in told.out and seat.password not in told.listed and HOST in told.listed
    assert not [path for path in tmp_path.rglob("*") if path.is_file() and seat.password.encode() in path.read_bytes()]


@dataclass
class Spoken:
    """What a program said that logged everything and failed, and what the list of programs showed meanwhile."""

    out: str
    listed: str

    @classmethod
    def of(cls, seat: Joined, folder: Path) -> Spoken:
        """Let another program join with the password in its keyring, list all programs, then let it fail."""
        code = (
            "import logging, sys, traceback; logging.basicConfig(level=0, stream=sys.stdout)\n"
            "import keyring; from pathlib import Path; from tests.dispatch.keyrings import Ring\n"
            "word = sys.stdin.readline().strip(); keyring.set_keyring(Ring(word))\n"
            "from dispatch.log import open_log\n"
            f"log = open_log({seat.address!r}, key_folder=Path({str(seat.keys)!r}))\n"
            "print('ready', repr(log), vars(log).get('name'), flush=True); sys.stdin.readline()\n"
            "keyring.set_keyring(Ring(word + ' and more'))\n"
            f"try: open_log({seat.address!r}, key_folder=Path({str(seat.keys)!r}))\n"
            "except Exception as problem:\n"
            "    traceback.print_exc(file=sys.stdout); print(repr(problem), problem.__dict__)\n"
        )
        child = subprocess.Popen(
            [sys.executable, "-c", code],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        assert child.stdin is not None and child.stdout is not None
        child.stdin.write(f"{seat.password}\n")
        child.stdin.flush()
        first = []
        while (line := child.stdout.readline()) and not line.startswith("ready"):
            first.append(line)
        listed = ""
        for process in Path("/proc").glob("[0-9]*/cmdline"):
            try:
                listed += process.read_bytes().replace(b"\0", b" ").decode(errors="replace") + "\n"
            except OSError:  # it has ended
                continue
        out, _ = child.communicate("\n", timeout=60)
        return cls("".join(first) + line + out, listed)


def test_a_machine_without_a_keyring_says_so_and_offers_the_file(
    secured: Secured, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    before = keyring.get_keyring()
    keyring.set_keyring(NoRing())
    try:
        file = tmp_path / "seat.toml"
        file.write_text(
            f'[[server]]\nhost = "{HOST}"\ndatabase = "x"\nuser = "seat_a"\npassword = "three blue herons"\n'
        )
        file.chmod(0o600)
        assert run("server", "join", file, "--keys", tmp_path / "keys", "--keyring") == 2
    finally:
        keyring.set_keyring(before)
    said = capsys.readouterr().err
    assert "no keyring" in said and "mode 0600" in said and "herons" not in said and not settings_file().exists()
