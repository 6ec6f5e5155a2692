"""A plan serves lives first, gives no unit twice, changes nothing, and says what is missing."""

from __future__ import annotations

from collections import Counter

from hypothesis import given, settings
from hypothesis import strategies as st

from dispatch.commands import Body, ReportIncident
from dispatch.crews import Crews
from dispatch.engine import Engine
from dispatch.log_memory import MemoryLog
from dispatch.plan import order_of, plan, send_as_planned
from dispatch.simulate import Arrival, simulate
from dispatch.state import State
from dispatch.straight import StraightGround
from tests.dispatch.test_simulate import HABITS, straight
from tests.dispatch.town import START, at, command, crossing, opening


def town_with(*bodies: Body) -> Engine:
    engine = Engine(MemoryLog(), clock=lambda: START)
    for request in opening():
        engine.do(request)
    for body in bodies:
        engine.do(command(body))
    return engine


def test_a_life_is_served_before_what_was_reported_first() -> None:
    engine = town_with(
        ReportIncident("traffic_collision", crossing(1, 1)),
        ReportIncident("cardiac_arrest", crossing(2, 2)),
    )
    answer = plan(engine.state, {}, StraightGround(), at=at(60))
    assert [each.incident_id for each in answer.answers] == [2, 1]


def test_what_runs_out_stays_visible_with_a_reason() -> None:
    engine = town_with(*(ReportIncident("cardiac_arrest", crossing(0, 0)) for _ in range(3)))
    answer = plan(engine.state, {}, StraightGround(), at=at(60))
    unmet = [(each.incident_id, gap.need_id, gap.reason.code) for each in answer.answers for gap in each.unmet]
    assert unmet == [(2, "als", "planned_elsewhere"), (3, "als", "planned_elsewhere")]


@settings(max_examples=40, deadline=None)
@given(
    st.lists(
        st.tuples(
            st.sampled_from(("structure_fire", "cardiac_arrest", "traffic_collision")),
            st.integers(0, 2),
            st.integers(0, 2),
        ),
        max_size=6,
    )
)
def test_no_unit_is_given_twice_and_nothing_changes(reports: list[tuple[str, int, int]]) -> None:
    engine = town_with(*(ReportIncident(kind, crossing(east, north)) for kind, east, north in reports))
    before: State = engine.state
    answer = plan(before, {}, StraightGround(), at=at(60))
    given = Counter(chosen.unit_id for each in answer.answers for chosen in each.chosen)
    assert all(count == 1 for count in given.values())
    assert engine.state is before and answer.sequence == before.sequence
    for each in answer.answers:  # every answer can be carried out as it stands, in any order
        if each.chosen:
            engine.do(command(order_of(each)))


def test_the_policy_works_a_busy_morning_off() -> None:
    engine = town_with()
    reports = [Arrival(at(10 * n), ReportIncident("cardiac_arrest", crossing(n % 3, n // 3))) for n in range(4)]
    crews = Crews(straight, habits=HABITS)
    run = simulate(engine, reports, crews, start_at=at(1), until_at=at(1500), policy=send_as_planned(StraightGround()))
    refused = [refusal for moment in run for refusal in moment.refused]
    assert refused == []
    assert all(incident.first_on_scene_at for incident in engine.state.incidents.values())
    assert not engine.state.open_assignments
