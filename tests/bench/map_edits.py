"""Edits until they are seen on the map: a closure sent through a whole desk, a layer that is given another look."""

from __future__ import annotations

import os
import shutil
import tempfile
from pathlib import Path

import numpy as np
from PySide6.QtWidgets import QApplication

from gis.city import City
from tests.bench.map_program import SIZE, WatchedMap, shown, turn_until

CLOSURES = 8
RESTYLES = 6
AREAS = 2_000
NAME = "bench_areas"


def edits(app: QApplication, folder: Path) -> dict[str, object]:
    """Measure both on a copy of a city; answers seconds from the order to the end of the frame that shows it."""
    with tempfile.TemporaryDirectory(prefix="opsroom-edits-") as place:
        copy = Path(place) / "city"
        shutil.copytree(folder, copy, copy_function=os.link)
        _add_areas(copy)
        return {"closures_s": _closures(app, copy, Path(place)), **_restyles(app, copy), "features": AREAS}


def _closures(app: QApplication, folder: Path, place: Path) -> list[float]:
    from app.bootstrap import build
    from app.canvas.map_link import MapLink
    from dispatch.commands import CloseRoad
    from dispatch.events import LogKind
    from dispatch.incident import Closure

    desktop = build(
        folder, log_place=place / "log.db", kind=LogKind.DRILL, planner="process", key_folder=place / "keys"
    )
    canvas = WatchedMap()
    try:
        canvas.resize(*SIZE)
        MapLink(desktop.desk, canvas)
        canvas.show()
        lon, lat = desktop.city.center
        canvas.go_to(lon, lat, 2.0)
        turn_until(app, lambda: canvas.is_settled, "tiles")
        took = []
        for number in range(CLOSURES):
            west, south = lon + 0.003 * (number - CLOSURES / 2), lat - 0.002
            ring = ((west, south), (west + 0.002, south), (west + 0.002, south + 0.003), (west, south))
            frames = len(canvas.ended_at)
            middle = (west + 0.0015, south + 0.001)

            def is_seen(count: int = number + 1, before: int = frames) -> bool:
                return len(canvas.marks.closures) == count and len(canvas.ended_at) > before and canvas.is_shown_now

            before = canvas.grab().toImage()
            desktop.desk.send(CloseRoad(Closure(f"bench-{number}", "Polygon", ring, (), "bench")))
            took.append(turn_until(app, is_seen, "a closure"))
            at = canvas.on_screen(*canvas.ground_of(middle)).toPoint()
            if canvas.grab().toImage().pixel(at) == before.pixel(at):
                raise RuntimeError("the closure is not in the picture")
        return took
    finally:
        canvas.close()
        desktop.close()


def _add_areas(folder: Path) -> None:
    """Lay a layer of areas all over a city."""
    import shapely

    from gis.column_writer import write_layer

    city = City.open(folder)
    west, south, east, north = city.bounds
    (x0, x1), (y0, y1) = city.to_metric(np.array([west, east]), np.array([south, north]))
    dice = np.random.default_rng(5)
    x, y = dice.uniform(x0, x1, AREAS), dice.uniform(y0, y1, AREAS)
    write_layer(
        folder / "layers" / NAME, shapely.buffer(shapely.points(x, y), dice.uniform(50, 400, AREAS)), name=NAME,
        geometry="polygon", kinds=("area",), kind_codes=np.zeros(AREAS, np.uint16), crs=city.metric_crs,
    )  # fmt: skip


def _restyles(app: QApplication, folder: Path) -> dict[str, list[float]]:
    from app.canvas.layer_link import LayerLink
    from app.layers.book import LayerBook
    from maps.user_layers import Look, UserLayer

    canvas = shown(app, folder)
    assert canvas.city is not None
    book = LayerBook(canvas.city)
    LayerLink(book, canvas)
    found: dict[str, list[float]] = {}
    colours = ("#d03030", "#30a030", "#3050d0")
    try:
        for what, scale in (("near", 2.0), ("whole", None)):
            if scale is None:
                canvas.show_all()
            else:
                canvas.set_view(canvas.view.zoomed(canvas.view.metres_per_pixel / scale))
            book.put(UserLayer(NAME, "Areas", "vector", "bench"))
            turn_until(app, lambda: canvas.is_settled, "tiles")
            took = []
            for number in range(RESTYLES):
                look = Look(colour=colours[number % 3], outline=colours[number % 2], opacity=0.5)
                frames = len(canvas.ended_at)
                book.put(UserLayer(NAME, "Areas", "vector", "bench", look=look))

                def is_seen(before: int = frames) -> bool:
                    return (
                        canvas.tiles.is_complete(canvas.view) and canvas.is_shown_now and len(canvas.ended_at) > before
                    )

                took.append(turn_until(app, is_seen, "a restyled layer"))
            found[f"restyled_{what}_s"] = took
    finally:
        book.close()
        canvas.close()
    return found
