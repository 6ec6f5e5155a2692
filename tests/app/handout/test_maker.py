"""From the window to a file: the dialog, and the program that makes the map."""

from __future__ import annotations

from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from app.canvas.canvas import MapCanvas
from app.handout.dialog import HandoutDialog, Wish
from app.handout.maker import HandoutMaker
from gis.city import City
from maps.layers import IncidentMark, UnitMark
from tests.app.rooms import Room, room
from tests.maps.village import build_village


@pytest.fixture
def shown(qtbot: QtBot, tmp_path: Path) -> tuple[Room, MapCanvas, HandoutMaker]:
    """Show the village with one unit and one incident."""
    city = City.open(build_village(tmp_path / "village"))
    held = room()
    held.desk.city = city
    canvas = MapCanvas(workers=0)
    qtbot.addWidget(canvas)
    canvas.resize(420, 300)
    canvas.set_city(city)
    canvas.set_marks(
        units=(UnitMark("F<1>", "F<1>", "fire", "en_route", 500_000.0, 6_650_000.0),),
        incidents=(IncidentMark(41, "structure_fire", 1, 500_010.0, 6_650_010.0, label="Fire"),),
    )
    return held, canvas, HandoutMaker(held.desk, canvas, canvas)


def test_what_the_window_shows_is_made_into_a_page(
    qtbot: QtBot, shown: tuple[Room, MapCanvas, HandoutMaker], tmp_path: Path
) -> None:
    held, _, maker = shown
    said: list[str] = []
    held.desk.said.connect(lambda level, words: said.append(words))
    wish = Wish(tmp_path / "out.html", "html", "", 5_000, "Fire in the village", False, ("cameras",))
    with qtbot.waitSignal(maker.finished, timeout=30_000) as made:
        maker.make(wish)
        assert maker.is_busy
    assert made.args == [wish.file]
    page = wish.file.read_text()
    assert "Fire in the village" in page
    assert "DRILL" in page
    assert "41 Fire" in page
    assert "F<1>" not in page  # escaped, as everything is
    assert said[-1].endswith("out.html")
    assert not maker.is_busy


def test_a_file_that_cannot_be_written_is_told(
    qtbot: QtBot, shown: tuple[Room, MapCanvas, HandoutMaker], tmp_path: Path
) -> None:
    held, _, maker = shown
    said: list[tuple[str, str]] = []
    held.desk.said.connect(lambda level, words: said.append((level, words)))
    (tmp_path / "file").write_text("no folder")
    with qtbot.waitSignal(maker.finished, timeout=30_000) as made:
        maker.make(Wish(tmp_path / "file" / "a.png", "png", "", 5_000, "", False))
    assert made.args == [None]
    assert said[-1][0] == "warning"
    assert "was not made" in said[-1][1]


def test_a_cancelled_map_is_told_and_another_can_be_made(
    qtbot: QtBot, shown: tuple[Room, MapCanvas, HandoutMaker], tmp_path: Path
) -> None:
    _, _, maker = shown
    with qtbot.waitSignal(maker.finished, timeout=30_000) as made:
        maker.make(Wish(tmp_path / "a.html", "html", "", 5_000, "", False))
        maker.cancel()
    assert made.args == [None]
    assert not maker.is_busy


def test_the_dialog_answers_what_was_chosen(qtbot: QtBot, tmp_path: Path) -> None:
    dialog = HandoutDialog(
        None, title="Helsinki", metres_per_pixel=1.0, layers=("units", "incidents"), is_night=True, language="zh"
    )
    qtbot.addWidget(dialog)
    assert not dialog.paper.isEnabled()
    assert dialog.night.isChecked()
    dialog.form.setCurrentIndex(dialog.form.findData("pdf"))
    assert not dialog.night.isChecked()
    dialog.upright.setChecked(True)
    dialog.scale.setCurrentIndex(dialog.scale.findData(5_000.0))
    dialog.layers["units"].setChecked(False)
    dialog.finish(tmp_path / "a.pdf")
    assert dialog.wish == Wish(tmp_path / "a.pdf", "pdf", "A4-portrait", 5_000.0, "Helsinki", False, ("units",))
