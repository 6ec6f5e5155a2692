"""The password from the machine's keyring: where it is looked for, and what is said where it cannot be had."""

from __future__ import annotations

import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import keyring
import pytest
from keyring.backend import KeyringBackend
from psycopg.conninfo import conninfo_to_dict

from dispatch import server_keyring
from dispatch.log import NotSaved
from dispatch.server_keyring import find_password, keep_password
from dispatch.server_settings import KEYRING, complete, write_settings
from tests.dispatch.keyrings import Forgetful, Locked, NoRing, Ring

SERVER = {"host": "db", "port": "5433", "database": "city", "user": "seat_a"}
ADDRESS = "postgresql://db:5433/city"


@pytest.fixture(autouse=True)
def passwords(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("OPSROOM_CONFIG", str(tmp_path / "config"))
    monkeypatch.setenv("PGPASSFILE", str(tmp_path / "pgpass"))
    return tmp_path / "pgpass"


@pytest.fixture
def wear() -> Iterator[Callable[[KeyringBackend], KeyringBackend]]:
    before = keyring.get_keyring()

    def put(ring: KeyringBackend) -> KeyringBackend:
        keyring.set_keyring(ring)
        return ring

    yield put
    keyring.set_keyring(before)


def found() -> str | None:
    value = conninfo_to_dict(complete(ADDRESS, defaults={})[1]).get("password")
    return None if value is None else str(value)


def test_a_server_of_the_settings_has_its_password_from_the_keyring(wear: Callable[..., KeyringBackend]) -> None:
    wear(Ring())
    keep_password(SERVER, "three blue herons")
    keep_password({**SERVER, "user": "seat_b"}, "another")
    write_settings({**SERVER, "password_from": KEYRING})
    assert found() == "three blue herons"
    assert "password_from" not in complete(ADDRESS, defaults={})[1]


def test_the_file_comes_first_and_a_keyring_that_nobody_named_is_not_asked(
    wear: Callable[..., KeyringBackend],
) -> None:
    wear(Locked())
    write_settings({**SERVER, "password": "of the file", "password_from": KEYRING})
    assert found() == "of the file"
    write_settings(SERVER)
    assert found() is None


@pytest.mark.parametrize("ring", [NoRing, Locked, Ring])
def test_libpqs_own_file_comes_last(
    wear: Callable[..., KeyringBackend], ring: type[KeyringBackend], passwords: Path
) -> None:
    wear(ring())
    write_settings({**SERVER, "password_from": KEYRING})
    passwords.write_text("*:*:*:*:hush")
    passwords.chmod(0o600)
    assert found() is None  # libpq reads it by itself


@pytest.mark.parametrize(
    ("ring", "said"),
    [(NoRing, "no keyring that is running"), (Locked, "is locked"), (Ring, "keeps no password of seat_a")],
)
def test_a_password_that_cannot_be_had_is_told_with_what_helps(
    wear: Callable[..., KeyringBackend], ring: type[KeyringBackend], said: str
) -> None:
    wear(ring())
    write_settings({**SERVER, "password_from": KEYRING})
    with pytest.raises(NotSaved, match=said) as problem:
        found()
    assert "hush" not in str(problem.value) and problem.value.code == "cannot_open"


@pytest.mark.parametrize(("ring", "said"), [(NoRing, "mode 0600"), (Locked, "locked"), (Forgetful, "did not keep")])
def test_what_a_keyring_did_not_keep_is_no_success(
    wear: Callable[..., KeyringBackend], ring: type[KeyringBackend], said: str
) -> None:
    wear(ring())
    with pytest.raises(NotSaved, match=said) as problem:
        keep_password(SERVER, "three blue herons")
    assert "herons" not in str(problem.value) and problem.value.__cause__ is None


def test_a_keyring_that_waits_for_somebody_does_not_hold_the_program(
    wear: Callable[..., KeyringBackend], monkeypatch: pytest.MonkeyPatch
) -> None:
    leave = threading.Event()

    class Waiting(Ring):
        def get_password(self, service: str, username: str) -> str | None:
            leave.wait(30)
            return None

    wear(Waiting())
    monkeypatch.setattr(server_keyring, "ANSWER_TIMEOUT_S", 0.05)
    with pytest.raises(NotSaved, match="did not answer"):
        find_password(SERVER)
    leave.set()


def test_the_library_is_not_loaded_before_a_server_asks() -> None:
    code = "import sys, dispatch.log_postgres, dispatch.server_keyring; sys.exit('keyring' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], timeout=120, check=False).returncode == 0
