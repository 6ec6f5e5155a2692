"""Instants of files: ways of writing them, days and months, and the nights when clocks are moved."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from dispatch.history.clock import AMBIGUOUS, NONEXISTENT, OUT_OF_RANGE, UNREADABLE, Clock, day_first
from dispatch.history.mapping import Mapping
from tests.dispatch.history_in.files import folded, table


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "instant"),
    [
        ("12/31/2016 11:57:56 PM", "2017-01-01T07:57:56"),
        ("12/31/2016 12:00:00 AM", "2016-12-31T08:00:00"),
        ("2016-12-31T23:57:56.000", "2017-01-01T07:57:56"),
        ("2016-12-31 23:57:56", "2017-01-01T07:57:56"),
        ("2016-12-31T23:57:56+00:00", "2016-12-31T23:57:56"),
        ("2016-12-31 23:57:56 UTC", "2016-12-31T23:57:56"),
        ("2016/12/31 23:57", "2017-01-01T07:57:00"),
        ("2016-12-31T00:00:00 23:57:56", "2017-01-01T07:57:56"),
    ],
)
def test_instants_are_read_to_the_second(text: str, instant: str) -> None:
    assert Clock("America/Los_Angeles").read(text).at == utc(instant)


def test_formats_are_tried_first_and_seconds_since_1970_are_one() -> None:
    assert Clock("Europe/London", formats=["%d %b %Y %H:%M:%S"]).read("01 Jul 2024 10:00:00").at == utc(
        "2024-07-01T09:00"
    )
    assert Clock("Europe/London", formats=["epoch_ms"]).read("1500000000000").at == utc("2017-07-14T02:40:00")


@pytest.mark.parametrize("text", ["soon", "13/13/2020 10:00", "25:00", "=1+1", "0", "9" * 5000, "2016-02-30 10:00:00"])
def test_what_is_no_instant_is_blank(text: str) -> None:
    moment = Clock("UTC").read(text)
    assert moment.at is None and moment.note == UNREADABLE


def test_the_ends_of_the_calendar_are_blank() -> None:
    for text in ("0001-01-01 00:00:00", "9999-12-31 23:59:59", "12/31/1899 12:00:00 AM"):
        assert Clock("America/Los_Angeles").read(text).note == OUT_OF_RANGE


def test_days_and_months_are_told_apart_by_content() -> None:
    assert day_first(["01/02/2017 10:00", "13/02/2017 10:00"]) == (True, "told")
    assert day_first(["01/02/2017 10:00", "01/13/2017 10:00"]) == (False, "told")
    assert day_first([f"{day:02}/03/2017 10:00" for day in range(1, 8)]) == (True, "span")
    assert day_first([f"03/{day:02}/2017 10:00" for day in range(1, 8)]) == (False, "span")
    assert day_first(["2017-03-01 10:00"]) == (False, "none")


def test_a_spring_night_and_an_autumn_night_are_noted() -> None:
    clock = Clock("America/Los_Angeles")
    skipped, twice = clock.read("2017-03-12 02:30:00"), clock.read("2017-11-05 01:30:00")
    assert (skipped.at, skipped.note) == (utc("2017-03-12T10:30:00"), NONEXISTENT)
    assert (twice.at, twice.note, twice.other) == (utc("2017-11-05T08:30:00"), AMBIGUOUS, utc("2017-11-05T09:30:00"))


MAP = Mapping(
    "autumn",
    {
        name: ((name,),)
        for name in ("incident", "unit", "received", "dispatched", "on_scene", "available", "lon", "lat")
    },
    time_zone="America/Los_Angeles",
)


def test_of_an_hour_that_comes_twice_the_one_is_taken_in_which_the_row_runs_forwards() -> None:
    past, report = folded(
        table(
            "incident,unit,received,dispatched,on_scene,available,lon,lat\n"
            "1,E1,2017-11-05 00:58:00,2017-11-05 01:01:00,2017-11-05 01:40:00,2017-11-05 01:10:00,-122,37\n"
            "2,E2,2017-11-05 01:50:00,2017-11-05 01:52:00,2017-11-05 01:58:00,2017-11-05 02:10:00,-122,37\n"
            "3,E3,2017-11-05 01:50:00,2017-11-05 01:52:00,2017-11-05 01:58:00,,-122,37\n"
        ),
        mapping=MAP,
    )
    first, second, third = sorted(past.incidents, key=lambda each: each.name)
    assert first.responses[0].instants["dispatched"] == utc("2017-11-05T08:01:00")
    assert first.responses[0].instants["on_scene"] == utc("2017-11-05T08:40:00")
    assert first.responses[0].instants["available"] == utc("2017-11-05T09:10:00")  # the hour came again meanwhile
    assert second.received_at == utc("2017-11-05T09:50:00")  # it was free twenty minutes later, not eighty
    assert third.received_at == utc("2017-11-05T08:50:00")  # nothing says which: the earlier
    assert report.counts["ambiguous_hour received"] == 2 and not report.counts["contradicts available"]


def test_an_hour_that_a_spring_night_skips_is_counted() -> None:
    past, report = folded(
        table(
            "incident,unit,received,dispatched,on_scene,available,lon,lat\n"
            "1,E1,2017-03-12 01:58:00,2017-03-12 01:59:00,2017-03-12 02:05:00,2017-03-12 03:20:00,-122,37\n"
        ),
        mapping=MAP,
    )
    [incident] = past.incidents
    assert incident.responses[0].instants["on_scene"] == utc("2017-03-12T10:05:00")
    assert report.counts["nonexistent_hour on_scene"] == 1
