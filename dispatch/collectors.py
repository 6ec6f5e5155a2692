"""Who verifies and checks outside (采集员): the collectors of a cell who are on shift, and what each has to do.

Areas name them, and say when they work (`areas.Collector`). A task that nobody was on shift for is everybody's whose
cell it is. Whoever goes there may answer it: the visit keeps who did.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from zoneinfo import ZoneInfo

from dispatch.areas import Areas
from dispatch.case import TASK_STAGES, Case
from dispatch.state import State


def collectors_on_shift(state: State, cell: str, at: datetime) -> tuple[str, ...]:
    """Name who works in a cell at an instant (aware): of the smallest area of which anybody does."""
    local = at.astimezone(ZoneInfo(state.time_zone))
    for named in state.areas.collectors_outward(cell):
        working = tuple(each for each in named if state.areas.collector(each).is_on_shift(local))
        if working:
            return working
    return ()


def collector_for(state: State, cell: str, at: datetime, *, without: Collection[str] = ()) -> str:
    """Choose who goes to a cell: on shift, with the fewest tasks, the first of the file where equal; "" for nobody.

    `without` are those who may not judge this case, because they handled it.
    """
    working = [each for each in collectors_on_shift(state, cell, at) if each not in without]
    return min(working, key=lambda each: len(state.tasks_of_collector.get(each, ())), default="")


def tasks_of(state: State, collector: str) -> tuple[int, ...]:
    """List the cases that a collector is to verify or check, with those of nobody that wait for them; by number."""
    anybody = (
        each for each in state.tasks_of_collector.get("", ()) if is_task_of(state.areas, state.cases[each], collector)
    )
    return tuple(sorted({*state.tasks_of_collector.get(collector, ()), *anybody}))


def is_task_of(areas: Areas, case: Case, collector: str) -> bool:
    """Tell whether a case waits to be verified or checked by a collector: in their name, or in a cell of theirs.

    Where the areas name nobody for a cell it waits for everybody: what is of nobody must not be out of all sight.
    """
    if case.stage not in TASK_STAGES:
        return False
    if case.collector:
        return case.collector == collector
    named = tuple(areas.collectors_outward(case.place.cell))
    return not named or any(collector in each for each in named)
