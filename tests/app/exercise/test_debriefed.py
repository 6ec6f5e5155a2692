"""From the end of an exercise to its debriefing and report, by clicks on the end card and in the trainer's window."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app import theme
from app.debriefing.joining import DebriefRoom
from app.debriefing.material import Material
from app.debriefing.working import Working
from app.exercise.session import Place, Session
from app.trainer.opening import TrainerRoom
from gis.city import City
from tests.app.debriefing.conftest import material_of
from tests.app.exercise.conftest import exercise_of, new_exercise


@pytest.fixture
def worked_out(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, Path]]:
    """What the program beside was asked for; it answers at once with another small exercise."""
    asked: list[tuple[str, Path]] = []
    material: Material = material_of(has_record=False)

    def start(working: Working) -> None:
        asked.append(("work out", working._log))
        working.done.emit(material)

    def write(working: Working, file: Path, language: str) -> None:
        asked.append((f"write {language}", file))
        working.written.emit(file)

    monkeypatch.setattr(Working, "start", start)
    monkeypatch.setattr(Working, "write", write)
    return asked


@pytest.fixture
def session(city: City, tmp_path: Path, qtbot: QtBot) -> Iterator[Session]:
    theme.put_on(QApplication.instance(), "night")  # type: ignore[arg-type]
    keys = tmp_path / "keys"
    log = new_exercise(exercise_of(city, lasts_s=8.0, incoming=(), injects=()), tmp_path / "short.db", keys)
    made = Session(Place(city, keys, None, planner="inline", workers=0, is_silent=True), is_led=True, can_debrief=True)
    made.debrief_room = DebriefRoom(made, made)  # type: ignore[attr-defined]
    with qtbot.waitSignal(made.played):
        made.open(log)
    yield made
    made.close()
    made.debrief_room.close()  # type: ignore[attr-defined]


def test_the_debriefing_opens_by_the_buttons_and_its_report_is_saved(
    session: Session, worked_out: list[tuple[str, Path]], qtbot: QtBot, tmp_path: Path
) -> None:
    beside = TrainerRoom(session, session)
    with qtbot.waitSignal(beside.opened):
        pass
    trainer, play = beside.window, session.play
    assert trainer is not None
    card, room = session.room.card, session.debrief_room  # type: ignore[attr-defined]
    assert not card.debrief_button.isVisible() and trainer.debrief_button.isVisible()
    with qtbot.waitSignal(play.ended):
        while not play.run.is_over:
            with qtbot.waitSignal(play.stepped):
                play.step_once()
    assert not trainer.transport.turn.isVisible() and not session.room.strip.turn.isVisible()
    qtbot.waitUntil(card.debrief_button.isVisible)
    QTest.mouseClick(card.debrief_button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: bool(room.windows))
    [window] = room.windows.values()
    assert window.isVisible() and worked_out == [("work out", play.log_file)]
    assert window.page.material is not None and "Done" in window.page.said.text()
    QTest.mouseClick(trainer.debrief_button, Qt.MouseButton.LeftButton)
    assert list(room.windows.values()) == [window] and len(worked_out) == 2
    report = tmp_path / "report.html"
    QTest.mouseClick(window.page.save_button, Qt.MouseButton.LeftButton)
    dialog = window.saving.dialog
    assert dialog is not None
    dialog.fileSelected.emit(str(report))
    dialog.reject()
    qtbot.waitUntil(lambda: worked_out[-1] == ("write en", report))
    with qtbot.waitSignal(session.left):
        trainer.close()
    assert room.windows == {}
