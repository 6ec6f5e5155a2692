"""Measures what the page shows, outside the window's thread; the table of instants is kept from one to the next."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from threading import Lock

from app.figures.own import DEPARTMENT, Share
from app.times.charts import Chart, Shown, charts_of
from dispatch.figures.period import Period
from dispatch.state import State
from dispatch.times.groups import AreaOf, areas_in, known_keys
from dispatch.times.profiles import TimeProfiles
from dispatch.times.profiles_file import time_profiles_of, usual_time_profiles
from dispatch.times.report import TimesReport, times_report
from dispatch.times.spans import INCIDENT, INTERVALS
from dispatch.times.table import TimesTable
from gis.located_toml import BadFile

FILTERS = ("department", "station", "kind", "priority", "unit")
NOBODY = "-"


@dataclass(frozen=True, slots=True)
class Asked:
    """Say what is to be measured; `period` None is the whole log, `only` a group and its key, empty for everything.

    `shift` is one of the roster's, empty for whole days.
    """

    period: Period | None = None
    scope: str = INCIDENT
    interval: str = "response"
    profile_id: str = ""
    group: str = "station"
    only: tuple[str, str] = ("", "")
    shift: str = ""
    share: Share = field(default_factory=Share)

    @property
    def where(self) -> dict[str, str]:
        """Return what is left in: what was chosen, and never more than whoever looks may see."""
        where = {self.only[0]: self.only[1]} if self.only[0] and self.only[1] else {}
        if self.share.is_own:
            where["department"] = self.share.key if self.share.group == DEPARTMENT else NOBODY
        return where


@dataclass(frozen=True, eq=False, slots=True)
class Counted:
    """Hold what was measured of a state; `problem` is why a city's own targets could not be read."""

    asked: Asked
    state: State
    report: TimesReport
    profiles: TimeProfiles
    charts: tuple[Chart, ...]
    choices: tuple[str, ...]
    language: str
    problem: str = ""


class Counter:
    """Measure one thing at a time, from whatever thread."""

    def __init__(self, folder: Path | None = None) -> None:
        self._folder = folder
        self._table = TimesTable()
        self._profiles: TimeProfiles | None = None
        self._area_of: AreaOf | None = None
        self._problem = ""
        self._lock = Lock()

    def count(self, state: State, asked: Asked, language: str, *, groups: tuple[str, ...] = ()) -> Counted:
        """Measure a period, split by what is asked for and by more groups, with its charts."""
        with self._lock:
            profiles = self._known()
            table = self._table
            table.refresh(state)
            try:
                profile = profiles.of(asked.profile_id)
            except KeyError:
                profile = profiles.of()
            by = (asked.group, *groups)
            area_of = self._areas() if "area" in by else None
            shift = next((each for each in state.roster.shifts if each.id == asked.shift), None)
            report = times_report(
                table, profile, period=asked.period, by=by, where=asked.where, area_of=area_of, shift=shift
            )
            shown = Shown(report, state, asked.scope, asked.interval, asked.group, language)
            for interval in INTERVALS:  # counted here, not when the window first looks
                report.figure(asked.scope, interval)
                report.figure(asked.scope, interval, asked.group, "")
            choices = known_keys(table, asked.only[0]) if asked.only[0] else ()
            return Counted(asked, state, report, profiles, charts_of(shown), choices, language, self._problem)

    def _known(self) -> TimeProfiles:
        if self._profiles is None:
            try:
                self._profiles = time_profiles_of(self._folder)
            except (BadFile, OSError) as problem:
                self._profiles, self._problem = usual_time_profiles(), str(problem)
        return self._profiles

    def _areas(self) -> AreaOf | None:
        if self._area_of is None and self._folder is not None:
            from gis.city import City

            self._area_of = areas_in(City.open(self._folder))
        return self._area_of
