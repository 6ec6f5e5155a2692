"""The page of a debriefing: timeline, table, map and words follow one another; work goes on in a program of its own."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from app.debriefing.joining import DebriefRoom
from app.debriefing.material import Material
from app.debriefing.opening import DebriefWindow
from app.debriefing.page import DebriefPage
from dispatch.exercise import score_records as r
from gis.city import City
from tests.app.debriefing.conftest import place_of
from tests.maps.village import build_village


@pytest.fixture(scope="session")
def city(tmp_path_factory: pytest.TempPathFactory) -> City:
    """A small city under the map."""
    return City.open(build_village(tmp_path_factory.mktemp("village")))


@pytest.fixture
def window(qtbot: QtBot, city: City, tmp_path: Path) -> Iterator[DebriefWindow]:
    """A window of a log that is not there."""
    made = DebriefWindow(tmp_path / "one.db", city, key_folder=tmp_path / "keys", workers=0)
    qtbot.addWidget(made)
    made.resize(1280, 800)
    made.show()
    yield made
    made.page.close_down()


@pytest.fixture
def page(window: DebriefWindow, material: Material) -> DebriefPage:
    """Its page, which shows the small exercise."""
    window.page.show_material(material)
    window.page.lanes.grab()
    return window.page


def test_the_worst_decision_is_in_hand_at_first_everywhere(page: DebriefPage, material: Material) -> None:
    assert page.chosen == place_of(material, r.NOTHING)
    assert page.decisions.rows.places[page.decisions.table.currentIndex().row()] == page.chosen
    assert "nothing done" in page.detail.title.text()
    assert page.lanes.lanes is not None and page.lanes.lanes.chosen == page.chosen
    assert page.said.text().startswith("Done 3:38 (1 of 2) · Really ")


def test_a_click_in_the_timeline_takes_a_decision_in_hand(page: DebriefPage, material: Material) -> None:
    slow = place_of(material, r.SENT, r.SLOWER)
    lanes = page.lanes.lanes
    assert lanes is not None
    area = next(area for area, place, _ in reversed(lanes.hits.spots) if place == slow and area.width() == 8)
    QTest.mouseClick(page.lanes, Qt.MouseButton.LeftButton, pos=area.center().toPoint())
    assert page.chosen == slow
    assert "4:38 later" in page.detail.verdict.text()
    assert any("E2 (engine" in words for words in page.detail.cells())
    assert "Why E1 was best" in page.detail.reasons.text()
    assert page.decisions.rows.places[page.decisions.table.currentIndex().row()] == slow


def test_keys_step_through_decisions_and_the_wheel_comes_nearer(page: DebriefPage) -> None:
    page.choose(0)
    QTest.keyClick(page.lanes, Qt.Key.Key_Right)
    assert page.chosen == 1
    QTest.keyClick(page.decisions.table, Qt.Key.Key_Down)
    assert page.chosen == 2
    lanes = page.lanes.lanes
    assert lanes is not None
    before = lanes.until_s - lanes.from_s
    QTest.keyClick(page.lanes, Qt.Key.Key_Plus)
    assert lanes.until_s - lanes.from_s < before
    page.lanes.zoom(1000.0)
    assert lanes.until_s - lanes.from_s == 120.0
    page.lanes.grab()
    before_s, start = lanes.from_s, QPoint(round(lanes.plot.center().x()), round(lanes.plot.center().y()))
    QTest.mousePress(page.lanes, Qt.MouseButton.LeftButton, pos=start)
    QTest.mouseMove(page.lanes, start - QPoint(200, 0))
    QTest.mouseRelease(page.lanes, Qt.MouseButton.LeftButton, pos=start - QPoint(200, 0))
    assert lanes.from_s > before_s
    page.choose(len(page.decisions.rows.places) - 1)
    assert lanes.from_s <= 380.0 <= lanes.until_s


def test_only_what_stands_out_is_listed_where_that_is_asked(page: DebriefPage, material: Material) -> None:
    every = len(page.decisions.rows.places)
    page.decisions.only_bad.click()
    assert 0 < len(page.decisions.rows.places) < every == len(material.debriefing.score.decisions)
    assert page.decisions.count.text() == f"Decisions: {len(page.decisions.rows.places)} of {every}"
    page.choose(every - 1)
    assert not page.decisions.table.selectionModel().hasSelection()
    page.decisions.only_bad.click()
    assert page.decisions.table.selectionModel().hasSelection()


def test_what_is_told_is_plain_text(page: DebriefPage) -> None:
    assert page.detail.title.textFormat() is Qt.TextFormat.PlainText
    rows = page.decisions.rows
    words = [str(rows.data(rows.index(0, column))) for column in range(rows.columnCount())]
    assert any("<img src=x" in each for each in words) and "\u202e" not in "".join(words)
    tip = rows.data(rows.index(0, 1), Qt.ItemDataRole.ToolTipRole)
    assert "<img" not in str(tip)


def test_a_log_that_is_not_there_is_said_and_work_can_be_cancelled(window: DebriefWindow, qtbot: QtBot) -> None:
    page = window.page
    page.work_out()
    assert page.bar.isVisible() and not page.again_button.isVisible()
    page.cancel_button.click()
    assert not page.working.is_busy and "Cancelled" in page.said.text()
    page.work_out()
    qtbot.waitUntil(lambda: "could not be worked out" in page.said.text(), timeout=60_000)
    assert "one.db.exercise.json" in page.said.text() and not page.save_button.isEnabled()


def test_a_session_opens_one_window_a_log_and_takes_it_along(
    qtbot: QtBot, city: City, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from PySide6.QtCore import QObject, Signal

    class Session(QObject):
        debriefing_wanted, left = Signal(), Signal()
        log_file = tmp_path / "one.db"

        class place:  # noqa: N801
            key_folder, language, workers = tmp_path, "zh", 0

    Session.place.city = city  # type: ignore[attr-defined]
    asked: list[DebriefPage] = []
    monkeypatch.setattr(DebriefPage, "work_out", lambda page: asked.append(page))  # noqa: PLW0108 - a method
    session = Session()
    room = DebriefRoom(session)  # type: ignore[arg-type]
    session.debriefing_wanted.emit()
    session.debriefing_wanted.emit()  # while it comes
    assert not room.windows
    qtbot.waitUntil(lambda: bool(asked))
    [window] = room.windows.values()
    qtbot.addWidget(window)
    session.debriefing_wanted.emit()
    assert list(room.windows.values()) == [window] and asked == [window.page, window.page]
    assert window.isVisible() and window.frame.kind == "exercise" and "演练讲评" in window.windowTitle()
    session.left.emit()
    assert not room.windows and not window.isVisible()
    session.debriefing_wanted.emit()
    session.left.emit()
    qtbot.wait(20)
    assert not room.windows and len(asked) == 2
