"""What follows from a place and a class before a case is reported: who answers, until when, what happens at once."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from app.case_ground.on_ground import OnGround
from app.parts.names import department_name
from app.wording import listed, one_line, text
from dispatch.areas import Answerable, answerable
from dispatch.case import CasePlace
from dispatch.case_clocks import due_after
from dispatch.clocks import Limit
from dispatch.incident import Location
from dispatch.refused import Refused
from dispatch.standards import Standard
from dispatch.state import State
from gis.components import Component


@dataclass(frozen=True, slots=True)
class Advice:
    """Say what reporting would mean. `due_at` is None where no calendar can say it."""

    answer: Answerable
    limit: Limit
    due_at: datetime | None


def place_of(
    state: State, location: Location, ground: OnGround | None, component: str, answer: Answerable | None
) -> CasePlace:
    """Make the place of a case: its cell, its community, its component (a code) and the area by which one answers."""
    cell = ground.cell if ground is not None else ""
    area = answer.area if answer is not None else ""
    if not area and cell:
        held = state.areas.holding(cell)
        area = held[0].id if held else ""
    return CasePlace(location, cell, area, cell[:12], component)


def advise(
    state: State,
    standard: Standard,
    degree: str,
    ground: OnGround | None,
    component: Component | None,
    at: datetime,
) -> Advice:
    """Say who answers for a class at a place, and until when it would have to be put right from an instant."""
    cell = ground.cell if ground is not None else ""
    owner = component.owner if component is not None else ""
    answer = answerable(state.areas, cell, standard, state.roster, owner=owner)
    limit = standard.limit_of(degree)
    try:
        due_at = due_after(state, at, (limit,))
    except Refused:
        due_at = None
    return Advice(answer, limit, due_at)


def answer_words(state: State, answer: Answerable, language: str) -> tuple[str, str]:
    """Say who answers, or why nobody is known to, with the level of the words."""
    if not answer.department:
        if answer.rivals:
            names = listed((department_name(state, each, language) for each in answer.rivals), language)
            return text("case_intake.answers_rivals", language, departments=names), "warning"
        return text("case_intake.answers_nobody", language), "warning"
    name = department_name(state, answer.department, language)
    if not answer.area:
        return text("case_intake.answers", language, department=name), ""
    area = state.areas.of(answer.area)
    words = one_line(area.name_zh if language == "zh" and area.name_zh else area.name, 60)
    return text("case_intake.answers_area", language, department=name, area=words), ""


def class_of_component(state: State, component: Component) -> str:
    """Return the one class that the components of a layer are of; empty where none or several are."""
    of_layer = [each.id for each in state.standards.small if each.layer == component.layer]
    return of_layer[0] if len(of_layer) == 1 else ""
