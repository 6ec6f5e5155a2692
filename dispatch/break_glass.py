"""Which commands save lives and may be forced, with a reason, by any role: the supervisor is told."""

from __future__ import annotations

from dispatch import commands as c
from dispatch.account import ACCOUNT_ROLES
from dispatch.case_commands import EscalateCase
from dispatch.commands import Command

LIFE_SAVING: frozenset[type] = frozenset(
    {
        c.RecordCall,
        c.AttachCall,
        c.ReportIncident,
        c.CorrectLocation,
        c.ChangePriority,
        c.ChangeAlarmLevel,
        c.ReopenIncident,
        c.AssignUnits,
        c.MoveOrder,
        c.UnholdUnit,
        c.RaiseSignal,
        c.CloseRoad,
        c.DrawPerimeter,
        EscalateCase,
    }
)


def may_force(role: str, command: type) -> bool:
    """Tell whether a role may force commands of a type; machines may not, whatever their reason."""
    return command in LIFE_SAVING and role in ACCOUNT_ROLES


def is_forced(command: Command) -> bool:
    """Tell whether a command is one that may be forced, and comes with a reason."""
    return bool(command.forced.strip()) and may_force(command.who.role, type(command.body))
