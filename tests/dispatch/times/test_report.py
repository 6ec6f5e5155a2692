"""Figures by group and against targets, with the incidents behind them."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np
import pytest

from dispatch.commands import ReportStatus
from dispatch.figures.period import days
from dispatch.times.groups import GROUPS, hours_of_week, natural
from dispatch.times.profiles import TimeProfile, TimeTarget
from dispatch.times.profiles_file import usual_time_profiles
from dispatch.times.report import TimesReport, intervals_of, times_report
from dispatch.times.spans import INCIDENT, RESPONSE
from resources.status import Status
from tests.dispatch.times.told import Times
from tests.dispatch.town import START, crew


@pytest.fixture(scope="module")
def told() -> Times:
    """Two fires with an engine and an ambulance, and a cardiac arrest on the next day."""
    told = Times()
    for number, start in enumerate((0, 7200)):
        fire = told.call(start)
        told.send(fire, start + 30, "E1", "A1")
        told.tells("E1", go=start + 100 + 20 * number, there=start + 300 + 120 * number, free=start + 900)
        told.tells("A1", go=start + 80, there=start + 400, free=start + 900)
        told.close(fire, start + 1000)
    day = 86_400
    ill = told.call(day, kind="cardiac_arrest")
    told.send(ill, day + 20, "E1", "A1")
    told.tells("E1", go=day + 70, there=day + 200, free=day + 500)
    told.tells("A1", go=day + 90, there=day + 700, free=day + 1500)
    told.close(ill, day + 1600)
    return told


@pytest.fixture(scope="module")
def report(told: Times) -> TimesReport:
    """Everything of that, by every group."""
    return told.report(by=GROUPS)


def test_by_who_went_where_and_when(report: TimesReport) -> None:
    assert report.names("department") == ("ambulance", "fire")
    assert report.figure(RESPONSE, "response", "department", "fire").n == 3
    assert report.figure(RESPONSE, "response", "unit", "E1").p50_s == 300
    assert report.figure(RESPONSE, "response", "station", "ambulance-02").mean_s == 500
    assert report.figure(RESPONSE, "response", "kind", "cardiac_arrest").p50_s == 450
    assert report.names("hour") == ("10", "12")  # the town lies in Helsinki
    assert report.names("weekday") == ("1", "2")
    assert report.names("area") == ("Smalltown",)
    assert report.figure(RESPONSE, "response", "unit", "E7").rows == 0
    with pytest.raises(ValueError, match="is no group"):
        report.figure(RESPONSE, "response", "moon", "full")


def test_an_incident_belongs_to_the_unit_that_arrived_first(report: TimesReport) -> None:
    # E1 came first to the first fire and to the cardiac arrest, A1 to the second fire (400 against 420).
    assert report.figure(INCIDENT, "response", "department", "fire").n == 2
    assert report.figure(INCIDENT, "response", "department", "ambulance").p50_s == 400
    assert report.incidents(INCIDENT, "response", "unit", "E1") == (1, 3)
    assert report.incidents(INCIDENT, "response", "unit", "E1", longer_than_s=200) == (1,)


def test_the_slowest_come_first_and_each_once(report: TimesReport) -> None:
    assert report.incidents(RESPONSE, "response") == (3, 2, 1)
    assert report.incidents_at(RESPONSE, "response", 0, 12) == (2,)
    p90, n = report.hours(RESPONSE, "response")
    assert n[0, 10] == n[0, 12] == n[1, 10] == 2
    assert p90[0, 10] == pytest.approx(390.0)
    assert np.isnan(p90[3, 3])


def test_only_a_period_or_one_key(told: Times) -> None:
    table = intervals_of(told.state)
    profile = usual_time_profiles().of()
    monday = times_report(table, profile, period=days(date(2026, 3, 2), date(2026, 3, 2), "Europe/Helsinki"))
    assert monday.figure(INCIDENT, "response").n == 2
    fire = times_report(table, profile, where={"department": "fire", "kind": "cardiac_arrest"})
    assert (fire.figure(RESPONSE, "response").n, fire.figure(RESPONSE, "response").p50_s) == (1, 200)
    assert times_report(table, profile, where={"unit": "X"}).figure(RESPONSE, "response").rows == 0


def test_targets_count_what_they_are_for(report: TimesReport) -> None:
    found = {each.target.id: each for each in report.target_figures()}
    fire = found["turnout_fire"]  # E1 to both fires: 70 s and 90 s, of which one is within 80 s
    assert (fire.asked, fire.n, fire.within, fire.share, fire.is_met) == (2, 2, 1, 0.5, False)
    ill = found["turnout_medical"]  # both units to the cardiac arrest: 50 s and 70 s
    assert (ill.n, ill.within) == (2, 1)
    first = found["first_engine"]  # 200 s and 300 s
    assert (first.n, first.within) == (2, 1)
    assert report.late(first.target) == (2,)
    assert report.late(fire.target) == (2,)
    als = found["advanced_life_support"]  # 610 s to the arrest
    assert (als.n, als.within, als.is_met) == (1, 0, False)
    # One fire unit alone is no full alarm.
    assert (found["full_first_alarm"].asked, found["full_first_alarm"].share) == (0, None)
    assert found["full_first_alarm"].is_met is None


def test_a_full_alarm_is_as_long_as_its_last_unit_and_blank_until_all_are_there() -> None:
    told = Times()
    for start in (0, 5_000):
        fire = told.call(start)
        told.send(fire, start + 30, "E1", "E2")
        told.send(fire, start + 90, "L1")  # asked for later: not of the first alarm
        told.tells("E1", go=start + 60, there=start + 300)
        told.tells("L1", go=start + 100, there=start + 2000, free=start + 2500)
        if start:
            told.release("E2", start + 200)
        else:
            told.tells("E2", go=60, there=600, free=900)
        told.tells("E1", free=start + 2500)
    full = next(each for each in told.report().target_figures() if each.target.id == "full_first_alarm")
    assert (full.asked, full.n, full.within, full.mean_s) == (2, 1, 0, 540)


def test_a_target_on_the_mean_and_of_priorities(told: Times) -> None:
    target = TimeTarget("c1", "response", of="first", mean_s=300, within_s=900, priorities=(1,))
    other = TimeTarget("c2", "response", of="first", mean_s=299, priorities=(1,))
    nobody = TimeTarget("c4", "response", of="first", within_s=900, priorities=(4,))
    report = times_report(intervals_of(told.state), TimeProfile("x", (target, other, nobody)))
    one, two, three = report.target_figures()
    assert (one.n, one.within, one.mean_s, one.is_met) == (3, 3, 300, True)
    assert (two.share, two.is_met) == (None, False)
    assert (three.asked, three.is_met) == (0, None)


def test_hours_are_the_citys_in_both_nights_of_the_change() -> None:
    zone = "Europe/Helsinki"

    def hour(*when: int) -> int:
        at = datetime(*when, tzinfo=UTC)  # type: ignore[misc]
        return int(hours_of_week(np.array([round(at.timestamp() * 1e6)]), zone)[0])

    sunday = 6 * 24
    assert hour(2026, 3, 29, 0, 59) == sunday + 2
    assert hour(2026, 3, 29, 1, 0) == sunday + 4  # three o'clock does not exist
    assert hour(2026, 10, 25, 0, 59) == hour(2026, 10, 25, 1, 30) == sunday + 3  # there are two of them
    assert hour(2026, 10, 25, 2, 0) == sunday + 4


def test_a_duration_over_the_change_of_the_clocks_is_the_true_one() -> None:
    told = Times()
    change = (datetime(2026, 3, 29, 0, 59, tzinfo=UTC) - START).total_seconds()
    fire = told.call(change)
    told.send(fire, change + 30, "E1")
    there = datetime(2026, 3, 29, 4, 3, tzinfo=ZoneInfo("Europe/Helsinki"))
    told.do(ReportStatus("E1", Status.ON_SCENE, source="crew"), who=crew("E1"), at=there.astimezone(UTC))
    assert told.report().figure(RESPONSE, "response").p50_s == timedelta(minutes=4).total_seconds()


def test_names_are_ordered_as_people_count() -> None:
    assert sorted(("E10", "E2", "A1", "E2b"), key=natural) == ["A1", "E2", "E2b", "E10"]
