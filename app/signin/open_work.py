"""What one shift leaves to the next: open incidents, late cases, duties, units held back, roads closed."""

from __future__ import annotations

from dataclasses import dataclass

from app.cases.due import due_of
from app.cases.words import class_name, place_words
from app.desk import Desk
from app.duties.words import about_words, state_words
from app.intake.kind_field import kind_name
from app.parts.incident_rows import place
from app.parts.names import department_name
from app.wording import label, one_line, text
from app.wording.durations import day_and_clock

MOST_LINES = 40


@dataclass(frozen=True, slots=True)
class OpenWork:
    """Hold the lines of each part under the key of its heading, the most pressing first."""

    parts: tuple[tuple[str, tuple[str, ...]], ...]

    def counted(self, language: str) -> str:
        """Return one line with how many there are of each; the log keeps it with the notes."""
        return " · ".join(text(name, language, count=len(lines)) for name, lines in self.parts)

    def told(self, language: str) -> str:
        """Return everything as lines of plain text under their headings."""
        blocks = []
        for name, lines in self.parts:
            head = text(name, language, count=len(lines))
            shown = [f"   {line}" for line in lines[:MOST_LINES]]
            if len(lines) > MOST_LINES:
                shown.append("   " + text("signin.glass_more", language, count=len(lines) - MOST_LINES))
            blocks.append("\n".join((head, *shown)))
        return "\n".join(blocks)


def open_work(desk: Desk) -> OpenWork:
    """Look at the state as it stands."""
    return OpenWork(
        (
            ("signin.count_incidents", tuple(_incidents(desk))),
            ("signin.count_cases", tuple(_late_cases(desk))),
            ("signin.count_duties", tuple(_duties(desk))),
            ("signin.count_units", tuple(_held_units(desk))),
            ("signin.count_roads", tuple(_roads(desk))),
        )
    )


def _incidents(desk: Desk) -> list[str]:
    state, language = desk.state, desk.language
    found = sorted((state.incidents[each] for each in state.open_incidents), key=lambda one: (one.priority, one.id))
    return [
        f"{one.id}  P{one.priority}  {kind_name(desk, one.kind)} · {one_line(place(one), 60)}"
        f" · {label('stage', one.stage, language)}"
        for one in found
    ]


def _late_cases(desk: Desk) -> list[str]:
    state, language, now = desk.state, desk.language, desk.clock()
    late = []
    for number in state.open_cases:
        due = due_of(state.cases[number])
        if due is not None and due.at < now:
            late.append((due.at, state.cases[number]))
    late.sort(key=lambda each: (each[0], each[1].id))
    return [
        f"{case.id}  {class_name(state, case.standard_id, language)} · {place_words(case.place)}"
        f" · {day_and_clock(at, state.time_zone)}"
        for at, case in late
    ]


def _duties(desk: Desk) -> list[str]:
    state, language, now = desk.state, desk.language, desk.clock()
    found = [state.duties[each] for each in state.open_duties]
    found.sort(key=lambda one: (one.due_at is None, one.due_at or now, one.id))
    return [
        f"{one.id}  {department_name(state, one.department, language)}: {one_line(one.text, 60)}"
        f" · {about_words(desk, incident_id=one.incident_id, case_id=one.case_id)} · {state_words(desk, one, now)}"
        for one in found
    ]


def _held_units(desk: Desk) -> list[str]:
    held = [(unit_id, unit) for unit_id, unit in desk.state.units.items() if unit.held]
    return [f"{one_line(unit_id, 20)}  {one_line(unit.held, 80)}".rstrip() for unit_id, unit in sorted(held)]


def _roads(desk: Desk) -> list[str]:
    state, language = desk.state, desk.language
    lines = []
    for one in state.closures.values():
        until = f" · {day_and_clock(one.until, state.time_zone)}" if one.until is not None else ""
        lines.append(f"{label('closure_kind', one.kind, language)}  {one_line(one.reason, 80)}{until}")
    return lines
