"""Joining a room before there is a desk: a small window waits for the server, says what is wrong and tries again."""

from __future__ import annotations

import contextlib
import signal
import sys
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QEventLoop, Qt, QTimer, Signal
from PySide6.QtGui import QCloseEvent
from PySide6.QtWidgets import QProgressBar, QVBoxLayout, QWidget

from app import jobs
from app.parts.forms import at_right, button, plain_label, show_words
from app.wording import one_line, text
from dispatch.engine import Engine
from dispatch.log import Log, LogDamaged, NotSaved, open_log

if TYPE_CHECKING:
    from dispatch.island.pending import PendingIsland

WIDTH_PX = 560
SHOW_AFTER_MS = 400  # a server that answers at once is joined without a word


class JoiningWindow(QWidget):
    """Show that the server is waited for, or why this seat cannot join; closing it leaves."""

    again = Signal()
    left = Signal()
    alone = Signal()

    def __init__(self, log_name: str, language: str = "en") -> None:
        super().__init__()
        self._language, self._name = language, one_line(log_name, 100)
        self._is_over = False
        self.setWindowTitle(text("server.joining_title", language))
        self.setFixedWidth(WIDTH_PX)
        self.head = plain_label(role="title")
        self.reason = plain_label()
        self.detail = plain_label(role="muted")
        self.kept = plain_label()
        self.detail.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.bar = QProgressBar()
        self.bar.setRange(0, 0)
        self.bar.setTextVisible(False)
        self.again_button = button(text("server.joining_again", language), self.again.emit)
        self.alone_button = button("", self.alone.emit, role="primary")
        self.leave_button = button(text("server.joining_leave", language), self.close)
        row = at_right(self.alone_button, self.again_button, self.leave_button)
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 20, 24, 20)
        column.setSpacing(12)
        for widget in (self.head, self.bar, self.reason, self.detail, self.kept):
            column.addWidget(widget)
        column.addStretch(1)
        column.addLayout(row)
        self.wait()

    def wait(self) -> None:
        """Show that the server is waited for."""
        words = text("server.joining", self._language, log=self._name)
        show_words(self.head, words)
        self.bar.setAccessibleName(words)
        self.bar.show()
        self.again_button.hide()
        self.alone_button.hide()
        for line in (self.reason, self.detail, self.kept):
            show_words(line, "")
        self._fit()

    def fail(self, problem: BaseException) -> None:
        """Show why this seat cannot join, and what helps."""
        show_words(self.head, text("server.join_failed", self._language))
        self.bar.hide()
        show_words(self.reason, why(problem, self._language), "warning")
        show_words(self.detail, one_line(problem, 400))
        self.again_button.show()
        self.again_button.setFocus()
        self._fit()
        self.show()

    def offer_alone(self, found: PendingIsland) -> None:
        """Offer to go on alone with what this machine has of the room."""
        base = found.base
        if base is not None and not self.again_button.isHidden():
            key = "alone.join_one" if found.entries == 1 else "alone.join"
            words = text(key, self._language, count=found.entries)
            self.alone_button.setText(words)
            self.alone_button.setAccessibleName(words)
            self.alone_button.show()
            began = f"{base.began_at.astimezone():%Y-%m-%d %H:%M}"  # no city is open yet: by this machine's clock
            show_words(self.kept, text("alone.join_tip", self._language, seat=one_line(base.seat, 40), began=began))
            self._fit()

    def _fit(self) -> None:
        """Be as high as the words need at this width: a window alone is given too much for words that wrap."""
        column = self.layout()
        if column is not None:
            self.ensurePolished()
            for part in self.findChildren(QWidget):
                part.ensurePolished()
            column.invalidate()
            self.setFixedHeight(column.totalHeightForWidth(WIDTH_PX))

    def finish(self) -> None:
        """Go away: the seat has joined."""
        self._is_over = True
        self.close()

    def closeEvent(self, event: QCloseEvent) -> None:
        if not self._is_over:
            self._is_over = True
            self.left.emit()
        super().closeEvent(event)


@dataclass(frozen=True, slots=True)
class Joined:
    """A room that was joined; `warning` is what its desk has to say of the server, empty where all is well.

    `room_place` is the room's address where this seat goes on alone: the engine's log is that of its island.
    """

    engine: Engine
    warning: str = ""
    room_place: str = ""


def join(
    place: str, *, key_folder: Path, read_only: bool = False, language: str = "en", island_folder: Path | None = None
) -> Joined | None:
    """Open a log on a server outside the window's thread and fold it; None where whoever waited has left.

    What is wrong is written to the terminal as well. Where the server does not answer, and what this machine did alone
    lies in `island_folder`, going on with that is offered.
    """
    left: list[PendingIsland] = []
    window, loop, found = JoiningWindow(place.rpartition("@")[2] or place, language), QEventLoop(), list[Joined]()
    shown = QTimer()
    shown.setSingleShot(True)
    shown.timeout.connect(window.show)
    running: list[jobs.Job] = []

    def work(job: jobs.Job) -> Joined:
        log = open_log(place, key_folder=key_folder, read_only=read_only)
        try:
            joined = Joined(Engine(log), _warning(log, language))
        except BaseException:
            log.close()
            raise
        if job.is_cancelled:
            log.close()
        return joined

    def go_on_alone(job: jobs.Job) -> Joined:
        log = open_log(left[0].path, key_folder=key_folder)
        if log.is_read_only:
            log.close()
            raise NotSaved("locked", f"{log.name} is in use: {log.held_by}")
        return Joined(Engine(log), room_place=place)

    def offer(found: tuple[PendingIsland, ...]) -> None:
        left[:] = found[-1:]
        if left:
            window.offer_alone(left[0])

    def begin_alone() -> None:
        window.wait()
        running[:] = [jobs.start(go_on_alone, done=done, failed=failed)]

    def begin() -> None:
        window.wait()
        running[:] = [jobs.start(work, done=done, failed=failed)]

    def done(joined: Joined) -> None:
        found.append(joined)
        loop.quit()

    def failed(problem: BaseException) -> None:
        shown.stop()
        sys.stderr.write(f"Opsroom cannot start: {why(problem, 'en')} ({one_line(problem, 400)})\n")
        window.fail(problem)
        is_away = why(problem, language) == text("server.join_unreachable", language)
        if is_away and island_folder is not None and not read_only:
            jobs.start(lambda job: islands_of(place, island_folder), done=offer)

    def leave() -> None:
        for job in running:
            job.cancel()
        loop.quit()

    window.again.connect(begin)
    window.alone.connect(begin_alone)
    window.left.connect(leave)
    shown.start(SHOW_AFTER_MS)
    begin()
    with _ended_by_the_terminal(window):
        loop.exec()
    shown.stop()
    window.finish()
    return found[0] if found else None


def islands_of(place: str, folder: Path) -> tuple[PendingIsland, ...]:
    """Return what lies in a folder of seats that parted from the room at an address, the oldest first."""
    from dispatch.island.pending import pending
    from dispatch.log_postgres import name_of  # psycopg takes 70 ms to import

    return tuple(each for each in pending(folder, room_name=name_of(place)) if each.is_read)


@contextlib.contextmanager
def _ended_by_the_terminal(window: QWidget) -> Iterator[None]:
    """Close a window when the terminal asks the program to end; a program without one is asked in other ways."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    awake = QTimer()  # Python hears of signals only while it runs
    awake.timeout.connect(lambda: None)
    awake.start(200)
    before = signal.signal(signal.SIGINT, lambda *_: window.close())
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)
        awake.stop()


def _warning(log: Log, language: str) -> str:
    """Word what is amiss with a server that can be joined: it was prepared by an older program."""
    from dispatch.log_postgres import PostgresLog  # psycopg takes 70 ms to import
    from dispatch.server_roles import SERVER_VERSION

    version = log.kept_meta().get("server_version", "") if isinstance(log, PostgresLog) else ""
    if not version.isdigit() or int(version) >= SERVER_VERSION:
        return ""
    return text("server.join_older", language, version=version, known=SERVER_VERSION)


def why(problem: BaseException, language: str) -> str:
    """Word why a seat cannot join, with what helps; the server's own words where none are known."""
    said = str(problem)
    if isinstance(problem, LogDamaged) and problem.code in ("newer_format", "newer_schema"):
        return text("server.join_newer", language)
    code = problem.code if isinstance(problem, NotSaved) else ""
    if code == "no_key":
        return text("server.join_no_key", language)
    if code == "read_only" or (code == "cannot_open" and "holds no log" in said):
        return text("server.join_unprepared", language)
    if "no password supplied" in said:
        return text("server.join_no_password", language)
    if "authentication failed" in said:
        return text("server.join_password", language)
    if code == "connection_lost" and "TLS" not in said:
        return text("server.join_unreachable", language)
    return one_line(problem, 400)
