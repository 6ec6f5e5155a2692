"""Which incidents and cases stand in a queue, and why: asked again only of those that changed."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Signal

from app import jobs
from app.desk import Desk
from app.parts.seats import actor_at
from app.parts.tally import tally
from app.wording import label
from dispatch.charges import is_in_charge
from dispatch.incident import Incident
from dispatch.queues import IN_CHARGE, OFFERED, OWN, PartsOf, Work, no_parts, queue_of, whose
from dispatch.state import State

if TYPE_CHECKING:
    from dispatch.districts import Districts
    from gis.city import City

ALL, MINE, NOBODY, OF_SEAT = "", "mine", "nobody", "seat:"
_AT = "at:"
DISTRESS = "distress"  # a unit on it calls for help: in everybody's sight
MOST_KEPT = 40_000

logger = logging.getLogger(__name__)


class Queues(QObject):
    """Answer for every list of a desk; `changed` says that what stood in no queue may stand in one now, or the reverse.

    A choice is ALL, MINE, NOBODY or OF_SEAT with a seat's name. Whatever is chosen, nobody loses sight of what is
    offered to them, what they are in charge of, and a distress.
    """

    changed = Signal()

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self._desk = desk
        self.districts: Districts | None = None
        self._kept: dict[tuple[str, bool, int], tuple[tuple[Any, ...], str]] = {}
        self._ground: tuple[Any, ...] = ()
        self._there: frozenset[str] = frozenset()
        self._distress: tuple[State | None, frozenset[int]] = (None, frozenset())
        desk.looked.connect(self._look)
        desk.seats_changed.connect(self._look)
        desk.who_changed.connect(self._look)
        self._look()

    @classmethod
    def of(cls, desk: Desk) -> Queues:
        """Return the one of a desk."""
        return desk.findChild(cls) or cls(desk)

    def open(self, city: City) -> None:
        """Read the city's districts, in a job: until then queues go by departments and by what cases say themselves.

        Where the open cases lie is looked up there, too: five thousand take a quarter of a second.
        """
        state = self._desk.state

        def work(job: jobs.Job) -> Districts:
            from dispatch.districts import Districts

            found = Districts(city)
            for number in state.open_cases:
                where = state.cases[number].place.location
                found.parts_of(where.lon, where.lat)
            return found

        jobs.start(work, done=self.take_districts, failed=lambda problem: logger.warning("no districts: %s", problem))

    def take_districts(self, districts: Districts) -> None:
        """Know the parts of the city from now on."""
        self.districts = districts
        self._kept.clear()
        self.changed.emit()

    def why(self, choice: str, work: Work) -> str:
        """Say why something is shown under a choice, in a word of `dispatch.queues` or DISTRESS; empty: it is not."""
        if choice == ALL:
            return OWN
        if isinstance(work, Incident) and work.id in self._in_distress(self._desk.state):
            return DISTRESS
        return self._asked(choice, work)

    def of_seat(self, seat: str, work: Work) -> str:
        """Say why something is shown at a seat that shows its own queue, as the one who sits there sees it."""
        if isinstance(work, Incident) and work.id in self._in_distress(self._desk.state):
            return DISTRESS
        return self._asked(f"{_AT}{seat}", work)

    def _asked(self, choice: str, work: Work) -> str:
        signs = self._signs(work)
        key = (choice, isinstance(work, Incident), work.id)
        kept = self._kept.get(key)
        if kept is not None and all(one is other for one, other in zip(kept[0], signs, strict=True)):
            return kept[1]
        if len(self._kept) > MOST_KEPT:
            self._kept.clear()
        found = self._find(choice, work)
        self._kept[key] = (signs, found)
        return found

    def _signs(self, work: Work) -> tuple[Any, ...]:
        """Return what an answer about a thing hangs on, each compared by its identity: state never changes in place."""
        state = self._desk.state
        if not isinstance(work, Incident):
            return (work, state.duties_of_case.get(work.id))
        of_incident = (state.charges, state.tasks_of, state.duties_of_incident)
        return (work, *(each.get(work.id) for each in of_incident))

    def _find(self, choice: str, work: Work) -> str:
        desk, state = self._desk, self._desk.state
        if choice.startswith(_AT):
            return self._of_seat(choice.removeprefix(_AT), work)
        charge = state.charges.get(work.id) if isinstance(work, Incident) else None
        if charge is not None and charge.offer is not None and charge.offer.is_for(desk.who):
            return OFFERED
        if is_in_charge(state, charge, desk.who):
            return IN_CHARGE
        if choice == NOBODY:
            place = whose(state, work, parts_of=self._parts_of, is_there=self._is_there)
            return place.why if place.is_everybodys else ""
        return self._of_seat(desk.who.seat if choice == MINE else choice.removeprefix(OF_SEAT), work)

    def _of_seat(self, seat: str, work: Work) -> str:
        found = queue_of(
            self._desk.state,
            seat,
            (work,),
            actor=actor_at(self._desk, seat),
            parts_of=self._parts_of,
            is_there=self._is_there,
        )
        return found[0].why if found else ""

    @property
    def _parts_of(self) -> PartsOf:
        return self.districts.parts_of if self.districts is not None else no_parts

    def _is_there(self, seat: str) -> bool:
        room = self._desk.seats
        return room is None or seat == self._desk.who.seat or room.is_there(seat)

    def _in_distress(self, state: State) -> frozenset[int]:
        if self._distress[0] is not state:
            units = tally(state, self._desk.clock()).distress
            bound = (state.assignments.get(state.units[one].assignment_id) for one in units if one in state.units)
            self._distress = (state, frozenset(one.incident_id for one in bound if one is not None))
        return self._distress[1]

    def _look(self, *_: object) -> None:
        """Notice what all queues hang on: themselves, who is there, areas, run cards, roster, who sits here."""
        desk, state = self._desk, self._desk.state
        ground = (state.queues, state.areas, state.run_cards, state.roster, state.sessions, desk.who)
        seats = {seat for seat in state.queues if self._is_there(seat)}
        there = frozenset(seats)
        is_same = len(ground) == len(self._ground) and all(
            one is other for one, other in zip(ground, self._ground, strict=True)
        )
        if is_same and there == self._there:
            return
        self._ground, self._there = ground, there
        self._kept.clear()
        self.changed.emit()


def why_words(why: str, language: str) -> str:
    """Word why something stands in a queue."""
    return label("queue_tag" if why == DISTRESS else "queue_why", why, language)


def is_tagged(why: str) -> bool:
    """Tell whether why something stands in a queue is worth a word in its row."""
    return why not in ("", OWN, IN_CHARGE, OFFERED)
