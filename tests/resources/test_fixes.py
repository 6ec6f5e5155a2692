"""The newest believable position wins, whatever arrives late, twice, early or from too far (hazards 31 and 33)."""

from __future__ import annotations

import random
from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from resources.fixes import Belief, Fixes, Verdict
from resources.position import Fix

NOW = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)


def fix(seconds: float, lon: float = 24.95, lat: float = 60.17, *, unit: str = "E1", late_s: float = 1.0) -> Fix:
    at = NOW + timedelta(seconds=seconds)
    return Fix(unit, lon, lat, at, at + timedelta(seconds=late_s))


def test_late_and_repeated_reports_change_nothing() -> None:
    fixes = Fixes()
    assert fixes.take(fix(10)) is Verdict.TAKEN
    assert fixes.take(fix(10)) is Verdict.DUPLICATE
    assert fixes.take(fix(5, 24.951)) is Verdict.OUT_OF_ORDER
    assert fixes.latest["E1"] == fix(10)
    assert fixes.counts[Verdict.DUPLICATE] == 1


def test_a_report_from_the_future_is_refused() -> None:
    assert Fixes().take(fix(100, late_s=-40)) is Verdict.FUTURE
    assert Fixes().take(fix(100, late_s=-20)) is Verdict.TAKEN


def test_a_place_that_is_none_is_refused() -> None:
    fixes = Fixes()
    for lon, lat in ((float("nan"), 60.0), (24.0, float("inf")), (181.0, 0.0), (24.0, -91.0), (0.0, 0.0)):
        assert fixes.take(fix(0, lon, lat)) is Verdict.NO_PLACE
    assert fixes.latest == {}


def test_a_jump_is_held_back_until_it_is_confirmed() -> None:
    fixes = Fixes()
    fixes.take(fix(0))
    far = fix(1, 27.7, 62.9)
    assert fixes.take(far) is Verdict.JUMP
    assert fixes.latest["E1"] == fix(0)
    assert fixes.doubtful == {"E1": far}
    assert fixes.take(fix(11, 27.701, 62.9)) is Verdict.TAKEN
    assert fixes.latest["E1"].lon == 27.701
    assert fixes.doubtful == {}


def test_a_single_wild_report_is_forgotten_when_the_unit_goes_on_as_before() -> None:
    fixes = Fixes()
    fixes.take(fix(0))
    fixes.take(fix(1, 27.7, 62.9))
    assert fixes.take(fix(10, 24.9505)) is Verdict.TAKEN
    assert fixes.doubtful == {}
    assert fixes.latest["E1"].lon == 24.9505


def test_memory_is_bounded_and_known_units_still_report() -> None:
    fixes = Fixes(Belief(most_units=2))
    assert [fixes.take(fix(0, unit=f"U{n}")) for n in range(3)] == [Verdict.TAKEN, Verdict.TAKEN, Verdict.FULL]
    assert fixes.take(fix(1, unit="U0")) is Verdict.TAKEN


@given(st.permutations(range(8)), st.integers(0, 2**16))
def test_the_newest_wins_in_whatever_order_reports_arrive(order: list[int], seed: int) -> None:
    dice = random.Random(seed)
    reports = [fix(10 * n, 24.95 + 0.0001 * n) for n in order]
    reports += [dice.choice(reports) for _ in range(3)]
    fixes = Fixes()
    fixes.take_all(reports)
    assert fixes.latest["E1"].fixed_at == NOW + timedelta(seconds=70)


def test_the_age_is_that_of_the_newest_position() -> None:
    fixes = Fixes()
    assert fixes.newest_age_s(NOW) is None
    fixes.take(fix(0))
    fixes.take(fix(60, unit="E2"))
    assert fixes.newest_age_s(NOW + timedelta(seconds=100)) == 40.0
