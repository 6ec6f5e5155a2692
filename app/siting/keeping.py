"""Keeps the plans of the page for the next time: read with the page, written in a job once nothing more is changed."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QObject, QTimer, Signal

from app import jobs
from app.siting.drafting import Changes
from app.siting.kept_plans import plans_file, read_plans, write_plans

SOON_MS = 1_000


class Keeping(QObject):
    """Hold the plans of one city; `not_kept` tells why they could not be written.

    A file that cannot be read is never written over. Without a folder nothing outlives the program.
    """

    not_kept = Signal(object)  # the problem

    def __init__(self, folder: Path | None, city: str, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.file = plans_file(folder, city) if folder is not None else None
        self.problem: BaseException | None = None
        self._city = city
        self._kept: dict[str, dict[str, Changes]] = {}
        self._is_writing = False
        self._soon = QTimer(self, singleShot=True, interval=SOON_MS)
        self._soon.timeout.connect(self._write)

    @property
    def is_busy(self) -> bool:
        """Tell whether something is still to be written."""
        return self._soon.isActive() or self._is_writing

    def read(self) -> None:
        """Read what is kept, from any thread, before the first `put`; `problem` says why nothing could be."""
        if self.file is None:
            return
        try:
            self._kept = read_plans(self.file, self._city)
        except (OSError, ValueError) as problem:
            self.problem = problem

    def of(self, department: str) -> dict[str, Changes]:
        """Return the plans of a department by their letter."""
        return dict(self._kept.get(department, {}))

    def put(self, department: str, plans: dict[str, Changes]) -> None:
        """Keep the plans of a department."""
        if self.of(department) == plans or (department not in self._kept and all(p.is_none for p in plans.values())):
            return
        self._kept[department] = plans
        if self.file is not None and self.problem is None:
            self._soon.start()

    def end(self) -> None:
        """Write what is still to be written; some kilobytes."""
        if self._soon.isActive() and self.file is not None:
            self._soon.stop()
            try:
                write_plans(self.file, self._city, self._kept)
            except OSError as problem:
                self.not_kept.emit(problem)

    def _write(self) -> None:
        file, city, kept = self.file, self._city, {each: dict(plans) for each, plans in self._kept.items()}
        if file is None:
            return
        if self._is_writing:
            self._soon.start()
            return
        self._is_writing = True

        def done(_: object) -> None:
            self._is_writing = False

        def failed(problem: BaseException) -> None:
            self._is_writing = False
            self.not_kept.emit(problem)

        jobs.start(lambda job: write_plans(file, city, kept), done=done, failed=failed)
