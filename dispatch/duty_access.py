"""Who may do what with duties and messages: roles and commands as data. `access` asks it at the door."""

from __future__ import annotations

from dispatch import duty_commands as d
from dispatch import message_commands as m

_TALK = frozenset({m.SendMessage, m.ReceiveMessage})
_WORK = frozenset({d.AcceptDuty, d.StartDuty, d.ReportDutyDone, d.HandBackDuty})
_CENTRE = frozenset(
    {
        d.GiveDuties,
        d.ConfirmDuty,
        d.RejectDuty,
        d.ReassignDuty,
        d.CancelDuty,
        d.LinkDuty,
        d.SetDutyDeadline,
        d.NameLead,
    }
)
_DESK = _TALK | _WORK | _CENTRE

# The desk works on behalf of a department, with the reason written; `duty_checks` sees to it.
MAY_DUTIES: dict[str, frozenset[type]] = {
    "operator": _DESK,
    "dispatcher": _DESK,
    "coordinator": _DESK | {d.RuleDuty},
    "supervisor": _DESK,
    "trainer": _DESK | {d.RuleDuty},
    "administrator": _DESK | {d.RuleDuty},
    "system": _DESK,
    "department_officer": _TALK | _WORK,
    "acceptor": _TALK,
    "collector": _TALK,
    "checker": _TALK,
    "crew": frozenset({m.ReceiveMessage}),
}
