"""`opsroom generate month`: what it makes, says and refuses."""

from __future__ import annotations

import argparse
import json
from pathlib import Path

import pytest

from app.cli.month import add_commands
from dispatch.engine import Engine
from dispatch.events import LogKind
from dispatch.log import open_log


def run(*arguments: object) -> int:
    parser = argparse.ArgumentParser()
    add_commands(parser.add_subparsers(required=True))
    args = parser.parse_args(["generate", "month", "--quiet", *map(str, arguments)])
    return int(args.run(args))


def test_a_month_is_told_into_a_new_log_and_never_over_one(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    log, keys = tmp_path / "month.db", tmp_path / "keys"
    words = ("--out", log, "--keys", keys, "--cases", 200, "--month", "2026-02", "--language", "zh")
    assert run(*words, "--json") == 0
    told = json.loads(capsys.readouterr().out)
    assert told["figures"]["spot"] == {"aimed": 109, "told": 109} and told["refused"] == {}
    opened = open_log(log, key_folder=keys)
    state = Engine(opened).state
    assert state.kind is LogKind.SIMULATION and state.sequence == told["entries"]
    assert opened.verify().is_intact
    opened.close()
    assert run(*words) == 1
    assert "is there already" in capsys.readouterr().err


def test_too_few_cases_and_a_city_that_is_none(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    log = tmp_path / "month.db"
    assert run("--out", log, "--keys", tmp_path / "keys", "--cases", 10) == 2
    assert "at least 200" in capsys.readouterr().err and not log.exists()
    assert run("--out", log, "--city", tmp_path / "nowhere") == 1
    assert not log.exists()
    with pytest.raises(SystemExit):
        run("--out", log, "--month", "October")
