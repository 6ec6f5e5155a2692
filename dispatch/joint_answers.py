"""Turn the choice of a joint plan into one answer an incident."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime

import numpy as np

from dispatch.incident import Incident
from dispatch.joint_board import Board
from dispatch.joint_explain import Explainer
from dispatch.packing import Packing, Terms
from dispatch.packing_terms import missing_officers
from dispatch.recommendation import Chosen, Reason, Recommendation, Unmet
from dispatch.seal import answer_hash
from dispatch.state import State
from dispatch.straight import DETOUR, distances_m
from dispatch.travels import Roads, Start


def answers_of(
    state: State, incidents: Sequence[Incident], board: Board, terms: Terms, packing: Packing, *, at: datetime
) -> tuple[Recommendation, ...]:
    """Answer for every incident that gets a unit or lacks one."""
    explainer = Explainer(board, terms, packing)
    rows: dict[int, list[int]] = {}
    for row, each in enumerate(board.wanted):
        rows.setdefault(each.incident.id, []).append(row)
    fills, missing = packing.fills(len(board.wanted)), missing_officers(packing, terms).tolist()
    late = len(terms.counts) if packing.greedy_from is None else packing.greedy_from
    answers = []
    for incident in incidents:
        chosen: list[Chosen] = []
        unmet: list[Unmet] = []
        if incident.kind not in state.cards:
            unmet.append(Unmet("", (), "", 0, Reason("no_run_card", (("kind", incident.kind),))))
        mine = rows.get(incident.id, [])
        away_m = _away_m(board, incident, [column for row in mine for column in fills[row]])
        for row in mine:
            sent = [column for column in fills[row] if packing.hosts[column] == row]
            for column in sorted(sent, key=lambda column: (int(board.costs_ms[row, column]), column)):
                also = tuple(board.wanted[each].need.id for each in packing.rides.get(column, ()))
                chosen += _chosen(board, row, column, also, explainer, away_m)
            need = board.wanted[row].need
            if len(fills[row]) < need.count:
                unmet.append(explainer.unmet(row, need.count - len(fills[row])))
            elif missing[row]:
                facts = (("wanted", need.officers), ("missing", missing[row]))
                unmet.append(Unmet(need.id, need.any_of, need.department, 0, Reason("no_officer", facts)))
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
                is_optimal=all(terms.classes[row] < late for row in mine),
            )
            answers.append(replace(answer, hash=answer_hash(answer)))
    return tuple(answers)


def _away_m(board: Board, incident: Incident, columns: Sequence[int]) -> dict[int, float]:
    """Measure how far the crews of candidates are from an incident, along a straight line."""
    crews = [crew for column in columns for crew in board.rows_of[column]]
    starts = [board.crews[crew].start for crew in crews]
    lonlat = np.array([(start.lon, start.lat) for start in starts], dtype=np.float64).reshape(-1, 2)
    away_m = distances_m(lonlat, incident.location.lon, incident.location.lat)
    return dict(zip(crews, away_m.tolist(), strict=True))


def _chosen(
    board: Board,
    row: int,
    column: int,
    also: tuple[str, ...],
    explainer: Explainer,
    away_m: Mapping[int, float],
) -> list[Chosen]:
    """Give a row for every unit that goes; a task force has one for each of its units."""
    candidate, wanted = board.candidates[column], board.wanted[row]
    travels = board.travels[wanted.incident.id]
    found = []
    for number in board.rows_of[column]:
        crew = board.crews[number]
        unit = crew.unit.unit
        is_estimate = bool(travels.is_estimate[number])
        reason = explainer.chosen(row, column)
        if is_estimate and not travels.is_guess:
            reason = Reason("estimate_off_road", (("off_road_m", round(float(travels.off_road_m[number]))),))
        able = (
            unit.capabilities if set(wanted.need.any_of) & set(unit.capabilities) else candidate.unit.unit.capabilities
        )
        found.append(
            Chosen(
                unit_id=unit.id,
                need_id=wanted.need.id,
                capability=next(each for each in wanted.need.any_of if each in able),
                department=unit.department,
                eta=board.eta(row, number),
                distance_m=round(away_m[number] * DETOUR, 1),
                reason=reason,
                fix_age_s=crew.fix_age_s,
                is_estimate=is_estimate,
                also=also,
                task_force=candidate.unit.unit.id if candidate.members else "",
            )
        )
    return found


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
