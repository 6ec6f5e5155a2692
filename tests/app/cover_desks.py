"""A desk on the town with a planner that knows its streets and its demand, and a window with what concerns cover."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app import theme
from app.canvas.canvas import MapCanvas
from app.coverage.panel import CoveragePanel
from app.mapwindow.cover_room import CoverRoom
from app.panels.closures import ClosuresPanel
from app.panels.recommendation import RecommendationPanel
from app.planner.advice import Advice
from app.planner.inline import InlinePlanner
from app.what_if.room import WhatIfRoom
from app.window.sound import Sounds
from app.window.stand_in import stand_in
from app.window.window import MainWindow, Panels
from dispatch.coverage import Coverage
from dispatch.coverage_targets import MoveUpRules, Target, Targets
from dispatch.demand.areas import Area
from dispatch.demand.cells import Demand
from dispatch.travels import Roads, Start
from tests.app.rooms import Room, room
from tests.dispatch import town
from tests.dispatch.town_roads import TownRoads

DETOUR_S = 600.0
TARGETS = Targets(
    (
        Target("first_engine", "fire", 100.0, ("engine",), name="engine", name_zh="消防车"),
        Target("ambulance", "ambulance", 100.0, ("ambulance_bls",), name="ambulance", name_zh="救护车"),
    ),
    MoveUpRules(least_gain=0.01, gain_a_minute=0.0001, rest_min=30.0),
)


class LongRoads(TownRoads):
    """The town's streets, where every closure makes everybody ten minutes late."""

    def travel_s(self, start: Start, lon: float, lat: float) -> float:
        return super().travel_s(start, lon, lat) + DETOUR_S * len(self.closures)


def demand() -> Demand:
    """Return nine cells round the crossings, those in the west four times as heavy."""
    places = [town.crossing(east, north) for east in range(3) for north in range(3)]
    lonlat = np.array([(one.lon, one.lat) for one in places])
    weight = np.repeat([4.0, 1.0, 1.0], 3)
    corner = np.array([(500.0 * east, 500.0 * north) for east in range(3) for north in range(3)])
    areas = (Area("compass", "west"), Area("compass", "east"))
    return Demand(lonlat, weight / weight.sum(), "addresses", 500.0, corner, np.repeat([0, 1, 1], 3), areas)


def covering(roads: Roads) -> Coverage:
    """Return what answers about cover here."""
    return Coverage(roads, demand(), TARGETS)


@dataclass
class CoverDesk:
    """A desk, its planner and its window."""

    room: Room
    planner: InlinePlanner
    window: MainWindow
    panel: CoveragePanel
    cover: CoverRoom
    what_if: WhatIfRoom
    canvas: MapCanvas

    @property
    def desk(self) -> Any:
        return self.room.desk

    @property
    def state(self) -> Any:
        return self.room.desk.state

    def marks(self, name: str) -> list[Any]:
        """Return what the map is to show of a layer."""
        return list(self.canvas.overlay.held()[name])


def cover_desk(qtbot: QtBot, *, language: str = "en", size: tuple[int, int] = (1500, 900)) -> CoverDesk:
    """Open the town with a window that shows the recommendation, coverage and closures round a map without a city."""
    made = room()
    desk = made.desk
    desk.language = language
    planner = InlinePlanner(ground=LongRoads(), covering=covering)
    desk.state_changed.connect(lambda entry, state: planner.tell(entry, state) if entry is not None else None)
    Advice(desk, planner)
    panel, canvas = CoveragePanel(desk), MapCanvas(workers=0)
    docks = {key: stand_in(key) for key in ("intake", "incident", "cameras")}
    docks |= {"recommendation": RecommendationPanel(desk), "closures": ClosuresPanel(desk), "coverage": panel}
    window = MainWindow(desk, Panels(docks, canvas), sounds=Sounds(is_silent=True))
    qtbot.addWidget(window)
    cover = CoverRoom(desk, window, canvas, panel, planner)
    what_if = WhatIfRoom(desk, window, canvas, planner)
    window.resize(*size)
    window.show()
    planner.start(Path(), desk.state)
    return CoverDesk(made, planner, window, panel, cover, what_if, canvas)


@pytest.fixture
def here(qtbot: QtBot) -> Iterator[CoverDesk]:
    """Open a desk by night."""
    theme.put_on(QApplication.instance(), "night")  # type: ignore[arg-type]
    made = cover_desk(qtbot)
    yield made
    made.planner.stop()
    made.room.bridge.close()
