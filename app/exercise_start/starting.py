"""Starts an exercise as a program of its own, and hears where it ends before its window stands."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import IO

from PySide6.QtCore import QObject, QTimer, Signal

LOOK_MS = 250
WATCHED_S = 120.0
LONGEST = 4_000


class Starting(QObject):
    """Watch one program that was started; it lives on when this desk ends. `failed` carries what it said last."""

    failed = Signal(str)
    stands = Signal()  # it did not end soon: its window is there, or comes

    def __init__(self, words: Sequence[str], parent: QObject | None = None, *, stands_after_s: float = 6.0) -> None:
        super().__init__(parent)
        self._words, self._stands_after_ms = tuple(words), round(stands_after_s * 1_000)
        self._process: subprocess.Popen[bytes] | None = None
        self._said: IO[bytes] | None = None
        self._past_ms = 0
        self._timer = QTimer(self, interval=LOOK_MS)
        self._timer.timeout.connect(self._look)

    def start(self) -> None:
        """Start it; `failed` or `stands` follows."""
        self._said = tempfile.TemporaryFile()  # noqa: SIM115 - closed once it is known how it began
        try:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "app", *self._words],
                cwd=Path(__file__).resolve().parents[2],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=self._said,
                start_new_session=os.name == "posix",
            )
        except OSError as problem:
            self._end()
            self.failed.emit(problem.strerror or str(problem))
            return
        self._timer.start()

    def _look(self) -> None:
        self._past_ms += LOOK_MS
        assert self._process is not None
        code = self._process.poll()
        if code is None and self._past_ms == self._stands_after_ms - self._stands_after_ms % LOOK_MS:
            self.stands.emit()
        if code is None and self._past_ms < WATCHED_S * 1_000:
            return
        words = self._last_words() if code else ""
        self._end()
        if code:
            self.failed.emit(words or f"exit code {code}")

    def _last_words(self) -> str:
        assert self._said is not None
        self._said.seek(0, os.SEEK_END)
        self._said.seek(max(0, self._said.tell() - LONGEST))
        lines = [line for line in self._said.read().decode(errors="replace").splitlines() if line.strip()]
        return lines[-1] if lines else ""

    def _end(self) -> None:
        self._timer.stop()
        if self._said is not None:
            self._said.close()
            self._said = None
