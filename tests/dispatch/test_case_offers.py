"""What is offered of a case is what the rules take: every stage, every role, held against `decide`."""

from __future__ import annotations

from dataclasses import replace

import pytest

from dispatch import case_commands as k
from dispatch.access import MAY
from dispatch.case import AFTER, BEFORE, CaseStage
from dispatch.case_access import MAY_CASES
from dispatch.case_deeds import DEEDS
from dispatch.case_offers import NEXT, Offer, offered, refusal_of
from dispatch.commands import Body, Who
from dispatch.standards import DEGREES
from tests.dispatch.case_refusals import ONE_OF_EACH_CASE
from tests.dispatch.case_town import (
    ACCEPTOR,
    CHECKER,
    COLLECTOR,
    COORDINATOR,
    DISPATCHER,
    OFFICER,
    PLACE,
    WALK,
    WATER_OFFICER,
    CaseStory,
    photo,
)
from tests.dispatch.town import ADMINISTRATOR, SUPERVISOR, at
from tests.work import lines_run

S = CaseStage
NOW = at(60)
# What is somebody else's, or only not written yet, is no reason for a button to be there and be off.
NEVER_SHOWN = {"not_allowed", "not_own_department", "not_the_holder", "case_not_there", "text_missing"}
# What is loaded, reported or erased is no deed of a case that stands.
NO_DEEDS = {k.LoadStandards, k.LoadCalendar, k.LoadAreas, k.ReportCase, k.ErasePerson, k.ErasePhotograph}
PEOPLE = [Who(f"a {role}", role, "urban" if role == "department_officer" else "") for role in sorted(MAY)]


def _story(stage: CaseStage, standard_id: str = "rubbish") -> CaseStory:
    story = CaseStory()
    story.report(standard_id)
    story.report("rubbish")
    if stage is S.EMERGENCY:
        story.do(k.EscalateCase(1, "it burns", "structure_fire"), who=ACCEPTOR)
    elif stage is S.MERGED:
        story.do(k.MergeCase(1, 2), who=ACCEPTOR)
    else:
        if stage is S.EVALUATE and story.case().make_safe is not None:
            story.do(k.ReportMadeSafe(1), who=ADMINISTRATOR)
        story.walk(stage)
    return story


def _bodies(story: CaseStory) -> list[Body]:
    """Return every command in the ways that somebody might give it."""
    plain = [body for kind, body in ONE_OF_EACH_CASE.items() if kind not in NO_DEEDS]
    with_photos = [replace(body, evidence=(photo(BEFORE), photo(AFTER))) for body in plain if hasattr(body, "evidence")]
    return [
        *plain,
        *with_photos,
        k.EscalateCase(1, "x", "structure_fire"),
        k.PauseCase(1, "citizen", "x"),
        k.ReportCheck(1, "failed", reason="x"),
        k.ReportVerification(1, "not_found"),
        k.DispatchCase(1, "water"),
        k.CloseCase(1, story.case().standard_id),
        k.CorrectCase(1, "lamp_out", PLACE),
        *(k.ReturnCase(1, to, "x") for to in S),
        *(k.FileCase(1, each.id, degree) for each in story.state.standards.small for degree in DEGREES),
    ]


def _offers(story: CaseStory, who: Who) -> dict[type, Offer]:
    return {each.command: each for each in offered(story.case(), who, story.state, NOW)}


def test_every_command_of_a_case_is_in_the_table_once() -> None:
    commands = [deed.command for deed in DEEDS]
    assert len(commands) == len(set(commands))
    assert set(commands) == set(ONE_OF_EACH_CASE) - NO_DEEDS
    assert set(NEXT) == set(S)


@pytest.mark.parametrize("standard_id", ["rubbish", "sewer_cover"])
@pytest.mark.parametrize("stage", list(S))
def test_what_the_rules_take_is_offered_and_nothing_else(stage: CaseStage, standard_id: str) -> None:
    story = _story(stage, standard_id)
    assert story.case().stage is stage
    for who in PEOPLE:
        offers = _offers(story, who)
        taken = {type(body) for body in _bodies(story) if _does_something(story, body, who)}
        can = {command for command, offer in offers.items() if offer.against is None}
        assert taken == can, (stage, who.role)
        for command, offer in offers.items():
            assert command in MAY_CASES[who.role]
            assert offer.against is None or offer.against.code not in NEVER_SHOWN
        assert sum(offer.is_next for offer in offers.values()) <= 1


def _does_something(story: CaseStory, body: Body, who: Who) -> bool:
    if refusal_of(body, who, story.state, NOW) is not None:
        return False
    if isinstance(body, k.ReportMadeSafe):  # said twice it does nothing
        safe = story.case().make_safe
        return safe is not None and safe.done_at is None
    return True


@pytest.mark.parametrize("stage", WALK[:-1])
def test_the_usual_next_step_is_marked_for_whoever_takes_it(stage: CaseStage) -> None:
    story = _story(stage)
    body, who = story.next_step()
    (marked,) = [each for each in offered(story.case(), who, story.state, NOW) if each.is_next]
    assert marked.command is type(body)
    assert marked.against is None


def test_a_rule_that_stands_in_the_way_is_told() -> None:
    story = CaseStory()
    story.report("rubbish", "patrol")
    story.walk(S.FILE)
    against = _offers(story, ACCEPTOR)[k.FileCase].against
    assert against is not None and against.code == "evidence_missing"
    assert _offers(story, ACCEPTOR)[k.AddEvidence].is_next


def test_what_was_not_found_is_not_filed() -> None:
    story = _story(S.VERIFY)
    story.do(k.ReportVerification(1, "not_found"), who=COLLECTOR)
    offers = _offers(story, ACCEPTOR)
    against = offers[k.FileCase].against
    assert against is not None and against.code == "not_verified"
    assert offers[k.DeclineCase].is_next


def test_a_reporter_is_told_and_asked_and_a_patrol_is_not() -> None:
    story = _story(S.EVALUATE)
    assert _offers(story, ACCEPTOR)[k.TellReporter].is_next
    story.do(k.TellReporter(1, "it is gone"), who=ACCEPTOR)
    assert _offers(story, ACCEPTOR)[k.RecordAnswer].is_next
    story.do(k.RecordAnswer(1, "satisfied"), who=ACCEPTOR)
    assert not any(offer.is_next for offer in _offers(story, ACCEPTOR).values())


def test_what_was_given_back_goes_on_back() -> None:
    story = _story(S.CLOSE)
    story.do(k.ReturnCase(1, S.FEED_BACK, "still there", S.HANDLE), who=SUPERVISOR)
    offers = _offers(story, DISPATCHER)
    against = offers[k.PassOnFeedback].against
    assert against is not None and against.code == "must_be_put_right_first"
    assert offers[k.ReturnCase].is_next


def test_a_danger_comes_before_everything() -> None:
    story = _story(S.HANDLE, "sewer_cover")
    assert _offers(story, WATER_OFFICER)[k.ReportMadeSafe].is_next
    story.do(k.ReportMadeSafe(1), who=WATER_OFFICER)
    offers = _offers(story, WATER_OFFICER)
    assert k.ReportMadeSafe not in offers
    assert offers[k.ReportHandled].is_next


def test_two_times_not_ours_asks_for_a_ruling() -> None:
    story = _story(S.HANDLE)
    for who, to in ((OFFICER, "water"), (WATER_OFFICER, "")):
        story.do(k.DisownCase(1, "no"), who=who)
        if to:
            story.do(k.DispatchCase(1, to), who=DISPATCHER)
    offers = _offers(story, COORDINATOR)
    assert offers[k.RuleCase].is_next
    against = offers[k.DispatchCase].against
    assert against is not None and against.code == "ruling_needed"


def test_more_time_that_was_asked_for_waits_for_its_answer() -> None:
    story = _story(S.HANDLE)
    story.do(k.AskExtension(1, 1.0, "rain"), who=OFFICER)
    assert k.AskExtension not in _offers(story, OFFICER)
    assert _offers(story, DISPATCHER)[k.GrantExtension].is_next


def test_a_pause_is_ended_first() -> None:
    story = _story(S.HANDLE)
    story.do(k.PauseCase(1, "suspended", "frost"), who=SUPERVISOR)
    offers = _offers(story, SUPERVISOR)
    assert offers[k.ResumeCase].is_next
    assert k.PauseCase not in offers
    assert _offers(story, OFFICER)[k.ReportHandled].against is not None


def test_another_departments_case_is_read_and_no_more() -> None:
    assert _offers(_story(S.HANDLE), WATER_OFFICER) == {}
    assert _offers(_story(S.CHECK), COLLECTOR)[k.ReportCheck].is_next
    assert _offers(_story(S.CHECK), CHECKER)[k.ReportCheck].is_next


def test_it_is_quick() -> None:
    story = _story(S.FILE)
    assert lines_run(lambda: offered(story.case(), ADMINISTRATOR, story.state, NOW)) < 20_000


def test_what_the_reporter_says_is_not_put_right_is_opened_again_next() -> None:
    story = _story(S.EVALUATE)
    story.do(k.TellReporter(1, "it is gone"), who=ACCEPTOR)
    assert k.ReopenCase not in {
        each.command for each in offered(story.case(), ACCEPTOR, story.state, NOW) if each.is_next
    }
    story.do(k.RecordAnswer(1, "dissatisfied", "it is not"), who=ACCEPTOR)
    (following,) = [each.command for each in offered(story.case(), ACCEPTOR, story.state, NOW) if each.is_next]
    assert following is k.ReopenCase
