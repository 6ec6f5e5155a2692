"""A docket that takes one change at a time is equal to one that looks through everything anew."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import timedelta

import pytest
from immutables import Map

from app.cases.docket import Docket, Wanted
from app.cases.due import key_of
from dispatch.case import Case, CaseStage
from dispatch.state import State
from dispatch.watched import is_watched
from tests.dispatch import case_town as t
from tests.dispatch.case_town import CaseStory

WANTED = (
    Wanted(),
    Wanted(mine=True),
    Wanted(department="urban"),
    Wanted(stages=frozenset({CaseStage.DISPATCH, CaseStage.CLOSE})),
    Wanted(overdue=True),
    Wanted(closed=True),
    Wanted(words="rub 1"),
    Wanted(overdue=True, department="urban", stages=frozenset({CaseStage.HANDLE})),
)


def haystack(case: Case) -> str:
    return f"#{case.id} {case.standard_id}"


@pytest.fixture(scope="module")
def moments() -> list[Case]:
    """One case at every moment of its life."""
    story, found = CaseStory(), []
    story.report(at=t.MONDAY_TEN)
    for stage in t.WALK:
        story.walk(stage)
        found.append(story.case())
    return found


def state_of(cases: dict[int, Case]) -> State:
    over = [case for case in cases.values() if not case.is_open]
    return State(
        cases=Map(cases),
        open_cases=Map({one: None for one, case in cases.items() if case.is_open}),
        watched_cases=Map({case.id: None for case in over if is_watched(case)}),
        closed_lately=tuple(case.id for case in over),
    )


@pytest.mark.parametrize("wanted", WANTED)
def test_taking_changes_one_by_one_ends_where_looking_anew_does(wanted: Wanted, moments: list[Case]) -> None:
    dice = random.Random(7)
    now = t.MONDAY_TEN
    cases: dict[int, Case] = {}
    docket = Docket(haystack)
    docket.begin(state_of(cases), t.DISPATCHER, now)
    docket.want(wanted, state_of(cases), now)
    for _ in range(400):
        number = dice.randrange(1, 30)
        case = dice.choice(moments)
        due = t.MONDAY_TEN + timedelta(minutes=dice.randrange(-200, 400))
        visit = replace(case.visit, due_at=due if case.is_open else None)
        closed_at = due if case.closed_at is not None else None
        case = replace(case, id=number, visits=(*case.visits[:-1], visit), close_due_at=None, closed_at=closed_at)
        cases[number] = case
        docket.take(case)
        if dice.random() < 0.2:
            now += timedelta(minutes=3)
            docket.pass_time(now)
    anew = Docket(haystack)
    anew.begin(state_of(cases), t.DISPATCHER, now)
    anew.want(wanted, state_of(cases), now)
    assert docket.keys == anew.keys == sorted(docket.keys)
    assert +docket.by_stage == +anew.by_stage
    assert +docket.by_department == +anew.by_department
    assert docket.counts(now, now + timedelta(hours=2)) == anew.counts(now, now + timedelta(hours=2))
    assert [docket.row_of(abs(key[2])) for key in docket.keys] == list(range(len(docket.keys)))


def test_what_falls_due_is_told_once_and_joins_the_overdue(moments: list[Case]) -> None:
    case = replace(moments[4], close_due_at=None)
    docket = Docket(haystack, Wanted(overdue=True))
    docket.begin(state_of({1: case}), t.DISPATCHER, t.MONDAY_TEN)
    assert docket.keys == []
    due = case.visit.due_at
    assert docket.pass_time(due + timedelta(seconds=1)) == (1,)
    assert docket.pass_time(due + timedelta(seconds=2)) == ()
    assert docket.keys == [key_of(case)]
    assert docket.overdue_shown() == 1


def test_a_closed_case_is_found_by_its_number_alone(moments: list[Case]) -> None:
    closed = replace(moments[-1], id=12)
    state = state_of({1: moments[3], 12: closed})
    docket = Docket(haystack)
    docket.begin(state, t.DISPATCHER, t.MONDAY_TEN)
    docket.want(Wanted(words="12"), state, t.MONDAY_TEN)
    assert [abs(key[2]) for key in docket.keys] == [12]
    docket.want(Wanted(words="rub"), state, t.MONDAY_TEN)
    assert [abs(key[2]) for key in docket.keys] == [1]
    docket.want(Wanted(), state, t.MONDAY_TEN)
    assert docket.row_of(12) == -1


def test_counts_say_what_is_overdue_due_today_and_paused(moments: list[Case]) -> None:
    def due(number: int, minutes: int) -> Case:
        visit = replace(moments[4].visit, due_at=t.MONDAY_TEN + timedelta(minutes=minutes))
        return replace(moments[4], id=number, visits=(*moments[4].visits[:-1], visit), close_due_at=None)

    paused = replace(due(4, 0), paused="suspended", visits=(replace(moments[4].visit, due_at=None),))
    cases = {1: due(1, -5), 2: due(2, 60), 3: due(3, 60 * 30), 4: paused, 5: replace(moments[-1], id=5)}
    docket = Docket(haystack)
    docket.begin(state_of(cases), t.DISPATCHER, t.MONDAY_TEN)
    counts = docket.counts(t.MONDAY_TEN, t.MONDAY_TEN + timedelta(hours=12))
    assert counts == {"open": 4, "overdue": 1, "today": 1, "paused": 1}


def test_words_are_made_ready_a_few_at_a_time(moments: list[Case]) -> None:
    asked: list[int] = []

    def ask(case: Case) -> str:
        asked.append(case.id)
        return haystack(case)

    cases = {number: replace(moments[0], id=number) for number in range(1, 8)}
    docket = Docket(ask)
    docket.begin(state_of(cases), t.DISPATCHER, t.MONDAY_TEN)
    assert docket.warm(5) and sorted(asked) == [1, 2, 3, 4, 5]
    assert not docket.warm(5) and sorted(asked) == [1, 2, 3, 4, 5, 6, 7]
    docket.want(Wanted(words="#3"), state_of(cases), t.MONDAY_TEN)
    assert len(asked) == 7  # the search itself asks nothing any more
    docket.take(replace(moments[1], id=3))
    assert len(asked) == 8


def test_closed_cases_come_and_go_as_looking_anew_would_have_it(moments: list[Case]) -> None:
    cases = {number: replace(moments[number % len(moments)], id=number) for number in range(1, 60)}
    state, now = state_of(cases), t.MONDAY_TEN
    docket, anew = Docket(haystack), Docket(haystack, Wanted(closed=True))
    docket.begin(state, t.DISPATCHER, now)
    before = list(docket.keys)
    docket.want(Wanted(closed=True), state, now)
    anew.begin(state, t.DISPATCHER, now)
    assert docket.keys == anew.keys != before
    docket.want(Wanted(), state, now)
    assert docket.keys == before
