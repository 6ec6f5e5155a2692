"""Rules that tie cases to incidents and to each other: emergencies, repair orders, duplicates."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from dispatch.case import Case, CaseStage
from dispatch.case_checks import case_of, check_move, moved, standard_of
from dispatch.case_clocks import close_limits_of, due_after, lateness
from dispatch.case_commands import DeescalateCase, EscalateCase, MergeCase, UnmergeCase
from dispatch.case_emergency import escalation_of
from dispatch.case_repair import brought_back
from dispatch.commands import Command
from dispatch.decide_duties import check_duties_over
from dispatch.events import Event
from dispatch.refused import Refused
from dispatch.state import State


def escalate_case(state: State, command: Command, body: EscalateCase) -> tuple[Event, ...]:
    """Make it an emergency, from wherever it is in the loop, also while its clocks stand."""
    case = case_of(state, command, body.case_id)
    check_move(command, case, "escalated", body.reason)
    standard = state.classes.get(case.standard_id)
    kind = body.kind or (standard.emergency or standard.card if standard is not None else "")
    if not kind and body.incident_id is None:
        raise Refused("kind_needed", case_id=case.id)
    escalation = escalation_of(
        state, command, case, kind=kind, place=case.place, incident_id=body.incident_id, reason=body.reason
    )
    return (*lateness(case, command.at), *escalation)


def deescalate_case(state: State, command: Command, body: DeescalateCase) -> tuple[Event, ...]:
    """Bring it back as a repair order, while the incident goes on or after it."""
    case = case_of(state, command, body.case_id)
    check_move(command, case, "deescalated", body.reason)
    return tuple(brought_back(state, command, case, body.reason))


def merge_case(state: State, command: Command, body: MergeCase) -> tuple[Event, ...]:
    """Let another case go on for both; its reporter is told by that one."""
    case = case_of(state, command, body.case_id)
    check_move(command, case, "merged")
    main = state.cases.get(body.into)
    if main is None:
        raise Refused("case_unknown", case_id=body.into)
    if main.id == case.id:
        raise Refused("merged_with_itself", case_id=case.id)
    if not main.is_open:
        raise Refused("main_not_open", case_id=case.id, into=main.id, case_stage=main.stage.value)
    check_duties_over(state, state.duties_of_case.get(case.id, ()), case_id=case.id)
    return moved(state, command, case, "merged", CaseStage.MERGED, into=main.id, reason=body.reason)


def unmerge_case(state: State, command: Command, body: UnmergeCase) -> tuple[Event, ...]:
    """Take it out of the other: it goes on at the stage that it was at, with that stage's limit anew."""
    case = case_of(state, command, body.case_id)
    check_move(command, case, "unmerged", body.reason)
    back = case.stage_before or CaseStage.COLLECT
    return moved(state, command, case, "unmerged", back, reason=body.reason, **_own_clock(state, command, case, back))


def _own_clock(state: State, command: Command, case: Case, back: CaseStage) -> dict[str, Any]:
    if back is not CaseStage.HANDLE:
        return {}
    limits = close_limits_of(state, standard_of(state, case.standard_id).limit_of(case.degree))
    return {"close_limits": limits, "close_due_at": due_after(state, max(command.at, case.moved_at), limits)}


TABLE: dict[type, Callable[[State, Command, Any], tuple[Event, ...]]] = {
    EscalateCase: escalate_case,
    DeescalateCase: deescalate_case,
    MergeCase: merge_case,
    UnmergeCase: unmerge_case,
}
