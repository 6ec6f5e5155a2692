"""Works a debriefing out, and writes its report, in a program of its own: a desk goes on, and cancelling ends it."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from PySide6.QtCore import QObject, Signal

from app import jobs
from app.beside.program import Outcome, Program
from app.debriefing.kept import decode_material
from app.debriefing.material import Material
from app.native_types import make_all
from app.wording import one_line


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
        self._program = Program(self)
        self._program.heard.connect(self._hear)
        self._folder = Path(tempfile.mkdtemp(prefix="opsroom-debriefing-"))
        self._kept = self._folder / "debriefing.material"
        self.destroyed.connect(lambda _=None, folder=self._folder: shutil.rmtree(folder, ignore_errors=True))

    @property
    def is_busy(self) -> bool:
        """Tell whether something is being worked out or written."""
        return self._program.is_busy

    def start(self) -> None:
        """Work the debriefing out."""
        self._run(["--out", str(self._kept), "--steps"], self._worked_out, self.failed.emit)

    def write(self, file: Path, language: str) -> None:
        """Write the report of what was worked out, by the file's ending."""
        more = ["--material", str(self._kept), "--out", str(file), "--language", language]
        self._run(more, lambda: self.written.emit(file), self.not_written.emit)

    def cancel(self) -> None:
        """End what goes on; nothing is told of it."""
        self._program.cancel()

    def close(self) -> None:
        """End what goes on, and keep nothing."""
        self.cancel()
        shutil.rmtree(self._folder, ignore_errors=True)

    def _run(self, more: list[str], then: Callable[[], None], otherwise: Callable[[str], None]) -> None:
        if self.is_busy:
            return

        def ended(outcome: Outcome) -> None:
            if outcome.is_well:
                then()
            else:
                otherwise(one_line(outcome.why, 300).removeprefix("opsroom exercise: "))

        given = ["exercise", "report", str(self._log.resolve()), "--city", str(self._city), "--keys", str(self._keys)]
        self._program.start([*given, *more, "--quiet"], ended)

    def _hear(self, line: str) -> None:
        share, _, step = line.partition(" ")
        with suppress(ValueError):
            self.progressed.emit(float(share), step)

    def _worked_out(self) -> None:
        kept = self._kept
        make_all()

        def work(job: jobs.Job) -> Material:
            import pyproj  # noqa: F401 - else the first place on the map waits for it, in the window's thread

            return decode_material(kept.read_bytes())

        jobs.start(work, done=self.done.emit, failed=lambda problem: self.failed.emit(one_line(problem, 300)))
