"""What is due next, in which order a board shows cases, and what marks them."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from app.cases.due import due_of, key_of, marks_of
from dispatch.case import AFTER, Appeal, CaseStage, Reading, ReporterAnswer
from dispatch.case_commands import PauseCase, ReportMadeSafe
from dispatch.watched import is_watched
from tests.dispatch import case_town as t
from tests.dispatch.case_town import CaseStory


def told(standard_id: str = "rubbish", to: CaseStage = CaseStage.HANDLE) -> CaseStory:
    story = CaseStory()
    story.report(standard_id, evidence=())
    story.walk(to)
    return story


def test_the_clock_that_ends_first_is_the_one_that_is_due() -> None:
    story = told()
    case = story.case()
    due = due_of(case)
    assert due is not None and (due.clock, due.at) == ("stage", case.visit.due_at)
    early = replace(case, close_due_at=case.visit.due_at - timedelta(minutes=1))
    assert due_of(early).clock == "case"


def test_a_danger_comes_before_its_stage_until_it_is_made_safe() -> None:
    story = told("sewer_cover")
    assert due_of(story.case()).clock == "make_safe"
    assert due_of(story.case(), with_danger=False).clock == "stage"
    assert "danger" in marks_of(story.case())
    officer = replace(t.OFFICER, department=story.case().department)
    story.do(ReportMadeSafe(1, (t.photo(AFTER),)), who=officer)
    assert due_of(story.case()).clock == "stage"
    assert "danger" not in marks_of(story.case())


def test_a_case_whose_clocks_stand_is_due_never_and_stands_after_those_that_run() -> None:
    story = told()
    running = story.case()
    story.do(PauseCase(1, "suspended", "no parts", t.MONDAY_TEN + timedelta(days=2)), who=t.COORDINATOR)
    assert due_of(story.case()) is None
    assert key_of(running) < key_of(story.case())
    assert marks_of(story.case()) == ("suspended",)


def test_what_was_due_first_stands_first_and_the_latest_closed_before_older_ones() -> None:
    case = told().case()
    sooner = replace(case, id=2, visits=(*case.visits[:-1], replace(case.visit, due_at=t.MONDAY_TEN)))
    assert key_of(sooner) < key_of(case)
    closed = told(to=CaseStage.EVALUATE).case()
    later = replace(closed, closed_at=closed.closed_at + timedelta(hours=1))
    assert key_of(case) < key_of(later) < key_of(closed)
    assert due_of(closed) is None


def test_closed_cases_are_watched_while_somebody_must_read_an_appeal_or_the_reporter_says_no() -> None:
    closed = told(to=CaseStage.EVALUATE).case()
    assert not is_watched(closed)
    appeal = Appeal("urban", "the lamp is the county's", "lea", t.MONDAY_TEN)
    assert is_watched(replace(closed, appeal=appeal))
    read = replace(appeal, readings=tuple(Reading(name, "upheld", "so", t.MONDAY_TEN) for name in ("ann", "bob")))
    assert not is_watched(replace(closed, appeal=read))
    answer = ReporterAnswer("dissatisfied", "still there", closed.closed_at + timedelta(hours=1))
    assert "contested" in marks_of(replace(closed, answers=(answer,)))
    assert is_watched(replace(closed, answers=(answer,)))
