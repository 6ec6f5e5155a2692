"""What has changed since answers were worked out, asked only of the units that they name: quick in any fleet."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime

from immutables import Map

from dispatch.changed import Change, changed_since_shown
from dispatch.recommendation import Recommendation
from dispatch.state import State
from resources.position import Fix
from resources.unit import Roster

# What a rule lets pass only where the operator says why.
ASKS_WHY = frozenset({"held_in_reserve", "crew_away", "need_filled_since"})


class Since:
    """Answer for one recommendation after another; keep only who shares a crew with whom."""

    def __init__(self) -> None:
        self._roster: Roster | None = None
        self._crews: dict[str, list[str]] = {}

    def changes(
        self, answer: Recommendation, state: State, fixes: Mapping[str, Fix], at: datetime
    ) -> tuple[Change, ...]:
        """List what has changed since an answer, as `changed_since_shown` does."""
        return changed_since_shown(answer, self._narrow(answer, state), fixes, at)

    def _narrow(self, answer: Recommendation, state: State) -> State:
        """Leave of a state's units those that an answer names, their crews' other vehicles and who is sent there."""
        if self._roster is not state.roster:
            self._roster = state.roster
            self._crews = {}
            for unit_id, unit in state.units.items():
                if unit.unit.cross_staffed:
                    self._crews.setdefault(unit.unit.cross_staffed, []).append(unit_id)
        named = {one.unit_id for one in answer.chosen}
        named |= {state.assignments[key].unit_id for key in state.assignments_of.get(answer.incident_id or 0, ())}
        named = {unit_id for unit_id in named if unit_id in state.units}
        words = {state.units[unit_id].unit.cross_staffed for unit_id in named}
        for word in words - {""}:
            named.update(self._crews.get(word, ()))
        return replace(state, units=Map({unit_id: state.units[unit_id] for unit_id in sorted(named)}))
