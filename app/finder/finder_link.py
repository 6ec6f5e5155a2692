"""Ties the finder to one map: its key opens the box, and what is taken is gone to and marked."""

from __future__ import annotations

import math

from PySide6.QtCore import QObject, Qt

from app.canvas.canvas import MapCanvas
from app.desk import Desk
from app.finder.box import FinderBox
from app.finder.finder import Finder
from app.finder.found import BOOKMARK, INCIDENT, UNIT, Found
from app.wording import text
from app.wording.plain import one_line
from maps.layers import PlaceMark
from maps.live_shapes import PlaceLayer

NEAR_MPP, STREET_MPP, PLACE_MPP = 1.0, 2.4, 1.6
FAR_FACTOR = 2.5  # a view that is farther than so many times the wanted scale comes near, others keep their scale
SAME_PLACE_M = 3.0
COVERED_M = 60.0  # what is in hand so near to the mark is drawn under it
LAYER = "found"


class FinderLink(QObject):
    """Open the finder over a canvas, go to what is taken, and mark its place until Esc or the next one."""

    def __init__(self, desk: Desk, canvas: MapCanvas, finder: Finder) -> None:
        super().__init__(canvas)
        self._desk = desk
        self._canvas = canvas
        self._finder = finder
        self.ticket = -1  # of the newest question
        self.box = FinderBox(canvas, desk.language)
        canvas.overlay.add_layer(LAYER, PlaceLayer())
        for shift in (False, True):  # "/" is Shift+7 on many keyboards
            canvas.set_key(Qt.Key.Key_Slash, self.open, shift=shift)
        self.box.edited.connect(self._ask)
        self.box.chosen.connect(self.go)
        finder.found.connect(self._on_found)
        finder.failed.connect(self._on_failed)
        self._marked: tuple[float, float] | None = None
        canvas.escaped.connect(self.unmark)
        for signal in (desk.selection_changed, desk.draft_changed):
            signal.connect(self._make_way)

    def open(self) -> None:
        """Show the box; the next letters go into it."""
        self._finder.warm_up()
        self.box.open()

    def go(self, found: Found) -> None:
        """Look at what was found; take a unit, an incident or a camera in hand, mark any other place."""
        canvas, desk, held = self._canvas, self._desk, self._desk.selection
        self.unmark()
        if found.kind == BOOKMARK:
            canvas.go_to(found.lon, found.lat, found.metres_per_pixel)
            return
        wanted = {"street": STREET_MPP, "place": PLACE_MPP}.get(found.kind, NEAR_MPP)
        is_far = canvas.view.metres_per_pixel > wanted * FAR_FACTOR
        canvas.go_to(found.lon, found.lat, wanted if is_far else None)
        if found.kind == UNIT:
            desk.select(incident_id=held.incident_id, unit_id=found.key)
        elif found.kind == INCIDENT:
            desk.select(incident_id=int(found.key))
        else:
            camera_id = self._camera_at(found) if found.kind == "camera" else ""
            if camera_id:
                desk.select(incident_id=held.incident_id, unit_id=held.unit_id, camera_id=camera_id)
            x, y = canvas.ground_of((found.lon, found.lat))
            self._marked = (x, y)
            canvas.set_marks(**{LAYER: (PlaceMark(x, y, one_line(found.title, 60)),)})

    def unmark(self) -> None:
        """Take the mark of the last place away."""
        self._marked = None
        self._canvas.set_marks(**{LAYER: ()})

    def _make_way(self, _: object = None) -> None:
        """A call that is taken at the place, or its incident, has a mark of its own."""
        if self._marked is None:
            return
        desk = self._desk
        incident = desk.state.incidents.get(desk.selection.incident_id or 0)
        for place in (incident.location if incident else None, desk.draft.location if desk.draft else None):
            if place is not None:
                x, y = self._canvas.ground_of((place.lon, place.lat))
                if math.hypot(x - self._marked[0], y - self._marked[1]) <= COVERED_M:
                    self.unmark()
                    return

    def _camera_at(self, found: Found) -> str:
        x, y = self._canvas.ground_of((found.lon, found.lat))
        near = [(math.hypot(one.x - x, one.y - y), one.camera_id) for one in self._canvas.marks.cameras]
        away, camera_id = min(near, default=(math.inf, ""))
        return camera_id if away <= SAME_PLACE_M else ""

    def _ask(self, words: str) -> None:
        canvas = self._canvas
        near = canvas.lonlat(canvas.middle()) if canvas.city is not None else None
        self.ticket = self._finder.ask(words, near=near)

    def _on_found(self, ticket: int, found: tuple[Found, ...]) -> None:
        if ticket == self.ticket:
            self.box.show_found(found)

    def _on_failed(self, ticket: int, reason: str) -> None:
        if ticket == self.ticket:
            self.box.say(text("finder.failed", self._desk.language, reason=one_line(reason, 120)))
