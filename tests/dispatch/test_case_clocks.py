"""When cases are due: by stage and as a whole, through pauses and extensions, held against a count minute by minute."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dispatch import case_commands as k
from dispatch import case_events as e
from dispatch import commands as c
from dispatch.calendar import Hours
from dispatch.case import CaseStage
from dispatch.clocks import URGENT, WORKING, WORKING_DAYS, Limit
from tests.dispatch.case_town import (
    CALENDAR,
    COORDINATOR,
    DISPATCHER,
    OFFICER,
    PLACE,
    SECOND_SUPERVISOR,
    STANDARDS,
    CaseStory,
    photo,
)
from tests.dispatch.town import ADMINISTRATOR, CLOCK, OPERATOR, START, SUPERVISOR, at

S = CaseStage
MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
HELSINKI = ZoneInfo("Europe/Helsinki")


def local(day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(2026, 3, day, hour, minute, tzinfo=HELSINKI)


@pytest.fixture
def story() -> CaseStory:
    story = CaseStory()
    story.report()
    return story


def test_each_stage_has_its_limit_and_the_case_its_own(story: CaseStory) -> None:
    """It is ten on a Monday; people work from eight to twelve and from two to six, and not on Wednesday."""
    due = []
    for stage in tuple(S)[:9]:
        assert story.case().stage is stage
        due.append(story.case().visit.due_at)
        if stage is not S.EVALUATE:
            body, who = story.next_step()
            story.do(body, who=who)
    wanted = [local(2, 10, 15), local(2, 10, 30), local(2, 10, 15), local(2, 10, 15), local(2, 16), local(2, 10, 15)]
    assert due == [*wanted, local(2, 10, 30), local(2, 10, 15), None]
    assert story.case().close_due_at == local(2, 17), "handling, feeding back, checking, closing in turn"
    story.report("lamp_out", source="patrol", evidence=(photo("before"),))
    story.walk(S.HANDLE, 2)
    assert story.case(2).visit.due_at == local(5, 10), "two working days, and Wednesday is none"


def test_urgent_time_runs_through_the_night(story: CaseStory) -> None:
    story.do(k.ReportCase("patrol", "sewer_cover", PLACE, "urgent", evidence=(photo("before"),)), who=OPERATOR)
    story.walk(S.HANDLE, 2, at=local(2, 23))
    assert story.case(2).visit.due_at == local(3, 1) and story.case(2).visit.limits == (Limit(URGENT, 2.0),)


def test_lateness_is_said_once_and_stays(story: CaseStory) -> None:
    story.walk(S.HANDLE)
    due = story.case().visit.due_at
    assert due is not None
    assert story.do(c.Tick(), who=CLOCK, at=due) == (), "the last moment is in time"
    assert story.do(c.Tick(), who=CLOCK, at=due + MINUTE) == (e.StageOverdue(1, S.HANDLE, due),)
    assert story.do(c.Tick(), who=CLOCK, at=due + 2 * MINUTE) == ()
    close_due = story.case().close_due_at
    assert story.do(c.Tick(), who=CLOCK, at=due + 9 * HOUR) == (e.CaseOverdue(1, close_due),)
    story.walk(S.EVALUATE, at=due + 10 * HOUR)
    handling = next(visit for visit in story.case().visits if visit.stage is S.HANDLE)
    assert (handling.overdue_at, handling.is_late(handling.left_at)) == (due + MINUTE, True)
    assert story.case().overdue == (close_due,)


def test_who_moves_a_late_case_says_so_in_the_same_entry(story: CaseStory) -> None:
    late = local(2, 10, 16)
    events = story.do(k.AcceptCase(1), who=OPERATOR, at=late)
    assert [type(event) for event in events] == [e.StageOverdue, e.CaseMoved]
    assert story.case().visits[0].overdue_at == late and story.case().visit.overdue_at is None


def test_clocks_stand_while_it_is_suspended_or_waits_for_the_citizen(story: CaseStory) -> None:
    story.walk(S.HANDLE)
    story.do(k.PauseCase(1, "suspended", "frost", local(3, 8)), who=SUPERVISOR, at=local(2, 11))
    assert story.case().visit.due_at is None and story.case().close_due_at is None
    assert story.case().visit.first_due_at == local(2, 16)
    assert story.do(c.Tick(), who=CLOCK, at=local(2, 20)) == ()
    [runs] = story.do(c.Tick(), who=CLOCK, at=local(3, 9))
    assert runs == e.CaseResumed(1, local(3, 8), local(3, 11), local(3, 12)), "three of four hours are left at eight"
    story.do(k.PauseCase(1, "citizen", "nobody opens"), who=COORDINATOR, at=local(3, 10))
    story.do(k.ResumeCase(1), who=COORDINATOR, at=local(3, 11))
    assert (story.case().visit.due_at, story.case().suspensions) == (local(3, 12), 1)


def test_a_pause_that_ends_too_late_is_late_in_the_same_tick(story: CaseStory) -> None:
    story.walk(S.HANDLE)
    story.do(k.PauseCase(1, "suspended", "frost", local(3, 8)), who=SUPERVISOR, at=local(2, 11))
    events = story.do(c.Tick(), who=CLOCK, at=local(3, 20))
    assert [type(event) for event in events] == [e.CaseResumed, e.StageOverdue, e.CaseOverdue]
    assert story.do(c.Tick(), who=CLOCK, at=local(3, 20)) == ()


def test_more_time_is_asked_for_before_the_limit_and_granted_by_another(story: CaseStory) -> None:
    story.walk(S.HANDLE)
    story.do(k.AskExtension(1, 2.0, "rain"), who=OFFICER, at=local(2, 11))
    story.do(k.GrantExtension(1), who=DISPATCHER, at=local(2, 11))
    assert (story.case().visit.due_at, story.case().close_due_at) == (local(2, 18), local(3, 9))
    story.do(k.AskExtension(1, 1.0, "hail"), who=OFFICER, at=local(2, 17))
    story.do(k.RefuseExtension(1, "no hail seen"), who=SUPERVISOR, at=local(2, 17))
    assert story.case().visit.due_at == local(2, 18)
    refused = story.refuses(k.AskExtension(1, 1.0, "snow"), who=OFFICER, at=local(2, 18, 1))
    assert (refused.code, refused.parameters["due_at"]) == ("extension_too_late", local(2, 18))
    assert [each.answer for each in story.case().extensions] == ["granted", "refused"]


def test_there_is_no_third_extension_whatever_is_done_between(story: CaseStory) -> None:
    """Brute: ask and be granted again and again, across returns, checks, reopening and refusals."""
    story.walk(S.HANDLE)
    granted = 0
    for number in range(6):
        body = k.AskExtension(1, 0.5, f"no. {number}")
        if granted == 2:
            assert story.refuses(body, who=OFFICER).code == "extensions_used_up"
        else:
            story.do(body, who=OFFICER)
            if number % 2:
                story.do(k.RefuseExtension(1, "no"), who=SUPERVISOR)
            else:
                story.do(k.GrantExtension(1), who=SUPERVISOR)
                granted += 1
        if number == 3:
            story.walk(S.EVALUATE)
            story.do(k.ReopenCase(1, "still there"), who=OPERATOR)
        else:
            story.walk(S.CHECK)
            story.do(k.ReportCheck(1, "failed", (), "no"), who=SECOND_SUPERVISOR)
    assert granted == 2 and [each.answer for each in story.case().extensions].count("granted") == 2


def test_what_nobody_answered_lapses_when_the_case_moves_on(story: CaseStory) -> None:
    story.walk(S.HANDLE)
    story.do(k.AskExtension(1, 1.0, "rain"), who=OFFICER)
    story.walk(S.CHECK)
    story.do(k.ReportCheck(1, "failed", (), "no"), who=SECOND_SUPERVISOR)
    assert story.refuses(k.GrantExtension(1), who=DISPATCHER).code == "extension_not_asked"
    assert story.case().extensions[0].answer == "lapsed"


def test_granted_after_the_limit_what_was_late_stays_late(story: CaseStory) -> None:
    story.walk(S.HANDLE)
    story.do(k.AskExtension(1, 2.0, "rain"), who=OFFICER, at=local(2, 15, 59))
    events = story.do(k.GrantExtension(1), who=DISPATCHER, at=local(2, 16, 30))
    assert [type(event) for event in events] == [e.StageOverdue, e.ExtensionGranted]
    assert story.case().visit.overdue_at == local(2, 16, 30) and story.case().visit.due_at == local(2, 18)


def test_an_appeal_changes_statistics_and_no_fact(story: CaseStory) -> None:
    story.walk(S.HANDLE)
    story.walk(S.EVALUATE, at=local(2, 17, 30))
    before = story.case()
    assert any(visit.overdue_at for visit in before.visits)
    story.do(k.AppealCase(1, "the road was closed", (photo("other"),)), who=OFFICER, at=local(3, 9))
    for who, verdict in ((SUPERVISOR, "upheld"), (SECOND_SUPERVISOR, "upheld")):
        assert not story.case().is_excused
        story.do(k.ReadAppeal(1, verdict, "it was"), who=who, at=local(3, 10))
    case = story.case()
    assert case.is_excused
    assert (case.visits, case.overdue, case.closed_at) == (before.visits, before.overdue, before.closed_at)


def test_one_reader_against_it_dismisses_an_appeal(story: CaseStory) -> None:
    story.walk(S.EVALUATE)
    story.do(k.AppealCase(1, "the road was closed"), who=OFFICER)
    story.do(k.ReadAppeal(1, "upheld", "it was"), who=SUPERVISOR)
    story.do(k.ReadAppeal(1, "dismissed", "it was not"), who=SECOND_SUPERVISOR)
    assert not story.case().is_excused


def test_another_calendar_leaves_what_is_due_and_counts_the_next_stage(story: CaseStory) -> None:
    story.walk(S.HANDLE)
    due = story.case().visit.due_at
    night = replace(CALENDAR, week=((Hours(20 * 60, 24 * 60),),) * 7)
    story.do(k.LoadCalendar(night), who=ADMINISTRATOR)
    assert story.case().visit.due_at == due
    story.walk(S.FEED_BACK)
    assert story.case().visit.due_at == local(2, 20, 15)


def test_a_seat_whose_clock_is_slow_is_not_refused_and_time_does_not_run_back(story: CaseStory) -> None:
    story.do(k.AcceptCase(1), who=OPERATOR, at=at(30))
    body, who = story.next_step()
    story.do(body, who=who, at=at(5))
    assert [visit.entered_at for visit in story.case().visits] == [at(0), at(30), at(30)]


starts = st.integers(0, 8 * 24 * 60).map(lambda minutes: START + minutes * MINUTE)
pauses = st.lists(st.tuples(st.integers(0, 600), st.integers(1, 2_000)), max_size=3)
classes = st.sampled_from(
    [standard for standard in STANDARDS.small if standard.id in ("rubbish", "lamp_out", "flooding")]
)


@settings(max_examples=25, deadline=None)
@given(start=starts, standard=classes, pauses=pauses, extra=st.sampled_from([0.0, 1.0, 2.0]))
def test_due_equals_a_count_minute_by_minute(start, standard, pauses, extra) -> None:  # type: ignore[no-untyped-def]
    """Any class, sent at any minute, with any pauses while it runs, and an extension."""
    story = CaseStory()
    story.report(standard.id, source="patrol", evidence=(photo("before"),))
    story.walk(S.HANDLE, at=start)
    if extra:
        story.do(k.AskExtension(1, extra, "x"), who=replace(OFFICER, department=story.case().department), at=start)
        story.do(k.GrantExtension(1), who=DISPATCHER, at=start)
    held: list[tuple[datetime, datetime]] = []
    now = start
    for wait, length in pauses:
        begin = now + wait * MINUTE
        now = begin + length * MINUTE
        held.append((begin, now))
        story.do(k.PauseCase(1, "citizen", "away"), who=DISPATCHER, at=begin)
        story.do(k.ResumeCase(1), who=DISPATCHER, at=now)
    limit = standard.limit_of()
    due = _slow_due(start, limit, extra, held)
    was_late = story.case().visit.overdue_at is not None
    assert story.case().visit.due_at == due and (not was_late or due < now)


def _slow_due(start: datetime, limit: Limit, extra: float, held: Iterable[tuple[datetime, datetime]]) -> datetime:
    per = {URGENT: 60, WORKING: 60, WORKING_DAYS: 480}[limit.kind]
    left = round((limit.amount + extra) * per)
    now = start
    while left:
        is_held = any(begin <= now < end for begin, end in held)
        if not is_held and (limit.kind == URGENT or _is_worked(now)):
            left -= 1
        now += MINUTE
    return now


def _is_worked(instant: datetime) -> bool:
    here = instant.astimezone(HELSINKI)
    minute = here.hour * 60 + here.minute
    if here.weekday() > 4 or here.date() == CALENDAR.holidays[0].first:
        return False
    return 480 <= minute < 720 or 840 <= minute < 1080
