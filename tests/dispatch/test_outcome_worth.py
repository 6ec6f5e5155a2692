"""What is left out of sight where units hang together changes no answer."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from dispatch import outcome_bound
from dispatch.candidates import Field, find_candidates
from dispatch.outcome import Outcome, choose
from dispatch.recommendation import Eta
from dispatch.runcard import Need
from resources.unit import TaskForce
from tests.dispatch.test_recommend_bound import town, unit
from tests.dispatch.town import START

WORDS = ("engine", "ladder", "hazmat", "patrol")


def random_card(dice: np.random.Generator) -> tuple[Need, ...]:
    """Make a card of four needs; one in two wants officers, two want one station, in some one is shared."""
    has_shared = dice.random() < 0.33
    return tuple(
        Need(
            f"n{row}",
            tuple(dice.choice(WORDS, size=int(dice.integers(1, 3)), replace=False).tolist()),
            int(dice.integers(1, 3)),
            officers=int(dice.integers(0, 2)),
            optional=bool(dice.random() < 0.3),
            shared=has_shared and row == 3,
            same_station="one" if row < 2 else "",
        )
        for row in range(4)
    )


def worth_of(outcome: Outcome) -> list[int]:
    """Give what is empty, the officers missing and the milliseconds of the required needs, then of the optional."""
    found = []
    for optional in (False, True):
        rows = [row for row, need in enumerate(outcome.needs) if need.optional is optional]
        led = {
            row: sum(outcome.field.candidates[column].unit.unit.officers for column in outcome.fills[row])
            for row in rows
        }
        found.append(sum(outcome.needs[row].count - len(outcome.fills[row]) for row in rows))
        found.append(sum(max(0, outcome.needs[row].officers - led[row]) for row in rows))
        found.append(sum(int(outcome.costs_ms[row, column]) for row in rows for column in outcome.picks[row]))
    return found


def test_the_best_station_is_given_up_where_its_unit_is_needed_elsewhere() -> None:
    """North is quickest, but its engine is the only patrol; nearer engines and ladders stand alone."""
    units = [unit(f"D{n}", word, station=f"lone {n}") for n, word in enumerate(["engine"] * 4 + ["ladder"] * 4)]
    units += [unit("N1", "engine patrol", station="north"), unit("N2", "ladder", station="north")]
    units += [unit("S1", "engine", station="south"), unit("S2", "ladder", station="south")]
    units += [unit("W1", "engine", station="west"), unit("W2", "ladder", station="west")]
    needs = (
        Need("engine", ("engine",), same_station="one"),
        Need("ladder", ("ladder",), same_station="one"),
        Need("patrol", ("patrol",)),
    )
    field = find_candidates(town(units, needs), {}, needs, (), incident_id=None, at=START)
    seconds = {"D": 60.0, "N": 100.0, "S": 300.0, "W": 600.0}
    etas = tuple(Eta(0.0, seconds[each.unit.unit.id[0]]) for each in field.candidates)
    outcome = choose(needs, field, etas)
    sent = [[field.candidates[column].unit.unit.id for column in columns] for columns in outcome.picks]
    assert sent == [["S1"], ["S2"], ["N1"]]


@pytest.mark.parametrize("seed", range(12))
def test_the_answer_is_as_good_as_with_everybody_in_sight(seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    dice = np.random.default_rng(seed)
    units = [
        unit(
            f"U{number:03d}",
            " ".join(dice.choice(WORDS, size=int(dice.integers(1, 3)), replace=False).tolist()),
            station=f"s{dice.integers(40)}" if dice.random() < 0.9 else "",
            officers=int(dice.random() < 0.4),
            cross_staffed=f"crew {number // 2}" if number < 20 else "",
        )
        for number in range(160)
    ]
    needs = random_card(dice)
    forces = (TaskForce("TF", ("U001", "U050", "U070"), (str(dice.choice(WORDS)),)),)
    field = find_candidates(town(units, needs, forces), {}, needs, (), incident_id=None, at=START)
    etas = tuple(Eta(0.0, float(seconds)) for seconds in dice.integers(60, 900, len(field.candidates)).tolist())
    few, seen = choose(needs, field, etas), 0

    def everybody(needs: object, field: Field, costs_ms: NDArray[np.int64], *rest: object) -> NDArray[np.int64]:
        nonlocal seen
        seen = len(field.candidates)
        return np.arange(seen)

    monkeypatch.setattr(outcome_bound, "worth_looking_at", everybody)
    every = choose(needs, field, etas)
    assert few.is_optimal and every.is_optimal and seen
    assert worth_of(few) == worth_of(every)
