"""Judge one decision by what was known when it was taken: the plan then, the roads then, the positions then."""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from dispatch.commands import Choice
from dispatch.coverage import Coverage
from dispatch.exercise.exercise import Exercise, Recorded
from dispatch.exercise.fleet import set_roads
from dispatch.exercise.score_records import (
    AS_BEST,
    AS_QUICK,
    FEWER,
    MORE,
    QUICKER,
    SLOWER,
    UNJUDGED,
    Covered,
    Going,
    Lacking,
    Option,
)
from dispatch.filled import fill
from dispatch.move_ups import move_ups
from dispatch.paced_roads import paced
from dispatch.passed import PassedTable
from dispatch.plan import plan
from dispatch.recommend import recommend
from dispatch.recommendation import Recommendation
from dispatch.runcard import Need
from dispatch.state import State
from dispatch.travels import Roads
from dispatch.turnout import turnout_time_s
from dispatch.whereabouts import last_scene, locate
from resources.position import Fix

ALIKE_S = 15.0  # nobody would call one choice slower than another for less
Fixes = Mapping[str, Fix]


class Judge:
    """Answer what was best, and how a choice compares. Belongs to the thread of the ground; it changes nothing."""

    def __init__(self, exercise: Exercise, ground: Roads, coverage: Coverage | None = None) -> None:
        self.exercise, self.ground, self.coverage = exercise, ground, coverage
        self._zone = ZoneInfo(exercise.time_zone)

    def best(self, state: State, fixes: Fixes, number: int, at: datetime) -> Option:
        """Return what the plan for all open incidents gives one of them; nobody where it lacks nothing."""
        found = plan(state, fixes, self._paced(state), at=at, time_limit_s=math.inf)
        answer = next((each for each in found.answers if each.incident_id == number), None)
        if answer is None:
            return Option()
        units = tuple(
            Going(
                unit_id=each.unit_id,
                need_id=each.need_id,
                department=each.department,
                eta_s=round(each.eta.total_s, 1),
                lon=found.starts[each.unit_id].lon if each.unit_id in found.starts else None,
                lat=found.starts[each.unit_id].lat if each.unit_id in found.starts else None,
                code=each.reason.code,
                parameters=each.reason.parameters,
            )
            for each in answer.chosen
        )
        lacking = tuple(
            Lacking(each.need_id, each.missing, each.reason.code, each.reason.parameters) for each in answer.unmet
        )
        return self._timed(state, number, units, lacking)

    def chosen(self, state: State, fixes: Fixes, number: int, choices: Sequence[Choice], at: datetime) -> Option:
        """Return what a trainee chose, with the times that could be known then and why the plan thinks otherwise."""
        answer = recommend(state, fixes, self._paced(state), number, at=at)
        passed = PassedTable.of(answer.passed)
        units = tuple(self._going(state, fixes, number, each, answer, passed, at) for each in choices)
        return self._timed(state, number, units, ())

    def covered(
        self, state: State, fixes: Fixes, at: datetime, did: Collection[str], best: Collection[str]
    ) -> tuple[Covered, ...]:
        """Say what part of the demand stays in reach with those gone who were sent, and with those the plan sends."""
        if self.coverage is None:
            return ()
        self._prepare(state, fixes, at)
        one = self.coverage.answers(state, fixes, at=at, leaving=did)
        other = self.coverage.answers(state, fixes, at=at, leaving=best)
        return tuple(
            Covered(
                mine.department,
                mine.target.id,
                round(mine.reached, 4),
                round(mine.reached_after, 4),
                round(theirs.reached_after, 4),
            )
            for mine, theirs in zip(one.covers, other.covers, strict=True)
        )

    def moved(self, state: State, after: State, fixes: Fixes, at: datetime, unit_id: str) -> tuple[Covered, ...]:
        """Say the same of a unit that waits elsewhere from now on, as if it were there already."""
        unit = after.units.get(unit_id)
        if self.coverage is None or unit is None:
            return ()
        there = Fix(unit_id, *unit.home, at, at, 0.0, None, "simulated")
        self._prepare(state, fixes, at)
        one = self.coverage.answers(state, fixes, at=at)
        moved = {**fixes, unit_id: there}
        self._prepare(after, moved, at)
        other = self.coverage.answers(after, moved, at=at)
        return tuple(
            Covered(
                each.department, each.target.id, round(each.reached, 4), round(now.reached, 4), round(now.reached, 4)
            )
            for each, now in zip(one.covers, other.covers, strict=True)
        )

    def move_ups(self, state: State, fixes: Fixes, at: datetime) -> tuple[Option, ...]:
        """Return the move-ups that would have been proposed, the best first; none where cover is not measured."""
        if self.coverage is None:
            return ()
        self._prepare(state, fixes, at)
        return tuple(
            Option(
                (Going(each.unit_id, "", each.department, code=each.reason.code, parameters=each.reason.parameters),),
                station=each.to_station,
            )
            for each in move_ups(self.coverage, state, fixes, at=at)
        )

    def _paced(self, state: State) -> Roads:
        """Return the roads as the crews of the exercise drive them: choices are compared by what they come to."""
        return paced(self.ground, self.exercise.pace, state)

    def _prepare(self, state: State, fixes: Fixes, at: datetime) -> None:
        """Time all that is asked for: an answer must not depend on how quick this machine is."""
        if self.coverage is None:
            return
        self.coverage.prepare(state, fixes, at=at)
        while self.coverage.work() < 1.0:
            pass

    def _going(
        self,
        state: State,
        fixes: Fixes,
        number: int,
        choice: Choice,
        answer: Recommendation,
        passed: PassedTable,
        at: datetime,
    ) -> Going:
        unit = state.units[choice.unit_id]
        row = next((each for each in answer.chosen if each.unit_id == choice.unit_id), None)
        other = passed.find(choice.unit_id) if row is None else None
        reason = row.reason if row is not None else other.reason if other is not None else None
        place = locate(unit, fixes.get(choice.unit_id), last_scene(state, unit), at)
        start = place[0] if isinstance(place, tuple) else None
        told = row or other
        eta_s = told.eta.total_s if told is not None and told.eta is not None else None
        if eta_s is None and start is not None:
            set_roads(self.ground, state, at)
            incident = state.incidents[number]
            travels = self._paced(state).travels(incident.mode, [start], incident.location.lon, incident.location.lat)
            turnout = state.turnouts.get(unit.unit.turnout)
            hour, is_moving = at.astimezone(self._zone).hour, isinstance(place, tuple) and place[2]
            leaves_s = turnout_time_s(turnout, unit.status, hour, is_moving=is_moving)
            eta_s = leaves_s + float(travels.travel_s[0]) + float(travels.access_s[0])
        return Going(
            unit_id=choice.unit_id,
            need_id=choice.need_id,
            department=unit.unit.department,
            eta_s=round(eta_s, 1) if eta_s is not None and math.isfinite(eta_s) else None,
            lon=start.lon if start is not None else None,
            lat=start.lat if start is not None else None,
            code=reason.code if reason is not None else "",
            parameters=reason.parameters if reason is not None else (),
        )

    def _timed(self, state: State, number: int, units: tuple[Going, ...], lacking: tuple[Lacking, ...]) -> Option:
        required = _required(state, number)
        wanted = [each.eta_s for each in units if each.need_id in required]
        known = [each for each in wanted if each is not None]
        every = [each.eta_s for each in units if each.eta_s is not None]
        is_whole = bool(known) and len(known) == len(wanted)
        return Option(units, lacking, min(every, default=None), max(known) if is_whole else None)


def really(recorded: Recorded | None, state: State, *, began_s: float) -> Option | None:
    """Return whom the record sent to an incident and when they were there; None where there is no record."""
    if recorded is None:
        return None
    units = tuple(
        Going(
            each.unit_id,
            each.need_id,
            state.units[each.unit_id].unit.department if each.unit_id in state.units else "",
            sent_s=round(each.assigned_s - began_s, 3),
            arrived_s=None if each.on_scene_s is None else round(each.on_scene_s - began_s, 3),
        )
        for each in recorded.responses
    )
    first_sent_s = min((each.assigned_s for each in recorded.responses), default=0.0)
    there = [each.on_scene_s - first_sent_s for each in recorded.responses if each.on_scene_s is not None]
    return Option(
        units,
        first_s=round(min(there), 1) if there else None,
        all_s=round(max(there), 1) if there else None,
        alarm_level=recorded.alarm_level,
        text=recorded.disposition,
    )


def compare(state: State, number: int, did: Option, best: Option) -> tuple[str, float | None]:
    """Say how a choice compares with the plan's for the same incident, and how much later it is all there."""
    required = _required(state, number)
    mine = [each for each in did.units if each.need_id in required]
    theirs = [each for each in best.units if each.need_id in required]
    if not theirs:
        if did.units and {each.unit_id for each in did.units} == {each.unit_id for each in best.units}:
            return AS_BEST, 0.0  # what the card would like beside what it requires
        return (MORE if did.units else UNJUDGED), None
    if len(mine) < len(theirs):
        return FEWER, None
    if did.all_s is None or best.all_s is None:  # somebody cannot get there at all
        return (SLOWER if did.all_s is None else QUICKER), None
    loss_s = round(did.all_s - best.all_s, 1)
    if {each.unit_id for each in mine} == {each.unit_id for each in theirs}:
        return AS_BEST, loss_s
    if loss_s > ALIKE_S:
        return SLOWER, loss_s
    return (QUICKER if loss_s < -ALIKE_S else AS_QUICK), loss_s


def lacks(state: State, number: int) -> bool:
    """Tell whether an incident of the state lacks something that its card requires."""
    incident = state.incidents[number]
    card = state.cards.get(incident.kind)
    if card is None:
        return False
    needs = card.needs_at(incident.alarm_level)
    left = fill(state, needs, number).left
    return any(left[need.id] and not need.optional for need in needs)


def _required(state: State, number: int) -> set[str]:
    incident = state.incidents[number]
    card = state.cards.get(incident.kind)
    needs: Sequence[Need] = card.needs_at(incident.alarm_level) if card is not None else ()
    return {need.id for need in needs if not need.optional}
