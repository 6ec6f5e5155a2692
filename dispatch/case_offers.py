"""What can be done with a case now, and by whom: the table of deeds held against the rules themselves.

Where the rules refuse a command even with all that could be given, the offer carries the refusal: a button is then
there, says why, and waits.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from dispatch import case_commands as k
from dispatch.access import may
from dispatch.case import Case, CaseStage
from dispatch.case_deeds import DEEDS, Deed
from dispatch.commands import Body, Command, Who
from dispatch.decide import decide
from dispatch.refused import Refused
from dispatch.state import State

S = CaseStage
# Reports from these came from somebody who waits to hear what became of them.
FROM_PEOPLE = frozenset({"hotline", "citizen", "transfer"})


@dataclass(frozen=True, slots=True)
class Offer:
    """Offer one command for a case. `is_next` marks the usual next step, of which there is one at most.

    `against` is what the rules answer although nothing that could be given is missing; None: it can be done now.
    """

    command: type
    group: str
    is_next: bool = False
    against: Refused | None = None


# What is done next at a stage, the first of them that can be; what is urgent or waits for an answer stands before it.
_FIRST: tuple[type, ...] = (k.ReportMadeSafe, k.ResumeCase, k.GrantExtension)
NEXT: dict[CaseStage, tuple[type, ...]] = {
    S.COLLECT: (k.AcceptCase,),
    S.VERIFY: (k.ReportVerification,),
    S.FILE: (k.FileCase,),
    S.DISPATCH: (k.DispatchCase,),
    S.HANDLE: (k.ReportHandled,),
    S.FEED_BACK: (k.PassOnFeedback,),
    S.CHECK: (k.ReportCheck,),
    S.CLOSE: (k.CloseCase,),
    S.EVALUATE: (k.ReadAppeal, k.TellReporter, k.RecordAnswer),
    S.EMERGENCY: (k.DeescalateCase,),
    S.MERGED: (),
}
# What leads on where the usual step is held up.
INSTEAD: dict[tuple[type, str], type] = {
    (k.FileCase, "evidence_missing"): k.AddEvidence,
    (k.FileCase, "not_verified"): k.DeclineCase,
    (k.DispatchCase, "ruling_needed"): k.RuleCase,
    (k.CloseCase, "evidence_missing"): k.ReturnCase,
}
_PUT_RIGHT = "must_be_put_right_first"
# What somebody else does: no button waits for that.
RULED_OUT = frozenset({"not_allowed", "not_own_department", "not_the_holder"})


def offered(case: Case, who: Who, state: State, at: datetime) -> tuple[Offer, ...]:
    """List what somebody may do with a case at an instant, in the order of the table; pure, a few milliseconds.

    Left out is what the stage, the role or the department rule out; what another rule holds up carries its refusal.
    """
    found = [
        Offer(deed.command, deed.group, against=against)
        for deed, bodies in _asked(case, who, state)
        if not _is_ruled_out(against := _against(bodies, who, state, at))
    ]
    return tuple(Offer(each.command, each.group, each.command is _next(case, found), each.against) for each in found)


def refusal_of(body: Body, who: Who, state: State, at: datetime) -> Refused | None:
    """Return what the rules would say to a command, None where they take it. Pure; nothing is done."""
    try:
        decide(state, Command("offered", at, who, body, state.sequence))
    except Refused as refused:
        return refused
    return None


def _asked(case: Case, who: Who, state: State) -> list[tuple[Deed, tuple[Body, ...]]]:
    asked = []
    for deed in DEEDS:
        if case.stage not in deed.stages or not may(who.role, deed.command):
            continue
        made = deed.made(case, state)
        bodies = made if isinstance(made, tuple) else () if made is None else (made,)
        if bodies:
            asked.append((deed, bodies))
    return asked


def _against(bodies: tuple[Body, ...], who: Who, state: State, at: datetime) -> Refused | None:
    """Return the refusal of the first body, None where the rules take any of them."""
    answers = []
    for body in bodies:
        refused = refusal_of(body, who, state, at)
        if refused is None:
            return None
        answers.append(refused)
    return answers[0]


def _is_ruled_out(against: Refused | None) -> bool:
    return against is not None and against.code in RULED_OUT


def _next(case: Case, offers: list[Offer]) -> type | None:
    can = {each.command for each in offers if each.against is None}
    shown = {each.command for each in offers}
    nobody = not (case.person_id or case.source in FROM_PEOPLE)
    done = {k.TellReporter: nobody or bool(case.told), k.RecordAnswer: nobody or bool(case.answers)}
    wanted = [command for command in NEXT[case.stage] if not done.get(command)]
    if case.is_contested:
        wanted.insert(0, k.ReopenCase)
    held = {each.command: each.against.code for each in offers if each.against is not None}
    instead = (
        k.ReturnCase if held[command] == _PUT_RIGHT else INSTEAD.get((command, held[command]))
        for command in wanted
        if command in held
    )
    for command in (*_FIRST, *wanted, *instead):
        if command in can:
            return command
    return next((command for command in wanted if command in shown), None)
