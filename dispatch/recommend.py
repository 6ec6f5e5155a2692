"""Who should go, when they would be there and why; what is missing and why. Questions: they change nothing."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime

import numpy as np

from dispatch.candidates import Field, find_candidates
from dispatch.explain import explain_chosen, explain_passed, explain_unmet
from dispatch.incident import Location
from dispatch.outcome import Outcome, choose, open_needs
from dispatch.recommendation import Chosen, Eta, Passed, Path, Reason, Recommendation, Unmet
from dispatch.seal import answer_hash
from dispatch.state import State
from dispatch.straight import DETOUR, StraightGround, distances_m
from dispatch.travels import Roads, Travels
from resources.position import Fix


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
    for passed in recommendation.passed:
        if passed.unit_id == unit_id:
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
    card = state.cards.get(question.kind)
    if card is None:
        no_card = Unmet("", (), "", 0, Reason("no_run_card", (("kind", question.kind),)))
        return _sealed(state, question, (), (), (no_card,), (), is_estimate=isinstance(ground, StraightGround))
    needs, filled = open_needs(state, card.needs_at(question.alarm_level), question.incident_id)
    field = find_candidates(state, fixes, needs, filled, incident_id=question.incident_id, at=question.at)
    lon, lat = question.location.lon, question.location.lat
    travels = ground.travels(question.mode, [each.start for each in field.candidates], lon, lat)
    outcome = choose(needs, field, _etas(field, travels))
    chosen, paths = _chosen(outcome, travels, ground, question)
    passed, unmet = explain_passed(outcome), explain_unmet(outcome)
    return _sealed(state, question, chosen, passed, unmet, paths, is_estimate=travels.is_guess)


def _etas(field: Field, travels: Travels) -> tuple[Eta | None, ...]:
    times = zip(field.candidates, travels.travel_s.tolist(), travels.access_s.tolist(), strict=True)
    return tuple(
        Eta(round(candidate.turnout_s, 3), round(travel_s, 3), round(access_s, 3)) if math.isfinite(travel_s) else None
        for candidate, travel_s, access_s in times
    )


def _chosen(
    outcome: Outcome, travels: Travels, ground: Roads, question: _Question
) -> tuple[tuple[Chosen, ...], tuple[Path, ...]]:
    lon, lat = question.location.lon, question.location.lat
    candidates = outcome.field.candidates
    on_road = [column for column in outcome.row_of_pick if not travels.is_estimate[column]]
    paths = ground.paths(question.mode, [candidates[column].start for column in on_road], lon, lat)
    path_of = dict(zip(on_road, paths, strict=True))
    chosen: list[Chosen] = []
    for column, row in outcome.row_of_pick.items():
        candidate, eta, need = candidates[column], outcome.etas[column], outcome.needs[row]
        if eta is None:
            continue
        unit, start = candidate.unit.unit, candidate.start
        path = path_of.get(column)
        if path is not None:
            distance_m = path.distance_m
        else:
            distance_m = float(distances_m(np.array([[start.lon, start.lat]]), lon, lat)[0]) * DETOUR
        is_estimate = bool(travels.is_estimate[column])
        reason = explain_chosen(outcome, row, column)
        if is_estimate and not travels.is_guess:
            reason = Reason("estimate_off_road", (("off_road_m", round(float(travels.off_road_m[column]))),))
        chosen.append(
            Chosen(
                unit_id=unit.id,
                need_id=need.id,
                capability=next(each for each in need.any_of if each in unit.capabilities),
                department=unit.department,
                eta=eta,
                distance_m=round(distance_m, 1),
                reason=reason,
                fix_age_s=candidate.fix_age_s,
                is_estimate=is_estimate,
            )
        )
    return tuple(chosen), tuple(path for path in paths if path is not None)


def _sealed(
    state: State,
    question: _Question,
    chosen: tuple[Chosen, ...],
    passed: tuple[Passed, ...],
    unmet: tuple[Unmet, ...],
    paths: tuple[Path, ...],
    *,
    is_estimate: bool,
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
    )
    return replace(answer, hash=answer_hash(answer))
