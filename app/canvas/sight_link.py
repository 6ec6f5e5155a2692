"""Ties what cameras see to the desk: which see the place in hand, and the field of view of the one looked at."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QThreadPool

from app.canvas.canvas import MapCanvas
from app.desk import Desk
from app.jobs import Job
from maps.live_sight import HOVERED, OTHER, SELECTED, SightMark

if TYPE_CHECKING:
    from gis.city import City
    from resources.camera_sight import CameraSight, Sight

MOST_LISTED = 10


class SightLink(QObject):
    """Ask which cameras see the place in hand and show fields of view; one worker thread does the work.

    `desk.sight` is None until the answer for the place in hand is there; `desk.sight_changed` tells of it.
    """

    def __init__(self, desk: Desk, canvas: MapCanvas) -> None:
        super().__init__(canvas)
        self._desk = desk
        self._canvas = canvas
        self._pool = QThreadPool(self)
        self._pool.setMaxThreadCount(1)  # a CameraSight belongs to one thread at a time
        self._worker = _Worker()
        self._city: City | None = None
        self._place: tuple[float, float] | None = None
        self._hovered = ""
        self._all = False
        self._marks: dict[tuple[str, str], SightMark] = {}
        self._asked: set[str] = set()
        for signal in (desk.selection_changed, desk.draft_changed, desk.looked):
            signal.connect(self.refresh)
        canvas.hovered.connect(self._on_hovered)
        self.refresh()

    def show_all(self, is_wanted: bool) -> None:
        """Show the fields of view of all cameras, or only of the one looked at."""
        self._all = is_wanted
        self._show()

    def refresh(self) -> None:
        """Ask anew where another place is in hand, and show the field of the camera in hand."""
        city, place = self._desk.city, self._desk.place_in_hand()
        if city is not self._city:
            self._city, self._place = city, None
            self._marks.clear()
            self._asked.clear()
        if place != self._place:
            self._place = place
            self._desk.set_sight(None)
            if city is not None and place is not None:
                worker = self._worker
                self._start(lambda _: worker.that_see(city, place), self._on_seen)
        self._show()

    def finish(self) -> None:
        """Wait until nothing is being worked out."""
        self._pool.waitForDone()

    def _on_seen(self, answer: tuple[City, Sight]) -> None:
        city, sight = answer
        if city is self._city and sight.place == self._place:
            self._desk.set_sight(sight)

    def _on_hovered(self, kind: str, key: str) -> None:
        hovered = key if kind == "camera" else ""
        if hovered != self._hovered:
            self._hovered = hovered
            self._show()

    def _show(self) -> None:
        """Give the map the marks that are known and ask for the others."""
        city = self._city
        if city is None:
            return
        wanted = dict.fromkeys(self._all_ids(), OTHER)
        if self._hovered:
            wanted[self._hovered] = HOVERED
        if self._desk.selection.camera_id:
            wanted[self._desk.selection.camera_id] = SELECTED
        missing = [one for one in wanted if (one, SELECTED) not in self._marks and one not in self._asked]
        if missing or (self._all and "" not in self._asked):
            self._asked.update(missing, ("",) if self._all else ())
            worker, wants_all = self._worker, self._all
            self._start(lambda _: worker.marks(city, None if wants_all else missing), self._on_marks)
        known = ((one, manner) for one, manner in wanted.items() if (one, SELECTED) in self._marks)
        self._canvas.set_marks(sight=tuple(self._mark(one, manner) for one, manner in known))

    def _all_ids(self) -> list[str]:
        return [one for one, manner in self._marks if manner == SELECTED] if self._all else []

    def _mark(self, camera_id: str, manner: str) -> SightMark:
        """Return the one mark of a camera in this manner: the map tells by identity what is new."""
        key = (camera_id, manner)
        if key not in self._marks:
            self._marks[key] = replace(self._marks[camera_id, SELECTED], manner=manner)
        return self._marks[key]

    def _on_marks(self, answer: tuple[City, list[SightMark]]) -> None:
        city, marks = answer
        if city is not self._city:
            return
        for mark in marks:
            self._marks.setdefault((mark.camera_id, SELECTED), mark)
        self._show()

    def _start(self, work: object, done: object) -> None:
        job = Job(work)  # type: ignore[arg-type]
        job.done.connect(done)
        job.start(self._pool)


class _Worker:
    """Answer in the worker's thread; keeps the city's cameras and walls from one question to the next."""

    def __init__(self) -> None:
        self._city: City | None = None
        self._sight: CameraSight | None = None

    def that_see(self, city: City, place: tuple[float, float]) -> tuple[City, Sight]:
        """Find the cameras that see a place (lon, lat)."""
        x, y = (float(value) for value in city.to_metric(*place))
        from resources.camera_sight import Sight

        return city, Sight(place, self._of(city).that_see(x, y, limit=MOST_LISTED))

    def marks(self, city: City, camera_ids: list[str] | None) -> tuple[City, list[SightMark]]:
        """Make the fields of view of some cameras, or of all; ids that the city does not have are left out."""
        sight = self._of(city)
        known = {camera.id: number for number, camera in enumerate(sight.cameras.all)}
        made = []
        for camera_id in known if camera_ids is None else camera_ids:
            if camera_id in known:
                x, y = (float(value) for value in sight.cameras.xy[known[camera_id]])
                field = sight.field(camera_id)
                made.append(SightMark(camera_id, x, y, sight.polygon(camera_id), field.range_m, field.is_sure))
        return city, made

    def _of(self, city: City) -> CameraSight:
        if self._sight is None or self._city is not city:
            from resources.camera_sight import CameraSight

            self._city, self._sight = city, CameraSight.of_city(city)
        return self._sight
