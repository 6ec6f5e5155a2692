"""Every refusal of the rules for cases, and every move of the table by every role, at every stage."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import get_args

import pytest

import maps
from dispatch import case_commands as k
from dispatch import commands as c
from dispatch.access import MAY, may
from dispatch.calendar_file import SHIPPED, read_calendar
from dispatch.case import BEFORE, LOOP, CaseStage
from dispatch.case_access import HOLDERS, MAY_CASES, OWN_ONLY
from dispatch.case_moves import MOVES, RETURNS
from dispatch.decide import decide
from dispatch.refused import Refused
from dispatch.runcard_file import read_run_cards
from dispatch.standards_file import read_standards
from dispatch.state import State
from tests.dispatch.case_refusals import ONE_OF_EACH_CASE, ROWS, STARTS, WRONG_AREAS, WRONG_CALENDARS
from tests.dispatch.case_town import ACCEPTOR, DISPATCHER, PLACE, CaseStory, photo
from tests.dispatch.story import Story
from tests.dispatch.town import ADMINISTRATOR, at, command

S = CaseStage


@pytest.mark.parametrize("code", ROWS)
def test_the_rules_say_no_and_what_one_needs_to_know(code: str) -> None:
    given, asked, who, parameters = ROWS[code]
    story = CaseStory()
    given(story)
    refused = story.refuses(asked, who=who)
    assert refused.code == code
    assert parameters.items() <= refused.parameters.items()


def test_who_has_not_seen_the_last_move_is_told() -> None:
    story = CaseStory()
    story.report()
    seen = story.state.sequence
    story.do(k.AcceptCase(1), who=ACCEPTOR)
    refused = story.refuses(k.PauseCase(1, "citizen", "away"), who=replace(ACCEPTOR, actor="x"), based_on=seen)
    assert refused.code == "case_changed_since"
    assert refused.parameters.items() >= {"actor": "fay", "case_stage": "verify"}.items()


def test_without_a_calendar_nothing_but_an_emergency_is_taken() -> None:
    story = CaseStory()
    story.state = replace(story.state, calendar=None)
    refused = story.refuses(k.ReportCase("hotline", "rubbish", PLACE), who=ACCEPTOR)
    assert refused.code == "calendar_missing"
    story.report("gas_smell")
    assert story.case().stage is S.EMERGENCY
    story.do(c.CloseIncident(1, "extinguished"), at=at(60))
    assert story.case().stage is S.DISPATCH and story.case().visit.due_at is None


def test_years_beyond_the_calendar_are_refused() -> None:
    story = CaseStory()
    for year in (1960, 2301, 9999):
        far = datetime(year, 6, 1, tzinfo=UTC)
        assert story.refuses(k.ReportCase("hotline", "rubbish", PLACE), who=ACCEPTOR, at=far).code == "time_not_counted"


@pytest.mark.parametrize("calendar", WRONG_CALENDARS)
def test_a_calendar_that_cannot_be_counted_by_is_refused(calendar: k.WorkCalendar) -> None:
    assert CaseStory().refuses(k.LoadCalendar(calendar), who=ADMINISTRATOR).code == "calendar_wrong"


@pytest.mark.parametrize("areas", WRONG_AREAS)
def test_areas_that_are_none_are_refused(areas: k.Areas) -> None:
    refused = CaseStory().refuses(k.LoadAreas(areas), who=ADMINISTRATOR)
    assert refused.code in ("code_wrong", "named_twice", "department_unknown", "choice_unknown", "collector_wrong")


def test_the_shipped_standards_and_calendar_go_through_the_door(shipped: tuple[object, ...]) -> None:
    run_cards, standards, calendar = shipped
    story = Story()
    for body in (c.LoadRunCards(run_cards), k.LoadCalendar(calendar), k.LoadStandards(standards)):  # type: ignore[arg-type]
        assert story.do(body, who=ADMINISTRATOR)
    for number, standard in enumerate(standards.small, start=1):  # type: ignore[attr-defined]
        story.do(k.ReportCase("patrol", standard.id, PLACE), who=ACCEPTOR)
        case = story.state.cases[number]
        assert (case.stage is S.EMERGENCY) == bool(standard.emergency)
        assert (case.make_safe is not None) == standard.is_dangerous
        assert case.is_open


@pytest.fixture
def shipped() -> tuple[object, ...]:
    cities = Path(maps.__file__).parent / "cities"
    cards = read_run_cards(cities / "runcards.toml")
    return (
        cards,
        read_standards(cities / "standards.toml", cards=cards),
        read_calendar(SHIPPED, time_zone="Europe/Helsinki"),
    )


class TestTables:
    def test_every_command_is_somebodys_and_nobody_else_may(self) -> None:
        assert set(get_args(k.CaseBody)) == ONE_OF_EACH_CASE.keys()
        for kind in get_args(k.CaseBody):
            assert [role for role in MAY if may(role, kind)], kind
        assert not MAY["observer"] & set(get_args(k.CaseBody)) and not MAY["crew"] & set(get_args(k.CaseBody))

    def test_supervision_and_handling_share_no_command_of_the_loop(self) -> None:
        """Only the trainer and the administrator may both, and never on one case."""
        handling = {k.ReportHandled, k.DisownCase, k.AskExtension, k.AppealCase}
        judging = {k.FileCase, k.ReportCheck, k.CloseCase, k.ReadAppeal, k.GrantExtension, k.ReportVerification}
        both = {role for role in MAY if MAY[role] & handling and MAY[role] & judging}
        assert both == {"trainer", "administrator"}
        assert {"department_officer"} == OWN_ONLY and MAY_CASES["department_officer"] & handling == handling

    def test_moves_lead_where_the_loop_goes(self) -> None:
        for name, move in MOVES.items():
            assert (move.start and move.to and not move.start & {S.MERGED, S.EMERGENCY}) or move.way == "aside", name
            assert move.way == "forward" or move.needs_reason, "whatever goes back or aside has its reason in writing"
        for start, ends in RETURNS.items():
            assert all(LOOP.index(end) < LOOP.index(start) for end in ends) and start in HOLDERS

    @pytest.mark.parametrize("role", MAY)
    def test_every_move_by_every_role_at_every_stage(self, role: str) -> None:
        """A command moves a case only where its move starts, whither it leads, and where the role may."""
        who = c.Who("somebody new", role, "urban" if role in OWN_ONLY else "", "seat-0")
        for stage in (*LOOP, S.EMERGENCY, S.MERGED):
            story = _story_at(stage)
            assert story.case(1).stage is stage
            for kind, body in _bodies().items():
                events, refused = _answer(story.state, body, who)
                if not may(role, kind):
                    assert refused == "not_allowed", (role, kind)
                for event in events:
                    if type(event).__name__ == "CaseMoved":
                        move = MOVES[event.move]
                        assert event.start is stage and stage in move.start and event.to in move.to
                        assert event.side == move.side and (event.reason or not move.needs_reason)
                can = stage in STARTS[kind] if kind in STARTS else True
                if may(role, kind) and not can:
                    assert refused, (role, kind, stage)


def test_every_move_of_the_table_is_made_by_somebody() -> None:
    """Each cell of the table that is allowed is reached: from each of its stages, by each role that may."""
    made: set[tuple[str, CaseStage]] = set()
    for stage in (*LOOP, S.EMERGENCY, S.MERGED):
        for body in _bodies().values():
            for role in MAY:
                who = c.Who("somebody new", role, "urban" if role in OWN_ONLY else "", "seat-0")
                for event in _answer(_story_at(stage).state, body, who)[0]:
                    if type(event).__name__ == "CaseMoved":
                        made.add((event.move, stage))
    wanted = {(name, start) for name, move in MOVES.items() for start in move.start}
    missing = wanted - made
    assert missing <= {("ruled", S.DISPATCH), ("check_failed", S.CHECK)}, "these have tests of their own"


_made: dict[CaseStage, CaseStory] = {}


def _story_at(stage: CaseStage) -> CaseStory:
    """Return a log whose case 1 is at a stage, with a second case beside it; made once."""
    if stage not in _made:
        story = CaseStory()
        story.report()
        story.report()
        if stage is S.EMERGENCY:
            story.do(k.EscalateCase(1, "x", "structure_fire"), who=DISPATCHER)
        elif stage is S.MERGED:
            story.do(k.MergeCase(1, 2), who=ACCEPTOR)
        else:
            story.walk(stage)
        if stage in (S.EMERGENCY, S.MERGED, S.COLLECT, S.VERIFY, S.FILE, S.DISPATCH):
            story.state = replace(
                story.state, cases=story.state.cases.set(1, replace(story.case(1), department="urban"))
            )
        _made[stage] = story
    return _made[stage]


def _bodies() -> dict[type, c.Body]:
    """Return one command of each kind that could go through wherever its move starts."""
    whole: list[c.Body] = [
        k.ReportVerification(1, "found", (photo(BEFORE),)),
        k.ReportHandled(1, (photo(),)),
        k.FixOnTheSpot(1, (photo(BEFORE), photo())),
        k.EscalateCase(1, "x", "structure_fire"),
        k.DispatchCase(1, "urban"),
        k.ReturnCase(1, S.HANDLE, "x"),
    ]
    return ONE_OF_EACH_CASE | {type(body): body for body in whole}


def _answer(state: State, body: c.Body, who: c.Who) -> tuple[tuple[object, ...], str]:
    if isinstance(body, k.ReturnCase) and state.cases[1].stage in RETURNS:
        body = replace(body, to=min(RETURNS[state.cases[1].stage]))
    try:
        return decide(state, command(body, who=who)), ""
    except Refused as refused:
        return (), refused.code
