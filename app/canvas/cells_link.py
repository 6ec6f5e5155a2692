"""Shows the cells of the city's grid or its responsible areas over a map, where somebody asks for them."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu

from app.canvas.canvas import MapCanvas
from app.desk import Desk
from app.jobs import Job
from app.wording import one_line, text
from app.wording.screen import say
from maps.live_cells import CellsMark, cells_mark

if TYPE_CHECKING:
    from dispatch.areas import Areas
    from dispatch.state import State
    from gis.city import City

CELLS, AREAS = "cells", "areas"


def marks_of_cells(city: City) -> tuple[CellsMark, ...]:
    """Return the cells of a city's grid with their codes; none where it has no grid. Raises CityError, ValueError."""
    from gis.grid import Grid

    grid = Grid.of(city)
    return (cells_mark(grid.shapes, grid.codes),) if grid is not None and len(grid) else ()


def marks_of_areas(city: City, areas: Areas, language: str) -> tuple[CellsMark, ...]:
    """Return the ground of responsible areas with their names. Raises CityError, ValueError."""
    import numpy as np
    import shapely

    from gis.grid import Grid

    grid = Grid.of(city)
    if grid is None:
        return ()
    codes = np.array(grid.codes)
    shapes, names = [], []
    for area in areas.areas:
        rows = np.zeros(len(codes), bool)
        for beginning in area.cells:
            rows |= np.char.startswith(codes, beginning)
        if rows.any():
            shapes.append(shapely.union_all(grid.shapes[rows]))
            names.append(one_line(area.name_zh if language == "zh" and area.name_zh else area.name, 60))
    return (cells_mark(np.array(shapes, dtype=object), names, is_area=True),) if shapes else ()


class CellsLink(QObject):
    """Keep what of the grid a canvas shows: nothing, until its `menu` says so."""

    def __init__(self, desk: Desk, canvas: MapCanvas) -> None:
        super().__init__(canvas)
        self._desk, self._canvas = desk, canvas
        self._shown = ""
        self._areas: object = None
        self._job: Job | None = None
        self._menu = QMenu(text("case_map.menu", desk.language), canvas)
        self._menu.setObjectName("menu_cells")
        self._menu.aboutToShow.connect(self._fill)
        desk.state_changed.connect(self._on_state)

    def menu(self) -> QAction:
        """Return the menu to put into a window's."""
        return self._menu.menuAction()

    def show(self, what: str) -> None:
        """Show the "cells", the "areas", or with the empty text neither."""
        self._shown = what
        if self._job is not None:
            self._job.cancel()
            self._job = None
        city, areas, language = self._desk.city, self._desk.state.areas, self._desk.language
        self._areas = areas
        if not what or city is None:
            self._canvas.set_marks(cells=())
            return
        work = partial(marks_of_cells, city) if what == CELLS else partial(marks_of_areas, city, areas, language)
        self._job = Job(lambda _: work())
        self._job.done.connect(self._on_made)
        self._job.failed.connect(self._on_failed)
        self._job.start()

    def _on_made(self, marks: tuple[CellsMark, ...]) -> None:
        self._job = None
        self._canvas.set_marks(cells=marks)
        if not marks:
            code = "case_map.no_areas" if self._shown == AREAS and self._desk.city is not None else "case_map.no_grid"
            self._desk.said.emit("info", text(code, self._desk.language))

    def _on_failed(self, problem: BaseException) -> None:
        self._job = None
        self._desk.said.emit("warning", say("area_failed", self._desk.language, reason=one_line(problem, 160)))

    def _on_state(self, entry: object, state: State) -> None:
        if self._shown == AREAS and state.areas is not self._areas:
            self.show(AREAS)

    def _fill(self) -> None:
        self._menu.clear()
        for what, key in (("", "case_map.none"), (CELLS, "case_map.cells"), (AREAS, "case_map.areas")):
            action = self._menu.addAction(text(key, self._desk.language))
            action.setCheckable(True)
            action.setChecked(self._shown == what)
            action.triggered.connect(lambda checked=False, what=what: self.show(what))
