"""What is fitted to records and drawn from it has the shape of the records, and the same chances for the same seed."""

from __future__ import annotations

import itertools
import math
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import numpy as np
import pytest

from dispatch.sim.demand import Stream, drawn, rates_of, recorded, streams
from dispatch.sim.draws import Draws, Purpose
from dispatch.sim.fits import fit_times
from dispatch.sim.kinds import whole_kind
from dispatch.sim.lasting import Drive, Empirical, Exponential, Fixed, Lastings, Lognormal, Shares
from dispatch.sim.records import Records, records_of_state
from dispatch.sim.splitting import as_sent
from dispatch.state import State, fold
from tests.dispatch.sim.sim_town import TIMES, ZONES, finished

MONDAY = datetime(2026, 3, 2, tzinfo=UTC)


@pytest.fixture(scope="module")
def records() -> Records:
    """Take the log of a simulated town for its past: what went in is known, so what comes out can be judged."""
    run = finished(220.0, seed=9)
    return records_of_state(fold(State(), run.desk.log.read()))


def test_numbers_hang_on_what_they_are_for_and_on_nothing_else() -> None:
    draws = Draws(4, replication=2)
    early = [draws.number(Purpose.TRAVEL, incident, slot) for incident in (0, 700, 100_000) for slot in (0, 9)]
    for incident in range(0, 90_000, 500):  # whoever asks for other things meanwhile
        draws.number(Purpose.SCENE, incident)
    late = [draws.number(Purpose.TRAVEL, incident, slot) for incident in (0, 700, 100_000) for slot in (0, 9)]
    assert early == late and len(set(early)) == 6
    others = [Draws(4, 1), Draws(5, 2)]
    assert all(other.number(Purpose.TRAVEL, 0) != early[0] for other in others)
    assert draws.number(Purpose.TURNOUT, 0) != early[0]
    many = [Draws(1).number(Purpose.SCENE, incident) for incident in range(512)]
    assert 0.45 < float(np.mean(many)) < 0.55 and min(many) >= 0 and max(many) < 1


@pytest.mark.parametrize(
    ("lasting", "median", "mean"),
    [
        (Fixed(60.0), 60.0, 60.0),
        (Exponential(100.0), 100 * math.log(2), 100.0),
        (Lognormal(300.0, 0.5), 300.0, 300 * math.exp(0.125)),
        (Empirical((10.0, 20.0, 60.0)), 20.0, 27.5),
    ],
)
def test_times_have_their_median_and_mean_and_grow_with_the_number(lasting: Fixed, median: float, mean: float) -> None:
    grid = [lasting.pick((step + 0.5) / 4000) for step in range(4000)]
    assert lasting.pick(0.5) == pytest.approx(median)
    assert float(np.mean(grid)) == pytest.approx(mean, rel=0.01)
    assert all(b >= a for a, b in itertools.pairwise(grid))
    assert all(math.isfinite(lasting.pick(edge)) and lasting.pick(edge) >= 0 for edge in (0.0, 1.0, 1 - 1e-17))


def test_the_most_particular_time_counts() -> None:
    table = Lastings(
        Fixed(1.0),
        {("fire", "", -1): Fixed(2.0), ("", "engine", 8): Fixed(3.0), ("fire", "engine", -1): Fixed(4.0)},
    )
    assert table.of("fire", "engine", 8) == Fixed(4.0)
    assert table.of("fire", "ladder", 8) == Fixed(2.0)
    assert table.of("other", "engine", 8) == Fixed(3.0)
    assert table.of("other", "engine", 9) == Fixed(1.0)
    shares = Shares(0.1, {("", "als"): 0.5, ("fire", "als"): 0.2})
    assert [shares.of("fire", "als"), shares.of("x", "als"), shares.of("x", "y")] == [0.2, 0.5, 0.1]


def test_drives_bend_as_fitted_and_no_way_stays_none() -> None:
    assert Drive().pick(0.3, 120.0) == 120.0
    assert Drive(10.0, 0.5).pick(0.9, 100.0) == pytest.approx(100.0)
    assert Drive(2.0, 1.0, 0.5).pick(0.5, 60.0) == pytest.approx(120.0)
    assert math.isinf(Drive(2.0, 0.7, 0.5).pick(0.5, math.inf))
    assert Drive(least_s=30.0).pick(0.5, 3.0) == 30.0


def test_fits_find_what_the_records_were_made_from(records: Records) -> None:
    fitted = fit_times(records, ZONES, least=20)
    times, made = fitted.times, TIMES
    assert fitted.counts["turnout"] > 300 and not [told for told in fitted.told if "transport" not in told]
    for name in ("call", "dispatch"):
        usual = getattr(made, name).usual
        assert getattr(times, name).usual.pick(0.5) == pytest.approx(usual.pick(0.5), rel=0.1, abs=1.0)
    assert times.scene.usual.pick(0.5) == pytest.approx(made.scene.usual.pick(0.5), rel=0.2)
    assert times.handover.usual.pick(0.5) == pytest.approx(600.0, abs=2.0)
    assert times.is_transport.of("cardiac_arrest", "ambulance_als") == pytest.approx(0.7, abs=0.15)
    assert times.is_transport.of("burst_water_main", "water_repair") == 0.0
    drive = times.travel[""]
    assert drive.pick(0.5, 60.0) == pytest.approx(60.0, rel=0.25) and drive.power > 0.6
    logs = fit_times(records, ZONES, form="lognormal", least=20).times
    assert isinstance(logs.turnout.usual, Lognormal)


def test_blanks_and_backward_times_are_left_out(records: Records) -> None:
    spoilt = replace(
        records,
        incidents=tuple(
            replace(
                each,
                entered_at=each.received_at - timedelta(hours=1),
                responses=tuple(
                    replace(one, instants={**one.instants, "en_route": one.instants["dispatched"] - timedelta(days=1)})
                    for one in each.responses
                ),
            )
            for each in records.incidents
        ),
    )
    fitted = fit_times(spoilt, ZONES)
    assert fitted.counts["turnout"] == fitted.counts["call"] == 0
    assert "turnout: no record says how long it takes" in fitted.told


def test_each_incident_asks_for_what_it_was_sent(records: Records) -> None:
    split = as_sent(records)
    cards = {card.kind: card for card in split.cards.cards}
    role = {unit.id: (unit.capabilities[0], unit.department) for unit in records.roster.units}
    for before, after in zip(records.incidents, split.incidents, strict=True):
        assert whole_kind(after.kind) == before.kind
        if before.responses:
            asked = sorted(
                (need.any_of[0], need.department) for need in cards[after.kind].needs for _ in range(need.count)
            )
            assert asked == sorted(role[one] for one in {each.unit_id for each in before.responses})


def test_what_was_recorded_happens_again_at_its_instants() -> None:
    told = [(MONDAY + timedelta(hours=hour), f"k{hour % 2}", 25.0 + hour / 100, 60.0, 1) for hour in (5, 1, 30, -2, 3)]
    found = recorded(told, start_at=MONDAY, horizon_s=86_400.0)
    assert found.after_s.tolist() == [3600.0, 10_800.0, 18_000.0]
    assert [found.kinds[kind] for kind in found.kind] == ["k1", "k1", "k1"]


def test_rates_follow_the_hour_of_the_week_and_the_factor() -> None:
    random = np.random.default_rng(3)
    told = []
    for day in range(7):
        for hour in range(24):
            for _ in range(random.poisson(12 if hour >= 12 else 3)):
                at = datetime(2026, 3, 2) + timedelta(days=day, hours=hour, minutes=float(random.uniform(0, 60)))  # noqa: DTZ001
                told.append((at, "night" if hour < 12 else "day", 25.0, 60.0, 1))
    rates = rates_of(told, weeks=1.0, spread_m=100.0)
    weeks = 20
    made = [
        drawn(rates.times(factor), Draws(1), start_at=datetime(2026, 3, 4, 6), horizon_s=weeks * 7 * 86_400.0)  # noqa: DTZ001
        for factor in (1.0, 1.3)
    ]
    assert len(made[0]) == pytest.approx(weeks * len(told), rel=4 / math.sqrt(weeks * len(told)))
    assert len(made[1]) / len(made[0]) == pytest.approx(1.3, rel=0.03)
    hours = (6 + made[0].after_s / 3600.0) % 24
    is_day = np.array([made[0].kinds[kind] == "day" for kind in made[0].kind])
    assert (is_day == (hours >= 12)).all()
    assert np.abs(made[0].lonlat - [25.0, 60.0]).max() < 0.002
    assert (np.diff(made[0].after_s) >= 0).all()
    same = drawn(rates, Draws(1), start_at=datetime(2026, 3, 4, 6), horizon_s=weeks * 7 * 86_400.0)  # noqa: DTZ001
    assert (same.after_s == made[0].after_s).all() and (same.lonlat == made[0].lonlat).all()


def test_streams_come_as_often_as_they_say() -> None:
    found = streams(
        [Stream("a", 2.0, 25.0, 60.0), Stream("b", 0.5, 25.1, 60.0)], Draws(2), horizon_s=2_000 * 3600.0, factor=1.5
    )
    counts = np.bincount(found.kind)
    assert counts[0] == pytest.approx(6_000, abs=4 * math.sqrt(6_000))
    assert counts[1] == pytest.approx(1_500, abs=4 * math.sqrt(1_500))
    gaps = np.diff(found.after_s[found.kind == 0])
    assert gaps.std() == pytest.approx(gaps.mean(), rel=0.06)  # without memory
