"""One seat of the 3 × 3 town for panel tests: engine, log, bridge and desk in one process and one thread."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from app.bridge import Bridge
from app.desk import Desk
from dispatch.commands import AssignUnits, Body, Choice, Command, ReportIncident, ReportStatus, Who
from dispatch.engine import Engine
from dispatch.events import Entry
from dispatch.incident import Location
from dispatch.log_memory import MemoryLog
from dispatch.recommend import straight_line
from dispatch.runcard import RunCards
from resources.status import Status
from resources.unit import Roster
from tests.dispatch.town import ADMINISTRATOR, OPERATOR, OTHER_OPERATOR, START, command, opening


@dataclass(frozen=True)
class FoundPlace:
    """A place as the city's search answers it."""

    place_id: int
    kind: str
    label: str
    municipality: str
    lon: float
    lat: float
    score: float = 100.0
    distance_m: float | None = None


class TownPlaces:
    """Search a few places by the beginning of any of their words."""

    def __init__(self, places: tuple[FoundPlace, ...]) -> None:
        self.places = places
        self.asked: list[str] = []

    def search(self, text: str, *, limit: int = 10, near: tuple[float, float] | None = None) -> tuple[FoundPlace, ...]:
        self.asked.append(text)
        words = text.casefold().split()
        return tuple(p for p in self.places if words and all(word in p.label.casefold() for word in words))[:limit]

    def cameras(self) -> tuple[FoundPlace, ...]:
        return tuple(place for place in self.places if place.kind == "camera")

    def close(self) -> None:
        """Nothing is open."""

    def reverse(self, lon: float, lat: float) -> FoundPlace | None:
        return self.places[0] if self.places else None


@dataclass
class TownCity:
    """As much of a city as the panels ask for."""

    found: TownPlaces
    center: tuple[float, float] = (25.009, 60.0045)
    name: str = "Smalltown"

    def places(self) -> TownPlaces:
        return self.found

    def to_metric(self, lon: float, lat: float) -> tuple[float, float]:
        return lon * 55_600.0, lat * 111_200.0

    def layer_names(self) -> tuple[str, ...]:
        return ()


PLACES = (
    FoundPlace(1, "address", "Church Road 1", "Smalltown", 25.00897, 60.00449, distance_m=40.0),
    FoundPlace(2, "address", "Church Road 12", "Smalltown", 25.00897, 60.006),
    FoundPlace(3, "crossing", "West Road / South Street", "Smalltown", 25.0, 60.0),
    FoundPlace(4, "street", "Mill Lane", "Smalltown", 25.01, 60.001),
    FoundPlace(5, "street", "Mill Lane", "Bigtown", 25.015, 60.008),
)


class Seat:
    """Drive a desk as the window does; the clock stands still until it is pushed."""

    def __init__(self, *, roster: Roster | None = None, run_cards: RunCards | None = None, who: Who = OPERATOR) -> None:
        self.now = START + timedelta(minutes=5)
        self.log = MemoryLog()
        self.engine = Engine(self.log, clock=lambda: self.now)
        self.bridge = Bridge(self.engine, in_thread=False)
        self.desk = Desk(who, clock=lambda: self.now)
        self.desk.city = TownCity(TownPlaces(PLACES))  # type: ignore[assignment]
        self.desk.people = self.log
        self.desk.history = self.history
        self.desk.submit = self.bridge.submit
        self.desk.ask = self.ask
        self.bridge.committed.connect(self._on_committed)
        self.bridge.refused.connect(self.desk.refused)
        self.bridge.failed.connect(self.desk.failed)
        self.said: list[tuple[str, str]] = []
        self.gone_to: list[tuple[float, float]] = []
        self.desk.said.connect(lambda level, words: self.said.append((level, words)))
        self.desk.go_to.connect(lambda lon, lat: self.gone_to.append((lon, lat)))
        self.answers = True
        for each in opening():
            self.engine.do(each)
        if roster is not None or run_cards is not None:
            from dispatch.commands import LoadRoster, LoadRunCards

            if roster is not None:
                self.engine.do(command(LoadRoster(roster, "city"), who=ADMINISTRATOR))
            if run_cards is not None:
                self.engine.do(command(LoadRunCards(run_cards, "city"), who=ADMINISTRATOR))

    @property
    def state(self):
        return self.desk.state

    def entries(self) -> list[Entry]:
        return list(self.log.read())

    def bodies(self, kind: type) -> list:
        """Return the events of a kind in the log, oldest first."""
        return [event for entry in self.entries() for event in entry.events if isinstance(event, kind)]

    def history(self, incident_id: int) -> list[Entry]:
        return self.entries()

    def ask(self) -> None:
        """Answer as the planner does, at once, by straight lines."""
        desk, draft = self.desk, self.desk.draft
        if not self.answers:
            return
        if draft is not None and draft.location is not None and draft.kind:
            answer = straight_line(
                desk.state,
                desk.fixes,
                kind=draft.kind,
                location=draft.location,
                alarm_level=draft.alarm_level,
                at=self.now,
            )
        elif draft is None and desk.selection.incident_id in desk.state.open_incidents:
            answer = straight_line(desk.state, desk.fixes, incident_id=desk.selection.incident_id, at=self.now)
        else:
            answer = None
        desk.recommendation = answer
        desk.recommendation_changed.emit(answer)

    def pass_time(self, seconds: float) -> None:
        self.now += timedelta(seconds=seconds)
        self.desk.ticked.emit(self.now)

    def other(self, body: Body, *, at: datetime | None = None, who: Who = OTHER_OPERATOR) -> Entry | None:
        """Let somebody at another seat do something."""
        return self.bridge.submit(Command(f"other-{self.log.head}-{id(body)}", at or self.now, who, body)).result()

    def report(self, kind: str, location: Location, *, text: str = "") -> int:
        """Open an incident from another seat and return its number."""
        self.other(ReportIncident(kind, location, text=text))
        return self.state.next_incident - 1

    def assign(self, number: int, *unit_ids: str, eta_s: float = 240.0) -> None:
        self.other(AssignUnits(number, tuple(Choice(unit_id, "", eta_s) for unit_id in unit_ids)))

    def status(self, unit_id: str, status: Status) -> None:
        self.other(ReportStatus(unit_id, status, source="crew"), who=Who(unit_id, "crew", "", f"unit-{unit_id}"))

    def _on_committed(self, entry: Entry, state: object) -> None:
        self.desk.state = state  # type: ignore[assignment]
        self.desk.state_changed.emit(entry, state)
        if self.desk.draft is not None or self.desk.selection.incident_id is not None:
            self.ask()
