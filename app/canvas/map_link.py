"""Ties the map to the desk: what is drawn, what a click means, where to look. Nothing else moves the map."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import Path as FilePath

import numpy as np
from PySide6.QtCore import QObject, QTimer
from PySide6.QtGui import QImage

from app.canvas.canvas import MapCanvas
from app.canvas.kept_view import read_view, write_view
from app.canvas.tools import Tool
from app.desk import Desk, Draft
from app.wording import label, short_status
from app.wording.plain import one_line
from app.wording.screen import say
from dispatch.commands import CloseRoad
from dispatch.events import Entry, UnitAssigned
from dispatch.incident import Closure
from dispatch.recommendation import Path
from dispatch.state import State
from gis.city import City
from maps import live
from maps.layers import CameraMark, PlaceMark, RouteMark, StationMark, station_marks
from maps.picture import Over, render_ground
from resources.cameras import Cameras
from resources.status import Status

NEAR_CAMERAS = 5
REFRESH_MS = 60
KEEP_VIEW_MS = 1_500
NEAR_MPP = 1.0
FAR_MPP = 2.5
ON_THE_WAY = frozenset({Status.ALERTED, Status.ACKNOWLEDGED, Status.EN_ROUTE})


class MapLink(QObject):
    """Keep a canvas' marks true to the desk, and turn picks into selections."""

    def __init__(self, desk: Desk, canvas: MapCanvas, view_file: FilePath | None = None) -> None:
        super().__init__(canvas)
        self._view_file = view_file
        self._desk = desk
        self._canvas = canvas
        self._paper = Over("day")
        self._closure_reason: str | None = None
        self._place_is_wanted = False
        self._routes: dict[str, Path] = {}  # of units that were sent, as they were shown when they were
        self._cameras = Cameras()
        self._stations: tuple[StationMark, ...] = ()
        self._soon = QTimer(self)
        self._soon.setSingleShot(True)
        self._soon.setInterval(REFRESH_MS)
        self._soon.timeout.connect(self.refresh)
        self._keep_soon = QTimer(self)
        self._keep_soon.setSingleShot(True)
        self._keep_soon.setInterval(KEEP_VIEW_MS)
        self._keep_soon.timeout.connect(self.keep_view)
        if desk.city is not None:
            self._open(desk.city)
        desk.state_changed.connect(self._on_state)
        for signal in (
            desk.selection_changed,
            desk.draft_changed,
            desk.fixes_changed,
            desk.recommendation_changed,
        ):
            signal.connect(self._refresh_soon)
        desk.ticked.connect(self._refresh_soon)
        desk.go_to.connect(self._go_to)
        desk.place_wanted.connect(self._on_place_wanted)
        canvas.placed.connect(desk.place_clicked)
        canvas.picked.connect(self._on_picked)
        canvas.drawn.connect(self._on_drawn)
        canvas.tool_changed.connect(self._on_tool)
        canvas.view_changed.connect(lambda view: self._keep_soon.start())
        canvas.set_description(self.describe)
        self.refresh()

    def draw_closure(self, reason: str) -> None:
        """Let the operator draw a closed road; words that begin with `area` draw an area."""
        is_area = reason.casefold().split(" ")[0] == "area"
        self._canvas.set_tool(Tool.POLYGON if is_area else Tool.LINE)
        self._closure_reason = reason.partition(" ")[2] if is_area else reason
        self._desk.said.emit("info", say("draw_area" if is_area else "draw_line", self._desk.language))

    def keep_view(self) -> None:
        """Write down where the map looks, for the next start."""
        city, view = self._desk.city, self._canvas.view
        if city is not None and self._canvas.isVisible():
            lon, lat = city.to_lonlat(view.x, view.y)
            write_view(self._view_file, city, float(lon), float(lat), view.metres_per_pixel)

    def paper(self) -> Callable[[], QImage] | None:
        """Return what paints the map as it stands now for paper, by day; what it returns may run in another thread."""
        city, view, marks = self._desk.city, self._canvas.view, self._canvas.marks
        if city is None or view.width < 64 or view.height < 64:
            return None
        over = self._paper.render(city, view, marks)
        return lambda: render_ground(city, view, "day", over=over)

    def describe(self, kind: str, key: str) -> str:
        """Return the plain words of a mark's card."""
        desk, language = self._desk, self._desk.language
        if kind == "unit" and key in desk.state.units:
            unit = desk.state.units[key]
            status = label("status", unit.status.value, language)
            able = ", ".join(label("capability", one, language) for one in unit.unit.capabilities)
            code = "SOS" if unit.distress_at is not None else short_status(unit.status.value)
            bound = desk.state.assignments.get(unit.assignment_id)
            station = desk.state.stations.get(unit.unit.station)
            at = f"{say('board_incident', language)} {bound.incident_id}" if bound is not None else ""
            home = one_line(station.name, 60) if station is not None and bound is None else ""
            return "\n".join(part for part in (f"{one_line(key, 40)}  {code}  {status}", at, home, able) if part)
        incident = desk.state.incidents.get(int(key)) if kind == "incident" and key.isdigit() else None
        if incident is not None:
            stage = label("stage", incident.stage.value, language)
            return f"{incident.id} {self._kind(incident.kind)}\n{one_line(incident.location.text, 80)}\n{stage}"
        if kind == "camera":
            return self._camera_words(key)
        if kind == "closure" and key in desk.state.closures:
            return one_line(desk.state.closures[key].reason) or say("closures", language)
        if kind == "station":
            return next((one_line(one.name) for one in self._stations if one.station_id == key), "")
        return ""

    def refresh(self) -> None:
        """Draw everything anew; layers that did not change cost nothing."""
        desk, city = self._desk, self._desk.city
        if city is None:
            return
        at = desk.clock()
        chosen = live.Selection(
            desk.selection.incident_id,
            frozenset({desk.selection.unit_id} if desk.selection.unit_id else ()),
            desk.selection.camera_id or "",
        )
        draft = desk.draft
        self._canvas.set_marks(
            units=live.unit_marks(desk.state, desk.fixes, city, selection=chosen, at=at),
            incidents=live.incident_marks(desk.state, city, selection=chosen, at=at, name=self._kind),
            closures=live.closure_marks(desk.state, city),
            callers=live.caller_marks(desk.state, city, (draft.call_id,) if draft is not None else ()),
            places=self._place(draft, city),
            routes=self._route_marks(city),
            cameras=self._camera_marks(city),
            stations=self._stations,
        )

    def _open(self, city: City) -> None:
        self._canvas.set_city(city)
        kept = read_view(self._view_file, city)
        if kept is not None:
            self._canvas.go_to(*kept)
        else:
            state = self._desk.state
            places = [state.incidents[number].location for number in sorted(state.open_incidents)]
            self._canvas.show_start([city.to_metric(one.lon, one.lat) for one in places])
        self._cameras = Cameras.of_city(city)
        own = live.station_marks_of(self._desk.state, city)
        of_city = station_marks(city)
        self._stations = (*own, *(one for one in of_city if not own or one.department_kind == "hospital"))

    def _refresh_soon(self, _: object = None) -> None:
        if not self._soon.isActive():
            self._soon.start()

    def _on_state(self, entry: Entry | None, state: State) -> None:
        answer = self._desk.recommendation
        shown = {path.unit_id: path for path in answer.paths} if answer is not None else {}
        for event in entry.events if entry is not None else ():
            if isinstance(event, UnitAssigned) and event.unit_id in shown:
                self._routes[event.unit_id] = shown[event.unit_id]
        for unit_id in list(self._routes):
            unit = state.units.get(unit_id)
            if unit is None or not unit.assignment_id or unit.status not in ON_THE_WAY:
                del self._routes[unit_id]
        self._refresh_soon()

    def _route_marks(self, city: City) -> tuple[RouteMark, ...]:
        desk = self._desk
        answer = desk.recommendation
        proposed = live.route_marks(desk.state, answer, city) if answer is not None else ()
        held = {one.unit_id for one in proposed}
        sent = [path for key, path in self._routes.items() if key not in held]
        return (*live.sent_route_marks(desk.state, sent, desk.fixes, city, at=desk.clock()), *proposed)

    def _camera_marks(self, city: City) -> tuple[CameraMark, ...]:
        focus = self._focus()
        ranks: dict[str, int] = {}
        if focus is not None and len(self._cameras):
            x, y = city.to_metric(*focus)
            near = self._cameras.nearest(float(x), float(y), count=NEAR_CAMERAS)
            ranks = {one.camera.id: place for place, one in enumerate(near, start=1)}
        if not self._cameras.all:
            return ()
        lonlat = np.array([(one.lon, one.lat) for one in self._cameras.all])
        xs, ys = city.to_metric(lonlat[:, 0], lonlat[:, 1])
        held = self._desk.selection.camera_id
        return tuple(
            CameraMark(one.id, x, y, one.direction_deg, one.kind, ranks.get(one.id), one.id == held, one.name)
            for one, x, y in zip(self._cameras.all, xs.tolist(), ys.tolist(), strict=True)
        )

    def _focus(self) -> tuple[float, float] | None:
        """Return lon/lat of what the operator looks at: the call being taken, else the incident in hand."""
        draft = self._desk.draft
        if draft is not None:
            return (draft.location.lon, draft.location.lat) if draft.location is not None else None
        incident = self._desk.state.incidents.get(self._desk.selection.incident_id or 0)
        return (incident.location.lon, incident.location.lat) if incident is not None else None

    def _place(self, draft: Draft | None, city: City) -> tuple[PlaceMark, ...]:
        if draft is None or draft.location is None:
            return ()
        x, y = city.to_metric(draft.location.lon, draft.location.lat)
        return (PlaceMark(float(x), float(y), one_line(draft.location.text, 60)),)

    def _kind(self, kind: str) -> str:
        card = self._desk.state.cards.get(kind)
        if card is None:
            return one_line(kind)
        return one_line(card.name_zh if self._desk.language == "zh" and card.name_zh else card.name)

    def _camera_words(self, key: str) -> str:
        try:
            camera = self._cameras.of(key)
        except KeyError:
            return ""
        return "\n".join(
            part for part in (one_line(camera.name), label("camera_kind", camera.kind, self._desk.language)) if part
        )

    def _go_to(self, lon: float, lat: float) -> None:
        near = NEAR_MPP if self._canvas.view.metres_per_pixel > FAR_MPP else None
        self._canvas.go_to(lon, lat, near)

    def _on_place_wanted(self, is_wanted: bool) -> None:
        self._place_is_wanted = is_wanted
        self._canvas.set_tool(Tool.PLACE if is_wanted else Tool.PAN)

    def _on_tool(self, tool: str) -> None:
        if tool not in (Tool.LINE, Tool.POLYGON):
            # `drawn` follows at once where the drawing was finished; otherwise it was given up.
            QTimer.singleShot(0, self, self._forget_closure)
        if tool != Tool.PLACE and self._place_is_wanted:
            # Esc on the map gave it up, or the click is told in this very turn: whoever asked may put the tool down.
            self._place_is_wanted = False
            QTimer.singleShot(0, self, lambda: self._desk.place_wanted.emit(False))

    def _forget_closure(self) -> None:
        self._closure_reason = None

    def _on_picked(self, kind: str, key: str) -> None:
        held = self._desk.selection
        if kind == "incident" and key.isdigit():
            self._desk.select(incident_id=int(key))
        elif kind == "unit":
            self._desk.select(incident_id=held.incident_id, unit_id=key)
        elif kind == "camera":
            self._desk.select(incident_id=held.incident_id, unit_id=held.unit_id, camera_id=key)

    def _on_drawn(self, geometry_type: str, corners: Sequence[tuple[float, float]]) -> None:
        if self._closure_reason is None:
            return
        reason, self._closure_reason = self._closure_reason, None
        at: datetime = self._desk.clock()
        points = tuple((float(lon), float(lat)) for lon, lat in corners)
        self._desk.send(CloseRoad(Closure(f"closure-{uuid.uuid4()}", geometry_type, points, (), reason, at)))
