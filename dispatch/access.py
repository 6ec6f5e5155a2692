"""Who may do what: one table of roles and commands, asked at the door and never only by a hidden button."""

from __future__ import annotations

from dispatch import commands
from dispatch.account import CONSOLE, MACHINE_ROLES
from dispatch.account_access import CONSOLE_ONLY, MAY_ACCOUNTS
from dispatch.account_commands import SignIn, UnlockSeat
from dispatch.break_glass import is_forced
from dispatch.case_access import MAY_CASES, OWN_ONLY
from dispatch.case_checks import is_own
from dispatch.commands import Body, Command
from dispatch.desk_access import MAY_DESK
from dispatch.duty_access import MAY_DUTIES
from dispatch.island_access import MAY_ISLAND
from dispatch.major_access import MAY_MAJOR
from dispatch.refused import Refused
from dispatch.state import State
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
    "coordinator": _DESK,
    "supervisor": _DESK | _SETUP,
    "trainer": _DESK | _SETUP,
    "administrator": _DESK | _SETUP,
    "system": _DESK | _SETUP,
    "crew": _VOICE,
    "observer": _TIME,
}
MAY: dict[str, frozenset[type]] = {
    role: _OF_INCIDENTS.get(role, _TIME)
    | MAY_CASES.get(role, frozenset())
    | MAY_DUTIES.get(role, frozenset())
    | MAY_MAJOR.get(role, frozenset())
    | MAY_ACCOUNTS.get(role, frozenset())
    | MAY_ISLAND.get(role, frozenset())
    | MAY_DESK.get(role, frozenset())
    for role in _OF_INCIDENTS | MAY_CASES | MAY_ACCOUNTS
}


def may(role: str, command: type) -> bool:
    """Tell whether a role may give commands of a type (`AssignUnits`, ...)."""
    return command in MAY.get(role, frozenset())


def is_distress(body: Body) -> bool:
    """Tell whether this is a crew's call for help, which nothing ever refuses."""
    return isinstance(body, commands.RaiseSignal) and body.signal is Signal.DISTRESS


def check_access(state: State, command: Command) -> None:
    """Raise Refused unless the asker is who they say, and their role may do this. Distress is open to everybody.

    A log without accounts knows nobody, and believes every role. Raises `not_allowed`, and what `check_identity` does.
    """
    if is_distress(command.body):
        return
    if len(state.accounts):
        check_identity(state, command)
    if not (may(command.who.role, type(command.body)) or is_forced(command)):
        raise Refused("not_allowed", role=command.who.role, command=type(command.body).__name__)


def check_identity(state: State, command: Command) -> None:
    """Raise Refused unless a person sits signed in at their seat as who and what they say, and a machine is none.

    Codes: `not_signed_in`, `account_disabled`, `role_not_held`, `department_not_held`, `seat_locked`; `not_allowed`
    for a machine other than the console that would make accounts.
    """
    who, body = command.who, command.body
    if who.role in MACHINE_ROLES:
        if who.actor in state.accounts:
            raise Refused("role_not_held", actor=who.actor, role=who.role)
        if type(body) in CONSOLE_ONLY and who.actor != CONSOLE:
            raise Refused("not_allowed", role=who.role, command=type(body).__name__)
        return
    if isinstance(body, SignIn):
        return  # its own rule asks for more than this
    account, session = state.accounts.get(who.actor), state.sessions.get(who.seat)
    if account is not None and account.is_disabled:
        raise Refused("account_disabled", account_id=account.id, reason=account.disabled_reason)
    if account is None or session is None or session.account_id != account.id:
        raise Refused("not_signed_in", actor=who.actor, seat=who.seat)
    if who.role != session.role or who.role not in account.roles:
        raise Refused("role_not_held", actor=who.actor, role=who.role)
    if who.department != account.department:
        raise Refused("department_not_held", actor=who.actor, department=who.department)
    if session.is_locked and not isinstance(body, UnlockSeat):
        raise Refused("seat_locked", seat=who.seat, actor=who.actor)


def needs_force(state: State, command: Command) -> bool:
    """Tell whether a forced command is one that the asker's role may not give, or not for that department."""
    if is_distress(command.body):
        return False
    if not may(command.who.role, type(command.body)):
        return True
    case = state.cases.get(getattr(command.body, "case_id", 0))
    return case is not None and command.who.role in OWN_ONLY and not is_own(case, command.who.department)
