"""A command that is told to end (SIGTERM) leaves nothing half-made, says so and ends with 143."""

from __future__ import annotations

import argparse
import signal
from collections.abc import Callable
from pathlib import Path

import pytest

from app.__main__ import main
from app.cli.told_to_end import ends_when_told
from tests.app.cli.test_exercise import SCENARIO

NOTHING = argparse.Namespace()


def told(*_: object, **__: object) -> int:
    signal.raise_signal(signal.SIGTERM)
    return 0


def tidied(_: argparse.Namespace) -> int:
    try:
        return told()
    except KeyboardInterrupt:
        return 1


def done_before(_: argparse.Namespace) -> int:
    try:
        return told()
    except KeyboardInterrupt:
        return 0


@pytest.mark.parametrize(
    ("run", "code"), [(told, 143), (tidied, 143), (done_before, 0), (lambda _: 0, 0), (lambda _: 2, 2)]
)
def test_who_is_told_to_end_ends_with_143_unless_all_is_done(
    run: Callable[[argparse.Namespace], int], code: int
) -> None:
    before = signal.getsignal(signal.SIGTERM)
    assert ends_when_told(run)(NOTHING) == code
    assert signal.getsignal(signal.SIGTERM) is before


def test_an_exercise_that_is_told_to_end_leaves_nothing(
    helsinki: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    from dispatch.exercise.run import ExerciseRun

    step = ExerciseRun.step

    def half(self: ExerciseRun) -> None:
        if self.next_tick > 60:
            told()
        step(self)

    monkeypatch.setattr(ExerciseRun, "step", half)
    (tmp_path / "scenario.toml").write_text(SCENARIO, "utf-8")
    words = ["run", tmp_path / "scenario.toml", "--policy", "none", "--log", tmp_path / "one.db", "--city", helsinki]
    assert main(["exercise", *map(str, words), "--keys", str(tmp_path / "keys"), "--quiet"]) == 143
    assert "interrupted" in capsys.readouterr().err
    assert [each.name for each in tmp_path.rglob("*") if each.is_file()] == ["scenario.toml"]


def test_an_import_that_is_told_to_end_leaves_nothing(
    helsinki: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    from dispatch.history import keep

    monkeypatch.setattr(keep, "tell", told)
    (tmp_path / "calls.csv").write_text(
        "Incident Number,Received,Longitude,Latitude,Call Type\n1,2026-03-02 10:00:00,24.94,60.17,Fire\n", "utf-8"
    )
    words = ["import", tmp_path / "calls.csv", "--city", helsinki, "--log", tmp_path / "past.db"]
    assert main(["history", *map(str, words), "--keys", str(tmp_path / "keys"), "--quiet"]) == 143
    assert "nothing was left behind" in capsys.readouterr().err
    assert [each.name for each in tmp_path.rglob("*") if each.is_file()] == ["calls.csv"]
