"""A seat of the town in a room, and one that works alone."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from pytestqt.qtbot import QtBot

from tests.app.charge.seats import BELA, CARLA, join
from tests.app.panels.seat import Seat
from tests.dispatch.town import crossing


@pytest.fixture
def alone(qtbot: QtBot) -> Iterator[Seat]:
    made = Seat()
    made.desk.state = made.engine.state
    yield made
    made.bridge.close()


@pytest.fixture
def seat(alone: Seat) -> Seat:
    """Anna's desk with bela and carla in the room, and a fire that nobody has."""
    join(alone, BELA, CARLA)
    alone.report("structure_fire", crossing(1, 1))
    return alone
