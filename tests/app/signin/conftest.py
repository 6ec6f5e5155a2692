"""A seat that asks who sits there."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import argon2
import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app import theme
from dispatch import passwords
from tests.app.signin.live_seat import LiveSeat


@pytest.fixture
def seat(qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[LiveSeat]:
    monkeypatch.setattr(passwords, "HASHER", argon2.PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))
    theme.put_on(QApplication.instance(), "night")  # type: ignore[arg-type]
    made = LiveSeat(qtbot, tmp_path)
    yield made
    made.close()
