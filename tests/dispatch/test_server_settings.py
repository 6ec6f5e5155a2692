"""How a seat reaches its server: no password in an address, private files only, TLS verified beyond this machine."""

from __future__ import annotations

from pathlib import Path

import pytest
from psycopg.conninfo import conninfo_to_dict

from dispatch.log import NotSaved
from dispatch.server_settings import complete, settings_file, tls_advice, with_seat, write_settings

PASSWORD = 'sé"cret\\ word'


@pytest.fixture(autouse=True)
def config(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("OPSROOM_CONFIG", str(tmp_path / "config"))
    monkeypatch.setenv("PGPASSFILE", str(tmp_path / "pgpass"))
    for name in ("PGSSLMODE", "PGHOST"):
        monkeypatch.delenv(name, raising=False)
    return tmp_path


def whole(address: str) -> dict[str, str]:
    return {name: str(value) for name, value in conninfo_to_dict(complete(address, defaults={})[1]).items()}


@pytest.mark.parametrize("address", ["postgresql://me:hush@db/city", "postgresql://db/city?password=hush"])
def test_a_password_in_an_address_is_refused_with_the_reason_and_never_repeated(address: str) -> None:
    with pytest.raises(NotSaved, match="list this machine's programs") as refused:
        complete(address, defaults={})
    assert "hush" not in str(refused.value)


def test_the_password_comes_from_the_settings() -> None:
    file = write_settings({"host": "db", "database": "city", "user": "seat_cad-3", "password": PASSWORD})
    assert file == settings_file() and file.stat().st_mode & 0o777 == 0o600
    assert whole("postgresql://db/city")["password"] == PASSWORD
    assert "password" not in whole("postgresql://db/other")
    assert "password" not in whole("postgresql://other/city")
    assert "password" not in complete("postgresql://db/city", defaults={})[0]  # what may be told


def test_a_room_with_a_standby_has_several_hosts_in_one_address() -> None:
    write_settings({"host": "a,B", "port": "5433", "database": "city", "user": "seat_1", "password": PASSWORD})
    found = whole("postgresql://a:5433,b:5433/city")
    assert (found["password"], found["target_session_attrs"], found["sslmode"]) == (
        PASSWORD,
        "read-write",
        "verify-full",
    )
    assert whole("postgresql://b:5433/city")["password"] == PASSWORD
    assert "target_session_attrs" not in whole("postgresql://b:5433/city")
    assert whole("postgresql://a:5433,b:5433/city?target_session_attrs=any")["target_session_attrs"] == "any"
    for stranger in ("a:5433,b:5433,c:5433", "a:5433,b", "a,b"):
        assert "password" not in whole(f"postgresql://{stranger}/city")


def test_of_several_seats_one_must_be_named() -> None:
    for seat in ("a", "b"):
        write_settings({"host": "db", "database": "city", "user": f"seat_{seat}", "password": f"of {seat}"})
    with pytest.raises(NotSaved, match="seat_a, seat_b"):
        complete("postgresql://db/city", defaults={})
    assert whole(with_seat("postgresql://db/city", "B"))["password"] == "of b"
    assert with_seat("postgresql://db/city", "stranger") == "postgresql://db/city"
    assert with_seat("postgresql://me@db/city", "b") == "postgresql://me@db/city"


def test_settings_are_replaced_for_the_same_seat_of_the_same_server() -> None:
    for password in ("old", "new"):
        write_settings({"host": "db", "database": "city", "user": "seat_a", "password": password})
    assert whole("postgresql://db/city")["password"] == "new"


@pytest.mark.parametrize("mode", [0o644, 0o640, 0o606])
def test_a_file_of_passwords_that_others_can_read_is_refused(config: Path, mode: int) -> None:
    write_settings({"host": "db", "database": "city", "password": PASSWORD}).chmod(mode)
    with pytest.raises(NotSaved, match="chmod 600"):
        complete("postgresql://db/city", defaults={})
    settings_file().unlink()
    (config / "pgpass").write_text("*:*:*:*:hush")
    (config / "pgpass").chmod(mode)
    with pytest.raises(NotSaved, match="chmod 600"):
        complete("postgresql://db/city", defaults={})


def test_spoilt_settings_are_told_without_what_they_hold() -> None:
    file = write_settings({"host": "db", "password": "hush"})
    file.write_text('[[server]]\npassword = "hush\n')
    with pytest.raises(NotSaved) as refused:
        complete("postgresql://db/city", defaults={})
    assert "hush" not in str(refused.value) and refused.value.__cause__ is None


@pytest.mark.parametrize(
    ("address", "mode"),
    [
        ("postgresql://db.city.example/city", "verify-full"),
        ("postgresql://10.0.0.7/city", "verify-full"),
        ("postgresql://localhost,db/city", "verify-full"),
        ("postgresql://localhost.evil.example/city", "verify-full"),
        ("postgresql://db/city?sslmode=require", "require"),
        ("postgresql:///city", ""),
        ("postgresql://localhost/city", ""),
        ("postgresql://127.0.0.1:5433/city", ""),
        ("postgresql://[::1]/city", ""),
        ("postgresql://%2Frun%2Fpostgresql/city", ""),
    ],
)
def test_tls_is_verified_by_itself_unless_the_host_is_this_machine(address: str, mode: str) -> None:
    assert whole(address).get("sslmode", "") == mode


def test_the_settings_may_say_otherwise() -> None:
    write_settings({"host": "db", "database": "city", "sslrootcert": "/ca.crt", "sslmode": "verify-ca"})
    found = whole("postgresql://db/city")
    assert (found["sslmode"], found["sslrootcert"]) == ("verify-ca", "/ca.crt")


def test_an_error_of_tls_says_what_helps_and_others_do_not() -> None:
    assert "sslrootcert" in tls_advice('root certificate file "/x/root.crt" does not exist')
    assert tls_advice("connection refused") == ""
