"""A command of the program beside the window: heard line by line, its end told once, and a cancel is silent."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from app.beside.program import Outcome, Program

LONG_MS = 60_000


@pytest.fixture
def program() -> Iterator[Program]:
    """A runner; nothing runs afterwards."""
    made = Program()
    yield made
    made.cancel()


def test_what_a_command_prints_is_heard_and_its_end_told(program: Program, qtbot: QtBot) -> None:
    heard: list[str] = []
    told: list[Outcome] = []
    program.heard.connect(heard.append)
    program.start(["replay", "--help"], told.append)
    assert program.is_busy
    with pytest.raises(RuntimeError, match="already"):
        program.start([], told.append)
    qtbot.waitUntil(lambda: bool(told), timeout=LONG_MS)
    [outcome] = told
    assert outcome.is_well and not outcome.why and not program.is_busy
    assert heard[0].startswith("usage: opsroom replay")
    assert outcome.said.splitlines() == heard


def test_a_command_that_fails_brings_the_last_line_of_its_complaint(program: Program, qtbot: QtBot) -> None:
    told: list[Outcome] = []
    program.start(["replay", "--no-such-word"], told.append)
    qtbot.waitUntil(lambda: bool(told), timeout=LONG_MS)
    assert not told[0].is_well and "error:" in told[0].why and "\n" not in told[0].why


def test_a_cancel_ends_it_silently_and_another_can_run(program: Program, qtbot: QtBot) -> None:
    cancelled: list[Outcome] = []
    told: list[Outcome] = []
    program.start(["replay", "--help"], cancelled.append)
    program.cancel()
    assert not program.is_busy
    program.start(["replay", "--help"], told.append)
    qtbot.waitUntil(lambda: bool(told), timeout=LONG_MS)
    assert not cancelled


def test_what_cannot_be_started_is_told(
    program: Program, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr("sys.executable", str(tmp_path / "none"))
    told: list[Outcome] = []
    program.start(["replay", "--help"], told.append)
    qtbot.waitUntil(lambda: bool(told), timeout=LONG_MS)
    assert not told[0].is_well and told[0].why and not program.is_busy


def test_a_line_is_handed_on_when_it_is_whole(program: Program, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    heard: list[str] = []
    program.heard.connect(heard.append)

    class Half:
        """Print in pieces, and a character in two halves."""

        pieces = iter((b"0.2 op", "en\n0.5 gö".encode()[:-1], "ö".encode()[1:] + b"\nrest"))

        def readAllStandardOutput(self) -> object:
            piece = next(self.pieces)
            return type("Bytes", (), {"data": lambda _: piece})()

    program._process = Half()  # type: ignore[assignment]
    for _ in range(3):
        program._hear()
    program._process = None
    assert heard == ["0.2 open", "0.5 gö"]


def test_the_house_is_found_from_anywhere(
    program: Program, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "app.py").write_text("raise SystemExit('a stranger')", encoding="utf-8")
    told: list[Outcome] = []
    program.start(["replay", "--help"], told.append)
    qtbot.waitUntil(lambda: bool(told), timeout=LONG_MS)
    assert told[0].is_well
