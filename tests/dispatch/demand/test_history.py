"""What a log teaches: nothing from a few calls, little from many that agree, much from many that do not."""

from __future__ import annotations

from datetime import timedelta

import numpy as np
import pytest

from dispatch.commands import CloseIncident, ReportStatus
from dispatch.demand.history import LEAST_INCIDENTS, busy_shares, history_of, mixed
from resources.status import Status
from tests.dispatch.coverage_town import STEP, line
from tests.dispatch.story import Story
from tests.dispatch.town import START, at, crew, crossing

CELLS = [1.0, 2.0, 3.0, 4.0]


def calls(counts: list[int]) -> list[tuple[float, float]]:
    return [(25.0 + STEP * cell, 60.0) for cell, count in enumerate(counts) for _ in range(count)]


def test_a_few_calls_change_nothing_and_those_from_elsewhere_do_not_count() -> None:
    demand = line(CELLS)
    assert mixed(demand, calls([LEAST_INCIDENTS - 1])) is demand
    assert mixed(demand, [*calls([LEAST_INCIDENTS - 1]), *[(0.0, 0.0)] * 500]) is demand


def test_calls_as_expected_change_nothing_and_others_take_over() -> None:
    demand = line(CELLS)
    assert mixed(demand, calls([100, 200, 300, 400])) is demand
    moved = mixed(demand, calls([400, 300, 200, 100]))
    assert moved.source == "test+history"
    assert moved.weight.sum() == pytest.approx(1.0)
    shares = [0.4, 0.3, 0.2, 0.1]
    assert np.abs(moved.weight - shares).max() < np.abs(demand.weight - shares).max() / 5
    assert mixed(demand, calls([4000, 0, 0, 0])).weight.min() > 0  # a street never called from is not forgotten


def test_the_strength_is_that_of_the_moments() -> None:
    """Counts drawn round the prior with a known strength are weighed by nearly that strength."""
    dice = np.random.default_rng(5)
    share = np.full(400, 1 / 400)
    strengths = []
    for _ in range(20):
        counts = dice.multinomial(4000, dice.dirichlet(share * 1000))
        moved = mixed(line([1.0] * 400), calls(counts.tolist())).weight
        zero = counts == 0
        strengths.append(float(np.median(4000 * moved[zero] / (share[zero] - moved[zero]))) if zero.any() else 1000.0)
    assert np.mean(strengths) == pytest.approx(1000, rel=0.15)


def test_incidents_count_for_the_departments_that_had_a_task_there() -> None:
    story = Story()
    story.fire("E1", "A1")
    story.fire()
    places = history_of(story.state, at=at(0)).places
    assert places["fire"][0] == (crossing(1, 1).lon, crossing(1, 1).lat)
    assert len(places["ambulance"]) == 1 and "police" not in places


def test_busy_is_measured_only_where_the_log_knows_enough() -> None:
    story = Story()
    for number in range(120):
        begin = START + timedelta(hours=number)
        incident = story.fire("E1", at=begin)
        story.do(ReportStatus("E1", Status.EN_ROUTE, source="crew"), who=crew("E1"), at=begin + timedelta(minutes=1))
        story.do(CloseIncident(incident, "extinguished", release_units=True), at=begin + timedelta(minutes=30))
        if number == 90:
            assert busy_shares(story.state, at=begin + timedelta(hours=1)) == {}
    shares = busy_shares(story.state, at=START + timedelta(hours=120))
    assert shares.keys() == {"fire"}
    # E1 is bound half of the 100 hours of which its assignments are kept; E2 and L1 are idle for 120
    assert shares["fire"] == pytest.approx(50 / (100 + 2 * 100), rel=0.01)
