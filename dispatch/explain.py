"""Say why, in codes: for each unit chosen, each passed over, and each need that stays open.

Of units chosen: nearest_suitable, first_of_equals, only_suitable, quickest_left, released_better_elsewhere,
officer_needed, one_station, crew_goes, serves_together, estimate_off_road. Of units passed over: slower, equally_fast,
lacks_officer, other_station, crew_goes_with, serves_less, unreachable, and those of `candidates`. Of needs:
none_on_duty, out_of_service, crew_too_small, lacks_equipment, crew_away, held_in_reserve, off_shift, force_incomplete,
all_busy, position_too_old, none_within_reach, none_can_go (several of these at once, counted), too_few, no_officer,
one_station_cannot, no_run_card.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from operator import itemgetter

import numpy as np

from dispatch.explain_bound import passed_over, why_not_quicker
from dispatch.filled import fits
from dispatch.matching import IMPOSSIBLE
from dispatch.outcome import Outcome
from dispatch.recommendation import Passed, Reason, Unmet
from dispatch.runcard import Need
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

_UNREACHABLE = Reason("unreachable")
_NEVER_MS = 2**60

_OBSTACLES = (
    ("position_too_old", "position_too_old"),
    ("unreachable", "none_within_reach"),
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
    row_of = outcome.row_of_pick
    able = np.flatnonzero(costs != IMPOSSIBLE)
    order = able[np.lexsort((able, costs[able]))].tolist()
    rank = order.index(column) + 1
    # A quicker unit that stands elsewhere in the card is news only where this one could not stand there.
    quicker = [
        other
        for other in order[: rank - 1]
        if row_of.get(other, row) != row and outcome.costs_ms[row_of[other], column] == IMPOSSIBLE
    ]
    if quicker:
        other = quicker[0]
        return Reason(
            "released_better_elsewhere",
            (
                ("rank", rank),
                ("unit", outcome.field.candidates[other].unit.unit.id),
                ("need", outcome.needs[row_of[other]].id),
                ("gain_s", _seconds(costs[column] - costs[other])),
            ),
        )
    hindered = why_not_quicker(outcome, row, column, order[: rank - 1]) if outcome.is_bound else None
    if hindered is not None:
        return hindered
    runner_up = next((other for other in order[rank:] if other not in row_of), None)
    if runner_up is None:
        return Reason("only_suitable" if len(order) == 1 else "quickest_left", (("rank", rank), ("of", len(order))))
    if costs[runner_up] == costs[column]:
        name = outcome.field.candidates[runner_up].unit.unit.id
        return Reason("first_of_equals", (("rank", rank), ("of", len(order)), ("unit", name)))
    return Reason(
        "nearest_suitable",
        (
            ("rank", rank),
            ("of", len(order)),
            ("runner_up", outcome.field.candidates[runner_up].unit.unit.id),
            ("runner_up_eta_s", _seconds(costs[runner_up])),
            ("ahead_s", _seconds(costs[runner_up] - costs[column])),
        ),
    )


def explain_passed(outcome: Outcome) -> tuple[Passed, ...]:
    """Say of every unit not chosen why not.

    Those whose position is too old to tell stand first, so that one may ask them by hand; then those that could come,
    by time; then the rest by id.
    """
    row_of = outcome.row_of_pick
    user_of, slowest = outcome.user_of, _slowest_picks(outcome)
    nearest: dict[tuple[int, ...], tuple[int, str, str]] = {}
    is_plain: dict[tuple[int, ...], bool] = {}
    could: list[tuple[int, Passed]] = []
    totals_ms = outcome.costs_ms.max(axis=0, initial=IMPOSSIBLE).tolist()
    for column, (candidate, eta, cost) in enumerate(
        zip(outcome.field.candidates, outcome.etas, totals_ms, strict=True)
    ):
        if column in row_of:
            continue
        unit, needs = candidate.unit.unit, candidate.needs
        if eta is None:
            near = outcome.needs[needs[0]].id
            could.append((_NEVER_MS, Passed(unit.id, unit.department, _UNREACHABLE, None, near)))
            continue
        if needs not in nearest:
            # Every need that it fits is filled, or it would have been chosen: it came nearest to the slowest of those.
            row = max(needs, key=slowest.__getitem__)
            taken_ms, taken = slowest[row]
            nearest[needs] = taken_ms, outcome.field.candidates[taken].unit.unit.id, outcome.needs[row].id
            is_plain[needs] = taken_ms >= 0 and not any(outcome.needs[row].same_station for row in needs)
        taken_ms, chosen, need_id = nearest[needs]
        if outcome.is_bound:
            is_used = any(map(user_of.__contains__, candidate.resources))
            if is_used or cost <= taken_ms or not is_plain[needs]:
                passed = passed_over(outcome, column, slowest)
                could += [] if passed is None else [(round(eta.total_s * 1000), passed)]
                continue
        code = "slower" if cost > taken_ms else "equally_fast"
        reason = Reason(code, (("unit", chosen), ("by_s", round((cost - taken_ms) / 1000, 1))))
        could.append((cost, Passed(unit.id, unit.department, reason, eta, need_id)))
    could.sort(key=itemgetter(0))  # candidates stand by id, and stay so among equals
    names = [need.id for need in outcome.needs]
    barred = [
        Passed(
            each.unit.unit.id, each.unit.unit.department, each.reason, None, names[each.needs[0]] if each.needs else ""
        )
        for each in outcome.field.barred
        if each.unit.unit.id not in outcome.user_of  # who goes as a part of a task force is not passed over
    ]
    lost = [each for each in barred if each.need_id and each.reason.code == "position_too_old"]
    rest = [each for each in barred if not (each.need_id and each.reason.code == "position_too_old")]
    return (*lost, *(passed for _, passed in could), *rest)


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
    found: Counter[str] = Counter()
    for each in outcome.field.barred:
        is_misfit = each.reason.code == "other_department" or (need.department not in ("", each.unit.unit.department))
        if row in each.needs and not is_misfit:
            found[COUNTED_AS.get(each.reason.code, "not_on_roster")] += 1
    for column, (candidate, eta) in enumerate(zip(outcome.field.candidates, outcome.etas, strict=True)):
        if row in candidate.needs:
            is_used = column not in outcome.row_of_pick and _is_used(outcome, column)
            found["unreachable" if eta is None else "crew_away" if is_used else "sent"] += 1
        elif (lack := what_lacks(candidate.unit.unit, need)) is not None:
            found[lack] += 1
    is_stayed = outcome.is_bound and need.same_station and _may_still_go(outcome, row)
    return (
        Reason("one_station_cannot", (("wanted", ", ".join(need.any_of)),)) if is_stayed else name_obstacle(found, need)
    )


def what_lacks(unit: Unit, need: Need) -> str | None:
    """Say which of crew and equipment a unit that could fill a need otherwise lacks; None for all others."""
    if not fits(unit, replace(need, min_crew=0, equipment=())) or fits(unit, need):
        return None
    return "crew_too_small" if unit.crew < need.min_crew else "lacks_equipment"


def _is_used(outcome: Outcome, column: int) -> bool:
    """Tell whether what a candidate would use up goes already, with another one."""
    return outcome.is_bound and any(each in outcome.user_of for each in outcome.field.candidates[column].resources)


def _may_still_go(outcome: Outcome, row: int) -> bool:
    """Tell whether anybody who could fill a need stays behind free."""
    able = (column for column, each in enumerate(outcome.field.candidates) if row in each.needs)
    return any(outcome.etas[column] is not None and not _is_used(outcome, column) for column in able)


def name_obstacle(found: Counter[str], need: Need) -> Reason:
    """Say what stands in the way of a need, from counts of what was found; `sent` are those that go already."""
    codes = [code for blocker, code in _OBSTACLES if found[blocker]]
    if len(codes) > 1:
        code = "none_can_go"
    elif codes:
        code = codes[0]
    else:
        code = "too_few" if found["sent"] else "none_on_duty"
    counts = tuple((name, found[name]) for name in sorted(found) if name != "not_on_roster")
    return Reason(code, (("wanted", ", ".join(need.any_of)), *counts))


def _slowest_picks(outcome: Outcome) -> list[tuple[int, int]]:
    """Give for every need the milliseconds and the column of the slowest unit chosen for it; -1 where there is none."""
    return [
        max(((int(outcome.costs_ms[row, column]), column) for column in columns), default=(-1, -1))
        for row, columns in enumerate(outcome.fills)
    ]


def _seconds(milliseconds: int | np.int64) -> float:
    return round(int(milliseconds) / 1000, 1)
