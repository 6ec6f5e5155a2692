"""A drill asks nobody: the demonstration account sits there, and the strip says so."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import argon2
import pytest
from PySide6.QtWidgets import QApplication, QMenu
from pytestqt.qtbot import QtBot

from app import theme
from dispatch import passwords
from dispatch.events import LogKind
from dispatch.signing_in import DEMO_PASSWORD, sign_in_demo
from dispatch.state import State, apply
from tests.app.signin.live_seat import LiveSeat


@pytest.fixture
def drill(qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[LiveSeat]:
    monkeypatch.setattr(passwords, "HASHER", argon2.PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))
    theme.put_on(QApplication.instance(), "night")  # type: ignore[arg-type]
    made = LiveSeat(qtbot, tmp_path, LogKind.DRILL)
    who = sign_in_demo(made.engine, seat="desk-1", at=made.now)
    made.room.begin(who, asks=True)  # the window has not been told yet of what the engine holds
    yield made
    made.close()


def test_nobody_is_asked_though_the_window_hears_of_it_late(drill: LiveSeat) -> None:
    shut = []
    drill.desk.state_changed.connect(lambda entry, state: shut.append(drill.room.shut.is_shut))
    drill.settle()
    for entry in drill.log.read():  # as they come through the event loop, each with the state of its time
        drill.desk.state_changed.emit(entry, apply(State(), entry))
    assert len(shut) >= 3 and not any(shut)
    assert drill.desk.who.actor == "demo"
    who = drill.window.strip.who
    assert (who.caption.text(), who.value.text()) == ("Demo account", "Trainer")
    assert "No live log takes it" in who.toolTip()


def test_every_role_is_in_the_menu_and_one_click_away(drill: LiveSeat) -> None:
    drill.settle()
    lines = {line.text(): line for line in drill.room.menu.roles.actions()}
    assert len(lines) == 10
    assert lines["trainer"].isChecked()
    lines["supervisor (监督员)"].trigger()
    drill.until(lambda: drill.desk.who.role == "supervisor")
    assert drill.room.memory.roles == {"demo": "supervisor"}
    assert not drill.room.shut.is_shut


def test_its_password_stands_where_it_is_asked_for(drill: LiveSeat) -> None:
    drill.settle()
    drill.room.lock()
    drill.until(lambda: drill.room.card.is_for_unlocking)
    assert DEMO_PASSWORD in drill.room.card.about.text()
    drill.room.card.unlock_asked.emit(DEMO_PASSWORD)
    drill.until(lambda: not drill.room.shut.is_shut)


def test_a_drill_never_locks_by_itself(drill: LiveSeat) -> None:
    drill.settle()
    assert drill.room.idle.minutes == 0


def test_what_popped_up_is_closed_when_the_desk_is_shut(drill: LiveSeat) -> None:
    drill.settle()
    menu = QMenu(drill.window)
    menu.addAction("anything")
    menu.popup(drill.window.mapToGlobal(drill.window.rect().center()))
    drill.until(menu.isVisible)
    drill.room.lock()
    drill.until(lambda: drill.room.shut.is_shut)
    assert not menu.isVisible()


def test_who_sits_here_stands_under_the_clock_where_the_strip_is_short(drill: LiveSeat) -> None:
    drill.settle()
    strip = drill.window.strip
    strip.setParent(None)
    drill.qtbot.addWidget(strip)
    strip.setMinimumWidth(1)
    strip.resize(1100, 48)
    strip.show()
    drill.pass_time(seconds=1)
    assert strip.who.isHidden()
    assert strip.day.text() == "Demo account · Trainer"
    assert "2026-03-02" in strip.day.toolTip()
    strip.resize(1900, 48)
    drill.pass_time(seconds=1)
    assert not strip.who.isHidden()
    assert "2026-03-02" in strip.day.text()
