"""Duties among departments: every command at every state, whose move it is, clocks, rings, and how incidents end."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from dispatch import case_commands as k
from dispatch import duty_commands as d
from dispatch.access import MAY, may
from dispatch.case import BEFORE, CaseStage
from dispatch.clocks import URGENT, WORKING, Limit
from dispatch.commands import ChangeKind, CloseIncident, ReportIncident, Tick, Who
from dispatch.duty import DUTY_MOVES, DutyState, cycle_of
from dispatch.duty_access import MAY_DUTIES
from dispatch.duty_events import DutyBegan, DutyMoved, DutyOverdue
from dispatch.refused import Refused
from tests.dispatch.case_town import (
    ACCEPTOR,
    COLLECTOR,
    COORDINATOR,
    DISPATCHER,
    OFFICER,
    WATER_OFFICER,
    photo,
)
from tests.dispatch.duty_story import FENCE, HOUR, ONE_OF_EACH_DUTY, VALVE, DutyStory, S, story_at
from tests.dispatch.town import CLOCK, OPERATOR, START, SUPERVISOR, at, crossing

NO = "duty_not_there"
# What each command makes of a duty that is (from left to right) in each state, or the code of its refusal.
STATES = (S.WAITING, S.GIVEN, S.ACCEPTED, S.WORKING, S.DONE, S.CONFIRMED, S.HANDED_BACK, S.CANCELLED)
TABLE: dict[type, tuple[str, ...]] = {
    d.AcceptDuty: (NO, "accepted", NO, NO, NO, NO, NO, NO),
    d.StartDuty: (NO, NO, "working", NO, NO, NO, NO, NO),
    d.ReportDutyDone: (NO, NO, "done", "done", NO, NO, NO, NO),
    d.HandBackDuty: ("handed_back",) * 4 + (NO,) * 4,
    d.ConfirmDuty: (NO, NO, NO, NO, "confirmed", NO, NO, NO),
    d.RejectDuty: (NO, NO, NO, NO, "working", NO, NO, NO),
    d.ReassignDuty: ("waiting", "given", NO, NO, NO, NO, "given", NO),
    d.RuleDuty: (NO, NO, NO, NO, NO, NO, "duty_nothing_to_rule", NO),
    d.CancelDuty: ("cancelled",) * 5 + (NO, "cancelled", NO),
    d.LinkDuty: ("given", "given", NO, NO, NO, NO, NO, NO),
    d.SetDutyDeadline: ("waiting", "given", "accepted", "working", NO, NO, "handed_back", NO),
}


@pytest.mark.parametrize("kind", TABLE, ids=lambda kind: kind.__name__)
@pytest.mark.parametrize("state", STATES)
def test_every_command_at_every_state(kind: type, state: DutyState) -> None:
    story = story_at(state)
    assert story.duty().state is state
    who = COORDINATOR if kind in MAY_DUTIES["coordinator"] - MAY_DUTIES["department_officer"] else WATER_OFFICER
    wanted = TABLE[kind][STATES.index(state)]
    try:
        story.do(ONE_OF_EACH_DUTY[kind], who=who)
        assert story.duty().state == wanted
    except Refused as refused:
        assert refused.code == wanted
        assert kind not in TABLE or state.value == refused.parameters.get("duty_state", state.value)
    open_ones = {duty.id for duty in story.state.duties.values() if duty.is_open}
    assert set(story.state.open_duties) == open_ones


def test_every_move_of_the_table_is_made_and_leads_where_it_says() -> None:
    made: set[tuple[str, DutyState]] = set()
    for state in STATES:
        for kind in TABLE:
            story = story_at(state)
            who = COORDINATOR if kind in MAY_DUTIES["coordinator"] - MAY_DUTIES["department_officer"] else WATER_OFFICER
            try:
                events = story.decide(ONE_OF_EACH_DUTY[kind], who=who)
            except Refused:
                continue
            for event in events:
                if isinstance(event, DutyMoved):
                    assert state in DUTY_MOVES[event.move].start and event.state in DUTY_MOVES[event.move].to
                    made.add((event.move, state))
    wanted = {(name, start) for name, move in DUTY_MOVES.items() for start in move.start}
    assert wanted - made == {("ruled", S.HANDED_BACK)}, "a ruling has a test of its own"


class TestWhose:
    @pytest.mark.parametrize("role", MAY)
    def test_only_its_department_or_a_desk_that_says_why_moves_it(self, role: str) -> None:
        for kind in (d.AcceptDuty, d.HandBackDuty, d.StartDuty, d.ReportDutyDone):
            story = story_at(S.ACCEPTED if kind in (d.StartDuty, d.ReportDutyDone) else S.GIVEN)
            body = ONE_OF_EACH_DUTY[kind]
            if not may(role, kind):
                assert story.refuses(body, who=Who("x", role, "urban")).code == "not_allowed"
            elif role == "department_officer":
                assert story.refuses(body, who=Who("x", role, "urban")).code == "not_own_duty"
                assert story.refuses(body, who=Who("x", role, "")).code == "not_own_duty"
                assert story.decide(body, who=Who("x", role, "water"))
            else:
                assert story.refuses(body, who=Who("x", role)).code == "on_behalf_needed"
                assert story.decide(replace(body, on_behalf="foreman by telephone"), who=Who("x", role))  # type: ignore[type-var]

    def test_what_a_desk_says_for_a_department_is_kept_as_such(self) -> None:
        story = story_at(S.GIVEN)
        story.do(d.AcceptDuty(1, "foreman by telephone"), who=OPERATOR)
        assert story.duty().steps[-1].on_behalf == "foreman by telephone"
        assert story.duty().members == ()
        story.do(d.StartDuty(1, "not needed"), who=WATER_OFFICER)
        assert story.duty().steps[-1].on_behalf == "" and story.duty().members == ("max",)

    def test_the_department_does_not_confirm_its_own_work(self) -> None:
        story = story_at(S.DONE)
        own = replace(COORDINATOR, department="water")
        for body in (d.ConfirmDuty(1), d.RejectDuty(1, "no")):
            assert story.refuses(body, who=own).code == "department_confirms_itself"
            assert story.refuses(body, who=replace(COORDINATOR, actor="max")).code == "worker_confirms_itself"
            assert story.refuses(body, who=WATER_OFFICER).code == "not_allowed"
        assert story.decide(d.ConfirmDuty(1), who=SUPERVISOR)

    def test_only_a_coordinator_rules_and_the_ruling_binds(self) -> None:
        story = DutyStory()
        story.hand_back_twice()
        refused = story.refuses(d.ReassignDuty(1, "water", "again"), who=COORDINATOR)
        assert (refused.code, refused.parameters["times"]) == ("duty_ruling_needed", 2)
        ruling = d.RuleDuty(1, "water", "it is their pipe")
        assert story.refuses(ruling, who=DISPATCHER).code == "not_allowed"
        story.do(ruling, who=COORDINATOR)
        assert (story.duty().ruled, story.duty().state) == ("water", S.GIVEN)
        refused = story.refuses(d.HandBackDuty(1, "still not"), who=WATER_OFFICER)
        assert (refused.code, refused.parameters["department"]) == ("duty_ruling_binds", "water")
        assert story.refuses(d.ReassignDuty(1, "urban", "x"), who=COORDINATOR).code == "duty_ruling_binds"
        assert [each.department for each in story.duty().hand_backs] == ["water", "urban"]

    @pytest.mark.parametrize(
        ("state", "body"),
        [
            (S.GIVEN, d.HandBackDuty(1, " ")),
            (S.DONE, d.RejectDuty(1, "")),
            (S.HANDED_BACK, d.ReassignDuty(1, "urban", "")),
            (S.HANDED_BACK, d.RuleDuty(1, "urban", "")),
            (S.GIVEN, d.CancelDuty(1, "\n")),
        ],
    )
    def test_what_goes_back_or_aside_has_its_reason_in_writing(self, state: DutyState, body: d.DutyBody) -> None:
        who = WATER_OFFICER if isinstance(body, d.HandBackDuty) else COORDINATOR
        assert story_at(state).refuses(body, who=who).code == "text_missing"

    def test_who_has_not_seen_the_last_move_is_told(self) -> None:
        story = story_at(S.GIVEN)
        seen = story.state.sequence
        story.do(d.AcceptDuty(1), who=WATER_OFFICER)
        refused = story.refuses(d.CancelDuty(1, "x"), who=COORDINATOR, based_on=seen)
        assert refused.code == "duty_changed_since"
        assert refused.parameters.items() >= {"actor": "max", "duty_state": "accepted"}.items()
        early = story.refuses(d.StartDuty(1), who=WATER_OFFICER, at=at(-61))
        assert early.code == "earlier_than_duty"


class TestOrder:
    def test_what_waits_has_no_clock_and_begins_when_the_other_is_done(self) -> None:
        story = DutyStory()
        story.give(VALVE, FENCE)
        assert (story.duty(2).state, story.duty(2).due_at, story.duty(2).begins_at) == (S.WAITING, None, None)
        story.do(d.AcceptDuty(1), who=WATER_OFFICER, at=at(60))
        events = story.do(d.ReportDutyDone(1), who=WATER_OFFICER, at=at(600))
        assert DutyBegan(2, at(600) + timedelta(hours=1)) in events
        assert (story.duty(2).state, story.duty(2).begins_at) == (S.GIVEN, at(600))

    def test_it_waits_for_all_and_one_that_is_cancelled_holds_nothing_up(self) -> None:
        story = DutyStory()
        story.give(VALVE, VALVE, replace(FENCE, after=(0, 1)))
        story.do(d.AcceptDuty(1), who=WATER_OFFICER)
        story.do(d.ReportDutyDone(1), who=WATER_OFFICER)
        assert story.duty(3).state is S.WAITING
        story.do(d.CancelDuty(2, "one valve is enough"), who=COORDINATOR)
        assert story.duty(3).state is S.GIVEN

    def test_a_ring_is_refused_when_given_and_when_linked(self) -> None:
        story = DutyStory()
        ring = (replace(VALVE, after=(1,)), replace(FENCE, after=(0,)))
        refused = story.refuses(d.GiveDuties(ring, 1), who=COORDINATOR)
        assert (refused.code, refused.parameters["duties"]) == ("duty_cycle", (1, 2, 1))
        story.give(VALVE, FENCE)
        assert story.refuses(d.LinkDuty(1, (2,)), who=COORDINATOR).code == "duty_cycle"
        assert story.refuses(d.LinkDuty(1, (1,)), who=COORDINATOR).code == "duty_cycle"

    def test_only_duties_of_the_same_incident_are_waited_for(self) -> None:
        story = DutyStory()
        story.give()
        story.do(ReportIncident("structure_fire", crossing(0, 0)))
        wrong = d.GiveDuties((replace(VALVE, depends_on=(1,)),), 2)
        assert story.refuses(wrong, who=COORDINATOR).code == "duty_elsewhere"
        assert story.refuses(d.GiveDuties((replace(VALVE, after=(4,)),), 2), who=COORDINATOR).code == "duty_elsewhere"
        assert story.refuses(d.LinkDuty(1, (9,)), who=COORDINATOR).code == "duty_elsewhere"

    def test_a_link_stops_the_clock_and_taking_it_off_starts_it_anew(self) -> None:
        story = DutyStory()
        story.give(VALVE, replace(FENCE, after=()))
        story.do(d.LinkDuty(2, (1,)), who=COORDINATOR, at=at(60))
        assert (story.duty(2).state, story.duty(2).due_at) == (S.WAITING, None)
        story.do(d.LinkDuty(2, ()), who=COORDINATOR, at=at(120))
        assert (story.duty(2).state, story.duty(2).due_at) == (S.GIVEN, at(120) + timedelta(hours=1))

    @pytest.mark.parametrize(
        ("links", "ring"),
        [
            ({}, ()),
            ({1: (2,), 2: (3,), 3: ()}, ()),
            ({1: (1,)}, (1, 1)),
            ({1: (2, 4), 2: (3,), 3: (2,), 4: ()}, (2, 3, 2)),
            ({n: (n + 1,) for n in range(5000)}, ()),
        ],
    )
    def test_rings_are_found_however_long_the_chain(self, links: dict[int, tuple[int, ...]], ring: object) -> None:
        assert cycle_of(links) == ring


class TestTime:
    def test_it_is_found_late_once_and_that_is_never_taken_back(self) -> None:
        story = DutyStory()
        story.give()
        due = START + timedelta(hours=1)
        assert not story.decide(Tick(), who=CLOCK, at=due)
        late = DutyOverdue(1, due)
        assert late in story.do(Tick(), who=CLOCK, at=due + timedelta(seconds=1))
        assert late not in story.decide(Tick(), who=CLOCK, at=due + timedelta(days=1))
        story.do(d.SetDutyDeadline(1, "rain", Limit(URGENT, 48.0)), who=COORDINATOR, at=due + timedelta(hours=1))
        assert story.duty().overdue == (due,) and story.duty().is_late(due)
        assert story.duty().due_at == START + timedelta(hours=48)

    def test_what_is_done_late_says_so_first(self) -> None:
        story = story_at(S.ACCEPTED)
        events = story.do(d.ReportDutyDone(1), who=WATER_OFFICER, at=START + timedelta(hours=2))
        assert [type(event) for event in events] == [DutyOverdue, DutyMoved]

    def test_what_is_done_or_waits_is_not_late(self) -> None:
        for state in (S.WAITING, S.DONE, S.CONFIRMED, S.CANCELLED):
            story = story_at(state)
            events = story.decide(Tick(), who=CLOCK, at=START + timedelta(days=1))
            assert DutyOverdue(1, START + timedelta(hours=1)) not in events, state

    def test_given_anew_its_clock_begins_anew(self) -> None:
        story = story_at(S.HANDED_BACK)
        story.do(d.ReassignDuty(1, "urban", "theirs"), who=COORDINATOR, at=at(600))
        assert story.duty().due_at == at(600) + timedelta(hours=1)
        assert story.duty().department == "urban" and story.decide(d.AcceptDuty(1), who=OFFICER, at=at(601))

    def test_working_hours_are_counted_by_the_calendar_and_refused_without(self) -> None:
        story = DutyStory()
        story.give(replace(VALVE, limit=Limit(WORKING, 4.0)))
        assert story.duty().due_at == START + timedelta(hours=6), "a break for lunch lies between"
        story.state = replace(story.state, calendar=None)
        refused = story.refuses(d.GiveDuties((replace(VALVE, limit=Limit(WORKING, 1.0)),), 1), who=COORDINATOR)
        assert refused.code == "calendar_missing"
        story.give()
        assert story.duty(2).due_at == START + timedelta(hours=1)

    def test_an_instant_is_a_deadline_too_and_not_in_the_past(self) -> None:
        story = DutyStory()
        story.give(replace(VALVE, limit=None, due_at=at(900)), replace(FENCE, limit=None, due_at=at(1000)))
        assert (story.duty().due_at, story.duty(2).due_at) == (at(900), at(1000))
        past = d.GiveDuties((replace(VALVE, limit=None, due_at=at(-1)),), 1)
        assert story.refuses(past, who=COORDINATOR).code == "until_in_past"
        both = d.GiveDuties((replace(VALVE, due_at=at(900)),), 1)
        assert story.refuses(both, who=COORDINATOR).code == "deadline_twice"

    def test_an_end_that_lies_beyond_the_calendar_still_lets_the_next_begin(self) -> None:
        story = DutyStory()
        story.give(VALVE, replace(FENCE, limit=Limit(WORKING, 1.0)))
        story.do(d.AcceptDuty(1), who=WATER_OFFICER)
        story.state = replace(story.state, calendar=None)
        assert DutyBegan(2, None) in story.decide(d.ReportDutyDone(1), who=WATER_OFFICER)


class TestAbout:
    def test_an_incident_does_not_end_over_open_duties_unless_they_are_cancelled(self) -> None:
        story = DutyStory()
        story.give(VALVE, FENCE)
        refused = story.refuses(CloseIncident(1, "repaired"))
        assert refused.code == "duties_still_open"
        assert refused.parameters.items() >= {"duties": (1, 2), "departments": ("water", "urban")}.items()
        story.do(CloseIncident(1, "repaired", cancel_duties=True))
        assert not story.state.open_duties and story.duty(2).steps[-1].reason == "repaired"

    def test_with_all_confirmed_it_ends(self) -> None:
        assert story_at(S.CONFIRMED).do(CloseIncident(1, "repaired"))
        assert story_at(S.DONE).refuses(CloseIncident(1, "repaired")).code == "duties_still_open"

    def test_a_case_carries_duties_while_it_is_open(self) -> None:
        story = DutyStory()
        story.report()
        story.do(d.GiveDuties((VALVE,), case_id=1), who=COORDINATOR)
        assert story.state.duties_of_case[1] == (1,) and story.duty().case_id == 1
        story.report()
        story.walk(CaseStage.EVALUATE, 2)
        assert story.refuses(d.GiveDuties((VALVE,), case_id=2), who=COORDINATOR).code == "duty_case_not_open"
        assert story.refuses(d.GiveDuties((VALVE,), case_id=7), who=COORDINATOR).code == "case_unknown"

    def test_a_case_does_not_end_over_open_duties_either(self) -> None:
        story = DutyStory()
        story.report()
        story.walk(CaseStage.CLOSE)
        story.do(d.GiveDuties((VALVE,), case_id=1), who=COORDINATOR)
        close, who = story.next_step()
        refused = story.refuses(close, who=who)
        assert refused.code == "duties_still_open"
        assert refused.parameters.items() >= {"duties": (1,), "departments": ("water",), "case_id": 1}.items()
        story.do(d.CancelDuty(1, "not needed"), who=COORDINATOR)
        story.do(close, who=who)
        assert story.case().stage is CaseStage.EVALUATE

    def test_nor_is_a_case_declined_merged_or_put_right_on_the_spot_over_them(self) -> None:
        for ends, to, who in (
            (k.DeclineCase(1, "seen, and is nothing"), CaseStage.FILE, ACCEPTOR),
            (k.MergeCase(1, 2), CaseStage.DISPATCH, DISPATCHER),
            (k.FixOnTheSpot(1, (photo(BEFORE), photo())), CaseStage.VERIFY, COLLECTOR),
        ):
            story = DutyStory()
            story.report()
            story.report()
            story.walk(to)
            story.do(d.GiveDuties((VALVE,), case_id=1), who=COORDINATOR)
            assert story.refuses(ends, who=who).code == "duties_still_open"
            story.do(d.CancelDuty(1, "not needed"), who=COORDINATOR)
            assert story.do(ends, who=who)

    def test_it_is_about_one_thing(self) -> None:
        story = DutyStory()
        for body in (d.GiveDuties((VALVE,)), d.GiveDuties((VALVE,), 1, 1)):
            assert story.refuses(body, who=COORDINATOR).code == "duty_about_one"
        for drafts in ((), (VALVE,) * 51):
            assert story.refuses(d.GiveDuties(drafts, 1), who=COORDINATOR).code == "duties_too_many"
        assert story.refuses(d.GiveDuties((replace(VALVE, department="parks"),), 1), who=COORDINATOR).code == (
            "department_unknown"
        )
        assert story.refuses(d.AcceptDuty(5), who=WATER_OFFICER).code == "duty_unknown"


class TestLead:
    def test_one_department_leads_and_another_takes_over_with_a_reason(self) -> None:
        story = DutyStory()
        assert story.incident().lead == "water"
        assert story.refuses(d.NameLead(1, "police", ""), who=COORDINATOR).code == "text_missing"
        assert story.refuses(d.NameLead(1, "parks", "x"), who=COORDINATOR).code == "department_unknown"
        story.do(d.NameLead(1, "police", "the junction is blocked"), who=COORDINATOR)
        assert story.incident().lead == "police"
        assert story.do(d.NameLead(1, "police", "x"), who=COORDINATOR) == ()

    def test_two_who_name_a_lead_do_not_overwrite_each_other(self) -> None:
        story = DutyStory()
        seen = story.state.sequence
        story.do(d.NameLead(1, "police", "x"), who=COORDINATOR)
        refused = story.refuses(d.NameLead(1, "urban", "y"), who=OPERATOR, based_on=seen)
        assert (refused.code, refused.parameters["field"]) == ("changed_since", "lead")

    def test_a_lead_that_was_named_stays_when_the_kind_changes(self) -> None:
        story = DutyStory()
        story.do(ChangeKind(1, "structure_fire"))
        assert story.incident().lead == "fire", "the card's lead goes with the card"
        story.do(d.NameLead(1, "police", "x"), who=COORDINATOR)
        story.do(ChangeKind(1, "burst_water_main"))
        assert story.incident().lead == "police"


def test_a_limit_of_an_hour_is_counted_from_the_moment_it_is_given() -> None:
    story = DutyStory()
    story.give(at=at(30))
    assert story.duty().limit == HOUR and story.duty().due_at == at(30) + timedelta(hours=1)
