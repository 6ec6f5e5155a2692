"""Runs a command of this very program beside the window, without a display: the desk goes on meanwhile."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from PySide6.QtCore import QObject, QProcess, QProcessEnvironment, Signal

from app.beside.called import environment, words_of

ENDING_MS = 2_000


@dataclass(frozen=True, slots=True)
class Outcome:
    """Say how a command ended: whether well, all that it printed, and the last line of what it complained of."""

    is_well: bool
    said: str = ""
    why: str = ""


class Program(QObject):
    """Run one command at a time; `heard` brings each whole line as it is printed. It ends with its parent."""

    heard = Signal(str)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._process: QProcess | None = None
        self._said = b""
        self._heard = 0  # bytes of it that were handed on

    @property
    def is_busy(self) -> bool:
        """Tell whether a command runs."""
        return self._process is not None

    def start(self, arguments: Sequence[str], ended: Callable[[Outcome], None]) -> None:
        """Run a command by its words; RuntimeError while another runs."""
        if self._process is not None:
            raise RuntimeError("a command runs already")
        process = QProcess(self)
        process.setProcessEnvironment(qt_environment(QT_QPA_PLATFORM="offscreen"))
        self._process, self._said, self._heard = process, b"", 0

        def end(*_: object) -> None:
            if self._process is not process:
                return
            self._hear()
            self._process = None
            has_run = process.error() is not QProcess.ProcessError.FailedToStart
            is_normal = process.exitStatus() is QProcess.ExitStatus.NormalExit
            is_well = has_run and is_normal and process.exitCode() == 0
            complaint = bytes(process.readAllStandardError().data()).decode("utf-8", "replace").strip()
            why = complaint.rpartition("\n")[2] or process.errorString()
            process.deleteLater()
            ended(Outcome(is_well, self._said.decode("utf-8", "replace"), "" if is_well else why))

        def fail(error: QProcess.ProcessError) -> None:
            if error is QProcess.ProcessError.FailedToStart:  # all others are followed by an end, or by nothing
                end()

        process.readyReadStandardOutput.connect(self._hear)
        process.finished.connect(end)
        process.errorOccurred.connect(fail)
        python, *words = words_of("app", *arguments)
        process.start(python, words)

    def cancel(self) -> None:
        """End what runs; nothing is told of it."""
        process, self._process = self._process, None
        if process is not None:
            process.blockSignals(True)
            process.kill()
            process.waitForFinished(ENDING_MS)
            process.deleteLater()

    def _hear(self) -> None:
        if self._process is None:
            return
        self._said += bytes(self._process.readAllStandardOutput().data())
        end = self._said.rfind(b"\n") + 1
        lines, self._heard = self._said[self._heard : end], max(end, self._heard)
        for line in lines.decode("utf-8", "replace").splitlines():
            self.heard.emit(line)


def qt_environment(**more: str) -> QProcessEnvironment:
    """Return `app.beside.called.environment` as a QProcess takes it."""
    found = QProcessEnvironment()
    for name, value in environment(**more).items():
        found.insert(name, value)
    return found
