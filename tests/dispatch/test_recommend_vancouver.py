"""Vancouver with 500 units: every answer is the best that Dijkstra and an exact solver find."""

from __future__ import annotations

import pytest

from dispatch.ground import Ground
from dispatch.recommend import recommend_for
from gis.profile import default_profiles
from gis.roads import RoadNetwork
from tests.dispatch.fleet import NOW, Exact, fleet_state, measured, questions


@pytest.fixture(scope="module")
def ground(vancouver: RoadNetwork) -> Ground:
    return Ground(vancouver, default_profiles())


def test_every_answer_is_the_best_there_is(ground: Ground) -> None:
    state = fleet_state(ground.network, 500, seed=1)
    exact = Exact(ground, state)
    filled = 0
    for place in questions(ground.network, 12, seed=2):
        answer = recommend_for(
            state, {}, ground, kind=place.kind, location=place.location, alarm_level=place.alarm_level, at=NOW
        )
        for (count, total_s), (best_count, best_s) in zip(
            measured(state, place, answer), exact.best(place), strict=True
        ):
            assert count == best_count
            assert total_s == pytest.approx(best_s, abs=0.01 * max(count, 1))
        filled += len(answer.chosen)
        assert {path.unit_id for path in answer.paths} == {chosen.unit_id for chosen in answer.chosen}
        assert len(answer.passed) + len(answer.chosen) == len(state.units)
    assert filled > 40
