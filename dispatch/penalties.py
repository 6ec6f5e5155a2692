"""What a plan weighs beside time, in seconds: help from elsewhere, the order of stations, tired crews."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from dispatch.incident import Incident
from dispatch.runcard import Need
from dispatch.state import State
from resources.unit import Unit

HELP_FROM = ("own", "same_kind", "any")


@dataclass(frozen=True, slots=True)
class Penalties:
    """Hold a city's prices in seconds, as `penalties.toml` explains them; all 0 and own units only by default."""

    from_priority: int = 1
    help_from: str = "own"
    same_kind_s: float = 0.0
    other_kind_s: float = 0.0
    neighbours: tuple[tuple[str, float], ...] = ()
    skipped_s: float = 0.0
    window_h: float = 12.0
    after_h: float = 12.0
    hour_s: float = 0.0
    within_min: float = 0.0
    end_s: float = 0.0


@dataclass(frozen=True, slots=True)
class Known:
    """Say what follows from the roster (see `known`) or is asked for once: about incidents, by id, and about units.

    `first_due` is the order of stations at an incident for units of each department, `together` are groups of its
    needs (their ids) whose units shall come from one station, `shift_ends` is when units go off duty (aware UTC).
    """

    first_due: Mapping[int, Mapping[str, Sequence[str]]] = field(default_factory=dict)
    together: Mapping[int, Sequence[Collection[str]]] = field(default_factory=dict)
    shift_ends: Mapping[str, datetime] = field(default_factory=dict)


FREE = Penalties()


@dataclass(frozen=True, slots=True)
class Price:
    """One price that a choice pays: `code` is same_kind, other_kind, neighbour, first_due, tired or shift_end."""

    code: str
    seconds: float


class PriceList:
    """Answer what units cost beside their time at one moment (aware UTC)."""

    def __init__(self, penalties: Penalties, known: Known, state: State, at: datetime) -> None:
        self._penalties, self._known, self._state, self._at = penalties, known, state, at
        self._neighbours = dict(penalties.neighbours)

    def is_free(self, incident: Incident) -> bool:
        """Tell whether an incident is so urgent that only time counts."""
        return incident.priority < self._penalties.from_priority

    def may_help(self, need: Need, department: str) -> bool:
        """Tell whether a department's units may fill a need at all."""
        if need.department in ("", department) or self._penalties.help_from == "any":
            return True
        return self._penalties.help_from == "same_kind" and self._same_kind(need.department, department)

    def of_help(self, need: Need, department: str) -> tuple[Price, ...]:
        """Price a department's help at a need."""
        found = []
        if need.department not in ("", department):
            if self._same_kind(need.department, department):
                found.append(Price("same_kind", self._penalties.same_kind_s))
            else:
                found.append(Price("other_kind", self._penalties.other_kind_s))
        if department in self._neighbours:
            found.append(Price("neighbour", self._neighbours[department]))
        return _paid(found)

    def of_crew(self, unit_id: str) -> tuple[Price, ...]:
        """Price a crew's hours on incidents and the end of its shift."""
        penalties, end_at = self._penalties, self._known.shift_ends.get(unit_id)
        found = []
        if penalties.hour_s:
            over_h = self.worked_s(unit_id) / 3600 - penalties.after_h
            found.append(Price("tired", round(max(0.0, over_h) * penalties.hour_s, 3)))
        if end_at is not None and self._at >= end_at - timedelta(minutes=penalties.within_min):
            found.append(Price("shift_end", penalties.end_s))
        return _paid(found)

    def of_station(self, incident: Incident, unit: Unit) -> tuple[Price, ...]:
        """Price the stations passed over that an area's order puts before the unit's; no order, no price.

        The unit's is the one that it belongs to, also while it waits at another: an area's order names crews that know
        its streets and hydrants, and where a unit waits counts in its time already.
        """
        order = list(self._known.first_due.get(incident.id, {}).get(unit.department, ()))
        skipped = order.index(unit.station) if unit.station in order else len(order)
        return _paid([Price("first_due", skipped * self._penalties.skipped_s)])

    def has_order(self, incident: Incident) -> bool:
        """Tell whether stations have an order at an incident."""
        return bool(self._known.first_due.get(incident.id))

    def orders_of(self, incident: Incident) -> tuple[tuple[str, tuple[str, ...]], ...]:
        """Give the orders of stations at an incident, by department; equal ones price every unit alike."""
        orders = self._known.first_due.get(incident.id, {})
        return tuple((department, tuple(orders[department])) for department in sorted(orders))

    def worked_s(self, unit_id: str) -> float:
        """Sum the seconds of the last hours that a unit was bound, of the last hundred times that it was."""
        begin = self._at - timedelta(hours=self._penalties.window_h)
        worked_s = 0.0
        for assignment_id in self._state.assignments_by_unit.get(unit_id, ()):
            assignment = self._state.assignments[assignment_id]
            released_at = assignment.released_at or self._at
            bound_s = (min(released_at, self._at) - max(assignment.assigned_at, begin)).total_seconds()
            worked_s += max(0.0, bound_s)
        return worked_s

    def _same_kind(self, one: str, other: str) -> bool:
        first, second = self._state.departments.get(one), self._state.departments.get(other)
        return first is not None and second is not None and first.kind == second.kind


def _paid(prices: list[Price]) -> tuple[Price, ...]:
    return tuple(price for price in prices if price.seconds > 0)
