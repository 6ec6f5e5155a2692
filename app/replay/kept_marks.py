"""The bookmarks of one log while it is played: read and written in jobs, one after the other."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QObject, Signal

from app import jobs
from dispatch.replay.bookmarks import MOST, Bookmark, read_bookmarks, write_bookmarks


class KeptMarks(QObject):
    """Hold the bookmarks; `changed` tells of them, `bad` that the file cannot be read, `not_kept` why one is not kept.

    A file that cannot be read is never written over.
    """

    changed = Signal()
    bad = Signal(str)
    not_kept = Signal(str)

    def __init__(self, file: Path, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._file = file
        self._is_bad = self._is_writing = False
        self._wanted: tuple[Bookmark, ...] | None = None
        self.all: tuple[Bookmark, ...] = ()

    def read(self) -> None:
        """Read what is kept; what was set meanwhile stays."""

        def done(found: tuple[Bookmark, ...]) -> None:
            self.all = tuple(sorted({*found, *self.all}))
            self.changed.emit()

        def failed(problem: BaseException) -> None:
            self._is_bad = True
            self.bad.emit(str(problem))

        jobs.start(lambda job: read_bookmarks(self._file), done=done, failed=failed)

    def add(self, mark: Bookmark) -> None:
        """Set a bookmark; another of the same moment goes."""
        others = [one for one in self.all if (one.at, one.sequence) != (mark.at, mark.sequence)]
        self._take(tuple(sorted([*others[-(MOST - 1) :], mark])))

    def remove(self, mark: Bookmark) -> None:
        """Take a bookmark away."""
        self._take(tuple(one for one in self.all if one != mark))

    def of(self, sequence: int) -> Bookmark | None:
        """Return the bookmark of an entry."""
        return next((one for one in self.all if one.sequence == sequence), None)

    def _take(self, marks: tuple[Bookmark, ...]) -> None:
        self.all = self._wanted = marks
        self.changed.emit()
        self._write()

    def _write(self) -> None:
        if self._is_bad:
            self.not_kept.emit(self._file.name)
            return
        if self._is_writing or self._wanted is None:
            return
        marks, self._wanted, self._is_writing = self._wanted, None, True

        def done(_: object) -> None:
            self._is_writing = False
            self._write()

        def failed(problem: BaseException) -> None:
            self.not_kept.emit(str(problem))
            done(None)

        jobs.start(lambda job: write_bookmarks(self._file, marks), done=done, failed=failed)
