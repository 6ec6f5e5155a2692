"""How an exercise starts as a program: made from a scenario or from history where it is new, then shown and played."""

from __future__ import annotations

import argparse
import signal
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from PySide6.QtCore import QEventLoop, QTimer
from PySide6.QtWidgets import QApplication

from app import jobs, theme
from app.bootstrap import state_folder
from app.debriefing.joining import DebriefRoom
from app.exercise.session import Place, Session
from app.garbage import sweep_in
from app.start_error import StartError
from app.window.kept_layout import kept_theme
from app.window.waiting import WaitingWindow
from app.wording import one_line, text
from dispatch.log import LogDamaged, NotSaved
from gis.city import City

SHOW_AFTER_MS = 400
LEFT, CANNOT = 0, 2


def run(arguments: argparse.Namespace, key_folder: Path, make: Callable[[City], None] | None) -> int:
    """Make the exercise where its log is not there yet, and show it until it is left; return the exit code.

    `make` writes a new log, whole or not at all; None goes on with the one that is there.
    """
    app = QApplication.instance() or QApplication(sys.argv[:1])
    assert isinstance(app, QApplication)
    app.setApplicationName("opsroom")
    app.setQuitOnLastWindowClosed(False)  # those that say what is awaited come and go; the session says when it is left
    folder = state_folder() / "exercise"
    theme.put_on(app, arguments.look or kept_theme(folder / "layout.json") or "night")
    try:
        city = _made(arguments, make)
        if city is None:
            return 1
        place = Place(city, key_folder, folder, arguments.language)
        session = Session(place, is_led=arguments.trainer, can_debrief=True)
        DebriefRoom(session, session)
        if not _opened(session, arguments.log):
            return 1
    except (StartError, LogDamaged, NotSaved, ValueError, OSError) as problem:
        sys.stderr.write(f"Opsroom cannot play the exercise: {one_line(problem, 400)}\n")
        return CANNOT
    if arguments.trainer:
        from app.trainer.opening import TrainerRoom

        TrainerRoom(session, session)
    session.left.connect(app.quit)
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: QTimer.singleShot(0, session, session.leave))
    sweep_in(app)
    app.exec()
    session.close()
    return LEFT


def _made(arguments: argparse.Namespace, make: Callable[[City], None] | None) -> City | None:
    """Make the exercise where it is new, outside the window's thread; None where whoever waited has left."""

    def work(job: jobs.Job) -> City:
        if arguments.city is not None:
            folder = arguments.city
        else:
            from maps.cities.helsinki import ensure_built

            folder = ensure_built(job.report)
        city = City.open(folder)
        if make is not None:
            make(city)
        return city

    return _waited(arguments, lambda done, failed: jobs.start(work, done=done, failed=failed))


def _opened(session: Session, log: Path) -> bool:
    """Open it, and wait until its window stands; False where whoever waited has left."""
    arguments = argparse.Namespace(log=log, language=session.place.language)

    def begin(done: Callable[[Any], None], failed: Callable[[BaseException], None]) -> None:
        session.played.connect(done)
        session.failed.connect(lambda words: failed(StartError(words)))
        session.open(log)

    return _waited(arguments, begin) is not None


def _waited(arguments: argparse.Namespace, begin: Callable[..., Any]) -> Any:
    """Wait for an answer in an event loop, with a window that cancels where it takes long."""
    title = text("play.opening", arguments.language, log=one_line(arguments.log.name, 80))
    waiting = WaitingWindow(title, arguments.language)
    waiting.bar.setRange(0, 0)
    loop, found = QEventLoop(), list[Any]()

    def finish(answer: Any) -> None:
        found.append(answer)
        loop.quit()

    shown = QTimer(singleShot=True, interval=SHOW_AFTER_MS)
    shown.timeout.connect(waiting.show)
    waiting.cancelled.connect(loop.quit)
    shown.start()
    QTimer.singleShot(0, waiting, lambda: begin(finish, finish))
    loop.exec()
    shown.stop()
    waiting.finish()
    if found and isinstance(found[0], BaseException):
        raise found[0]
    return found[0] if found else None
