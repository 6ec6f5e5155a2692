"""The five cameras nearest to the incident in hand, or to the place of the call being taken."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from app.desk import Desk
from app.jobs import Job
from app.parts import tints
from app.parts.forms import plain_label, show_words
from app.parts.row import Row
from app.parts.row_list import RowList
from app.wording import label, one_line, text
from app.wording.durations import distance
from gis.city import City
from resources.cameras import Cameras, NearCamera

MOST = 5
_Names = dict[tuple[float, float], str]


class CamerasPanel(QWidget):
    """List cameras with their rank, which the map shows too; selecting one selects it at the desk."""

    listed = Signal(object)  # tuple of NearCamera, nearest first

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self._cameras: Cameras | None = None
        self._city: object = None
        self._names: _Names = {}  # what the city's search calls cameras that have no name of their own
        self._place: tuple[float, float] | None = None
        self.near: tuple[NearCamera, ...] = ()
        self.said = plain_label(role="muted")
        self.list = RowList(self._words("cameras.title"))
        layout = QVBoxLayout(self)
        layout.setContentsMargins(8, 6, 8, 8)
        layout.setSpacing(4)
        layout.addWidget(self.said)
        layout.addWidget(self.list, 1)
        self.list.chosen.connect(self._on_chosen)
        desk.selection_changed.connect(self.refresh)
        desk.draft_changed.connect(self.refresh)
        desk.state_changed.connect(self.refresh)
        self._show()

    def refresh(self) -> None:
        """Look round the place in hand, where it is another one than before."""
        place = self._place_in_hand()
        if place == self._place and self._desk.city is self._city:
            return
        self._place = place
        if self._desk.city is not self._city:
            self._city = self._desk.city
            self._cameras = Cameras.of_city(self._desk.city) if self._desk.city is not None else None
            self._ask_names()
        cameras, city = self._cameras, self._desk.city
        self.near = ()
        if cameras is not None and city is not None and place is not None:
            self.near = cameras.nearest(*city.to_metric(*place), count=MOST)
        self._show()
        self.listed.emit(self.near)

    def _show(self) -> None:
        self.list.set_rows([self._row(rank, one) for rank, one in enumerate(self.near, 1)])
        self.list.setVisible(bool(self.near))
        has_some = self._cameras is None or bool(self._cameras.all)
        key = "" if self.near else "cameras.none" if has_some else "cameras.none_here"
        show_words(self.said, self._words(key) if key else "")

    def _row(self, rank: int, one: NearCamera) -> Row:
        camera = one.camera
        detail = [label("camera_kind", camera.kind, self._desk.language)]
        detail.append(self._words("cameras.bearing", direction=self._compass(one.bearing_deg)))
        if camera.direction_deg is not None:
            detail.append(self._words("cameras.looks", direction=self._compass(camera.direction_deg)))
        return Row(
            camera.id,
            one_line(camera.name or self._names.get(_spot(camera.lon, camera.lat), ""), 80)
            or self._words("cameras.unnamed", number=one_line(camera.id.rpartition("/")[2], 40)),
            right=distance(one.distance_m),
            detail=" · ".join(detail),
            mark=str(rank),
            mark_colour=tints.tone("accent").name(),
        )

    def _ask_names(self) -> None:
        """Let the search say what it calls the cameras: the panel and the place field name them alike."""
        self._names = {}
        cameras, city = self._cameras, self._desk.city
        if city is not None and cameras is not None and any(not camera.name for camera in cameras.all):
            job = Job(lambda _: (city, _names_in(city)))
            job.done.connect(self._on_names)
            job.start()

    def _on_names(self, answer: tuple[City, _Names]) -> None:
        if answer[0] is self._desk.city:
            self._names = answer[1]
            self._show()

    def _compass(self, degrees: float) -> str:
        names = self._words("cameras.directions").split("|")
        return names[round(degrees / 45) % 8]

    def _place_in_hand(self) -> tuple[float, float] | None:
        draft = self._desk.draft
        if draft is not None and draft.location is not None:
            return draft.location.lon, draft.location.lat
        incident = self._desk.state.incidents.get(self._desk.selection.incident_id or 0)
        return (incident.location.lon, incident.location.lat) if incident is not None else None

    def _on_chosen(self, camera_id: str) -> None:
        selection = self._desk.selection
        self._desk.select(incident_id=selection.incident_id, unit_id=selection.unit_id, camera_id=camera_id)

    def _words(self, key: str, **values: object) -> str:
        return text(key, self._desk.language, **values)


def _names_in(city: City) -> _Names:
    places = city.places()
    try:
        return {_spot(place.lon, place.lat): place.label for place in places.cameras()}
    finally:
        places.close()


def _spot(lon: float, lat: float) -> tuple[float, float]:
    return round(lon, 6), round(lat, 6)
