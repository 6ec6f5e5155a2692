"""A what-if answers beside what is live, and the log never hears of it."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import Qt, Signal
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from app.canvas.canvas import MapCanvas
from app.desk import Draft
from app.mapwindow.extra_map import MAP, WALL
from app.what_if import room as what_if_room
from dispatch.commands import (
    AcknowledgeSignal,
    ChangeAlarmLevel,
    CloseIncident,
    CloseRoad,
    Command,
    DrawPerimeter,
    HoldUnit,
    LiftPerimeter,
    MoveUp,
    OpenRoad,
    RaiseSignal,
    ReleaseUnit,
    ReportIncident,
    ReportStatus,
    ReportWeather,
)
from dispatch.incident import Closure, Perimeter, PerimeterKind
from dispatch.what_if import NOTHING
from resources.status import Signal as CrewSignal
from resources.status import Status
from tests.app.cover_desks import CoverDesk
from tests.app.panels.seat import TownCity, TownPlaces
from tests.dispatch import town

LINE = ((25.0, 60.0), (25.01, 60.0))


def imagine(here: CoverDesk, qtbot: QtBot) -> int:
    """Take a fire in hand and enter the mode by its key."""
    number = here.room.report("structure_fire", 0, 1)
    here.desk.select(incident_id=number)
    qtbot.waitUntil(lambda: here.desk.recommendation is not None, timeout=3000)
    QTest.keyClick(here.window, Qt.Key.Key_I, Qt.KeyboardModifier.ControlModifier)
    assert here.what_if.imagining.is_on
    return number


def answered(here: CoverDesk, qtbot: QtBot) -> None:
    answers = lambda: here.what_if.imagining.answers  # noqa: E731
    qtbot.waitUntil(
        lambda: None not in (answers().plan_now, answers().plan_then, answers().cover_now, answers().cover_then),
        timeout=3000,
    )


def test_a_road_closed_in_the_mind_makes_them_later_there_only(here: CoverDesk, qtbot: QtBot) -> None:
    imagine(here, qtbot)
    assert all(bar.isVisible() and "nothing is sent" in bar.words.text() for bar in here.what_if.bars)
    assert len(here.what_if.bars) == 2 and here.what_if.frames[0].isVisible() and here.what_if.card.isVisible()
    head, live = here.room.engine.log.head, here.desk.recommendation
    here.desk.send(CloseRoad(Closure("bridge", "LineString", LINE, (), "Bridge", None, None)))
    answered(here, qtbot)
    assert here.room.engine.log.head == head and not here.state.closures
    titles = {row.title: row for row in here.what_if.card.results.rows}
    assert titles["1  Structure fire"].right == "+10:00" and "then E1" in titles["1  Structure fire"].detail
    assert any(row.right.endswith("→ 0 %") for row in here.what_if.card.results.rows)
    (mark,) = here.what_if.card.list.rows
    assert mark.title == "Closed: Bridge"
    assert here.desk.recommendation is not None and here.desk.recommendation.chosen == live.chosen
    QTest.keyClick(here.window, Qt.Key.Key_Escape)
    assert not here.what_if.imagining.is_on and here.what_if.imagining.what_if == NOTHING
    assert not any(bar.isVisible() for bar in here.what_if.bars) and not here.what_if.card.isVisible()
    assert here.room.engine.log.head == head


def test_units_sent_in_the_mind_are_missed_elsewhere(here: CoverDesk, qtbot: QtBot) -> None:
    other = here.room.report("structure_fire", 2, 2)
    number = imagine(here, qtbot)
    head = here.room.engine.log.head
    assert here.window.commands.run(f"whatif send E1 E2 to {number}")
    answered(here, qtbot)
    (row,) = [row for row in here.what_if.card.results.rows if row.title.startswith(f"{other} ")]
    assert row.right == "1 missing" or row.right == "not served"
    assert here.state.units["E1"].assignment_id == "" and here.room.engine.log.head == head
    here.window.commands.run("whatif back")
    assert here.what_if.imagining.what_if.sent == (("E1", number),)
    here.what_if.card.list.setFocus()
    here.what_if.card.take_back()
    assert here.what_if.imagining.what_if == NOTHING


def test_what_is_ticked_goes_in_the_mind_by_a_key(here: CoverDesk, qtbot: QtBot) -> None:
    number = imagine(here, qtbot)
    head = here.room.engine.log.head
    QTest.keyClick(here.window, Qt.Key.Key_I, Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier)
    assert ("E1", number) in here.what_if.imagining.what_if.sent
    assert here.room.engine.log.head == head


def test_the_buttons_of_sending_look_as_what_they_do(here: CoverDesk, qtbot: QtBot) -> None:
    panel = here.window.panels["recommendation"]
    number = imagine(here, qtbot)
    head = here.room.engine.log.head
    assert panel.send_button.property("role") == "imagine" and panel.send_button.text().startswith("Imagine E1")
    assert panel.hint.text().endswith("Enter imagines")
    QTest.keyClick(panel.list, Qt.Key.Key_Return)
    assert ("E1", number) in here.what_if.imagining.what_if.sent and here.room.engine.log.head == head
    panel.show_scope(True)
    assert not panel.plan.send_button.isEnabled() and not panel.plan.all_button.isEnabled()
    panel.plan.ask_for_all()
    assert not panel.plan.ask_all.isVisible()
    panel.show_scope(False)
    QTest.keyClick(here.window, Qt.Key.Key_Escape)
    assert panel.send_button.property("role") == "primary" and panel.send_button.text().startswith("Send E1")
    assert panel.hint.text().endswith("Enter sends")


def test_cover_by_older_times_is_said_where_it_is_compared(here: CoverDesk, qtbot: QtBot) -> None:
    imagine(here, qtbot)
    here.desk.send(CloseRoad(Closure("bridge", "LineString", LINE, (), "Bridge", None, None)))
    answered(here, qtbot)
    before = [row.key for row in here.what_if.card.results.rows]
    report = here.what_if.imagining.answers.cover_then
    assert report is not None
    here.planner.covered.emit("what_if_then", replace(report, progress=0.4))
    assert "cover:age" not in before
    (age,) = [row.title for row in here.what_if.card.results.rows if row.key == "cover:age"]
    assert "40 %" in age


class OtherMap(QWidget):
    """A further window, as far as a what-if has to do with it."""

    left = Signal()

    def __init__(self, kind: str) -> None:
        super().__init__()
        self.kind, self.canvas, self.bars = kind, MapCanvas(workers=0), []
        self.put_on_top = self.bars.append


def test_further_windows_wear_the_bars_but_for_the_wall_map(here: CoverDesk, qtbot: QtBot) -> None:
    imagine(here, qtbot)
    other, wall = OtherMap(MAP), OtherMap(WALL)
    for one in (other, wall):
        qtbot.addWidget(one)
        here.what_if.mark_map(one)
    assert wall.bars == [] and len(other.bars) == 1 and not other.bars[0].isHidden()
    other.bars[0].leaving.emit()
    assert not here.what_if.imagining.is_on and other.bars[0].isHidden()
    other.left.emit()
    assert other.bars[0] not in here.what_if.bars and len(here.what_if.frames) == 1


def test_sending_is_barred_and_said(here: CoverDesk, qtbot: QtBot) -> None:
    imagine(here, qtbot)
    head, refused = here.room.engine.log.head, []
    here.desk.refused.connect(lambda command, why: refused.append(why.code))
    QTest.keyClick(here.window, Qt.Key.Key_F12)
    qtbot.waitUntil(lambda: refused == ["what_if_sends_nothing"])
    assert here.room.engine.log.head == head
    assert "nothing is sent" in here.window.status_line.message.text()
    QTest.keyClick(here.window, Qt.Key.Key_Escape)
    qtbot.wait(750)  # a second press so soon would be a slip
    QTest.keyClick(here.window, Qt.Key.Key_F12)
    assert here.state.units["E1"].assignment_id


BODIES = (
    ReportStatus("E1", Status.OUT_OF_SERVICE, reason="tyre"), ReleaseUnit("E1"), HoldUnit("E1", "why"),
    MoveUp("E2", "fire-00"), ChangeAlarmLevel(1, 2), CloseIncident(1, "extinguished"), ReportWeather("rain"),
    DrawPerimeter(Perimeter("p", PerimeterKind.HAZARD, (LINE[0],), 80.0)), LiftPerimeter("p"),
    CloseRoad(Closure("c", "LineString", LINE)), OpenRoad("c"),
)  # fmt: skip


def test_nothing_that_the_operator_does_reaches_the_log(here: CoverDesk, qtbot: QtBot) -> None:
    imagine(here, qtbot)
    head = here.room.engine.log.head
    for body in BODIES:
        here.desk.send(body)
        assert here.room.engine.log.head == head, body
    qtbot.wait(20)
    assert here.room.engine.log.head == head


def test_what_happens_meanwhile_comes_through(here: CoverDesk, qtbot: QtBot) -> None:
    imagine(here, qtbot)
    submit = here.room.bridge.submit
    submit(Command("crew-1", here.room.hands[0], town.crew("E2"), RaiseSignal("E2", CrewSignal.DISTRESS)))
    assert here.window.alarm.banners[0].isVisible()
    here.desk.send(AcknowledgeSignal("E2", CrewSignal.DISTRESS))
    assert here.state.units["E2"].distress_at is None and here.what_if.imagining.is_on
    other = ReportIncident("cardiac_arrest", town.crossing(2, 1))
    submit(Command("other-1", here.room.hands[0], town.OTHER_OPERATOR, other))
    assert len(here.state.open_incidents) == 2


def test_a_call_ends_what_is_imagined(here: CoverDesk, qtbot: QtBot) -> None:
    imagine(here, qtbot)
    here.desk.send(CloseRoad(Closure("c", "LineString", LINE)))
    here.desk.set_draft(Draft(kind="structure_fire", location=town.crossing(1, 1)))
    assert not here.what_if.imagining.is_on
    here.desk.send(ReportIncident("structure_fire", town.crossing(1, 1)))
    assert len(here.state.open_incidents) == 2 and not here.state.closures


def test_a_closure_is_lifted_in_the_mind_and_stands_on(here: CoverDesk, qtbot: QtBot) -> None:
    here.desk.send(CloseRoad(Closure("works", "LineString", LINE, (), "Works")))
    imagine(here, qtbot)
    here.window.commands.run("whatif open works")
    answered(here, qtbot)
    assert "works" in here.state.closures
    rows = {row.title: row.right for row in here.what_if.card.results.rows}
    assert rows["1  Structure fire"] == "−10:00"
    assert [row.title for row in here.what_if.card.list.rows] == ["Open again: Closed: Works"]
    here.room.bridge.submit(Command("o", here.room.hands[0], town.OTHER_OPERATOR, OpenRoad("works")))
    assert here.what_if.imagining.what_if == NOTHING  # somebody has done it meanwhile


def test_what_the_rules_forbid_is_not_imagined(here: CoverDesk, qtbot: QtBot) -> None:
    number = imagine(here, qtbot)
    here.room.bridge.submit(
        Command("o", here.room.hands[0], town.OTHER_OPERATOR, ReportStatus("E2", Status.OUT_OF_SERVICE, reason="tyre"))
    )
    here.window.commands.run(f"whatif send E2 to {number}")
    assert here.what_if.imagining.what_if == NOTHING
    assert "out of service" in here.what_if.card.said.text()


def test_a_street_is_closed_by_its_name(here: CoverDesk, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    imagine(here, qtbot)

    def find(city: object, words: str) -> tuple[str, tuple[np.ndarray, ...]]:
        if words != "church":
            raise LookupError("")
        return "Church Road", (np.array(LINE), np.array(LINE) + 0.001)

    monkeypatch.setattr(what_if_room, "find_street", find)
    here.desk.city = TownCity(TownPlaces(()))
    here.window.commands.run("whatif close church")
    qtbot.waitUntil(lambda: len(here.what_if.imagining.what_if.closures) == 2)
    here.desk.city = None
    assert [row.title for row in here.what_if.card.list.rows] == ["Closed: Church Road"]
    here.what_if.card.take_back()
    assert here.what_if.imagining.what_if == NOTHING  # both pieces at once
    here.desk.city = TownCity(TownPlaces(()))
    here.window.commands.run("whatif close nowhere")
    qtbot.waitUntil(lambda: "No street is called nowhere" in here.window.commands.answer.text())
    here.desk.city = None
