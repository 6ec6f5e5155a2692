"""A replay is a program of its own: how it is called, and what is said where it does not open."""

from __future__ import annotations

import subprocess
import sys
from typing import Any

import pytest
from PySide6.QtCore import QObject
from pytestqt.qtbot import QtBot

from app.history_in import replaying
from app.history_in.replaying import Replaying


def test_a_replay_that_does_not_open_says_why(qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    called: list[list[str]] = []
    popen = subprocess.Popen

    def stand_in(words: list[str], **options: Any) -> Any:
        called.append(words)
        says = "import sys; sys.stderr.write('first\\nOpsroom cannot replay: it is damaged\\n'); sys.exit(2)"
        return popen([sys.executable, "-c", says], **options)

    monkeypatch.setattr(replaying.subprocess, "Popen", stand_in)
    holder, said = QObject(), list[str]()
    made = Replaying(holder, said.append)
    made.start("/logs/a.db", "/cities/b", "zh")
    qtbot.waitUntil(lambda: bool(said), timeout=20_000)
    assert said == ["Opsroom cannot replay: it is damaged"] and not made._timer.isActive()
    assert called == [
        [sys.executable, "-P", "-m", "app", "replay", "/logs/a.db", "--city", "/cities/b", "--language", "zh"]
    ]


def test_a_program_that_cannot_be_started_is_told(qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*words: object, **options: object) -> None:
        raise OSError("no more processes")

    monkeypatch.setattr(replaying.subprocess, "Popen", fail)
    holder, said = QObject(), list[str]()
    Replaying(holder, said.append).start("a", "b", "en")
    assert said == ["no more processes"]
