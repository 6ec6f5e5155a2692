"""Counts what the page shows, outside the window's thread; the table of facts is kept from one count to the next."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from threading import Lock

from app.figures.own import ALL, Share
from app.figures.series import Series, series_of
from dispatch.figures.compute import Figures, compute
from dispatch.figures.facts import CaseFacts
from dispatch.figures.indicators import Indicator, Profiles
from dispatch.figures.indicators_file import profiles_of, usual_profiles
from dispatch.figures.marks import Ranked, rank
from dispatch.figures.period import Period
from dispatch.figures.places import HotSpot, RepeatedPlace, hot_spots, repeated_places
from dispatch.state import State
from gis.located_toml import BadFile

# The figures of the tiles and of a report's first page, in order; a city's file may know others.
MAIN = (
    "found",
    "handle_in_time_rate",
    "closing_in_time_rate",
    "overdue_rate",
    "handle_rate",
    "closing_rate",
    "rework_rate",
    "satisfaction",
)


@dataclass(frozen=True, slots=True)
class Asked:
    """Say what is to be counted: which period, how, and split by what (the groups beside all cases)."""

    period: Period
    profile_id: str = ""
    groups: tuple[str, ...] = ("department",)
    share: Share = field(default_factory=Share)


@dataclass(frozen=True, eq=False, slots=True)
class Counted:
    """Hold what was counted of a state; `problem` is why a city's own indicators could not be read."""

    asked: Asked
    state: State
    figures: Figures
    profiles: Profiles
    series: Series
    ranking: tuple[Ranked, ...] = ()
    repeated: tuple[RepeatedPlace, ...] = ()
    hot: tuple[HotSpot, ...] = ()
    problem: str = ""

    def main(self) -> tuple[Indicator, ...]:
        """List the indicators of the tiles: the usual ones that there are for whoever looks, else the first ones."""
        group = self.asked.share.group
        known = {each.id: each for each in self.figures.indicators(group)}
        usual = [known.pop(name) for name in MAIN if name in known]
        return (*usual, *known.values())[: len(MAIN)]

    def keys(self, group: str) -> tuple[str, ...]:
        """List the keys of a group that whoever looks may see."""
        share = self.asked.share
        return self.figures.keys(group) if not share.is_own else (share.key,) if group == share.group else ()


class Counter:
    """Count one thing at a time, from whatever thread."""

    def __init__(self, folder: Path | None = None) -> None:
        self._folder = folder
        self._facts = CaseFacts()
        self._profiles: Profiles | None = None
        self._problem = ""
        self._lock = Lock()

    def count(self, state: State, asked: Asked, at: datetime) -> Counted:
        """Count every figure of a period with the one before, as known at an instant."""
        with self._lock:
            profiles = self._known()
            facts = self._facts
            facts.refresh(state)
            try:
                profile = profiles.of(asked.profile_id)
            except KeyError:
                profile = profiles.of()
            share = asked.share
            figures = compute(facts, asked.period, profile, by=asked.groups, at=at, compare=True)
            is_whole = not share.is_own
            for each in (figures, figures.before):  # counted here, not when the window first looks
                if each is not None:
                    each.keys(ALL)
            return Counted(
                asked,
                state,
                figures,
                profiles,
                series_of(facts, figures, share),
                rank(figures) if is_whole and "department" in figures.groups else (),
                repeated_places(facts, asked.period) if is_whole else (),
                hot_spots(facts, asked.period) if is_whole else (),
                self._problem,
            )

    def _known(self) -> Profiles:
        if self._profiles is None:
            try:
                self._profiles = profiles_of(self._folder)
            except (BadFile, OSError) as problem:
                self._profiles, self._problem = usual_profiles(), str(problem)
        return self._profiles


def groups_for(share: Share, group: str) -> tuple[str, ...]:
    """Return what must be counted beside all cases for a page split by `group`."""
    if share.is_own:
        return (share.group,)
    return tuple(dict.fromkeys(("department", group))) if group != ALL else ("department",)
