"""Roads closed by a click, a line or an area, until a time or until opened."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from PySide6.QtCore import QObject, Signal
from pytestqt.qtbot import QtBot

from app.panels.closures import ClosuresPanel
from dispatch.commands import DrawPerimeter, OpenRoad
from dispatch.events import PerimeterDrawn, PerimeterLifted, RoadClosed
from dispatch.incident import Perimeter, PerimeterKind
from tests.app.panels.seat import Seat

AREA = [(25.0, 60.0), (25.01, 60.0), (25.01, 60.01)]


@pytest.fixture
def panel(seat: Seat, qtbot: QtBot) -> ClosuresPanel:
    made = ClosuresPanel(seat.desk)
    qtbot.addWidget(made)
    made.show()
    return made


def test_a_click_closes_one_road_and_only_when_asked_for(seat: Seat, panel: ClosuresPanel) -> None:
    wanted: list[bool] = []
    seat.desk.place_wanted.connect(wanted.append)
    seat.desk.place_clicked.emit(25.0, 60.0)
    assert not seat.state.closures
    panel.reason.setEditText("hoses")
    panel.close_by("click")
    seat.desk.place_clicked.emit(25.0, 60.0)
    seat.desk.place_clicked.emit(25.1, 60.1)
    (closure,) = seat.state.closures.values()
    assert (closure.geometry_type, closure.coordinates, closure.reason) == ("Point", ((25.0, 60.0),), "hoses")
    assert wanted == [True, False]
    assert "hoses" in panel.list.rows[0].title


def test_an_area_is_closed_as_a_ring(seat: Seat, panel: ClosuresPanel) -> None:
    tools: list[str] = []
    panel.tool_wanted.connect(tools.append)
    panel.close_by("polygon")
    panel.take_drawn("Polygon", AREA)
    (event,) = seat.bodies(RoadClosed)
    assert event.closure.coordinates == (*AREA, AREA[0])
    assert tools == ["polygon", "pan"]


def test_the_end_is_the_next_time_on_the_citys_clock(seat: Seat, panel: ClosuresPanel) -> None:
    panel.until.setText("14:30")  # it is 10:05 in Helsinki
    panel.take_drawn("LineString", AREA[:2])
    panel.until.setText("0900")
    panel.take_drawn("LineString", AREA[1:])
    ends = [closure.until for closure in seat.state.closures.values()]
    assert sorted(ends) == [datetime(2026, 3, 2, 12, 30, tzinfo=UTC), datetime(2026, 3, 3, 7, 0, tzinfo=UTC)]


@pytest.mark.parametrize("words", ["soon", "25:00", "12:75"])
def test_a_time_that_is_none_is_said_before_drawing(seat: Seat, panel: ClosuresPanel, words: str) -> None:
    panel.until.setText(words)
    panel.close_by("line")
    assert "14:30" in panel.said.text()
    assert not any(made.isChecked() for made in panel.tools.values())


def test_a_road_is_opened_again_and_a_second_time_refused(seat: Seat, panel: ClosuresPanel) -> None:
    panel.take_drawn("Polygon", AREA)
    closure_id = next(iter(seat.state.closures))
    panel.list.take_key(closure_id)
    panel.open_again()
    assert not seat.state.closures
    assert panel.none.isVisible()
    panel._send(OpenRoad(closure_id))
    assert "not closed any more" in panel.said.text()


def test_a_perimeter_is_listed_lifted_and_drawn_again_as_it_was(seat: Seat, panel: ClosuresPanel) -> None:
    seat.other(DrawPerimeter(Perimeter("ring", PerimeterKind.HAZARD, (AREA[0],), 80.0, None, "<b>gas</b>")))
    drawn = seat.state.perimeters["ring"]
    (row,) = panel.list.rows
    assert (row.title, row.right) == ("<b>gas</b>", "Hazard zone") and "80 m" in row.detail
    panel.list.take_key("ring")
    assert panel.open_button.text() == "Lift" and not panel.undo_button.isVisible()
    panel.open_again()
    assert not seat.state.perimeters and panel.none.isVisible() and panel.undo_button.isVisible()
    panel.draw_again()
    assert seat.state.perimeters["ring"] == drawn
    assert not panel.undo_button.isVisible()
    assert (len(seat.bodies(PerimeterDrawn)), len(seat.bodies(PerimeterLifted))) == (2, 1)


class _Map(QObject):
    """As much of a map as the panel joins."""

    drawn = Signal(str, list)
    tool_changed = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self.tools: list[str] = []

    def set_tool(self, tool: str) -> None:
        self.tools.append(tool)
        self.tool_changed.emit(tool)


def test_the_map_draws_for_the_panel_only_while_it_asked(seat: Seat, panel: ClosuresPanel, qtbot: QtBot) -> None:
    canvas = _Map()
    panel.join(canvas)
    canvas.drawn.emit("LineString", AREA[:2])  # somebody else's drawing
    assert not seat.state.closures
    panel.close_by("line")
    canvas.set_tool("pan")  # the map puts its tool down, then tells what was drawn
    canvas.drawn.emit("LineString", AREA[:2])
    assert len(seat.state.closures) == 1
    panel.close_by("polygon")
    canvas.set_tool("pan")  # Esc
    qtbot.waitUntil(lambda: not panel.tools["polygon"].isChecked())
    canvas.drawn.emit("Polygon", AREA)
    assert len(seat.state.closures) == 1


@pytest.mark.parametrize(("kind", "factor", "mark"), [("closed", 0.0, "×"), ("slow", 0.3, "▲"), ("flooded", 0.0, "≈")])
def test_kinds_are_chosen_written_and_told_apart(
    seat: Seat, panel: ClosuresPanel, kind: str, factor: float, mark: str
) -> None:
    panel.kind.setCurrentIndex(panel.kind.findData(kind))
    assert panel.factor.isVisible() is (kind == "slow")
    panel.factor.setValue(30)
    panel.until.setText("14:30")
    panel.take_drawn("LineString", AREA[:2])
    (closure,) = seat.state.closures.values()
    assert (closure.kind, closure.speed_factor) == (kind, factor)
    (row,) = panel.list.rows
    assert row.mark == mark and "until 14:30" in row.detail
    assert ("30 %" in row.detail) is (kind == "slow")
