"""The cameras that see the incident in hand, or the place of the call being taken; the nearest where none does."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QCheckBox, QVBoxLayout, QWidget

from app.desk import Desk
from app.jobs import Job
from app.parts import tints
from app.parts.camera_words import Names, camera_name, spot, where, why
from app.parts.forms import plain_label, show_words
from app.parts.row import Row
from app.parts.row_list import RowList
from app.wording import label, text, tooltip
from app.wording.durations import distance
from gis.city import City
from resources.camera_sight import Seen
from resources.cameras import Cameras, NearCamera

MOST = 5


class CamerasPanel(QWidget):
    """List cameras with their rank, which the map shows too; selecting one selects it at the desk.

    The nearest are shown until the desk knows which ones see the place.
    """

    listed = Signal(object)  # tuple of NearCamera or Seen, best first
    fields_wanted = Signal(bool)  # whether the map should show what all cameras see

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self._cameras: Cameras | None = None
        self._city: object = None
        self._names: Names = {}  # what the city's search calls cameras that have no name of their own
        self._place: tuple[float, float] | None = None
        self.near: tuple[NearCamera, ...] = ()
        self.seen: tuple[Seen, ...] = ()
        self.said = plain_label(role="muted")
        self.list = RowList(self._words("cameras.title"))
        self.all_fields = QCheckBox(self._words("cameras.all_fields"))
        self.all_fields.setToolTip(tooltip(self._words("cameras.all_fields_tip")))
        layout = QVBoxLayout(self)
        layout.setContentsMargins(8, 6, 8, 8)
        layout.setSpacing(4)
        layout.addWidget(self.said)
        layout.addWidget(self.list, 1)
        layout.addWidget(self.all_fields)
        self.list.chosen.connect(self._on_chosen)
        self.all_fields.toggled.connect(self.fields_wanted)
        desk.selection_changed.connect(self.refresh)
        desk.draft_changed.connect(self.refresh)
        desk.looked.connect(self.refresh)
        desk.sight_changed.connect(self._on_sight)
        self._show()

    def refresh(self) -> None:
        """Look round the place in hand, where it is another one than before."""
        place = self._desk.place_in_hand()
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
        self._on_sight()

    def _on_sight(self) -> None:
        sight = self._desk.sight
        self.seen = sight.seen if sight is not None and sight.place == self._place else ()
        self._show()
        self.listed.emit(self.seen or self.near)

    def _show(self) -> None:
        seeing = sum(one.is_seeing for one in self.seen)
        if self.seen:
            rows = [self._seen_row(rank, one) for rank, one in enumerate(self.seen[: max(MOST, seeing)], 1)]
            said = self._words("cameras.that_see", count=seeing) if seeing else self._words("cameras.none_sees")
        else:
            rows = [self._near_row(rank, one) for rank, one in enumerate(self.near, 1)]
            has_some = self._cameras is None or bool(self._cameras.all)
            said = self._words("cameras.nearest" if self.near else "cameras.none" if has_some else "cameras.none_here")
        self.list.set_rows(rows)
        self.list.setVisible(bool(rows))
        self.all_fields.setVisible(self._cameras is not None and bool(self._cameras.all))
        show_words(self.said, said)

    def _near_row(self, rank: int, one: NearCamera) -> Row:
        language = self._desk.language
        return Row(
            one.camera.id,
            camera_name(one.camera, language, self._names),
            right=distance(one.distance_m),
            detail=" · ".join(
                [label("camera_kind", one.camera.kind, language), *where(one.camera, one.bearing_deg, language)]
            ),
            mark=str(rank),
            mark_colour=tints.tone("accent").name(),
        )

    def _seen_row(self, rank: int, one: Seen) -> Row:
        language = self._desk.language
        said = [why(one, language), *where(one.camera, one.bearing_deg, language)]
        if one.is_seeing and one.off_axis_deg is not None and one.off_axis_deg >= 5:
            said.append(self._words("cameras.off_axis", degrees=round(one.off_axis_deg)))
        return Row(
            one.camera.id,
            camera_name(one.camera, language, self._names),
            right=distance(one.distance_m),
            detail=" · ".join([*said, label("camera_kind", one.camera.kind, language)]),
            mark=str(rank) if one.is_seeing else "",
            mark_colour=tints.tone("accent").name() if one.is_seeing else "",
            tone="normal" if one.is_seeing else "muted",
            is_quiet=not one.is_seeing,
        )

    def _ask_names(self) -> None:
        """Let the search say what it calls the cameras: the panel and the place field name them alike."""
        self._names = {}
        cameras, city = self._cameras, self._desk.city
        if city is not None and cameras is not None and any(not camera.name for camera in cameras.all):
            job = Job(lambda _: (city, _names_in(city)))
            job.done.connect(self._on_names)
            job.start()

    def _on_names(self, answer: tuple[City, Names]) -> None:
        if answer[0] is self._desk.city:
            self._names = answer[1]
            self._show()

    def _on_chosen(self, camera_id: str) -> None:
        selection = self._desk.selection
        self._desk.select(incident_id=selection.incident_id, unit_id=selection.unit_id, camera_id=camera_id)

    def _words(self, key: str, **values: object) -> str:
        return text(key, self._desk.language, **values)


def _names_in(city: City) -> Names:
    places = city.places()
    try:
        return {spot(place.lon, place.lat): place.label for place in places.cameras()}
    finally:
        places.close()
