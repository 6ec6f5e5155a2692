"""A desk with cover for every test here."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app import theme
from tests.app.coverage.desks import CoverDesk, cover_desk


@pytest.fixture
def here(qtbot: QtBot) -> Iterator[CoverDesk]:
    theme.put_on(QApplication.instance(), "night")  # type: ignore[arg-type]
    made = cover_desk(qtbot)
    yield made
    made.planner.stop()
    made.room.bridge.close()
