"""Turn the choice of a joint plan into one answer an incident."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime

import numpy as np

from dispatch.incident import Incident
from dispatch.joint_board import Board
from dispatch.joint_explain import Explainer
from dispatch.recommendation import Chosen, Reason, Recommendation, Unmet
from dispatch.seal import answer_hash
from dispatch.state import State
from dispatch.straight import DETOUR, distances_m
from dispatch.travels import Roads, Start


def answers_of(
    state: State, incidents: Sequence[Incident], board: Board, row_of: dict[int, int], *, at: datetime
) -> tuple[Recommendation, ...]:
    """Answer for every incident that gets a unit or lacks one; `row_of` is the need of every chosen candidate."""
    explainer = Explainer(board, row_of)
    rows: dict[int, list[int]] = {}
    for row, each in enumerate(board.wanted):
        rows.setdefault(each.incident.id, []).append(row)
    columns: dict[int, list[int]] = {}
    for column, row in row_of.items():
        columns.setdefault(row, []).append(column)
    answers = []
    for incident in incidents:
        chosen: list[Chosen] = []
        unmet: list[Unmet] = []
        if incident.kind not in state.cards:
            unmet.append(Unmet("", (), "", 0, Reason("no_run_card", (("kind", incident.kind),))))
        for row in rows.get(incident.id, ()):
            picked = sorted(columns.get(row, ()), key=lambda column: (int(board.costs_ms[row, column]), column))
            chosen += [_chosen(board, row, column, explainer) for column in picked]
            if len(picked) < board.wanted[row].need.count:
                unmet.append(explainer.unmet(row, board.wanted[row].need.count - len(picked)))
        if chosen or unmet:
            travels = board.travels.get(incident.id)
            answer = Recommendation(
                incident_id=incident.id,
                kind=incident.kind,
                alarm_level=incident.alarm_level,
                sequence=state.sequence,
                at=at,
                chosen=tuple(chosen),
                passed=(),
                unmet=tuple(unmet),
                is_estimate=travels is not None and travels.is_guess,
            )
            answers.append(replace(answer, hash=answer_hash(answer)))
    return tuple(answers)


def _chosen(board: Board, row: int, column: int, explainer: Explainer) -> Chosen:
    candidate, wanted = board.candidates[column], board.wanted[row]
    unit, start, place = candidate.unit.unit, candidate.start, wanted.incident.location
    travels = board.travels[wanted.incident.id]
    is_estimate = bool(travels.is_estimate[column])
    reason = explainer.chosen(row, column)
    if is_estimate and not travels.is_guess:
        reason = Reason("estimate_off_road", (("off_road_m", round(float(travels.off_road_m[column]))),))
    away_m = float(distances_m(np.array([[start.lon, start.lat]]), place.lon, place.lat)[0])
    return Chosen(
        unit_id=unit.id,
        need_id=wanted.need.id,
        capability=next(each for each in wanted.need.any_of if each in unit.capabilities),
        department=unit.department,
        eta=board.eta(row, column),
        distance_m=round(away_m * DETOUR, 1),
        reason=reason,
        fix_age_s=candidate.fix_age_s,
        is_estimate=is_estimate,
    )


def add_paths(answer: Recommendation, incident: Incident, starts: Mapping[str, Start], ground: Roads) -> Recommendation:
    """Return an answer with the ways of its units by road, and their true lengths in the place of guesses."""
    on_road = [each for each in answer.chosen if not each.is_estimate]
    place = incident.location
    paths = ground.paths(incident.mode, [starts[each.unit_id] for each in on_road], place.lon, place.lat)
    found = {path.unit_id: path for path in paths if path is not None}
    chosen = tuple(
        replace(each, distance_m=round(found[each.unit_id].distance_m, 1)) if each.unit_id in found else each
        for each in answer.chosen
    )
    whole = replace(answer, chosen=chosen, paths=tuple(found.values()))
    return replace(whole, hash=answer_hash(whole))
