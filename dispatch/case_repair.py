"""How an emergency comes back as a repair order: in the same decision, with all that the case had, and owed."""

from __future__ import annotations

from collections.abc import Iterator

from dispatch.case import Case, CaseStage
from dispatch.case_clocks import due_after, lateness
from dispatch.case_events import CaseEvent, CaseMoved
from dispatch.case_moves import COORDINATE, NO_SIDE, stage_after_emergency
from dispatch.commands import Command
from dispatch.state import State


def brought_back(
    state: State, command: Command, case: Case, reason: str, *, side: str = COORDINATE
) -> Iterator[CaseEvent]:
    """Bring a case from its emergency to be dispatched as a repair order; nothing of it is left behind.

    What was given back before and is not put right yet comes back to who must do that: no emergency gets round them.
    Without a calendar it comes back without a limit: the end of an incident waits for no file.
    """
    to, own = stage_after_emergency(case.fixer), state.standards.stages
    limits = ({CaseStage.DISPATCH: own.dispatch, CaseStage.VERIFY: own.verify}.get(to, own.accept),)
    yield from lateness(case, command.at)
    yield CaseMoved(
        case.id,
        "deescalated",
        CaseStage.EMERGENCY,
        to,
        side=side,
        reason=reason,
        fixer=case.fixer,
        limits=limits,
        due_at=due_after(state, command.at, limits) if state.calendar is not None else None,
        incident_id=case.incident_id,
    )


def all_brought_back(state: State, command: Command, incident_id: int, reason: str) -> Iterator[CaseEvent]:
    """Bring every case that is this incident back when it ends, in the order of their numbers.

    Who ends an incident judges none of its cases by it, and may have handled one.
    """
    for case_id in sorted(state.cases_of_incident.get(incident_id, ())):
        case = state.cases[case_id]
        if case.stage is CaseStage.EMERGENCY and case.incident_id == incident_id:
            yield from brought_back(state, command, case, reason, side=NO_SIDE)
