"""Add files to a city one after the other, in jobs; what must be asked is told, and asked by whoever has a window."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QCoreApplication, QObject, Signal

from app.jobs import Job
from app.layers.book import LayerBook
from app.wording import one_line

if TYPE_CHECKING:
    from app.layer_deeds import Added
    from gis.city import City
    from gis.io_problem import Problem
    from gis.layer_import import FileLayer

PROBLEMS_FILE = "problems.txt"  # beside a layer's columns


@dataclass(frozen=True, slots=True)
class Wish:
    """A file to add. layer: of a file with several, None while not chosen; crs: "" as the file says."""

    path: Path
    layer: str | None = None
    crs: str = ""
    title: str = ""


@dataclass(frozen=True, slots=True)
class CrsQuestion:
    """In which system is this file? sample: some of its coordinates as they stand in it, float64 (n, 2)."""

    wish: Wish
    guesses: tuple[str, ...]
    sample: NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class LayerQuestion:
    """Which of these layers of a file?"""

    wish: Wish
    layers: tuple[FileLayer, ...]


class Adding(QObject):
    """Add what is wished for, in order. Every wish ends in one of `added`, `failed`, `asked_crs`, `asked_layers`.

    Whoever is asked answers with new wishes to `add`, or with none. `progressed` carries the file's name, the share
    of it that is done, and how many wait; `ended` tells that nothing is left.
    """

    progressed = Signal(str, float, int)
    added = Signal(object, object)  # Wish, Added
    failed = Signal(object, object)  # Wish, the exception
    asked_crs = Signal(object)  # CrsQuestion
    asked_layers = Signal(object)  # LayerQuestion
    ended = Signal()

    def __init__(self, book: LayerBook, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._book = book
        self._waiting: deque[Wish] = deque()
        self._job: Job | None = None
        self._now: Wish | None = None
        application = QCoreApplication.instance()
        if application is not None:
            application.aboutToQuit.connect(self.cancel)

    @property
    def is_busy(self) -> bool:
        """Tell whether something is being added."""
        return self._job is not None

    def add(self, wishes: Iterable[Wish]) -> None:
        """Add files after those that wait."""
        self._waiting.extend(wishes)
        self._next()

    def cancel(self) -> None:
        """Give up what is being added and what waits; nothing half added is left."""
        self._waiting.clear()
        job, self._job = self._job, None
        if job is not None:
            job.cancel()
            self.ended.emit()

    def _next(self) -> None:
        city = self._book.city
        if self._job is not None or city is None:
            return
        if not self._waiting:
            self.ended.emit()
            return
        wish = self._now = self._waiting.popleft()
        self._book.flush()  # the job reads the file
        job = self._job = Job(lambda job: _add(city, wish, job), self)
        job.progressed.connect(lambda share, _: self.progressed.emit(wish.path.name, share, len(self._waiting)))
        job.done.connect(lambda answer: self._on_done(job, wish, answer))
        job.failed.connect(lambda problem: self._on_failed(job, wish, problem))
        self.progressed.emit(wish.path.name, 0.0, len(self._waiting))
        job.start()

    def _on_done(self, job: Job, wish: Wish, answer: Added | CrsQuestion | LayerQuestion) -> None:
        if job is not self._job:
            return
        self._job = None
        if isinstance(answer, CrsQuestion):
            self.asked_crs.emit(answer)
        elif isinstance(answer, LayerQuestion):
            self.asked_layers.emit(answer)
        else:
            self._book.look()
            self.added.emit(wish, answer)
        self._next()

    def _on_failed(self, job: Job, wish: Wish, problem: BaseException) -> None:
        if job is self._job:
            self._job = None
            self.failed.emit(wish, problem)
            self._next()


def _add(city: City, wish: Wish, job: Job) -> Added | CrsQuestion | LayerQuestion:
    from app.layer_apart import LayerNeeded, add_file_apart
    from app.layer_deeds import CrsNeeded

    try:
        added = add_file_apart(city, wish.path, title=wish.title, layer=wish.layer, crs=wish.crs or None, job=job)
    except LayerNeeded as needed:
        return LayerQuestion(wish, needed.layers)
    except CrsNeeded as needed:
        return CrsQuestion(wish, needed.guesses, np.empty((0, 2)) if needed.sample is None else needed.sample)
    for each in added.layers:
        _keep_problems(city, each.name, added.problems)
    return added


def problems_of(city: City, name: str) -> list[str]:
    """Return what was wrong in the file that a vector layer came from, a line each."""
    try:
        return (city.folder / "layers" / name / PROBLEMS_FILE).read_text("utf-8").splitlines()
    except (OSError, ValueError):
        return []


def _keep_problems(city: City, name: str, problems: Sequence[Problem]) -> None:
    folder = city.folder / "layers" / name
    if problems and folder.is_dir():
        lines = [one_line(str(problem), 600) for problem in problems]
        with suppress(OSError):
            (folder / PROBLEMS_FILE).write_text("\n".join(lines) + "\n", "utf-8")


def share_inside(city: City, sample: NDArray[np.float64], crs: str) -> float | None:
    """Tell which share of coordinates lies in the city if they are in a system; None where that cannot be told."""
    from gis.chinese_coordinates import bd09_to_wgs84, chinese_name, gcj02_to_wgs84
    from gis.crs import LONLAT, transformer

    if not len(sample):
        return None
    x, y = sample[:, 0], sample[:, 1]
    chinese = chinese_name(crs)
    try:
        if chinese:
            if np.abs(sample).max() > 360:
                return 0.0
            lon, lat = gcj02_to_wgs84(x, y) if chinese == "GCJ-02" else bd09_to_wgs84(x, y)
        else:
            lon, lat = transformer(crs, LONLAT).transform(x, y)
    except ValueError:
        return None
    west, south, east, north = city.bounds
    inside = (lon >= west) & (lon <= east) & (lat >= south) & (lat <= north)
    return float(np.mean(inside))


def chosen_layers(question: LayerQuestion, names: Iterable[str]) -> list[Wish]:
    """Make the wishes that answer which layers of a file are to be added."""
    stem = question.wish.path.stem
    return [replace(question.wish, layer=name, title=f"{stem}: {name}") for name in names]
