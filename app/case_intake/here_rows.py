"""What urban management knows of one place: its cell, who is responsible, its components and its open cases."""

from __future__ import annotations

from collections.abc import Sequence

from app.case_ground.component_field import component_name
from app.case_ground.on_ground import OnGround
from app.cases.words import class_name
from app.desk import Desk
from app.parts.names import department_name
from app.wording import label, listed, one_line, text
from app.wording.durations import distance
from dispatch.orders import distance_m
from dispatch.state import State

MOST_CASES = 4
CASES_WITHIN_M = 50.0


def cases_near(state: State, lon: float, lat: float, ground: OnGround | None) -> tuple[int, ...]:
    """Return the numbers of open cases within `CASES_WITHIN_M`, nearest first, then those of components there."""
    found = []
    for number in state.open_cases:
        place = state.cases[number].place.location
        if abs(place.lat - lat) < 0.001:  # some hundred metres
            away = distance_m(place.lon, place.lat, lon, lat)
            if away <= CASES_WITHIN_M:
                found.append((away, number))
    near = [number for _, number in sorted(found)]
    for component, _ in ground.components if ground is not None else ():
        near += [each for each in state.cases_of_component.get(component.code, ()) if each in state.open_cases]
    return tuple(dict.fromkeys(near))


def managed_rows(desk: Desk, ground: OnGround | None, cases: Sequence[int]) -> list[tuple[str, str]]:
    """Return the rows of a place's card: the keys of their captions, and words, empty where there is nothing to say."""
    if ground is None:
        return []
    state, language = desk.state, desk.language
    areas = []
    for area in state.areas.holding(ground.cell) if ground.cell else ():
        name = one_line(area.name_zh if language == "zh" and area.name_zh else area.name, 60)
        who = department_name(state, area.department, language) if area.department else ""
        collectors = one_line(listed(area.collectors, language), 80)
        areas.append(" · ".join(part for part in (name, who, collectors) if part))
    components = [
        f"{component_name(state, one, language)} {one.code} ({distance(away)})"
        for one, away in ground.components[:MOST_CASES]
    ]
    return [
        (
            "here.grid_cell",
            text("here.grid_cell_water", language, code=ground.cell) if ground.is_water else ground.cell,
        ),
        ("here.responsible", "\n".join(areas)),
        ("here.components", "\n".join(components)),
        ("here.cases", _cases(desk, cases)),
    ]


def _cases(desk: Desk, numbers: Sequence[int]) -> str:
    state, language = desk.state, desk.language
    if not numbers:
        return text("here.no_cases", language, radius=distance(CASES_WITHIN_M))
    lines = []
    for number in numbers[:MOST_CASES]:
        case = state.cases.get(number)
        if case is not None:
            stage = label("case_stage", case.stage.value, language)
            lines.append(f"{number} {class_name(state, case.standard_id, language)}, {stage}")
    more = len(numbers) - MOST_CASES
    return "\n".join(lines) + (text("here.cases_more", language, count=more) if more > 0 else "")
