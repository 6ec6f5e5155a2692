"""The trainer's own small map: she points at places on it and draws; the trainee's map does not move."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QObject, Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from app import theme
from app.canvas.canvas import MapCanvas
from app.canvas.hand_link import HandLink
from app.canvas.map_words import MapWords
from app.canvas.mirror import Mirror
from app.canvas.tools import Tool
from app.trainer.sitting import Sitting

LEAST_PX = 150
NEAR_M_PER_PX = 4.0
NOT_HERS = ("places", "cameras", "routes", "sight", "reach", "density", "imagined")


class SmallMap(QWidget):
    """Show incidents and units; `drawn` carries a GeoJSON geometry type and lon/lat corners."""

    drawn = Signal(str, list)

    def __init__(self, sitting: Sitting, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._sitting = sitting
        self._mirror: Mirror | None = None
        self._wants_drawing = False
        self.canvas = MapCanvas(workers=1)
        self.canvas.begins_beside = True
        self.canvas.set_theme(theme.look().name)
        self.canvas.setMinimumHeight(LEAST_PX)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.canvas)
        if sitting.desk.city is not None:
            self.canvas.set_city(sitting.desk.city)
        words = MapWords(sitting.desk, self.canvas.overlay)
        self.canvas.set_description(words.describe)
        self._hand = HandLink(sitting.desk, self.canvas)
        self.canvas.drawn.connect(self._on_drawn)
        self.canvas.tool_changed.connect(self._on_tool)
        sitting.desk.go_to.connect(self.show_place)
        sitting.happened.connect(lambda inject: self._take_pin_away())
        sitting.begun.connect(self._begin)
        self._begin()

    def draw(self, is_area: bool) -> None:
        """Take the line or the area in hand; what is drawn is told by `drawn`."""
        self.canvas.set_tool(Tool.POLYGON if is_area else Tool.LINE)
        self._wants_drawing = True
        self.canvas.setFocus()

    def show_place(self, lon: float, lat: float) -> None:
        """Look at a place, near enough to tell its streets, and pin it."""
        scale = min(self.canvas.view.metres_per_pixel, NEAR_M_PER_PX)
        self.canvas.pin = (lon, lat)
        self.canvas.go_to(lon, lat, scale)
        self.canvas.repaint_soon()

    def _take_pin_away(self) -> None:
        self.canvas.pin = None
        self.canvas.repaint_soon()

    def close_map(self) -> None:
        """End what paints the map."""
        self.canvas.tiles.close()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange and self.canvas.theme.name != theme.look().name:
            self.canvas.set_theme(theme.look().name)

    def _begin(self) -> None:
        """Show what the present desk's map shows."""
        if self._mirror is not None:
            self._mirror.setParent(None)
            self._mirror.deleteLater()
            self._mirror = None
        link: QObject | None = getattr(self._sitting.session.shown, "map_link", None)
        source = getattr(link, "canvas", None)
        if isinstance(source, MapCanvas):
            self._mirror = Mirror(source, self.canvas, but=NOT_HERS)

    def _on_tool(self, tool: str) -> None:
        if tool not in (Tool.LINE, Tool.POLYGON) and self._wants_drawing and tool != Tool.PAN:
            self._wants_drawing = False

    def _on_drawn(self, kind: str, corners: Sequence[tuple[float, float]]) -> None:
        if self._wants_drawing:
            self._wants_drawing = False
            self.drawn.emit(kind, list(corners))
