"""Who should go, when they would be there and why; what is missing and why. Questions: they change nothing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

import numpy as np

from dispatch.candidates import find_candidates
from dispatch.explain import explain_chosen, explain_unmet
from dispatch.explain_passed import explain_passed
from dispatch.filled import stations_of
from dispatch.incident import Location
from dispatch.outcome import Outcome, choose, open_needs
from dispatch.passed import PassedTable
from dispatch.recommendation import Chosen, Passed, Path, Reason, Recommendation, Unmet
from dispatch.seal import answer_hash
from dispatch.state import State
from dispatch.straight import DETOUR, StraightGround, distances_m
from dispatch.travels import Roads
from dispatch.trips import Trips
from resources.position import Fix

# An answer may take two seconds in all, and this is the part of it that can be cut short.
TIME_LIMIT_S = 1.5


def recommend(
    state: State, fixes: Mapping[str, Fix], ground: Roads, incident_id: int, *, at: datetime
) -> Recommendation:
    """Recommend for an incident of the state what its run card still lacks, at `at` (aware UTC).

    Units on their way count for the need that they were sent for, or for one that they fit. Raises KeyError for an
    incident that does not exist.
    """
    incident = state.incidents[incident_id]
    question = _Question(incident.kind, incident.location, incident.alarm_level, incident.mode, incident_id, at)
    return _answer(state, fixes, ground, question)


def recommend_for(
    state: State,
    fixes: Mapping[str, Fix],
    ground: Roads,
    *,
    kind: str,
    location: Location,
    alarm_level: int = 1,
    priority: int | None = None,
    incident_id: int | None = None,
    at: datetime,
) -> Recommendation:
    """Recommend for something that is not in the log yet: place and kind suffice.

    `priority` is taken for the interface's sake: no run card makes its needs depend on it yet.
    """
    card = state.cards.get(kind)
    mode = card.mode if card is not None else "emergency"
    return _answer(state, fixes, ground, _Question(kind, location, alarm_level, mode, incident_id, at))


def straight_line(
    state: State,
    fixes: Mapping[str, Fix],
    *,
    kind: str = "",
    location: Location | None = None,
    alarm_level: int = 1,
    incident_id: int | None = None,
    at: datetime,
) -> Recommendation:
    """Recommend by straight lines, marked as an estimate: for an incident of the state, or for kind and location.

    This is what stands on the screen while the planner is down; it needs no roads.
    """
    ground = StraightGround()
    if kind and location is not None:
        return recommend_for(
            state, fixes, ground, kind=kind, location=location, alarm_level=alarm_level, incident_id=incident_id, at=at
        )
    if incident_id is None:
        raise ValueError("name an incident, or a kind and a location")
    return recommend(state, fixes, ground, incident_id, at=at)


def why_not(recommendation: Recommendation, unit_id: str) -> Reason:
    """Tell why a unit was passed over, or what it was chosen for. Raises KeyError for a unit nobody knew of."""
    passed = PassedTable.of(recommendation.passed).find(unit_id)
    if passed is not None:
        return passed.reason
    for chosen in recommendation.chosen:
        if chosen.unit_id == unit_id:
            return chosen.reason
    raise KeyError(unit_id)


@dataclass(frozen=True, slots=True)
class _Question:
    kind: str
    location: Location
    alarm_level: int
    mode: str
    incident_id: int | None
    at: datetime


def _answer(state: State, fixes: Mapping[str, Fix], ground: Roads, question: _Question) -> Recommendation:
    ground.set_closures(state.closures.values())
    ground.set_conditions(at=question.at, time_zone=state.time_zone, weather=state.weather)
    card = state.cards.get(question.kind)
    if card is None:
        no_card = Unmet("", (), "", 0, Reason("no_run_card", (("kind", question.kind),)))
        return _sealed(state, question, (), (), (no_card,), (), is_estimate=isinstance(ground, StraightGround))
    asked = card.needs_at(question.alarm_level)
    needs, filled = open_needs(state, asked, question.incident_id)
    field = find_candidates(state, fixes, needs, filled, incident_id=question.incident_id, at=question.at)
    lon, lat = question.location.lon, question.location.lat
    travels = ground.travels(question.mode, field.starts(), lon, lat)
    trips = Trips(field.standing.turnout_s[field.crew_rows], travels)
    stations = stations_of(state, asked, question.incident_id)
    outcome = choose(needs, field, trips.etas(field), stations=stations, limit_s=TIME_LIMIT_S)
    chosen, paths = _chosen(outcome, trips, ground, question)
    passed, unmet = explain_passed(outcome), explain_unmet(outcome)
    is_guess, is_optimal = travels.is_guess, outcome.is_optimal
    return _sealed(state, question, chosen, passed, unmet, paths, is_estimate=is_guess, is_optimal=is_optimal)


def _chosen(
    outcome: Outcome, trips: Trips, ground: Roads, question: _Question
) -> tuple[tuple[Chosen, ...], tuple[Path, ...]]:
    """Give a row for every unit that should go; a task force has one for each of its units."""
    lon, lat = question.location.lon, question.location.lat
    field = outcome.field
    going = [
        (crew, number, column, row)
        for column, row in outcome.row_of_pick.items()
        for crew, number in zip(
            field.candidates[column].members or (field.candidates[column],), field.crews_of(column), strict=True
        )
    ]
    on_road = [crew for crew, number, _, _ in going if not trips.is_estimate(number)]
    paths = ground.paths(question.mode, [crew.start for crew in on_road], lon, lat)
    path_of = {crew.unit.unit.id: path for crew, path in zip(on_road, paths, strict=True)}
    chosen: list[Chosen] = []
    for crew, number, column, row in going:
        eta = trips.eta(number)
        if eta is None:
            continue
        unit, start, whole, need = crew.unit.unit, crew.start, field.candidates[column], outcome.needs[row]
        path = path_of.get(unit.id)
        if path is not None:
            distance_m = path.distance_m
        else:
            distance_m = float(distances_m(np.array([[start.lon, start.lat]]), lon, lat)[0]) * DETOUR
        reason = explain_chosen(outcome, row, column)
        if trips.is_estimate(number) and not trips.travels.is_guess:
            reason = Reason("estimate_off_road", (("off_road_m", round(trips.off_road_m(number))),))
        able = unit.capabilities if set(need.any_of) & set(unit.capabilities) else whole.unit.unit.capabilities
        chosen.append(
            Chosen(
                unit_id=unit.id,
                need_id=need.id,
                capability=next(each for each in need.any_of if each in able),
                department=unit.department,
                eta=eta,
                distance_m=round(distance_m, 1),
                reason=reason,
                fix_age_s=crew.fix_age_s,
                is_estimate=trips.is_estimate(number),
                also=tuple(outcome.needs[each].id for each in outcome.also.get(column, ())),
                task_force=whole.unit.unit.id if whole.members else "",
            )
        )
    return tuple(chosen), tuple(path for path in paths if path is not None)


def _sealed(
    state: State,
    question: _Question,
    chosen: tuple[Chosen, ...],
    passed: Sequence[Passed],
    unmet: tuple[Unmet, ...],
    paths: tuple[Path, ...],
    *,
    is_estimate: bool,
    is_optimal: bool = True,
) -> Recommendation:
    answer = Recommendation(
        incident_id=question.incident_id,
        kind=question.kind,
        alarm_level=question.alarm_level,
        sequence=state.sequence,
        at=question.at,
        chosen=chosen,
        passed=passed,
        unmet=unmet,
        paths=paths,
        is_estimate=is_estimate,
        is_optimal=is_optimal,
    )
    return replace(answer, hash=answer_hash(answer))
