"""A window that is a program of its own: how it is called, what is said where it does not open, and when it stands."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from typing import Any

import pytest
from pytestqt.qtbot import QtBot

from app.beside import window_apart
from app.beside.window_apart import WindowApart

LONG_MS = 20_000


class Programs:
    """Stand in for what is started: run a line of Python instead, and keep how it was called."""

    def __init__(self, says: str) -> None:
        self.says = says
        self.called: list[list[str]] = []
        self.made: list[subprocess.Popen[bytes]] = []
        self._popen = subprocess.Popen

    def __call__(self, words: list[str], **options: Any) -> subprocess.Popen[bytes]:
        self.called.append(words)
        self.made.append(self._popen([sys.executable, "-c", self.says], **options))
        return self.made[-1]


@pytest.fixture
def programs(monkeypatch: pytest.MonkeyPatch) -> Iterator[Programs]:
    """Programs of which nothing is left afterwards."""
    made = Programs("")
    monkeypatch.setattr(window_apart.subprocess, "Popen", made)  # type: ignore[attr-defined]
    yield made
    for process in made.made:
        process.returncode = None
        process.kill()
        process.wait()


def test_one_that_does_not_open_says_why(qtbot: QtBot, programs: Programs) -> None:
    programs.says = "import sys; sys.stderr.write('first\\nOpsroom cannot replay: it is damaged\\n \\n'); sys.exit(2)"
    apart = WindowApart()
    with qtbot.waitSignal(apart.failed, timeout=LONG_MS) as failed:
        apart.start(["replay", "/logs/a.db", "--language", "zh"])
    assert failed.args == ["Opsroom cannot replay: it is damaged"]
    assert programs.called == [[sys.executable, "-P", "-m", "app", "replay", "/logs/a.db", "--language", "zh"]]
    assert not apart._timer.isActive()


def test_one_that_says_nothing_leaves_its_code_and_one_that_ends_well_nothing(qtbot: QtBot, programs: Programs) -> None:
    programs.says = "raise SystemExit(7)"
    apart = WindowApart()
    with qtbot.waitSignal(apart.failed, timeout=LONG_MS) as failed:
        apart.start([])
    assert failed.args == ["exit code 7"]
    programs.says = ""
    told: list[object] = []
    apart.failed.connect(told.append)
    apart.start([])
    qtbot.waitUntil(lambda: not apart._timer.isActive(), timeout=LONG_MS)
    assert not told


def test_one_that_goes_on_stands_and_lives_without_us(
    qtbot: QtBot, programs: Programs, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(window_apart, "STANDS_AFTER_S", 0.25)
    monkeypatch.setattr(window_apart, "WATCHED_S", 0.5)
    programs.says = "import time; time.sleep(600)"
    apart = WindowApart()
    with qtbot.waitSignal(apart.stands, timeout=LONG_MS):
        apart.start([])
    qtbot.waitUntil(lambda: not apart._timer.isActive(), timeout=LONG_MS)
    programs.made[0].returncode = None
    assert programs.made[0].poll() is None


def test_what_cannot_be_started_is_told(qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*words: object, **options: object) -> None:
        raise OSError("no more processes")

    monkeypatch.setattr(window_apart.subprocess, "Popen", fail)  # type: ignore[attr-defined]
    apart, told = WindowApart(), list[str]()
    apart.failed.connect(told.append)
    apart.start([])
    assert told == ["no more processes"] and not apart._timer.isActive()
