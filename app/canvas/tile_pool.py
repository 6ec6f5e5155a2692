"""Paint the tiles of the base map away from the window: in worker processes, or in turns of the event loop."""

from __future__ import annotations

import contextlib
import json
import logging
import mmap
import os
import sys
import tempfile
import time
from collections import deque
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import NamedTuple

from PySide6.QtCore import QCoreApplication, QObject, QProcess, QProcessEnvironment, QTimer, Signal
from PySide6.QtGui import QImage

import maps
from maps.label import read_label
from maps.listing import elsewhere
from maps.names import labels_in, labels_laid_over
from maps.tile_worker import SLOT_BYTES, paint_tile
from maps.tiles import TILE_PX, LayerFolder, TileKey

log = logging.getLogger(__name__)

MOST_TRIES = 2
MOST_DEATHS = 5
DEATHS_WITHIN_S = 10.0
MOST_LEFT_TO_OTHERS = 2
MOST_REMEMBERED = 48


class TileJob(NamedTuple):
    """One tile to paint: of which city folder's layers and edit, in which look, for which screen.

    Who knows the labels of the city's own layers is told only what user layers write.
    """

    layers: Path
    version: int
    theme: str
    device_pixel_ratio: float
    key: TileKey
    knows_own_labels: bool = False


class TilePool(QObject):
    """Hand out jobs, nearest first, one a worker; a worker that dies is replaced and its tile painted again.

    With `workers=0` (tests, and when workers keep dying) one tile is painted in each turn of the event loop.
    """

    painted = Signal(object, QImage, list)
    failed = Signal(object, str)

    def __init__(self, workers: int, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._queue: deque[TileJob] = deque()
        self._tries: dict[TileJob, int] = {}
        self._deaths: deque[float] = deque(maxlen=MOST_DEATHS)
        self._folder: LayerFolder | None = None
        self._opened: tuple[Path, int] | None = None
        self._turn = QTimer(self, interval=0, singleShot=True)
        self._turn.timeout.connect(self._paint_here)
        self._workers: list[_Worker] = []  # one list for ever: the last line of this method keeps it
        self._wanted = workers
        self._painters: dict[TileKey, _Worker] = {}
        self._started = False
        self.destroyed.connect(partial(_stop, self._workers))

    @property
    def worker_ids(self) -> list[int]:
        """Return the process ids of the workers that run."""
        return [worker.process_id for worker in self._workers if worker.process_id]

    @property
    def is_idle(self) -> bool:
        """Tell whether nothing is queued or being painted."""
        return not self._queue and all(worker.job is None for worker in self._workers)

    def request(self, jobs: Sequence[TileJob]) -> None:
        """Replace what waits by these jobs, most urgent first; what is being painted goes on."""
        running = {worker.job for worker in self._workers}
        self._queue = deque(job for job in jobs if job not in running)
        if self._queue:
            self._start()
        self._feed()

    def close(self) -> None:
        """Stop the workers."""
        self._queue.clear()
        self._turn.stop()
        self._wanted = 0
        _stop(self._workers)

    def _start(self) -> None:
        if not self._started:
            self._started = True
            self._workers.extend(_Worker(self) for _ in range(self._wanted))
            application = QCoreApplication.instance()
            if application is not None:
                application.aboutToQuit.connect(self.close)

    def _feed(self) -> None:
        if not self._workers:
            if self._queue and not self._turn.isActive():
                self._turn.start()
            return
        for worker in self._workers:
            if worker.job is None and (job := self._next_for(worker)) is not None:
                self._queue.remove(job)
                worker.give(job)

    def _next_for(self, worker: _Worker) -> TileJob | None:
        """Choose what a worker paints: tiles that it painted before first (it keeps the ground of the last ones)."""
        found = next((job for job in self._queue if self._suits(worker, job)), None)
        if found is None and len(self._queue) > MOST_LEFT_TO_OTHERS:
            found = self._queue[0]
        if found is not None:
            self._painters.pop(found.key, None)
            self._painters[found.key] = worker
            if len(self._painters) > MOST_REMEMBERED:
                del self._painters[next(iter(self._painters))]
        return found

    def _suits(self, worker: _Worker, job: TileJob) -> bool:
        before = self._painters.get(job.key)
        return not job.knows_own_labels or before is worker or before not in self._workers

    def _paint_here(self) -> None:
        if not self._queue:
            return
        job = self._queue.popleft()
        try:
            source = (job.layers, job.version)
            if self._folder is None or source != self._opened:
                self._folder, self._opened = LayerFolder(job.layers, self._folder), source
            find_labels = labels_laid_over if job.knows_own_labels else labels_in
            image, labels = paint_tile(
                self._folder, job.theme, job.key, job.device_pixel_ratio, find_labels=find_labels
            )
        except Exception as error:  # a broken layer must not take the window with it
            log.exception("a tile could not be painted")
            self.failed.emit(job, str(error))
        else:
            self.painted.emit(job, image, labels)
        if self._queue:
            self._turn.start()

    def answered(self, job: TileJob, answer: dict[str, object], image: QImage) -> None:
        """Take a worker's answer."""
        self._tries.pop(job, None)
        if "error" in answer:
            log.error("a tile could not be painted: %s", answer["error"])
            self.failed.emit(job, str(answer["error"]))
        else:
            labels = [read_label(entry) for entry in answer["labels"]]  # type: ignore[attr-defined]
            self.painted.emit(job, image, labels)
        self._feed()

    def died(self, worker: _Worker) -> None:
        """Replace a worker that ended by itself, and have its tile painted again (but not for ever)."""
        if worker not in self._workers:
            return
        job = worker.job
        worker.stop()
        now = time.monotonic()
        self._deaths.append(now)
        if job is not None:
            self._tries[job] = self._tries.get(job, 0) + 1
            if self._tries[job] < MOST_TRIES:
                self._queue.appendleft(job)
            else:
                self.failed.emit(job, "the worker died over this tile")
        place = self._workers.index(worker)
        if len(self._deaths) == MOST_DEATHS and now - self._deaths[0] < DEATHS_WITHIN_S:
            log.error("tile workers keep dying; painting in the window's own process from now on")
            for other in self._workers:
                if other.job is not None and other is not worker:
                    self._queue.append(other.job)
            _stop(self._workers)
        else:
            log.warning("a tile worker died and is replaced")
            self._workers[place] = _Worker(self)
        self._feed()


def _stop(workers: list[_Worker]) -> None:
    while workers:
        workers.pop().stop()


class _Worker:
    """One process with the mapped file that it paints into."""

    def __init__(self, pool: TilePool) -> None:
        self._pool = pool
        self.job: TileJob | None = None
        self._number = 0
        self._is_stopped = False
        self._has_ended = False
        handle, name = tempfile.mkstemp(prefix="opsroom-tile-", dir=_memory_folder())
        self._slot = Path(name)
        with os.fdopen(handle, "r+b") as file:
            file.truncate(SLOT_BYTES)
            self._shared = mmap.mmap(file.fileno(), SLOT_BYTES)
        self._process = QProcess()
        environment = QProcessEnvironment.systemEnvironment()
        house = str(Path(maps.__file__).resolve().parent.parent)
        paths = [house, *filter(None, environment.value("PYTHONPATH", "").split(os.pathsep))]
        environment.insert("PYTHONPATH", os.pathsep.join(paths))
        environment.insert("OMP_NUM_THREADS", "1")
        environment.insert("ARROW_DEFAULT_MEMORY_POOL", "system")  # its own holds 16 MiB for a few names
        self._process.setProcessEnvironment(environment)
        self._process.setProcessChannelMode(QProcess.ProcessChannelMode.ForwardedErrorChannel)
        self._process.readyReadStandardOutput.connect(self._read)
        self._process.finished.connect(self._ended)
        self._process.errorOccurred.connect(self._ended)
        self._process.start(sys.executable, ["-m", "maps.tile_worker", str(self._slot)])

    @property
    def process_id(self) -> int:
        return int(self._process.processId())

    def give(self, job: TileJob) -> None:
        self.job = job
        self._number += 1
        listing = elsewhere(job.layers.parent)
        line = {
            "job": self._number, "layers": str(job.layers), "version": job.version, "theme": job.theme,
            "ratio": job.device_pixel_ratio, "level": job.key.level, "column": job.key.column, "row": job.key.row,
            "knows_own_labels": job.knows_own_labels, "listing": str(listing) if listing is not None else None,
        }  # fmt: skip
        self._process.write(json.dumps(line).encode() + b"\n")

    def _read(self) -> None:
        while self._process.canReadLine() and not self._is_stopped:
            line = self._process.readLine().data()
            try:
                answer = json.loads(line)
                number = answer["job"]
            except (ValueError, KeyError, TypeError):
                log.error("a tile worker said something that is no answer")
                continue
            if self.job is None or number != self._number:
                continue
            job, self.job = self.job, None
            image = QImage(self._shared, TILE_PX, TILE_PX, TILE_PX * 4, QImage.Format.Format_RGB32).copy()
            self._pool.answered(job, answer, image)

    def _ended(self) -> None:
        if not self._is_stopped and not self._has_ended:
            self._has_ended = True
            # In a later turn: the process that speaks here must not be deleted before it has finished.
            QTimer.singleShot(0, self._pool, lambda: self._pool.died(self))

    def stop(self) -> None:
        """End the process and give its memory back."""
        if self._is_stopped:
            return
        self._is_stopped = True
        with contextlib.suppress(RuntimeError):  # at the program's end Qt may have deleted the process already
            self._process.readyReadStandardOutput.disconnect()
            self._process.finished.disconnect()
            self._process.errorOccurred.disconnect()
            if self._process.state() != QProcess.ProcessState.NotRunning:
                self._process.kill()
                self._process.waitForFinished(1000)
        self._shared.close()
        self._slot.unlink(missing_ok=True)


def _memory_folder() -> str | None:
    """Name a folder that lies in memory where the system has one."""
    memory = Path("/dev/shm")
    return str(memory) if memory.is_dir() and os.access(memory, os.W_OK) else None
