"""What comes on the screen is kept beside the log; where it cannot be, that is said and nothing else happens."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from pytestqt.qtbot import QtBot

from app.bootstrap import build
from app.desk import Desk
from app.planner.keeping import Keeping
from dispatch.commands import ReportIncident, Who
from dispatch.events import LogKind
from dispatch.incident import Location
from dispatch.plan import order_of
from dispatch.shown_answers import read_shown
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


def test_what_a_desk_sends_by_is_kept_and_proved_by_its_log(helsinki: Path, tmp_path: Path, qtbot: QtBot) -> None:
    made = build(
        helsinki,
        log_place=tmp_path / "log.db",
        kind=LogKind.DRILL,
        who=Who("anna"),
        planner="inline",
        in_thread=False,
        key_folder=tmp_path / "keys",
        clock=lambda: at(0),
    )
    desk = made.desk
    desk.send(ReportIncident("structure_fire", Location(24.9415, 60.1712)))
    desk.select(incident_id=1)
    desk.ask()
    qtbot.waitUntil(lambda: desk.recommendation is not None, timeout=20_000)
    said = desk.recommendation
    assert said is not None and {"roads", "fixes", "roster", "closures"} <= {name for name, _ in said.inputs}
    desk.send(order_of(said))
    kept = made.log.shown(said.hash)
    assert kept is not None and read_shown(kept).answer == replace(said, paths=())
    assert made.engine.state.assignments["1/1"].recommendation == said.hash
    assert made.log.verify().is_intact and made.log.verify().unchecked == ()
    made.close()
