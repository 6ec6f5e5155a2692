"""What the ground says of a place that was corrected: its cell and its area, worked out apart from the window."""

from __future__ import annotations

import logging

from PySide6.QtCore import QObject, Signal

from app import jobs
from app.desk import Desk
from dispatch.case import CasePlace
from dispatch.incident import Location
from gis.grid import LAYER, Grid

logger = logging.getLogger(__name__)


class Ground(QObject):
    """Hold the place of a case with its cell; `found` tells that a new one is known."""

    found = Signal()

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self._desk = desk
        self._job: jobs.Job | None = None
        self.place: CasePlace | None = None

    def keep(self, place: CasePlace) -> None:
        """Take a place as it stands."""
        if self._job is not None:
            self._job.cancel()
            self._job = None
        self.place = place

    def find(self, location: Location) -> None:
        """Ask which cell a place lies in; until that is known there is no place."""
        city = self._desk.city
        if self.place is not None and self.place.location == location:
            return
        self.keep(CasePlace(location))
        if city is None or LAYER not in city.layer_names():
            self.found.emit()
            return
        self.place = None

        def work(job: jobs.Job) -> tuple[Location, str]:
            try:
                grid = Grid.of(city)
                cell = grid.cell_of(location.lon, location.lat) if grid is not None else None
            except ValueError as problem:  # a broken grid bars no correction
                logger.warning("no cell is known: %s", problem)
                cell = None
            return location, cell.code if cell is not None else ""

        self._job = jobs.start(work, done=self._on_cell)

    def _on_cell(self, answer: tuple[Location, str]) -> None:
        location, cell = answer
        self._job = None
        held = self._desk.state.areas.holding(cell) if cell else ()
        self.place = CasePlace(location, cell, held[0].id if held else "", cell[:12])
        self.found.emit()
