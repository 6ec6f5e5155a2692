"""The ground that a month of urban management is told on: a city's own, or an invented town where there is none."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass, replace

from dispatch.areas import Area, Areas, Collector
from dispatch.calendar import Hours, WorkCalendar
from dispatch.runcard import RunCards
from dispatch.standards import Standards
from resources.unit import Department, Roster

EARLY, LATE, NIGHT = (Hours(7 * 60, 15 * 60),), (Hours(13 * 60, 21 * 60),), (Hours(21 * 60, 31 * 60),)
TOWN, TOWN_ZONE, TOWN_COUNTY = "Invented town", "Asia/Shanghai", "990101"
TOWN_LON, TOWN_LAT = 0.0, 0.0  # the open sea
STREETS, COMMUNITIES, CELLS = 3, 4, 20
_CELL_DEGREES = 100.0 / 111_195.0
_KINDS = ("police", "water", "power", "fire", "other")


@dataclass(frozen=True, slots=True)
class MonthCell:
    """Name a cell of the grid by its 15 digits, with a place in it (lon, lat in WGS 84).

    Things happen within `spread_m` of that place, east and north.
    """

    code: str
    lon: float
    lat: float
    spread_m: float = 40.0


@dataclass(frozen=True, slots=True)
class MonthGround:
    """Hold what a month is told by: the files of the rules, the cells, the language of those who report."""

    city: str
    time_zone: str
    roster: Roster
    run_cards: RunCards
    standards: Standards
    calendar: WorkCalendar
    areas: Areas
    cells: tuple[MonthCell, ...]
    language: str = "en"


def town_ground(standards: Standards, run_cards: RunCards, calendar: WorkCalendar) -> MonthGround:
    """Return an invented town of 3 streets, 12 communities and 240 cells, with a department for each street."""
    own = tuple(
        Department(f"urban_{street}", f"Urban Management {street}", "urban_management", f"城管{street}中队")
        for street in range(1, STREETS + 1)
    )
    others = tuple(Department(kind, f"Town {kind}", kind) for kind in _KINDS)
    cells = tuple(_town_cells())
    ground = MonthGround(
        TOWN,
        TOWN_ZONE,
        Roster(departments=(*own, *others)),
        run_cards,
        standards,
        replace(calendar, time_zone=TOWN_ZONE),
        Areas(),
        cells,
    )
    return replace(ground, areas=areas_made(cells, [each.id for each in own]))


def areas_made(cells: Iterable[MonthCell], departments: list[str]) -> Areas:
    """Make an area of each community, streets in turn to departments, with collectors early and late, and at night."""
    communities = sorted({cell.code[:12] for cell in cells})
    streets = sorted({code[:9] for code in communities})
    areas, collectors = [], []
    for number, code in enumerate(communities, start=1):
        department = departments[streets.index(code[:9]) % len(departments)] if departments else ""
        areas.append(Area(f"area-{number}", f"Area {number}", (code,), department, name_zh=f"第{number}责任区"))
        for shift, hours in (("early", EARLY), ("late", LATE)):
            collectors += [_collector(f"{number}-{shift}-{place}", hours, (f"area-{number}",)) for place in (1, 2)]
    for number, street in enumerate(streets, start=1):
        within = tuple(area.id for area, code in zip(areas, communities, strict=True) if code.startswith(street))
        collectors.append(_collector(f"night-{number}", NIGHT, within))
    return Areas(tuple(areas), tuple(collectors))


def with_collectors(areas: Areas, cells: Iterable[MonthCell], departments: list[str]) -> Areas:
    """Return a city's areas, where they name anybody who verifies; else made ones in their place."""
    cells = tuple(cells)
    if areas.areas and any(areas.collectors_of(cell.code) for cell in cells):
        return areas
    return areas_made(cells, departments)


def _collector(name: str, hours: tuple[Hours, ...], areas: tuple[str, ...]) -> Collector:
    return Collector(f"sim-collector-{name}", f"Collector {name}", hours, areas=areas, name_zh=f"采集员{name}")


def _town_cells() -> Iterable[MonthCell]:
    wide = math.isqrt(STREETS * COMMUNITIES * CELLS - 1) + 1
    number = 0
    for street in range(1, STREETS + 1):
        for community in range(1, COMMUNITIES + 1):
            for cell in range(1, CELLS + 1):
                code = f"{TOWN_COUNTY}{street:03d}{community:03d}{cell:03d}"
                row, column = divmod(number, wide)
                yield MonthCell(code, TOWN_LON + (column + 0.5) * _CELL_DEGREES, TOWN_LAT + (row + 0.5) * _CELL_DEGREES)
                number += 1
