"""`opsroom backup` and `opsroom restore`: what they say, and how they end."""

from __future__ import annotations

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
    assert run("backup", tmp_path / "log.db", "--out", out, "--keys", keys) == 0  # itself the thirteenth entry
    said = capsys.readouterr().out
    assert "13 entries, 1 people, 0 passwords, 0 answers shown" in said and "not encrypted" in said
    assert run("restore", out, "--to", tmp_path / "new.db", "--keys", keys) == 0
    assert "13 entries" in capsys.readouterr().out
    assert run("log", "verify", tmp_path / "new.db", "--keys", keys) == 0


def test_what_is_wrong_is_said_in_one_line(tmp_path: Path, keys: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = tmp_path / "backup.gz"
    assert run("backup", tmp_path / "none.db", "--out", out, "--keys", keys) == 2
    assert run("restore", out, "--to", tmp_path / "new.db", "--keys", keys) == 1
    assert run("backup", tmp_path / "log.db", "--out", out, "--keys", keys) == 0
    assert run("restore", out, "--to", tmp_path / "log.db", "--keys", keys) == 2
    assert run("restore", out, "--to", tmp_path / "new.db", "--keys", tmp_path) == 1
    assert capsys.readouterr().err.count("\n") == 4
