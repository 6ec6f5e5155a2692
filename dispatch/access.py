"""Who may do what: one table of roles and commands, asked at the door and never only by a hidden button."""

from __future__ import annotations

from dispatch import commands
from dispatch.case_access import MAY_CASES
from dispatch.commands import Command
from dispatch.duty_access import MAY_DUTIES
from dispatch.refused import Refused
from resources.status import Signal

_TIME = frozenset({commands.Tick})
_VOICE = frozenset({commands.ReportStatus, commands.RaiseSignal, commands.MoveOrder, commands.AddNote}) | _TIME
_DESK = _VOICE | {
    commands.RecordCall,
    commands.AttachCall,
    commands.DetachCall,
    commands.ReportIncident,
    commands.CorrectLocation,
    commands.ChangeKind,
    commands.ChangePriority,
    commands.ChangeAlarmLevel,
    commands.AssignUnits,
    commands.ReleaseUnit,
    commands.HoldUnit,
    commands.UnholdUnit,
    commands.MoveUp,
    commands.EndMoveUp,
    commands.AcknowledgeSignal,
    commands.CloseIncident,
    commands.ReopenIncident,
    commands.CloseRoad,
    commands.OpenRoad,
    commands.ReportWeather,
    commands.DrawPerimeter,
    commands.LiftPerimeter,
    commands.PostWarning,
    commands.RemoveWarning,
}
_SETUP = frozenset({commands.OpenLog, commands.LoadRoster, commands.LoadRunCards})

_OF_INCIDENTS: dict[str, frozenset[type]] = {
    "operator": _DESK,
    "dispatcher": _DESK,
    "supervisor": _DESK | _SETUP,
    "trainer": _DESK | _SETUP,
    "administrator": _DESK | _SETUP,
    "system": _DESK | _SETUP,
    "crew": _VOICE,
    "observer": _TIME,
}
MAY: dict[str, frozenset[type]] = {
    role: _OF_INCIDENTS.get(role, _TIME) | MAY_CASES.get(role, frozenset()) | MAY_DUTIES.get(role, frozenset())
    for role in _OF_INCIDENTS | MAY_CASES
}


def may(role: str, command: type) -> bool:
    """Tell whether a role may give commands of a type (`AssignUnits`, ...)."""
    return command in MAY.get(role, frozenset())


def check_access(command: Command) -> None:
    """Raise Refused `not_allowed` unless the asker's role may do this. Distress is open to everybody."""
    body = command.body
    if isinstance(body, commands.RaiseSignal) and body.signal is Signal.DISTRESS:
        return
    if not may(command.who.role, type(body)):
        raise Refused("not_allowed", role=command.who.role, command=type(body).__name__)
