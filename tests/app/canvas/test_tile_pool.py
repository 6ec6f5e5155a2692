"""Tiles from real worker processes, which may die."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
import shiboken6
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QWidget

import app
from app.canvas.canvas import MapCanvas
from app.canvas.tile_pool import TileJob, TilePool
from gis.city import City
from maps.style import THEMES
from maps.tile_worker import NICENESS
from maps.tiles import TileKey, tiles_covering
from tests.maps.village import EAST, NORTH, build_village, view


@pytest.fixture(scope="module")
def village(tmp_path_factory: pytest.TempPathFactory) -> City:
    return City.open(build_village(tmp_path_factory.mktemp("village")))


@pytest.fixture
def pool(qapp) -> Iterator[TilePool]:
    made = TilePool(2)
    yield made
    made.close()


def jobs(city: City, keys: list[TileKey]) -> list[TileJob]:
    return [TileJob(city.folder / "layers", 0, "night", 1.0, key) for key in keys]


def test_workers_paint_what_is_asked(qtbot, pool: TilePool, village: City) -> None:
    done: dict[TileJob, tuple[QImage, list]] = {}
    pool.painted.connect(lambda job, image, labels: done.update({job: (image, labels)}))
    wanted = jobs(village, list(tiles_covering(view(0, 0, 1.0, 1200, 1200), 0)))
    pool.request(wanted)
    qtbot.waitUntil(lambda: len(done) == len(wanted), timeout=30_000)
    assert pool.is_idle and len(pool.worker_ids) == 2
    if sys.platform == "linux":  # a frame never waits for a tile
        niceness = min(19, os.getpriority(os.PRIO_PROCESS, 0) + NICENESS)
        assert {os.getpriority(os.PRIO_PROCESS, worker) for worker in pool.worker_ids} == {niceness}
        assert {os.sched_getscheduler(worker) for worker in pool.worker_ids} == {os.SCHED_BATCH}
    assert any(labels for _, labels in done.values())
    assert len({image.constBits().tobytes() for image, _ in done.values()}) > 1


def test_what_is_no_longer_wanted_is_not_painted(qtbot, pool: TilePool, village: City) -> None:
    done = []
    pool.painted.connect(lambda job, image, labels: done.append(job))
    first = jobs(village, [TileKey(0, column, 0) for column in range(50)])
    last = jobs(village, [TileKey(0, 976, 12988)])
    pool.request(first)
    pool.request(last)
    qtbot.waitUntil(lambda: last[0] in done, timeout=30_000)
    assert len(done) <= 3


@pytest.mark.skipif(sys.platform == "win32", reason="kills by signal")
def test_a_killed_worker_is_replaced_and_its_tile_painted(qtbot, pool: TilePool, village: City) -> None:
    done = set()
    pool.painted.connect(lambda job, image, labels: done.add(job))
    pool.request(jobs(village, [TileKey(0, 976, 12988)]))
    qtbot.waitUntil(lambda: bool(done), timeout=30_000)
    before = set(pool.worker_ids)
    wanted = jobs(village, list(tiles_covering(view(0, 0, 1.0, 2400, 1200), 0)))
    pool.request(wanted)
    for process_id in before:
        os.kill(process_id, signal.SIGKILL)
    qtbot.waitUntil(lambda: done >= set(wanted), timeout=30_000)
    assert len(pool.worker_ids) == 2 and not before & set(pool.worker_ids)


@pytest.mark.skipif(sys.platform == "win32", reason="kills by signal")
def test_workers_that_keep_dying_are_done_without(qtbot, pool: TilePool, village: City) -> None:
    done = set()
    pool.painted.connect(lambda job, image, labels: done.add(job))
    wanted = jobs(village, [TileKey(0, 976 + column, 12988) for column in range(8)])
    pool.request(wanted)

    def all_painted() -> bool:
        for process_id in pool.worker_ids:
            os.kill(process_id, signal.SIGKILL)
        return done >= set(wanted[-4:])

    failed = []
    pool.failed.connect(lambda job, why: failed.append(job))
    qtbot.waitUntil(all_painted, timeout=30_000)
    assert pool.worker_ids == []
    assert set(failed) <= set(wanted)


def test_closing_leaves_no_process_and_no_file(qtbot, village: City) -> None:
    pool = TilePool(1)
    with qtbot.waitSignal(pool.painted, timeout=30_000):
        pool.request(jobs(village, [TileKey(0, 976, 12988)]))
    (process_id,) = pool.worker_ids
    slots = [worker._slot for worker in pool._workers]
    pool.close()
    with pytest.raises(ProcessLookupError):
        os.kill(process_id, 0)
    assert not any(Path(slot).exists() for slot in slots)


def test_a_window_that_goes_takes_its_workers_along(qtbot, village: City) -> None:
    window = QWidget()
    widget = MapCanvas(window, workers=1)
    widget.set_city(village)
    with qtbot.waitExposed(window):
        window.show()
    qtbot.waitUntil(lambda: bool(widget.tiles.pool.worker_ids), timeout=30_000)
    (process_id,) = widget.tiles.pool.worker_ids
    shiboken6.delete(window)
    with pytest.raises(ProcessLookupError):
        os.kill(process_id, 0)


def test_the_map_pans_zooms_and_picks_with_real_workers(qtbot, village: City) -> None:
    widget = MapCanvas(workers=2)
    qtbot.addWidget(widget)
    widget.resize(640, 480)
    widget.set_city(village)
    with qtbot.waitExposed(widget):
        widget.show()
    widget.set_view(widget.view.centred(EAST - 300, NORTH).zoomed(widget.view.metres_per_pixel))
    for _ in range(3):
        widget.zoom_by(1)
        widget.move_to(widget.view.panned(-40, 25))
    qtbot.waitUntil(lambda: widget.is_settled, timeout=30_000)
    widget.set_view(widget.view.centred(EAST - 300, NORTH))
    qtbot.waitUntil(lambda: widget.is_settled, timeout=30_000)
    across, down = widget.view.to_screen(EAST - 300, NORTH + 50)
    assert widget.grab().toImage().pixelColor(int(float(across)), int(float(down))).name() == THEMES["night"].water
    for process_id in widget.tiles.pool.worker_ids:
        os.kill(process_id, signal.SIGKILL if sys.platform != "win32" else signal.SIGTERM)
    widget.set_theme("day")
    qtbot.waitUntil(lambda: widget.is_settled, timeout=30_000)
    assert widget.grab().toImage().pixelColor(int(float(across)), int(float(down))).name() == THEMES["day"].water
    widget.close()
    assert widget.tiles.pool.worker_ids == []


def test_nothing_heavy_is_imported_before_the_first_picture(village: City) -> None:
    script = f"""
import sys
from pathlib import Path
from PySide6.QtWidgets import QApplication
application = QApplication([])
from app.canvas.canvas import MapCanvas
from gis.city import City
canvas = MapCanvas(workers=1)
canvas.resize(640, 480)
canvas.frame_times_s = []
canvas.set_city(City.open(Path({str(village.folder)!r})))
canvas.zoom_by(2)
canvas.show()
while not canvas.frame_times_s:
    application.processEvents()
print([name for name in "pandas geopandas scipy sqlalchemy osmium pyproj dispatch".split() if name in sys.modules])
canvas.close()
"""
    done = subprocess.run(
        [sys.executable, "-c", script],
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
        cwd=Path(app.__file__).parent.parent,
    )
    assert done.stdout.strip() == "[]"


class _Idle:
    """A worker that only notes what it is given."""

    def __init__(self) -> None:
        self.job: TileJob | None = None
        self.given: list[int] = []

    def give(self, job: TileJob) -> None:
        self.job = job
        self.given.append(job.key.column)

    def stop(self) -> None:
        pass


def test_a_restyle_goes_to_who_keeps_the_ground_of_a_tile(village: City, qapp: object) -> None:
    pool = TilePool(0)
    first, second = _Idle(), _Idle()
    pool._workers.extend((first, second))  # type: ignore[arg-type]

    def serve(version: int, columns: range, *, knows_own_labels: bool) -> None:
        layers = village.folder / "layers"
        pool.request([TileJob(layers, version, "night", 1.0, TileKey(0, n, 0), knows_own_labels) for n in columns])
        while not pool.is_idle:
            for place in (1, 0, 0):  # one is twice as fast
                pool._workers[place].job = None
                pool._feed()

    serve(0, range(6), knows_own_labels=False)
    before = set(first.given), set(second.given)
    assert before[0] and before[1] and not before[0] & before[1]
    first.given.clear()
    second.given.clear()
    serve(1, range(6), knows_own_labels=True)
    assert (len(set(first.given) - before[0]), len(set(second.given) - before[1])) == (0, 0)
    pool._workers[1] = _Idle()  # type: ignore[call-overload]
    serve(2, range(6), knows_own_labels=True)  # what a dead one painted waits for nobody
    pool._workers.clear()
