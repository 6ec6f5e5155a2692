"""Say of every decision of an exercise what it was about, for whoever chooses where to take another branch."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from app.cli.exercise_words import clock
from dispatch.events import Entry, UnitAssigned
from dispatch.log_export import one_line
from dispatch.state import State, fold


def decision_rows(entries: Sequence[Entry], made: Iterable[Entry], start_at: datetime) -> list[dict[str, Any]]:
    """Return {number, at_s, trainee, what [event], incident, kind, place, units [call sign]} of each decision made.

    `incident` is None where a decision is about none. `entries` are all of the log.
    """
    state = fold(State(), entries)
    rows = []
    for each in made:
        number = next((found for event in each.events if (found := _incident_of(event, state)) is not None), None)
        incident = state.incidents.get(number) if number is not None else None
        rows.append({
            "number": each.sequence,
            "at_s": round((each.recorded_at - start_at).total_seconds(), 3),
            "trainee": each.actor,
            "what": [type(event).__name__ for event in each.events],
            "incident": number,
            "kind": incident.kind if incident is not None else "",
            "place": incident.location.text if incident is not None else "",
            "units": [event.unit_id for event in each.events if isinstance(event, UnitAssigned)],
        })  # fmt: skip
    return rows


def row_line(row: dict[str, Any]) -> str:
    """Return a row as a line for a person."""
    what = Counter(re.sub(r"(?<=[a-z])(?=[A-Z])", " ", name).lower() for name in row["what"])
    done = ", ".join(f"{count} × {name}" if count > 1 else name for name, count in what.items())
    if row["units"]:
        done = f"sends {', '.join(row['units'])}"
    about = f"{row['incident']} {row['kind'].replace('_', ' ')}, {row['place']}: " if row["kind"] else ""
    return one_line(f"{row['number']:>6}  {clock(row['at_s'])}  {row['trainee']:<14} {about}{done}")


def _incident_of(event: object, state: State) -> int | None:
    number = getattr(event, "incident_id", None)
    task = state.tasks.get(getattr(event, "task_id", "")) if number is None else None
    assignment = state.assignments.get(getattr(event, "assignment_id", "")) if number is None else None
    for known in (task, assignment):
        number = known.incident_id if known is not None else number
    return number if isinstance(number, int) else None
