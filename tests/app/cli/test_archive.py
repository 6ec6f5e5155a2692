"""`opsroom archive`: a year that is over leaves the log, and is read where it is at hand."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from app.__main__ import make_parser
from dispatch.commands import AddNote, ReportIncident
from dispatch.engine import Engine
from dispatch.log import open_log
from tests.dispatch import town


def run(*words: object) -> int:
    args = make_parser().parse_args([str(word) for word in words])
    return int(args.run(args))


@pytest.fixture
def keys(tmp_path: Path) -> Path:
    log = open_log(tmp_path / "log.db", key_folder=tmp_path / "keys")
    clock = [datetime(2025, 12, 31, 21, 59, tzinfo=UTC)]  # the year ends at 22 o'clock UTC in the town
    engine = Engine(log, clock=lambda: clock[0])
    for command in town.opening():
        engine.do(command)
    engine.do(town.command(ReportIncident("structure_fire", town.crossing(1, 1))))
    clock[0] = datetime(2025, 12, 31, 22, 1, tzinfo=UTC)
    engine.do(town.command(AddNote(1, "the first word of the year")))
    log.close()
    return tmp_path / "keys"


def test_a_copy_leaves_the_log_as_it_is(tmp_path: Path, keys: Path, capsys: pytest.CaptureFixture[str]) -> None:
    log, out = tmp_path / "log.db", tmp_path / "old" / "2025.db"
    assert run("archive", log, "--before", "2026-01-01", "--to", out, "--keys", keys) == 0
    said = capsys.readouterr().out
    assert "entries 1 to 4" in said and "head 4:" in said
    assert run("log", "verify", out, "--keys", keys) == 3
    assert run("log", "verify", log, "--archive", out, "--keys", keys) == 0
    assert run("log", "export", out, "--keys", keys) == 0
    assert capsys.readouterr().out.count("structure_fire") >= 1
    assert run("archive", log, "--before", "2026-01-01", "--to", out, "--keys", keys) == 2
    assert "there already" in capsys.readouterr().err


def test_what_was_taken_out_is_read_where_it_is_at_hand(
    tmp_path: Path, keys: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    log, old = tmp_path / "log.db", tmp_path / "log.db.archives" / "before-2026-01-01.db"
    assert run("archive", log, "--before", "2026-01-01", "--take-out", "--keys", keys) == 0
    assert "4 entries taken out" in capsys.readouterr().out
    assert run("log", "verify", log, "--keys", keys) == 0  # the file is at hand
    away = old.rename(tmp_path / "away.db")
    assert run("log", "verify", log, "--keys", keys) == 3
    assert run("log", "verify", log, "--archive", away, "--keys", keys) == 0
    capsys.readouterr()
    assert run("log", "export", log, "--out", tmp_path / "log.jsonl", "--keys", keys) == 0
    said = capsys.readouterr()
    assert "2 entries written" in said.out and "entries 1 to 4 are archived" in said.err
    assert run("archive-refold", log, "--archive", away, "--keys", keys) == 0
    assert run("archive-refold", log, "--keys", keys) == 2
    assert run("archive", log, "--before", "2026-02-01", "--keys", keys) == 2
    assert capsys.readouterr().err.count("\n") == 2


def test_what_cannot_be_is_said_in_one_line(tmp_path: Path, keys: Path, capsys: pytest.CaptureFixture[str]) -> None:
    log = tmp_path / "log.db"
    today = datetime.now(UTC).date()
    for words, why in (
        ((log, "--before", "2020-01-01"), "no entry from before"),
        ((log, "--before", str(today), "--take-out"), "younger than 30 days"),
        ((tmp_path / "none.db", "--before", "2026-01-01"), "no file"),
    ):
        assert run("archive", *words, "--keys", keys) == 2
        told = capsys.readouterr().err
        assert why in told and told.count("\n") == 1
    held = open_log(log, key_folder=keys)
    assert run("archive", log, "--before", "2026-01-01", "--take-out", "--keys", keys) == 2
    assert held.head == 5 and "nothing is taken out" in capsys.readouterr().err
    held.close()
    assert run("log", "verify", log, "--archive", log, "--keys", keys) == 2
    assert "is no archive" in capsys.readouterr().err
