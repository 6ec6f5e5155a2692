"""The trainer's window on an exercise that is really played: in a thread of its own, on a log on the disk."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace

import pytest
from PySide6.QtCore import QObject, Signal
from pytestqt.qtbot import QtBot

from app.bridge import Bridge
from app.desk import Desk
from app.exercise.play import Play
from app.trainer.when_field import NOW
from app.trainer.window import TrainerWindow
from dispatch import injects as i
from dispatch.commands import AssignUnits, Choice, CloseIncident
from dispatch.events import Entry
from dispatch.exercise.beside import read_refusals, write_exercise
from dispatch.exercise.new_log import new_log
from dispatch.exercise.planned_file import read_planned
from dispatch.exercise.run import ExerciseRun
from dispatch.exercise.training_log import TrainingLog
from dispatch.injects import Condition, Inject
from dispatch.state import State
from resources.status import Status
from tests.dispatch.exercise.played import with_injects
from tests.dispatch.town_roads import TownRoads

SNOW = Inject("snow", i.WEATHER, (Condition(i.CLOCK, after_s=300),), weather="snow")


class _Session(QObject):
    """A session of one play."""

    played = Signal(object)
    failed = Signal(str)

    def __init__(self, play: Play, desk: Desk) -> None:
        super().__init__()
        self.play = play
        self.shown = SimpleNamespace(desktop=SimpleNamespace(desk=desk, engine=play.run.engine), map_link=None)


class _Desktop:
    """A desk on the play's engine, without a window."""

    def __init__(self, play: Play) -> None:
        self.desk = Desk(play.turn.who, clock=play.run.clock)
        self.desk.state = play.run.engine.state
        self.bridge = Bridge(play.run.engine)
        self.pulse = SimpleNamespace(take_fixes=self.take_fixes, beat=lambda: None)
        self.bridge.committed.connect(self._on_committed)
        self.bridge.refused.connect(self.desk.refused)

    def take_fixes(self, fixes: object) -> None:
        """Leave positions out."""

    def _on_committed(self, entry: Entry, state: State) -> None:
        self.desk.state = state
        self.desk.state_changed.emit(entry, state)


@pytest.fixture
def play(qtbot: QtBot, tmp_path: Path) -> Iterator[Play]:
    exercise, file = with_injects(SNOW), tmp_path / "town.db"
    with new_log(file, key_folder=tmp_path / "keys") as log:
        write_exercise(file, exercise, None)
        ExerciseRun(exercise, TrainingLog(log), TownRoads())
    found = Play(file, exercise, None, key_folder=tmp_path / "keys", make_ground=lambda city: TownRoads())
    with qtbot.waitSignal(found.opened):
        found.open()
    yield found
    found.stop()
    found.run.engine.stop()
    found.run.engine.log.close()


@pytest.fixture
def desktop(play: Play) -> Iterator[_Desktop]:
    found = _Desktop(play)
    play.run.engine.start()
    play.join(found)  # type: ignore[arg-type]
    play.start(paused=True)
    yield found
    found.bridge.close()


@pytest.fixture
def window(qtbot: QtBot, play: Play, desktop: _Desktop) -> Iterator[TrainerWindow]:
    found = TrainerWindow(_Session(play, desktop.desk))  # type: ignore[arg-type]
    qtbot.addWidget(found)
    found.show()
    yield found
    found.sitting.close()


def test_an_exercise_is_led_from_the_window(
    window: TrainerWindow, play: Play, desktop: _Desktop, qtbot: QtBot, tmp_path: Path
) -> None:
    for _ in range(3):
        with qtbot.waitSignal(play.stepped):
            window.transport.step()
    qtbot.waitUntil(lambda: 1 in window.sitting.state.incidents)
    window.transport.change_speed(-1)
    window.transport.toggle()
    desktop.desk.send(AssignUnits(1, (Choice("E1", "engine"),)))
    desktop.desk.send(CloseIncident(1, "extinguished"))
    qtbot.waitUntil(lambda: [each.badge for each in window.decisions.rows.rows] == ["refused", ""])
    window.live.show_kind(i.CREW)
    crew = window.live.form
    crew.unit.take("E1")  # type: ignore[attr-defined]
    crew.says.setCurrentIndex(crew.says.findData("en_route"))  # type: ignore[attr-defined]
    window.live.send()
    qtbot.waitUntil(lambda: play.state.units["E1"].status is Status.EN_ROUTE)
    qtbot.waitUntil(lambda: "Happened" in window.live.said.text())
    window.script.rows.take_key("inject:snow")
    window.script.let_happen()
    qtbot.waitUntil(lambda: play.state.weather == "snow")
    qtbot.waitUntil(lambda: "Happened" in window.script.said.text())
    window.live.show_kind(i.FAILURE)
    window.live.form.unit.take("E2")  # type: ignore[attr-defined]
    when = window.live.when
    when.kind.setCurrentIndex(when.kind.findData(i.ON_SCENE))
    when.incident.setCurrentIndex(when.incident.findData("A"))
    window.live.send()
    qtbot.waitUntil(lambda: "Planned" in window.live.said.text())
    [plan] = read_planned(play.log_file)
    assert plan.inject.unit == "E2" and plan.inject.when[0].incident == "A"
    assert when.kind.currentData() == NOW
    [row] = [each for each in window.script.rows.rows if each.key == f"inject:{plan.inject.id}"]
    assert row.badge == "planned" and "on the scene" in row.detail
    window.script.rows.take_key(row.key)
    window.script.take_away()
    qtbot.waitUntil(lambda: row.key not in [each.key for each in window.script.rows.rows])
    assert not read_planned(play.log_file)
    window.transport.toggle()
    window.transport.pass_on()
    qtbot.waitUntil(lambda: desktop.desk.who.actor == "bela")
    assert window.transport.turn.text() == "Bela, Police decides"
    with qtbot.waitSignal(play.changed):
        window.marking.mark()
    assert len(window.marking.rows.rows) == 1
    assert [each.code for each in read_refusals(play.log_file)] == [window.sitting.refusals[0].code]
