"""Ties the marks of one map to the desk: what a click on them takes in hand, what their cards say."""

from __future__ import annotations

from PySide6.QtCore import QObject

from app.canvas.canvas import MapCanvas
from app.canvas.map_words import MapWords
from app.desk import Desk
from maps.cluster_symbols import CLUSTER

CLUSTER_NEAREST_MPP = 1.5


class PickLink(QObject):
    """Turn picks on a canvas into selections. Every map of a desk has one."""

    def __init__(self, desk: Desk, canvas: MapCanvas, words: MapWords) -> None:
        super().__init__(canvas)
        self._desk = desk
        self._canvas = canvas
        canvas.picked.connect(self._on_picked)
        canvas.set_description(words.describe)

    def _on_picked(self, kind: str, key: str) -> None:
        held = self._desk.selection
        if kind == CLUSTER:
            self._open_cluster(key)
        elif kind == "incident" and key.isdigit():
            self._desk.select(incident_id=int(key))
            self._look_at(int(key))
        elif kind == "case" and key.isdigit():
            self._desk.select(case_id=int(key))
        elif kind == "unit":
            self._desk.select(incident_id=held.incident_id, unit_id=key)
        elif kind == "camera":
            self._desk.select(incident_id=held.incident_id, unit_id=held.unit_id, camera_id=key)

    def _open_cluster(self, key: str) -> None:
        """Come near enough that what is gathered stands apart."""
        box = self._canvas.overlay.box_of(key)
        if box is None:
            return
        view = self._canvas.view
        fitted = view.fit(box, 0.2)
        scale = min(max(fitted.metres_per_pixel, CLUSTER_NEAREST_MPP), view.metres_per_pixel / 2)
        self._canvas.set_view(fitted.zoomed(fitted.metres_per_pixel / scale))

    def _look_at(self, incident_id: int) -> None:
        """Bring an incident into view whose sign at the map's edge was clicked; one in view moves nothing."""
        incident, city, view = self._desk.state.incidents.get(incident_id), self._desk.city, self._canvas.view
        if incident is None or city is None:
            return
        across, down = view.to_screen(*city.to_metric(incident.location.lon, incident.location.lat))
        if not (0 < float(across) < view.width and 0 < float(down) < view.height):
            self._canvas.go_to(incident.location.lon, incident.location.lat)
