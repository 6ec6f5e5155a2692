"""How a replay starts as a program: the log is opened and wound up in a job, the window stands as soon as it can."""

from __future__ import annotations

import argparse
import contextlib
import signal
import sys
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from PySide6.QtCore import QEventLoop, QTimer
from PySide6.QtWidgets import QApplication

from app import jobs, theme
from app.bootstrap import state_folder
from app.desktop import Shown
from app.garbage import sweep_in
from app.replay.building import build_replay
from app.replay.player import Player
from app.replay.record_desk import names_of
from app.replay.room import ReplayRoom
from app.start_error import StartError
from app.window.kept_layout import kept_theme
from app.window.waiting import WaitingWindow
from app.wording import one_line, text
from dispatch.events import LogOpened
from dispatch.log import LogDamaged, NotSaved
from dispatch.replay.bookmarks import bookmarks_file
from dispatch.replay.record import Record, open_record
from dispatch.replay.tape import Tape
from gis.city import City

SHOW_AFTER_MS = 400


def run(arguments: argparse.Namespace) -> int:
    """Show a replay until it is left; return the exit code."""
    app = QApplication.instance() or QApplication(sys.argv[:1])
    assert isinstance(app, QApplication)
    app.setApplicationName("opsroom")
    folder = state_folder() / "replay"
    theme.put_on(app, arguments.look or kept_theme(folder / "layout.json") or "night")
    try:
        opened = open_tape(arguments.log, since=arguments.since, language=arguments.language)
        if opened is None:
            return 1
        record, tape = opened
        try:
            city = city_of(tape, arguments.city)
            shown, room = show(record, tape, city, keep_in=folder, language=arguments.language)
        except BaseException:
            record.close()
            raise
    except (StartError, LogDamaged, NotSaved, ValueError, OSError) as problem:
        sys.stderr.write(f"Opsroom cannot replay: {problem}\n")
        return 2
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: QTimer.singleShot(0, shown.window, shown.window.close))
    shown.start()
    room.start(at=_aware(arguments.at, tape))
    sweep_in(app)
    code = app.exec()
    room.stop()
    shown.close()
    return code


def show(
    record: Record, tape: Tape, city: City | None, *, keep_in: Path, language: str = "en", workers: int | None = None
) -> tuple[Shown, ReplayRoom]:
    """Return the window of a replay and its room, not yet started."""
    player = Player(tape)
    desktop = build_replay(record, player, city, language=language)
    shown = Shown(desktop, keep_in=keep_in, workers=workers)
    return shown, ReplayRoom(shown, record, player, bookmarks_file(record.name, keep_in))


def city_of(tape: Tape, folder: Path | None) -> City:
    """Open the city that a log belongs to. Raises StartError where it is another one."""
    from maps.cities.helsinki import ensure_built

    name = tape.still(tape.end).state.city
    city = City.open(folder if folder is not None else ensure_built(lambda *progress: None))
    if city.name != name:
        raise StartError(f"the log belongs to {one_line(name, 60)}, not to {city.name}: give its folder with --city")
    return city


def open_tape(place: str, *, since: str | None = None, language: str = "en") -> tuple[Record, Tape] | None:
    """Open a log and wind up its beginning outside the window's thread; None where whoever waited has left."""
    waiting = WaitingWindow(text("replay.title", language, log=one_line(place.rpartition("@")[2], 80)), language)
    loop, found = QEventLoop(), list[tuple[Record, Tape] | BaseException]()
    from_at = parsed(since) if since else None  # what is no instant is said at once

    def work(job: jobs.Job) -> tuple[Record, Tape]:
        record = open_record(place, key_folder=state_folder() / "keys")
        try:
            begins_at = _in_zone(from_at, _zone_of(record)) if from_at is not None else None
            tape = Tape(record, names=names_of, since=begins_at)
            with contextlib.suppress(_Begun):
                tape.wind(lambda share, end: _until_it_begins(tape, job, share))
            if tape.is_empty:
                raise StartError(f"the log {record.name} holds nothing to replay")
        except BaseException:
            record.close()
            raise
        return record, tape

    def finish(answer: tuple[Record, Tape] | BaseException) -> None:
        found.append(answer)
        loop.quit()

    shown = QTimer(singleShot=True, interval=SHOW_AFTER_MS)
    shown.timeout.connect(waiting.show)
    job = jobs.start(work, done=finish, failed=finish, progressed=waiting.show_progress)
    waiting.cancelled.connect(job.cancel)
    waiting.cancelled.connect(loop.quit)
    shown.start()
    loop.exec()
    shown.stop()
    waiting.finish()
    if not found:
        return None
    if isinstance(found[0], BaseException):
        raise found[0]
    return found[0]


def parsed(words: str) -> datetime:
    """Read an instant in ISO 8601; one without a zone is left so. Raises ValueError."""
    try:
        return datetime.fromisoformat(words)
    except ValueError:
        raise ValueError(
            f"{one_line(words, 40)} is no instant such as 2017-01-03T18:30 or 2017-01-03T18:30+00:00"
        ) from None


class _Begun(Exception):
    """Enough is wound up for a window to stand round it."""


def _until_it_begins(tape: Tape, job: jobs.Job, share: float) -> None:
    job.report(share)
    if not tape.is_empty:
        raise _Begun


def _aware(words: str | None, tape: Tape) -> datetime | None:
    if not words:
        return None
    return _in_zone(parsed(words), tape.still(tape.end).state.time_zone)


def _in_zone(at: datetime, zone: str) -> datetime:
    """Return an instant in UTC; one without a zone is the city's clock on the wall."""
    return (at if at.tzinfo is not None else at.replace(tzinfo=ZoneInfo(zone or "UTC"))).astimezone(UTC)


def _zone_of(record: Record) -> str:
    """Return the time zone of a log as its beginning, or its last state, says."""
    if record.begins_behind:
        state = record.checkpoint()
        return state.time_zone if state is not None else ""
    first = next(iter(record.read()), None)
    opened = first.events[0] if first is not None else None
    return opened.time_zone if isinstance(opened, LogOpened) else ""
