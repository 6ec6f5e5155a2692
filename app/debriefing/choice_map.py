"""The map of the decision in hand: who was sent, who was really sent and who was best then, each with its way."""

from __future__ import annotations

from PySide6.QtCore import QEvent
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QWidget

from app import theme
from app.canvas.canvas import MapCanvas
from app.debriefing.choice import Choice, closures_then
from app.debriefing.names import Names
from app.debriefing.pictures import station_marks, view_of
from gis.city import City


class ChoiceMap(MapCanvas):
    """Show a city with one decision painted over it; the user may look around."""

    def __init__(self, city: City, *, workers: int | None = None, parent: QWidget | None = None) -> None:
        super().__init__(parent, workers=1 if workers is None else min(workers, 1))
        self.begins_beside = True
        self._choice: Choice | None = None
        self.setMinimumSize(300, 220)
        self.set_theme(theme.look().name)
        self.set_city(city)

    def show_names(self, names: Names) -> None:
        """Show the stations of another exercise, and no decision yet."""
        assert self.city is not None
        self._choice = None
        self.set_marks(stations=station_marks(names, self.city), closures=())
        self.repaint_soon()

    def show_decision(self, names: Names, place: int) -> None:
        """Show a decision, and look at all that belongs to it; what has no place leaves the view as it is."""
        assert self.city is not None
        choice = Choice(names, place, self.city.to_metric)
        self._choice = choice
        self.set_marks(closures=closures_then(names, choice.decision.at_s, self.city.to_metric))
        self._look()
        if len(choice.points()):
            self._refit = self._look  # until the user looks elsewhere
        self.repaint_soon()

    def paint_tools(self, painter: QPainter) -> None:
        """Paint the decision over the map."""
        super().paint_tools(painter)
        if self._choice is not None:
            self._choice.paint(painter, self.view, theme.look())

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange and self.theme.name != theme.look().name:
            self.set_theme(theme.look().name)

    def _look(self) -> None:
        if self._choice is not None and self.city is not None and len(self._choice.points()):
            view = view_of(self._choice.points(), self.city, self.width(), self.height())
            self.set_view(view)
            self._refit = self._look
