"""Many incidents in Vancouver: the plan is the best that Dijkstra and HiGHS find, and better than one after another."""

from __future__ import annotations

import numpy as np
import pytest

from dispatch.ground import Ground
from dispatch.joint_answers import add_paths
from dispatch.plan import plan
from gis.profile import default_profiles
from gis.roads import RoadNetwork
from tests.dispatch.exact_classes import by_highs
from tests.dispatch.fleet import NOW, Exact, crisis
from tests.dispatch.in_turn import in_turn


@pytest.fixture(scope="module")
def ground(vancouver: RoadNetwork) -> Ground:
    return Ground(vancouver, default_profiles())


def test_class_by_class_it_is_the_best_there_is(ground: Ground) -> None:
    state = crisis(ground.network, 160, 30, seed=1)
    answer = plan(state, {}, ground, at=NOW, time_limit_s=60)
    assert answer.is_optimal and answer.gap == 0
    exact = Exact(ground, state)
    rows, names = [], []
    for incident in state.incidents.values():
        for need in state.cards[incident.kind].needs_at(incident.alarm_level):
            rows += [exact.costs_ms(incident, need)] * need.count
            names += [(need.optional, incident.priority)] * need.count
    order = sorted(set(names))
    classes = [np.flatnonzero([each == name for each in names]) for name in order]
    best = by_highs(np.array(rows), classes)
    assert [(each.optional, each.priority) for each in answer.served] == order
    assert sum(each.places - each.filled for each in answer.served) > 10  # units are short, so that it is not easy
    for number, each in enumerate(answer.served):
        assert each.places - each.filled == best[2 * number]
        assert each.total_s == pytest.approx(best[2 * number + 1] / 1000, abs=0.01 * max(each.filled, 1))


def test_it_fills_more_than_one_incident_after_another(ground: Ground) -> None:
    state = crisis(ground.network, 160, 30, seed=1)
    answer = plan(state, {}, ground, at=NOW, time_limit_s=60)
    alone = sum(
        not next(need for need in state.cards[each.kind].needs if need.id == chosen.need_id).optional
        for each in in_turn(state, {}, ground, at=NOW)
        if state.incidents[each.incident_id or 0].priority == 1
        for chosen in each.chosen
    )
    assert answer.served[0].filled > alone


def test_ways_are_asked_for_one_incident_at_a_time(ground: Ground) -> None:
    answer = plan(crisis(ground.network, 60, 5, seed=4), {}, ground, at=NOW, time_limit_s=60)
    state = crisis(ground.network, 60, 5, seed=4)
    sent = next(each for each in answer.answers if each.chosen)
    whole = add_paths(sent, state.incidents[sent.incident_id or 0], answer.starts, ground)
    assert [path.unit_id for path in whole.paths] == [each.unit_id for each in sent.chosen]
    for path, chosen in zip(whole.paths, whole.chosen, strict=True):
        assert chosen.distance_m == path.distance_m
        # A way may begin or end off the road: then its time holds a part of the walk.
        assert -0.05 <= path.times_s[-1] - chosen.eta.travel_s <= chosen.eta.access_s + 0.05
    assert whole.hash != sent.hash
