"""Works a debriefing out, and writes its report, in a program of its own: a desk goes on, and cancelling ends it."""

from __future__ import annotations

import shutil
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QObject, QProcess, QProcessEnvironment, Signal

from app import jobs
from app.debriefing.kept import decode_material
from app.debriefing.material import Material
from app.native_types import make_all
from app.wording import one_line

ROOT = Path(__file__).resolve().parents[2]


class Working(QObject):
    """Ask that program, one thing at a time.

    `progressed` tells how far it is (0 to 1) and the step, a code of the labels `debrief_step`; `done` brings the
    Material, `written` the file; `failed` and `not_written` say why not.
    """

    progressed = Signal(float, str)
    done = Signal(object)
    failed = Signal(str)
    written = Signal(object)
    not_written = Signal(str)

    def __init__(self, log_file: Path, city: Path, key_folder: Path, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._log, self._city, self._keys = log_file, city, key_folder
        self._process: QProcess | None = None
        self._folder = Path(tempfile.mkdtemp(prefix="opsroom-debriefing-"))
        self._kept = self._folder / "debriefing.material"
        self._said = ""
        self.destroyed.connect(lambda _=None, folder=self._folder: shutil.rmtree(folder, ignore_errors=True))

    @property
    def is_busy(self) -> bool:
        """Tell whether something is being worked out or written."""
        return self._process is not None

    def start(self) -> None:
        """Work the debriefing out."""
        self._run(["--out", str(self._kept), "--steps"], self._worked_out, self.failed.emit)

    def write(self, file: Path, language: str) -> None:
        """Write the report of what was worked out, by the file's ending."""
        more = ["--material", str(self._kept), "--out", str(file), "--language", language]
        self._run(more, lambda: self.written.emit(file), self.not_written.emit)

    def cancel(self) -> None:
        """End what goes on; nothing is told of it."""
        process, self._process = self._process, None
        if process is not None:
            process.blockSignals(True)
            process.kill()
            process.waitForFinished(2_000)
            process.deleteLater()

    def close(self) -> None:
        """End what goes on, and keep nothing."""
        self.cancel()
        shutil.rmtree(self._folder, ignore_errors=True)

    def _run(self, more: list[str], then: Callable[[], None], otherwise: Callable[[str], None]) -> None:
        if self._process is not None:
            return
        process = QProcess(self)
        environment = QProcessEnvironment.systemEnvironment()
        environment.insert("QT_QPA_PLATFORM", "offscreen")
        process.setProcessEnvironment(environment)
        process.setWorkingDirectory(str(ROOT))
        self._process, self._said = process, ""

        def ended(*_: object) -> None:
            if self._process is not process:
                return
            self._process = None
            is_made = process.exitStatus() is QProcess.ExitStatus.NormalExit and process.exitCode() == 0
            why = bytes(process.readAllStandardError().data()).decode("utf-8", "replace").strip()
            words = one_line(why.rpartition("\n")[2] or process.errorString(), 300)
            process.deleteLater()
            if is_made:
                then()
            else:
                otherwise(words.removeprefix("opsroom exercise: "))

        process.readyReadStandardOutput.connect(self._hear)
        process.finished.connect(ended)
        process.errorOccurred.connect(ended)
        given = ["exercise", "report", str(self._log.resolve()), "--city", str(self._city), "--keys", str(self._keys)]
        process.start(sys.executable, ["-m", "app", *given, *more, "--quiet"])

    def _hear(self) -> None:
        process = self._process
        if process is None:
            return
        self._said += bytes(process.readAllStandardOutput().data()).decode("utf-8", "replace")
        *lines, self._said = self._said.split("\n")
        for line in lines[-1:]:
            share, _, step = line.partition(" ")
            try:
                self.progressed.emit(float(share), step)
            except ValueError:
                continue

    def _worked_out(self) -> None:
        kept = self._kept
        make_all()

        def work(job: jobs.Job) -> Material:
            import pyproj  # noqa: F401 - else the first place on the map waits for it, in the window's thread

            return decode_material(kept.read_bytes())

        jobs.start(work, done=self.done.emit, failed=lambda problem: self.failed.emit(one_line(problem, 300)))
