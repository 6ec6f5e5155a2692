"""What has changed from one situation report to the next, from the instants that the records carry."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime

from dispatch.case import Case
from dispatch.duty import Duty
from dispatch.incident import Assignment
from dispatch.state import State


@dataclass(frozen=True, slots=True)
class Since:
    """Name what happened after `from_at` and until `to_at`, by numbers and call signs in their order.

    A duty that was done, rejected and done again is named once.
    """

    from_at: datetime
    to_at: datetime
    incidents_reported: tuple[int, ...] = ()
    incidents_closed: tuple[int, ...] = ()
    units_sent: tuple[str, ...] = ()
    units_released: tuple[str, ...] = ()
    duties_given: tuple[int, ...] = ()
    duties_done: tuple[int, ...] = ()
    duties_handed_back: tuple[int, ...] = ()
    duties_ended: tuple[int, ...] = ()
    duties_missed: tuple[int, ...] = ()
    messages_sent: tuple[int, ...] = ()
    cases_reported: tuple[int, ...] = ()
    cases_closed: tuple[int, ...] = ()


def changes_since(state: State, from_at: datetime, to_at: datetime, *, incident_id: int | None = None) -> Since:
    """Return what happened between two instants, of one incident or everywhere.

    An incident that was closed, and opened again before the later instant, counts as neither.
    """

    def is_new(at: datetime | None) -> bool:
        return at is not None and from_at < at <= to_at

    incidents = [each for each in state.incidents.values() if incident_id in (None, each.id)]
    duties = list(_duties(state, incident_id))
    sent = sorted(_assignments(state, incident_id), key=lambda each: (each.assigned_at, each.id))
    cases = list(_cases(state, incident_id))
    messages = [each for each in state.messages.values() if incident_id in (None, each.incident_id)]
    return Since(
        from_at,
        to_at,
        incidents_reported=_numbers(each.id for each in incidents if is_new(each.reported_at)),
        incidents_closed=_numbers(each.id for each in incidents if is_new(each.closed_at)),
        units_sent=tuple(dict.fromkeys(each.unit_id for each in sent if is_new(each.assigned_at))),
        units_released=tuple(dict.fromkeys(each.unit_id for each in sent if is_new(each.released_at))),
        duties_given=_numbers(each.id for each in duties if is_new(each.given_at)),
        duties_done=_numbers(each.id for each in duties if any(_is(each, "done", is_new))),
        duties_handed_back=_numbers(each.id for each in duties if any(_is(each, "handed_back", is_new))),
        duties_ended=_numbers(each.id for each in duties if is_new(each.ended_at)),
        duties_missed=_numbers(each.id for each in duties if any(map(is_new, each.overdue))),
        messages_sent=_numbers(each.id for each in messages if is_new(each.sent_at)),
        cases_reported=_numbers(each.id for each in cases if is_new(each.reported_at)),
        cases_closed=_numbers(each.id for each in cases if is_new(each.closed_at)),
    )


def _numbers(found: Iterable[int]) -> tuple[int, ...]:
    return tuple(sorted(found))


def _is(duty: Duty, move: str, is_new: Callable[[datetime | None], bool]) -> Iterator[bool]:
    return (each.move == move and is_new(each.moved_at) for each in duty.steps)


def _assignments(state: State, incident_id: int | None) -> Iterator[Assignment]:
    if incident_id is None:
        yield from state.assignments.values()
    else:
        yield from (state.assignments[each] for each in state.assignments_of.get(incident_id, ()))


def _cases(state: State, incident_id: int | None) -> Iterator[Case]:
    if incident_id is None:
        yield from state.cases.values()
    else:
        yield from (state.cases[each] for each in state.cases_of_incident.get(incident_id, ()))


def _duties(state: State, incident_id: int | None) -> Iterator[Duty]:
    own = state.cases_of_incident.get(incident_id, ()) if incident_id is not None else ()
    for duty in state.duties.values():
        if incident_id is None or duty.incident_id == incident_id or duty.case_id in own:
            yield duty
