"""A few cases told by hand, and what each figure must say of them."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from dispatch import case_commands as k
from dispatch.case import BEFORE, CaseStage
from dispatch.figures.compute import DENOMINATOR, Figures, compute
from dispatch.figures.indicators_file import usual_profiles
from dispatch.figures.period import Period, day_of, month_of
from tests.dispatch.case_town import (
    CHECKER,
    COLLECTOR,
    COORDINATOR,
    DISPATCHER,
    MONDAY_TEN,
    OFFICER,
    SECOND_SUPERVISOR,
    WATER_OFFICER,
    photo,
)
from tests.dispatch.figures.told import ToldStory, differences
from tests.dispatch.town import SUPERVISOR

ZONE = "Europe/Helsinki"
MONTH = month_of(MONDAY_TEN.date(), ZONE)
MONDAY, TUESDAY = (day_of(MONDAY_TEN.date() + timedelta(days=ahead), ZONE) for ahead in (0, 1))
S = CaseStage


@pytest.fixture
def story() -> ToldStory:
    return ToldStory()


def filed(story: ToldStory, standard_id: str = "rubbish", degree: str = "usual") -> int:
    """Report a case that its source has seen, and bring it to be handled."""
    number = story.report(standard_id, "video", degree=degree, evidence=(photo(BEFORE),))
    story.walk(S.HANDLE, number)
    return number


def fractions(figures: Figures, *names: str, group: str = "all", key: str = "all") -> list[tuple[int, int | None]]:
    found = (figures.of(name, group, key) for name in names)
    return [(figure.numerator, figure.denominator) for figure in found]


def test_what_is_done_early_counts_when_it_is_done_and_what_is_late_when_its_limit_ended(story):
    early, late = filed(story), filed(story)
    story.walk(S.EVALUATE, early)  # Monday; four working hours from ten end on Monday at four
    story.wait(24)
    story.walk(S.FEED_BACK, late)  # Tuesday
    monday, tuesday = compute(story.state, MONDAY), compute(story.state, TUESDAY)
    wanted = "handle_rate", "handle_in_time_rate", "overdue_rate"
    assert fractions(monday, *wanted) == [(1, 2), (1, 2), (1, 2)]
    assert fractions(tuesday, *wanted) == [(0, 0), (0, 0), (0, 0)]
    month = compute(story.state, MONTH)
    assert fractions(month, *wanted) == [(2, 2), (1, 2), (0, 2)]
    assert month.cases(month.of("late")) == (late,)
    assert month.cases(month.of("handle_in_time_rate")) == (early,)
    assert month.cases(month.of("handle_in_time_rate"), DENOMINATOR) == (early, late)


def test_nothing_is_due_before_its_limit_ends(story):
    filed(story)
    assert fractions(compute(story.state, MONTH), "handle_rate", "overdue_rate") == [(0, 0), (0, 0)]
    later = story.now + timedelta(days=2)
    assert fractions(compute(story.state, MONTH, at=later), "handle_rate", "overdue_rate") == [(0, 1), (1, 1)]


def test_work_done_again_counts_in_time_only_where_each_time_was(story):
    number = filed(story)
    story.walk(S.CHECK, number)
    story.do(k.ReportCheck(number, "failed", reason="still there"), who=CHECKER)
    story.wait(50)
    story.walk(S.EVALUATE, number)
    figures = compute(story.state, MONTH)
    assert fractions(figures, "handle_rate", "handle_in_time_rate", "rework_rate", "rework", "reopened_rate") == [
        (1, 1),
        (0, 1),
        (1, 1),
        (1, None),
        (0, 1),
    ]


def test_an_upheld_appeal_takes_lateness_and_rework_out_of_the_figures_and_not_out_of_the_case(story):
    number = filed(story)
    story.wait(30)
    story.walk(S.CHECK, number)
    story.do(k.ReportCheck(number, "failed", reason="still there"), who=CHECKER)
    story.walk(S.EVALUATE, number)
    story.do(k.AppealCase(number, "the road was closed"), who=OFFICER)
    wanted = "handle_in_time_rate", "closing_in_time_rate", "rework_rate", "late"
    before = compute(story.state, MONTH)
    assert fractions(before, *wanted) == [(0, 1), (0, 1), (1, 1), (1, None)]
    story.do(k.ReadAppeal(number, "upheld", "it was"), who=SUPERVISOR)
    story.do(k.ReadAppeal(number, "upheld", "it was"), who=SECOND_SUPERVISOR)
    after = compute(story.state, MONTH)
    assert fractions(after, *wanted) == [(1, 1), (1, 1), (0, 1), (0, None)]
    assert any(visit.is_late(story.now) for visit in story.case(number).visits if visit.stage is S.HANDLE)
    assert fractions(compute(story.state, MONDAY), "handle_rate") == [(0, 0)]  # it counts when it was done
    assert differences(story, MONTH) == []


def test_a_held_case_counts_by_its_old_limit_in_the_profile_that_counts_it(story):
    number, other = filed(story), filed(story)
    story.do(k.PauseCase(number, "suspended", "frost", None), who=SECOND_SUPERVISOR)
    story.walk(S.EVALUATE, other)
    story.wait(30)
    profiles = map(usual_profiles().of, ("gb", "with_suspended"))
    gb, counted = (compute(story.state, MONDAY, profile, at=story.now) for profile in profiles)
    assert fractions(gb, "handle_rate", "closing_in_time_rate", "held") == [(1, 1), (1, 1), (1, None)]
    assert fractions(counted, "handle_rate", "closing_in_time_rate", "overdue_rate") == [(1, 2), (1, 2), (0, 2)]
    assert differences(story, MONDAY, last=story.now) == []


def test_more_time_that_was_granted_moves_what_is_due(story):
    number = filed(story)
    story.do(k.AskExtension(number, 4.0, "rain"), who=OFFICER)
    story.do(k.GrantExtension(number), who=SUPERVISOR)
    story.wait(23)
    story.walk(S.FEED_BACK, number)
    assert fractions(compute(story.state, MONDAY), "handle_rate") == [(0, 0)]
    wanted = "handle_in_time_rate", "extension_rate"
    assert fractions(compute(story.state, MONTH), *wanted) == [(1, 1), (1, 1)]
    assert differences(story, MONTH) == []


def test_what_was_found_late_before_more_time_was_granted_stays_late(story):
    number = filed(story)
    story.do(k.AskExtension(number, 4.0, "rain"), who=OFFICER)
    story.wait(7)  # four working hours have passed, and somebody looked
    story.do(k.GrantExtension(number), who=SUPERVISOR)
    story.walk(S.FEED_BACK, number)
    assert fractions(compute(story.state, MONDAY), "handle_rate", "handle_in_time_rate") == [(1, 1), (0, 1)]
    assert differences(story, MONDAY) == []


def test_a_case_that_was_late_before_it_was_found_late_and_moved_counts_when_it_was_found(story):
    number = filed(story)
    story.do(k.AskExtension(number, 4.0, "rain"), who=OFFICER)
    story.wait(7)
    story.do(k.GrantExtension(number), who=SUPERVISOR)
    story.wait(40)
    story.walk(S.FEED_BACK, number)  # late by the longer limit too, which ended on Tuesday
    assert fractions(compute(story.state, MONDAY), "overdue_rate") == [(1, 1)]
    assert fractions(compute(story.state, TUESDAY), "due_to_handle") == [(0, None)]
    assert differences(story, MONDAY) == []


def test_a_limit_is_over_only_after_its_last_instant(story):
    number = filed(story)
    due_at = story.case(number).visit.due_at
    assert due_at is not None
    assert fractions(compute(story.state, MONTH, at=due_at), "overdue_rate") == [(0, 0)]
    after = due_at + timedelta(microseconds=1)
    assert fractions(compute(story.state, MONTH, at=after), "overdue_rate") == [(1, 1)]


def test_an_overdue_case_that_is_held_leaves_what_is_closed_in_time_and_nothing_else(story):
    number = filed(story)
    story.wait(30)
    story.do(k.PauseCase(number, "suspended", "frost", None), who=SECOND_SUPERVISOR)
    figures = compute(story.state, MONTH)
    assert fractions(figures, "closing_rate", "closing_in_time_rate", "handle_rate") == [(0, 1), (0, 0), (0, 1)]
    counted = compute(story.state, MONTH, usual_profiles().of("with_suspended"))
    assert fractions(counted, "closing_in_time_rate") == [(0, 1)]
    assert differences(story, MONTH) == []


def test_a_sending_that_a_ruling_upholds_was_right(story):
    number = filed(story)
    story.do(k.DisownCase(number, "not ours"), who=OFFICER)
    story.do(k.DispatchCase(number, "water"), who=DISPATCHER)
    story.do(k.DisownCase(number, "nor ours"), who=WATER_OFFICER)
    by = ("department",)
    before = compute(story.state, MONTH, by=by)
    assert fractions(before, "dispatch_accuracy", group="department", key="urban") == [(0, 1)]
    story.do(k.RuleCase(number, "urban", "so it is"), who=COORDINATOR)
    after = compute(story.state, MONTH, by=by)
    assert fractions(after, "dispatch_accuracy", group="department", key="urban") == [(1, 1)]
    assert fractions(after, "dispatch_accuracy", group="department", key="water") == [(0, 1)]
    assert differences(story, MONTH) == []


def test_what_a_department_gives_back_in_time_is_not_its_due(story):
    number = filed(story)
    story.do(k.DisownCase(number, "not ours"), who=OFFICER)
    story.do(k.DispatchCase(number, "water"), who=DISPATCHER)
    story.do(k.ReportHandled(number, (photo(),)), who=WATER_OFFICER)
    figures = compute(story.state, MONTH)
    assert fractions(figures, "handle_rate", group="department", key="urban") == [(0, 0)]
    assert fractions(figures, "handle_rate", group="department", key="water") == [(1, 1)]
    assert fractions(figures, "dispatch_accuracy", "disowned") == [(0, 1), (1, None)]
    assert differences(story, MONTH) == []


def test_a_duplicate_counts_as_nothing_else(story):
    main, same = filed(story), filed(story)
    story.wait(30)
    story.do(k.MergeCase(same, main), who=SUPERVISOR)
    figures = compute(story.state, MONTH)
    assert fractions(figures, "received", "duplicate_rate", "found", "overdue_rate") == [
        (2, None),
        (1, 2),
        (1, None),
        (1, 1),
    ]
    story.do(k.UnmergeCase(same, "two"), who=SUPERVISOR)
    assert fractions(compute(story.state, MONTH), "duplicate_rate", "overdue_rate") == [(0, 2), (1, 2)]
    assert differences(story, MONTH) == []


def test_what_a_collector_puts_right_at_once_is_found_and_fixed(story):
    number = story.report("rubbish", "patrol", who=COLLECTOR)
    story.report("rubbish", "patrol", who=COLLECTOR)
    story.do(k.FixOnTheSpot(number, (photo(BEFORE), photo())), who=COLLECTOR)
    figures = compute(story.state, MONTH, by=("collector",))
    assert fractions(figures, "found", "on_the_spot_rate", "valid_report_rate") == [(1, None), (1, 1), (1, 2)]
    own = fractions(figures, "valid_reports", "fixed_on_the_spot", group="collector", key="gus")
    assert own == [(1, None), (1, None)]


def test_a_danger_is_made_safe_in_time_or_not(story):
    quick, slow = filed(story, "sewer_cover"), filed(story, "sewer_cover")
    story.do(k.ReportMadeSafe(quick), who=WATER_OFFICER)
    story.wait(3)
    story.do(k.ReportMadeSafe(slow), who=WATER_OFFICER)
    assert fractions(compute(story.state, MONTH), "make_safe_in_time") == [(1, 2)]
    assert differences(story, MONTH) == []


def test_the_last_answer_of_a_reporter_counts(story):
    number = filed(story)
    story.walk(S.EVALUATE, number)
    for answer in ("dissatisfied", "satisfied", "no_answer"):
        story.do(k.RecordAnswer(number, answer), who=SUPERVISOR)
    assert fractions(compute(story.state, MONTH), "answered", "satisfaction") == [(1, None), (1, 1)]


def test_a_period_is_compared_with_the_one_before(story):
    number = filed(story)
    story.walk(S.EVALUATE, number)
    story.wait(24)
    filed(story)
    story.wait(24)
    figures = compute(story.state, TUESDAY, compare=True)
    rate = figures.of("handle_in_time_rate")
    assert (rate.value, figures.change(rate)) == (0.0, -1.0)
    assert figures.before is not None
    assert figures.before.period == MONDAY
    assert figures.change(figures.of("satisfaction")) is None


def test_each_place_has_its_own_figures(story):
    number = filed(story)
    elsewhere = replace(story.case(number).place, area="", community="110101001002", cell="110101001002001")
    story.do(k.ReportCase("patrol", "flooding", elsewhere), who=COLLECTOR)
    figures = compute(story.state, MONTH, by=("area", "community", "class", "large", "source"))
    assert figures.keys("community") == ("110101001001", "110101001002")
    assert figures.keys("area") == ("centre",)
    assert fractions(figures, "received", group="class", key="flooding") == [(1, None)]
    assert fractions(figures, "received", group="large", key="event 01") == [(2, None)]
    assert fractions(figures, "received", group="source", key="patrol") == [(1, None)]


def test_figures_of_nothing_are_of_nothing(story):
    figures = compute(story.state, MONTH)
    assert figures.of("handle_rate").value is None
    assert figures.of("received").value == 0.0
    assert figures.keys("department") == ()
    with pytest.raises(ValueError, match="moon"):
        compute(story.state, MONTH, by=("moon",))
    with pytest.raises(KeyError):
        figures.of("handle_rate", "post", "acceptor")


def test_posts_answer_for_their_own_stages(story):
    story.report("rubbish", "hotline")
    story.wait(1)
    story.walk(S.EVALUATE)
    figures = compute(story.state, MONTH, by=("post", "person"))
    in_time = {key: fractions(figures, "post_in_time", group="post", key=key)[0] for key in figures.keys("post")}
    assert in_time == {
        "acceptor": (0, 1),
        "collector": (1, 1),
        "dispatcher": (1, 1),
        "officer": (1, 1),
        "supervisor": (1, 1),
    }
    assert fractions(figures, "accept_in_time", group="person", key="fay") == [(0, 1)]


def test_a_period_is_a_half_open_span_of_the_citys_clock():
    october = month_of(date(2026, 10, 31), ZONE)
    assert (october.to_at - october.from_at) == timedelta(days=31, hours=1)  # summer time ends in it
    assert (october.first_day, october.last_day) == (date(2026, 10, 1), date(2026, 10, 31))
    assert october.before() == month_of(date(2026, 9, 1), ZONE)
    with pytest.raises(ValueError, match="holds nothing"):
        Period(MONDAY_TEN, MONDAY_TEN)
