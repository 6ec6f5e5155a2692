"""Opens the window of a debriefing: beside an exercise that is played, or by itself as a program."""

from __future__ import annotations

import signal
import sys
from pathlib import Path

from PySide6.QtCore import QTimer
from PySide6.QtGui import QCloseEvent
from PySide6.QtWidgets import QApplication

from app import theme
from app.debriefing.page import DebriefPage
from app.debriefing.saving import Saving
from app.desk import Desk
from app.garbage import sweep_in
from app.window.page_window import PageWindow
from app.wording import one_line, text
from dispatch.commands import Who
from dispatch.events import LogKind
from dispatch.state import State
from gis.city import City


class DebriefWindow(PageWindow):
    """Hold the page of a debriefing, framed as an exercise is; closing it ends what is being worked out."""

    page: DebriefPage

    def __init__(
        self, log_file: Path, city: City, *, key_folder: Path, language: str = "en", workers: int | None = None
    ) -> None:
        desk = Desk(Who("trainer", "trainer"))  # it holds what kind of log this is, and nothing is ever sent
        desk.state, desk.language, desk.city = State(kind=LogKind.EXERCISE), language, city
        page = DebriefPage(log_file, city, key_folder=key_folder, language=language, workers=workers)
        words = text("debrief.window", language)
        title = f"{words} · {one_line(log_file.name, 80)}"
        super().__init__(desk, page, name="debriefing_window", title=title)
        self.saving = Saving(page, one_line(log_file.stem, 60) or "exercise")

    def closeEvent(self, event: QCloseEvent) -> None:
        self.page.cancel()
        super().closeEvent(event)


def open_debriefing(
    log_file: Path, city: City, *, key_folder: Path, language: str = "en", workers: int | None = None
) -> DebriefWindow:
    """Show the debriefing of the log of an exercise in a window of its own; it is worked out beside, with progress."""
    window = DebriefWindow(log_file, city, key_folder=key_folder, language=language, workers=workers)
    window.show()
    window.page.work_out()
    return window


def run_window(log_file: Path, city: City, *, key_folder: Path, language: str, look: str) -> int:
    """Show it as a program until it is closed; return the exit code."""
    app = QApplication.instance() or QApplication(sys.argv[:1])
    assert isinstance(app, QApplication)
    app.setApplicationName("opsroom")
    theme.put_on(app, look)
    window = open_debriefing(log_file, city, key_folder=key_folder, language=language)
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: QTimer.singleShot(0, window, window.close))
    sweep_in(app)
    code = app.exec()
    window.page.close_down()
    return code
