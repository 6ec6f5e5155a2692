"""`opsroom evidence verify`: what it prints and how it ends."""

from __future__ import annotations

import argparse
import json
from dataclasses import replace
from pathlib import Path

import pytest

from app.cli.evidence import add_commands
from dispatch.case import Evidence
from dispatch.case_events import EvidenceAdded, PhotographErased
from dispatch.evidence_store import EvidenceStore, evidence_folder
from dispatch.log import open_log
from tests.dispatch.logs import fill, note
from tests.photographs import jpeg, png


@pytest.fixture
def log(tmp_path: Path) -> Path:
    made = open_log(tmp_path / "log.db", key_folder=tmp_path / "keys")
    fill(made, 3)
    made.close()
    return tmp_path / "log.db"


@pytest.fixture
def named(log: Path) -> tuple[str, str]:
    """Keep two photographs that the log names, at its entries 4 and 5."""
    store = EvidenceStore(evidence_folder(log))
    first, second = store.add_bytes(jpeg()).file.id, store.add_bytes(png()).file.id
    opened = open_log(log, key_folder=log.parent / "keys")
    for sequence, name in ((4, first), (5, second)):
        opened.append(replace(note(sequence), events=(EvidenceAdded(14, (Evidence(name),)),)))
    opened.close()
    return first, second


def run(*arguments: object) -> int:
    parser = argparse.ArgumentParser()
    add_commands(parser.add_subparsers(required=True))
    args = parser.parse_args(["evidence", "verify", *map(str, arguments)])
    return int(args.run(args))


def test_a_log_that_names_none_passes(log: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(log) == 0
    assert "names no photograph" in capsys.readouterr().out


def test_whole_photographs_pass_and_strangers_are_listed(
    log: Path, named: tuple[str, str], capsys: pytest.CaptureFixture[str]
) -> None:
    (evidence_folder(log) / "strange\nBAD  name").write_text("x")
    assert run(log) == 0
    out = capsys.readouterr().out
    assert "2 photographs named" in out and "as it was kept" in out
    assert "NOT NAMED  strange\\u000aBAD  name" in out
    assert run(log, "--json") == 0
    assert json.loads(capsys.readouterr().out)["whole"] == 2


def test_what_is_missing_or_altered_is_named_with_its_entry(
    log: Path, named: tuple[str, str], capsys: pytest.CaptureFixture[str]
) -> None:
    gone, changed = (evidence_folder(log) / name[:2] / name for name in named)
    gone.unlink()
    changed.write_bytes(b"x")
    assert run(log) == 1
    out = capsys.readouterr().out
    assert f"BAD  missing  {named[0]}, entry 4" in out and f"BAD  altered  {named[1]}, entry 5" in out
    assert "as it was kept" not in out
    assert run(log, "--json") == 1
    found = json.loads(capsys.readouterr().out)
    assert (found["intact"], found["missing"], found["altered"]) == (
        False,
        [{"id": named[0], "entry": 4}],
        [{"id": named[1], "entry": 5}],
    )


def test_another_folder_can_be_named_and_must_be_there(
    log: Path, named: tuple[str, str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    evidence_folder(log).rename(tmp_path / "elsewhere")
    assert run(log) == 2
    assert "log.db.evidence" in capsys.readouterr().err
    assert run(log, "--folder", tmp_path / "elsewhere") == 0


@pytest.mark.parametrize("place", ["no such.db", "text.db", "postgresql://nobody@127.0.0.1:1/none", "ftp://x/y"])
def test_what_is_no_log_is_told(tmp_path: Path, capsys: pytest.CaptureFixture[str], place: str) -> None:
    (tmp_path / "text.db").write_text("hello " * 1000)
    assert run(place if "://" in place else tmp_path / place) == 2
    assert "opsroom evidence:" in capsys.readouterr().err


def test_what_was_erased_is_not_missed_and_what_is_still_kept_is(
    log: Path, named: tuple[str, str], capsys: pytest.CaptureFixture[str]
) -> None:
    opened = open_log(log, key_folder=log.parent / "keys")
    opened.append(replace(note(6), events=(PhotographErased(named[0], "asked for", (14,)),)))
    opened.close()
    assert run(log) == 1
    assert f"BAD  kept yet {named[0]}, entry 6" in capsys.readouterr().out
    assert EvidenceStore(evidence_folder(log)).erase(named[0])
    assert run(log) == 0
    assert "ERASED  1, as the log says" in capsys.readouterr().out
    assert run(log, "--json") == 0
    told = json.loads(capsys.readouterr().out)
    assert (told["erased"], told["whole"], told["missing"], told["strangers"]) == (1, 1, [], [])
