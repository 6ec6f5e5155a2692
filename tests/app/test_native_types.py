"""Qt's classes are made in the window's thread: what a job imports afterwards brings no module of Qt with it."""

from __future__ import annotations

import subprocess
import sys

from PySide6.QtCore import QObject
from pytestqt.qtbot import QtBot

from app.native_types import make_slowly

PROGRAM = """
import sys
from app.native_types import FOR_CHARTS, make_all
make_all(*FOR_CHARTS)
before = {name for name in sys.modules if name.startswith(("PySide6", "shiboken6"))}
import app.figures.page, app.panels.major, app.major.pages, app.figures.charts
print(sorted({name for name in sys.modules if name.startswith(("PySide6", "shiboken6"))} - before))
"""


def test_what_jobs_import_brings_no_module_of_qt() -> None:
    answer = subprocess.run([sys.executable, "-c", PROGRAM], capture_output=True, text=True, timeout=60, check=True)
    assert answer.stdout.strip() == "[]"


def test_they_are_made_a_few_at_a_time_and_once(qtbot: QtBot) -> None:
    parent, told = QObject(), []
    timer = make_slowly(parent, then=lambda: told.append(True), after_ms=0)
    qtbot.waitUntil(lambda: bool(told), timeout=10_000)
    assert not timer.isActive()
    again = make_slowly(parent, then=lambda: told.append(True), after_ms=0)
    qtbot.waitUntil(lambda: len(told) == 2)
    assert not again.isActive()
