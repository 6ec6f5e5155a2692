"""Replications: intervals that hold what they promise, paired differences, the same over one process and several."""

from __future__ import annotations

import math
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import numpy as np
import pytest

from dispatch.sim.against import LEAST, against_records
from dispatch.sim.build import Ready
from dispatch.sim.records import records_of_state
from dispatch.sim.replicate import Cancelled, compare, run_once, spread_of
from dispatch.sim.study import BUILT_IN, DemandPlan, Study
from dispatch.state import State, fold
from tests.dispatch.sim.sim_town import START, STREAMS, TIMES, WORLD, ZONES

CLOSEST, JOINT = BUILT_IN[0], BUILT_IN[1]


def ready(*, replications: int = 3, days: float = 0.25, demand: DemandPlan | None = None) -> Ready:
    study = Study(
        "Town", Path("town"), datetime(2026, 3, 2), days,  # noqa: DTZ001
        demand or DemandPlan("streams", streams=STREAMS, factor=2.0), replications=replications, warm_up_h=1.0,
    )  # fmt: skip
    weight = np.full(len(ZONES), 1 / len(ZONES))
    return Ready(study, WORLD, TIMES, START, weight)


def test_intervals_are_students() -> None:
    spread = spread_of([1.0, 2.0, 3.0, 4.0, math.nan])
    assert (spread.mean, spread.n) == (2.5, 4)
    assert spread.half == pytest.approx(3.182446 * 1.290994 / 2, rel=1e-5)  # t(0.975, 3) s / sqrt(4)
    assert math.isnan(spread_of([5.0]).half) and spread_of([]).n == 0
    random = np.random.default_rng(1)
    held = [abs((one := spread_of(random.normal(10.0, 3.0, 5).tolist())).mean - 10.0) <= one.half for _ in range(400)]
    assert 0.92 < np.mean(held) < 0.98


def test_processes_change_nothing_and_differences_are_paired() -> None:
    given = ready()
    one = compare(given, [CLOSEST, JOINT])
    two = compare(given, [CLOSEST, JOINT], processes=2)
    assert [each.digest for each in one.outcomes] == [each.digest for each in two.outcomes]
    assert len({each.digest for each in one.outcomes}) > 3
    for name, difference in one.differences["joint"].items():
        pairs = [
            theirs.figures[name] - ours.figures[name]
            for ours, theirs in zip(one.outcomes[::2], one.outcomes[1::2], strict=True)
        ]
        known = [each for each in pairs if not math.isnan(each)]
        assert (difference.mean == pytest.approx(np.mean(known))) if known else (difference.n == 0)
    assert one.differences["joint"]["incidents"].mean == 0.0  # the same happened to both
    assert set(one.figures) == {"closest", "joint"}


def test_it_can_be_stopped() -> None:
    asked: list[float] = []
    with pytest.raises(Cancelled):
        compare(ready(), [CLOSEST], say=lambda share, doing: asked.append(share), is_cancelled=lambda: len(asked) > 20)
    assert 20 < len(asked) < 40
    with pytest.raises(Cancelled):
        compare(ready(), [CLOSEST], processes=2, is_cancelled=lambda: True)


def test_a_simulated_past_comes_out_as_it_went_in() -> None:
    """The town's own log, let happen again with the times that it was made with, gives its own response times."""
    made = ready(days=6.0)
    _, log, _ = run_once(made, CLOSEST, 0)
    records = records_of_state(fold(State(), log.read()))
    again = replace(
        made,
        study=replace(made.study, demand=DemandPlan("history"), seed=77),
        records=records,
    )
    outcomes = [run_once(again, CLOSEST, 0)[0]]
    against = against_records(again, outcomes)
    assert against.by_hour and all(pair.recorded_n >= LEAST for pair in against.by_hour.values())
    for name in ("first_arrival_p50_s", "response_p50_s", "response_mean_s"):
        pair = against.figures[name]
        assert pair.simulated == pytest.approx(pair.recorded, rel=0.1)
    assert against.station_error_s < 40.0
    shifted = replace(
        records,
        incidents=tuple(
            replace(each, received_at=each.received_at - timedelta(minutes=5)) for each in records.incidents
        ),
    )
    worse = against_records(replace(again, records=shifted), outcomes)
    assert worse.figures["response_p50_s"].error == pytest.approx(against.figures["response_p50_s"].error - 300, abs=15)
    assert worse.station_error_s > 200.0
    with pytest.raises(ValueError, match="no records"):
        against_records(made, outcomes)
