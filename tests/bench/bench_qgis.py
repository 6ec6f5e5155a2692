"""One view beside QGIS: the same features, colours, widths and visibility by scale, labels off in both; and the build.

QGIS (Debian's python3-qgis) draws with its parallel job from a GeoPackage with spatial indexes; we draw the same view
once directly, in one process, and once as the window does, as tiles in its worker processes. They take turns, the best
of three counts. Bridges, tunnels and arrows are drawn by us only. Set OPSROOM_BENCH_PICTURES to a folder to see both.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from math import cos, radians
from pathlib import Path
from typing import Any

import numpy as np

from gis.city import City
from gis.column_writer import write_columns
from gis.layer_import import import_layer
from tests.bench.bench_city import CITIES, command
from tests.bench.bench_scale import scale_city
from tests.bench.qgis_views import DRAWN, job_of, write_geopackage
from tests.bench.rows import Row, absent, against, timed, within

PYTHON = "/usr/bin/python3"
REAL = "Vancouver"
DRAWS = Path(__file__).with_name("qgis_draw.py")
AIMS = {17: 0.6, 16: 0.6, 15: 0.6, 14: 0.4, 13: 0.4, 12: 0.15}
ROUNDS = 3
SIZE = (1920, 1080)
EQUATOR_MPP = 156_543.034
PATIENCE_MS = 60_000


def rows() -> Iterator[Row]:
    """Yield the rows of every zoom, and of building a million features."""
    os.environ["QT_QPA_PLATFORM"] = "offscreen"
    city = City.open(scale_city(1_000_000))
    yield from _build(city)
    found = subprocess.run(
        [PYTHON, "-c", "import qgis.core"], capture_output=True, check=False, env=_environment("/nonexistent")
    )
    if found.returncode:
        yield absent("one view against QGIS", "absent: apt-get install python3-qgis")
        return
    with tempfile.TemporaryDirectory(prefix="opsroom-qgis-") as folder:
        yield from _views("1M", city, Path(folder))
    if not CITIES[REAL].is_file():
        yield absent(f"{REAL} against QGIS", f"{CITIES[REAL].name} is not here")
        return
    with tempfile.TemporaryDirectory(prefix="opsroom-qgis-") as folder:
        out = Path(folder) / "city"
        command([sys.executable, "-m", "app", "city", "build", str(CITIES[REAL]), "--out", str(out)])
        yield from _views(REAL, City.open(out), Path(folder))


def _environment(home: str) -> dict[str, str]:
    return {
        "QT_QPA_PLATFORM": "offscreen",
        "PATH": "/usr/bin:/bin",
        "HOME": home,
        "LANG": "C.UTF-8",
    }


def _views(called: str, city: City, folder: Path) -> Iterator[Row]:
    from PySide6.QtGui import QImage
    from PySide6.QtWidgets import QApplication

    from app.canvas.frames import usual_workers
    from app.canvas.tile_pool import TilePool
    from maps.painter import base_image
    from maps.style import THEMES
    from maps.view import View
    from tests.maps.references import DIFFERS, difference

    keep_alive = QApplication.instance() or QApplication([])
    theme, file = THEMES["day"], folder / "city.gpkg"
    count = write_geopackage(city, file, theme)
    pictures = Path(os.environ.get("OPSROOM_BENCH_PICTURES") or folder)
    lon, lat = city.center
    x, y = (float(value) for value in city.to_metric(lon, lat))
    pool = TilePool(usual_workers())
    with subprocess.Popen(
        [PYTHON, str(DRAWS), str(file), str(pictures)], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL, text=True, env=_environment(str(folder)),
    ) as qgis:  # fmt: skip
        try:
            for zoom, aim in AIMS.items():
                view = View(x, y, EQUATOR_MPP * cos(radians(lat)) / 2**zoom, *SIZE)
                job = job_of(city, view, theme, f"z{zoom}")
                theirs, direct, tiled = [], [], []
                for _ in range(ROUNDS):
                    theirs.append(_ask(qgis, job))
                    took_s, image = timed(lambda view=view: base_image(city, view, theme))
                    direct.append(took_s)
                    tiled.append(_tiled(pool, city, view))
                image.save(str(pictures / f"z{zoom}_opsroom.png"))
                apart = float((difference(image, QImage(str(pictures / f"z{zoom}_qgis.png"))) > DIFFERS).mean())
                work = f"{called}, {count:,} drawn, z{zoom} ({view.metres_per_pixel:.2g} m/px)"
                noted = f"≤ {aim}"
                yield against(
                    f"{work}: one picture",
                    min(direct),
                    "QGIS",
                    min(theirs),
                    aim=f"{noted}; {apart:.1%} of pixels apart",
                )
                yield against(
                    f"{work}: all tiles, {usual_workers()} processes", min(tiled), "QGIS", min(theirs), aim=noted
                )
        finally:
            pool.close()
            qgis.stdin.close()  # type: ignore[union-attr]
    del keep_alive


def _ask(qgis: subprocess.Popen[str], job: dict[str, Any]) -> float:
    assert qgis.stdin is not None and qgis.stdout is not None
    qgis.stdin.write(json.dumps(job) + "\n")
    qgis.stdin.flush()
    answer = json.loads(qgis.stdout.readline())
    if answer["errors"]:
        raise RuntimeError(f"QGIS: {answer['errors']}")
    return float(answer["ms"]) / 1000


def _tiled(pool: Any, city: City, view: Any) -> float:
    """Return the seconds until the workers have painted every tile that the view touches."""
    from PySide6.QtCore import QEventLoop, QTimer

    from app.canvas.tile_pool import TileJob
    from maps.tiles import nearest_level, tiles_covering

    keys = tiles_covering(view, nearest_level(view.metres_per_pixel))
    # Labels are off in QGIS: who knows them already is not told them again.
    jobs = [TileJob(city.folder / "layers", 0, "day", 1.0, key, knows_own_labels=True) for key in keys]
    loop, done = QEventLoop(), set()

    def keep(job: TileJob, image: object, labels: object) -> None:
        done.add(job)
        if len(done) == len(jobs):
            loop.quit()

    pool.painted.connect(keep)
    guard = QTimer(singleShot=True, interval=PATIENCE_MS)
    guard.timeout.connect(loop.quit)
    guard.start()
    started = time.perf_counter()
    pool.request(jobs)
    loop.exec()  # asleep until the workers say something: both cores are theirs
    took_s = time.perf_counter() - started
    pool.painted.disconnect(keep)
    if len(done) < len(jobs):
        raise TimeoutError(f"only {len(done)} of {len(jobs)} tiles came")
    return took_s


def _build(city: City) -> Iterator[Row]:
    """Build a million features from a GeoPackage, against only reading it; and from plain arrays."""
    from dataclasses import replace

    from pyogrio.raw import read

    from maps.style import THEMES

    with tempfile.TemporaryDirectory(prefix="opsroom-build-") as folder:
        place = replace(city, folder=Path(folder))
        names = (*DRAWN, "house_numbers")
        file = Path(folder) / "city.gpkg"
        write_geopackage(city, file, THEMES["day"], names=names)
        read_s, import_s, count = 0.0, 0.0, 0
        for name in names:
            read_s += timed(lambda name=name: read(file, layer=name))[0]
            took_s, imported = timed(lambda name=name: import_layer(file, place, f"new_{name}", layer=name))
            import_s, count = import_s + took_s, count + imported.kept
        per_million = 1_000_000 / count
        yield against(f"{count:,} features from a GeoPackage", import_s, "pyogrio reads them", read_s)
        yield within("the same, for a million", import_s * per_million, 6.0)
        arrays_s, count = 0.0, 0
        for name in city.layer_names():
            layer = city.layer(name)
            arrays = np.array(layer.coords), np.diff(layer.parts), np.diff(layer.features), np.array(layer.kind_codes)
            took_s, written = timed(
                lambda layer=layer, arrays=arrays: write_columns(
                    Path(folder) / "arrays" / layer.name, arrays[0], arrays[1], part_counts=arrays[2], name=layer.name,
                    geometry=layer.geometry, kinds=layer.kinds, kind_codes=arrays[3], crs=layer.crs,
                )
            )  # fmt: skip
            arrays_s, count = arrays_s + took_s, count + written
        yield within(f"{count:,} features from arrays", arrays_s, 6.0)
