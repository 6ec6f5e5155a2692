"""A seat of a dispatcher of urban management for every test of cases."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from pytestqt.qtbot import QtBot

from tests.app.cases.case_seat import CaseSeat


@pytest.fixture
def seat(qtbot: QtBot) -> Iterator[CaseSeat]:
    """A desk with the town's classes, calendar and areas; no case has been reported."""
    made = CaseSeat()
    yield made
    made.bridge.close()
