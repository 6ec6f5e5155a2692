"""Opens a log as a replay, in a program of its own that stays when the desk is left."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QObject, QTimer

HOUSE = Path(__file__).resolve().parents[2]
LOOK_MS, LOOKED_FOR = 500, 60  # a replay that cannot open says so within half a minute


class Replaying(QObject):
    """Start a replay and look whether it opens; `failed` hears the last line that it said."""

    def __init__(self, parent: QObject, failed: Callable[[str], object]) -> None:
        super().__init__(parent)
        self._failed = failed
        self._child: subprocess.Popen[bytes] | None = None
        self._said = tempfile.TemporaryFile()  # noqa: SIM115 it lives as long as this
        self._looks = 0
        self._timer = QTimer(self, interval=LOOK_MS)
        self._timer.timeout.connect(self.look)

    def start(self, log: str, city: str, language: str) -> None:
        """Start a replay of a log."""
        paths = [str(HOUSE), *filter(None, os.environ.get("PYTHONPATH", "").split(os.pathsep))]
        words = ["-P", "-m", "app", "replay", log, "--city", city, "--language", language]
        apart = getattr(subprocess, "CREATE_NEW_PROCESS_GROUP", 0) | getattr(subprocess, "DETACHED_PROCESS", 0)
        self._said.seek(0)
        self._said.truncate()
        try:
            self._child = subprocess.Popen(
                [sys.executable, *words], stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=self._said,
                env={**os.environ, "PYTHONPATH": os.pathsep.join(paths)}, start_new_session=True, creationflags=apart,
            )  # fmt: skip
        except OSError as problem:
            self._failed(str(problem))
            return
        self._looks = 0
        self._timer.start()

    def look(self) -> None:
        """Look whether it has ended, and how."""
        self._looks += 1
        code = self._child.poll() if self._child is not None else 0
        if code:
            self._said.seek(0)
            lines = self._said.read()[-2_000:].decode("utf-8", "replace").strip().splitlines()
            self._failed(lines[-1] if lines else f"{code}")
        if code is not None or self._looks >= LOOKED_FOR:
            self._timer.stop()
            if self._child is not None and code is None:
                self._child.returncode = 0  # it goes on without us: nobody warns that it was not waited for
            self._child = None
