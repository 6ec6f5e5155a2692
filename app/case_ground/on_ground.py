"""What a city's ground says of a place where something is to be put right: its cell, and the components near by."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from PySide6.QtCore import QObject, QThreadPool, Signal

from app.desk import Desk
from app.jobs import Job
from dispatch.standards import COMPONENT, Standards
from gis.city import City
from gis.components import Component, Components
from gis.grid import Grid

COMPONENTS_WITHIN_M = 15.0
MOST_COMPONENTS = 6


@dataclass(frozen=True, slots=True)
class OnGround:
    """Say where a place is: the code of its cell ("" outside all), and components with their distance in metres."""

    lon: float
    lat: float
    has_grid: bool = False
    cell: str = ""
    is_water: bool = False
    components: tuple[tuple[Component, float], ...] = ()


def layers_of(standards: Standards) -> tuple[str, ...]:
    """Name the layers that components of the standards stand in."""
    return tuple(dict.fromkeys(each.layer for each in standards.small if each.group == COMPONENT and each.layer))


def on_ground(city: City, lon: float, lat: float, layers: Iterable[str]) -> OnGround:
    """Look a place up; the first time in a city takes some 20 ms more. Raises CityError, ValueError."""
    grid, components = _kept(city, tuple(layers))
    cell = grid.cell_of(lon, lat) if grid is not None else None
    x, y = city.to_metric(lon, lat)
    near = components.near(float(x), float(y), within_m=COMPONENTS_WITHIN_M, limit=MOST_COMPONENTS)
    if cell is None:
        return OnGround(lon, lat, grid is not None, components=near)
    return OnGround(lon, lat, True, cell.code, cell.is_water, near)


_Kept = tuple[City, tuple[str, ...], Grid | None, Components]
_kept_last: list[_Kept] = []  # of one city: read once, by whichever thread asks first


def _kept(city: City, layers: tuple[str, ...]) -> tuple[Grid | None, Components]:
    for held, held_layers, grid, components in _kept_last:
        if held is city and held_layers == layers:
            return grid, components
    made = (city, layers, Grid.of(city), Components.of(city, layers))
    _kept_last[:] = [made]
    return made[2], made[3]


class GroundSide(QObject):
    """Look places up apart from the window, one after the other; only the last one asked for is told."""

    found = Signal(object)  # OnGround
    failed = Signal(str)

    def __init__(self, desk: Desk, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self._pool = QThreadPool(self)
        self._pool.setMaxThreadCount(1)
        self._job: Job | None = None

    @property
    def is_busy(self) -> bool:
        """Tell whether a place is being looked up."""
        return self._job is not None

    def ask(self, lon: float, lat: float) -> None:
        """Look a place up."""
        self.drop()
        city, layers = self._desk.city, layers_of(self._desk.state.standards)
        if city is None:
            self.found.emit(OnGround(lon, lat))
            return
        self._job = Job(lambda _: on_ground(city, lon, lat, layers))
        self._job.done.connect(self._on_found)
        self._job.failed.connect(self._on_failed)
        self._job.start(self._pool)

    def drop(self) -> None:
        """Let go of what is being looked up."""
        if self._job is not None:
            self._job.cancel()
            self._job = None

    def _on_found(self, found: OnGround) -> None:
        self._job = None
        self.found.emit(found)

    def _on_failed(self, problem: BaseException) -> None:
        self._job = None
        self.failed.emit(str(problem) or type(problem).__name__)
