"""The ordinary day of a drill: cases that stand when it begins, those that come, and simulated people for them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

from app.cases.words import class_name
from app.drill_photographs import photograph
from app.evidence.album import Album
from app.parts.names import department_name
from app.wording import label, text
from dispatch.case import CasePlace, Evidence
from dispatch.case_staff import Owed, deeds, entrances
from dispatch.commands import Who
from dispatch.incident import Location
from dispatch.month_words import REASONS
from dispatch.scenario import Scenario
from dispatch.scenario_cases import CaseHappening, Timed, past, reported
from dispatch.state import State
from gis.city import City
from gis.grid import LAYER, Grid

CellOf = Callable[[float, float], str]
"""Answer the code of the cell of a place (lon, lat), empty outside all."""


class DrillCases:
    """Say what simulated people ask of the log: `due` once a second, from the drill's own thread.

    A log that holds cases already is gone on with: what happened before the drill is not told twice.
    """

    def __init__(
        self, scenario: Scenario, *, cell_of: CellOf, album: Album | None = None, language: str = "en"
    ) -> None:
        self._scenario = scenario
        self._cell_of = cell_of
        self._album = album
        self._language = language
        self._began_at: datetime | None = None
        self._to_come: list[tuple[datetime, CaseHappening]] = []
        self._tried: set[Owed] = set()
        self._entered: set[str] = set()
        self._photographs = 0

    def due(self, state: State, at: datetime) -> list[Timed]:
        """Return what is asked now and as of when; at first everything that was done before the drill began."""
        if not state.standards.small:
            return []  # they may still be on their way from their file
        if self._began_at is None:
            self._began_at = at
            if not len(state.cases):
                items = [item for item in self._scenario.cases if item.after_s >= 0 and item.standard in state.classes]
                items.sort(key=lambda item: item.after_s)
                self._to_come = [(at + timedelta(seconds=item.after_s), item) for item in items]
                told = past(
                    self._scenario.cases,
                    state,
                    at,
                    place_of=lambda lon, lat, words: self._place(state, lon, lat, words),
                    photo=lambda kind, standard_id: self._photo(state, at, kind, standard_id),
                    words=self._words,
                )
                return self._with_entrances(state, told)
        return self._with_entrances(state, self._now(state, at, self._began_at))

    def _now(self, state: State, at: datetime, began_at: datetime) -> list[Timed]:
        def photo(kind: str, standard_id: str) -> Evidence:
            return self._photo(state, at, kind, standard_id)

        asked: list[Timed] = []
        while self._to_come and self._to_come[0][0] <= at:
            _, item = self._to_come.pop(0)
            asked.append((at, reported(item, self._place(state, item.lon, item.lat, item.place), photo)))
        done = deeds(
            state,
            at,
            since=began_at,
            habits=self._scenario.staff,
            photo=photo,
            words=self._words,
            tried=self._tried,
        )
        for owed, deed in done:
            self._tried.add(owed)
            asked.append((at, deed))
        return asked

    def _with_entrances(self, state: State, asked: list[Timed]) -> list[Timed]:
        """Put before what somebody does first that they sign in."""
        found: list[Timed] = []
        for at, deed in asked:
            who = deed[0]
            if who.actor not in self._entered:
                self._entered.add(who.actor)
                found += [(at, each) for each in entrances(state, who, self._name(state, who))]
            found.append((at, deed))
        return found

    def _name(self, state: State, who: Who) -> str:
        role = label("role", who.role, self._language)
        if who.department:
            name = department_name(state, who.department, self._language)
            return text("drill.person_of", self._language, role=role, name=name)
        return text("drill.person", self._language, role=role)

    def _place(self, state: State, lon: float, lat: float, words: str) -> CasePlace:
        cell = self._cell_of(lon, lat)
        held = state.areas.holding(cell) if cell else ()
        return CasePlace(Location(lon, lat, words), cell, held[0].id if held else "", cell[:12])

    def _photo(self, state: State, at: datetime, kind: str, standard_id: str) -> Evidence:
        self._photographs += 1
        name = class_name(state, standard_id, self._language)
        return photograph(self._album, kind, name, at, self._photographs, self._language)

    def _words(self, code: str) -> str:
        return REASONS.get(self._language, REASONS["en"])[code]


def cells_of(city: City) -> CellOf:
    """Return what answers for the cells of a city; one without a grid has none. It is read at the first question."""
    kept: list[Grid | None] = []

    def cell_of(lon: float, lat: float) -> str:
        if not kept:
            kept.append(Grid.of(city) if LAYER in city.layer_names() else None)
        cell = kept[0].cell_of(lon, lat) if kept[0] is not None else None
        return cell.code if cell is not None else ""

    return cell_of
