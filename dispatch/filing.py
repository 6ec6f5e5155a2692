"""Which parts of a state a checkpoint packs away, and what of them stays at hand: whatever somebody still works on."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from dispatch.unit_state import Change
from dispatch.watched import is_watched

if TYPE_CHECKING:
    from dispatch.state import State

FILE_FROM = 2_000  # a map with fewer to pack away is kept whole: opening it costs some milliseconds
FILE_MORE = 500  # as many more are packed away together
RECENT_ENTRIES = 5_000
RECENT_MESSAGES = 200

IsAtHand = Callable[[Any, Any], bool]


def _of_incident(state: State) -> IsAtHand:
    return lambda key, record: record.incident_id is None or record.incident_id in state.open_incidents


def _by_incident(state: State) -> IsAtHand:
    return lambda number, _: number in state.open_incidents


def _by_case(state: State) -> IsAtHand:
    return lambda number, _: number in state.open_cases


def _cases(state: State) -> IsAtHand:
    return lambda number, case: is_watched(case)


def _assignments(state: State) -> IsAtHand:
    return lambda key, each: each.is_open or each.incident_id in state.open_incidents


def _changed(state: State) -> IsAtHand:
    since = state.sequence - RECENT_ENTRIES
    return lambda key, change: change.sequence > since


def _duties(state: State) -> IsAtHand:
    return lambda number, duty: duty.is_open


def _messages(state: State) -> IsAtHand:
    since = state.next_message - RECENT_MESSAGES
    return lambda number, _: number >= since or number in state.open_messages


def _nothing(state: State) -> IsAtHand:
    return lambda key, value: False


AT_HAND: Mapping[str, Callable[[State], IsAtHand]] = MappingProxyType(
    {
        "calls": _of_incident,
        "incidents": _by_incident,
        "tasks": _of_incident,
        "tasks_of": _by_incident,
        "assignments": _assignments,
        "assignments_of": _by_incident,
        "answered": _nothing,
        "changed": _changed,
        "cases": _cases,
        "cases_of_component": _nothing,
        "cases_of_incident": _by_incident,
        "cases_of_evidence": _nothing,
        "duties": _duties,
        "duties_of_incident": _by_incident,
        "duties_of_case": _by_case,
        "messages": _messages,
    }
)


def in_time(pairs: list[tuple[Any, Any]]) -> Iterator[tuple[Any, Any]]:
    """Yield records in the order in which they are packed away, so that what goes together lies together."""
    import numpy as np  # sorts beside the window's thread; a list would hold it up while it sorts a million

    order = np.argsort(np.fromiter(map(_place_in_time, pairs), np.int64, len(pairs)), kind="stable")
    return map(pairs.__getitem__, order.tolist())


def _place_in_time(pair: tuple[Any, Any]) -> int:
    key, record = pair
    if isinstance(key, int):
        return key
    if isinstance(record, int):
        return record
    if isinstance(record, tuple):
        return int(record[-1])
    if isinstance(record, Change):
        return record.sequence
    return int(record.incident_id or 0)
