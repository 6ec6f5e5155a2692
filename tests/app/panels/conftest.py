"""A seat of the town for every panel test."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from pytestqt.qtbot import QtBot

from tests.app.panels.seat import Seat


@pytest.fixture
def seat(qtbot: QtBot) -> Iterator[Seat]:
    """A desk with the town's roster and run cards, nothing has happened yet."""
    made = Seat()
    made.desk.state = made.engine.state
    yield made
    made.bridge.close()
