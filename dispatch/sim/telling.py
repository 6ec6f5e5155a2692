"""What a planner is told of a scenario beside its figures: what was guessed, and which rule cannot apply."""

from __future__ import annotations

from collections.abc import Set

from dispatch.redirects import Redirects
from dispatch.sim.records import Records


def alarms_told(records: Records) -> tuple[str, ...]:
    """Say how many alarms were raised, and how it is known when."""
    raised = sum(bool(each.raised_at) for each in records.incidents)
    if not raised:
        return ()
    how = "where the record does not say when, it is taken from the largest groups of units that were sent later"
    return (f"the alarm was raised at {raised:,} of {len(records.incidents):,} recorded incidents; {how}",)


def redirects_told(redirects: Redirects, priorities: Set[int]) -> tuple[str, ...]:
    """Say where no rule for redirecting can apply to incidents of these priorities."""
    if any(source in priorities and target in priorities for source, target in redirects.pairs):
        return ()
    here = " and ".join(map(str, sorted(priorities))) or "no priority"
    pairs = sorted(redirects.pairs)
    rules = ", ".join(f"from {source} for {target}" for source, target in pairs) if pairs else "for nothing"
    useful = f": [from] {max(priorities)} = [{min(priorities)}] would" if len(priorities) > 1 else ""
    words = (
        f"redirect: no rule can apply. What happens here has priority {here}, and the rules take a unit {rules}; so "
        f"nobody is redirected. Rules of your own stand in the city's redirects.toml or in the file that the scenario "
        f'names (redirects = "FILE.toml"){useful}'
    )
    return (words,)
