"""What another thread found comes back to the window's thread, and nobody is destroyed on the way."""

from __future__ import annotations

import threading
import weakref

import pytest
from PySide6.QtCore import QObject, QThread
from pytestqt.qtbot import QtBot
from shiboken6 import delete

from app.homecoming import Homecoming


class Hearer(QObject):
    def __init__(self, heard: list[object]) -> None:
        super().__init__()
        self._heard = heard

    def hear(self, *told: object) -> None:
        self._heard.append((*told, QThread.currentThread() is self.thread()))


def test_it_is_told_in_the_windows_thread_once(qtbot: QtBot) -> None:
    heard: list[object] = []
    hearer = Hearer(heard)
    home = Homecoming(hearer.hear)
    for number in (1, 2):
        other = threading.Thread(target=home, args=("found", number))
        other.start()
        other.join()
    qtbot.waitUntil(lambda: bool(heard))
    qtbot.wait(1)
    assert heard == [("found", 1, True)]


def test_whoever_is_gone_is_not_called(qtbot: QtBot) -> None:
    heard: list[object] = []
    hearer, last = Hearer(heard), Hearer(heard)
    Homecoming(hearer.hear)("too late")
    delete(hearer)
    Homecoming(last.hear)("last")
    qtbot.waitUntil(lambda: bool(heard))
    assert heard == [("last", True)]


@pytest.mark.parametrize("is_told_first", [True, False])
def test_the_thread_that_tells_is_never_the_last_to_hold_who_hears(qtbot: QtBot, is_told_first: bool) -> None:
    heard: list[object] = []
    gone_in: list[threading.Thread] = []
    has_told, may_leave = threading.Event(), threading.Event()
    may_tell = threading.Event()
    hearer = Hearer(heard)
    weakref.finalize(hearer, lambda: gone_in.append(threading.current_thread()))

    def work(tell: Homecoming) -> None:
        may_tell.wait(20)
        tell("found")
        has_told.set()
        may_leave.wait(20)

    other = threading.Thread(target=work, args=(Homecoming(hearer.hear),))
    other.start()
    if not is_told_first:
        del hearer  # nobody but the basket holds it now
    may_tell.set()
    assert has_told.wait(20)
    qtbot.waitUntil(lambda: heard == [("found", True)])
    if is_told_first:
        del hearer
    assert gone_in == [threading.main_thread()]
    may_leave.set()
    other.join()
