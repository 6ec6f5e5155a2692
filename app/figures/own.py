"""Whose figures a role sees: a table, as what a role may do is one."""

from __future__ import annotations

from dataclasses import dataclass

from dispatch.commands import Who

ALL, DEPARTMENT, COLLECTOR = "all", "department", "collector"
# Who judges or coordinates sees everybody's; who is judged sees their own. Any role that is not named sees all.
SEES: dict[str, str] = {
    "department_officer": DEPARTMENT,
    "collector": COLLECTOR,
    "crew": DEPARTMENT,
}
# By what the figures may be split, in the order of the chooser.
GROUPS = ("department", "area", "community", "post", "collector", "class", "source")


@dataclass(frozen=True, slots=True)
class Share:
    """Say which figures somebody sees: those of one key of a group, or (`group` "all") everybody's."""

    group: str = ALL
    key: str = ALL

    @property
    def is_own(self) -> bool:
        """Tell whether it is less than everything."""
        return self.group != ALL

    @property
    def groups(self) -> tuple[str, ...]:
        """Return by what it may be split."""
        return (self.group,) if self.is_own else GROUPS


def share_of(who: Who) -> Share:
    """Return what somebody sees. Who belongs to no department sees the figures of none, never those of all."""
    group = SEES.get(who.role, ALL)
    if group == DEPARTMENT:
        return Share(DEPARTMENT, who.department or "-")
    if group == COLLECTOR:
        return Share(COLLECTOR, who.actor)
    return Share()
