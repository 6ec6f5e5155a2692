"""What is known round a place is found without walking through every incident."""

from __future__ import annotations

from datetime import timedelta

import pytest
from pytestqt.qtbot import QtBot

from app.intake.nearby import Nearby, metres_between, warnings_at
from dispatch.commands import CloseIncident, CorrectLocation, PostWarning
from dispatch.incident import Location, PremiseWarning
from tests.app.panels.seat import Seat
from tests.dispatch.town import crossing


@pytest.fixture
def seat(qtbot: QtBot) -> Seat:
    made = Seat()
    made.desk.state = made.engine.state
    return made


def test_duplicates_are_near_recent_and_alike(seat: Seat) -> None:
    nearby = Nearby.of(seat.desk)
    same = seat.report("structure_fire", crossing(1, 1))
    alike = seat.report("stray_dog", crossing(1, 1))
    seat.report("structure_fire", crossing(2, 2))  # 700 m away
    found = nearby.duplicates(crossing(1, 1), "structure_fire", seat.now)
    assert [one.incident.id for one in found] == [same, alike]
    later = nearby.duplicates(crossing(1, 1), "structure_fire", seat.now + timedelta(days=3))
    assert not later


def test_a_corrected_place_moves_in_the_grid(seat: Seat) -> None:
    nearby = Nearby.of(seat.desk)
    number = seat.report("structure_fire", crossing(0, 0))
    assert nearby.duplicates(crossing(0, 0), "structure_fire", seat.now)
    seat.other(CorrectLocation(number, crossing(2, 2)))
    assert not nearby.duplicates(crossing(0, 0), "structure_fire", seat.now)
    assert nearby.duplicates(crossing(2, 2), "structure_fire", seat.now)


def test_closed_ones_are_history_of_the_very_place(seat: Seat) -> None:
    nearby = Nearby.of(seat.desk)
    numbers = [seat.report("structure_fire", crossing(1, 1)) for _ in range(7)]
    for number in numbers:
        seat.other(CloseIncident(number, "false_alarm"))
    assert not nearby.duplicates(crossing(1, 1), "structure_fire", seat.now)
    assert [one.incident.id for one in nearby.earlier(crossing(1, 1))] == numbers[:1:-1]
    assert not nearby.earlier(Location(25.02, 60.0))


def test_a_desk_that_opens_late_knows_the_past(seat: Seat) -> None:
    number = seat.report("structure_fire", crossing(1, 1))
    fresh = Nearby(seat.desk)
    assert [one.incident.id for one in fresh.duplicates(crossing(1, 1), "", seat.now)] == [number]


def test_what_is_over_in_a_long_log_is_placed_beside_the_window(
    seat: Seat, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.intake.nearby.AT_ONCE", 2)
    numbers = [seat.report("structure_fire", crossing(1, 1)) for _ in range(4)]
    for number in numbers[:2]:
        seat.other(CloseIncident(number, "false_alarm"))
    fresh = Nearby(seat.desk)
    assert len(fresh.duplicates(crossing(1, 1), "", seat.now)) == 2, "what is open is known at once"
    seat.other(CorrectLocation(numbers[2], crossing(0, 0)))
    seat.other(CloseIncident(numbers[3], "false_alarm"))
    qtbot.waitUntil(lambda: len(fresh.earlier(crossing(1, 1))) == 3, timeout=10_000)
    assert [one.incident.id for one in fresh.duplicates(crossing(0, 0), "", seat.now)] == [numbers[2]]
    assert not fresh.duplicates(crossing(1, 1), "", seat.now)


def test_warnings_hold_within_their_circle_and_time(seat: Seat) -> None:
    seat.other(PostWarning(PremiseWarning("near", 25.0, 60.0, 100, "dog")))
    seat.other(PostWarning(PremiseWarning("old", 25.0, 60.0, 100, "works", seat.now + timedelta(hours=1))))
    seat.other(PostWarning(PremiseWarning("far", 25.1, 60.0, 100, "gas")))
    at = seat.now
    assert [one.id for one, _ in warnings_at(seat.state, 25.0005, 60.0, at)] == ["near", "old"]
    assert [one.id for one, _ in warnings_at(seat.state, 25.0, 60.0, at + timedelta(hours=2))] == ["near"]
    assert warnings_at(seat.state, 25.01, 60.0, at) == ()


def test_distances_are_right_within_a_city() -> None:
    assert metres_between((24.94, 60.17), (24.94, 60.18)) == pytest.approx(1112, abs=2)
    assert metres_between((24.94, 60.17), (24.96, 60.17)) == pytest.approx(1106, abs=3)
