"""What the rules for cases check in the same way, and the one door through which every case moves."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

from dispatch import fact
from dispatch.break_glass import is_forced
from dispatch.case import (
    AFTER,
    BEFORE,
    EVIDENCE_KINDS,
    Case,
    CasePlace,
    CaseStage,
    Evidence,
    Visit,
)
from dispatch.case_access import HOLDERS, OWN_ONLY
from dispatch.case_clocks import due_after, lateness, limits_of
from dispatch.case_events import CaseEvent, CaseMoved
from dispatch.case_moves import COORDINATE, FORWARD, HANDLE, MOVES, SUPERVISE, is_past_fixer
from dispatch.checks import changed_since, check_place, check_text, who_changed
from dispatch.commands import Command
from dispatch.refused import Refused
from dispatch.standards import DEGREES, Standard
from dispatch.state import State
from gis.grid_codes import is_cell_code, is_component_code

MOST_EVIDENCE = 200
# Two seats' clocks may differ by so much: what comes from the slower one is not refused as earlier.
CLOCKS_DIFFER = timedelta(seconds=60)
_HASH = re.compile(r"[0-9a-f]{64}")
_COMMUNITY = re.compile(r"[0-9]{12}")


def case_of(state: State, command: Command, case_id: int) -> Case:
    """Return a case that the asker may touch and has seen as it is.

    Raises Refused `case_unknown`, `not_own_department`, `case_changed_since`, or `earlier_than_case`.
    """
    case = state.cases.get(case_id)
    if case is None:
        raise Refused("case_unknown", case_id=case_id)
    check_own(command, case)
    key = fact.of_case(case_id)
    if changed_since(state, command, key) is not None:
        raise Refused("case_changed_since", case_id=case_id, case_stage=case.stage.value, **who_changed(state, key))
    if command.at < case.moved_at - CLOCKS_DIFFER:
        raise Refused("earlier_than_case", case_id=case_id, at=command.at, moved_at=case.moved_at)
    return case


def check_own(command: Command, case: Case) -> None:
    """Raise Refused `not_own_department` where a role that answers for its own touches another department's case."""
    own = command.who.department
    if command.who.role in OWN_ONLY and not is_own(case, own) and not is_forced(command):
        raise Refused("not_own_department", case_id=case.id, department=case.department, own=own)


def is_own(case: Case, department: str) -> bool:
    """Tell whether a department handles a case, or is to make it safe."""
    safe = case.make_safe.department if case.make_safe is not None else ""
    return bool(department) and department in (case.department, safe)


def check_stage(case: Case, *stages: CaseStage) -> None:
    """Raise Refused `case_not_there` unless a case is at one of some stages."""
    if case.stage not in stages:
        raise Refused(
            "case_not_there",
            case_id=case.id,
            case_stage=case.stage.value,
            stages=tuple(sorted(stage.value for stage in stages)),
        )


def check_running(case: Case) -> None:
    """Raise Refused `case_paused` where the clocks of a case stand."""
    if case.paused:
        raise Refused("case_paused", case_id=case.id, pause=case.paused, until=case.pause_until)


def check_side(command: Command, case: Case, side: str) -> None:
    """Raise Refused where somebody would judge what they or their department handled, or handle what they judge."""
    who = command.who
    if side == HANDLE and who.actor in case.judges:
        raise Refused("judges_do_not_handle", case_id=case.id, actor=who.actor)
    if side in (SUPERVISE, COORDINATE) and who.actor in case.handlers:
        raise Refused("handlers_do_not_judge", case_id=case.id, actor=who.actor)
    if side == SUPERVISE and who.department and who.department in case.handled_by:
        raise Refused("department_judges_itself", case_id=case.id, department=who.department)


def check_move(command: Command, case: Case, move: str, reason: str = "") -> None:
    """Raise Refused unless the table of moves lets the asker make a move with this case now."""
    rule = MOVES[move]
    check_stage(case, *rule.start)
    if move != "escalated":  # what endangers people waits for no pause
        check_running(case)
    if rule.way == FORWARD and is_past_fixer(case.stage, case.fixer):
        fixer = case.fixer.value if case.fixer is not None else ""
        raise Refused("must_be_put_right_first", case_id=case.id, case_stage=case.stage.value, fixer=fixer)
    check_side(command, case, rule.side)
    if rule.needs_reason:
        check_text(reason, "reason")


def moved(
    state: State, command: Command, case: Case, move: str, to: CaseStage, *, fixer: CaseStage | None = None, **more: Any
) -> tuple[CaseEvent, ...]:
    """Make a move that was checked: what was late is said first, then the move with the limits of the new stage.

    Forward from the stage that had to put it right, what was given back is put right. `more` are fields of the event.
    """
    rule = MOVES[move]
    if to not in rule.to:
        raise ValueError(f"{move} does not lead to {to}")
    if fixer is None and not (rule.way == FORWARD and case.stage is case.fixer):
        fixer = case.fixer
    standard = standard_of(state, more.get("standard_id") or case.standard_id)
    limits = more.pop("limits", None)
    if limits is None:
        limits = limits_of(state, standard, more.get("degree") or case.degree, to)
    event = CaseMoved(
        case.id,
        move,
        case.stage,
        to,
        side=rule.side,
        fixer=fixer,
        limits=limits,
        due_at=due_after(state, max(command.at, case.moved_at), limits),
        **more,
    )
    return (*lateness(case, command.at), event)


def standard_of(state: State, standard_id: str) -> Standard:
    """Return a standard that is or was in force: a case goes on by it when its class is no more. Raises Refused."""
    standard = state.classes.get(standard_id)
    if standard is None:
        raise Refused("standard_unknown", standard_id=standard_id)
    return standard


def standard_in_force(state: State, standard_id: str) -> Standard:
    """Return a standard that is in force; raise Refused `standard_unknown`."""
    standard = standard_of(state, standard_id)
    if standard not in state.standards.small:
        raise Refused("standard_unknown", standard_id=standard_id)
    return standard


def check_degree(degree: str) -> None:
    """Raise Refused `choice_unknown` unless this is a degree of the standards."""
    check_choice("degree", degree, DEGREES)


def check_choice(field: str, value: str, choices: tuple[str, ...]) -> None:
    """Raise Refused `choice_unknown` unless a value is one of those that there are."""
    if value not in choices:
        raise Refused("choice_unknown", field=field, value=value, choices=choices)


def check_department(state: State, department: str) -> None:
    """Raise Refused `department_unknown` unless the roster has it."""
    if department not in state.departments:
        raise Refused("department_unknown", department=department)


def check_holder(command: Command, case: Case) -> None:
    """Raise Refused `not_the_holder` unless the asker's role has the case at its stage in hand."""
    holders = HOLDERS.get(case.stage, frozenset())
    if command.who.role not in holders:
        raise Refused(
            "not_the_holder",
            case_id=case.id,
            case_stage=case.stage.value,
            role=command.who.role,
            roles=tuple(sorted(holders)),
        )


def check_case_place(place: CasePlace) -> None:
    """Raise Refused where a place is none on earth, or a code of cell, community or component is not one."""
    check_place(place.location.lon, place.location.lat)
    if place.cell and not is_cell_code(place.cell):
        raise Refused("code_wrong", code_kind="cell", found=place.cell, digits=15)
    if place.community and not _COMMUNITY.fullmatch(place.community):
        raise Refused("code_wrong", code_kind="community", found=place.community, digits=12)
    if place.cell and place.community and not place.cell.startswith(place.community):
        raise Refused("cell_elsewhere", cell=place.cell, community=place.community)
    if place.component and not is_component_code(place.component):
        raise Refused("code_wrong", code_kind="component", found=place.component, digits=16)


def check_evidence(case: Case | None, evidence: tuple[Evidence, ...]) -> None:
    """Raise Refused where evidence is named by no hash, of no kind, twice, or is on the case already."""
    known = {each.evidence.id for each in case.evidence} if case is not None else set()
    if len(evidence) + len(known) > MOST_EVIDENCE:
        raise Refused("evidence_too_much", count=len(evidence) + len(known), limit=MOST_EVIDENCE)
    for each in evidence:
        if not _HASH.fullmatch(each.id):
            raise Refused("evidence_unnamed", evidence=each.id)
        check_choice("evidence", each.kind, EVIDENCE_KINDS)
        if each.id in known:
            raise Refused("evidence_twice", evidence=each.id)
        known.add(each.id)


def check_photos(
    case: Case, evidence: tuple[Evidence, ...], *, before: int = 0, after: int = 0, since: Visit | None = None
) -> None:
    """Raise Refused `evidence_missing` where a case with new evidence has too few photographs of before or after.

    Those of after count since a visit began: work done again is not proved by the pictures of the first time.
    """
    old = since.had if since is not None else 0
    had = [each.evidence.kind for each in case.evidence]
    kinds = [*(kind for kind in had[:old] if kind != AFTER), *had[old:], *(each.kind for each in evidence)]
    for kind, wanted in ((BEFORE, before), (AFTER, after)):
        if kinds.count(kind) < wanted:
            raise Refused("evidence_missing", case_id=case.id, evidence_kind=kind, has=kinds.count(kind), wanted=wanted)


def last_visit(case: Case, stage: CaseStage) -> Visit | None:
    """Return when a case was last at a stage."""
    return next((visit for visit in reversed(case.visits) if visit.stage is stage), None)
