"""What comes on the screen is kept beside the log; where it cannot be, that is said and nothing else happens."""

from __future__ import annotations

from dataclasses import replace

from pytestqt.qtbot import QtBot

from app.desk import Desk
from app.planner.keeping import Keeping
from dispatch.commands import Who
from tests.dispatch.shown_story import burning, planned, sealed
from tests.dispatch.test_shelf import FullLog
from tests.dispatch.town import at


def test_what_is_shown_is_kept_and_what_is_imagined_is_not(qtbot: QtBot) -> None:
    engine, desk = burning(), Desk(Who("anna"), clock=at)
    keeping = Keeping(desk, engine)
    said, plan = sealed(engine), planned(engine)
    desk.recommendation_changed.emit(said)
    desk.recommendation_changed.emit(None)
    keeping.show(plan)
    keeping.show(replace(plan, hash="", imagined=True))
    assert engine.log.shown(said.hash) is not None and engine.log.shown(plan.hash) is not None
    assert engine.is_kept


def test_a_failing_store_is_said_once_and_its_end_too(qtbot: QtBot) -> None:
    log = FullLog()
    engine, desk = burning(log), Desk(Who("anna"), clock=at)
    keeping, told = Keeping(desk, engine), []
    desk.said.connect(lambda level, words: told.append(level))
    log.is_full = True
    for second in range(3):
        keeping.show(sealed(engine, when=at(second)))
    log.is_full = False
    keeping.show(planned(engine))
    qtbot.waitUntil(lambda: len(told) == 2, timeout=2_000)
    assert told == ["warning", "info"]
    keeping.close()
