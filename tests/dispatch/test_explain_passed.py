"""Reasons worked out in columns are those worked out unit by unit."""

from __future__ import annotations

import math

import numpy as np
import pytest

from dispatch import outcome as outcomes
from dispatch.candidates import find_candidates
from dispatch.explain import explain_unmet
from dispatch.explain_passed import explain_passed
from dispatch.outcome import Outcome, choose
from dispatch.recommendation import Eta
from resources.position import Fix
from resources.unit import TaskForce
from tests.dispatch import plainly
from tests.dispatch.test_outcome_worth import WORDS, random_card, worth_of
from tests.dispatch.test_recommend_bound import town, unit
from tests.dispatch.town import START, at


def random_outcome(dice: np.random.Generator) -> Outcome:
    """Choose for a card among a dozen units; some share crews, some are cut off or nobody knows where they are."""
    fleet = [
        unit(
            f"U{number:02d}",
            " ".join(dice.choice(WORDS, size=int(dice.integers(1, 3)), replace=False).tolist()),
            station=f"S{int(dice.integers(3))}",
            officers=int(dice.integers(0, 2)),
            cross_staffed=str(dice.choice(["", "", "", "", "a", "b"])),
        )
        for number in range(12)
    ]
    forces = (TaskForce("F1", ("U00", "U01"), ("engine",)),) if dice.random() < 0.3 else ()
    needs = random_card(dice)
    fixes = {"U02": Fix("U02", 25.3, 60.3, START, START, 0.0), "U03": Fix("U03", 25.3, 60.3, at(3000), START, 9.0)}
    field = find_candidates(town(fleet, needs, forces), fixes, needs, (), incident_id=None, at=at(3000))
    choices = [None, 60.0, 60.05, 60.25, 61.0, 90.0, 300.0]
    seconds = [choices[number] for number in dice.integers(0, len(choices), len(field.candidates)).tolist()]
    etas = tuple(None if each is None else Eta(0.0, each) for each in seconds)
    stations = {"one": frozenset({"S1"})} if dice.random() < 0.2 else {}
    return choose(needs, field, etas, stations=stations)


@pytest.mark.parametrize("seed", range(80))
def test_every_reason_is_the_one_worked_out_alone(seed: int) -> None:
    outcome = random_outcome(np.random.default_rng(seed))
    assert tuple(explain_passed(outcome)) == plainly.passed(outcome)
    for unmet in explain_unmet(outcome):
        row = next(row for row, need in enumerate(outcome.needs) if need.id == unmet.need_id)
        counts = dict(unmet.reason.parameters)
        if unmet.missing and "unreachable" in counts:
            able = [column for column, each in enumerate(outcome.field.candidates) if row in each.needs]
            assert counts["unreachable"] == sum(outcome.etas[column] is None for column in able)


@pytest.mark.parametrize("seed", range(80, 200))
def test_what_breaks_nothing_is_as_good_as_what_is_searched_for(seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    quick = random_outcome(np.random.default_rng(seed))
    monkeypatch.setattr(outcomes, "_unhindered", lambda *_: None)
    assert worth_of(quick) == worth_of(random_outcome(np.random.default_rng(seed)))


def test_times_that_lie_between_two_tenths_are_rounded_as_everywhere() -> None:
    outcome = random_outcome(np.random.default_rng(0))
    by_s = [dict(row.reason.parameters).get("by_s") for row in explain_passed(outcome)]
    told = [value for value in by_s if isinstance(value, float)]
    assert told and all(math.isclose(value, round(value, 1)) for value in told)
