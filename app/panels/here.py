"""The card of one place: everything that is known of it, as plain text that can be copied."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QGuiApplication, QKeyEvent
from PySide6.QtWidgets import QFrame, QGridLayout, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from app.case_ground.on_ground import OnGround, layers_of, on_ground
from app.case_intake.here_rows import cases_near, managed_rows
from app.desk import Desk
from app.jobs import Job
from app.parts.forms import plain_label, show_words, small_button
from app.wording import label, one_line, text
from app.wording.durations import day_and_clock, distance
from app.wording.measures import coordinates
from dispatch.orders import distance_m
from dispatch.state import State
from gis.city import City
from gis.grid import LAYER as CELLS
from gis.here import NEAR_M, Area, Here, Near, what_is_here
from gis.zones import GROUND
from maps.listing import listing_of
from resources.camera_sight import CameraSight, Seen
from resources.unit import Station

EARLIER_WITHIN_M = 150.0
MOST_INCIDENTS = 5
MOST_CAMERAS = 4
MOST_AREAS = 5
WIDTH_PX = 380


@dataclass(frozen=True, slots=True)
class Known:
    """What a job found out about a place."""

    here: Here
    seen_by: tuple[Seen, ...]
    incidents: tuple[tuple[int, float], ...]  # number and distance in metres, latest first
    ground: OnGround | None = None
    cases: tuple[int, ...] = ()  # open ones of this place and of its components, nearest first


def find_out(city: City, state: State, lon: float, lat: float) -> Known:
    """Look a place up; takes some 30 ms, the first time in a city more."""
    own = [_station(state, one) for _, one in sorted(state.stations.items())]
    here = what_is_here(city, lon, lat, stations=own or None)
    seen = CameraSight.of_city(city).that_see(here.x, here.y, limit=MOST_CAMERAS)
    ground = on_ground(city, lon, lat, layers_of(state.standards)) if state.standards.small else None
    cases = cases_near(state, lon, lat, ground)
    return Known(here, tuple(one for one in seen if one.is_seeing), incidents_near(state, lon, lat), ground, cases)


def incidents_near(state: State, lon: float, lat: float) -> tuple[tuple[int, float], ...]:
    """Return number and distance of every incident within `EARLIER_WITHIN_M` of a place, latest first."""
    found = []
    for number, incident in state.incidents.items():
        place = incident.location
        if abs(place.lat - lat) < 0.01:  # some kilometre: most incidents are far away
            away = distance_m(place.lon, place.lat, lon, lat)
            if away <= EARLIER_WITHIN_M:
                found.append((number, away))
    return tuple(sorted(found, reverse=True))


class HerePanel(QFrame):
    """Show what is known of a place; Esc or its cross closes it. It asks in a job and takes no focus."""

    closed = Signal()
    resized = Signal()

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self._job: Job | None = None
        self.place: tuple[float, float] | None = None
        self.rows: list[tuple[str, str]] = []
        self.setObjectName("overlay")
        self.setAccessibleName(self._words("here.title"))
        self.setCursor(Qt.CursorShape.ArrowCursor)
        self.setFixedWidth(WIDTH_PX)
        title = plain_label(self._words("here.title"), role="title", wraps=False)
        self.said = plain_label(role="muted")
        cross = small_button("✕", self.dismiss, role="flat")
        copy = small_button(self._words("here.copy"), self.copy)
        for made in (cross, copy):
            made.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        head = QHBoxLayout()
        head.addWidget(title, 1)
        head.addWidget(copy)
        head.addWidget(cross)
        self._shown: list[QWidget] = []
        self._grid = QGridLayout()
        self._grid.setColumnStretch(1, 1)
        self._grid.setHorizontalSpacing(12)
        self._grid.setVerticalSpacing(3)
        column = QVBoxLayout(self)
        column.setContentsMargins(12, 8, 8, 10)
        column.setSpacing(6)
        column.addLayout(head)
        column.addWidget(self.said)
        column.addLayout(self._grid)
        self.hide()

    def ask(self, lon: float, lat: float) -> None:
        """Look a place up and show it; an earlier question is dropped."""
        city, state = self._desk.city, self._desk.state
        if city is None:
            return
        if self._job is not None:
            self._job.cancel()
        self.place = (lon, lat)
        self._fill([(self._words("here.place"), coordinates(lon, lat))])
        show_words(self.said, self._words("here.wait"))
        self.show()
        self._job = Job(lambda _: find_out(city, state, lon, lat), self)
        self._job.done.connect(self._on_found)
        self._job.failed.connect(self._on_failed)
        self._job.start()

    def dismiss(self) -> None:
        """Close the card."""
        if self._job is not None:
            self._job.cancel()
            self._job = None
        self.place = None
        self.hide()
        self.closed.emit()

    def copy(self) -> None:
        """Put everything that is shown on the clipboard, a line a fact."""
        QGuiApplication.clipboard().setText("\n".join(f"{name}: {words}" for name, words in self.rows))
        show_words(self.said, self._words("here.copied"))
        self._fit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.dismiss()
        else:
            super().keyPressEvent(event)

    def _on_found(self, known: Known) -> None:
        self._job = None
        show_words(self.said, "")
        self._fill(self._rows(known))

    def _on_failed(self, problem: BaseException) -> None:
        self._job = None
        show_words(self.said, self._words("here.failed", reason=one_line(str(problem), 120)), "warning")
        self._fit()

    def _rows(self, known: Known) -> list[tuple[str, str]]:
        here = known.here
        rows = []
        if here.address is not None:
            town = one_line(here.address.municipality)
            address = one_line(here.address.label, 80) + (f", {town}" if town else "")
            rows.append(("here.address", f"{address} ({distance(here.address.distance_m)})"))
        if here.street:
            rows.append(("here.street", f"{one_line(here.street, 80)} ({distance(here.street_m)})"))
        if here.crossing:
            rows.append(("here.crossing", f"{one_line(here.crossing, 100)} ({distance(here.crossing_m)})"))
        titles = {one.name: one.title for one in listing_of(self._desk.city).layers} if self._desk.city else {}
        own = [area for area in here.areas if area.layer != CELLS]  # the cell has a row of its own
        areas = [self._area(area, titles) for area in own[:MOST_AREAS]]
        if areas:
            rows.append(("here.areas", "\n".join(dict.fromkeys(areas))))
        rows += [
            ("here.cell", "" if known.ground is not None and known.ground.cell else here.cell),
            *managed_rows(self._desk, known.ground, known.cases),
            ("here.incidents", self._incidents(known.incidents)),
            ("here.cameras", self._cameras(here, known.seen_by)),
            ("here.hydrants", self._within(here.hydrants)),
            ("here.stations", "\n".join(self._near(one) for one in here.stations)),
            ("here.place", coordinates(here.lon, here.lat)),
            ("here.metric", f"E {here.x:.0f}  N {here.y:.0f}  ({here.metric_crs})"),
        ]
        return [(self._words(key), words) for key, words in rows if words]

    def _area(self, area: Area, titles: Mapping[str, str]) -> str:
        """Name an area with its kind; one that somebody laid over the map has the layer's title for a kind."""
        code = area.kind if area.layer in GROUND else area.layer
        kind = one_line(titles.get(area.layer) or label("ground", code, self._desk.language), 40)
        return f"{one_line(area.name, 60)} ({kind})" if area.name else kind

    def _incidents(self, found: Sequence[tuple[int, float]]) -> str:
        if not found:
            return self._words("here.no_incidents", radius=distance(EARLIER_WITHIN_M))
        state, lines = self._desk.state, []
        for number, away in found[:MOST_INCIDENTS]:
            incident = state.incidents.get(number)
            if incident is not None:
                card = state.cards.get(incident.kind)
                kind = card.name if card is not None else incident.kind
                if card is not None and self._desk.language == "zh" and card.name_zh:
                    kind = card.name_zh
                when = day_and_clock(incident.received_at, state.time_zone)
                lines.append(f"{number} {one_line(kind, 50)}, {when} ({distance(away)})")
        more = len(found) - MOST_INCIDENTS
        return "\n".join(lines) + (self._words("group.more", count=more) if more > 0 else "")

    def _cameras(self, here: Here, seen_by: Sequence[Seen]) -> str:
        lines = [
            f"{label('seen', one.code, self._desk.language)}: "
            f"{one_line(one.camera.name, 40) or label('camera_kind', one.camera.kind, self._desk.language)} "
            f"({distance(one.distance_m)})"
            for one in seen_by
        ]
        return "\n".join([*lines, self._within(here.cameras)])

    def _within(self, found: Sequence[Near]) -> str:
        radius = distance(NEAR_M)
        if not found:
            return self._words("here.none_within", radius=radius)
        return self._words("here.within", count=len(found), radius=radius, nearest=distance(found[0].distance_m))

    def _near(self, one: Near) -> str:
        kind = label("near_kind", one.kind, self._desk.language)
        name = one_line(one.name, 60) or self._words("here.unnamed")
        return f"{kind}: {name} ({distance(one.distance_m)})"

    def _fill(self, rows: list[tuple[str, str]]) -> None:
        self.rows = rows
        for gone in self._shown:
            self._grid.removeWidget(gone)
            gone.hide()
            gone.deleteLater()
        self._shown.clear()
        for number, (name, words) in enumerate(rows):
            caption = plain_label(name, role="muted", wraps=False)
            shown = QLabel(words)
            shown.setTextFormat(Qt.TextFormat.PlainText)
            shown.setWordWrap(True)
            shown.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
            self._grid.addWidget(caption, number, 0, Qt.AlignmentFlag.AlignTop)
            self._grid.addWidget(shown, number, 1)
            self._shown += [caption, shown]
            caption.show()  # a part that nobody showed yet takes no room
            shown.show()
        self._fit()

    def _fit(self) -> None:
        """Take the height that the words need at this width."""
        for part in (self, *self.findChildren(QWidget)):
            part.ensurePolished()
        layout = self.layout()
        assert layout is not None
        layout.invalidate()
        layout.activate()
        self.resize(WIDTH_PX, max(layout.totalHeightForWidth(WIDTH_PX), layout.totalMinimumSize().height()))
        self.resized.emit()

    def _words(self, key: str, **values: object) -> str:
        return text(key, self._desk.language, **values)


def _station(state: State, one: Station) -> Near:
    department = state.departments.get(one.department)
    return Near(one.name, department.kind if department is not None else "other", one.lon, one.lat, 0.0, one.id)
