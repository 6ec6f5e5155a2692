"""Who else is there and at what, as panels ask it: who has it open, who is in charge, to whom it can be handed."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from app.desk import Desk
from app.parts.tally import natural
from app.wording import one_line, text
from dispatch.charge import Charge
from dispatch.charges import is_there
from dispatch.desk_access import MAY_DESK, OVERSEERS
from dispatch.desk_commands import TakeIncident
from dispatch.state import State

if TYPE_CHECKING:
    from dispatch.room.presence import Here, Room

_WIDE = re.compile(r"[\u3400-\u9fff\uf900-\ufaff]")


@dataclass(frozen=True, slots=True)
class Receiver:
    """Name a seat or a person that an incident can be handed to; `is_here`: somebody sits there now."""

    words: str
    to_seat: str = ""
    to_actor: str = ""
    is_here: bool = True


class _Open:
    """Know of the latest picture which seats have what open: hundreds of rows ask for each."""

    last: tuple[Room, dict[tuple[str, int], tuple[Here, ...]]] | None = None

    @classmethod
    def of(cls, room: Room) -> dict[tuple[str, int], tuple[Here, ...]]:
        if cls.last is not None and cls.last[0] is room:
            return cls.last[1]
        found: dict[tuple[str, int], tuple[Here, ...]] = {}
        for each in room.others:
            if each.is_stale or each.is_island:
                continue  # what an island calls by a number is another thing here
            for kind, number in (("incident", each.incident_id), ("case", each.case_id)):
                if number is not None:
                    found[kind, number] = (*found.get((kind, number), ()), each)
        cls.last = (room, found)
        return found


def open_at(desk: Desk, *, incident_id: int = 0, case_id: int = 0) -> tuple[Here, ...]:
    """Return the other seats that have an incident or a case open now, by their names."""
    if desk.seats is None:
        return ()
    found = _Open.of(desk.seats)
    here = found.get(("incident", incident_id), ()) or found.get(("case", case_id), ())
    return tuple(sorted(here, key=lambda each: natural(each.seat)))


def oversees(desk: Desk) -> bool:
    """Tell whether who sits here watches over other seats."""
    return desk.who.role in OVERSEERS


def person_name(state: State, actor: str) -> str:
    """Return a person's name, their id where the log knows no account of it."""
    account = state.accounts.get(actor)
    return one_line(account.name if account is not None else actor, 60)


def who_words(desk: Desk, actor: str, seat: str) -> str:
    """Name somebody and where they sit; whichever of both is known."""
    name = person_name(desk.state, actor)
    if not name or not seat:
        return name or one_line(seat, 40)
    return text("room.who", desk.language, name=name, seat=one_line(seat, 40))


def initials(state: State, actor: str, seat: str) -> str:
    """Return two or three letters for somebody: of their name where the log knows people, else of the seat."""
    account = state.accounts.get(actor)
    return short(account.name if account is not None else seat or actor)


def short(words: str) -> str:
    """Shorten a name to its letters: Anna Virtanen to AV, seat-12 to S12, 王小明 to 小明."""
    words = one_line(words, 80)
    if _WIDE.search(words):
        return "".join(_WIDE.findall(words))[-2:]
    parts = re.findall(r"[^\W\d_]+|\d+", words)
    if not parts:
        return words[:2].upper() or "?"
    if len(parts) == 1:
        return parts[0][:2].upper()
    if parts[-1].isdigit():
        return (parts[0][:1] + parts[-1][-2:]).upper()
    return (parts[0][:1] + parts[-1][:1]).upper()


def is_held_there(desk: Desk, charge: Charge) -> bool:
    """Tell whether whoever is in charge still sits at their seat, and the seat is in the room."""
    if not is_there(desk.state, charge):
        return False
    return desk.seats is None or desk.seats.is_there(charge.seat) or charge.seat == desk.who.seat


def is_receiver_there(desk: Desk, seat: str, actor: str) -> bool:
    """Tell whether the seat, or the person, that something is offered to is in the room; so where nobody can say."""
    room = desk.seats
    if room is None or not room.is_connected or desk.who.seat == seat or (actor and desk.who.actor == actor):
        return True
    return room.is_there(seat) if seat else any(each.actor == actor and not each.is_stale for each in room.others)


def actor_at(desk: Desk, seat: str) -> str:
    """Return who sits at a seat: as the log says, else as the seat says itself."""
    if seat == desk.who.seat:
        return desk.who.actor
    session = desk.state.sessions.get(seat)
    if session is not None:
        return session.account_id
    room = desk.seats
    return next((each.actor for each in room.others if each.seat == seat), "") if room is not None else ""


def known_seats(desk: Desk) -> tuple[str, ...]:
    """Return the seats that are there, or that the log knows of: signed in at, with a queue, in charge of something."""
    state, room = desk.state, desk.seats
    found: set[str] = {each.seat for each in room.others} if room is not None else set()
    found |= set(state.sessions) | set(state.queues) | {each.seat for each in state.charges.values() if each.is_held}
    found.add(desk.who.seat)
    return tuple(sorted((each for each in found if each), key=natural))


def receivers(desk: Desk, *, but: str = "") -> tuple[Receiver, ...]:
    """Return to whom something can be handed: seats that are there first, then other seats, then people.

    `but` is the seat that has it now, where it is not this one.
    """
    state, room, who = desk.state, desk.seats, desk.who
    by_seat = {each.seat: each for each in room.others} if room is not None else {}
    seats = []
    for seat in known_seats(desk):
        if seat in (who.seat, but):
            continue
        here, session = by_seat.get(seat), state.sessions.get(seat)
        role = session.role if session is not None else here.role if here is not None else ""
        is_here = here is not None and not here.is_stale
        if (session is not None or is_here) and not _may_take((role,)):
            continue
        actor = actor_at(desk, seat) if session is not None or is_here else ""
        words = text(
            "room.seat_who" if is_here else "room.seat_away", desk.language, seat=seat, name=person_name(state, actor)
        )
        seats.append(Receiver(words, to_seat=seat, is_here=is_here))
    seats.sort(key=lambda each: not each.is_here)
    people = [
        Receiver(
            text("room.person", desk.language, name=account.name, actor=account.id), to_actor=account.id, is_here=False
        )
        for account in sorted(state.accounts.values(), key=lambda each: each.name.casefold())
        if account.id != who.actor and not account.is_disabled and _may_take(account.roles)
    ]
    return (*seats, *people)


def receiver_named(desk: Desk, words: str) -> Receiver | None:
    """Find the one receiver that somebody's words mean: a seat, a person's id or name, or how one of them begins."""
    spoken = words.strip().casefold()
    found = receivers(desk)
    names = {
        one: tuple(
            each.casefold() for each in (one.to_seat, one.to_actor, person_name(desk.state, one.to_actor)) if each
        )
        for one in found
    }
    for is_meant in (lambda name: name == spoken, lambda name: bool(spoken) and name.startswith(spoken)):
        fits = [one for one in found if any(is_meant(name) for name in names[one])]
        if len(fits) == 1:
            return fits[0]
        if fits:
            return None
    return None


def _may_take(roles: Iterable[str]) -> bool:
    return any(not role or TakeIncident in MAY_DESK.get(role, frozenset()) for role in roles)
