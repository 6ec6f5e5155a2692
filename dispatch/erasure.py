"""Carry out what the log says is erased: personal data in the table beside it, photographs in the store beside it.

The entry comes first, then the erasing, and every opening erases again whatever is still there. So a crash between the
two leaves an order that is carried out at the next start, never data that went without a word, and never an entry
that stays untrue.
"""

from __future__ import annotations

from collections.abc import Callable

from dispatch.case_events import PersonErased, PhotographErased
from dispatch.events import Entry
from dispatch.log_interface import Log
from dispatch.state import State


def carry_out(log: Log, entry: Entry) -> int:
    """Erase whose personal data an entry says is erased; return of how many there was any. Raises NotSaved."""
    return sum(log.erase_person(event.person_id) for event in entry.events if isinstance(event, PersonErased))


def carry_out_all(log: Log, state: State) -> int:
    """Erase what earlier entries say is erased and is still there; return how much that was. Raises NotSaved."""
    left = [person_id for person_id in state.erased_people if log.person(person_id) is not None]
    return sum(log.erase_person(person_id) for person_id in left)


def photographs_erased(entry: Entry) -> tuple[str, ...]:
    """Name the photographs (SHA-256) whose bytes an entry says are erased: for whoever holds the store."""
    return tuple(event.evidence_id for event in entry.events if isinstance(event, PhotographErased))


def erase_photographs(state: State, erase: Callable[[str], bool]) -> int:
    """Have a store erase every photograph that the log says is erased; return how many were still there."""
    return sum(erase(evidence_id) for evidence_id in state.erased_photographs)
