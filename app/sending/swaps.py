"""Who else could fill a need, from what an answer says of the units that it passed over."""

from __future__ import annotations

from dispatch.filled import fits
from dispatch.recommendation import Passed, Recommendation
from dispatch.runcard import Need
from dispatch.state import State


def others_for(answer: Recommendation, need: Need, state: State) -> tuple[Passed, ...]:
    """Return the units that could come and fit a need, the quickest first."""
    able = [
        one
        for one in answer.passed
        if one.eta is not None and one.unit_id in state.units and fits(state.units[one.unit_id].unit, need)
    ]
    return tuple(sorted(able, key=lambda one: (one.eta.total_s if one.eta is not None else 0.0, one.unit_id)))
