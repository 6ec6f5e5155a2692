"""The map as it runs, alone in a process: real tile workers, a real event loop, units that move once a second.

Run by `bench_map` as `python -m tests.bench.map_program TASK CITY [UNITS [CASES]]`; prints one JSON object.
"""

from __future__ import annotations

import json
import os
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt, QTimer
from PySide6.QtGui import QMouseEvent, QPaintEvent, QWheelEvent
from PySide6.QtWidgets import QApplication

from app.canvas.canvas import MapCanvas
from gis.city import City
from resources.position import Fix
from tests.bench.many_cases import many_cases

SIZE = (1920, 1080)  # logical pixels; QT_SCALE_FACTOR=2 makes it a 4K screen
NEAR_UNITS = 740  # in view, of 5,000
HAND_MS = 16
SCRIPT_S = 20.0
REPORTS = 4  # sets of positions, taken in turn
PATIENCE_S = 120.0
STATUS_SHARES = (0.45, 0.15, 0.02, 0.03, 0.15, 0.02, 0.1, 0.03, 0.02, 0.03)


class WatchedMap(MapCanvas):
    """A map that notes each frame: how long it took, what of that the processor, and how long it had been asked for."""

    _asked_at: float | None = None

    def __init__(self) -> None:
        super().__init__()
        self.ended_at: list[float] = []
        self.processor_s: list[float] = []
        self.waits_s: list[float] = []

    @property
    def is_shown_now(self) -> bool:
        """Tell whether the last frame shows all that was asked for."""
        return self._asked_at is None

    def repaint_soon(self) -> None:
        if self._asked_at is None:
            self._asked_at = time.perf_counter()
        super().repaint_soon()

    def paintEvent(self, event: QPaintEvent) -> None:
        asked_at, self._asked_at = self._asked_at, None
        before = time.thread_time()
        super().paintEvent(event)
        self.processor_s.append(time.thread_time() - before)
        self.ended_at.append(time.perf_counter())
        if asked_at is not None:
            self.waits_s.append(self.ended_at[-1] - asked_at)


def turn_until(app: QApplication, is_done: Callable[[], bool], what: str) -> float:
    """Let the event loop turn until something is so; answers the seconds that it took."""
    started = time.perf_counter()
    while not is_done():
        app.processEvents()
        if time.perf_counter() - started > PATIENCE_S:
            raise TimeoutError(f"{what}: not within {PATIENCE_S:.0f} s")
        time.sleep(0.0005)
    return time.perf_counter() - started


class Fleet:
    """A desk whose units report their positions once a second; the map is tied to it as in the window."""

    def __init__(self, city: City, canvas: MapCanvas, count: int, cases: int = 0) -> None:
        from immutables import Map

        from app.canvas.map_link import MapLink
        from app.desk import Desk
        from dispatch.commands import Who
        from dispatch.state import State, UnitState
        from resources.status import Status
        from resources.unit import Department, Unit

        self._dice = np.random.default_rng(1)
        west, south, east, north = city.bounds
        x, y = self._dice.uniform(0.04, 0.96, (2, count))
        self._lonlat = np.column_stack((west + x * (east - west), south + y * (north - south)))
        self.at = datetime(2026, 3, 9, 12, tzinfo=UTC)
        kinds = ("fire", "ambulance", "police", "urban_management", "water")
        statuses = [list(Status)[code] for code in self._dice.choice(len(STATUS_SHARES), count, p=STATUS_SHARES)]
        self._moves = np.isin([status.value for status in statuses], ("en_route", "transporting", "available_by_radio"))
        self._ids = [f"U{number}" for number in range(count)]
        units = {
            name: UnitState(Unit(name, kinds[row % 5], ("x",), *self._lonlat[row].tolist()), statuses[row], self.at)
            for row, name in enumerate(self._ids)
        }
        self.desk = Desk(Who("bench"), clock=lambda: self.at)
        self.desk.city = city
        state = many_cases(cases, open_count=cases, box=city.bounds) if cases else State()
        self.desk.state = replace(
            state, units=Map(units), departments=Map({kind: Department(kind, kind, kind) for kind in kinds})
        )
        self.link = MapLink(self.desk, canvas)
        self._reports = [self._moved() for _ in range(REPORTS)]  # a feed's work is not the map's
        self._next = 0
        self._second = QTimer(self.link, interval=1000, timerType=Qt.TimerType.PreciseTimer)
        self._second.timeout.connect(self.report)

    def start(self) -> None:
        """Report now and from now on."""
        self.report()
        self._second.start()

    def report(self) -> None:
        """Hand in a new position of every unit."""
        self.at += timedelta(seconds=1)
        self.desk.fixes = self._reports[self._next % REPORTS]
        self._next += 1
        self.desk.fixes_changed.emit(self.desk.fixes)
        self.desk.ticked.emit(self.at)

    def _moved(self) -> dict[str, Fix]:
        """Move what is on its way, and make a report of every unit."""
        self._lonlat[self._moves] += self._dice.normal(0, 1e-4, (int(self._moves.sum()), 2))
        return {
            name: Fix(name, lon, lat, self.at, self.at, 9.0, float(row * 7 % 360))
            for row, (name, (lon, lat)) in enumerate(zip(self._ids, self._lonlat.tolist(), strict=True))
        }


class Hand:
    """A user's hand on the map: drags for two seconds this way and that, and turns the wheel between."""

    def __init__(self, canvas: MapCanvas) -> None:
        self._canvas = canvas
        self._timer = QTimer(canvas, interval=HAND_MS, timerType=Qt.TimerType.PreciseTimer)
        self._timer.timeout.connect(self._step)
        self._started = 0.0
        self._at = QPoint()
        self._is_down = False
        self._turns = 0

    def start(self) -> None:
        """Begin."""
        self._started = time.perf_counter()
        self._timer.start()

    @property
    def is_done(self) -> bool:
        """Tell whether the script has been played."""
        return bool(self._started) and not self._timer.isActive()

    def _step(self) -> None:
        since_s = time.perf_counter() - self._started
        if since_s > SCRIPT_S:
            self._mouse(QEvent.Type.MouseButtonRelease)
            self._timer.stop()
            return
        phase, within_s = int(since_s // 2.5), since_s % 2.5
        if within_s < 2.0:
            if not self._is_down:
                self._at = QPoint(*(side // 2 for side in SIZE))
                self._mouse(QEvent.Type.MouseButtonPress)
            turn = phase * 2.4 + within_s
            self._at += QPoint(round(9 * np.cos(turn)), round(6 * np.sin(turn)))
            self._mouse(QEvent.Type.MouseMove)
        elif self._is_down:
            self._mouse(QEvent.Type.MouseButtonRelease)
            self._turns += 1
            self._wheel(1 if self._turns % 4 in (1, 2) else -1)  # in, in, out, out

    def _mouse(self, kind: QEvent.Type) -> None:
        self._is_down = kind != QEvent.Type.MouseButtonRelease
        left, none = Qt.MouseButton.LeftButton, Qt.MouseButton.NoButton
        button = none if kind == QEvent.Type.MouseMove else left
        event = QMouseEvent(
            kind, QPointF(self._at), QPointF(self._canvas.mapToGlobal(self._at)), button,
            left if self._is_down else none, Qt.KeyboardModifier.NoModifier,
        )  # fmt: skip
        QApplication.sendEvent(self._canvas, event)

    def _wheel(self, turns: int) -> None:
        at = QPoint(*(side // 2 for side in SIZE))
        event = QWheelEvent(
            QPointF(at), QPointF(self._canvas.mapToGlobal(at)), QPoint(), QPoint(0, 120 * turns),
            Qt.MouseButton.NoButton, Qt.KeyboardModifier.NoModifier, Qt.ScrollPhase.NoScrollPhase, False,
        )  # fmt: skip
        QApplication.sendEvent(self._canvas, event)


def shown(app: QApplication, folder: Path) -> WatchedMap:
    """Show a city in a window of the bench's size, with the tile workers of the machine."""
    canvas = WatchedMap()
    canvas.resize(*SIZE)
    canvas.frame_times_s = []
    canvas.set_city(City.open(folder))
    canvas.show()
    turn_until(app, lambda: bool(canvas.ended_at), "first picture")
    return canvas


def first(app: QApplication, folder: Path) -> dict[str, float]:
    """Tell when the first picture stood, in seconds of the machine's clock."""
    canvas = shown(app, folder)
    painted_at = time.time() - (time.perf_counter() - canvas.ended_at[0])
    complete_s = turn_until(app, lambda: canvas.is_settled, "tiles of the whole city")
    canvas.close()
    return {"painted_at": painted_at, "complete_s": complete_s}


def frames(app: QApplication, folder: Path, units: int, is_near: bool, cases: int = 0) -> dict[str, object]:
    """Play the script of the hand; answers every frame's seconds, asked for to seen, and the memory."""
    canvas = shown(app, folder)
    fleet = Fleet(City.open(folder), canvas, units, cases)
    west, south, east, north = canvas.city_box()
    if is_near:
        scale = ((east - west) * (north - south) * NEAR_UNITS / 5000 / (SIZE[0] * SIZE[1])) ** 0.5
        canvas.set_view(canvas.view.zoomed(canvas.view.metres_per_pixel / scale))
    else:
        canvas.show_all()
    fleet.start()
    turn_until(app, lambda: canvas.is_settled, "tiles before the script")
    seen = _in_view(canvas)
    ratio = canvas.devicePixelRatioF()
    assert canvas.frame_times_s is not None
    for noted in (canvas.processor_s, canvas.waits_s, canvas.frame_times_s):
        noted.clear()
    hand = Hand(canvas)
    hand.start()
    turn_until(app, lambda: hand.is_done, "the script of the hand")
    answer: dict[str, object] = {
        "frames_s": list(canvas.frame_times_s), "processor_s": list(canvas.processor_s),
        "waits_s": list(canvas.waits_s), "in_view": seen, "device_pixel_ratio": ratio,
        "metres_per_pixel": canvas.view.metres_per_pixel, **memory(canvas.tiles.pool.worker_ids),
    }  # fmt: skip
    settled_s = turn_until(app, lambda: canvas.is_settled, "tiles after the script")
    answer["settled_s"] = settled_s
    canvas.close()
    return answer


def _in_view(canvas: MapCanvas) -> int:
    units = canvas.marks.units
    xy = np.array([(unit.x, unit.y) for unit in units]).reshape(-1, 2)
    across, down = canvas.view.to_screen(xy[:, 0], xy[:, 1])
    return int(((across >= 0) & (across < SIZE[0]) & (down >= 0) & (down < SIZE[1])).sum())


def memory(workers: list[int]) -> dict[str, float]:
    """Return the proportional memory (PSS, MB) of this process and of its workers, together."""
    found = {}
    for process in (os.getpid(), *workers):
        lines = Path(f"/proc/{process}/smaps_rollup").read_text().splitlines()
        found[process] = sum(int(line.split()[1]) for line in lines if line.startswith("Pss:")) / 1024
    return {"window_mb": found[os.getpid()], "all_mb": sum(found.values())}


def main() -> None:
    """Do one task of the command line."""
    task, folder, *rest = sys.argv[1:]
    app = QApplication([])
    if task == "first":
        answer: dict[str, object] = dict(first(app, Path(folder)))
    elif task == "edits":
        from tests.bench.map_edits import edits

        answer = edits(app, Path(folder))
    else:
        answer = frames(app, Path(folder), int(rest[0]), task == "near", int(rest[1]) if rest[1:] else 0)
    print(json.dumps(answer))


if __name__ == "__main__":
    main()
