"""Say how often a target was met in a record, to be set beside how far a plan reaches by the roads alone."""

from __future__ import annotations

from dispatch.coverage_targets import Target
from dispatch.state import State
from dispatch.times.figure import TargetFigure
from dispatch.times.profiles import FIRST, TimeProfile, TimeTarget
from dispatch.times.report import intervals_of, times_report


def recorded(state: State, target: Target) -> TargetFigure | None:
    """Return how often the first unit of a target's came to an incident in time; None where nothing is known of it.

    A plan counts ways from stations whose units are in; a record also holds those that were out, drove without lights
    or pressed late.
    """
    asked = TimeTarget(
        target.id, target.clock, FIRST, within_s=target.within_s, at_least=target.at_least,
        department=target.department, capabilities=target.capabilities,
    )  # fmt: skip
    report = times_report(intervals_of(state), TimeProfile(target.id, (asked,)))
    found = next(iter(report.target_figures()), None)
    return found if found is not None and found.n else None
