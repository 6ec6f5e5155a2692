"""A fire with units at the scene, and the panel of its major incident."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from pytestqt.qtbot import QtBot

from app.panels.major import MajorPanel
from dispatch.major_commands import DeclareMajorIncident, LoadActionCards
from resources.status import Status
from tests.app.panels.seat import Seat
from tests.dispatch.major_story import CARDS
from tests.dispatch.town import ADMINISTRATOR, crossing


@pytest.fixture
def seat(qtbot: QtBot) -> Iterator[Seat]:
    made = Seat()
    made.desk.state = made.engine.state
    made.other(LoadActionCards(CARDS), who=ADMINISTRATOR)
    yield made
    made.bridge.close()


@pytest.fixture
def fire(seat: Seat) -> int:
    """An incident with E1 and A1 at the scene and P1 on its way, in hand."""
    number = seat.report("structure_fire", crossing(1, 1), text="Hall")
    seat.assign(number, "E1", "A1", "P1")
    for unit_id in ("E1", "A1"):
        seat.status(unit_id, Status.ON_SCENE)
    seat.desk.select(incident_id=number)
    return number


@pytest.fixture
def panel(seat: Seat, fire: int, qtbot: QtBot) -> MajorPanel:
    made = MajorPanel(seat.desk)
    qtbot.addWidget(made)
    made.resize(420, 900)
    made.show()
    return made


@pytest.fixture
def declared(seat: Seat, fire: int, panel: MajorPanel) -> MajorPanel:
    seat.other(DeclareMajorIncident(fire))
    return panel
