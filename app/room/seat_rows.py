"""The seats of a room as rows: who sits there, what is before them, what they are in charge of and look after."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from app.desk import Desk
from app.intake.kind_field import kind_name
from app.parts.names import department_name
from app.parts.queues import why_words
from app.parts.row import Row
from app.parts.seats import initials, known_seats, person_name
from app.wording import label, listed, one_line, text
from dispatch.charge import Charge
from dispatch.incident import Stage
from dispatch.queues import OWN
from dispatch.state import State

if TYPE_CHECKING:
    from dispatch.room.presence import Clock, Here

DRIFT_SHOWN_S = 0.05
MOST_PARTS = 6


@dataclass(frozen=True, slots=True)
class Seat:
    """Hold one seat as it is now: `here` is what it says of itself, None where it says nothing (any more)."""

    name: str
    is_own: bool
    here: Here | None
    actor: str
    role: str

    @property
    def is_present(self) -> bool:
        """Tell whether somebody works there on the room's log now."""
        return self.is_own or (self.here is not None and not self.here.is_stale)


def seats_of(desk: Desk) -> tuple[Seat, ...]:
    """Return every seat that is there or known: one's own first."""
    room = desk.seats
    if room is None:
        return ()
    by_seat = {each.seat: each for each in room.others}
    found = []
    for name in known_seats(desk):
        here, session = by_seat.get(name), desk.state.sessions.get(name)
        is_own = name == desk.who.seat
        if is_own:
            actor, role = desk.who.actor, desk.who.role
        elif session is not None:
            actor, role = session.account_id, session.role
        else:
            actor, role = (here.actor, here.role) if here is not None else ("", "")
        found.append(Seat(name, is_own, here, actor, role))
    found.sort(key=lambda each: (not each.is_own, not each.is_present))
    return tuple(found)


def charges_at(state: State, seat: str) -> tuple[Charge, ...]:
    """Return what is held at a seat."""
    return tuple(each for each in state.charges.values() if each.is_held and each.seat == seat)


def seat_row(desk: Desk, seat: Seat) -> Row:
    """Say all of a seat in a title, a figure and a line below."""
    language, state = desk.language, desk.state
    held = len(charges_at(state, seat.name))
    offered = sum(each.offer is not None and each.offer.to_seat == seat.name for each in state.charges.values())
    title = " · ".join(
        part
        for part in (
            one_line(seat.name, 40),
            person_name(state, seat.actor),
        )
        if part
    )
    right = " · ".join(
        text(key, language, count=count) for key, count in (("room.charges", held), ("room.offers", offered)) if count
    )
    badge, tone = _badge(seat, language)
    clock = _clock(desk, seat)
    if clock is not None and clock.is_off and tone == "normal":
        tone = "warn"
    role = label("role", seat.role, language) if seat.role and seat.actor else ""
    below = (role, *_in_hand(desk, seat), _looks_after(desk, seat.name), *_heard(desk, seat))
    return Row(
        seat.name,
        title,
        right=right,
        detail=" · ".join(part for part in below if part),
        tone=tone,
        mark=initials(state, seat.actor, seat.name),
        badge=badge,
    )


def queue_row(desk: Desk, number: int, why: str) -> Row:
    """Say one incident of a queue that is watched."""
    from app.parts.incident_rows import open_units, place

    state, language = desk.state, desk.language
    incident = state.incidents[number]
    units = listed(open_units(state, number), language)
    charge = state.charges.get(number)
    parts = [label("stage", incident.stage, language), one_line(units, 60), place(incident)]
    if charge is not None and charge.is_held:
        parts.append(text("room.in_charge", language, name=person_name(state, charge.actor) or charge.seat))
    return Row(
        str(number),
        f"{number}  {kind_name(desk, incident.kind)}",
        detail=" · ".join(part for part in parts if part),
        mark=f"P{incident.priority}",
        badge=why_words(why, language) if why != OWN else "",
        detail_tone="warn" if incident.stage is Stage.WAITING else "muted",
    )


def _badge(seat: Seat, language: str) -> tuple[str, str]:
    if seat.is_own:
        return text("room.this_seat", language), "normal"
    if seat.here is None:
        return text("room.not_here", language), "muted"
    if seat.here.is_stale:
        return text("room.stale", language), "muted"
    return (text("room.on_island", language), "warn") if seat.here.is_island else ("", "normal")


def _in_hand(desk: Desk, seat: Seat) -> list[str]:
    language, state, here = desk.language, desk.state, seat.here
    if seat.is_own:
        held, draft = desk.selection, desk.draft
        incident_id, case_id = held.incident_id, held.case_id
        since = draft.started_at if draft is not None else None
    elif here is not None and not here.is_stale:
        incident_id, case_id, since = here.incident_id, here.case_id, here.taking_call_since
    else:
        return []
    found = []
    if since is not None:
        span_s = max(0.0, (desk.clock() - since).total_seconds())
        found.append(text("room.taking_call", language, span_s=span_s))
    if incident_id is not None:
        incident = None if here is not None and here.is_island else state.incidents.get(incident_id)
        kind = kind_name(desk, incident.kind) if incident is not None else ""
        found.append(text("room.in_hand", language, number=incident_id, kind=kind))
    if case_id is not None:
        from app.cases.words import class_name

        case = None if here is not None and here.is_island else state.cases.get(case_id)
        kind = class_name(state, case.standard_id, language) if case is not None else ""
        found.append(text("room.case_in_hand", language, number=case_id, kind=kind))
    return found


def _looks_after(desk: Desk, seat: str) -> str:
    queue, language = desk.state.queues.get(seat), desk.language
    if queue is None:
        return text("room.everything", language) if desk.state.queues else ""
    parts = [department_name(desk.state, each, language) for each in queue.departments]
    parts += [part_name(desk, each) for each in queue.areas]
    more = len(parts) - MOST_PARTS
    words = listed(parts[:MOST_PARTS], language) + (f" +{more}" if more > 0 else "")
    return text("room.looks_after", language, parts=words)


def part_name(desk: Desk, part: str) -> str:
    """Return what people call a part of the city that a queue names."""
    area = next((each for each in desk.state.areas.areas if each.id == part), None)
    if area is None:
        return one_line(part, 40)
    return one_line(area.name_zh if desk.language == "zh" and area.name_zh else area.name, 40)


def _clock(desk: Desk, seat: Seat) -> Clock | None:
    if seat.is_own:
        return desk.seats.clock if desk.seats is not None else None
    return seat.here.clock if seat.here is not None and not seat.here.is_stale else None


def _heard(desk: Desk, seat: Seat) -> list[str]:
    found, clock, language = [], _clock(desk, seat), desk.language
    if clock is not None and (clock.is_off or abs(clock.ahead_s) >= DRIFT_SHOWN_S):
        key = "room.clock_off" if clock.is_off else "room.clock_ok"
        found.append(text(key, language, drift=f"{clock.ahead_s:+.1f}".replace("-", "−")))
    if seat.here is not None and not seat.is_own and seat.here.age_s >= 10:
        found.append(text("room.heard", language, span_s=seat.here.age_s))
    return found
