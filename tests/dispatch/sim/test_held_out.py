"""The record beside days that nothing was fitted to, and scenarios beside each other."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import numpy as np
import pytest

from dispatch.sim.against import Seen, against_records, recorded_in, set_beside
from dispatch.sim.build import CannotBuild, Ready, times_of
from dispatch.sim.held_out import held_out
from dispatch.sim.records import Records, records_of_state
from dispatch.sim.replicate import Case, compare_cases
from dispatch.sim.study import BUILT_IN, DemandPlan, Study, TimesPlan
from dispatch.state import State, fold
from tests.dispatch.sim.sim_town import START, WORLD, ZONES, finished

CLOSEST = BUILT_IN[0]


@pytest.fixture(scope="module")
def ready() -> Ready:
    """Take the log of a simulated town for its past, and let four days of it happen again."""
    records = records_of_state(fold(State(), finished(96.0, seed=9).desk.log.read()))
    local = datetime.fromisoformat("2026-03-02T02:00:00")
    study = Study("Again", Path(), local, 4.0, DemandPlan("history"), TimesPlan("empirical"))
    times, fitted = times_of(study, records, ZONES)
    return Ready(study, WORLD, times, START, np.full(len(ZONES), 1.0 / len(ZONES)), records, fitted)


def test_each_part_is_simulated_from_the_others(ready: Ready, monkeypatch: pytest.MonkeyPatch) -> None:
    from dispatch.sim import held_out as module

    learnt: list[set[int]] = []

    def noted(study: Study, records: Records, zones: object) -> object:
        learnt.append({each.received_at.toordinal() % 2 for each in records.incidents})
        return times_of(study, records, ZONES)

    monkeypatch.setattr(module, "day_of", lambda at, zone: at.toordinal())
    monkeypatch.setattr(module, "times_of", noted)
    against, runs = held_out(ready, CLOSEST, 2)
    assert learnt == [{1}, {0}] and against.folds == 2 and len(runs) == 2
    whole = against_records(ready, runs[0].outcomes)
    assert against.figures["first_arrival_p50_s"].recorded_n == whole.figures["first_arrival_p50_s"].recorded_n
    assert against.figures["first_arrival_p50_s"].recorded == whole.figures["first_arrival_p50_s"].recorded
    pair = against.figures["first_arrival_p50_s"]
    assert pair.simulated == pytest.approx(pair.recorded, rel=0.25) and 0 < against.distance < 0.3


def test_days_that_are_too_few_or_fitted_to_nothing_are_refused(ready: Ready) -> None:
    with pytest.raises(CannotBuild, match="days cannot be held out in 30 parts"):
        held_out(ready, CLOSEST, 30)
    plain = replace(ready, study=replace(ready.study, times=TimesPlan()))
    with pytest.raises(CannotBuild, match="fits to a history"):
        held_out(plain, CLOSEST, 2)


def test_what_is_the_same_lies_within_and_what_is_not_does_not(ready: Ready) -> None:
    seen = recorded_in(ready)
    same = set_beside(ready, seen, seen)
    assert same.by_station and all(pair.error == 0 and pair.is_within for pair in same.by_station.values())
    assert same.distance == 0 and same.figures["response_p90_s"].error == 0
    later = Seen(seen.received_s, seen.first_s + 900.0, seen.zone, seen.response_s + 900.0, 7)
    off = set_beside(ready, seen, later)
    assert off.figures["first_arrival_p50_s"].error == pytest.approx(900.0)
    assert off.station_error_s == pytest.approx(900.0)
    assert not off.figures["first_arrival_p50_s"].is_within and off.distance > 0.5 and off.unreached[1] == 7
    pair = same.figures["first_arrival_p50_s"]
    inside = np.mean((seen.first_s >= pair.low) & (seen.first_s <= pair.high))
    assert 0 < inside < 0.4 and pair.low < pair.recorded < pair.high


def test_two_scenarios_have_the_same_chances_and_their_difference_is_paired(ready: Ready) -> None:
    study = replace(ready.study, replications=2, days=2.0)
    first = replace(ready, study=study)
    fewer = replace(WORLD, roster=replace(WORLD.roster, units=WORLD.roster.units[1:]))
    second = replace(first, world=fewer)
    found = compare_cases([Case("A", first, CLOSEST), Case("B", second, CLOSEST)])
    assert [(each.policy, each.replication) for each in found.outcomes] == [
        (name, number) for number in range(2) for name in ("A", "B")
    ]
    one, paired = found.figures["A"]["first_arrival_mean_s"], found.differences["B"]["first_arrival_mean_s"]
    assert found.differences["B"]["incidents"].mean == 0 and paired.n == 2
    runs = [
        [each.figures["first_arrival_mean_s"] for each in found.outcomes if each.policy == name] for name in ("A", "B")
    ]
    assert paired.mean == pytest.approx(np.mean(np.subtract(runs[1], runs[0]))) and not np.isnan(one.half)
    same = compare_cases([Case("A", first, CLOSEST), Case("B", replace(first), CLOSEST)])
    assert all(each.mean == 0 or np.isnan(each.mean) for each in same.differences["B"].values())
    with pytest.raises(ValueError, match="share their seed"):
        compare_cases([Case("A", first, CLOSEST), Case("B", ready, CLOSEST)])
    with pytest.raises(ValueError, match="one name"):
        compare_cases([Case("A", first, CLOSEST), Case("A", first, CLOSEST)])


def test_duty_is_what_work_tells_of_units_without_a_station(ready: Ready) -> None:
    from dispatch.sim.duty import spells_of

    assert ready.records is not None
    roster = ready.records.roster
    loose = replace(roster, units=(replace(roster.units[0], station=""), *roster.units[1:]))
    records = replace(ready.records, roster=loose)
    name = roster.units[0].id
    spells = spells_of(records, start_at=START, horizon_s=96 * 3600.0)
    assert list(spells) == [name] and spells[name]
    work = [
        (at - START) / timedelta(seconds=1)
        for record in records.incidents
        for each in record.responses
        if each.unit_id == name
        for at in each.instants.values()
        if at < START + timedelta(hours=96)
    ]
    assert all(any(begins <= at <= ends for begins, ends in spells[name]) for at in work)
    assert all(a[1] < b[0] for a, b in zip(spells[name], spells[name][1:], strict=False))
