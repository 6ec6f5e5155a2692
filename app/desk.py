"""What every panel sees and asks: the state, the selection, the draft, the clock, and the way to send commands."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Protocol

from PySide6.QtCore import QObject, Signal

from app.looks import Looks
from dispatch.access import may
from dispatch.commands import Body, Command, Who
from dispatch.incident import Location
from dispatch.state import State

if TYPE_CHECKING:
    from app.evidence.album import Album
    from dispatch.events import Entry
    from dispatch.follower import Picture
    from dispatch.log import Log
    from dispatch.recommendation import Recommendation
    from dispatch.room.positions import PositionsPicture
    from dispatch.room.presence import Room as Seats
    from gis.city import City
    from resources.camera_sight import Sight
    from resources.position import Fix


@dataclass(frozen=True, slots=True)
class Selection:
    """What the operator has in hand; a panel holds this and never state.

    `unit_ids` are all units in hand; `unit_id` is the one that single-unit panels speak of, and is always one of them.
    `case_id` is the case of urban management in hand.
    """

    incident_id: int | None = None
    unit_id: str | None = None
    camera_id: str | None = None
    unit_ids: frozenset[str] = frozenset()
    case_id: int | None = None

    def __post_init__(self) -> None:
        if self.unit_id is not None and self.unit_id not in self.unit_ids:
            object.__setattr__(self, "unit_ids", self.unit_ids | {self.unit_id})


@dataclass(frozen=True, slots=True)
class Draft:
    """An incident being taken that is not yet in the log: place and kind suffice to recommend and to send."""

    location: Location | None = None
    kind: str = ""
    priority: int | None = None
    alarm_level: int = 1
    text: str = ""
    call_id: str = ""
    started_at: datetime | None = None
    place_reason: str = ""  # why a place is forced


class SharedPositions(Protocol):
    """What brings a room's positions, as the window sees it: `app.room.positions_link.PositionsLink`."""

    picture: PositionsPicture

    def start(self) -> None:
        """Begin to follow."""

    def stop(self) -> None:
        """Follow no more."""

    def give(self, fixes: Iterable[Fix]) -> None:
        """Hand positions that arose at this seat to the room."""

    def words(self, language: str) -> str:
        """Say how positions come where that is not as it should be."""


class Room(Protocol):
    """The server that many seats share, as the window sees it: `app.room.link.RoomLink`, which knows no desk."""

    is_room: bool
    picture: Picture
    drift_s: float | None  # by how much this machine's clock is ahead of the server's, None while that is not known
    picture_changed: Any  # Signal(Picture, age in seconds)
    drift_changed: Any  # Signal(float)
    caught_up: Any  # Signal(int): found again, and how many entries came

    @property
    def age_s(self) -> float:
        """Return how long ago the picture was known to be all that the server held."""

    @property
    def head(self) -> int:
        """Return the last entry that this seat knows of; `Desk.state` is behind while the window is told of many."""

    def beat(self) -> None:
        """Let a second pass."""

    def start(self) -> None:
        """Begin to follow."""

    def stop(self) -> None:
        """Follow no more."""


class GoingAlone(Protocol):
    """What lets a seat of a room go on alone, as the window sees it: `app.island.alone.Alone`."""

    changed: Any  # Signal()

    @property
    def is_island(self) -> bool:
        """Tell whether this seat goes on alone now."""

    @property
    def is_busy(self) -> bool:
        """Tell whether it is on its way out or back: the desk takes nothing meanwhile."""

    @property
    def is_room_there(self) -> bool:
        """Tell whether the room's server answers."""


@dataclass
class Figures:
    """What the strip shows of the machine itself; ages in seconds, None where there is none."""

    is_saved: bool = True
    planner_age_s: float | None = None
    planner_is_up: bool = False
    fix_age_s: float | None = None
    extra: dict[str, str] = field(default_factory=dict)


class Desk(QObject):
    """Carry state to the panels and commands to the engine; hold no rules.

    `submit` is given by `bootstrap` (the bridge); `ask` sends a question to the planner; both answer later by signals.
    """

    state_changed = Signal(object, object)  # entry (None at start), state
    looked = Signal(object, object)  # likewise, yet of many that were missed at once: what a panel follows
    selection_changed = Signal(object)  # Selection
    draft_changed = Signal(object)  # Draft or None
    recommendation_changed = Signal(object)  # Recommendation or None: for the selection, or for the draft
    sight_changed = Signal(object)  # Sight (which cameras see the place in hand) or None while that is worked out
    fixes_changed = Signal(object)  # dict unit id -> Fix
    figures_changed = Signal(object)  # Figures
    ticked = Signal(object)  # datetime, once a second
    refused = Signal(object, object)  # command, Refused
    failed = Signal(object, str)  # command, what went wrong
    said = Signal(str, str)  # level ("info", "warning", "alarm"), sentence for the status line
    go_to = Signal(float, float)  # lon, lat: the operator asked to see a place
    place_wanted = Signal(bool)  # True: the next click on the map gives the draft's place
    place_clicked = Signal(float, float)  # lon, lat of that click
    who_changed = Signal(object)  # Who: somebody else sits here, or in another role
    seats_changed = Signal(object)  # dispatch.room.presence.Room: somebody came, left or has something else in hand

    is_record = False  # whether what was is shown here: nothing can be done
    record_note = ""  # why no answer of the past stands there, where it is not that there was none

    def __init__(self, who: Who, *, clock: Callable[[], datetime] = lambda: datetime.now(UTC)) -> None:
        super().__init__()
        self.who = who
        self.clock = clock
        self.state = State()
        self.city: City | None = None
        self.selection = Selection()
        self.draft: Draft | None = None
        self.recommendation: Recommendation | None = None
        self.sight: Sight | None = None
        self.fixes: dict[str, Fix] = {}
        self.figures = Figures()
        self.submit: Callable[[Command], object] = lambda command: None
        self.ask: Callable[[], None] = lambda: None
        self.language = "en"
        self.album: Album | None = None  # takes photographs in and shows them small, in jobs
        self.people: Log | None = None  # keeps callers' names and numbers, apart from the log's entries
        self.positions: SharedPositions | None = None  # brings the positions that other seats of a room hand out
        self.room: Room | None = None  # the server that many seats share; None for a log of one's own
        self.alone: GoingAlone | None = None  # how this seat goes on without the room's server
        self.seats: Seats | None = None  # who else works on the log, and at what; None for a log of one's own
        self.history: Callable[[int], list[Entry]] | None = None  # the entries that name an incident, oldest first
        self.case_history: Callable[[int], list[Entry]] | None = None  # likewise of a case
        self.looks = Looks(self, self)

    def send(self, body: Body, *, at: datetime | None = None, based_on: int | None = None, forced: str = "") -> Command:
        """Send a command that the operator made from the state on the screen; return it for its id.

        `forced` is the reason why a life-saving command is given against the table of roles.
        """
        seen = self.state.sequence if based_on is None else based_on
        command = Command(str(uuid.uuid4()), at or self.clock(), self.who, body, seen, forced)
        self.submit(command)
        return command

    @property
    def kind(self) -> str:
        """Return what the screens say that this is: the kind of the log, `replay` for what was; empty for no log."""
        kind = self.state.kind
        return "replay" if self.is_record else kind.value if kind is not None else ""

    def set_who(self, who: Who) -> None:
        """Let somebody else sit at this desk, or the same person in another role."""
        if who != self.who:
            self.who = who
            self.who_changed.emit(who)

    def set_seats(self, seats: Seats) -> None:
        """Take who else is there."""
        self.seats = seats
        self.seats_changed.emit(seats)

    def may(self, command: type) -> bool:
        """Tell whether who sits here may give commands of a type: buttons follow the table that `decide` asks."""
        return may(self.who.role, command)

    def select(
        self,
        *,
        incident_id: int | None = None,
        unit_id: str | None = None,
        camera_id: str | None = None,
        unit_ids: Iterable[str] | None = None,
        case_id: int | None = None,
    ) -> None:
        """Take an incident, units, a camera or a case in hand, and ask who should go where it is an incident.

        A group of units stays in hand while other things are taken, until a unit or other `unit_ids` are.
        """
        if unit_ids is None:
            unit_ids = self.selection.unit_ids if unit_id is None and len(self.selection.unit_ids) > 1 else ()
        held = frozenset(unit_ids)
        if unit_id is None and len(held) == 1:
            (unit_id,) = held
        selection = Selection(incident_id, unit_id, camera_id, held, case_id)
        if selection != self.selection:
            self.selection = selection
            self.selection_changed.emit(selection)
            self.ask()

    def set_draft(self, draft: Draft | None) -> None:
        """Change the incident being taken, and ask who should go as soon as place and kind are known."""
        if draft != self.draft:
            self.draft = draft
            self.draft_changed.emit(draft)
            self.ask()

    def set_sight(self, sight: Sight | None) -> None:
        """Take which cameras see the place in hand."""
        if sight is not self.sight:
            self.sight = sight
            self.sight_changed.emit(sight)

    def place_in_hand(self) -> tuple[float, float] | None:
        """Return lon/lat of what the operator looks at: the place of the call being taken, else the incident's."""
        if self.draft is not None and self.draft.location is not None:
            return self.draft.location.lon, self.draft.location.lat
        case = self.state.cases.get(self.selection.case_id or 0)
        if case is not None:
            return case.place.location.lon, case.place.location.lat
        incident = self.state.incidents.get(self.selection.incident_id or 0)
        return (incident.location.lon, incident.location.lat) if incident is not None else None
