"""What may be done with a duty now, and by whom: the table of moves held against a role. Pure."""

from __future__ import annotations

from dispatch import duty_commands as d
from dispatch.access import may
from dispatch.commands import Who
from dispatch.duty import DEPARTMENT, DUTY_MOVES, HAND_BACKS_BEFORE_RULING, OVER, Duty, DutyState

# Commands in the order of their buttons, with the move that each is.
MOVES: dict[type, str] = {
    d.AcceptDuty: "accepted",
    d.StartDuty: "started",
    d.ReportDutyDone: "done",
    d.ConfirmDuty: "confirmed",
    d.RejectDuty: "rejected",
    d.HandBackDuty: "handed_back",
    d.ReassignDuty: "reassigned",
    d.RuleDuty: "ruled",
    d.CancelDuty: "cancelled",
}
_LINKED = frozenset({DutyState.WAITING, DutyState.GIVEN})


def offered(duty: Duty, who: Who) -> tuple[type, ...]:
    """Return the commands that somebody may give for a duty as it stands, in the order of their buttons."""
    found = [command for command, move in MOVES.items() if _is_offered(duty, who, command, move)]
    if duty.state in _LINKED and may(who.role, d.LinkDuty):
        found.append(d.LinkDuty)
    if duty.state not in OVER and may(who.role, d.SetDutyDeadline):
        found.append(d.SetDutyDeadline)
    return tuple(found)


def speaks_for(duty: Duty, who: Who) -> bool:
    """Tell whether somebody is of the department that has the duty; anybody else says why they speak for it."""
    return bool(who.department) and who.department == duty.department


def _is_offered(duty: Duty, who: Who, command: type, move: str) -> bool:
    rule = DUTY_MOVES[move]
    if duty.state not in rule.start or not may(who.role, command):
        return False
    own = speaks_for(duty, who)
    if rule.side == DEPARTMENT:
        if not own and who.role == "department_officer":
            return False
        return command is not d.HandBackDuty or not duty.ruled
    if command in (d.ConfirmDuty, d.RejectDuty):
        return not own and who.actor not in duty.members
    wants_ruling = not duty.ruled and len(duty.hand_backs) >= HAND_BACKS_BEFORE_RULING
    if command is d.RuleDuty:
        return wants_ruling
    if command is d.ReassignDuty:
        return not wants_ruling
    return True
