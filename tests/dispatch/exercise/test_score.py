"""A score says of each decision what was done, what really happened and what was best with what was known then."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from dispatch import injects as i
from dispatch.commands import (
    AssignUnits,
    Body,
    ChangeAlarmLevel,
    Choice,
    CloseIncident,
    HoldUnit,
    MoveUp,
    ReleaseUnit,
)
from dispatch.coverage import Coverage
from dispatch.coverage_targets import Target, Targets
from dispatch.exercise import score_records as r
from dispatch.exercise.debriefing import encode_debriefing
from dispatch.exercise.exercise import Exercise, Outcome, Recorded, Response
from dispatch.exercise.run import ExerciseRun
from dispatch.exercise.score import score
from dispatch.exercise.score_records import Decision, Score
from dispatch.exercise.score_times import figure_of, needs_met
from dispatch.exercise.whole import debrief_log
from dispatch.injects import Inject
from dispatch.refused import Refused
from tests.dispatch.coverage_town import line
from tests.dispatch.exercise.played import EXERCISE, play, when, with_injects
from tests.dispatch.town import RUN_CARDS, UNITS, at
from tests.dispatch.town_roads import TownRoads

GOOD = AssignUnits(1, (Choice("E1", "engine"), Choice("A1", "als"), Choice("P1", "patrol")))
OUTCOME = Outcome(
    (
        Recorded("A", 71, 2, (Response("E2", "engine", 40, 100, 240, 500), Response("A1", "als", 45, 80, 160, 400)),
                 600, "extinguished"),
    )
)  # fmt: skip


def played(*deeds: tuple[float, Body], exercise: Exercise = EXERCISE) -> ExerciseRun:
    run = play(exercise)
    for after_s, body in deeds:
        run.run_until(at(after_s))
        try:
            run.do(body)
        except Refused:
            continue
    run.run_until()
    return run


def scored(run: ExerciseRun, **more: Any) -> Score:
    return score(run.exercise, list(run.log.read()), TownRoads(), refusals=run.refusals, **more)


def one(found: Score, kind: str, at_least: int = 1) -> Decision:
    decisions = [each for each in found.decisions if each.kind == kind]
    assert len(decisions) >= at_least
    return decisions[0]


def test_the_best_choice_is_called_so_and_a_slower_one_by_how_much() -> None:
    good = one(scored(played((10, GOOD))), r.SENT)
    assert (good.verdict, good.loss_s, good.waited_s) == (r.AS_BEST, 0.0, pytest.approx(6, abs=0.01))
    assert good.best and {each.unit_id for each in good.best.units} >= {"A1"}
    far = AssignUnits(1, (Choice("E2", "engine"), Choice("A2", "als")))
    slow = played((10, far), exercise=replace(EXERCISE, roster=_further()))
    found = one(scored(slow), r.SENT)
    assert found.verdict == r.SLOWER and found.best is not None
    times = {each.unit_id: each.eta_s for each in (*found.did.units, *found.best.units)}
    expected = max(times["E2"] or 0, times["A2"] or 0) - max(
        each.eta_s or 0 for each in found.best.units if each.need_id in ("engine", "als")
    )
    assert found.loss_s == pytest.approx(expected, abs=0.11) and expected > 15
    why = next(each for each in found.did.units if each.unit_id == "E2")
    assert why.code == "slower" and dict(why.parameters)["unit"] == "E1"


def _further() -> Any:
    """Return the roster with the second engine far away."""
    from tests.dispatch.town import ROSTER

    units = tuple(replace(each, lon=each.lon + 0.05) if each.id == "E2" else each for each in UNITS)
    return replace(ROSTER, units=units)


def test_one_that_is_missing_and_one_too_many_are_told_apart() -> None:
    fewer = one(scored(played((10, AssignUnits(1, (Choice("E1", "engine"),))))), r.SENT)
    assert (fewer.verdict, fewer.loss_s) == (r.FEWER, None)
    [*_, more] = [
        each
        for each in scored(played((10, GOOD), (60, AssignUnits(1, (Choice("E2"),))))).decisions
        if each.kind == r.SENT
    ]
    assert more.verdict == r.MORE and more.best is not None and not more.best.units


def test_units_sent_one_by_one_are_one_decision() -> None:
    run = played((10, AssignUnits(1, (Choice("E1", "engine"),))), (16, AssignUnits(1, (Choice("A1", "als"),))))
    first, second = [each for each in scored(run).decisions if each.kind == r.SENT]
    assert {each.unit_id for each in first.did.units} == {"E1", "A1"} and first.verdict == r.AS_BEST
    assert second.verdict == r.UNJUDGED and [each.unit_id for each in second.did.units] == ["A1"]


def test_what_was_best_is_judged_by_the_roads_and_positions_of_that_moment() -> None:
    """Snow and a unit's failure that come later change nothing of what was best before."""
    later = with_injects(Inject("f", i.FAILURE, when(i.CLOCK, after_s=100), unit="E1", for_s=250))
    before = one(scored(played((10, GOOD), exercise=later)), r.SENT)
    assert before.verdict == r.AS_BEST
    earlier = with_injects(Inject("f", i.FAILURE, when(i.CLOCK, after_s=6), unit="E1", for_s=250))
    run = played((10, AssignUnits(1, (Choice("E2", "engine"), Choice("A1", "als")))), exercise=earlier)
    found = one(scored(run), r.SENT)
    assert found.verdict == r.AS_BEST and found.best
    assert {each.unit_id for each in found.best.units if each.need_id == "engine"} == {"E2"}


def test_doing_nothing_for_long_is_a_decision_that_lasts_until_the_next() -> None:
    found = scored(played((200, GOOD)))
    idle = [each for each in found.decisions if each.kind == r.NOTHING]
    by_key = {each.key: each for each in idle}
    assert set(by_key) == {"A", "B"}
    assert by_key["A"].at_s == 94 and by_key["A"].lasted_s == pytest.approx(196, abs=0.01)
    assert by_key["A"].best and {each.unit_id for each in by_key["A"].best.units} >= {"E1", "A1"}
    assert by_key["B"].lasted_s == pytest.approx(340, abs=0.01)  # to the end
    assert found.marks[0].late == 2


def test_nobody_is_blamed_where_nobody_could_be_sent() -> None:
    nobody = tuple(Inject(f"f{each.id.strip()}", i.FAILURE, when(i.CLOCK), unit=each.id, for_s=0) for each in UNITS)
    found = scored(played(exercise=with_injects(*nobody)))
    assert not [each for each in found.decisions if each.kind == r.NOTHING]


def test_every_kind_of_decision_is_told_with_what_breaks_a_rule() -> None:
    run = played(
        (10, GOOD),
        (12, AssignUnits(1, (Choice("E9", "engine"),))),
        (20, HoldUnit("E2", "kept for the night")),
        (30, AssignUnits(1, (Choice("E2", override_reason="it burns"),))),
        (40, ChangeAlarmLevel(1, 2, "it spreads")),
        (62, AssignUnits(2, (Choice("P2", "patrol"),))),
        (64, MoveUp("L1", "fire-22")),
        (66, ReleaseUnit("E2", "not needed")),
        (68, CloseIncident(2, "cleared", release_units=True)),
    )
    found = scored(run, outcome=OUTCOME)
    kinds = [each.kind for each in found.decisions]
    assert set(kinds) >= {r.SENT, r.REFUSED, r.HELD, r.ALARM, r.MOVED_UP, r.RELEASED, r.CLOSED}
    refused = one(found, r.REFUSED)
    assert (refused.breaches[0].code, refused.trainee) == ("unit_unknown", "anna")
    forced = next(each for each in found.decisions if each.breaches and each.kind == r.SENT)
    assert dict(forced.breaches[0].parameters) == {"unit": "E2", "reason": "it burns"}
    alarm = one(found, r.ALARM)
    assert alarm.did.alarm_level == 2 and alarm.really is not None and alarm.really.alarm_level == 2
    everybody = found.marks[0]
    assert (everybody.refusals, everybody.overrides) == (1, 1) and everybody.decisions == len(kinds) - 1


def test_three_columns_are_measured_by_one_rule() -> None:
    run, planned = played((10, GOOD)), played((8, GOOD))
    found = scored(run, outcome=OUTCOME, best=planned.state)
    row = next(each for each in found.incidents if each.key == "A")
    assert row.really is not None and row.best is not None
    assert (row.really.decided_s, row.really.first_s, row.really.needs_s) == (39, 159, 239)
    assert row.did.first_s is not None and row.best.first_s is not None
    assert row.did.first_s - row.best.first_s == pytest.approx(2)
    assert [each.column for each in found.totals] == [r.DID, r.REALLY, r.BEST]
    did, really, _ = found.totals
    assert (did.incidents, did.attended, did.complete) == (2, 1, 1) and really.to_first.p50_s == 159


def test_needs_are_met_when_the_last_that_fits_is_there() -> None:
    card = RUN_CARDS.of("structure_fire")
    required = [need for need in card.needs_at(2) if not need.optional]
    unit = {each.id: each for each in UNITS}
    arrivals = [(10.0, unit["E1"]), (20.0, unit["A1"]), (30.0, unit["P1"]), (40.0, unit["E2"])]
    assert needs_met(required, arrivals) is None  # no ladder
    assert needs_met(required, [*arrivals, (50.0, unit["L1"])]) == 50.0
    assert needs_met(required[:2], arrivals) == 20.0 and needs_met([], arrivals) == 0.0
    # The first to come takes any place, and moves on where another needs it.
    first = RUN_CARDS.of("cardiac_arrest").needs
    assert needs_met(first, [(5.0, unit["E1"]), (9.0, unit["A1"])]) == 9.0
    assert figure_of([None, -5.0]).n == 0 and figure_of([1.0, 2.0, None, 3.0]).p50_s == 2.0


def test_cover_that_a_choice_takes_away_is_told_beside_that_of_the_best() -> None:
    targets = Targets((Target("first", "fire", 200.0, ("engine",), "travel", 0.9, 0.3),))
    coverage = Coverage(TownRoads(), line([1, 1, 1]), targets)
    run = played((10, AssignUnits(1, (Choice("E1", "engine"), Choice("E2"), Choice("A1", "als")))))
    found = one(scored(run, coverage=coverage), r.SENT)
    [covered] = found.coverage
    assert covered.department == "fire" and covered.did < covered.best <= covered.before
    assert scored(run, coverage=coverage).marks[0].coverage_lost > 0


def test_equal_logs_give_an_equal_score_and_debriefing_byte_for_byte() -> None:
    run = played((10, GOOD), (12, AssignUnits(1, (Choice("E9", "engine"),))))
    entries = list(run.log.read())
    made = [
        encode_debriefing(debrief_log(EXERCISE, entries, TownRoads(), outcome=OUTCOME, refusals=run.refusals))
        for _ in range(2)
    ]
    assert made[0] == made[1]
    assert scored(run) == scored(run)


def test_a_debriefing_holds_a_timeline_of_three_and_the_ways_that_were_driven() -> None:
    run = played((10, GOOD))
    found = debrief_log(EXERCISE, list(run.log.read()), TownRoads(), outcome=OUTCOME, refusals=run.refusals)
    assert found.columns == (r.DID, r.REALLY, r.BEST)
    lines = [(each.at_s, each.column, each.code, each.unit_id) for each in found.timeline if each.key == "A"]
    assert lines == sorted(lines, key=lambda each: each[0])
    assert {(r.REALLY, "on_scene", "E2"), (r.DID, "on_scene", "E1"), (r.BEST, "on_scene", "E1")} <= {
        each[1:] for each in lines
    }
    tracks = {each.unit_id: each for each in found.tracks}
    assert set(tracks) == {"E1", "A1", "P1"} and len(tracks["E1"].lon) > 3
    assert len(found.stations) == len(EXERCISE.roster.stations)
