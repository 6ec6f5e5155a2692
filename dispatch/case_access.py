"""Who may do what with cases: roles and commands as data. `access` asks it at the door.

The supervision centre is the acceptor, the checker and the supervisor, with the operator at the telephone and the
collector outside; the command centre is the dispatcher and the coordinator; a department officer answers for its own
department's cases alone.
"""

from __future__ import annotations

from dispatch import case_commands as c
from dispatch.case import CaseStage

_TELL = frozenset({c.ReportCase, c.EscalateCase, c.AddEvidence, c.AddCaseNote})
_INTAKE = _TELL | {
    c.CorrectCase,
    c.AcceptCase,
    c.FileCase,
    c.DeclineCase,
    c.ReturnCase,
    c.MergeCase,
    c.UnmergeCase,
    c.PauseCase,
    c.ResumeCase,
    c.ReopenCase,
    c.TellReporter,
    c.RecordAnswer,
}
_OUTSIDE = _TELL | {c.ReportVerification, c.ReportCheck, c.FixOnTheSpot, c.ReturnCase, c.ReopenCase}
_COMMAND = _TELL | {
    c.CorrectCase,
    c.DispatchCase,
    c.PassOnFeedback,
    c.ReturnCase,
    c.PauseCase,
    c.ResumeCase,
    c.GrantExtension,
    c.RefuseExtension,
    c.DeescalateCase,
    c.MergeCase,
    c.UnmergeCase,
}
_HANDLING = _TELL | {c.ReportHandled, c.DisownCase, c.AskExtension, c.AppealCase, c.ReportMadeSafe}
_JUDGING = (_INTAKE | _OUTSIDE | {c.CloseCase, c.ReadAppeal, c.GrantExtension, c.RefuseExtension, c.DeescalateCase}) - {
    c.FixOnTheSpot
}
_SETUP = frozenset({c.LoadStandards, c.LoadCalendar, c.LoadAreas})
# Erasing is for good, in a drill too: it is no part of playing everybody.
_ERASING = frozenset({c.ErasePerson, c.ErasePhotograph})
_ALL = _JUDGING | _COMMAND | _HANDLING | _SETUP | {c.RuleCase, c.FixOnTheSpot}

MAY_CASES: dict[str, frozenset[type]] = {
    "operator": _INTAKE,
    "acceptor": _INTAKE,
    "collector": _OUTSIDE,
    "checker": _OUTSIDE - {c.FixOnTheSpot},
    "dispatcher": _COMMAND,
    "coordinator": _COMMAND | {c.RuleCase},
    "department_officer": _HANDLING,
    "supervisor": _JUDGING | _SETUP | _ERASING,
    "trainer": _ALL,
    "administrator": _ALL | _ERASING,
    "system": frozenset({c.ReportCase}) | _SETUP,
}

# Who has a case in hand at a stage: who may give it back from there. The trainer and the administrator may everywhere.
_EVERYWHERE = frozenset({"trainer", "administrator"})
HOLDERS: dict[CaseStage, frozenset[str]] = {
    CaseStage.VERIFY: _EVERYWHERE | {"collector", "checker", "acceptor", "operator", "supervisor"},
    CaseStage.FILE: _EVERYWHERE | {"acceptor", "operator", "supervisor"},
    CaseStage.DISPATCH: _EVERYWHERE | {"dispatcher", "coordinator"},
    CaseStage.FEED_BACK: _EVERYWHERE | {"dispatcher", "coordinator"},
    CaseStage.CHECK: _EVERYWHERE | {"collector", "checker", "supervisor"},
    CaseStage.CLOSE: _EVERYWHERE | {"supervisor"},
}
# Who may suspend a case; others stop its clocks only while it waits for the citizen.
SUSPENDERS = _EVERYWHERE | {"dispatcher", "coordinator", "supervisor"}
# Roles that touch their own department's cases alone.
OWN_ONLY = frozenset({"department_officer"})
