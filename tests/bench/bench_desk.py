"""The desk: first picture from process start, frames while panning, an order from key to screen."""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from tests.bench.rows import Row, timed, within

ROOT = Path(__file__).resolve().parents[2]
FIRST = """
import sys, time
from pathlib import Path
from PySide6.QtWidgets import QApplication
app = QApplication([])
from gis.city import City
from app.canvas.canvas import MapCanvas
canvas = MapCanvas(workers=0)
canvas.resize(1920, 1080)
canvas.set_city(City.open(Path(sys.argv[1])))
canvas.grab()
"""


def rows() -> Iterator[Row]:
    """Yield the rows; everything runs offscreen on the bundled city."""
    os.environ["QT_QPA_PLATFORM"] = "offscreen"
    from maps.cities.helsinki import ensure_built

    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        city = ensure_built(folder=folder / "helsinki")
        program = [sys.executable, "-c", FIRST, str(city)]
        starts = [
            timed(lambda: subprocess.run(program, cwd=ROOT, check=True, capture_output=True))[0] for _ in range(3)
        ]
        yield within("first picture of the map, from process start (best of 3)", min(starts), 0.6)
        yield from _window(city, folder)


def _window(city: Path, folder: Path) -> Iterator[Row]:
    from PySide6.QtWidgets import QApplication

    from app import theme
    from app.bootstrap import build
    from app.canvas.canvas import MapCanvas
    from app.desktop import Shown
    from dispatch.commands import ReportStatus
    from dispatch.events import LogKind
    from resources.status import Status

    app = QApplication.instance() or QApplication([])
    assert isinstance(app, QApplication)
    theme.put_on(app, "night")
    desktop = build(
        city,
        log_place=folder / "bench.db",
        kind=LogKind.DRILL,
        planner="inline",
        in_thread=False,
        key_folder=folder / "keys",
    )
    shown = Shown(desktop, keep_in=None, workers=0, silent=True)
    try:
        shown.window.resize(1920, 1080)
        shown.window.show()
        app.processEvents()
        canvas = shown.window.findChild(MapCanvas)
        frames = []
        for step in range(120):
            canvas.set_view(canvas.view.panned(8 if step % 60 < 30 else -8, 3 if step % 40 < 20 else -3))
            frames.append(timed(canvas.repaint)[0])
        frames.sort()
        yield within("frame while panning, bundled city, p50", statistics.median(frames), 1 / 60)
        yield within("frame while panning, bundled city, p99", frames[int(len(frames) * 0.99)], 1 / 30)
        units = sorted(desktop.desk.state.units)
        turns = [Status.OUT_OF_SERVICE, Status.AVAILABLE]
        asked = []
        for number in range(60):
            body = ReportStatus(
                units[number % len(units)], turns[number // len(units) % 2], reason="bench", source="crew"
            )
            asked.append(timed(lambda body=body: (desktop.desk.send(body), app.processEvents()))[0])
        yield within("a status: decided, durable, every panel repainted, median", statistics.median(asked), 0.1)
        yield within("the same, worst of 60", max(asked), 0.1)
    finally:
        shown.window.close()
        shown.close()
