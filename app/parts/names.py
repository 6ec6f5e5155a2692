"""What departments and the city are called in the language of the desk."""

from __future__ import annotations

from app.desk import Desk
from app.wording.plain import one_line
from dispatch.state import State


def department_name(state: State, department_id: str, language: str) -> str:
    """Return a department's name, its id where the roster does not know it."""
    found = state.departments.get(department_id)
    if found is None:
        return one_line(department_id, 40)
    return one_line(found.name_zh if language == "zh" and found.name_zh else found.name, 40)


def city_name(desk: Desk) -> str:
    """Return the city's name, as the log says it where no city folder is open."""
    if desk.city is None:
        return one_line(desk.state.city, 60)
    return one_line(desk.city.name_zh if desk.language == "zh" and desk.city.name_zh else desk.city.name, 60)
