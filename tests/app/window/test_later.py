"""Panels that are made when they are first seen or asked for."""

from __future__ import annotations

from PySide6.QtWidgets import QLabel, QWidget
from pytestqt.qtbot import QtBot

from app.window.later import Later, panel_in, when_made
from tests.app import rooms


def label() -> QWidget:
    return QLabel("here")


def test_it_is_made_when_it_is_seen_and_once(qtbot: QtBot) -> None:
    told: list[QWidget] = []
    place = Later(label)
    qtbot.addWidget(place)
    when_made(place, told.append)
    assert not place.is_made and not told
    place.show()
    place.hide()
    place.show()
    assert told == [place.panel] and place.panel.isVisible()


def test_it_is_made_when_somebody_asks(qtbot: QtBot) -> None:
    place = Later(label)
    qtbot.addWidget(place)
    made = panel_in(place)
    assert isinstance(made, QLabel) and panel_in(place) is made and panel_in(made) is made
    told: list[QWidget] = []
    when_made(place, told.append)
    when_made(made, told.append)
    assert told == [made, made]


def test_a_window_makes_no_board_that_nobody_saw(qtbot: QtBot) -> None:
    here = rooms.room()
    window = rooms.window(here)
    qtbot.addWidget(window)
    window.show()
    here.report()
    here.wait(60)
    place = window.panels["cases"]
    assert isinstance(place, Later) and not place.is_made
    window.menus.actions["show_cases"].trigger()
    assert place.is_made and window.cases.isVisible()
