"""`opsroom log`: what it prints and how it ends."""

from __future__ import annotations

import argparse
import json
import sqlite3
import subprocess
import sys
import uuid
from pathlib import Path

import pytest

from app.bootstrap import state_folder
from app.cli.log import add_commands
from dispatch.chain import default_key_folder
from dispatch.log import open_log
from tests.dispatch.logs import fill
from tests.servers import PostgresServer

ROOT = Path(__file__).resolve().parents[3]


@pytest.fixture
def log(tmp_path: Path) -> Path:
    made = open_log(tmp_path / "log.db", key_folder=tmp_path / "keys")
    fill(made, 6)
    made.close()
    return tmp_path / "log.db"


def run(*arguments: object, keys: Path | None = None) -> int:
    parser = argparse.ArgumentParser()
    add_commands(parser.add_subparsers(required=True))
    more = ["--keys", str(keys)] if keys is not None else []
    args = parser.parse_args(["log", *map(str, arguments), *more])
    return int(args.run(args))


def test_the_command_line_looks_for_keys_where_the_window_keeps_them() -> None:
    assert default_key_folder() == state_folder() / "keys"


def test_an_intact_log_passes(log: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("verify", log, keys=log.parent / "keys") == 0
    out = capsys.readouterr().out
    assert "6 entries" in out
    assert "Every entry is as it was written." in out


def test_a_changed_entry_is_named(log: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with sqlite3.connect(log) as connection:
        connection.execute("UPDATE entries SET body = replace(body, 'word 4', 'word 5') WHERE sequence = 4")
    assert run("verify", log, keys=log.parent / "keys") == 1
    assert "The first bad entry is 4." in capsys.readouterr().out
    assert run("verify", log, "--json", keys=log.parent / "keys") == 1
    found = json.loads(capsys.readouterr().out)
    assert (found["intact"], found["first_bad"], found["entries"]) == (False, 4, 6)


def test_without_the_key_it_says_what_was_not_checked(log: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("verify", log, keys=log.parent / "none") == 3
    assert "NOT CHECKED" in capsys.readouterr().out


def test_a_printed_head_is_held_against_the_log(log: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The shift report's head finds a cut even where the key and the kept head are gone."""
    run("verify", log, "--json", keys=log.parent / "keys")
    head = json.loads(capsys.readouterr().out)["head"]
    assert run("verify", log, "--head", head, keys=log.parent / "keys") == 0
    assert run("verify", log, "--head", head[:12], keys=log.parent / "keys") == 0
    assert run("verify", log, "--head", "6:00", keys=log.parent / "keys") == 1
    assert run("verify", log, "--head", "7:00", keys=log.parent / "keys") == 1
    assert run("verify", log, "--head", "x", keys=log.parent / "keys") == 1


@pytest.mark.parametrize("what", ["missing", "text"])
def test_what_is_no_log_is_told(tmp_path: Path, capsys: pytest.CaptureFixture[str], what: str) -> None:
    place = tmp_path / "x.db"
    if what == "text":
        place.write_text("a shopping list\n" * 100)
    for command in ("verify", "export"):
        assert run(command, place, keys=tmp_path) == 2
        shown = capsys.readouterr()
        assert str(place) in shown.err
        assert "Traceback" not in shown.err
    assert place.exists() == (what == "text")


def test_export_writes_a_line_an_entry(log: Path, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    assert run("export", log, "--format", "jsonl", keys=log.parent / "keys") == 0
    lines = capsys.readouterr().out.splitlines()
    assert [json.loads(line)["sequence"] for line in lines] == [1, 2, 3, 4, 5, 6]
    out = tmp_path / "out.csv"
    assert run("export", log, "--format", "csv", "--out", out, keys=log.parent / "keys") == 0
    assert "6 entries" in capsys.readouterr().out
    assert len(out.read_text(encoding="utf-8").splitlines()) == 7


def test_export_does_not_overwrite_the_log(log: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    before = log.read_bytes()
    assert run("export", log, "--out", log, keys=tmp_path) == 2
    assert "itself" in capsys.readouterr().err
    assert log.read_bytes() == before
    assert run("export", log, "--out", tmp_path / "none" / "x", keys=tmp_path) == 2
    assert "x" in capsys.readouterr().err


def test_a_damaged_log_is_exported_as_far_as_it_can_be_read(
    log: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    made = open_log(log, key_folder=tmp_path / "keys")
    fill(made, 3000)
    made.close()
    content = log.read_bytes()
    log.write_bytes(content[: len(content) * 3 // 4])
    assert run("export", log, "--out", tmp_path / "out", keys=tmp_path / "keys") in (1, 2)
    assert "damaged" in capsys.readouterr().err
    assert run("verify", log, keys=tmp_path / "keys") in (1, 2)


def test_a_log_on_a_server_is_verified_and_exported(
    postgres: PostgresServer, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    address = postgres.address(f"log_{uuid.uuid4().hex}")
    made = open_log(address, key_folder=tmp_path / "keys")
    fill(made, 3)
    made.close()
    assert run("verify", address, keys=tmp_path / "keys") == 0
    capsys.readouterr()
    assert run("export", address, keys=tmp_path / "keys") == 0
    assert len(capsys.readouterr().out.splitlines()) == 3


def test_a_reader_that_has_seen_enough_is_no_error(log: Path) -> None:
    made = open_log(log, key_folder=log.parent / "keys")
    fill(made, 2000)
    made.close()
    code = (
        "import argparse, sys; from app.cli.log import add_commands; p = argparse.ArgumentParser(); "
        "add_commands(p.add_subparsers()); a = p.parse_args(sys.argv[1:]); sys.exit(a.run(a))"
    )
    process = subprocess.Popen(
        [sys.executable, "-c", code, "log", "export", log],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    assert process.stdout is not None
    assert process.stdout.readline().startswith(b'{"sequence":1')
    process.stdout.close()
    assert process.stderr is not None
    assert process.stderr.read() == b""
    process.stderr.close()
    assert process.wait() == 0
