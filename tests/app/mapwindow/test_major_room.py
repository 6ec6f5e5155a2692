"""Major incidents round the window: staging areas on the map, the tool for cordons, sounds and words aloud."""

from __future__ import annotations

from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import pytest
from PySide6.QtWidgets import QMainWindow
from pytestqt.qtbot import QtBot

from app.canvas.tools import Tool
from app.mapwindow.major_room import ROOM_KEY, MajorRoom
from app.panels.major import MajorPanel
from app.window.menus import Menus
from app.window.sound import Sounds
from dispatch import major_commands as m
from dispatch.commands import Tick, Who
from dispatch.incident import PerimeterKind
from maps.live_stagings import StagingMark
from resources.status import Status
from tests.app.panels.seat import Seat
from tests.dispatch.town import crossing


@pytest.fixture
def seat(qtbot: QtBot) -> Iterator[Seat]:
    """A declared fire with E1 at the scene, in hand."""
    made = Seat()
    made.desk.state = made.engine.state
    number = made.report("structure_fire", crossing(1, 1), text="Hall")
    made.assign(number, "E1")
    made.status("E1", Status.ON_SCENE)
    made.other(m.DeclareMajorIncident(number))
    made.desk.select(incident_id=number)
    yield made
    made.bridge.close()


class _Canvas(SimpleNamespace):
    def set_description(self, describe: Any, kind: str) -> None:
        self.kind = kind

    def set_marks(self, **marks: Any) -> None:
        self.shown.update(marks)


@pytest.fixture
def joined(seat: Seat, qtbot: QtBot) -> SimpleNamespace:
    window: Any = QMainWindow()
    panel = MajorPanel(seat.desk)
    qtbot.addWidget(panel)
    qtbot.addWidget(window)
    window.menus = Menus(window, "en")
    taken_back: list[str] = []
    window.notices = SimpleNamespace(take_back=taken_back.append)
    window.menus.add("menu_incident")
    window.sounds = Sounds(is_silent=True)
    window.docks = {}
    canvas = _Canvas(city=seat.desk.city, shown={}, tool=Tool.PAN)
    chosen: list[str] = []
    kinds: list[PerimeterKind] = []
    hint = SimpleNamespace(
        kinds={kind: SimpleNamespace(click=lambda kind=kind: kinds.append(kind)) for kind in PerimeterKind}
    )
    tools = SimpleNamespace(hint=hint, choose=chosen.append)
    map_link = SimpleNamespace(canvas=canvas, paper=lambda: None)
    made = MajorRoom(seat.desk, window, panel, map_link, tools)  # type: ignore[arg-type]
    played: list[str] = []
    window.sounds.played.connect(played.append)
    return SimpleNamespace(
        taken_back=taken_back, room=made, canvas=canvas, chosen=chosen, kinds=kinds, played=played, window=window
    )


def test_staging_areas_stand_on_the_map_while_it_is_declared(seat: Seat, joined: SimpleNamespace) -> None:
    assert joined.canvas.shown["stagings"] == ()
    seat.other(m.SetStaging(1, "s", "Market <b>", 25.01, 60.0))
    seat.other(m.CheckIn(1, "s", "E2"))
    (mark,) = joined.canvas.shown["stagings"]
    assert isinstance(mark, StagingMark) and mark.label == "Market <b> · 1"
    assert joined.canvas.kind == "staging"
    assert joined.room.describe(mark.key) == "Staging area of incident 1 · Market <b>\nE2"
    assert joined.room.describe("9:s") == joined.room.describe("x") == ""
    seat.other(m.StandDownMajorIncident(1, "over"))
    assert joined.canvas.shown["stagings"] == ()


def test_a_cordon_is_drawn_with_the_maps_own_tool(joined: SimpleNamespace) -> None:
    joined.room.draw_cordon()
    assert joined.kinds == [PerimeterKind.CORDON] and joined.chosen == ["perimeter"]


def test_what_is_due_and_who_is_missing_is_heard_and_said(seat: Seat, joined: SimpleNamespace) -> None:
    assert (ROOM_KEY, joined.window.menus.keys[-1][1]) in joined.window.menus.keys
    seat.said.clear()
    seat.pass_time(11 * 60)
    seat.other(Tick(), who=Who("clock", "system"))
    assert seat.said == [("warning", "Incident 1: call elapsed time, 11:00")] and joined.played == ["order"]
    seat.pass_time(10 * 60)
    seat.other(Tick(), who=Who("clock", "system"))
    assert ("warning", "Incident 1: the roll is to be called") in seat.said
    seat.other(m.AnswerRollCall(1, "E1", missing=2))
    assert seat.said[-1] == ("alarm", "Incident 1: 2 MISSING of E1")
    seat.other(m.ResolveMissing(1, "E1", "found", "in the yard"))
    assert seat.said[-1] == ("info", "Incident 1: the missing of E1: Found")
    assert joined.taken_back[-1] == "Incident 1: 2 MISSING of E1"  # no alarm stands that holds no more


def test_a_declaration_is_said_to_everybody(seat: Seat, joined: SimpleNamespace) -> None:
    seat.other(m.StandDownMajorIncident(1, "over"))
    seat.other(m.DeclareMajorIncident(1, reason="again"))
    level, words = seat.said[-1]
    assert level == "warning" and words.startswith("Major incident declared: 1 Structure fire")
