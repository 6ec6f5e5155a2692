"""Ties the map to the desk: what is drawn, what a click means, where to look. Nothing else moves the map."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path as FilePath

from PySide6.QtCore import QObject, Qt, QTimer
from PySide6.QtGui import QImage

from app.canvas.camera_marks import CameraMarks
from app.canvas.canvas import MapCanvas
from app.canvas.hand_link import HandLink
from app.canvas.kept_view import read_view, write_view
from app.canvas.map_words import MapWords
from app.canvas.paper_view import marks_of_paper, view_round
from app.canvas.pick_link import PickLink
from app.canvas.shown_routes import ShownRoutes
from app.desk import Desk, Draft
from app.planning.planning import Planning
from app.sending.choosing import Choosing
from app.sending.ways import Ways
from app.wording.plain import one_line
from app.wording.screen import say
from dispatch.events import Entry
from dispatch.incident import Location
from dispatch.state import State
from gis.city import City
from maps import live
from maps.case_rows import CaseRows
from maps.layers import ClosureMark, PlaceMark, StationMark, station_marks
from maps.picture import Over, render_ground
from maps.trail_marks import WhoseTrails, trail_marks
from maps.unit_rows import UnitRows
from resources.cameras import Cameras
from resources.trails import Trails

REFRESH_MS = 60
KEEP_VIEW_MS = 1_500
NEAR_MPP = 1.0
FAR_MPP = 2.5


class MapLink(QObject):
    """Keep a canvas' marks true to the desk; `picks` and `hand` are its clicks and tools."""

    def __init__(self, desk: Desk, canvas: MapCanvas, view_file: FilePath | None = None) -> None:
        super().__init__(canvas)
        self._view_file = view_file
        self._desk = desk
        self._canvas = canvas
        self._paper = Over("day")
        self._routes = ShownRoutes(desk)
        self._cameras = CameraMarks(desk)
        self._stations: tuple[StationMark, ...] = ()
        self.words = MapWords(desk, canvas.overlay)
        self.picks = PickLink(desk, canvas, self.words)
        self.hand = HandLink(desk, canvas)
        self._units = UnitRows()
        self._cases = CaseRows()
        self._reported_at: Location | None = None
        self._trails = Trails()
        self._trails_of = WhoseTrails.MOVING
        self._choosing, self._planning, self._ways = Choosing.of(desk), Planning.of(desk), Ways.of(desk)
        self._closures: tuple[tuple[object, str] | None, tuple[ClosureMark, ...]] = (None, ())
        self._is_other_time = False
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
            desk.looked,
            desk.selection_changed,
            desk.draft_changed,
            desk.fixes_changed,
            desk.recommendation_changed,
            desk.sight_changed,
            self._choosing.changed,
            self._choosing.pointed,
            self._ways.changed,
            self._planning.changed,
            self._planning.pointed,
        ):
            signal.connect(self._refresh_soon)
        desk.ticked.connect(self._on_tick)
        desk.go_to.connect(self._go_to)
        canvas.view_changed.connect(lambda view: self._keep_soon.start())
        canvas.set_key(Qt.Key.Key_T, self.next_trails)
        self.refresh()

    @property
    def canvas(self) -> MapCanvas:
        """Return the map."""
        return self._canvas

    @property
    def is_waiting(self) -> bool:
        """Tell whether something is to be drawn anew in a moment."""
        return self._soon.isActive()

    def keep_view(self) -> None:
        """Write down where the map looks, for the next start."""
        city, view = self._desk.city, self._canvas.view
        if city is not None and self._canvas.isVisible():
            lon, lat = city.to_lonlat(view.x, view.y)
            write_view(self._view_file, city, float(lon), float(lat), view.metres_per_pixel)

    def paper(self, incident_id: int | None = None) -> Callable[[], QImage] | None:
        """Return what paints the map as it stands now for paper, by day; what it returns may run in another thread.

        With an incident it shows the ground round that one, without it what the screen shows.
        """
        city, marks = self._desk.city, self._canvas.marks
        if city is None:
            return None
        view = self._canvas.view if incident_id is None else view_round(self._desk.state, city, incident_id)
        if view is None or view.width < 64 or view.height < 64:
            return None
        over = self._paper.render(city, view, marks if incident_id is None else marks_of_paper(marks))
        return lambda: render_ground(city, view, "day", over=over)

    def refresh(self) -> None:
        """Draw everything anew; layers that did not change cost nothing."""
        desk, city = self._desk, self._desk.city
        if city is None:
            return
        at = desk.clock()
        held = desk.selection
        several: frozenset[str] = getattr(held, "unit_ids", frozenset())
        chosen = live.Selection(
            held.incident_id,
            several | {held.unit_id} if held.unit_id else several,
            held.camera_id or "",
        )
        draft = desk.draft
        units = self._units.table(desk.state, desk.fixes, city, selection=chosen, at=at)
        self._trails.take(units.unit_ids, units.xy, at.timestamp() - units.fix_age_s)
        self._canvas.set_marks(
            units=units,
            trails=trail_marks(self._trails, units, at=at, whose=self._trails_of),
            cases=(self._cases.table(desk.state, city, selected=held.case_id, at=at, name=self.words.case_class),),
            incidents=live.incident_marks(desk.state, city, selection=chosen, at=at, name=self.words.kind),
            closures=self._closure_marks(city),
            callers=live.caller_marks(desk.state, city, (draft.call_id,) if draft is not None else ()),
            places=(*self._place(draft, city), *self._case_place(city)),
            routes=self._routes.marks(city, self._focus()),
            cameras=self._cameras.marks(city, self._focus()),
            stations=self._stations,
        )

    def keys(self) -> list[tuple[str, str]]:
        """Return every key with the words of what it does, for the page of keys."""
        return [("T", say("trails_key", self._desk.language))]

    def next_trails(self) -> None:
        """Show no trails, those of units chosen or on the way, or all: each time the next of these."""
        order = list(WhoseTrails)
        whose = order[(order.index(self._trails_of) + 1) % len(order)]
        self.show_trails(whose)
        self._desk.said.emit("info", say(f"trails_{whose.value}", self._desk.language))

    def show_trails(self, whose: WhoseTrails) -> None:
        """Show the ways that units came: of none, of those that are chosen or on the way, or of all."""
        self._trails_of = whose
        self.refresh()

    def _open(self, city: City) -> None:
        self._canvas.set_city(city)
        kept = read_view(self._view_file, city)
        if kept is not None:
            self._canvas.go_to(*kept)
        else:
            state = self._desk.state
            places = [state.incidents[number].location for number in sorted(state.open_incidents)]
            self._canvas.show_start([city.to_metric(one.lon, one.lat) for one in places])
        self.words.cameras = self._cameras.cameras = Cameras.of_city(city)
        own = live.station_marks_of(self._desk.state, city)
        of_city = station_marks(city)
        self._stations = (*own, *(one for one in of_city if not own or one.department_kind == "hospital"))
        self.words.stations = self._stations

    def _refresh_soon(self, _: object = None) -> None:
        if not self._soon.isActive():
            self._soon.start()

    def _on_tick(self, _: object) -> None:
        """Draw soon; another time, whose lists are all there already, at once."""
        if not self._is_other_time:
            self._refresh_soon()
            return
        self._is_other_time = False
        self._soon.stop()
        self.refresh()

    def _on_state(self, entry: Entry | None, state: State) -> None:
        if entry is None and self._desk.is_record:  # another time: what came before it here says nothing of it
            self._routes.forget()
            self._trails = Trails()
            self._is_other_time = True
        self._routes.follow(entry, state)

    def _closure_marks(self, city: City) -> tuple[ClosureMark, ...]:
        """Make the closures' marks when they changed: their shapes are costly to compare and to find."""
        key = (self._desk.state.closures, self._desk.language)
        if self._closures[0] is None or self._closures[0][0] is not key[0] or self._closures[0][1] != key[1]:
            self._closures = (key, live.closure_marks(self._desk.state, city, word=self.words.closure))
        return self._closures[1]

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

    def show_case_place(self, location: Location | None) -> None:
        """Mark the place of a case that is being reported."""
        self._reported_at = location
        self._refresh_soon()

    def _case_place(self, city: City) -> tuple[PlaceMark, ...]:
        location = self._reported_at
        if location is None:
            return ()
        x, y = city.to_metric(location.lon, location.lat)
        return (PlaceMark(float(x), float(y), one_line(location.text, 60)),)

    def _go_to(self, lon: float, lat: float) -> None:
        near = NEAR_MPP if self._canvas.view.metres_per_pixel > FAR_MPP else None
        self._canvas.go_to(lon, lat, near)
