"""Every cell of both tables of moves, allowed and refused: each command at each stage, by each role, for each side."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from functools import cache
from typing import get_args

import pytest

from dispatch import case_commands as k
from dispatch import commands as c
from dispatch.case import Appeal, Case, CaseStage, Disowning, Extension, MakeSafe
from dispatch.case_events import CaseMoved
from dispatch.case_moves import MOVES
from dispatch.clocks import URGENT, Limit, Pause
from dispatch.commands import Body, Who
from dispatch.decide import decide
from dispatch.events import Entry
from dispatch.incident import OrderState, Stage
from dispatch.moves import DESK_STATUS, ORDER
from dispatch.refused import Refused
from dispatch.state import State, apply
from resources.status import Status
from tests.dispatch.case_town import ACCEPTOR, DISPATCHER, CaseStory
from tests.dispatch.moves_by_hand import (
    AFTER_HAPPENING,
    BEFORE_SIDE,
    CASE_MOVES,
    CASE_STAGES,
    CASE_TABLE,
    COORDINATE,
    FIRST,
    HANDLE,
    HOLDERS,
    INCIDENT_MOVES,
    SUPERVISE,
    SUSPENDERS,
)
from tests.dispatch.permissions import LETTERS, PERMISSIONS
from tests.dispatch.story import Story
from tests.dispatch.town import START, at, command

HANDLER, JUDGE = "who handled it", "who judged it"
LETTER_OF = {stage: letter for letter, stage in CASE_STAGES.items()}
INCIDENT_LETTER = dict(zip(Stage, "waocx", strict=True))
# Who asks: anybody new for each department, who had it in hand before, and who judged it before.
ASKERS = (("new", ""), ("new", "urban"), ("new", "water"), (HANDLER, "urban"), (JUDGE, "urban"))


@pytest.mark.parametrize("happened", ["", *AFTER_HAPPENING])
@pytest.mark.parametrize("letter", CASE_STAGES)
def test_every_command_at_every_stage_of_a_case_by_every_role(letter: str, happened: str) -> None:
    state = case_at(letter, happened)
    found = {}
    for name, (body, _, _) in CASE_MOVES.items():
        if happened and name not in AFTER_HAPPENING[happened]:
            continue
        for role_letter, role in LETTERS.items():
            for actor, department in ASKERS:
                who = Who(actor, role, department, "seat-0")
                wanted = expected(name, letter, happened, role_letter, who)
                if (came := answer_of_case(state, body, who)) != wanted:
                    found[(name, role, actor, department)] = (came, wanted)
    assert not found


def expected(name: str, letter: str, happened: str, role: str, who: Who) -> str:
    """Say by the tables written by hand what a command must come to."""
    body, side, at_stage = CASE_MOVES[name]
    answer = at_stage.get(letter, "case_not_there")
    changed = AFTER_HAPPENING.get(happened, {}).get(name, {})
    answer = changed.get(letter, answer)
    if role not in PERMISSIONS[type(body).__name__]:
        return "not_allowed"
    if role == "F" and who.department != "urban":
        return "not_own_department"
    if answer in (FIRST.get(name), "case_not_there", "case_paused", "must_be_put_right_first") or answer in BEFORE_SIDE:
        return answer
    if side == HANDLE and who.actor == JUDGE:
        return "judges_do_not_handle"
    if side in (SUPERVISE, COORDINATE) and who.actor == HANDLER:
        return "handlers_do_not_judge"
    if side == SUPERVISE and who.department == "urban" and letter in "6789":
        return "department_judges_itself"
    if isinstance(body, k.ReturnCase) and role not in HOLDERS[letter]:
        return "not_the_holder"
    if name == "suspend" and role not in SUSPENDERS:
        return "may_not_suspend"
    if name in ("grant", "refuse") and LETTERS[role] == "administrator":
        return "extension_by_own_role"  # an administrator asked for it
    return answer


def answer_of_case(state: State, body: Body, who: Who) -> str:
    try:
        events = decide(state, command(body, who=who, at=at(1)))
    except Refused as refused:
        return refused.code
    moves = [event for event in events if isinstance(event, CaseMoved)]
    assert len(moves) <= 1
    return LETTER_OF[moves[0].to] if moves else "=" if events else "0"


@cache
def case_at(letter: str, happened: str) -> State:
    """Return a log whose case 1 of urban management is at a stage, with case 2 beside it."""
    story, stage = CaseStory(), CASE_STAGES[letter]
    for _ in range(2):
        story.report()
    if stage is CaseStage.EMERGENCY:
        story.do(k.EscalateCase(1, "x", "structure_fire"), who=DISPATCHER)
    elif stage is CaseStage.MERGED:
        story.do(k.MergeCase(1, 2), who=ACCEPTOR)
    else:
        story.walk(stage)
    case = story.case(1)
    case = replace(case, department="urban", handlers=(*case.handlers, HANDLER), judges=(*case.judges, JUDGE))
    story.state = replace(story.state, cases=story.state.cases.set(1, _and(case, happened)))
    return story.state


def _and(case: Case, happened: str) -> Case:
    some = Limit(URGENT, 0.5)
    changes: dict[str, dict[str, object]] = {
        "": {},
        "asked for time": {"extensions": (Extension(some, "x", HANDLER, "administrator", START),)},
        "in danger": {"make_safe": MakeSafe("urban", START)},
        "appealed": {"appeal": Appeal("urban", "x", HANDLER, START)},
        "disowned twice": {"disownings": (Disowning("urban", "x", "a", START), Disowning("water", "x", "b", START))},
        "paused": {"paused": "citizen", "pauses": (Pause(START),)},
        "owed by handling": {"fixer": CaseStage.HANDLE},
        "owed by filing": {"fixer": CaseStage.FILE},
        "owed by verifying": {"fixer": CaseStage.VERIFY},
        "owed by accepting": {"fixer": CaseStage.COLLECT},
    }
    return replace(case, **changes[happened])  # type: ignore[arg-type]


def test_the_table_says_what_is_written_and_no_more() -> None:
    found = {
        name: (
            "".join(letter for letter, stage in CASE_STAGES.items() if stage in move.start),
            "".join(letter for letter, stage in CASE_STAGES.items() if stage in move.to),
            move.side,
            move.way == "forward",
            move.needs_reason,
        )
        for name, move in MOVES.items()
    }
    assert found == CASE_TABLE


def test_no_command_of_cases_is_left_out() -> None:
    about_none = {k.LoadStandards, k.LoadCalendar, k.LoadAreas, k.ReportCase, k.ErasePerson, k.ErasePhotograph}
    assert {type(body) for body, _, _ in CASE_MOVES.values()} | about_none == set(get_args(k.CaseBody))


@pytest.mark.parametrize("letter", "waocx")
def test_every_command_at_every_stage_of_an_incident_by_every_role(letter: str) -> None:
    story = incident_at(letter)
    found = {}
    for name, (body, at_stage) in INCIDENT_MOVES.items():
        for role_letter, role in LETTERS.items():
            who = Who("new", role, "", "seat-0")
            allowed = role_letter in PERMISSIONS[type(body).__name__]
            wanted = at_stage[letter] if allowed else "not_allowed"
            if isinstance(body, c.ReportStatus) and role == "crew" and allowed:
                continue  # what a crew reports is a fact, and no move of the desk
            if (came := answer_of_incident(story.state, body, who)) != wanted:
                found[(name, role)] = (came, wanted)
    assert not found


def answer_of_incident(state: State, body: Body, who: Who) -> str:
    asked = command(body, who=who, at=at(100))
    try:
        events = decide(state, asked)
    except Refused as refused:
        return refused.code
    if not events:
        return "0"
    entry = Entry(state.sequence + 1, asked.id, at(100), at(100), who.actor, who.role, "", who.seat, events)
    before, after = (INCIDENT_LETTER[each.incidents[1].stage] for each in (state, apply(state, entry)))
    return "=" if before == after else after


def incident_at(letter: str) -> Story:
    story = Story()
    story.fire()
    story.do(c.RecordCall("call", answered_at=START))
    story.do(c.RecordCall("new call", answered_at=START))
    story.do(c.AttachCall("call", 1))
    if letter in "aocx":
        story.do(c.AssignUnits(1, (c.Choice("E1"),)))
    if letter in "ocx":
        story.do(c.ReportStatus("E1", Status.ON_SCENE), at=at(10))
    if letter in "cx":
        story.do(c.ReleaseUnit("E1"), at=at(20))
    if letter == "x":
        story.do(c.CloseIncident(1, "extinguished"), at=at(30))
    assert INCIDENT_LETTER[story.incident().stage] == letter
    return story


# What the desk may set without a reason, by the status that a unit has: written by the first letters of the statuses,
# Free, by Radio, Alerted, acKnowledged, En route, staGed, on Scene, Transporting, at Destination, Out of service.
STATUS_LETTERS = dict(zip("FRAKEGSTDO", Status, strict=True))
DESK = {
    "F": "FRO",
    "R": "FRO",
    "A": "FROKEGSTD",
    "K": "FROEGSTD",
    "E": "FROGSTD",
    "G": "FROESTD",
    "S": "FROTD",
    "T": "FROD",
    "D": "FRO",
    "O": "FRO",
}
ORDERS = {"unsent": "sent delivered acknowledged", "sent": "delivered acknowledged", "delivered": "acknowledged"}


def _cells() -> Iterator[tuple[str, str]]:
    return ((now, then) for now in STATUS_LETTERS for then in STATUS_LETTERS)


def test_every_status_from_every_status() -> None:
    by_letter = {status: letter for letter, status in STATUS_LETTERS.items()}
    found = {by_letter[now]: {by_letter[then] for then in ends} for now, ends in DESK_STATUS.items()}
    assert found == {now: set(ends) for now, ends in DESK.items()}
    wrong = {}
    for now, then in _cells():
        story = Story()
        is_bound = now in "AKEGSTD"
        story.fire(*(("A1",) if is_bound else ()))
        if now not in "AF":
            story.do(c.ReportStatus("A1", STATUS_LETTERS[now], "x" if now == "O" else ""), at=at(10))
        asked = c.ReportStatus("A1", STATUS_LETTERS[then], "x" if then == "O" else "")
        came = answer_of_incident(story.state, asked, Who("new", "operator", "", "seat-0"))
        if then == now:
            wanted = ("0",)
        elif then in DESK[now]:
            wanted = ("=", "w", "a", "o", "c")
        else:
            wanted = ("status_against_order",) if is_bound else ("unit_not_assigned",)
        if came not in wanted:
            wrong[(now, then)] = (came, wanted)
    assert not wrong


def test_every_step_of_an_order_from_every_step() -> None:
    for now in OrderState:
        assert {str(each) for each in ORDER[now]} == set(ORDERS.get(now, "").split())
