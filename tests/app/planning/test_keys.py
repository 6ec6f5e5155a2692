"""The plan in the whole window: F5 from anywhere, then arrows and Enter, and the log has it."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from app.panels.recommendation import RecommendationPanel
from app.planner.face import PlannerFace
from app.planner.plan_advice import PlanAdvice
from app.planning.planning import Planning
from app.window.sound import Sounds
from app.window.stand_in import stand_in
from app.window.window import MainWindow, Panels
from tests.app.rooms import Room, room


@pytest.fixture
def here(qtbot: QtBot) -> Room:
    """A desk with a planner that knows no roads and answers at once."""
    made = room()
    made.desk.planner = planner = PlannerFace(made.desk)  # type: ignore[attr-defined]
    planner._state = made.desk.state
    made.bridge.committed.connect(planner.tell)
    PlanAdvice(made.desk, planner)
    return made


@pytest.fixture
def window(here: Room, qtbot: QtBot) -> MainWindow:
    docks = {key: stand_in(key) for key in ("intake", "incident", "cameras", "closures")}
    docks["recommendation"] = RecommendationPanel(here.desk)
    made = MainWindow(here.desk, Panels(docks, stand_in("map")), sounds=Sounds(is_silent=True))
    qtbot.addWidget(made)
    made.resize(1280, 720)
    made.show()
    made.activateWindow()
    qtbot.waitUntil(made.isActiveWindow)
    return made


def test_f5_arrows_and_enter_send_a_part_of_the_plan(here: Room, window: MainWindow, qtbot: QtBot) -> None:
    fire, collision = here.report(), here.report("traffic_collision", 2, 2)
    window.commands.line.setFocus()
    QTest.keyClick(window, Qt.Key.Key_F5)
    panel = window.panels["recommendation"]
    assert isinstance(panel, RecommendationPanel)
    assert Planning.of(here.desk).is_on and panel.plan.list.hasFocus()
    assert panel.plan.list.rows[0].key == f"incident:{fire}"
    while not panel.plan.list.current_key.startswith(f"incident:{collision}"):
        before = panel.plan.list.current_key
        QTest.keyClick(panel.plan.list, Qt.Key.Key_Down)
        assert panel.plan.list.current_key != before
    QTest.keyClick(panel.plan.list, Qt.Key.Key_Return)
    sent = list(here.desk.state.assignments.values())
    assert {one.incident_id for one in sent} == {collision}
    QTest.keyClick(window, Qt.Key.Key_F5)
    assert not Planning.of(here.desk).is_on and panel.list.hasFocus()


def test_the_page_of_keys_tells_of_them(here: Room, window: MainWindow) -> None:
    assert "F5" in dict(window.menus.keys)
    panel = window.panels["recommendation"]
    assert isinstance(panel, RecommendationPanel)
    told = dict(panel.keys())
    assert {"Enter", "Alt+A", "Alt+F"} <= set(told) and all(words and "keys." not in words for words in told.values())
