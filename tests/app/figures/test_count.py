"""What the page counts is what the domain computes, for whoever may see it; the charts add up to the figures."""

from __future__ import annotations

from collections import Counter as Tally
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from app.figures.count import MAIN, Asked, Counted, Counter, groups_for
from app.figures.own import GROUPS, Share, share_of
from app.figures.series import SPANS_S, series_of
from dispatch.case import CaseStage
from dispatch.commands import Who
from dispatch.figures.compute import compute
from dispatch.figures.facts import CaseFacts
from dispatch.figures.marks import rank
from dispatch.figures.period import Period, day_of, month_of
from dispatch.state import State


def test_every_figure_is_the_one_that_the_domain_computes(month: State, period: Period, counted: Counted) -> None:
    plain = compute(month, period, by=GROUPS, at=counted.figures.at, compare=True)
    for group in plain.groups:
        for indicator in plain.indicators(group):
            for key in plain.keys(group):
                expected, found = (each.of(indicator.id, group, key) for each in (plain, counted.figures))
                assert found == expected
                assert counted.figures.cases(found) == plain.cases(expected)
    assert counted.ranking == rank(plain)


def test_the_tiles_are_the_main_figures_in_their_order(counted: Counted) -> None:
    assert tuple(each.id for each in counted.main()) == MAIN


def test_the_days_add_up_to_the_figures(counted: Counted) -> None:
    series, of = counted.series, counted.figures.of
    assert len(series.days) == 31
    assert series.found.sum() == of("found").numerator
    assert series.late.sum() == of("late").numerator  # no case was late twice in this month
    assert series.spans.sum() == series.handled.sum()
    not_merged = of("received").numerator - of("duplicate_rate").numerator
    assert series.hours.sum() == not_merged


def test_series_agree_with_a_slow_count_of_the_cases(month: State, period: Period, counted: Counted) -> None:
    zone, high = ZoneInfo(month.time_zone), min(counted.figures.at + timedelta(microseconds=1), period.to_at)
    hours: Tally[tuple[int, int]] = Tally()
    days: Tally[date] = Tally()
    spans: Tally[int] = Tally()
    for case in month.cases.values():
        if case.stage is CaseStage.MERGED:
            continue
        if period.from_at <= case.reported_at < high:
            local = case.reported_at.astimezone(zone)
            hours[local.weekday(), local.hour] += 1
        for visit in case.visits:
            left = visit.left_at
            if visit.move == "handled" and left is not None and period.from_at <= left < high:
                days[left.astimezone(zone).date()] += 1
                spans[sum((left - visit.entered_at).total_seconds() >= limit for limit in SPANS_S)] += 1
    series = counted.series
    assert {(d, h): n for d in range(7) for h in range(24) if (n := int(series.hours[d, h]))} == dict(hours)
    assert {day: n for day, n in zip(series.days, series.handled.tolist(), strict=True) if n} == dict(days)
    assert {place: n for place, n in enumerate(series.spans.tolist()) if n} == dict(spans)


def test_hours_are_those_of_the_citys_clocks_when_they_are_put_back(month: State) -> None:
    facts = CaseFacts.of(month)
    zone = "Europe/Helsinki"
    figures = compute(facts, month_of(date(2025, 10, 1), zone), at=month.at)
    series = series_of(facts, figures)
    expected = sum(
        1
        for case in month.cases.values()
        if case.stage is not CaseStage.MERGED
        and case.reported_at.astimezone(ZoneInfo(zone)).date().month == 10
        and case.reported_at.astimezone(ZoneInfo(zone)).hour == 3
    )
    assert series.hours[:, 3].sum() == expected


@pytest.mark.parametrize(
    ("who", "share"),
    [
        (Who("a", "supervisor"), Share()),
        (Who("a", "observer"), Share()),
        (Who("a", "department_officer", "urban_1"), Share("department", "urban_1")),
        (Who("a", "department_officer"), Share("department", "-")),
        (Who("gus", "collector"), Share("collector", "gus")),
    ],
)
def test_who_is_judged_sees_their_own_figures_alone(who: Who, share: Share) -> None:
    assert share_of(who) == share


def test_an_officers_count_holds_nothing_of_other_departments(month: State, period: Period, counted: Counted) -> None:
    assert month.at is not None
    share = Share("department", "urban_1")
    own = Counter().count(month, Asked(period, groups=groups_for(share, "department"), share=share), month.at)
    assert own.keys("department") == ("urban_1",)
    assert own.keys("all") == ()
    assert not (own.ranking or own.repeated or own.hot)
    late = own.figures.of("late", "department", "urban_1")
    assert own.series.late.sum() == late.numerator
    assert 0 < own.series.found.sum() < counted.series.found.sum()


def test_an_officer_without_a_department_sees_nothing(month: State, period: Period) -> None:
    assert month.at is not None
    share = share_of(Who("a", "department_officer"))
    own = Counter().count(month, Asked(period, groups=("department",), share=share), month.at)
    assert own.series.found.sum() == own.series.handled.sum() == own.series.spans.sum() == 0
    assert own.figures.of("found", share.group, share.key).numerator == 0


def test_a_citys_bad_file_is_told_and_the_usual_figures_are_counted(
    tmp_path: Path, month: State, period: Period
) -> None:
    (tmp_path / "indicators.toml").write_text("[[indicator]]\nid = 3\n", encoding="utf-8")
    assert month.at is not None
    counted = Counter(tmp_path).count(month, Asked(period), month.at)
    assert "indicators.toml" in counted.problem
    assert counted.figures.of("found").numerator > 0


def test_a_profile_that_is_gone_gives_the_first(month: State, period: Period) -> None:
    assert month.at is not None
    assert Counter().count(month, Asked(period, "gone"), month.at).figures.profile.id == "gb"


def test_a_log_without_cases_counts_to_nothing() -> None:
    at = datetime(2026, 3, 2, 12, tzinfo=UTC)
    counted = Counter().count(State(), Asked(day_of(at.date(), "UTC"), groups=GROUPS), at)
    assert counted.figures.keys("all") == ()
    assert counted.series.hours.sum() == 0
    assert counted.hot == counted.repeated == ()
