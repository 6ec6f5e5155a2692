"""The dialog of a new exercise: what it would start, what it says is wrong, and that it hears where it fails."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

import app.bootstrap
from app.__main__ import make_parser
from app.beside.window_apart import WindowApart
from app.exercise_start.dialog import GOES_ON, HISTORY, SCENARIO, NewExercise
from app.exercise_start.offer import ExerciseOffer
from dispatch.commands import Command, OpenLog, Who
from dispatch.engine import Engine
from dispatch.events import LogKind
from dispatch.exercise.beside import write_exercise
from dispatch.log import open_log
from gis.city import City
from tests.app.rooms import room, window
from tests.dispatch.exercise.played import EXERCISE


@pytest.fixture(scope="module")
def city(helsinki: Path) -> City:
    return City.open(helsinki)


@pytest.fixture
def dialog(city: City, tmp_path: Path, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> NewExercise:
    monkeypatch.setattr(app.bootstrap, "data_folder", lambda: tmp_path / "data")
    monkeypatch.setattr("app.exercise_start.span.state_folder", lambda: tmp_path / "state")
    here = room()
    here.desk.city = city
    made = NewExercise(here.desk)
    qtbot.addWidget(made)
    here.bridge.close()
    return made


def chosen(dialog: NewExercise, source: str, file: Path | str) -> None:
    dialog.source.setCurrentIndex(dialog.source.findData(source))
    dialog.file.setText(str(file))
    dialog.file.editingFinished.emit()


def log_of(kind: LogKind, file: Path, tmp_path: Path, city: str = "Helsinki") -> Path:
    log = open_log(file, key_folder=tmp_path / "state" / "keys")
    hands = [datetime(2025, 5, 1, 6, tzinfo=UTC)]
    engine = Engine(log, clock=lambda: hands[0])
    engine.do(Command("open", hands[0], Who("opsroom", "system"), OpenLog(kind, city, "Europe/Helsinki", "x")))
    log.close()
    return file


def test_the_city_offers_a_scenario_that_says_what_it_holds(dialog: NewExercise, city: City, qtbot: QtBot) -> None:
    assert dialog.source.currentData() == SCENARIO and dialog.offered.currentText() == "Freezing rain"
    qtbot.waitUntil(lambda: "incidents: 9" in dialog.span.text())
    assert "40:00" in dialog.span.text() and "Aino, Eero" in dialog.span.text()
    asked = make_parser().parse_args(dialog.words())
    assert asked.scenario == city.folder / "exercises" / "freezing_rain.toml"
    assert asked.seed == 7 and asked.start == datetime(2026, 1, 1, 8, tzinfo=UTC)
    dialog.offered.setCurrentIndex(dialog.offered.findData(""))
    assert dialog.file.text() == "" and not dialog.file.isHidden()
    with pytest.raises(ValueError, match="Choose a file"):
        dialog.words()


def test_a_scenario_with_faults_is_refused_with_the_first_of_them(dialog: NewExercise, tmp_path: Path,
                                                                  qtbot: QtBot) -> None:  # fmt: skip
    (tmp_path / "bad.toml").write_text('name = "x"\n[[incident]]\nafter_s = 1\nkind = "flying_saucer"\n', "utf-8")
    dialog.offered.setCurrentIndex(dialog.offered.findData(""))
    chosen(dialog, SCENARIO, tmp_path / "bad.toml")
    qtbot.waitUntil(lambda: "bad.toml:2" in dialog.span.text())
    assert "cannot be used" in dialog.span.text() and "(+3)" in dialog.span.text()


def test_what_is_chosen_becomes_the_command_line(dialog: NewExercise, tmp_path: Path, qtbot: QtBot) -> None:
    log = log_of(LogKind.HISTORY, tmp_path / "past.db", tmp_path)
    chosen(dialog, HISTORY, log)
    qtbot.waitUntil(lambda: "2025-05-01 09:00" in dialog.span.text())
    dialog.lasts.setValue(90)
    dialog.trainer.setChecked(True)
    asked = make_parser().parse_args(dialog.words())
    assert (asked.history, asked.log.name, asked.trainer) == (log, "exercise-past.db", True)
    assert (asked.until - asked.from_at).total_seconds() == 90 * 60 and asked.from_at.hour == 6
    chosen(dialog, SCENARIO, "")
    dialog.offered.setCurrentIndex(dialog.offered.findData(""))
    chosen(dialog, SCENARIO, tmp_path / "fire.toml")
    asked = make_parser().parse_args(dialog.words())
    assert asked.scenario == tmp_path / "fire.toml" and asked.history is None and asked.seed == 1
    chosen(dialog, GOES_ON, tmp_path / "monday.db")
    asked = make_parser().parse_args(dialog.words())
    assert asked.log == tmp_path / "monday.db" and asked.scenario is None and dialog.out.isHidden()


def test_what_cannot_be_is_said_in_the_dialog(dialog: NewExercise, tmp_path: Path, qtbot: QtBot) -> None:
    chosen(dialog, HISTORY, "")
    dialog.go()
    assert "Choose a file" in dialog.said.text()
    chosen(dialog, HISTORY, tmp_path / "none.db")
    qtbot.waitUntil(lambda: "none.db" in dialog.span.text())
    chosen(dialog, HISTORY, log_of(LogKind.DRILL, tmp_path / "drill.db", tmp_path))
    qtbot.waitUntil(lambda: "not history" in dialog.span.text())
    dialog.go()
    assert "not history" in dialog.said.text()
    chosen(dialog, HISTORY, log_of(LogKind.HISTORY, tmp_path / "past.db", tmp_path))
    assert dialog.said.text() == ""  # of the file before
    dialog.go()
    assert "Reading it" in dialog.said.text()  # nobody knows yet of which city it is
    qtbot.waitUntil(lambda: "History of Helsinki" in dialog.span.text())
    (tmp_path / "there.db").touch()
    dialog.out.setText(str(tmp_path / "there.db"))
    dialog.go()
    assert "there already" in dialog.said.text()


def test_what_is_of_another_city_is_named_and_refused(dialog: NewExercise, tmp_path: Path, qtbot: QtBot) -> None:
    chosen(dialog, HISTORY, log_of(LogKind.HISTORY, tmp_path / "bay.db", tmp_path, "San Francisco"))
    qtbot.waitUntil(lambda: "of San Francisco, not of Helsinki" in dialog.span.text())
    with pytest.raises(ValueError, match="at a desk of San Francisco"):
        dialog.words()
    chosen(dialog, HISTORY, log_of(LogKind.HISTORY, tmp_path / "own.db", tmp_path))
    qtbot.waitUntil(lambda: dialog.span.text().startswith("History of Helsinki: 2025-05-01 09:00"))
    assert "--history" in dialog.words()
    write_exercise(tmp_path / "begun.db", replace(EXERCISE, city="San Francisco"), None)
    chosen(dialog, GOES_ON, tmp_path / "begun.db")
    qtbot.waitUntil(lambda: "of San Francisco, not of Helsinki" in dialog.span.text())
    dialog.go()
    assert "at a desk of San Francisco" in dialog.said.text()
    write_exercise(tmp_path / "here.db", replace(EXERCISE, city="Helsinki"), None)
    chosen(dialog, GOES_ON, tmp_path / "here.db")
    qtbot.waitUntil(lambda: dialog.span.text() == f"{EXERCISE.name} · Helsinki")
    assert dialog.words()[-1] == str(tmp_path / "here.db")


def test_a_program_that_ends_at_once_is_heard(qtbot: QtBot, tmp_path: Path) -> None:
    play = WindowApart()
    with qtbot.waitSignal(play.failed) as failed:
        play.start(["exercise", "play", "--log", str(tmp_path / "none.db")])
    assert "there is no exercise" in failed.args[0]


def test_only_an_ordinary_desk_offers_it(city: City, qtbot: QtBot) -> None:
    for kind, is_offered in ((LogKind.DRILL, True), (LogKind.EXERCISE, False)):
        here = room(kind)
        here.desk.city = city
        shown = window(here)
        qtbot.addWidget(shown)
        offer = ExerciseOffer(here.desk, shown)
        menus = [action.menu() for action in shown.menuBar().actions()]
        assert any(offer.action in menu.actions() for menu in menus) is is_offered
        here.bridge.close()


def test_words_of_a_scenario_are_plain_text(dialog: NewExercise, tmp_path: Path, qtbot: QtBot) -> None:
    hostile = "<img src=x onerror=alert(1)>\\u202e${a}"
    text = f'name = "{hostile}"\n[[incident]]\nafter_s = 1\nkind = "{hostile}"\n'
    (tmp_path / "<img src=x>.toml").write_text(text, "utf-8")
    dialog.offered.setCurrentIndex(dialog.offered.findData(""))
    chosen(dialog, SCENARIO, tmp_path / "<img src=x>.toml")
    qtbot.waitUntil(lambda: "<img" in dialog.span.text())
    for label in dialog.findChildren(QLabel):
        assert label.textFormat() is Qt.TextFormat.PlainText or "<" not in label.text()
        assert "\u202e" not in label.text() and "<img" not in label.toolTip()
