"""Intervals from logs told by hand: what is missing or runs backwards is blank, and it is said why."""

from __future__ import annotations

import pytest

from dispatch.commands import ReopenIncident, ReportStatus
from dispatch.times.report import TimesReport
from dispatch.times.spans import INCIDENT, INTERVALS, RESPONSE, Why
from dispatch.times.table import TimesTable
from resources.status import Status
from tests.dispatch.times.told import Times
from tests.dispatch.town import SUPERVISOR, at


def _seconds(report: TimesReport, scope: str, row: int = 0) -> list[float | None]:
    return [None if value != value else value for value in report.spans[scope].seconds[row].tolist()]


def _why(report: TimesReport, scope: str, row: int = 0) -> dict[str, Why]:
    codes = report.spans[scope].why[row].tolist()
    return {name: Why(code) for name, code in zip(INTERVALS, codes, strict=True) if code}


def test_a_whole_response_has_every_interval() -> None:
    told = Times()
    fire = told.call(0, entered_s=20)
    told.send(fire, 60, "E1")
    told.tells("E1", go=130, there=400, free=2000)
    told.close(fire, 2100)
    report = told.report()
    assert _seconds(report, RESPONSE) == [60, 70, 270, 400, 1600, 2000]
    assert _seconds(report, INCIDENT) == [60, 70, 270, 400, 1600, 2000]
    assert not report.spans[RESPONSE].why.any()


def test_a_missing_instant_is_blank_and_never_zero() -> None:
    told = Times()
    fire = told.call(0)
    told.send(fire, 60, "E1")
    told.tells("E1", there=400, free=2000)  # nobody reported that it drove
    report = told.report()
    assert _seconds(report, RESPONSE) == [60, None, None, 400, 1600, 2000]
    assert _why(report, RESPONSE) == {"turnout": Why.NOT_REPORTED, "travel": Why.NO_START}
    figure = report.figure(RESPONSE, "turnout")
    assert (figure.rows, figure.n, figure.mean_s, figure.p50_s) == (1, 0, None, None)
    assert figure.blank == {Why.NOT_REPORTED: 1}


def test_cancelled_on_the_way_counts_with_what_there_was() -> None:
    told = Times()
    fire = told.call(0)
    told.send(fire, 60, "E1", "E2")
    told.tells("E1", go=100)
    told.tells("E2", go=110, there=500, free=900)
    told.release("E1", 300, "cancelled")
    report = told.report()
    assert _seconds(report, RESPONSE, 0) == [60, 40, None, None, None, 300]
    assert _why(report, RESPONSE, 0) == dict.fromkeys(("travel", "response", "on_scene"), Why.NOT_REPORTED)
    # The incident's turnout and travel are those of the unit that arrived first, not of the one that left first.
    assert _seconds(report, INCIDENT) == [60, 50, 390, 500, 400, 900]


def test_a_unit_sent_elsewhere_on_the_way_arrives_only_there() -> None:
    told = Times()
    dog, fire = told.call(0, kind="burst_water_main"), 0
    told.send(dog, 30, "E1")
    told.tells("E1", go=90)
    fire = told.call(100)
    told.release("E1", 150, "redirected")
    told.send(fire, 150, "E1")
    told.tells("E1", go=160, there=400)
    report = told.report()
    assert _seconds(report, RESPONSE, 0) == [30, 60, None, None, None, 150]
    assert _seconds(report, RESPONSE, 1) == [50, 10, 240, 300, None, None]
    # The first incident is open still: somebody may yet arrive there.
    assert _why(report, INCIDENT, 0)["response"] is Why.NOT_YET
    assert _why(report, INCIDENT, 1) == {"on_scene": Why.NOT_YET, "total": Why.NOT_YET}


def test_what_is_under_way_is_not_missing() -> None:
    told = Times()
    fire = told.call(0)
    told.send(fire, 60, "E1")
    assert told.report().figure(RESPONSE, "response").blank == {Why.NOT_YET: 1}
    assert told.report().figure(INCIDENT, "turnout").blank == {Why.NOT_YET: 1}
    told.tells("E1", go=100, there=300)
    report = told.report()
    assert report.figure(RESPONSE, "response").p50_s == 300
    assert report.figure(RESPONSE, "on_scene").blank == {Why.NOT_YET: 1}


def test_an_incident_that_nobody_was_sent_to() -> None:
    told = Times()
    dog = told.call(0, kind="traffic_collision")
    assert told.report().figure(INCIDENT, "call_processing").blank == {Why.NOT_YET: 1}
    told.close(dog, 300)
    report = told.report()
    assert [report.figure(INCIDENT, each).blank for each in INTERVALS] == [{Why.NOT_REPORTED: 1}] * 6
    assert report.figure(RESPONSE, "response").rows == 0
    assert report.names("unit") == ()


def test_a_negative_interval_is_blank_and_listed() -> None:
    told = Times()
    fire = told.call(200, entered_s=220)
    told.send(fire, 240, "E1", "E2")
    told.tells("E1", there=250, go=300, free=900)  # the crew pressed on scene first, then en route
    told.tells("E2", go=260, there=600, free=900)
    report = told.report()
    assert _seconds(report, RESPONSE, 0)[:4] == [40, 60, None, 50]
    assert _why(report, RESPONSE, 0) == {"travel": Why.NEGATIVE}
    assert report.figure(RESPONSE, "travel").n == 1
    found = [(each.scope, each.interval, each.incident, each.unit, each.seconds) for each in report.negative]
    assert found == [("incident", "travel", fire, "", -50), ("response", "travel", fire, "E1", -50)]
    assert report.incidents(RESPONSE, "travel", why=Why.NEGATIVE) == (fire,)


def test_time_on_scene_ends_with_the_transport_and_is_blank_where_that_is_not_known() -> None:
    told = Times()
    ill = told.call(0, kind="cardiac_arrest")
    told.send(ill, 10, "A1", "A2")
    told.tells("A1", go=20, there=300, carry=900, hospital=1300, free=2000)
    told.tells("A2", go=20, there=320, hospital=1300, free=2000)  # when it left the scene nobody said
    report = told.report()
    assert _seconds(report, RESPONSE, 0)[4] == 600
    assert _why(report, RESPONSE, 1) == {"on_scene": Why.NOT_REPORTED}
    assert _why(report, INCIDENT) == {"on_scene": Why.NOT_REPORTED}


def test_what_is_sent_after_a_reopening_has_no_call_of_its_own() -> None:
    told = Times()
    fire = told.call(0)
    told.send(fire, 60, "E1")
    told.tells("E1", go=100, there=300, free=900)
    told.close(fire, 1000)
    told.do(ReopenIncident(fire, "smoke again"), who=SUPERVISOR, at=at(90_000))
    told.send(fire, 90_060, "E2")
    told.tells("E2", go=90_100, there=90_400, free=91_000)
    report = told.report()
    assert _seconds(report, RESPONSE, 1) == [None, 40, 300, None, 600, None]
    assert set(_why(report, RESPONSE, 1).values()) == {Why.REOPENED}
    assert _seconds(report, INCIDENT) == [60, 40, 200, 300, 600, 900]
    assert report.figure(RESPONSE, "response").blank == {Why.REOPENED: 1}


def test_a_status_that_was_taken_back_does_not_count() -> None:
    told = Times()
    fire = told.call(0)
    told.send(fire, 60, "E1")
    told.tells("E1", go=100, there=120)
    told.do(ReportStatus("E1", Status.EN_ROUTE, "pressed too early"), at=at(130))
    told.tells("E1", there=400)
    assert told.report().figure(RESPONSE, "response").p50_s == 400


def test_a_table_that_is_refreshed_is_one_that_is_made_anew() -> None:
    told, table = Times(), TimesTable()
    fire = told.call(0)
    told.send(fire, 60, "E1")
    table.refresh(told.state)
    assert table.refresh(told.state) == 0
    told.tells("E1", go=100)
    assert table.refresh(told.state) == 1
    told.tells("E1", there=300, free=800)
    second = told.call(900)
    told.send(second, 950, "E1", "A1")
    told.close(fire, 1000)
    table.refresh(told.state)
    anew = TimesTable.of(told.state)
    for name in ("assigned", "en_route", "on_scene", "released", "incident", "is_open"):
        assert table.responses(name).tolist() == anew.responses(name).tolist()
    assert table.incidents("received").tolist() == anew.incidents("received").tolist()
    earlier = Times()
    earlier.call(5)
    table.refresh(earlier.state)
    assert table.incidents("number").tolist() == [1] and len(table.responses("unit")) == 0


@pytest.mark.parametrize("seconds", [0.0, 0.000001, 240.0, 86_399.999999])
def test_a_limit_is_exact_to_the_microsecond(seconds: float) -> None:
    told = Times()
    fire = told.call(0)
    told.send(fire, 0, "E1")
    told.tells("E1", go=0, there=seconds)
    assert told.report().figure(RESPONSE, "travel").mean_s == seconds
