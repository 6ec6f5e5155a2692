"""Response times of a year of an invented city, from the state: from nothing, after one more entry, by every group."""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import timedelta
from functools import partial
from typing import Any

from immutables import Map

from dispatch.incident import Assignment, Incident, Location, Order, OrderState, Stage
from dispatch.record import replace
from dispatch.state import State
from dispatch.times.groups import GROUPS
from dispatch.times.profiles_file import usual_time_profiles
from dispatch.times.report import TimesReport, intervals_of, times_report
from dispatch.times.spans import INTERVALS, SCOPES
from dispatch.times.table import TimesTable
from tests.bench.rows import Row, timed, within
from tests.dispatch.story import Story
from tests.dispatch.town import START, UNITS

INCIDENTS, EACH = 110_000, 2
SECONDS = 365 * 86_400


def rows() -> Iterator[Row]:
    """Yield one row a measure."""
    state = _year()
    work = f"response times of a year: {len(state.incidents):,} incidents, {len(state.assignments):,} responses"
    profile = usual_time_profiles().of()
    seconds, table = timed(partial(intervals_of, state))
    first, report = timed(lambda: _usual(times_report(table, profile, by=("station",))))
    yield within(f"{work}, from nothing", seconds + first, 2.0)
    yield within("of which the table of instants", seconds, 1.5)
    yield within("again, after one more entry", _again(table, state), 1.0)
    yield within("every interval and target by every group", timed(lambda: _all(table, report))[0], 5.0)


def _usual(report: TimesReport) -> TimesReport:
    for scope in SCOPES:
        for interval in INTERVALS:
            report.figure(scope, interval)
    report.target_figures()
    return report


def _again(table: TimesTable, state: State) -> float:
    name = next(iter(state.assignments))
    changed = replace(state.assignments[name], released_at=state.at)
    later = replace(state, assignments=state.assignments.set(name, changed))
    profile = usual_time_profiles().of()

    def work() -> None:
        table.refresh(later)
        _usual(times_report(table, profile, by=("station",)))

    return timed(work)[0]


def _all(table: TimesTable, report: TimesReport) -> None:
    whole = times_report(table, report.profile, by=GROUPS)
    for group in GROUPS:
        for key in whole.names(group):
            whole.target_figures(group, key)
            for scope in SCOPES:
                for interval in INTERVALS:
                    whole.figure(scope, interval, group, key)


def _year() -> State:
    """Make a year without its log: what is measured begins at the state."""
    dice = random.Random(7)
    state = Story().state
    kinds = [card.kind for card in state.run_cards.cards]
    order = Order(1, kinds[0], 1, "", "", 25.0, 60.0)
    incidents: dict[int, Incident] = {}
    assignments: dict[str, Assignment] = {}
    for number in range(1, INCIDENTS + 1):
        at = START + timedelta(seconds=number * SECONDS / INCIDENTS)
        place = Location(25 + dice.random() / 50, 60 + dice.random() / 50, "", "Smalltown")
        incidents[number] = Incident(
            number, dice.choice(kinds), dice.randint(1, 4), 1, place, Stage.CLOSED, at, at, "emergency",
            closed_at=at + timedelta(hours=2),
        )  # fmt: skip
        for each in range(EACH):
            waits = [dice.expovariate(1 / mean) for mean in (90, 60, 240, 1_200)]
            instants = [at + timedelta(seconds=sum(waits[: step + 1])) for step in range(4)]
            more: dict[str, Any] = {} if dice.random() < 0.2 else {"on_scene_at": instants[2]}
            name = f"{number}/{each + 1}"
            assignments[name] = Assignment(
                name, number, "", dice.choice(UNITS).id, "", order, OrderState.ACKNOWLEDGED, instants[0],
                en_route_at=instants[1], released_at=instants[3], **more,
            )  # fmt: skip
    return replace(state, incidents=Map(incidents), assignments=Map(assignments), at=at)
