"""Calls, reports of cases and what is sent: the window's keys and the map's places reach their docks from here."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QDockWidget, QWidget

from app.window.front import bring_to_front
from app.window.later import panel_in


class IntakeDocks(QObject):
    """Join the docks "intake", "recommendation" and "case_intake" to the window's keys and to its maps."""

    def __init__(self, window: QWidget, panels: Mapping[str, QWidget], docks: Mapping[str, QDockWidget]) -> None:
        super().__init__(window)
        self._panels, self._docks = panels, docks

    def take_call(self) -> None:
        """Take a call: the one thing that must work from everywhere."""
        self._raise("intake")
        self._ask("intake", "start")

    def take_call_at(self, lon: float, lat: float) -> None:
        """Take a call whose place was pointed at on the map."""
        self._raise("intake")
        self._ask("intake", "start_at", lon, lat)

    def report_case(self) -> None:
        """Stand ready for the report of a case."""
        self._raise("case_intake")
        self._ask("case_intake", "start")

    def report_case_at(self, lon: float, lat: float) -> None:
        """Report a case whose place was pointed at on the map."""
        self._raise("case_intake")
        self._ask("case_intake", "start_at", lon, lat)

    def report_case_from(self, incident_id: int) -> None:
        """Report what is left to be put right where an incident was."""
        self._raise("case_intake")
        self._ask("case_intake", "start_from", incident_id)

    def send_shown(self) -> None:
        """Send exactly what stands on the screen."""
        for key in ("intake", "recommendation"):
            if self._ask(key, "send"):
                return

    def show_plan(self) -> None:
        """Show who should go to all open incidents, or again to the one in hand."""
        self._raise("recommendation")
        self._ask("recommendation", "show_scope")

    def attach(self) -> None:
        """Attach the call to the incident that stands beside it."""
        self._ask("intake", "attach")

    def _raise(self, key: str) -> None:
        bring_to_front(self._docks.get(key))

    def _ask(self, key: str, name: str, *given: object) -> bool:
        """Ask a panel for something that it may not be able to do; tell whether it could."""
        method = getattr(panel_in(self._panels.get(key)), name, None)
        if method is None:
            return False
        return method(*given) is not False
