"""A distress that stands already when a desk begins is seen and heard at once."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from app.window.alarm import DistressAlarm
from app.window.sound import Sounds
from dispatch.commands import RaiseSignal
from resources.status import Signal
from tests.app.rooms import room


def test_a_desk_that_begins_while_a_unit_calls_says_so(qtbot: QtBot) -> None:
    here, window, played = room(), QWidget(), []
    qtbot.addWidget(window)
    window.show()
    here.desk.send(RaiseSignal("E1", Signal.DISTRESS))
    sounds = Sounds(is_silent=True)
    sounds.played.connect(played.append)
    alarm = DistressAlarm(here.desk, sounds, window)
    alarm.cover([window])
    assert played == ["distress"]
    assert "E1" in alarm.banners[0].accessibleName()
    here.bridge.close()
