"""What a trainee decided, in one line, from the entry that the log keeps of it."""

from __future__ import annotations

import re
from collections.abc import Iterator

from app.intake.kind_field import kind_name
from app.parts.names import department_name
from app.trainer.sitting import Sitting
from app.wording import is_worded, label, one_line, sentence, text
from dispatch.events import Entry, OrderChanged, StatusReported, TaskOpened, UnitAssigned
from dispatch.exercise.run import Refusal
from dispatch.situation_log import tell

MOST_PARTS = 5
_NAME = re.compile(r"[^\s'\",()]+")
_OF_DEPARTMENTS = frozenset({"department", "addressees"})
_ALONG = (TaskOpened, OrderChanged)  # what comes with a decision by itself


def decision_words(sitting: Sitting, entry: Entry) -> str:
    """Say what an entry did; of more than `MOST_PARTS` things say how many more."""
    found = list(dict.fromkeys(_parts(sitting, entry)))
    more = len(found) - MOST_PARTS
    words = " · ".join(found[:MOST_PARTS]) + (f" · +{more}" if more > 0 else "")
    return words or text("trainer.did_something", sitting.language)


def refusal_words(sitting: Sitting, refusal: Refusal) -> str:
    """Say what was asked and refused."""
    name = label("command", refusal.command, sitting.language)
    return one_line(f"{name[:1].upper()}{name[1:]}", 120)


def why_refused(sitting: Sitting, refusal: Refusal) -> str:
    """Say why it was refused."""
    parameters = {name: _read(value) for name, value in refusal.parameters}
    if "command" in parameters:
        parameters["command"] = label("command", parameters["command"], sitting.language)
    return one_line(sentence(refusal.code, parameters, sitting.language, zone=sitting.state.time_zone), 300)


def person_words(sitting: Sitting, actor: str, department: str) -> str:
    """Name a trainee, with the department where it is one's."""
    name = one_line(actor, 40)
    if not department:
        return name
    return text(
        "trainer.of_department",
        sitting.language,
        name=name,
        department=department_name(sitting.state, department, sitting.language),
    )


def incident_of_entry(sitting: Sitting, entry: Entry) -> int:
    """Return the incident that a decision is about, 0 for none."""
    state = sitting.state
    for event in entry.events:
        number = getattr(getattr(event, "perimeter", event), "incident_id", None)
        if number:
            return int(number)
        held = state.assignments.get(getattr(event, "assignment_id", "") or "")
        if held is not None:
            return held.incident_id
    return 0


def _read(value: str) -> object:
    """Return several names that were kept as one word, as several again."""
    if not value.startswith("("):
        return value
    names = tuple(_NAME.findall(value))
    return (*names[:MOST_PARTS], "…") if len(names) > MOST_PARTS else names


def _parts(sitting: Sitting, entry: Entry) -> Iterator[str]:
    state, language = sitting.state, sitting.language
    sent = [event for event in entry.events if isinstance(event, UnitAssigned)]
    if sent:
        units = ", ".join(one_line(event.unit_id, 40) for event in sent)
        yield text("trainer.did_send", language, units=units)
    ids = {event.unit_id for event in sent}
    for event in entry.events:
        along = isinstance(event, StatusReported) and event.unit_id in ids
        if along or isinstance(event, (UnitAssigned, *_ALONG)):
            continue
        row = tell(event, entry, state)
        code = next((name for name in (f"did.{row.code}", f"log.{row.code}") if is_worded(name)), "")
        if not code:
            continue
        parameters = {}
        for name, value in row.parameters:
            if name in _OF_DEPARTMENTS:
                each = value if isinstance(value, tuple) else (value,)
                value = ", ".join(department_name(state, str(one), language) for one in each)
            elif name == "kind" and "incident_id" in dict(row.parameters):
                value = kind_name(sitting.desk, str(value))
            parameters[name] = value
        yield one_line(sentence(code, parameters, language, zone=state.time_zone), 200)
