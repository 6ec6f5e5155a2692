"""Given events, when a command comes, then events: the loop of a case, and what nobody can get round."""

from __future__ import annotations

from dataclasses import replace
from itertools import product

import pytest

from dispatch import case_commands as k
from dispatch import case_events as e
from dispatch import commands as c
from dispatch.case import AFTER, BEFORE, CaseStage
from dispatch.case_moves import PLACE_IN_LOOP, RETURNS, fixers_from
from dispatch.events import CallAttached, IncidentReported
from dispatch.incident import Stage
from dispatch.refused import Refused
from tests.dispatch.case_town import (
    ACCEPTOR,
    CHECKER,
    COLLECTOR,
    COORDINATOR,
    DISPATCHER,
    OFFICER,
    PLACE,
    SECOND_SUPERVISOR,
    STANDARDS,
    WALK,
    WATER_OFFICER,
    CaseStory,
    photo,
)
from tests.dispatch.town import ADMINISTRATOR, CLOCK, OPERATOR, SUPERVISOR, at

HOUR = 3600.0
# Fresh people, so that only the owed repair stands in the way and no side that somebody took before.
EVERYBODY = tuple(
    c.Who(f"new {role}", role, "urban" if role == "department_officer" else "", "seat-0")
    for role in ("acceptor", "collector", "checker", "dispatcher", "coordinator", "department_officer", "supervisor")
)


@pytest.fixture
def story() -> CaseStory:
    return CaseStory()


class TestLoop:
    def test_a_citizens_report_goes_all_the_way_round(self, story: CaseStory) -> None:
        story.report()
        seconds = 0.0
        for stage in WALK[1:]:
            seconds += 60.0
            body, who = story.next_step()
            [event] = story.do(body, who=who, at=at(seconds))
            assert isinstance(event, e.CaseMoved) and (event.to, story.case().stage) == (stage, stage)
        case = story.case()
        assert [visit.stage for visit in case.visits] == list(WALK)
        assert [visit.entered_at for visit in case.visits] == [at(60.0 * number) for number in range(9)]
        assert all(now.left_at == then.entered_at for now, then in zip(case.visits, case.visits[1:], strict=False))
        assert (case.outcome, case.closed_at, case.department) == ("handled", at(480), "urban")
        assert [each.evidence.kind for each in case.evidence] == [BEFORE, AFTER]
        assert (case.handlers, case.handled_by) == (("lea",), ("urban",))
        assert case.judges == ("fay", "gus", "jon", "ida", "carla")
        assert not case.is_open and 1 not in story.state.open_cases
        assert not any(visit.is_late(at(480)) for visit in case.visits)

    def test_who_has_seen_it_need_not_send_anybody_to_look(self, story: CaseStory) -> None:
        story.report(source="patrol", who=COLLECTOR, evidence=(photo(BEFORE),))
        story.do(k.AcceptCase(1), who=ACCEPTOR)
        assert story.case().stage is CaseStage.FILE
        story.walk(CaseStage.EVALUATE)

    def test_what_is_not_found_is_not_filed(self, story: CaseStory) -> None:
        story.report()
        story.walk(CaseStage.VERIFY)
        story.do(k.ReportVerification(1, "not_found"), who=COLLECTOR)
        assert story.refuses(k.FileCase(1), who=ACCEPTOR).code == "not_verified"
        story.do(k.DeclineCase(1, "nothing there"), who=ACCEPTOR)
        assert (story.case().outcome, story.case().stage) == ("not_filed", CaseStage.EVALUATE)

    def test_whom_the_areas_name_answers_and_the_desk_may_name_another(self, story: CaseStory) -> None:
        assert story.case(story.report()).answerable == "urban"
        assert story.case(story.report(answerable="police")).answerable == "police"
        assert story.case(story.report("flooding")).answerable == "water"

    def test_a_small_thing_is_fixed_where_it_is_found(self, story: CaseStory) -> None:
        story.report(source="patrol", who=COLLECTOR)
        one_picture = k.FixOnTheSpot(1, (photo(AFTER),))
        assert story.refuses(one_picture, who=COLLECTOR).code == "evidence_missing"
        [event] = story.do(k.FixOnTheSpot(1, (photo(BEFORE), photo(AFTER))), who=COLLECTOR)
        assert (event.move, story.case().outcome) == ("fixed_on_the_spot", "fixed_on_the_spot")
        assert story.refuses(k.ReopenCase(1, "still there"), who=COLLECTOR).code == "handlers_do_not_judge"
        story.do(k.ReopenCase(1, "still there"), who=CHECKER)
        assert story.case().stage is CaseStage.FILE, "a patrol has seen it"
        story.report("lamp_out", "patrol", who=COLLECTOR)
        assert story.refuses(k.FixOnTheSpot(2, (photo(BEFORE), photo())), who=COLLECTOR).code == "not_on_the_spot"

    def test_a_component_knows_its_cases(self, story: CaseStory) -> None:
        lamp, other = "1101010301000007", "1101010301000008"
        for component in (lamp, lamp, other):
            story.do(k.ReportCase("patrol", "lamp_out", replace(PLACE, component=component)), who=COLLECTOR)
        assert dict(story.state.cases_of_component) == {lamp: (1, 2), other: (3,)}
        story.do(k.CorrectCase(3, "lamp_out", replace(PLACE, component=lamp)), who=ACCEPTOR)
        assert dict(story.state.cases_of_component) == {lamp: (1, 2, 3)}
        assert (
            story.do(k.CorrectCase(3, "lamp_out", replace(PLACE, component=lamp), answerable="urban"), who=ACCEPTOR)
            == ()
        )

    def test_a_class_that_is_no_more_still_closes_its_cases(self, story: CaseStory) -> None:
        story.report()
        story.walk(CaseStage.DISPATCH)
        fewer = replace(STANDARDS, small=STANDARDS.small[1:])
        story.do(k.LoadStandards(fewer), who=ADMINISTRATOR)
        assert story.refuses(k.ReportCase("patrol", "rubbish", PLACE), who=COLLECTOR).code == "standard_unknown"
        story.walk(CaseStage.EVALUATE)
        assert story.case().outcome == "handled"


class TestGivingBack:
    def test_a_failed_check_goes_back_to_who_must_fix_it_and_keeps_all_evidence(self, story: CaseStory) -> None:
        story.report()
        story.walk(CaseStage.CHECK)
        kept = story.case().evidence
        [event] = story.do(k.ReportCheck(1, "failed", (photo("other"),), "half of it lies there"), who=CHECKER)
        case = story.case()
        assert (event.to, event.fixer, case.rework) == (CaseStage.HANDLE, CaseStage.HANDLE, 1)
        assert case.evidence[: len(kept)] == kept and len(case.evidence) == len(kept) + 1
        assert story.refuses(k.ReportHandled(1), who=OFFICER, at=at(60)).code == "evidence_missing", "work done again"
        story.do(k.ReportHandled(1, (photo(),)), who=OFFICER, at=at(90))
        assert story.case().fixer is None
        story.walk(CaseStage.EVALUATE, at=at(120))

    @pytest.mark.parametrize(("start", "to"), [(start, to) for start in RETURNS for to in sorted(RETURNS[start])])
    def test_nothing_goes_past_who_must_put_it_right(self, story: CaseStory, start: CaseStage, to: CaseStage) -> None:
        """Brute: from every stage back to every stage, owed by everybody it can be: all commands of all people."""
        for fixer in fixers_from(to):
            told = CaseStory()
            told.report()
            told.walk(start)
            told.do(k.ReturnCase(1, to, "look again", fixer), who=ADMINISTRATOR)
            frontier = [told]
            seen = set()
            while frontier:
                now = frontier.pop()
                case = now.case()
                if case.fixer is None or (case.stage, case.fixer) in seen:
                    continue
                seen.add((case.stage, case.fixer))
                for body, who in product(everything(now), EVERYBODY):
                    after = CaseStory.__new__(CaseStory)
                    after.state = now.state
                    try:
                        after.do(body, who=who, at=at(60))
                    except Refused:
                        continue
                    left, came = case.stage, after.case().stage
                    if left is came or came not in PLACE_IN_LOOP or left not in PLACE_IN_LOOP:
                        continue
                    if PLACE_IN_LOOP[came] > PLACE_IN_LOOP[left]:
                        assert PLACE_IN_LOOP[left] <= PLACE_IN_LOOP[case.fixer], (left, came, body)
                        assert left is not case.fixer or after.case().fixer is None
                        assert left is case.fixer or after.case().fixer is case.fixer
                    else:
                        owed = after.case().fixer
                        assert owed is not None and PLACE_IN_LOOP[owed] <= PLACE_IN_LOOP[case.fixer], "still owed"
                    frontier.append(after)

    def test_a_return_needs_words_and_a_holder(self, story: CaseStory) -> None:
        story.report()
        story.walk(CaseStage.FEED_BACK)
        assert story.refuses(k.ReturnCase(1, CaseStage.HANDLE, " "), who=DISPATCHER).code == "text_missing"
        assert story.refuses(k.ReturnCase(1, CaseStage.HANDLE, "no"), who=ACCEPTOR).code == "not_the_holder"
        assert story.refuses(k.ReturnCase(1, CaseStage.FILE, "no"), who=DISPATCHER).code == "no_way_back"
        wrong = k.ReturnCase(1, CaseStage.HANDLE, "no", CaseStage.FEED_BACK)
        assert story.refuses(wrong, who=DISPATCHER).code == "cannot_be_put_right_there"

    def test_not_ours_twice_brings_a_ruling_and_it_binds(self, story: CaseStory) -> None:
        story.report()
        story.walk(CaseStage.HANDLE)
        story.do(k.DisownCase(1, "private ground"), who=OFFICER)
        assert story.refuses(k.RuleCase(1, "urban", "it is"), who=COORDINATOR).code == "nothing_to_rule"
        story.do(k.DispatchCase(1, "water"), who=DISPATCHER)
        story.do(k.DisownCase(1, "no water in it"), who=WATER_OFFICER)
        for who in (DISPATCHER, COORDINATOR):
            assert story.refuses(k.DispatchCase(1, "urban"), who=who).code == "ruling_needed"
        assert story.refuses(k.RuleCase(1, "urban", "it is"), who=DISPATCHER).code == "not_allowed"
        story.do(k.RuleCase(1, "urban", "the ground is the city's"), who=COORDINATOR)
        assert story.refuses(k.DisownCase(1, "still not"), who=OFFICER).code == "ruling_binds"
        assert [each.department for each in story.case().disownings] == ["urban", "water"]
        story.walk(CaseStage.EVALUATE)

    def test_closed_is_not_fixed(self, story: CaseStory) -> None:
        story.report()
        story.walk(CaseStage.EVALUATE)
        assert story.refuses(k.ReopenCase(1, ""), who=OPERATOR, at=at(60)).code == "text_missing"
        [event] = story.do(k.ReopenCase(1, "it lies there again"), who=OPERATOR, at=at(60))
        case = story.case()
        assert (event.to, case.fixer, case.reopened, case.outcome) == (CaseStage.HANDLE, CaseStage.HANDLE, 1, "")
        assert case.closed_at is None and 1 in story.state.open_cases
        story.walk(CaseStage.EVALUATE, at=at(90))


class TestSides:
    def test_whoever_handles_does_not_judge(self, story: CaseStory) -> None:
        """One person with every right does everything that they may: the first side they take is theirs."""
        story.report()
        story.walk(CaseStage.HANDLE)
        story.do(k.ReportHandled(1, (photo(),)), who=ADMINISTRATOR)
        for body in (k.PassOnFeedback(1), k.ReturnCase(1, CaseStage.HANDLE, "x"), k.PauseCase(1, "suspended", "x")):
            assert story.refuses(body, who=ADMINISTRATOR).code == "handlers_do_not_judge"
        story.walk(CaseStage.CHECK)
        for who in (ADMINISTRATOR, replace(CHECKER, actor="lea2", department="urban")):
            codes = {story.refuses(k.ReportCheck(1, result, (), "x"), who=who).code for result in ("passed", "failed")}
            assert codes <= {"handlers_do_not_judge", "department_judges_itself"}
        story.walk(CaseStage.CLOSE)
        own = replace(SUPERVISOR, department="urban")
        assert story.refuses(k.CloseCase(1, "rubbish"), who=own).code == "department_judges_itself"

    def test_whoever_judges_does_not_handle(self, story: CaseStory) -> None:
        story.report()
        story.walk(CaseStage.FILE)
        story.do(k.FileCase(1), who=ADMINISTRATOR)
        story.walk(CaseStage.HANDLE)
        assert story.refuses(k.ReportHandled(1, (photo(),)), who=ADMINISTRATOR).code == "judges_do_not_handle"

    def test_who_made_it_safe_handled_it_and_so_did_their_department(self, story: CaseStory) -> None:
        story.report("sewer_cover")
        story.do(k.ReportMadeSafe(1), who=ADMINISTRATOR)
        assert (story.case().handlers, story.case().handled_by) == ((ADMINISTRATOR.actor,), ("water",))
        own = replace(SUPERVISOR, department="water")
        for who, code in ((ADMINISTRATOR, "handlers_do_not_judge"), (own, "department_judges_itself")):
            assert story.refuses(k.AcceptCase(1), who=who).code == code
        story.report("sewer_cover")
        story.do(k.AcceptCase(2), who=ADMINISTRATOR)
        assert story.refuses(k.ReportMadeSafe(2), who=ADMINISTRATOR).code == "judges_do_not_handle"

    def test_a_department_touches_its_own_cases_alone(self, story: CaseStory) -> None:
        story.report()
        story.walk(CaseStage.HANDLE)
        for who in (WATER_OFFICER, replace(OFFICER, department="")):
            for body in (k.ReportHandled(1, (photo(),)), k.DisownCase(1, "x"), k.AskExtension(1, 1.0, "x")):
                assert story.refuses(body, who=who).code == "not_own_department"


class TestLinks:
    def test_a_smell_of_gas_is_an_emergency_at_once_and_nobody_verifies(self, story: CaseStory) -> None:
        story.do(c.RecordCall("call-1", answered_at=at(-20), person_id="p1"))
        report = k.ReportCase("hotline", "gas_smell", PLACE, call_id="call-1", person_id="p1", text="in the cellar")
        events = story.do(report, who=OPERATOR)
        assert [type(event) for event in events] == [e.CaseReported, IncidentReported, CallAttached, e.CaseMoved]
        assert story.case().stage is CaseStage.EMERGENCY and story.case().incident_id == 1
        assert story.incident().kind == "structure_fire" and story.incident().text == "in the cellar"
        assert story.state.calls["call-1"].incident_id == 1 and story.state.cases_of_incident[1] == (1,)

    def test_it_comes_back_as_a_repair_order_with_everything(self, story: CaseStory) -> None:
        pictures = (photo(BEFORE), photo("other"))
        story.report("gas_smell", evidence=pictures)
        story.do(c.AssignUnits(1, (c.Choice("E1"),)))
        events = story.do(c.CloseIncident(1, "extinguished", release_units=True), at=at(600))
        [back] = [event for event in events if isinstance(event, e.CaseMoved)]
        case = story.case()
        assert (back.move, case.stage, story.incident().stage) == ("deescalated", CaseStage.DISPATCH, Stage.CLOSED)
        assert tuple(each.evidence for each in case.evidence) == pictures and case.incident_id == 1
        assert (case.visits[-2].left_at, case.visit.entered_at) == (at(600), at(600)), "not a second is lost"
        story.walk(CaseStage.EVALUATE, at=at(700))

    def test_who_ends_an_incident_does_not_judge_the_case_that_they_handled(self, story: CaseStory) -> None:
        story.report()
        story.walk(CaseStage.HANDLE)
        story.do(k.ReportHandled(1, (photo(),)), who=ADMINISTRATOR)
        story.do(k.EscalateCase(1, "smoke", "structure_fire"), who=ADMINISTRATOR)
        story.do(c.CloseIncident(1, "extinguished"), who=ADMINISTRATOR)
        assert story.case().stage is CaseStage.DISPATCH
        assert ADMINISTRATOR.actor in story.case().handlers and ADMINISTRATOR.actor not in story.case().judges

    @pytest.mark.parametrize("is_ended", [False, True])
    @pytest.mark.parametrize("fixer", fixers_from(CaseStage.FILE))
    def test_no_emergency_takes_it_past_who_must_put_it_right(
        self, story: CaseStory, fixer: CaseStage, is_ended: bool
    ) -> None:
        story.report()
        story.walk(CaseStage.DISPATCH)
        story.do(k.ReturnCase(1, CaseStage.FILE, "another class", fixer), who=DISPATCHER)
        filed_at = story.case().filed_at
        story.do(k.EscalateCase(1, "smoke", "structure_fire"), who=OPERATOR, at=at(60))
        if is_ended:
            story.do(c.CloseIncident(1, "extinguished"), at=at(120))
        else:
            story.do(k.DeescalateCase(1, "it smokes no more"), who=COORDINATOR, at=at(120))
        case = story.case()
        assert (case.stage, case.fixer, case.filed_at) == (fixer, fixer, filed_at)
        assert case.visit.limits and case.visit.due_at is not None
        for who in (DISPATCHER, ADMINISTRATOR):
            assert story.refuses(k.DispatchCase(1), who=who, at=at(130)).code == "case_not_there"
        story.walk(CaseStage.EVALUATE, at=at(180))
        assert story.case().fixer is None and story.case().outcome == "handled"

    def test_what_the_department_owes_comes_back_to_be_sent_to_it(self, story: CaseStory) -> None:
        story.report()
        story.walk(CaseStage.CHECK)
        story.do(k.ReportCheck(1, "failed", (), "half of it lies there"), who=CHECKER)
        story.do(k.EscalateCase(1, "smoke", "structure_fire"), who=OPERATOR)
        story.do(k.DeescalateCase(1, "it smokes no more"), who=COORDINATOR)
        assert (story.case().stage, story.case().fixer) == (CaseStage.DISPATCH, CaseStage.HANDLE)
        story.walk(CaseStage.EVALUATE)

    @pytest.mark.parametrize("stage", WALK[:8])
    def test_any_open_case_becomes_an_emergency_also_while_its_clocks_stand(
        self, story: CaseStory, stage: CaseStage
    ) -> None:
        story.report("flooding")
        story.walk(stage)
        story.do(k.PauseCase(1, "suspended", "parts are ordered"), who=SECOND_SUPERVISOR)
        assert story.refuses(k.EscalateCase(1, ""), who=OPERATOR).code == "text_missing"
        story.do(k.EscalateCase(1, "the cellar fills"), who=OPERATOR, at=at(60))
        assert (story.case().stage, story.case().paused, story.incident().kind) == (
            CaseStage.EMERGENCY,
            "",
            "burst_water_main",
        )
        story.do(k.DeescalateCase(1, "pumped out, a pipe is to be laid"), who=COORDINATOR, at=at(120))
        assert story.case().stage is CaseStage.DISPATCH and story.incident().stage is not Stage.CLOSED

    def test_it_may_join_an_incident_that_is_open(self, story: CaseStory) -> None:
        number = story.fire()
        story.report()
        assert story.refuses(k.EscalateCase(1, "burns"), who=OPERATOR).code == "kind_needed"
        story.do(k.EscalateCase(1, "burns", incident_id=number), who=OPERATOR)
        assert story.case().incident_id == number and story.state.next_incident == number + 1
        story.report("flooding", "incident", incident_id=number)
        assert story.state.cases_of_incident[number] == (1, 2)
        assert story.case(2).stage is CaseStage.COLLECT

    def test_a_danger_is_ordered_made_safe_at_once(self, story: CaseStory) -> None:
        reported, ordered = story.do(k.ReportCase("citizen", "sewer_cover", PLACE), who=OPERATOR)
        assert ordered == e.MakeSafeOrdered(1, "water", STANDARDS.of("sewer_cover").make_safe, at(HOUR))
        assert story.case().stage is CaseStage.COLLECT and isinstance(reported, e.CaseReported)
        assert story.do(k.ReportMadeSafe(1, (photo("other"),)), who=WATER_OFFICER, at=at(600))
        assert story.case().make_safe.done_at == at(600) and story.case().stage is CaseStage.COLLECT
        story.report("sewer_cover", at=at(700))
        assert e.MakeSafeOverdue(2, at(700 + HOUR)) in story.do(c.Tick(), who=CLOCK, at=at(701 + HOUR))
        story.walk(CaseStage.CLOSE, 2, at=at(800 + HOUR))
        assert story.refuses(k.CloseCase(2, "sewer_cover"), who=SUPERVISOR, at=at(900 + HOUR)).code == "not_made_safe"

    def test_correcting_to_a_danger_or_an_emergency_does_the_same(self, story: CaseStory) -> None:
        story.report()
        events = story.do(k.CorrectCase(1, "sewer_cover", PLACE), who=ACCEPTOR)
        assert [type(event) for event in events] == [e.CaseCorrected, e.MakeSafeOrdered]
        story.do(k.CorrectCase(1, "gas_smell", PLACE), who=ACCEPTOR)
        assert story.case().stage is CaseStage.EMERGENCY and story.incident().kind == "structure_fire"
        story.report()
        story.walk(CaseStage.FILE, 2)
        story.do(k.FileCase(2, "gas_smell"), who=ACCEPTOR)
        assert (story.case(2).stage, story.case(2).incident_id) == (CaseStage.EMERGENCY, 2)

    def test_duplicates_are_merged_and_taken_apart(self, story: CaseStory) -> None:
        story.report()
        story.report(evidence=(photo(BEFORE),))
        story.walk(CaseStage.VERIFY, 2)
        story.do(k.MergeCase(2, 1), who=ACCEPTOR, at=at(5))
        assert (story.case(2).stage, story.case(2).merged_into, story.case(1).merged) == (CaseStage.MERGED, 1, (2,))
        assert set(story.state.open_cases) == {1} and len(story.case(2).evidence) == 1
        assert story.refuses(k.MergeCase(1, 2), who=ACCEPTOR, at=at(5)).code == "main_not_open"
        story.do(k.UnmergeCase(2, "another street"), who=ACCEPTOR, at=at(9))
        assert (story.case(2).stage, story.case(2).merged_into, story.case(1).merged) == (CaseStage.VERIFY, None, ())
        assert story.case(2).visit.due_at is not None and set(story.state.open_cases) == {1, 2}


def everything(story: CaseStory) -> list[c.Body]:
    """Return every command that could take a case of any stage anywhere."""
    returns = [k.ReturnCase(1, to, "x", fixer) for to in WALK[:8] for fixer in (None, *WALK[:8])]
    return [
        *returns,
        k.AcceptCase(1),
        k.ReportVerification(1, "found", (photo(BEFORE),)),
        k.FileCase(1),
        k.DeclineCase(1, "x"),
        k.DispatchCase(1),
        k.RuleCase(1, "urban", "x"),
        k.ReportHandled(1, (photo(),)),
        k.DisownCase(1, "x"),
        k.PassOnFeedback(1),
        k.ReportCheck(1, "passed"),
        k.ReportCheck(1, "failed", (), "x"),
        k.CloseCase(1, "rubbish"),
        k.FixOnTheSpot(1, (photo(BEFORE), photo())),
        k.ReopenCase(1, "x"),
    ]


class TestTheReporter:
    def test_a_dissatisfied_answer_since_the_closing_offers_to_reopen(self, story: CaseStory) -> None:
        story.report()
        story.walk(CaseStage.EVALUATE)
        assert not story.case().is_contested
        story.do(k.RecordAnswer(1, "dissatisfied"), who=ACCEPTOR, at=at(60))
        assert story.case().is_contested
        story.do(k.ReopenCase(1, "the heap lies there as before"), who=ACCEPTOR, at=at(120))
        assert not story.case().is_contested
        story.walk(CaseStage.EVALUATE, at=at(180))
        assert not story.case().is_contested, "what was said of the first closing is answered"
        for answer, contested in (("dissatisfied", True), ("satisfied", False)):
            story.do(k.RecordAnswer(1, answer), who=ACCEPTOR, at=at(240))
            assert story.case().is_contested is contested
