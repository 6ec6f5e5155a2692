"""Responsible areas (责任区): unions of grid cells, and who answers for what happens in them. Frozen records.

A place's cell, a class of the standards and the areas together say who answers; `areas_file` reads the areas.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from dispatch.calendar import DAY_MIN, Hours
from dispatch.standards import Standard
from resources.unit import Roster

CODE_DIGITS = 15
PREFIXES = (6, 9, 12, CODE_DIGITS)  # a county, a street, a community, a cell


@dataclass(frozen=True, slots=True)
class Area:
    """Hold cells that somebody answers for. `cells` are codes, or the beginnings of codes (6, 9 or 12 digits).

    `department` answers for its `classes`: ids of standards or their large classes as "event 01"; none named: for all
    whose kind of department it is. `collectors` are the people or units that verify and check there.
    """

    id: str
    name: str
    cells: tuple[str, ...]
    department: str = ""
    classes: tuple[str, ...] = ()
    collectors: tuple[str, ...] = ()
    name_zh: str = ""


@dataclass(frozen=True, slots=True)
class Collector:
    """Name somebody who verifies and checks outside (采集员), under the id by which they sign what they find.

    `shift` holds hours of the city's local day, past midnight where `to_min` exceeds 1440, on the weekdays of `days`
    (0: Monday); no shift: at any hour, no days: on every day. `areas` (ids) add to those that name the collector.
    """

    id: str
    name: str = ""
    shift: tuple[Hours, ...] = ()
    days: tuple[int, ...] = ()
    areas: tuple[str, ...] = ()
    name_zh: str = ""

    def is_on_shift(self, local: datetime) -> bool:
        """Tell whether they work at an instant of the city's clocks. Hours belong to the day that they begin on."""
        if not self.shift:
            return not self.days or local.weekday() in self.days
        minute = local.hour * 60 + local.minute
        for back in (0, 1):
            if self.days and (local.weekday() - back) % 7 not in self.days:
                continue
            if any(hours.from_min <= minute + back * DAY_MIN < hours.to_min for hours in self.shift):
                return True
        return False


@dataclass(frozen=True, slots=True)
class Answerable:
    """Say which department answers, and by what: `area` (its id) or, with none, as the only one of its kind.

    `department` is empty where nobody does; `rivals` then names those of the kind among which no area chooses.
    """

    department: str
    area: str = ""
    rivals: tuple[str, ...] = ()


@dataclass(frozen=True)
class Areas:
    """Hold the areas of a city as one validated set, with the shifts of those who verify and check there.

    Who is named by an area and is no `Collector` works at any hour.
    """

    areas: tuple[Area, ...] = ()
    collectors: tuple[Collector, ...] = ()

    def of(self, area_id: str) -> Area:
        """Return an area; raise KeyError where there is none."""
        for area in self.areas:
            if area.id == area_id:
                return area
        raise KeyError(area_id)

    def holding(self, cell: str) -> tuple[Area, ...]:
        """Return the areas that a cell belongs to, in the order of the file."""
        found = {place for digits in PREFIXES for place in self._by_beginning.get(cell[:digits], ())}
        return tuple(self.areas[place] for place in sorted(found))

    def collectors_of(self, cell: str) -> tuple[str, ...]:
        """Name who verifies and checks in a cell: of the smallest area that names anybody."""
        return next(self.collectors_outward(cell), ())

    def collectors_outward(self, cell: str) -> Iterator[tuple[str, ...]]:
        """Name who verifies and checks in a cell, area by area that names anybody, the smallest first."""
        around = sorted(self.holding(cell), key=lambda area: -_closeness(area, cell))
        for area in around:
            more = (each for each in self._collectors_of_area.get(area.id, ()) if each not in area.collectors)
            if named := (*area.collectors, *more):
                yield named

    def collector(self, collector_id: str) -> Collector:
        """Return what is known of a collector; one without a shift where only areas name them."""
        return self._collectors.get(collector_id) or Collector(collector_id)

    @cached_property
    def _collectors(self) -> dict[str, Collector]:
        return {each.id: each for each in self.collectors}

    @cached_property
    def _collectors_of_area(self) -> dict[str, list[str]]:
        found: dict[str, list[str]] = {}
        for each in self.collectors:
            for area_id in each.areas:
                found.setdefault(area_id, []).append(each.id)
        return found

    @cached_property
    def _by_beginning(self) -> dict[str, list[int]]:
        found: dict[str, list[int]] = {}
        for place, area in enumerate(self.areas):
            for beginning in area.cells:
                found.setdefault(beginning, []).append(place)
        return found


def answerable(areas: Areas, cell: str, standard: Standard, roster: Roster, *, owner: str = "") -> Answerable:
    """Say which department answers for a class of things in a cell ("": outside every cell).

    The owner of a component comes first where its standard says so. Then the area that names the class, or its large
    class, or none and has a department of the kind; of two, the one that names the class more closely, then the cell.
    Without one, the only department of the kind.
    """
    kinds = {department.id: department.kind for department in roster.departments}
    if standard.area_rule == "owner" and owner in kinds:
        return Answerable(owner)
    able = []
    for place, area in enumerate(areas.holding(cell) if standard.area_rule != "city" else ()):
        rank = _rank(area, standard, kinds)
        if rank and area.department in kinds:
            able.append((rank, _closeness(area, cell), -place, area))
    if able:
        best = max(able, key=lambda each: each[:3])[3]
        return Answerable(best.department, best.id)
    of_kind = tuple(each for each, kind in kinds.items() if kind == standard.department_kind)
    return Answerable(of_kind[0]) if len(of_kind) == 1 else Answerable("", "", of_kind)


def unanswered(
    areas: Areas, cells: Iterable[str], standards: Iterable[Standard], roster: Roster
) -> dict[str, tuple[str, ...]]:
    """List for each class of standards (by id) the cells for which nobody answers; only classes with such cells."""
    alike: dict[tuple[str, ...], list[str]] = {}  # cells of the same areas are answered for alike
    for cell in cells:
        alike.setdefault(tuple(area.id for area in areas.holding(cell)), []).append(cell)
    found = {}
    for standard in standards:
        groups = [group for group in alike.values() if not answerable(areas, group[0], standard, roster).department]
        if groups:
            found[standard.id] = tuple(sorted(cell for group in groups for cell in group))
    return found


def _rank(area: Area, standard: Standard, kinds: dict[str, str]) -> int:
    """Weigh how closely an area names a class: 3 itself, 2 its large class, 1 its kind alone; 0: not at all."""
    if standard.id in area.classes:
        return 3
    if f"{standard.group} {standard.large}" in area.classes:
        return 2
    return int(not area.classes and kinds.get(area.department) == standard.department_kind)


def _closeness(area: Area, cell: str) -> int:
    return max(len(beginning) for beginning in area.cells if cell.startswith(beginning))
