"""The queues of a room's seats, split by department and by part of the city, and what each shows. Questions only.

Nothing can fall between: what fits no seat's queue, or only those of seats that are not there, is everybody's.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TypeAlias

from dispatch.areas import PREFIXES
from dispatch.case import Case
from dispatch.incident import Incident
from dispatch.seat_queue import Queue
from dispatch.state import State
from resources.unit import Roster

# The names of the parts of the city that a place (lon, lat) lies in: its cell's code, its districts.
PartsOf: TypeAlias = Callable[[float, float], tuple[str, ...]]
IsThere: TypeAlias = Callable[[str], bool]
Work: TypeAlias = Incident | Case

# Why something stands in a queue: it fits; it fits nobody's; those whom it fits are away; the seat has it in hand; it
# is offered to the seat.
OWN, NOBODYS, AWAY, IN_CHARGE, OFFERED = "own", "nobodys", "away", "in_charge", "offered"


@dataclass(frozen=True, slots=True)
class Whose:
    """Say in whose queues a thing stands: those of `seats` or, with `why` NOBODYS or AWAY, everybody's."""

    seats: tuple[str, ...] = ()
    why: str = OWN

    @property
    def is_everybodys(self) -> bool:
        """Tell whether every seat is shown it."""
        return self.why != OWN


@dataclass(frozen=True, slots=True)
class Queued:
    """Hold an incident or a case of a seat's queue, and why it stands there."""

    work: Work
    why: str


def no_parts(lon: float, lat: float) -> tuple[str, ...]:
    """Know no parts of the city: of a city without districts and cells."""
    return ()


def everybody(seat: str) -> bool:
    """Take every seat to be there: where nobody says who is."""
    return True


def departments_of(state: State, work: Work) -> frozenset[str]:
    """Name the departments that a thing concerns: who leads, who has a task or a duty, who could fill its needs.

    A need that names no department is any department's that has units for it. Of a case: whom it was sent to, before
    that whom the ground names, and who has a duty.
    """
    if isinstance(work, Case):
        found = {work.department or work.answerable}
        duties = state.duties_of_case.get(work.id, ())
    else:
        found = {work.lead} | {state.tasks[each].department for each in state.tasks_of.get(work.id, ())}
        duties = state.duties_of_incident.get(work.id, ())
        card = state.cards.get(work.kind)
        able = _Able.of(state.roster)
        for need in card.needs if card is not None else ():
            if need.level <= work.alarm_level:
                found |= {need.department} if need.department else _any_of(able, need.any_of)
    found |= {state.duties[each].department for each in duties}
    return frozenset(found - {""})


def parts_of_work(state: State, work: Work, parts_of: PartsOf = no_parts) -> frozenset[str]:
    """Name the parts of the city that a thing lies in: cell, what the cell's code begins with, areas, districts."""
    place = work.place.location if isinstance(work, Case) else work.location
    found = set(parts_of(place.lon, place.lat))
    if isinstance(work, Case):
        found |= {work.place.cell, work.place.area, work.place.community}
    for cell in [each for each in found if len(each) == PREFIXES[-1] and each.isdigit()]:
        found |= {cell[:digits] for digits in PREFIXES}
        found |= {area.id for area in state.areas.holding(cell)}
    return frozenset(found - {""})


def in_queue(state: State, queue: Queue | None, work: Work, parts_of: PartsOf = no_parts) -> bool:
    """Tell whether an incident or a case fits a queue; a seat without one looks after everything."""
    return queue is None or _fits(queue, _Known(state, work, parts_of))


def whose(state: State, work: Work, *, parts_of: PartsOf = no_parts, is_there: IsThere = everybody) -> Whose:
    """Say in which seats' queues a thing stands. Seats without a queue see everything and are not named."""
    return _whose(state, _Known(state, work, parts_of), is_there)


def queue_of(
    state: State,
    seat: str,
    work: Iterable[Work] | None = None,
    *,
    actor: str = "",
    parts_of: PartsOf = no_parts,
    is_there: IsThere = everybody,
) -> tuple[Queued, ...]:
    """Return what a seat is shown of `work` (None: every open incident), in its order, each with why.

    What the seat has in hand and what is offered to it (or to `actor`, who sits there) always stands in its queue.
    """
    if work is None:
        work = (state.incidents[number] for number in sorted(state.open_incidents))
    own = state.queues.get(seat)
    found = []
    for each in work:
        known = _Known(state, each, parts_of)
        why = _in_hand(state, each, seat, actor)
        if not why and (own is None or _fits(own, known)):
            why = OWN
        if not why and (place := _whose(state, known, is_there)).is_everybodys:
            why = place.why
        if why:
            found.append(Queued(each, why))
    return tuple(found)


class _Known:
    """Find out once, and only where a queue asks for it, what an incident or a case concerns and where it lies."""

    def __init__(self, state: State, work: Work, parts_of: PartsOf) -> None:
        self._state, self._work, self._parts_of = state, work, parts_of

    @cached_property
    def departments(self) -> frozenset[str]:
        return departments_of(self._state, self._work)

    @cached_property
    def parts(self) -> frozenset[str]:
        return frozenset(each.casefold() for each in parts_of_work(self._state, self._work, self._parts_of))


def _fits(queue: Queue, known: _Known) -> bool:
    if queue.departments and known.departments.isdisjoint(queue.departments):
        return False
    return not queue.areas or not known.parts.isdisjoint(each.casefold() for each in queue.areas)


def _whose(state: State, known: _Known, is_there: IsThere) -> Whose:
    fits = tuple(seat for seat in sorted(state.queues) if _fits(state.queues[seat], known))
    there = tuple(seat for seat in fits if is_there(seat))
    if there:
        return Whose(there)
    return Whose(fits, AWAY if fits else NOBODYS)


def _in_hand(state: State, work: Work, seat: str, actor: str) -> str:
    charge = state.charges.get(work.id) if isinstance(work, Incident) else None
    if charge is None:
        return ""
    if charge.is_held and (charge.seat == seat or (actor and len(state.accounts) and charge.actor == actor)):
        return IN_CHARGE
    offer = charge.offer
    if offer is None or offer.to_seat not in ("", seat):
        return ""
    is_for = offer.to_actor in ("", actor) or (offer.to_seat == seat and not actor)
    return OFFERED if is_for else ""


def _any_of(able: Mapping[str, frozenset[str]], capabilities: Iterable[str]) -> frozenset[str]:
    return frozenset[str]().union(*(able.get(each, frozenset()) for each in capabilities))


class _Able:
    """Know which departments have units with a capability; a roster stays for hours and is asked for each incident."""

    last: tuple[Roster, Mapping[str, frozenset[str]]] | None = None

    @classmethod
    def of(cls, roster: Roster) -> Mapping[str, frozenset[str]]:
        known = cls.last  # read once: threads ask at the same time
        if known is not None and known[0] is roster:
            return known[1]
        found: dict[str, set[str]] = {}
        for unit in roster.units:
            for capability in unit.capabilities:
                found.setdefault(capability, set()).add(unit.department)
        able = {name: frozenset(each) for name, each in found.items()}
        cls.last = (roster, able)
        return able
