"""What each command comes to at each stage of an incident and of a case, by whom, written out by hand.

Nothing here is made from the tables in `dispatch`: where the two differ, one of them is wrong. Stages of a case are
`1` collect to `9` evaluate, `E` emergency, `M` merged; stages of an incident `w` waiting, `a` assigned, `o` working (on
scene), `c` cleared, `x` closed. An answer is the stage that follows, `=` for words that move nothing, or the code of a
refusal. Roles are the letters of `permissions`.
"""

from __future__ import annotations

from dispatch import case_commands as k
from dispatch import commands as c
from dispatch import duty_commands as d
from dispatch import major_commands as m
from dispatch import message_commands as msg
from dispatch.case import AFTER, BEFORE, CaseStage, Evidence
from dispatch.incident import Perimeter, PerimeterKind
from dispatch.major import Methane
from resources.status import Status
from tests.dispatch.case_town import PLACE
from tests.dispatch.town import crossing

CASE_STAGES = dict(zip("123456789EM", CaseStage, strict=True))
SUPERVISE, COORDINATE, HANDLE, ANYBODY = "supervise", "coordinate", "handle", ""
BEFORE_PHOTO, AFTER_PHOTO = Evidence("a" * 64, BEFORE), Evidence("b" * 64, AFTER)
ALL = "123456789EM"
LOOP = "12345678"

# name: what is asked, on which side, what it comes to at each stage that is named (elsewhere `case_not_there`).
CASE_MOVES: dict[str, tuple[c.Body, str, dict[str, str]]] = {
    "accept": (k.AcceptCase(1), SUPERVISE, {"1": "2"}),
    "correct": (k.CorrectCase(1, "rubbish", PLACE, "urgent"), SUPERVISE, dict.fromkeys("1234", "=")),
    "verify": (k.ReportVerification(1, "found", (BEFORE_PHOTO,)), SUPERVISE, {"2": "3"}),
    "find nothing": (k.ReportVerification(1, "not_found"), SUPERVISE, {"2": "3"}),
    "file": (k.FileCase(1), SUPERVISE, {"3": "4"}),
    "decline": (k.DeclineCase(1, "x"), SUPERVISE, {"1": "9", "3": "9"}),
    "dispatch": (k.DispatchCase(1, "urban"), COORDINATE, {"4": "5"}),
    "rule": (k.RuleCase(1, "urban", "x"), COORDINATE, {"4": "nothing_to_rule"}),
    "hand in": (k.ReportHandled(1, (AFTER_PHOTO,)), HANDLE, {"5": "6"}),
    "disown": (k.DisownCase(1, "x"), HANDLE, {"5": "4"}),
    "pass on": (k.PassOnFeedback(1), COORDINATE, {"6": "7"}),
    "check": (k.ReportCheck(1, "passed"), SUPERVISE, {"7": "8"}),
    "check and find it bad": (k.ReportCheck(1, "failed", (), "x"), SUPERVISE, {"7": "5"}),
    "close": (k.CloseCase(1, "rubbish"), SUPERVISE, {"8": "9"}),
    "fix on the spot": (k.FixOnTheSpot(1, (BEFORE_PHOTO, AFTER_PHOTO)), HANDLE, {"1": "9", "2": "9"}),
    "reopen": (k.ReopenCase(1, "x"), SUPERVISE, {"9": "5"}),
    "escalate": (k.EscalateCase(1, "x", "structure_fire"), ANYBODY, dict.fromkeys(LOOP, "E")),
    "de-escalate": (k.DeescalateCase(1, "x"), COORDINATE, {"E": "4"}),
    "merge": (k.MergeCase(1, 2), SUPERVISE, dict.fromkeys("12345", "M")),
    "un-merge": (k.UnmergeCase(1, "x"), SUPERVISE, {"M": "1"}),
    "wait for the citizen": (k.PauseCase(1, "citizen", "x"), SUPERVISE, dict.fromkeys(LOOP, "=")),
    "suspend": (k.PauseCase(1, "suspended", "x"), SUPERVISE, dict.fromkeys(LOOP, "=")),
    "resume": (k.ResumeCase(1), SUPERVISE, dict.fromkeys(ALL, "case_not_paused")),
    "ask for time": (k.AskExtension(1, 1.0, "x"), HANDLE, {"5": "="}),
    "grant": (k.GrantExtension(1), SUPERVISE, {"5": "extension_not_asked"}),
    "refuse": (k.RefuseExtension(1, "x"), SUPERVISE, {"5": "extension_not_asked"}),
    "make safe": (k.ReportMadeSafe(1), HANDLE, dict.fromkeys(ALL, "no_danger")),
    "appeal": (k.AppealCase(1, "x"), HANDLE, {"9": "="}),
    "read": (k.ReadAppeal(1, "upheld", "x"), SUPERVISE, dict.fromkeys(ALL, "no_appeal")),
    "show": (k.AddEvidence(1, (AFTER_PHOTO,)), ANYBODY, dict.fromkeys(ALL, "=")),
    "note": (k.AddCaseNote(1, "x"), ANYBODY, dict.fromkeys(ALL, "=")),
    "tell": (k.TellReporter(1, "x"), ANYBODY, dict.fromkeys(ALL, "=")),
    "answer": (k.RecordAnswer(1, "fair"), ANYBODY, {"9": "="}),
    **{
        f"return to {CASE_STAGES[to]}": (
            k.ReturnCase(1, CASE_STAGES[to], "x"),
            SUPERVISE,
            dict.fromkeys("234678", "no_way_back") | dict.fromkeys(starts, to),
        )
        for to, starts in {"1": "23", "2": "3", "3": "4", "4": "", "5": "678", "6": "78", "7": "8", "8": ""}.items()
    },
}
# Each move: from which stages, to which, on which side, whether forward, and whether its reason must be written.
CASE_TABLE: dict[str, tuple[str, str, str, bool, bool]] = {
    "accepted": ("1", "23", SUPERVISE, True, False),
    "verified": ("2", "3", SUPERVISE, True, False),
    "filed": ("3", "4", SUPERVISE, True, False),
    "declined": ("13", "9", SUPERVISE, True, True),
    "dispatched": ("4", "5", COORDINATE, True, False),
    "ruled": ("4", "5", COORDINATE, True, True),
    "handled": ("5", "6", HANDLE, True, False),
    "disowned": ("5", "4", HANDLE, False, True),
    "passed_on": ("6", "7", COORDINATE, True, False),
    "checked": ("7", "8", SUPERVISE, True, False),
    "check_failed": ("7", "5", SUPERVISE, False, True),
    "closed": ("8", "9", SUPERVISE, True, False),
    "returned": ("234678", "123567", SUPERVISE, False, True),
    "fixed_on_the_spot": ("12", "9", HANDLE, True, False),
    "reopened": ("9", "2345", SUPERVISE, False, True),
    "escalated": (LOOP, "E", ANYBODY, False, True),
    "deescalated": ("E", "1234", COORDINATE, False, True),
    "merged": ("12345", "M", SUPERVISE, True, False),
    "unmerged": ("M", "12345", SUPERVISE, False, True),
}
# What differs once something has happened to the case: which answers of which commands.
AFTER_HAPPENING: dict[str, dict[str, dict[str, str]]] = {
    "asked for time": {
        "ask for time": {"5": "extension_pending"},
        "grant": {"5": "="},
        "refuse": {"5": "="},
    },
    "in danger": {
        "make safe": dict.fromkeys(ALL, "="),
        "close": {"8": "not_made_safe"},
        "fix on the spot": {"1": "not_made_safe", "2": "not_made_safe"},
    },
    "appealed": {"appeal": {"9": "appealed_before"}, "read": dict.fromkeys(ALL, "=")},
    "disowned twice": {"dispatch": {"4": "ruling_needed"}, "rule": {"4": "5"}},
    "paused": {
        **{
            name: dict.fromkeys(stages, "case_paused")
            for name, stages in {
                "accept": "1", "correct": "1234", "verify": "2", "find nothing": "2", "file": "3", "decline": "13",
                "dispatch": "4", "rule": "4", "hand in": "5", "disown": "5", "pass on": "6", "check": "7",
                "check and find it bad": "7", "close": "8", "fix on the spot": "12", "merge": "12345",
                "wait for the citizen": LOOP, "suspend": LOOP, "ask for time": "5", "grant": "5", "refuse": "5",
                **{f"return to {CASE_STAGES[to]}": "234678" for to in LOOP},
            }.items()
        },
        "resume": dict.fromkeys(ALL, "="),
    },
    # Given back to be handled anew by a checker: neither the centre nor the supervisor may take it past the department.
    "owed by handling": {
        "pass on": {"6": "must_be_put_right_first"},
        "check": {"7": "must_be_put_right_first"},
        "close": {"8": "must_be_put_right_first"},
        "de-escalate": {"E": "4"},
    },
    # Given back before it was sent: no emergency takes it past whoever owes that.
    "owed by filing": {"dispatch": {"4": "must_be_put_right_first"}, "file": {"3": "4"}, "de-escalate": {"E": "3"}},
    "owed by verifying": {"file": {"3": "must_be_put_right_first"}, "verify": {"2": "3"}, "de-escalate": {"E": "2"}},
    "owed by accepting": {"verify": {"2": "must_be_put_right_first"}, "accept": {"1": "2"}, "de-escalate": {"E": "1"}},
}  # fmt: skip
# These are asked before anybody looks at the stage, or at who asks.
FIRST = {"resume": "case_not_paused", "make safe": "no_danger", "read": "no_appeal"}
# These answer for what was asked before they look at who asks.
BEFORE_SIDE = frozenset({"extension_not_asked"})
# Roles that have the case in hand: who may give it back from there.
HOLDERS = {"2": "OVLKATR", "3": "OVATR", "4": "DCTR", "6": "DCTR", "7": "VLKTR", "8": "VTR"}
SUSPENDERS = "DCVTR"

_RING = Perimeter("ring", PerimeterKind.CORDON, ((25.0, 60.0),), 60.0, 1)
_OPEN = "waoc"


def _open(answer: str = "=") -> dict[str, str]:
    """Return an answer for all stages of an open incident; a closed one is refused."""
    return dict.fromkeys(_OPEN, answer) | {"x": "incident_closed"}


# name: what is asked, and what it comes to at each stage. E1 is bound where the incident is assigned or worked on.
INCIDENT_MOVES: dict[str, tuple[c.Body, dict[str, str]]] = {
    "correct the place": (c.CorrectLocation(1, crossing(2, 2)), _open()),
    "change the kind": (c.ChangeKind(1, "burst_water_main"), _open()),
    "change the priority": (c.ChangePriority(1, 4), _open()),
    "raise the alarm": (c.ChangeAlarmLevel(1, 2), _open()),
    "note": (c.AddNote(1, "x"), _open() | {"x": "="}),
    "send": (c.AssignUnits(1, (c.Choice("E2"),)), {"w": "a", "a": "=", "o": "=", "c": "a", "x": "incident_closed"}),
    "send again": (
        c.AssignUnits(1, (c.Choice("E1"),)),
        {"w": "a", "a": "unit_already_here", "o": "unit_already_here", "c": "a", "x": "incident_closed"},
    ),
    "release": (
        c.ReleaseUnit("E1"),
        {"w": "unit_not_assigned", "a": "w", "o": "c", "c": "unit_not_assigned", "x": "unit_not_assigned"},
    ),
    "close": (
        c.CloseIncident(1, "extinguished"),
        {"w": "x", "a": "units_still_bound", "o": "units_still_bound", "c": "x", "x": "incident_closed"},
    ),
    "close and release": (
        c.CloseIncident(1, "extinguished", release_units=True),
        dict.fromkeys(_OPEN, "x") | {"x": "incident_closed"},
    ),
    "reopen": (c.ReopenIncident(1, "x"), dict.fromkeys(_OPEN, "incident_not_closed") | {"x": "w"}),
    "attach a call": (c.AttachCall("new call", 1), _open()),
    "detach a call": (c.DetachCall("call", 1), _open() | {"x": "="}),
    "draw a cordon": (c.DrawPerimeter(_RING), _open()),
    "name the lead": (d.NameLead(1, "police", "x"), _open()),
    "give duties": (d.GiveDuties((d.DutyDraft("fence it", "police"),), 1), _open()),
    "send a message": (msg.SendMessage("x", incident_id=1), _open() | {"x": "="}),
    "declare": (m.DeclareMajorIncident(1), _open()),
    "stand down": (m.StandDownMajorIncident(1, "x"), dict.fromkeys("waocx", "not_major")),
    "report METHANE": (m.ReportMethane(1, Methane()), dict.fromkeys("waocx", "not_major")),
    "arrive": (
        c.ReportStatus("E1", Status.ON_SCENE),
        {"w": "unit_not_assigned", "a": "o", "o": "0", "c": "unit_not_assigned", "x": "unit_not_assigned"},
    ),
    "be free": (c.ReportStatus("E1", Status.AVAILABLE), {"w": "0", "a": "w", "o": "c", "c": "=", "x": "="}),
}
