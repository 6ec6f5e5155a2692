"""The command `opsroom` as a program of its own: whatever reads what it prints, it ends well."""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from app.__main__ import main, make_parser
from app.cli import COMMANDS

ROOT = Path(__file__).resolve().parent.parent.parent
CLI = ROOT / "app" / "cli"


def opsroom(*words: object, **environment: str) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [sys.executable, "-m", "app", *map(str, words)],
        cwd=ROOT,
        env=os.environ | environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )


def test_what_is_piped_is_utf8_whatever_the_console_speaks(helsinki: Path) -> None:
    with opsroom("city", "info", helsinki, "--json", PYTHONIOENCODING="cp1252") as program:
        out, err = program.communicate()
    assert (program.returncode, err) == (0, b"")
    assert json.loads(out.decode("utf-8"))["name_zh"] == "赫尔辛基"


def test_a_reader_that_has_seen_enough_is_no_error(helsinki: Path) -> None:
    question = ("--kind", "structure_fire", "--at", "24.945,60.169", "--level", 4, "--json")
    with opsroom("recommend", "--city", helsinki, *question) as program:
        assert program.stdout is not None and program.stderr is not None
        program.stdout.close()
        assert program.stderr.read() == b""
        program.wait()
    assert program.returncode == 141


@pytest.mark.parametrize("when", ["make_parser", "_run_command"])
def test_ctrl_c_at_any_moment_is_a_line_and_no_traceback(
    when: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def interrupt(*args: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(f"app.__main__.{when}", interrupt)
    assert main(["city", "info", "x"]) == 130
    assert capsys.readouterr().err == "opsroom: interrupted\n"


def test_every_module_with_commands_is_offered_and_no_other_is_loaded_for_a_start() -> None:
    words = (
        "import sys, app.__main__ as m; m.make_parser(); print(*(each for each in sys.modules if 'app.cli.' in each))"
    )
    done = subprocess.run([sys.executable, "-c", words], capture_output=True, text=True, check=True, timeout=60)
    loaded = set(done.stdout.split())
    offering = {f"app.cli.{each.stem}" for each in CLI.glob("*.py") if "\ndef add_commands(" in each.read_text("utf-8")}
    assert len(offering) > 15 and offering <= loaded
    assert offering == {f"app.cli.{name}" for name in COMMANDS} | {"app.cli.evidence_in_room"}  # `evidence` offers it
    assert not {"app.cli.times_words", "app.cli.exercise_words", "app.cli.siting_page"} & loaded


def test_what_stands_below_a_command_stands_nowhere_else() -> None:
    offered = next(each for each in make_parser()._actions if isinstance(each, argparse._SubParsersAction)).choices
    below = next(each for each in offered["evidence"]._actions if isinstance(each, argparse._SubParsersAction)).choices
    assert {"keep", "export"} <= set(below)
    assert not {"keep", "export"} & set(offered)
