"""Opens a window of this program as a program of its own, which stays when the desk is left."""

from __future__ import annotations

import os
import subprocess
import tempfile
from collections.abc import Sequence
from typing import IO

from PySide6.QtCore import QObject, QTimer, Signal

from app.beside.called import environment, words_of

LOOK_MS = 250
STANDS_AFTER_S, WATCHED_S = 6.0, 120.0
MOST_READ = 4_000


class WindowApart(QObject):
    """Open one window at a time, and hear where it ends before it stands: `failed` carries what it said last."""

    failed = Signal(str)
    stands = Signal()  # it did not end soon: its window is there, or comes

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._process: subprocess.Popen[bytes] | None = None
        self._said: IO[bytes] | None = None
        self._looks = 0
        self._timer = QTimer(self, interval=LOOK_MS)
        self._timer.timeout.connect(self._look)

    def start(self, words: Sequence[str]) -> None:
        """Run a command of this program that shows a window; one that was opened before is watched no more."""
        self._end()
        apart = getattr(subprocess, "CREATE_NEW_PROCESS_GROUP", 0) | getattr(subprocess, "DETACHED_PROCESS", 0)
        self._said = tempfile.TemporaryFile()  # noqa: SIM115 - closed once it is known how it began
        try:
            self._process = subprocess.Popen(
                words_of("app", *words),
                stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=self._said,
                env=environment(), start_new_session=os.name == "posix",
                creationflags=apart,
            )  # fmt: skip
        except OSError as problem:
            self._end()
            self.failed.emit(problem.strerror or str(problem))
            return
        self._looks = 0
        self._timer.start()

    def _look(self) -> None:
        assert self._process is not None
        self._looks += 1
        code = self._process.poll()
        if code is None:
            if self._looks == round(1_000 * STANDS_AFTER_S / LOOK_MS):
                self.stands.emit()
            if self._looks * LOOK_MS >= 1_000 * WATCHED_S:
                self._end()
            return
        words = self._last_words()
        self._end()
        if code:
            self.failed.emit(words or f"exit code {code}")

    def _last_words(self) -> str:
        assert self._said is not None
        self._said.seek(max(0, self._said.seek(0, os.SEEK_END) - MOST_READ))
        lines = [line for line in self._said.read().decode("utf-8", "replace").splitlines() if line.strip()]
        return lines[-1] if lines else ""

    def _end(self) -> None:
        """Watch no more; what runs goes on without us."""
        self._timer.stop()
        if self._said is not None:
            self._said.close()
            self._said = None
        if self._process is not None and self._process.poll() is None:
            self._process.returncode = 0  # nobody warns that it was not waited for
        self._process = None
