"""What has changed since an answer was worked out: said of every unit in it before it is sent, not after."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import chain

from immutables import Map

from dispatch import fact
from dispatch.candidates import find_candidates
from dispatch.filled import open_needs
from dispatch.incident import Closure, Stage
from dispatch.may_send import REDIRECTABLE
from dispatch.on_way import lies_on
from dispatch.recommendation import Chosen, Path, Reason, Recommendation
from dispatch.runcard import Need
from dispatch.state import State, UnitState
from resources.fixes import distance_m
from resources.position import Fix

MOVED_M = 500.0
# What bars a unit from a need whatever happens to it: that was so before, or the incident is another one now.
_MISFITS = frozenset({"wrong_capability", "need_filled", "other_department", "crew_too_small", "lacks_equipment"})


@dataclass(frozen=True, slots=True)
class Change:
    """Say what is other than an answer says: of a unit and the need that it was chosen for, or, both empty, of all.

    Codes of all: incident_closed, place_changed, kind_changed, level_changed. Of a unit: those that bar it now (busy,
    already_sent, out_of_service, not_free, in_distress, held_in_reserve, crew_away, off_shift, position_too_old,
    not_on_roster, unit_gone), redirect_too_late, need_filled_since, moved_since, closure_on_way, slow_on_way.
    """

    reason: Reason
    unit_id: str = ""
    need_id: str = ""


def changed_since_shown(
    answer: Recommendation, state: State, fixes: Mapping[str, Fix], at: datetime
) -> tuple[Change, ...]:
    """List what has changed between an answer and a later state, by `at` (aware UTC); first what concerns it all.

    Takes what finding candidates takes. Nothing of it is worked out anew: times may have changed where nothing stands.
    """
    return tuple(chain(_of_incident(answer, state), _of_units(answer, state, fixes, at), _of_needs(answer, state)))


def _of_incident(answer: Recommendation, state: State) -> Iterator[Change]:
    if answer.incident_id is None:
        return
    incident = state.incidents.get(answer.incident_id)
    if incident is None or incident.stage is Stage.CLOSED:
        yield Change(
            Reason(
                "incident_closed",
                (("incident_id", answer.incident_id), ("disposition", incident.disposition if incident else "")),
            )
        )
        return
    if incident.kind != answer.kind:
        yield Change(Reason("kind_changed", (("kind", incident.kind), ("was", answer.kind))))
    if incident.alarm_level != answer.alarm_level:
        yield Change(Reason("level_changed", (("level", incident.alarm_level), ("was", answer.alarm_level))))
    if _is_new(state, fact.of_incident(incident.id, "location"), answer):
        yield Change(Reason("place_changed", (("place", incident.location.text),)))


def _of_units(answer: Recommendation, state: State, fixes: Mapping[str, Fix], at: datetime) -> Iterator[Change]:
    few = replace(state, units=_units_of(answer, state))
    field = find_candidates(few, fixes, _needs(answer, state), (), incident_id=answer.incident_id, at=at)
    barred = {each.unit.unit.id: each.reason for each in field.barred}
    new = [each for _, each in sorted(state.closures.items()) if _is_new(state, fact.of_closure(each.id), answer)]
    ways = {path.unit_id: path for path in answer.paths}
    for chosen in answer.chosen:
        against = _against(chosen, state, barred)
        if against is not None:
            yield Change(against, chosen.unit_id, chosen.need_id)
            continue
        way, fix = ways.get(chosen.unit_id), fixes.get(chosen.unit_id)
        if way is not None:
            moved_m = _moved_m(way, fix, answer.at)
            if moved_m > MOVED_M:
                yield Change(Reason("moved_since", (("by_m", round(moved_m)),)), chosen.unit_id, chosen.need_id)
            for closure in _on_way(new, way):
                code = "slow_on_way" if closure.kind == "slow" else "closure_on_way"
                told = (("closure", closure.id), ("reason", closure.reason))
                yield Change(Reason(code, told), chosen.unit_id, chosen.need_id)


def _units_of(answer: Recommendation, state: State) -> Map[str, UnitState]:
    """Take the units of an answer, and those that share a crew with one: no other can bar them."""
    chosen = {each.unit_id: state.units[each.unit_id] for each in answer.chosen if each.unit_id in state.units}
    words = {unit.unit.cross_staffed for unit in chosen.values()} - {""}
    if words:
        chosen |= {name: unit for name, unit in state.units.items() if unit.unit.cross_staffed in words}
    return Map(chosen)


def _of_needs(answer: Recommendation, state: State) -> Iterator[Change]:
    """Say of the slowest units of a need that others fill it now; a task force is one."""
    if answer.incident_id not in state.incidents:
        return
    still, _ = open_needs(state, _needs(answer, state), answer.incident_id)
    left = Counter({need.id: need.count for need in still})
    kept: dict[tuple[str, str], bool] = {}
    for chosen in sorted(answer.chosen, key=lambda each: each.eta.total_s):
        if not chosen.need_id:
            continue
        place = (chosen.need_id, chosen.task_force or chosen.unit_id)
        if place not in kept:
            kept[place] = left[chosen.need_id] > 0
            left[chosen.need_id] -= 1
        fillers = _fillers(answer, state, chosen.need_id)
        if not kept[place] and chosen.unit_id not in fillers:
            told = (("need", chosen.need_id), ("units", ", ".join(fillers)), ("unit_id", chosen.unit_id))
            yield Change(Reason("need_filled_since", told), chosen.unit_id, chosen.need_id)


def _fillers(answer: Recommendation, state: State, need_id: str) -> list[str]:
    sent = [state.assignments[each] for each in state.assignments_of.get(answer.incident_id or 0, ())]
    return sorted(each.unit_id for each in sent if each.is_open and need_id in (each.need_id, *each.also))


def _against(chosen: Chosen, state: State, barred: Mapping[str, Reason]) -> Reason | None:
    unit = state.units.get(chosen.unit_id)
    if unit is None:
        return Reason("unit_gone")
    if chosen.taken_from is not None:
        bound = state.assignments.get(unit.assignment_id)
        if bound is not None and bound.incident_id == chosen.taken_from:
            told = (("unit_id", unit.unit.id), ("status", unit.status.value), ("incident_id", chosen.taken_from))
            return None if unit.status in REDIRECTABLE else Reason("redirect_too_late", told)
    reason = barred.get(chosen.unit_id)
    return None if reason is None or reason.code in _MISFITS else reason


def _needs(answer: Recommendation, state: State) -> Sequence[Need]:
    card = state.cards.get(answer.kind)
    return card.needs_at(answer.alarm_level) if card is not None else ()


def _is_new(state: State, key: str, answer: Recommendation) -> bool:
    change = state.changed.get(key)
    return change is not None and change.sequence > answer.sequence


def _moved_m(way: Path, fix: Fix | None, at: datetime) -> float:
    """Measure how far a unit is now from where the way begins, as far as it has been heard of since."""
    if fix is None or fix.fixed_at <= at or not way.lonlat:
        return 0.0
    lon, lat = way.lonlat[0]
    return distance_m(fix.lon, fix.lat, lon, lat)


def _on_way(closures: Sequence[Closure], way: Path) -> Iterator[Closure]:
    return (closure for closure in closures if lies_on(closure, way.lonlat))
