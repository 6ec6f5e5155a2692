"""`opsroom backup` and `opsroom restore`: what they say, and how they end."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

from app.__main__ import make_parser
from dispatch.log import open_log
from tests.dispatch.logs import fill


def run(*words: object) -> int:
    args = make_parser().parse_args([str(word) for word in words])
    return int(args.run(args))


@pytest.fixture
def keys(tmp_path: Path) -> Path:
    log = open_log(tmp_path / "log.db", key_folder=tmp_path / "keys")
    fill(log, 12)
    log.save_person("p1", "Anna", "112")
    log.close()
    return tmp_path / "keys"


def test_there_and_back(tmp_path: Path, keys: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = tmp_path / "backup.gz"
    assert run("backup", tmp_path / "log.db", "--out", out, "--plain", "--keys", keys) == 0  # itself entry 13
    said = capsys.readouterr().out
    assert "13 entries, 1 people, 0 passwords, 0 answers shown" in said and "not encrypted" in said
    assert run("restore", out, "--to", tmp_path / "new.db", "--keys", keys) == 0
    assert "13 entries" in capsys.readouterr().out
    assert run("log", "verify", tmp_path / "new.db", "--keys", keys) == 0


def test_what_is_wrong_is_said_in_one_line(tmp_path: Path, keys: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = tmp_path / "backup.gz"
    assert run("backup", tmp_path / "none.db", "--out", out, "--plain", "--keys", keys) == 2
    assert run("restore", out, "--to", tmp_path / "new.db", "--keys", keys) == 1
    assert run("backup", tmp_path / "log.db", "--out", out, "--plain", "--keys", keys) == 0
    assert run("restore", out, "--to", tmp_path / "log.db", "--keys", keys) == 2
    assert run("restore", out, "--to", tmp_path / "new.db", "--keys", tmp_path) == 1
    assert capsys.readouterr().err.count("\n") == 4


def test_sealed_there_and_back_on_a_machine_that_knows_nothing(
    tmp_path: Path, keys: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out, key, new = tmp_path / "backup.age", tmp_path / "backup.key", tmp_path / "elsewhere"
    assert run("backup-key", "--out", key) == 0
    recipient = capsys.readouterr().out.strip()
    assert run("backup", tmp_path / "log.db", "--out", out, "--recipient", recipient, "--keys", keys) == 0
    said = capsys.readouterr().out
    head = said.split("head ")[1].split()[0]
    assert head.startswith("13:") and hashlib.sha256(out.read_bytes()).hexdigest() in said
    assert run("backup-check", out, "--identity", key, "--keys", keys) == 0
    assert run("restore", out, "--to", new / "log.db", "--identity", key, "--keys", new / "keys") == 0
    assert "came with it" in capsys.readouterr().out
    assert run("log", "verify", new / "log.db", "--head", head, "--keys", new / "keys") == 3  # no head was kept there


def test_nothing_is_written_in_the_open_unless_that_is_said(
    tmp_path: Path, keys: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out, key = tmp_path / "backup.age", tmp_path / "backup.key"
    assert run("backup", tmp_path / "log.db", "--out", out, "--keys", keys) == 2
    assert "--plain" in capsys.readouterr().err
    assert run("backup-key", "--out", key) == 0
    recipient = capsys.readouterr().out.strip()
    both = ("--plain", "--recipient", recipient)
    assert run("backup", tmp_path / "log.db", "--out", out, *both, "--keys", keys) == 2
    assert run("backup-key", "--out", key) == 2
    assert run("backup", tmp_path / "log.db", "--out", out, "--recipient", recipient, "--keys", keys) == 0
    assert run("restore", out, "--to", tmp_path / "new.db", "--keys", keys) == 1
    assert run("restore", out, "--to", tmp_path / "new.db", "--identity", out, "--keys", keys) == 2
    assert "is no file of keys" in capsys.readouterr().err
    assert not list(tmp_path.glob("new*"))
