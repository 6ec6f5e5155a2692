"""What the log recorded of a target stands beside what plans reach, with how many incidents it rests on."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest
from immutables import Map
from PySide6.QtCore import QObject
from pytestqt.qtbot import QtBot

from app.desk import Desk
from app.siting import record as module
from app.siting.page import SitingPage
from app.siting.record import Record
from app.siting.report import report_of
from app.siting.results import Results
from app.siting.saving import Saving
from dispatch.commands import Who
from dispatch.coverage_targets import Target
from dispatch.state import State
from dispatch.times.figure import TargetFigure
from dispatch.times.profiles import TimeTarget
from tests.dispatch.times.told import Times
from tests.dispatch.town import at

ENGINES = Target("first_engine", "fire", 240.0, ("engine",))


@pytest.fixture(scope="module")
def recorded_log() -> State:
    """Two fires: the engine drives 200 s and 320 s."""
    told = Times()
    for number, drive_s in enumerate((200, 320)):
        start = 7200 * number
        fire = told.call(start)
        told.send(fire, start + 30, "E1")
        told.tells("E1", go=start + 90, there=start + 90 + drive_s, free=start + 900)
        told.close(fire, start + 1000)
    return told.state


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("en", "In the log the first such unit was in time at 50.0 % of 2 incidents, 4:20 on average."),
        ("zh", "日志记录：2 起警情中，首个到达者及时的占 50.0 %，平均 4:20。"),
    ],
)
def test_it_is_said_for_the_target_that_is_asked_about(
    qtbot: QtBot, recorded_log: State, language: str, words: str
) -> None:
    desk, results, parent = Desk(Who("sup", "supervisor"), clock=lambda: at(0)), Results(language), QObject()
    qtbot.addWidget(results)
    desk.state, desk.language = recorded_log, language
    record = Record(desk, results, parent)
    record.look(ENGINES)
    qtbot.waitUntil(lambda: not record.is_busy)
    assert results.recorded.text() == record.words == words and not results.recorded.isHidden()
    record.look(Target("boat", "fire", 240.0, ("water_rescue",)))
    assert results.recorded.isHidden(), "what was of another target goes at once"
    qtbot.waitUntil(lambda: not record.is_busy)
    assert results.recorded.isHidden() and record.words == ""
    desk.state = State()
    record.look(ENGINES)
    assert not record.is_busy and results.recorded.isHidden(), "an empty log is not looked through"


def test_the_page_shows_it_beside_its_plans_and_writes_it_down(
    page: SitingPage, desk: Desk, known: Callable[[], None], qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    known()
    found = TargetFigure(TimeTarget("t", "travel", within_s=300.0), "", "", 1300, 1204, 903, 251.0)
    monkeypatch.setattr(module, "recorded", lambda state, target: found if target.within_s == 300.0 else None)
    desk.state = replace(desk.state, sequence=9, assignments=Map({"a": object()}))
    page.bar.within.setValue(5.0)
    known()
    qtbot.waitUntil(lambda: page.record.words != "")
    assert "75.0 % of 1,204 incidents" in page.results.recorded.text() and page.results.recorded.isVisible()
    content = Saving(desk, page).content()
    assert content is not None
    lines = [line for part in report_of(content).parts for line in part.paragraphs]
    assert page.record.words in lines and any("drove without lights" in line for line in lines)
