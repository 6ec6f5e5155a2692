"""The columns of instants: in one order whatever the map of a state has, and parts of any size make the same."""

from __future__ import annotations

from immutables import Map

from dispatch.history.past import NO_DISPATCH
from dispatch.record import replace
from dispatch.times import table as table_module
from dispatch.times.report import intervals_of
from dispatch.times.table import BLANK
from tests.dispatch.times.told import Times


def told() -> Times:
    told = Times()
    for start in (0, 900):
        fire = told.call(start)
        told.send(fire, start + 30, "E1")
        told.send(fire, start + 60, "A1")
        told.tells("E1", go=start + 90, there=start + 300, free=start + 400)
        told.tells("A1", go=start + 80, free=start + 400)
    return told


def units_in_order(state) -> list[str]:  # type: ignore[no-untyped-def]
    table = intervals_of(state)
    return [table.units.all[code] for code in table.responses("unit").tolist()]


def test_responses_stand_by_incident_and_in_the_order_in_which_they_were_sent() -> None:
    state = told().state
    assert units_in_order(state) == ["E1", "A1", "E1", "A1"]
    turned = replace(state, assignments=Map(reversed(list(state.assignments.items()))))
    assert units_in_order(turned) == ["E1", "A1", "E1", "A1"]


def test_an_instant_that_is_the_tellers_own_is_blank_and_still_says_who_came_first() -> None:
    state = told().state
    assumed = state.assignments.update(
        {key: replace(one, override_reason=NO_DISPATCH) for key, one in state.assignments.items()}
    )
    state = replace(state, assignments=assumed)
    assert units_in_order(state) == ["E1", "A1", "E1", "A1"]
    assert set(intervals_of(state).responses("assigned").tolist()) == {BLANK}


def test_parts_of_any_size_make_the_same_columns(monkeypatch) -> None:  # type: ignore[no-untyped-def]
    state = told().state
    whole = intervals_of(state)
    monkeypatch.setattr(table_module, "PART", 1)
    apart = intervals_of(state)
    for name in ("incident", "unit", "assigned", "en_route", "on_scene", "released", "is_open"):
        assert apart.responses(name).tolist() == whole.responses(name).tolist()
    for name in ("number", "received", "reopened", "kind", "lon", "is_open"):
        assert apart.incidents(name).tolist() == whole.incidents(name).tolist()
