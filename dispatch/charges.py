"""Who has which incidents in charge, what is offered to whom, and who is told that others touched theirs. Questions.

Being in charge binds nobody else's hands: what saves a life is never refused because somebody else has the incident.
They are told instead (`told_of`).
"""

from __future__ import annotations

from collections.abc import Iterator

from dispatch.charge import Charge
from dispatch.commands import Who
from dispatch.events import Entry
from dispatch.state import State


def is_in_charge(state: State, charge: Charge | None, who: Who) -> bool:
    """Tell whether an incident is somebody's own: it is held at their seat or, where a log knows people, by them."""
    if charge is None or not charge.is_held:
        return False
    return charge.seat == who.seat or (len(state.accounts) > 0 and charge.actor == who.actor)


def is_there(state: State, charge: Charge) -> bool:
    """Tell whether whoever is in charge still sits there; a log without accounts believes that they do."""
    if not len(state.accounts):
        return charge.is_held
    session = state.sessions.get(charge.seat)
    return session is not None and session.account_id == charge.actor


def charges_of(state: State, who: Who) -> tuple[Charge, ...]:
    """Return what somebody is in charge of, by the incidents' numbers."""
    own = (charge for charge in state.charges.values() if is_in_charge(state, charge, who))
    return tuple(sorted(own, key=lambda charge: charge.incident_id))


def offered_to(state: State, who: Who) -> tuple[Charge, ...]:
    """Return what is offered to somebody and not taken up, by the incidents' numbers."""
    offered = (each for each in state.charges.values() if each.offer is not None and each.offer.is_for(who))
    return tuple(sorted(offered, key=lambda charge: charge.incident_id))


def told_of(entry: Entry, state: State) -> tuple[Charge, ...]:
    """Return the charges, as they stand after an entry, whose incidents somebody else than the one in charge touched.

    Whoever is in charge is told of it. A machine's doing (deadlines, orders on their way) counts as nobody's.
    """
    if entry.role in ("system", "crew"):
        return ()
    touched = {number for event in entry.events for number in _incidents_of(event, state)}
    found = (state.charges[number] for number in sorted(touched) if number in state.charges)
    return tuple(each for each in found if each.is_held and (each.actor, each.seat) != (entry.actor, entry.seat))


def _incidents_of(event: object, state: State) -> Iterator[int]:
    number = getattr(getattr(event, "perimeter", event), "incident_id", None)
    if isinstance(number, int):
        yield number
    for record in (
        state.assignments.get(getattr(event, "assignment_id", "")),
        state.duties.get(getattr(event, "duty_id", 0)),
        state.tasks.get(getattr(event, "task_id", "")),
    ):
        if record is not None and record.incident_id is not None:
            yield record.incident_id
