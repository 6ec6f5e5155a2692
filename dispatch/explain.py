"""Say why, in codes: for each unit chosen, each passed over, and each need that stays open.

Of units chosen: nearest_suitable, first_of_equals, only_suitable, quickest_left, released_better_elsewhere,
officer_needed, one_station, crew_goes, serves_together, estimate_off_road. Of units passed over: slower, equally_fast,
lacks_officer, other_station, crew_goes_with, serves_less, unreachable, too_large, and those of `candidates`. Of needs:
none_on_duty, out_of_service, crew_too_small, lacks_equipment, crew_away, held_in_reserve, off_shift, force_incomplete,
all_busy, position_too_old, none_within_reach, too_large, none_can_go (several of these at once, counted), too_few,
no_officer, one_station_cannot, no_run_card.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from dispatch.explain_bound import quickest, why_not_quicker
from dispatch.filled import fits
from dispatch.matching import IMPOSSIBLE
from dispatch.outcome import Outcome
from dispatch.recommendation import Reason, Unmet
from dispatch.runcard import Need
from dispatch.too_large import Facts, sizes_of
from resources.unit import Unit

# What bars a unit, counted for a need that stays open under the code that says so.
COUNTED_AS = {
    "busy": "busy",
    "already_sent": "busy",
    "not_free": "busy",
    "in_distress": "busy",
    "out_of_service": "out_of_service",
    "position_too_old": "position_too_old",
    "crew_too_small": "crew_too_small",
    "lacks_equipment": "lacks_equipment",
    "crew_away": "crew_away",
    "held_in_reserve": "held_in_reserve",
    "off_shift": "off_shift",
    "force_incomplete": "force_incomplete",
}

_OBSTACLES = (
    ("position_too_old", "position_too_old"),
    ("unreachable", "none_within_reach"),
    ("too_large", "too_large"),
    ("busy", "all_busy"),
    ("crew_too_small", "crew_too_small"),
    ("lacks_equipment", "lacks_equipment"),
    ("crew_away", "crew_away"),
    ("held_in_reserve", "held_in_reserve"),
    ("off_shift", "off_shift"),
    ("force_incomplete", "force_incomplete"),
    ("out_of_service", "out_of_service"),
)


def explain_chosen(outcome: Outcome, row: int, column: int) -> Reason:
    """Say what made a unit the one for a need: its rank by time, and the next best that stays free."""
    costs = outcome.costs_ms[row]
    row_of, cost_ms = outcome.row_of_pick, int(costs[column])
    is_able = costs != IMPOSSIBLE
    is_before = costs < cost_ms
    is_before[:column] |= costs[:column] == cost_ms
    is_before &= is_able
    rank, of = int(np.count_nonzero(is_before)) + 1, int(np.count_nonzero(is_able))
    # A quicker unit that stands elsewhere in the card is news only where this one could not stand there.
    quicker = [
        (int(costs[other]), other)
        for other, there in row_of.items()
        if there != row and is_before[other] and outcome.costs_ms[there, column] == IMPOSSIBLE
    ]
    if quicker:
        _, other = min(quicker)
        return Reason(
            "released_better_elsewhere",
            (
                ("rank", rank),
                ("unit", outcome.field.candidates[other].unit.unit.id),
                ("need", outcome.needs[row_of[other]].id),
                ("gain_s", _seconds(cost_ms - costs[other])),
            ),
        )
    hindered = why_not_quicker(outcome, row, column, is_before) if outcome.is_bound else None
    if hindered is not None:
        return hindered
    is_after = is_able & ~is_before & ~outcome.is_sent
    runner_up = quickest(costs, is_after)
    if runner_up is None:
        return Reason("only_suitable" if of == 1 else "quickest_left", (("rank", rank), ("of", of)))
    if costs[runner_up] == cost_ms:
        name = outcome.field.candidates[runner_up].unit.unit.id
        return Reason("first_of_equals", (("rank", rank), ("of", of), ("unit", name)))
    return Reason(
        "nearest_suitable",
        (
            ("rank", rank),
            ("of", of),
            ("runner_up", outcome.field.candidates[runner_up].unit.unit.id),
            ("runner_up_eta_s", _seconds(costs[runner_up])),
            ("ahead_s", _seconds(costs[runner_up] - cost_ms)),
        ),
    )


def explain_unmet(outcome: Outcome) -> tuple[Unmet, ...]:
    """Say of every need that is not filled how many are missing and what is in the way.

    One that is filled but lacks officers is missing nobody, and says so.
    """
    unmet = []
    for row, need in enumerate(outcome.needs):
        missing = need.count - len(outcome.fills[row])
        officers = sum(outcome.field.candidates[column].unit.unit.officers for column in outcome.fills[row])
        if missing > 0:
            unmet.append(Unmet(need.id, need.any_of, need.department, missing, _why_unmet(outcome, row, need)))
        elif officers < need.officers:
            facts = (("wanted", need.officers), ("missing", need.officers - officers))
            unmet.append(Unmet(need.id, need.any_of, need.department, 0, Reason("no_officer", facts)))
    return tuple(unmet)


def _why_unmet(outcome: Outcome, row: int, need: Need) -> Reason:
    """Name the obstacle, or say that there are several; all of them are counted in the parameters."""
    field, etas = outcome.field, outcome.etas
    kind, kinds = field.standing.roll.kind, field.standing.roll.kinds
    found: Counter[str] = Counter()
    is_asked = [
        row in able and need.department in ("", each.department)
        for (able, _), each in zip(field.fits, kinds, strict=True)
    ]
    rows = field.barred_rows[np.array(is_asked, dtype=bool)[kind[field.barred_rows]]]
    barred = [(field.reason_of(number).code, many) for number, many in _counted(field.numbers[rows])]
    barred += [
        (each.reason.code, 1)
        for each in field.barred_forces
        if row in each.needs and need.department in ("", each.unit.unit.department)
    ]
    for code, many in barred:
        if code != "other_department":
            found[COUNTED_AS.get(code, "not_on_roster")] += many
    is_able = np.array([row in able for able in field.sets], dtype=bool)[field.set_of]
    is_cut_off = etas.totals_ms == IMPOSSIBLE
    is_away = outcome.is_used & ~outcome.is_sent
    for code, marked in (
        ("unreachable", is_able & is_cut_off & ~etas.is_too_large),
        ("too_large", is_able & etas.is_too_large),
        ("crew_away", is_able & ~is_cut_off & is_away),
        ("sent", is_able & ~is_cut_off & ~is_away),
    ):
        if many := int(np.count_nonzero(marked)):
            found[code] += many
    able_units = [*kinds, *(each.unit.unit for each in field.forces)]
    for number, many in _counted(field.set_of[~is_able]):
        if (lack := what_lacks(able_units[number], need)) is not None:
            found[lack] += many
    may_still_go = is_able & ~is_cut_off & ~outcome.is_used
    if outcome.is_bound and need.same_station and may_still_go.any():
        return Reason("one_station_cannot", (("wanted", ", ".join(need.any_of)),))
    large = np.flatnonzero(is_able & etas.is_too_large).tolist()
    return name_obstacle(found, need, sizes=sizes_of(field.candidates[column] for column in large))


def _counted(numbers: NDArray[np.int64]) -> list[tuple[int, int]]:
    """Give each number that stands there, and how often."""
    found, counts = np.unique(numbers, return_counts=True)
    return list(zip(found.tolist(), counts.tolist(), strict=True))


def what_lacks(unit: Unit, need: Need) -> str | None:
    """Say which of crew and equipment a unit that could fill a need otherwise lacks; None for all others."""
    if not fits(unit, replace(need, min_crew=0, equipment=())) or fits(unit, need):
        return None
    return "crew_too_small" if unit.crew < need.min_crew else "lacks_equipment"


def name_obstacle(found: Counter[str], need: Need, *, sizes: Facts = ()) -> Reason:
    """Say what stands in the way of a need, from counts of what was found; `sent` are those that go already.

    `sizes` are of the vehicles that are too large, said where that is all there is to say.
    """
    codes = [code for blocker, code in _OBSTACLES if found[blocker]]
    if len(codes) > 1:
        code = "none_can_go"
    elif codes:
        code = codes[0]
    else:
        code = "too_few" if found["sent"] else "none_on_duty"
    counts = tuple((name, found[name]) for name in sorted(found) if name != "not_on_roster")
    return Reason(code, (("wanted", ", ".join(need.any_of)), *counts, *(sizes if code == "too_large" else ())))


def _seconds(milliseconds: int | np.int64) -> float:
    return round(int(milliseconds) / 1000, 1)
