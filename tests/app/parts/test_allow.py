"""Buttons that follow the role, whatever the panel around them wants."""

from __future__ import annotations

from PySide6.QtGui import QAction
from PySide6.QtWidgets import QPushButton
from pytestqt.qtbot import QtBot

from app.desk import Desk
from app.parts.allow import allow, may_not_words
from dispatch.commands import AssignUnits, ChangeKind, CloseIncident, HoldUnit, Who

DISPATCHER, OBSERVER = Who("bela", "dispatcher"), Who("bela", "observer")


def test_a_button_stays_off_for_a_role_whatever_its_panel_says(qtbot: QtBot) -> None:
    desk, made = Desk(DISPATCHER), QPushButton("close")
    qtbot.addWidget(made)
    allow(made, desk, CloseIncident)
    assert made.isEnabled()
    desk.set_who(OBSERVER)
    assert not made.isEnabled()
    made.setEnabled(True)
    assert not made.isEnabled()
    desk.set_who(DISPATCHER)
    assert made.isEnabled()


def test_what_its_panel_had_off_comes_back_off(qtbot: QtBot) -> None:
    desk, made = Desk(DISPATCHER), QPushButton("close")
    qtbot.addWidget(made)
    allow(made, desk, CloseIncident)
    made.setEnabled(False)
    desk.set_who(OBSERVER)
    desk.set_who(DISPATCHER)
    assert not made.isEnabled()


def test_a_life_saving_command_stays_on_and_says_how(qtbot: QtBot) -> None:
    desk, made = Desk(OBSERVER), QPushButton("send")
    qtbot.addWidget(made)
    allow(made, desk, AssignUnits)
    assert made.isEnabled()
    assert may_not_words(desk, AssignUnits) == "As observer (观察员) you may send units only by force, with a reason."
    assert may_not_words(desk, ChangeKind) == "As observer (观察员) you may not change a kind."
    desk.language = "zh"
    assert may_not_words(desk, ChangeKind) == "观察员不能更改警情类型。"


def test_a_menu_line_follows_too(qtbot: QtBot) -> None:
    desk = Desk(OBSERVER)
    line = QAction("hold")
    allow(line, desk, HoldUnit)
    assert not line.isEnabled()
    assert "hold a unit" in line.toolTip()
    desk.set_who(DISPATCHER)
    assert line.isEnabled()
    assert line.toolTip() == "hold"


def test_one_of_several_commands_is_enough(qtbot: QtBot) -> None:
    desk, made = Desk(OBSERVER), QPushButton("both")
    qtbot.addWidget(made)
    allow(made, desk, CloseIncident, AssignUnits)
    assert made.isEnabled()
