"""The map of the page: density, hot squares and clusters over the city, each with its switch."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtWidgets import QToolButton, QVBoxLayout, QWidget

from app import theme
from app.canvas.canvas import MapCanvas
from app.demand.told import HotTold, PlacesTold
from app.desk import Desk
from app.parts.forms import plain_label, small_button
from app.wording import text
from dispatch.demand.places import PlacesFound
from maps.density_veil import DensityMark
from maps.live_hot import HotLayer, HotMark, RingLayer, RingMark
from maps.web_density import square

LAYERS = {"density": "demand.show_density", "hot": "demand.show_hot", "rings": "demand.show_clusters"}
NEAR_M = 6.0  # metres a pixel at which a place is looked at


class PlaceMap(QWidget):
    """Show where calls gather; `square_taken` and `cluster_taken` tell of a click on one (a key, a number)."""

    square_taken = Signal(str)
    cluster_taken = Signal(int)

    def __init__(self, desk: Desk, *, workers: int | None = None) -> None:
        super().__init__()
        language = desk.language
        self._language = language
        self._told: PlacesTold | None = None
        self._selected = ("", 0)
        self._has_looked = False
        self.canvas: MapCanvas | None = None
        self.switches: dict[str, QToolButton] = {}
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        if desk.city is None:
            words = plain_label(text("demand.no_map", language), role="muted")
            words.setAlignment(Qt.AlignmentFlag.AlignCenter)
            column.addWidget(words, 1)
            return
        canvas = self.canvas = MapCanvas(workers=1 if workers is None else min(workers, 1))
        canvas.begins_beside = True
        canvas.setAccessibleName(text("demand.title", language))
        canvas.setMinimumSize(300, 220)
        canvas.overlay.add_layer("hot", HotLayer(), under="stations")
        canvas.overlay.add_layer("rings", RingLayer(), under="stations")
        canvas.set_theme(theme.look().name)
        canvas.set_city(desk.city)
        column.addWidget(canvas, 1)
        for layer, words_key in LAYERS.items():
            made = small_button(text(words_key, language), self._switch, role="tab")
            made.setCheckable(True)
            made.setChecked(True)
            self.switches[layer] = made
        canvas.clicked.connect(self._on_click)

    def show_places(self, told: PlacesTold, found: PlacesFound) -> None:
        """Show what was found; what was selected stays where it is still there."""
        self._told = told
        if self.canvas is None:
            return
        if not self._has_looked and told.points:
            self._has_looked = True
            low, high = (np.percentile(np.array(told.points), share, axis=0) for share in (1, 99))
            self.canvas.fit((float(low[0]), float(low[1]), float(high[0]), float(high[1])))
        surface = found.surface
        unit = text("demand.density_unit", self._language)
        marks = (DensityMark(surface.values, surface.box, unit),) if surface is not None and surface.values.size else ()
        self.canvas.set_marks(density=marks)
        self._mark()

    def clear(self) -> None:
        """Show nothing."""
        self._told = None
        if self.canvas is not None:
            self.canvas.set_marks(density=(), hot=(), rings=())

    def select(self, *, square_key: str = "", cluster: int = 0, goes_there: bool = True) -> None:
        """Mark a square or a cluster, and look at it."""
        self._selected = (square_key, cluster)
        self._mark()
        told = self._told
        if told is None or self.canvas is None or not goes_there:
            return
        for hot in told.hot:
            if square_key and hot.key == square_key:
                self.canvas.go_to(hot.lon, hot.lat, min(self.canvas.view.metres_per_pixel, NEAR_M))
                return
        for each in told.clusters:
            if each.number == cluster:
                near = max(NEAR_M, 2.6 * each.radius_m / max(min(self.canvas.width(), self.canvas.height()), 1))
                self.canvas.go_to(each.lon, each.lat, min(self.canvas.view.metres_per_pixel, near))
                return

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        canvas = self.canvas if hasattr(self, "canvas") else None
        is_dressed = event.type() == QEvent.Type.PaletteChange
        if is_dressed and canvas is not None and canvas.theme.name != theme.look().name:
            canvas.set_theme(theme.look().name)

    def _mark(self) -> None:
        told, canvas = self._told, self.canvas
        if told is None or canvas is None:
            return
        hottest: dict[str, HotTold] = {}
        for hot in told.hot:  # the hottest slot of a square first
            hottest.setdefault(hot.key, hot)
        most = max((hot.z for hot in hottest.values()), default=1.0)
        key, number = self._selected
        canvas.set_marks(
            hot=[
                HotMark(square((hot.x, hot.y), told.side_m), hot.z / most, hot.key == key) for hot in hottest.values()
            ],
            rings=[
                RingMark(each.x, each.y, each.radius_m, f"{each.number} · {each.count:,}", each.number == number)
                for each in told.clusters
            ],
        )  # fmt: skip

    def _switch(self) -> None:
        assert self.canvas is not None
        for layer, made in self.switches.items():
            self.canvas.overlay.set_shown(layer, made.isChecked())
        self.canvas.marks_changed.emit()
        self.canvas.repaint_soon()

    def _on_click(self, lon: float, lat: float, modifiers: object) -> None:
        told, canvas = self._told, self.canvas
        if told is None or canvas is None:
            return
        x, y = canvas.ground_of((lon, lat))
        side = told.side_m
        inside = [each for each in told.clusters if (each.x - x) ** 2 + (each.y - y) ** 2 <= each.radius_m**2]
        if inside and self.switches["rings"].isChecked():
            self.cluster_taken.emit(min(inside, key=lambda each: each.radius_m).number)
            return
        hot = next((each for each in told.hot if each.x <= x < each.x + side and each.y <= y < each.y + side), None)
        if hot is not None and self.switches["hot"].isChecked():
            self.square_taken.emit(hot.key)
