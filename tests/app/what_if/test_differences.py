"""What differs between how it is and how it would be."""

from __future__ import annotations

from app.what_if.differences import Difference, Served, differences
from dispatch.recommendation import Chosen, Eta, Reason, Recommendation, Unmet
from tests.dispatch.town import START


def answer(number: int, *seconds: float, missing: int = 0, first: str = "E") -> Recommendation:
    chosen = tuple(
        Chosen(f"{first}{at}", "n", "engine", "fire", Eta(60.0, each - 60.0), 0.0, Reason("nearest_suitable", ()))
        for at, each in enumerate(seconds)
    )
    unmet = (Unmet("n", ("engine",), "fire", missing, Reason("all_busy", ())),) if missing else ()
    return Recommendation(number, "structure_fire", 1, 1, START, chosen, unmet=unmet, passed=())


def test_the_last_of_those_who_come_counts_and_the_worst_comes_first() -> None:
    now = [answer(1, 100, 300), answer(2, 200), answer(3, 90)]
    then = [answer(1, 100, 320), answer(2, 500), answer(3, missing=1)]
    found = differences(now, then)
    assert [one.incident_id for one in found] == [3, 2, 1]
    assert [one.later_s for one in found] == [None, 300, 20]
    assert all(one.differs for one in found)


def test_seconds_that_nobody_notices_are_no_difference_other_units_are() -> None:
    same = Served(("E1",), 100.0)
    assert not Difference(1, same, Served(("E1",), 104.0)).differs
    assert Difference(1, same, Served(("E2",), 100.0)).differs
    assert Difference(1, same, Served(("E1",), 100.0, 1)).differs
