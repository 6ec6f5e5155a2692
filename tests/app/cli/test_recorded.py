"""Exports from the command line: each is an entry of its log, or one line says why it is not."""

from __future__ import annotations

import io
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from app.__main__ import main
from app.cli import recorded
from app.cli.recorded import record_export
from app.wording import label
from app.wording.english import LABELS
from dispatch.account_events import Exported
from dispatch.engine import Engine
from dispatch.events import Entry
from dispatch.log import open_log
from dispatch.month import MonthClock, tell_month
from dispatch.state import State, fold
from tests.dispatch.month_town import month_ground
from tests.maps.village import build_village

ROOT = Path(__file__).resolve().parents[3]
MONTH_ENDS = "2025-10-01 to 2025-10-31"


@pytest.fixture(scope="module")
def month(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the log of a month, and its keys; told once."""
    folder, clock = tmp_path_factory.mktemp("month"), MonthClock()
    made = open_log(folder / "log.db", key_folder=folder / "keys")
    tell_month(Engine(made, clock=clock), month_ground(), clock=clock, cases=200, seed=1)
    made.close()
    return folder


@pytest.fixture
def log(month: Path, tmp_path: Path) -> Path:
    shutil.copytree(month, tmp_path / "own")
    return tmp_path / "own" / "log.db"


@pytest.fixture
def told(log: Path) -> list[Entry]:
    return entries(log)


def run(*words: object, log: Path) -> int:
    return main([*map(str, words), "--keys", str(log.parent / "keys")])


def entries(log: Path) -> list[Entry]:
    opened = open_log(log, key_folder=log.parent / "keys", read_only=True)
    found = list(opened.read())
    opened.close()
    return found


def exports(log: Path) -> list[tuple[str, str]]:
    return [(event.what, event.detail) for each in entries(log) for event in each.events if isinstance(event, Exported)]


def test_the_log_and_the_figures(log: Path, told: list[Entry], tmp_path: Path) -> None:
    assert run("log", "export", log, "--out", tmp_path / "a.jsonl", log=log) == 0
    assert run("figures", log, "--csv", tmp_path / "f.csv", log=log) == 0
    assert exports(log) == [("log", "jsonl, a.jsonl"), ("figures", f"{MONTH_ENDS}, gb, f.csv")]
    last = entries(log)[-1]
    assert (last.actor, last.role) == ("console", "system") and last.seat.startswith("console-")
    assert len((tmp_path / "a.jsonl").read_text().splitlines()) == len(told)  # the entry comes after the file
    assert run("log", "verify", log, log=log) == 0


def test_the_report_and_the_map(log: Path, tmp_path: Path, qapp: object) -> None:
    city, size = build_village(tmp_path / "village"), ("--size", "200x200")
    assert run("report", log, "--out", tmp_path / "r.csv", log=log) == 0
    assert run("map", "--city", city, "--log", log, "--out", tmp_path / "m.png", *size, log=log) == 0
    assert run("map", "--city", city, "--out", tmp_path / "n.png", *size, log=log) == 0
    assert exports(log) == [("figures", f"{MONTH_ENDS}, gb, r.csv"), ("map", "m.png")]


def test_what_was_exported_is_the_same_again(log: Path, tmp_path: Path) -> None:
    for name in ("1.csv", "2.csv"):
        assert run("figures", log, "--csv", tmp_path / name, log=log) == 0
    assert (tmp_path / "1.csv").read_bytes() == (tmp_path / "2.csv").read_bytes()
    assert len(exports(log)) == 2


def test_an_export_by_the_console_moves_no_moment(log: Path, told: list[Entry]) -> None:
    assert record_export(log, "map", "x", keys=log.parent / "keys")
    state = fold(State(), entries(log))
    assert (state.sequence, state.at) == (len(told) + 1, told[-1].recorded_at)


def test_a_backup_holds_its_own_entry_so_that_it_restores_to_the_head(log: Path, tmp_path: Path) -> None:
    assert run("backup", log, "--out", tmp_path / "b.gz", "--plain", "--without-photographs", log=log) == 0
    assert run("restore", tmp_path / "b.gz", "--to", tmp_path / "new.db", log=log) == 0
    assert run("log", "verify", tmp_path / "new.db", log=log) == 0
    assert exports(log) == exports(tmp_path / "new.db") == [("backup", "b.gz")]


def test_what_goes_to_a_terminal_or_is_refused_is_no_export(log: Path, told: list[Entry], tmp_path: Path) -> None:
    before = log.read_bytes()
    assert run("log", "verify", log, log=log) == 0
    assert run("log", "shown", log, "1", log=log) == 2
    assert run("figures", log, log=log) == 0
    assert run("log", "export", log, "--out", tmp_path / "none" / "a", log=log) == 2
    assert run("figures", log, "--csv", tmp_path / "none" / "a", log=log) == 2
    assert run("backup", tmp_path / "none.db", "--out", tmp_path / "b.gz", log=log) == 2
    assert log.read_bytes() == before and not (tmp_path / "none.db").exists()


@pytest.mark.parametrize("words", [("log", "export"), ("figures", "--json")])
def test_redirecting_into_a_file_is_an_export(log: Path, tmp_path: Path, words: tuple[str, str]) -> None:
    with (tmp_path / "out").open("wb") as out:
        more = [words[0], words[1], str(log)] if words[0] == "log" else [words[0], str(log), words[1]]
        done = subprocess.run([sys.executable, "-m", "app", *more, "--keys", str(log.parent / "keys")], stdout=out,
                              stderr=subprocess.PIPE, cwd=ROOT, timeout=60, check=False)  # fmt: skip
    assert (done.returncode, done.stderr) == (0, b"")
    assert (tmp_path / "out").stat().st_size > 100
    (found,) = exports(log)
    assert found[0] == words[0] and found[1].endswith("standard output")


def test_a_pipe_is_none(monkeypatch: pytest.MonkeyPatch) -> None:
    reading, writing = os.pipe()
    with os.fdopen(reading), os.fdopen(writing, "w") as out:
        monkeypatch.setattr("sys.stdout", out)
        assert not recorded.is_redirected()
    monkeypatch.setattr("sys.stdout", io.StringIO())
    assert not recorded.is_redirected()


def test_a_log_that_a_desk_holds(log: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    held = open_log(log, key_folder=log.parent / "keys")
    try:
        assert run("log", "export", log, "--out", tmp_path / "a", log=log) == 0
    finally:
        held.close()
    (line,) = capsys.readouterr().err.splitlines()
    assert line.startswith("opsroom: this export could not be written into the log: process ") and "writes it" in line
    assert (tmp_path / "a").exists() and exports(log) == []


def test_a_copy_without_its_key(log: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    before = log.read_bytes()
    assert main(["log", "export", str(log), "--out", str(tmp_path / "a"), "--keys", str(tmp_path / "other")]) == 0
    (line,) = capsys.readouterr().err.splitlines()
    assert "could not be written into the log" in line and "is missing: copy it from the seat" in line
    assert log.read_bytes() == before


def test_a_log_that_nobody_began(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    open_log(tmp_path / "empty.db", key_folder=tmp_path / "keys").close()
    assert not record_export(tmp_path / "empty.db", "log", "a", keys=tmp_path / "keys")
    assert not record_export(tmp_path / "none.db", "log", "a", keys=tmp_path / "keys")
    assert len(capsys.readouterr().err.splitlines()) == 2 and not (tmp_path / "none.db").exists()


@pytest.mark.parametrize("what", ["log", "figures", "map", "backup"])
def test_what_is_exported_has_a_name(what: str) -> None:
    assert what in LABELS["export"]
    assert label("export", what, "zh") != label("export", what, "en")
