"""A desk of many cases, made at once: the cases of one story under other numbers, at every stage, all over the town."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from immutables import Map

from app.desk import Desk
from dispatch.case import Case, CaseStage
from dispatch.commands import Who
from dispatch.fold_cases import CLOSED_LATELY
from dispatch.incident import Location
from dispatch.state import State
from tests.dispatch.case_town import MONDAY_TEN, WALK, CaseStory


def moments() -> list[Case]:
    """Return one case at each stage of its way, the last one closed."""
    story, found = CaseStory(), []
    story.report(at=MONDAY_TEN)
    for stage in WALK:
        story.walk(stage)
        found.append(story.case())
    return found


def many_cases(count: int, *, open_count: int, box: tuple[float, float, float, float] | None = None) -> State:
    """Return a state with so many cases; the others than the open ones are closed. box: west, south, east, north."""
    told = moments()
    closed = told[-1]
    assert closed.stage is CaseStage.EVALUATE
    west, south, east, north = box or (25.0, 60.0, 25.05, 60.03)
    cases: dict[int, Case] = {}
    for number in range(1, count + 1):
        case = told[number % (len(told) - 1)] if number <= open_count else closed
        apart = timedelta(minutes=number % 5_000)
        visit = case.visits[-1]
        due = visit.due_at + apart if visit.due_at is not None else None
        lon = west + (east - west) * (number * 0.618_034 % 1)  # evenly, and nowhere in rows
        lat = south + (north - south) * (number * 0.754_878 % 1)
        cases[number] = replace(
            case,
            id=number,
            place=replace(case.place, location=Location(lon, lat, f"Mill Lane {number}")),
            reported_at=case.reported_at - apart,
            moved_at=case.moved_at - apart,
            visits=(*case.visits[:-1], replace(visit, due_at=due)),
            text=f"what was seen there on day {number % 97}, in some forty letters or more",
        )
    return replace(
        CaseStory().state,
        cases=Map(cases),
        open_cases=Map({number: None for number, case in cases.items() if case.is_open}),
        closed_lately=tuple(number for number, case in cases.items() if not case.is_open)[-CLOSED_LATELY:],
        next_case=count + 1,
    )


def desk_of(state: State, role: str = "supervisor") -> Desk:
    """Return a desk that stands on a state; nothing is sent from it."""
    desk = Desk(Who("sam", role), clock=lambda: MONDAY_TEN + timedelta(hours=6))
    desk.state = state
    return desk
