"""Names of what an exercise is about: kinds, units, needs, departments, stations, and times on the city's clock."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import timedelta
from functools import cached_property

from app.debriefing.material import Material
from app.wording import label, listed, one_line, text
from app.wording.durations import BLANK, clock, clock_span
from dispatch.exercise.score_records import FEWER, LATE, SLOWER, Decision, IncidentRow
from resources.unit import Unit


class Names:
    """Name things of one exercise in one language, each on one line whatever a file wrote."""

    def __init__(self, material: Material, language: str) -> None:
        self.material, self.language = material, language
        self._exercise = material.exercise

    @property
    def title(self) -> str:
        """Name the exercise and its city."""
        return one_line(f"{self.exercise} · {self.city}", 120)

    @property
    def exercise(self) -> str:
        """Name the exercise."""
        return one_line(self._exercise.called(self.language), 80)

    @property
    def city(self) -> str:
        """Name the city."""
        called = self.material.city_zh if self.language == "zh" else ""
        return one_line(called or self._exercise.city, 60)

    @cached_property
    def units(self) -> Mapping[str, Unit]:
        """Return the units of the roster by id."""
        return {each.id: each for each in self._exercise.roster.units}

    @cached_property
    def stations(self) -> Mapping[str, tuple[float, float]]:
        """Return where stations stand (lon, lat), by id."""
        return {each.id: (each.lon, each.lat) for each in self._exercise.roster.stations}

    @cached_property
    def rows(self) -> Mapping[int, IncidentRow]:
        """Return the incidents of the score by number."""
        return {each.number: each for each in self.material.debriefing.score.incidents}

    @cached_property
    def _kinds(self) -> Mapping[str, str]:
        is_zh = self.language == "zh"
        return {each.kind: (each.name_zh if is_zh else "") or each.name for each in self._exercise.run_cards.cards}

    @cached_property
    def _needs(self) -> Mapping[str, str]:
        cards = self._exercise.run_cards.cards
        return {need.id: (need.any_of or (need.id,))[0] for card in cards for need in card.needs}

    def kind(self, kind: str) -> str:
        """Name a kind of incident."""
        return one_line(self._kinds.get(kind, kind), 60) or BLANK

    def need(self, need_id: str) -> str:
        """Name what a unit was sent for; empty where nobody said."""
        return label("capability", self._needs.get(need_id, need_id), self.language) if need_id else ""

    def department(self, department_id: str) -> str:
        """Name a department."""
        for each in self._exercise.roster.departments:
            if each.id == department_id:
                return one_line((each.name_zh if self.language == "zh" else "") or each.name, 60)
        return one_line(department_id, 60)

    def station(self, station_id: str) -> str:
        """Name a station."""
        named = next((each.name for each in self._exercise.roster.stations if each.id == station_id), station_id)
        return one_line(named, 60)

    def target(self, department_id: str, target_id: str) -> str:
        """Name what a department has to reach in time."""
        named = self.material.targets.get(target_id, ("", ""))
        words = one_line((named[1] if self.language == "zh" else "") or named[0] or target_id.replace("_", " "), 40)
        return f"{self.department(department_id)}: {words}" if department_id else words

    def trainee(self, trainee_id: str) -> str:
        """Name who decided; all together where nobody is named."""
        return one_line(trainee_id, 60) or text("debrief.all", self.language)

    def together(self, trainee_ids: Iterable[str]) -> str:
        """Name several who decided."""
        return self.listed(map(self.trainee, trainee_ids))

    def listed(self, words: Iterable[str]) -> str:
        """Put words behind each other as the language does."""
        return listed(words, self.language)

    def place(self, words: str) -> str:
        """Name a place."""
        return one_line(words, 80) or BLANK

    def incident(self, number: int) -> str:
        """Say of which incident something is: its number, kind and place."""
        row = self.rows.get(number)
        if row is None:
            return str(number) if number else BLANK
        return one_line(f"{number} · {self.kind(row.kind)} · {self.place(row.place)}", 160)

    def clock(self, at_s: float, *, seconds: bool = True) -> str:
        """Say at what time of the city's clock something was, so many seconds from the start."""
        at = self._exercise.start_at + timedelta(seconds=at_s)
        return clock(at, self._exercise.time_zone, seconds=seconds)

    def home(self, unit_id: str) -> tuple[float, float] | None:
        """Return where a unit belongs (lon, lat): its station, else where the roster puts it."""
        unit = self.units.get(unit_id)
        if unit is None:
            return None
        return self.stations.get(unit.station, (unit.lon, unit.lat))


def began_s(material: Material, row: IncidentRow) -> float:
    """Return when the call of an incident was answered, in seconds from the start."""
    for each in material.exercise.incoming:
        if each.key == row.key and row.key:
            return each.after_s - each.called_before_s
    return row.at_s


def share_words(share: float | None) -> str:
    """Say a share (0 to 1) in hundredths; blank where it is not known."""
    return BLANK if share is None else f"{100 * share:.0f} %"


def span_of(seconds: float | None, n: int) -> str:
    """Say a span and how many it is of; blank where there is none."""
    return BLANK if seconds is None else f"{clock_span(seconds)} ({n:,})"


def is_bad(decision: Decision) -> bool:
    """Tell whether a decision was slower than the best, short of it, or not taken for long."""
    return decision.verdict in (FEWER, LATE, SLOWER)
