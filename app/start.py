"""How the desk starts as a program: from the arguments to a window that runs until it is left."""

from __future__ import annotations

import argparse
import getpass
import logging
import platform
import re
import signal
import sys
from datetime import UTC, datetime
from logging.handlers import RotatingFileHandler
from pathlib import Path

from PySide6.QtCore import QEventLoop, QTimer
from PySide6.QtWidgets import QApplication

from app import jobs, theme
from app.bootstrap import build, data_folder, default_log, state_folder
from app.desktop import Shown
from app.garbage import sweep_in
from app.room.joining import join
from app.start_error import StartError
from app.window.kept_layout import kept_theme
from app.window.waiting import WaitingWindow
from app.wording.plain import one_line
from app.wording.screen import say
from dispatch.commands import Who
from dispatch.events import LogKind
from dispatch.log import LogDamaged, NotSaved
from gis.city import City


def run(arguments: argparse.Namespace) -> int:
    """Show the desk until it is left; return the exit code."""
    desk_folder = state_folder() / "desk"
    _keep_log(desk_folder)
    app = QApplication.instance() or QApplication(sys.argv[:1])
    assert isinstance(app, QApplication)
    app.setApplicationName("opsroom")
    theme.put_on(app, arguments.look or kept_theme(desk_folder / "layout.json") or "night")
    kind = LogKind.DRILL if arguments.drill or arguments.new_drill else LogKind.LIVE
    try:
        folder = arguments.city or _bundled_city(app, arguments.language)
        if folder is None:
            return 1
        if arguments.new_drill and arguments.log is None:
            put_aside(default_log(City.open(folder), LogKind.DRILL))
        joined, seat = None, arguments.seat
        if str(arguments.log or "").startswith("postgres"):
            seat = seat or seat_joined(arguments.log)
            place = address_of(arguments.log, seat)
            joined = join(place, key_folder=state_folder() / "keys", read_only=arguments.read_only,
                          language=arguments.language, island_folder=data_folder() / "islands")  # fmt: skip
            if joined is None:
                return 2
        who = Who(arguments.operator or getpass.getuser(), seat=seat or seat_here())
        desktop = build(
            folder,
            log_place=arguments.log,
            engine=joined.engine if joined is not None else None,
            kind=kind,
            who=who,
            read_only=arguments.read_only,
            language=arguments.language,
            room_place=joined.room_place if joined is not None else "",
        )
    except (StartError, LogDamaged, NotSaved, ValueError, OSError) as problem:
        sys.stderr.write(f"Opsroom cannot start: {problem}\n")
        return 2
    try:
        shown = Shown(desktop, keep_in=desk_folder)
    except BaseException:
        desktop.close()  # what runs beside would keep a program alive that has no window
        raise
    shown.sign_in()
    if joined is not None and joined.warning:
        QTimer.singleShot(0, shown, lambda: desktop.desk.said.emit("warning", joined.warning))
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: QTimer.singleShot(0, shown.window, shown.window.close))
    shown.start(with_drill=kind is LogKind.DRILL)
    sweep_in(app)
    code = app.exec()
    shown.close()
    return code


def address_of(log: str, seat: str) -> str:
    """Return the address of a log on a server, by the user of the seat that is named.

    Raises StartError where this machine has joined that server as other seats, and not as this one: it would work under
    one name and sign with another.
    """
    from dispatch.server_settings import seats_of, with_seat  # psycopg takes 70 ms to import

    joined = seats_of(log)
    if seat and joined and seat.casefold() not in joined:
        names = " or ".join(f"--seat {each}" for each in joined)
        raise StartError(f"this machine has not joined that server as {seat}: give {names}, or join as {seat} first")
    return with_seat(log, seat)


def seat_joined(log: str) -> str:
    """Return the one seat as which this machine has joined a server, empty where there is none or are several."""
    from dispatch.server_settings import seats_of

    joined = seats_of(log)
    return joined[0] if len(joined) == 1 else ""


def seat_here() -> str:
    """Name the seat after this machine: two machines with one name would share one session."""
    name = re.sub(r"[^\w.-]+", "-", platform.node().split(".")[0]).strip("-")
    return name[:40] or "seat-1"


def _keep_log(folder: Path) -> None:
    """Write the program's own log to the terminal and to a file that stays small, where nobody else keeps one."""
    if logging.getLogger().handlers:
        return
    handlers: list[logging.Handler] = [logging.StreamHandler()]
    try:
        folder.mkdir(parents=True, exist_ok=True)
        handlers.append(
            RotatingFileHandler(folder / "program.log", maxBytes=2_000_000, backupCount=3, encoding="utf-8")
        )
    except OSError as problem:
        sys.stderr.write(f"The program's log is not kept: {problem}\n")
    style = "%(asctime)s %(levelname)s %(name)s: %(message)s"
    logging.basicConfig(level=logging.INFO, format=style, handlers=handlers)


def put_aside(log: Path) -> None:
    """Rename a drill's log and its companions, so that the next start begins a new one; nothing is thrown away."""
    stamp = datetime.now(UTC).strftime("%Y%m%d-%H%M%S")
    for file in sorted(log.parent.glob(f"{log.name}*")):
        file.rename(file.with_name(f"{log.stem}-{stamp}{file.name[len(log.stem) :]}"))


def _bundled_city(app: QApplication, language: str) -> Path | None:
    """Return the bundled city's folder, built first where it is not there; None where the user cancelled."""
    from maps.cities.helsinki import ensure_built
    from maps.cities.helsinki.build import default_folder, is_built

    folder = default_folder()
    if is_built(folder):
        return folder
    waiting = WaitingWindow(say("building", language, city="Helsinki"), language)
    waiting.show()
    loop = QEventLoop()
    answer: list[Path | BaseException] = []

    def finish(value: Path | BaseException) -> None:
        answer.append(value)
        loop.quit()

    job = jobs.start(lambda job: ensure_built(job.report), done=finish, failed=finish, progressed=waiting.show_progress)
    waiting.cancelled.connect(job.cancel)
    waiting.cancelled.connect(loop.quit)
    loop.exec()
    waiting.finish()
    if not answer:
        return None
    if isinstance(answer[0], BaseException):
        raise StartError(one_line(answer[0])) from answer[0]
    return answer[0]
