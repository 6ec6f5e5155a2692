"""The window's side of the process that reads a history file: one wish at a time, answers as signals, cancels."""

from __future__ import annotations

import json
import logging
from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject, QProcess, QTimer, Signal

from app.beside.called import words_of
from app.beside.program import qt_environment
from app.wording import one_line

logger = logging.getLogger(__name__)
ENDING_MS = 5_000  # that a cancelled import has to take away what it wrote
LEAVING_MS = 1_500  # the same where the window is left
MOST_LOGGED = 2_000
Line = dict[str, Any]


class Reader(QObject):
    """Ask a child process, which is started when first asked. Answers to what nobody waits for any more are dropped.

    `answered` carries an answer of `work`; `refused` the key of a text and a reason; `ended` how a child that
    crashed went; `said` the share that is done, with a code.
    """

    answered = Signal(object)
    refused = Signal(str, str, str)  # what was asked, code, words
    said = Signal(float, str)
    ended = Signal(str)
    cancelled = Signal(str)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._child: QProcess | None = None
        self._number = 0
        self._do = ""
        self._rest = b""
        self._log: Path | None = None  # that is being written
        self._kill = QTimer(self, singleShot=True, interval=ENDING_MS)
        self._kill.timeout.connect(self.stop)

    @property
    def doing(self) -> str:
        """Return what is being done, empty while nothing is."""
        return self._do

    def ask(self, do: str, **wish: Any) -> None:
        """Ask for something; what was asked before and is not answered yet is given up."""
        if self._do == "look":  # a file that is being read hears nothing
            self.stop()
        elif self._do:
            self._send({"do": "cancel", "number": self._number})
        self._number += 1
        self._do = do
        self._log = Path(wish["log"]) if do == "import" else None
        self._send({"do": do, "number": self._number, **wish})

    def cancel(self) -> None:
        """Give up what is being done; `cancelled` tells when nothing of it is left."""
        if self._do == "look":
            self.stop()
        elif self._do:
            self._send({"do": "cancel", "number": self._number})
            self._kill.start()

    def stop(self) -> None:
        """End the child now."""
        child, self._child = self._child, None
        do, self._do, self._rest = self._do, "", b""
        self._kill.stop()
        if child is not None:
            child.blockSignals(True)
            child.closeWriteChannel()  # it takes away by itself what it is writing
            if do != "import" or not child.waitForFinished(LEAVING_MS):
                child.kill()
                child.waitForFinished(1_000)
            child.deleteLater()
        self._sweep()
        if do:
            self.cancelled.emit(do)

    def _sweep(self) -> None:
        """Take away what a child that is gone left of a log that it was writing."""
        log, self._log = self._log, None
        if log is not None:
            from dispatch.history.keep import remove_part

            remove_part(log)

    def _send(self, line: Line) -> None:
        if self._child is None:
            self._child = self._started()
        self._child.write(json.dumps(line).encode() + b"\n")

    def _started(self) -> QProcess:
        child = QProcess(self)
        child.setProcessEnvironment(qt_environment())
        child.readyReadStandardOutput.connect(self._on_lines)
        child.finished.connect(self._on_finished)
        child.errorOccurred.connect(self._on_error)
        python, *words = words_of("app.history_in.child")
        child.start(python, words)
        return child

    def _on_lines(self) -> None:
        if self._child is None:
            return
        *lines, self._rest = (self._rest + bytes(self._child.readAllStandardOutput().data())).split(b"\n")
        for line in lines:
            self._on_line(line)

    def _on_line(self, line: bytes) -> None:
        try:
            told: Line = json.loads(line)
        except ValueError:
            logger.warning("the reader of a history file said what is no answer: %r", line[:200])
            return
        if told.get("number") != self._number or not self._do:
            return
        if "share" in told:
            self.said.emit(float(told["share"]), str(told["code"]))
            return
        do, self._do, self._log = self._do, "", None
        self._kill.stop()
        if "cancelled" in told:
            self.cancelled.emit(do)
        elif "refused" in told:
            self.refused.emit(do, str(told["refused"]), one_line(told["words"], 400))
        else:
            self.answered.emit(told)

    def _on_error(self, error: QProcess.ProcessError) -> None:
        if error is QProcess.ProcessError.FailedToStart:
            self._crashed(self._child.errorString() if self._child is not None else "")

    def _on_finished(self, code: int, status: QProcess.ExitStatus) -> None:
        self._crashed(f"signal {code}" if status is QProcess.ExitStatus.CrashExit else f"code {code}")

    def _crashed(self, how: str) -> None:
        child, self._child = self._child, None
        self._do, self._rest = "", b""
        self._kill.stop()
        self._sweep()
        if child is not None:
            said = bytes(child.readAllStandardError().data())[-MOST_LOGGED:].decode("utf-8", "replace")
            logger.error("the reader of a history file ended (%s): %s", how, said)
            child.deleteLater()
        self.ended.emit(one_line(how, 80))
