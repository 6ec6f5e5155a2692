"""The present state stands on paper: everything open is on it, as plain text, whole or not at all."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QImage
from PySide6.QtPdf import QPdfDocument
from pytestqt.qtbot import QtBot

from app import printout
from dispatch.commands import (
    AddNote,
    AssignUnits,
    Body,
    Choice,
    CloseRoad,
    DrawPerimeter,
    RaiseSignal,
    ReportIncident,
    Who,
)
from dispatch.engine import Engine
from dispatch.incident import Closure, Perimeter, PerimeterKind
from dispatch.island.seat import Islands
from dispatch.log_memory import MemoryLog
from dispatch.log_sqlite import SqliteLog
from resources.status import Signal
from tests.dispatch.town import OPERATOR, at, command, crew, crossing, opening

HOSTILE = "<img src=x onerror=alert(1)>\x1b[31m ${7*7}\nsecond line"


@pytest.fixture
def engine() -> Engine:
    engine = Engine(MemoryLog(), clock=lambda: at(0))
    for request in opening():
        engine.do(request)
    return engine


def ask(engine: Engine, body: Body, seconds: float, who: Who = OPERATOR) -> None:
    engine.do(command(body, at=at(seconds), who=who))


def test_everything_open_is_on_paper(engine: Engine, tmp_path: Path, qtbot: QtBot) -> None:
    ask(engine, ReportIncident("structure_fire", crossing(1, 1), text=HOSTILE), 10)
    ask(engine, AssignUnits(1, (Choice("E1", "engine"),)), 20)
    ask(engine, AddNote(1, "Roof is going"), 25)
    ask(engine, RaiseSignal("E1", Signal.DISTRESS), 30, crew("E1"))
    closure = Closure("c1", "Point", ((25.0, 60.0),), (1,), "crane on the road")
    ask(engine, CloseRoad(closure), 40)
    picture = QImage(800, 500, QImage.Format.Format_RGB32)
    picture.fill(Qt.GlobalColor.darkBlue)
    pdf = printout.write(engine.state, tmp_path, at(60), paint=lambda: picture, log_name="town.db", head="9:abc")
    text = (tmp_path / "present-state.txt").read_text(encoding="utf-8")
    for words in (
        "9:abc",
        "Structure fire",
        "Church Road / Middle Street",
        "E1 Alerted",
        "DISTRESS",
        "Roof is going",
        "crane",
    ):
        assert words in text
    assert "<img src=x onerror=alert(1)>" in text and "\x1b" not in text
    assert [line for line in text.splitlines() if line.startswith("1  ")], "one line an incident"
    assert pdf.read_bytes().startswith(b"%PDF") and not list(tmp_path.glob("*.part"))


def test_perimeters_are_on_paper_with_their_places(engine: Engine, tmp_path: Path, qtbot: QtBot) -> None:
    ask(engine, ReportIncident("structure_fire", crossing(1, 1)), 10)
    circle = Perimeter("p1", PerimeterKind.HAZARD, ((25.0, 60.0),), radius_m=150.0, incident_id=1)
    ring = ((25.0, 60.0), (25.2, 60.0), (25.2, 60.2), (25.0, 60.2), (25.0, 60.0))
    ask(engine, DrawPerimeter(circle), 20)
    ask(engine, DrawPerimeter(Perimeter("p2", PerimeterKind.SEARCH, ring, label="North <b>side</b>")), 30)
    printout.write(engine.state, tmp_path, at(60))
    lines = (tmp_path / "present-state.txt").read_text(encoding="utf-8").splitlines()
    start = next(number for number, line in enumerate(lines) if line.startswith("Perimeters (each stays"))
    rows = sorted(lines[start + 3 : start + 5])
    assert rows[0].startswith("p1  Hazard zone") and "1  60.00000, 25.00000, radius 150 m" in rows[0]
    assert "North <b>side</b>" in rows[1] and "60.10000, 25.10000 (middle of 4 corners)" in rows[1]


def test_an_empty_city_says_none(engine: Engine, tmp_path: Path, qtbot: QtBot) -> None:
    printout.write(engine.state, tmp_path, at(60))
    text = (tmp_path / "present-state.txt").read_text(encoding="utf-8")
    assert re.search(r"Open incidents\n=+\n.*\nnone\n", text)


def test_a_folder_that_cannot_be_written_is_an_error_and_the_old_paper_stays(
    engine: Engine, tmp_path: Path, qtbot: QtBot
) -> None:
    printout.write(engine.state, tmp_path, at(0))
    before = (tmp_path / "present-state.pdf").read_bytes()
    (tmp_path / ".present-state.pdf.part").mkdir()
    with pytest.raises(OSError):
        printout.write(engine.state, tmp_path, at(60))
    assert (tmp_path / "present-state.pdf").read_bytes() == before


def test_the_paper_can_be_read_back(engine: Engine, tmp_path: Path, qtbot: QtBot) -> None:
    ask(engine, ReportIncident("structure_fire", crossing(1, 1)), 10)
    pdf = printout.write(engine.state, tmp_path, at(60))
    document = QPdfDocument()
    document.load(str(pdf))
    words = "".join(document.getAllText(page).text() for page in range(document.pageCount()))
    assert "Structure fire" in words and "nobody sent" in words


def test_a_server_that_is_lost_does_not_stop_the_paper_and_an_island_is_marked_on_it(tmp_path: Path) -> None:
    room = SqliteLog(tmp_path / "room.db", key_folder=tmp_path / "keys")
    engine = Engine(room, clock=lambda: at(0))
    for request in opening():
        engine.do(request)
    kept = room.chain_head()
    room.close()  # from now on it answers nothing
    assert printout.origin(room, engine.state) == {"log_name": room.name, "head": str(kept), "alone": ""}
    Islands(engine, folder=tmp_path / "islands", key_folder=tmp_path / "keys", clock=lambda: at(0)).go(OPERATOR)
    of = printout.origin(engine.log, engine.state)
    assert of["head"].startswith("4:") and of["alone"] == f"since entry 3 of {room.name}, 2026-03-02 08:00:00Z"
    [title, *_] = printout.tables(engine.state, at(60), **of)
    assert title[2][0] == ("ISLAND: this seat goes on alone; not yet in its room's log", of["alone"])
    engine.log.close()
