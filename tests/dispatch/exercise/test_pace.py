"""Crews of an exercise take as long as the record says, and choices are judged by the same times."""

from __future__ import annotations

import json
import math
from dataclasses import replace
from datetime import timedelta

import pytest

from dispatch.commands import AssignUnits, ChangePriority, Choice
from dispatch.events import Entry
from dispatch.exercise.exercise import decode_exercise, encode_exercise
from dispatch.exercise.from_history import from_history
from dispatch.exercise.judge import Judge
from dispatch.exercise.past_pace import LIKE, paced_as_recorded
from dispatch.exercise.retrace import program_of
from dispatch.exercise.run import ExerciseRun
from dispatch.exercise.score import score
from dispatch.pace import FREE, ROSTER, Driven, Pace
from dispatch.paced_roads import PacedRoads, paced
from dispatch.state import State, fold
from dispatch.travels import Start
from resources.unit import Turnout
from tests.dispatch.exercise.played import EXERCISE, FIRE, play
from tests.dispatch.exercise.test_from_history import past
from tests.dispatch.town import ROSTER as TOWN
from tests.dispatch.town import at
from tests.dispatch.town_roads import TownRoads

SLOW = Pace((Driven(1, 2.0), Driven(3, 4.0)))
SENT = AssignUnits(1, (Choice("E1", "engine"),))
PLACE = (FIRE.location.lon, FIRE.location.lat)


def run_of(pace: Pace = FREE, **more: object) -> ExerciseRun:
    run = play(replace(EXERCISE, pace=pace, lasts_s=900, **more))  # type: ignore[arg-type]
    run.run_until(at(8))
    run.do(SENT)
    return run


def took_s(run: ExerciseRun) -> tuple[float, float]:
    """Play on; return the seconds of the first engine's turnout and of its drive."""
    run.run_until()
    [sent] = [each for each in run.state.assignments.values() if each.unit_id == "E1"]
    assert sent.en_route_at is not None and sent.on_scene_at is not None
    turnout, drive = sent.en_route_at - sent.assigned_at, sent.on_scene_at - sent.en_route_at
    return turnout.total_seconds(), drive.total_seconds()


def test_a_drive_is_drawn_out_by_the_factor_of_its_priority() -> None:
    turnout_s, drive_s = took_s(run_of())
    slow = took_s(run_of(SLOW))
    assert slow[0] == turnout_s and slow[1] == pytest.approx(2 * drive_s, abs=4.0)
    down = run_of(SLOW)
    down.do(ChangePriority(1, 3, "only smoke"))
    assert took_s(down)[1] == pytest.approx(4 * drive_s, abs=10.0)


def test_a_priority_that_is_not_told_takes_the_nearest_one() -> None:
    assert [SLOW.factor_of(priority) for priority in (1, 2, 3, 5)] == [2.0, 2.0, 4.0, 4.0]
    assert FREE.factor_of(1) == 1.0


def test_units_turn_out_by_the_roster_where_the_exercise_says_so() -> None:
    units = tuple(replace(each, turnout="slow") for each in TOWN.units)
    roster = replace(TOWN, units=units, turnouts=(Turnout("slow", 90.0, 90.0),))
    by_habit, by_roster = took_s(run_of(roster=roster)), took_s(run_of(Pace(turnouts=ROSTER), roster=roster))
    spread = EXERCISE.habits.spread
    assert by_habit[0] < 45 and 90 * (1 - spread) <= by_roster[0] <= 90 * (1 + spread) + 2 * EXERCISE.step_s
    assert by_roster[1] == by_habit[1]


def test_only_ways_to_open_incidents_are_drawn_out() -> None:
    state, roads = run_of().state, TownRoads()
    start, elsewhere = [Start("E1", 25.0, 60.0)], (25.01, 60.01)
    slow = paced(roads, SLOW, state)
    assert isinstance(slow, PacedRoads) and paced(roads, FREE, state) is roads
    free = roads.travels("emergency", start, *PLACE)
    for found in (slow.travels("emergency", start, *PLACE), slow.travels_to_each("emergency", start, [PLACE])[0]):
        assert found.travel_s[0] == 2 * free.travel_s[0] and found.access_s[0] == 2 * free.access_s[0]
    assert slow.travels("emergency", start, *elsewhere).travel_s[0] == roads.travel_s(start[0], *elsewhere)
    [there], [away] = slow.paths("emergency", start, *PLACE), slow.paths("ordinary", start, *elsewhere)
    assert there is not None and there.times_s[-1] == 2 * roads.travel_s(start[0], *PLACE)
    assert away is not None and away.times_s[-1] == roads.travel_s(start[0], *elsewhere)


def test_a_choice_and_the_best_are_judged_by_the_factors_that_crews_drive_by() -> None:
    run = play(replace(EXERCISE, pace=SLOW))
    run.run_until(at(8))

    def etas(pace: Pace) -> list[float | None]:
        judge = Judge(replace(EXERCISE, pace=pace), TownRoads())
        chosen = judge.chosen(run.state, run.fixes, 1, SENT.choices, at(8))
        best = judge.best(run.state, run.fixes, 1, at(8))
        return [each.eta_s for each in (*chosen.units, *best.units)]

    unit = run.state.units["E1"].unit
    road_s = TownRoads().travel_s(Start("E1", unit.lon, unit.lat), *PLACE) + 5.0
    free, slow = etas(FREE), etas(SLOW)
    assert free[0] is not None and slow[0] == pytest.approx(free[0] + road_s, abs=0.1)
    assert len(free) > 2
    for before, after in zip(free, slow, strict=True):
        assert before is not None and after is not None and after >= before + 5.0


def test_equal_seeds_give_equal_entries_and_one_goes_on_as_it_would_have() -> None:
    exercise = replace(EXERCISE, pace=Pace((Driven(1, 2.0, 40),), ROSTER), lasts_s=900)
    whole, again = run_of(exercise.pace), run_of(exercise.pace)
    for each in (whole, again):
        each.run_until(at(70) if each is again else None)
    assert list(again.log.read()) == list(whole.log.read())[: again.state.sequence]
    play(exercise, again.log).run_until()
    assert list(again.log.read()) == list(whole.log.read())
    entries = list(whole.log.read())
    assert score(exercise, entries, TownRoads()) == score(exercise, entries, TownRoads())


def test_an_exercise_without_a_pace_keeps_its_bytes() -> None:
    assert "pace" not in json.loads(encode_exercise(EXERCISE))
    slow = replace(EXERCISE, pace=SLOW)
    read = decode_exercise(encode_exercise(slow))
    assert read == slow and program_of(read) == program_of(slow) != program_of(EXERCISE)


def recorded() -> tuple[list[Entry], State]:
    entries = past()
    return entries, fold(State(), entries)


def test_a_record_tells_turnouts_and_factors_drawn_towards_what_is_usual() -> None:
    entries, state = recorded()
    roads = TownRoads()
    pace, roster = paced_as_recorded(state, state.roster, roads)
    logs = []
    for each in state.assignments.values():
        there, unit = state.incidents[each.incident_id].location, state.units[each.unit_id].unit
        road_s = roads.travel_s(Start(unit.id, unit.lon, unit.lat), there.lon, there.lat) + 5.0
        if each.en_route_at is not None and each.on_scene_at is not None:
            logs.append(math.log((each.on_scene_at - each.en_route_at) / timedelta(seconds=road_s)))
    assert pace.driven == (Driven(1, round(math.exp(sum(logs) / (len(logs) + LIKE)), 3), 3),)
    assert pace.turnouts == ROSTER
    by_id = {each.id: each for each in roster.turnouts}
    turnouts = {each.id: by_id[each.turnout].day_s for each in roster.units}
    assert turnouts["A1"] > turnouts["E1"]  # 560 seconds, against 40
    exercise, _ = from_history(entries, at(0), at(400), ground=roads)
    assert (exercise.pace, exercise.roster.turnouts) == (pace, roster.turnouts)
    assert from_history(entries, at(0), at(400))[0].pace == FREE


def test_a_record_that_tells_nothing_leaves_roads_free_and_the_roster_alone() -> None:
    state = fold(State(), recorded()[0][:4])
    assert paced_as_recorded(state, TOWN, TownRoads()) == (FREE, TOWN)
