"""Cells of the grid and responsible areas over the map: none until asked for, and true to the log."""

from __future__ import annotations

from pathlib import Path

from pytestqt.qtbot import QtBot

from app.canvas.canvas import MapCanvas
from app.canvas.cells_link import AREAS, CELLS, CellsLink, marks_of_areas
from app.canvas.map_words import MapWords
from app.city_files import areas_of
from dispatch.areas import Areas
from dispatch.state import State
from gis.city import City
from gis.grid import Grid
from maps.overlay import Overlay
from tests.app.rooms import room
from tests.dispatch.case_town import CaseStory


def test_nothing_is_shown_until_the_menu_says_so(helsinki: Path, qtbot: QtBot) -> None:
    one = room()
    city = one.desk.city = City.open(helsinki)
    canvas = MapCanvas(workers=0)
    qtbot.addWidget(canvas)
    link = CellsLink(one.desk, canvas)
    said: list[str] = []
    one.desk.said.connect(lambda level, words: said.append(words))
    assert canvas.overlay.held()["cells"] == ()
    link.show(CELLS)
    qtbot.waitUntil(lambda: bool(canvas.overlay.held()["cells"]))
    (mark,) = canvas.overlay.held()["cells"]
    grid = Grid.of(city)
    assert grid is not None
    assert mark.names == grid.codes
    link.show(AREAS)  # the town's log knows none of the city's areas
    qtbot.waitUntil(lambda: canvas.overlay.held()["cells"] == ())
    assert "areas" in said[-1]
    one.desk.state = State(areas=areas_of(city)[0])
    one.desk.state_changed.emit(None, one.desk.state)
    qtbot.waitUntil(lambda: bool(canvas.overlay.held()["cells"]))
    assert len(canvas.overlay.held()["cells"][0].names) == 4
    link._fill()
    assert [action.isChecked() for action in link._menu.actions()] == [False, False, True]
    link.show("")
    assert canvas.overlay.held()["cells"] == ()


def test_areas_are_the_ground_of_their_cells(helsinki: Path) -> None:
    city = City.open(helsinki)
    (mark,) = marks_of_areas(city, areas_of(city)[0], "zh")
    assert mark.is_area
    assert mark.names[0] == "中心西南片区"
    assert marks_of_areas(city, Areas(), "en") == ()


def test_the_card_of_a_case_says_what_where_how_far_and_until_when() -> None:
    one, story = room(), CaseStory()
    story.report("rubbish", text="bags")
    one.desk.state = story.state
    words = MapWords(one.desk, Overlay())
    name, _, stage, due = words.describe("case", "1").split("\n")
    assert name == "1  rubbish"
    assert stage.startswith("Collect")
    assert due.startswith("Due 2026-")
    one.wait(9 * 86_400)
    assert words.describe("case", "1").split("\n")[-1].startswith("Late since")
    assert words.describe("case", "77") == ""
