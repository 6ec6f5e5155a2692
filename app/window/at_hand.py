"""What one key brings to hand: the command line, the board's filter, the seats, the layers, the place in hand."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtWidgets import QDockWidget, QMainWindow, QWidget

from app.commandline.line import CommandBar
from app.desk import Desk
from app.panels.units import UnitsPanel
from app.parts.tally import tally
from app.window.front import bring_to_front
from app.window.later import panel_in
from dispatch.commands import AcknowledgeSignal
from resources.status import Signal as CrewSignal


class AtHand:
    """Bring parts of a window to the front, with the keys on them."""

    def __init__(
        self,
        window: QMainWindow,
        desk: Desk,
        docks: Mapping[str, QDockWidget],
        *,
        commands: CommandBar,
        units: UnitsPanel,
        room: QWidget | None,
    ) -> None:
        self._window, self._desk, self._docks = window, desk, docks
        self._commands, self._units, self._room = commands, units, room

    def focus_commands(self) -> None:
        """Put the cursor in the command line."""
        self._window.activateWindow()
        self._commands.line.setFocus()
        self._commands.line.selectAll()

    def find_unit(self) -> None:
        """Put the cursor in the board's filter."""
        bring_to_front(self._docks.get("units"))
        self._units.find.setFocus()
        self._units.find.selectAll()

    def show_seats(self) -> None:
        """Bring the seats of the room to the front with the keys on them."""
        bring_to_front(self._docks.get("room"))
        panel = panel_in(self._room)
        if hasattr(panel, "focus_list"):
            panel.focus_list()

    def toggle_layers(self) -> None:
        """Show the panel of layers, or put it away where it is in front."""
        dock = self._docks.get("layers")
        if dock is None:
            return
        if dock.isVisible() and not dock.visibleRegion().isEmpty():
            dock.hide()
        else:
            bring_to_front(dock)

    def show_incident(self) -> None:
        """Let the map show the case or the incident in hand."""
        desk = self._desk
        case = desk.state.cases.get(desk.selection.case_id or 0)
        if case is not None:
            desk.go_to.emit(case.place.location.lon, case.place.location.lat)
            return
        incident = desk.state.incidents.get(desk.selection.incident_id or 0)
        if incident is not None:
            desk.go_to.emit(incident.location.lon, incident.location.lat)

    def answer_speak(self) -> None:
        """Answer the request to speak that has waited longest."""
        waiting = tally(self._desk.state, self._desk.clock()).speak
        if waiting:
            self._desk.send(AcknowledgeSignal(waiting[0], CrewSignal.REQUEST_TO_SPEAK))
