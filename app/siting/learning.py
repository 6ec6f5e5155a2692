"""What a log teaches a plan: where calls were, how busy units are, how many calls come a day. Knows no window."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from dispatch.calls import calls_of, days_of
from dispatch.demand.history import History, history_of

if TYPE_CHECKING:
    from dispatch.state import State


@dataclass(frozen=True, slots=True, eq=False)
class Learnt:
    """Hold what a state teaches; `calls_a_day` by kind of department, none where the log is shorter than a day."""

    sequence: int
    history: History
    calls_a_day: dict[str, float]


def learn(state: State, *, at: datetime) -> Learnt:
    """Gather it; a year of a city takes a second or two."""
    return Learnt(state.sequence, history_of(state, at=state.at or at), _calls_a_day(state))


def _calls_a_day(state: State) -> dict[str, float]:
    calls = calls_of(state)
    try:
        begin_at, end_at = days_of(calls)
    except ValueError:
        return {}
    days = (end_at - begin_at).total_seconds() / 86_400
    found = {}
    for kind in calls.department_kinds:
        at_s = calls.of(department=kind).at_s
        found[kind] = float(((at_s >= begin_at.timestamp()) & (at_s < end_at.timestamp())).sum()) / days
    return found
