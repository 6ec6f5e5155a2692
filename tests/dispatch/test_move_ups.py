"""The move proposed is the best of all that could be tried; nobody swings to and fro; a table never gains more."""

from __future__ import annotations

import itertools
from dataclasses import replace
from datetime import timedelta

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dispatch.compliance import ComplianceTable, made_tables, table_moves
from dispatch.coverage import Coverage
from dispatch.coverage_targets import MoveUpRules
from dispatch.move_ups import MoveUp, move_ups
from dispatch.state import Post, State
from tests.dispatch.coverage_town import Street, line, state_of, target, targets, unit
from tests.dispatch.town import START

ONE = MoveUpRules(least_gain=0.0, gain_a_minute=0.0, longest_min=60, most=1)


def put(state: State, *moves: tuple[str, str]) -> State:
    """Return the state with units at stations, as if they had moved up long ago."""
    units = state.units
    for unit_id, station_id in moves:
        station = state.stations[station_id]
        post = Post(station_id, station.lon, station.lat, START - timedelta(days=1))
        units = units.set(unit_id, replace(units[unit_id], post=post))
    return replace(state, units=units)


def cover_of(coverage: Coverage, state: State) -> float:
    """Measure the mean of the expected cover over the targets."""
    return float(np.mean([each.expected for each in coverage.answers(state, {}, at=START).covers]))


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.integers(1, 9), min_size=8, max_size=8),
    st.lists(st.integers(0, 7), min_size=1, max_size=4),
    st.sampled_from([0.0, 0.3, 0.6]),
    st.sampled_from([0.0, 0.02]),
)
def test_the_first_move_is_the_best_of_all(weights: list[int], cells: list[int], busy: float, a_minute: float) -> None:
    stations = [0, 3, 7]
    rules = replace(ONE, gain_a_minute=a_minute)
    goals = targets(target(1, busy=busy), replace(target(2, busy=busy, clock="response"), id="second"), rules=rules)
    coverage = Coverage(Street(), line(weights), goals)
    state = state_of([unit(f"E{number}", cell) for number, cell in enumerate(cells)], stations)
    found = move_ups(coverage, state, {}, at=START)
    before = cover_of(coverage, state)
    worths = {
        (unit_id, f"s{station}"): cover_of(coverage, put(state, (unit_id, f"s{station}")))
        - before
        - a_minute * abs(cells[int(unit_id[1:])] - station)
        for unit_id, station in itertools.product(state.units, stations)
    }
    best = max(worths.values())
    if best <= 1e-8:
        assert all(worth <= 1e-8 for worth in worths.values()) and not found
        return
    [move] = found
    assert worths[move.unit_id, move.to_station] == pytest.approx(best, abs=1e-7)
    assert move.gain == pytest.approx(
        cover_of(coverage, put(state, (move.unit_id, move.to_station))) - before, abs=1e-6
    )
    assert move.minutes_driven == pytest.approx(abs(cells[int(move.unit_id[1:])] - int(move.to_station[1:])))


def test_moves_reckon_with_each_other_and_say_what_they_cover() -> None:
    coverage = Coverage(Street(), line([1] * 9), targets(target(1), rules=replace(ONE, most=3, least_gain=0.01)))
    state = state_of([unit(f"E{n}", 1, station="s1") for n in range(3)], [1, 4, 7])
    moves = move_ups(coverage, state, {}, at=START)
    assert [(move.unit_id, move.from_station, move.to_station) for move in moves] == [
        ("E0", "s1", "s4"),
        ("E1", "s1", "s7"),
    ]
    assert moves[0].reason.code == "move_up_fills"
    assert dict(moves[1].reason.parameters)["area"] == "Eastside"
    moved = put(state, *((move.unit_id, move.to_station) for move in moves))
    assert cover_of(coverage, moved) - cover_of(coverage, state) == pytest.approx(sum(move.gain for move in moves))


def test_leaving_units_open_the_gap_that_a_move_fills() -> None:
    coverage = Coverage(Street(), line([1] * 9), targets(target(1), rules=replace(ONE, least_gain=0.05)))
    state = state_of([unit("E1", 1, station="s1"), unit("E2", 1, station="s1"), unit("E3", 7, station="s7")], [1, 7])
    assert move_ups(coverage, state, {}, at=START) == ()
    [move] = move_ups(coverage, state, {}, at=START, leaving=["E3"])
    assert (move.unit_id, move.to_station) == ("E1", "s7")


def test_a_small_gain_a_long_drive_and_a_unit_that_must_stay_give_no_move() -> None:
    state = state_of([unit("E1", 1, station="s1"), unit("E2", 1, station="s1")], [1, 7])

    def moves(state: State, **rules: float) -> tuple[MoveUp, ...]:
        goals = targets(target(1), rules=replace(ONE, **rules))  # type: ignore[arg-type]
        return move_ups(Coverage(Street(), line([1] * 9), goals), state, {}, at=START)

    assert len(moves(state)) == 1
    assert moves(state, least_gain=0.2) == ()
    assert moves(state, longest_min=5) == ()
    assert moves(state, gain_a_minute=0.1) == ()
    assert moves(state, most=0) == ()
    held = {unit_id: replace(each, held="harbour") for unit_id, each in state.units.items()}
    assert moves(replace(state, units=state.units.update(held))) == ()
    assert moves(state_of([unit("E1", 1)])) == ()  # no station
    assert moves(state_of([], [1])) == ()


def test_a_unit_that_moved_up_lately_stays() -> None:
    goals = targets(target(1), rules=replace(ONE, rest_min=30))
    coverage = Coverage(Street(), line([5, 5, 5, 1, 1, 1, 1, 1, 1]), goals)
    state = put(state_of([unit("E1", 1, station="s1")], [1, 7]), ("E1", "s7"))
    [move] = move_ups(coverage, state, {}, at=START)
    assert (move.from_station, move.to_station) == ("s7", "s1")
    post = state.units["E1"].post
    assert post is not None
    lately = replace(state.units["E1"], post=replace(post, since=START - timedelta(minutes=29)))
    assert move_ups(coverage, replace(state, units=state.units.set("E1", lately)), {}, at=START) == ()
    after = put(state, (move.unit_id, move.to_station))
    assert move_ups(coverage, after, {}, at=START) == ()  # what was gained is not given back


@settings(max_examples=40, deadline=None)
@given(
    st.lists(st.integers(1, 9), min_size=9, max_size=9), st.lists(st.integers(0, 8), min_size=1, max_size=5), st.data()
)
def test_the_order_of_units_changes_nothing(weights: list[int], cells: list[int], data: st.DataObject) -> None:
    goals = targets(target(1), rules=replace(ONE, most=3))
    units = [unit(f"E{number}", cell) for number, cell in enumerate(cells)]
    one = move_ups(Coverage(Street(), line(weights), goals), state_of(units, [1, 4, 7]), {}, at=START)
    shuffled = data.draw(st.permutations(units))
    assert one == move_ups(Coverage(Street(), line(weights), goals), state_of(shuffled, [7, 1, 4]), {}, at=START)


def test_made_tables_nest_and_cover_best() -> None:
    coverage = Coverage(Street(), line([1, 1, 1, 1, 5, 5, 5, 1, 1]), targets(target(1, busy=0.1)))
    [table] = made_tables(coverage, state_of([unit(f"E{n}", 0) for n in range(4)], [1, 5, 8]), {}, at=START)
    assert table == ComplianceTable(
        "fire", "first", (("s5",), ("s5", "s1"), ("s5", "s1", "s8"), ("s5", "s1", "s8", "s5"))
    )
    assert (table.row(0), table.row(2), table.row(9)) == ((), ("s5", "s1"), table.hold[-1])


def test_a_table_is_held_with_the_fewest_minutes() -> None:
    coverage = Coverage(Street(), line([1] * 9), targets(target(1), rules=replace(ONE, most=3)))
    state = state_of([unit("E1", 0), unit("E2", 4, station="s4"), unit("E3", 8)], [1, 4, 7])
    table = ComplianceTable("fire", "first", ((), (), ("s7", "s4", "s1")))
    moves = table_moves([table], coverage, state, {}, at=START)
    assert [(move.unit_id, move.to_station, move.minutes_driven) for move in moves] == [
        ("E3", "s7", 1),
        ("E1", "s1", 1),
    ]
    assert table_moves([], coverage, state, {}, at=START) == ()
    assert table_moves([table], coverage, state, {}, at=START, leaving=["E1"]) == ()  # its row of two holds nothing


@pytest.mark.parametrize("most", [1, 3])
def test_moves_by_gain_leave_no_less_covered_than_a_table_does(most: int) -> None:
    """Both may make as many moves; over 60 towns the units that are left stand where they happened to be."""
    dice = np.random.default_rng(8)
    by_gain, by_table = [], []
    for _ in range(60):
        weights = dice.integers(1, 20, 14).tolist()
        goals = targets(target(2), rules=MoveUpRules(least_gain=0.0, gain_a_minute=0.0, longest_min=60, most=most))
        coverage = Coverage(Street(), line(weights), goals)
        stations = [1, 4, 7, 10, 13]
        homes = [stations[int(place)] for place in dice.integers(0, 5, 4)]
        state = state_of([unit(f"E{n}", home, station=f"s{home}") for n, home in enumerate(homes)], stations)
        tables = made_tables(coverage, state, {}, at=START)
        for found, moves in (
            (by_gain, move_ups(coverage, state, {}, at=START)),
            (by_table, table_moves(tables, coverage, state, {}, at=START)),
        ):
            assert len(moves) <= most
            found.append(cover_of(coverage, put(state, *((move.unit_id, move.to_station) for move in moves))))
    if most == 1:
        assert all(gain >= table - 1e-9 for gain, table in zip(by_gain, by_table, strict=True))
    assert np.mean(by_gain) >= np.mean(by_table) - 1e-9
