"""What is done next with a case of an invented month, by whom and when: everybody keeps to the rules of the loop."""

from __future__ import annotations

from datetime import datetime, timedelta

from dispatch import case_commands as k
from dispatch import month_aims as aims
from dispatch.case import (
    BEFORE,
    DISMISSED,
    FAILED,
    FOR_CITIZEN,
    FOUND,
    NOT_FOUND,
    PASSED,
    SUSPENDED,
    UPHELD,
    Case,
    CaseStage,
)
from dispatch.commands import Body, CloseIncident, Who
from dispatch.month_cast import Cast, Part
from dispatch.state import State

S = CaseStage
Deed = tuple[Body, Who]
MINUTE = timedelta(minutes=1)
HEARD_FROM = ("hotline", "citizen")
_DISOWNINGS = {aims.DISOWNED: 1, aims.RULED: 2}
_ANSWERS = (("satisfied", 80), ("fair", 10), ("dissatisfied", 6), ("no_answer", 4))


def deed(state: State, part: Part, cast: Cast, at: datetime, main: int | None) -> Deed | None:
    """Return what is done with a case now; None where nothing is. `main` is an open case to be merged into."""
    case = state.cases[part.case_id]
    if case.paused:
        return k.ResumeCase(case.id, cast.reason("resumed")), cast.one_of("coordinator", case.handlers)
    return _DEEDS[case.stage](state, part, cast, at, main)


def _collect(state: State, part: Part, cast: Cast, at: datetime, main: int | None) -> Deed | None:
    case = state.cases[part.case_id]
    acceptor = cast.one_of("acceptor", case.handlers)
    if part.fate.end == aims.SPOT:
        return k.FixOnTheSpot(case.id, (cast.photo(),)), part.reporter
    if part.fate.end == aims.MERGED or part.still(aims.UNMERGED):
        if main is None:
            return k.AddCaseNote(case.id, cast.reason("merged")), acceptor
        return k.MergeCase(case.id, main, cast.reason("merged")), acceptor
    if part.fate.end == aims.DECLINED and case.id % 2:
        return k.DeclineCase(case.id, cast.reason(aims.DECLINED)), acceptor
    return k.AcceptCase(case.id), acceptor


def _verify(state: State, part: Part, cast: Cast, at: datetime, main: int | None) -> Deed | None:
    case = state.cases[part.case_id]
    who = cast.collector(case.collector)
    if part.still(aims.VERIFY_RETURNED):
        part.done.add(aims.VERIFY_RETURNED)
        return k.ReturnCase(case.id, S.COLLECT, cast.reason(aims.VERIFY_RETURNED)), who
    if part.still(aims.FOR_CITIZEN):
        part.done.add(aims.FOR_CITIZEN)
        until = (at.astimezone(cast.zone) + timedelta(days=1)).replace(hour=9, minute=0, second=0, microsecond=0)
        return k.PauseCase(case.id, FOR_CITIZEN, cast.reason(aims.FOR_CITIZEN), until), cast.one_of(
            "acceptor", case.handlers
        )
    if part.fate.end == aims.NOTHING_THERE:
        return k.ReportVerification(case.id, NOT_FOUND, (), cast.reason(aims.NOTHING_THERE)), who
    return k.ReportVerification(case.id, FOUND, (cast.photo(BEFORE),)), who


def _file(state: State, part: Part, cast: Cast, at: datetime, main: int | None) -> Deed | None:
    case = state.cases[part.case_id]
    acceptor = cast.one_of("acceptor", case.handlers)
    if part.fate.end in (aims.NOTHING_THERE, aims.DECLINED):
        return k.DeclineCase(case.id, cast.reason(part.fate.end)), acceptor
    if part.still(aims.FILE_RETURNED):
        part.done.add(aims.FILE_RETURNED)
        return k.ReturnCase(case.id, S.COLLECT, cast.reason(aims.FILE_RETURNED)), acceptor
    return k.FileCase(case.id), acceptor


def _dispatch(state: State, part: Part, cast: Cast, at: datetime, main: int | None) -> Deed | None:
    case = state.cases[part.case_id]
    right = cast.department(case.answerable)
    if part.still(aims.DISPATCH_RETURNED):
        part.done.add(aims.DISPATCH_RETURNED)
        back = k.ReturnCase(case.id, S.FILE, cast.reason(aims.DISPATCH_RETURNED))
        return back, cast.one_of("dispatcher", case.handlers)
    said = len(case.disownings)
    if said >= 2 and not case.ruled:
        return k.RuleCase(case.id, right, cast.reason(aims.RULED)), cast.one_of("coordinator", case.handlers)
    sent = case.ruled or right
    if said < _DISOWNINGS.get(part.fate.way, 0):
        sent = cast.department("", wrong=(right, *(each.department for each in case.disownings)))
    return k.DispatchCase(case.id, sent), cast.one_of("dispatcher", case.handlers)


def _handle(state: State, part: Part, cast: Cast, at: datetime, main: int | None) -> Deed | None:
    case = state.cases[part.case_id]
    officer = cast.officer(case.department)
    if case.make_safe is not None and case.make_safe.done_at is None:
        return k.ReportMadeSafe(case.id), officer
    if len(case.disownings) < _DISOWNINGS.get(part.fate.way, 0):
        return k.DisownCase(case.id, cast.reason(aims.DISOWNED)), officer
    if case.pending is not None:
        who = cast.one_of("dispatcher", case.handlers)
        if part.fate.way == aims.EXTENDED:
            return k.GrantExtension(case.id, cast.reason("granted")), who
        return k.RefuseExtension(case.id, cast.reason("refused")), who
    for way in (aims.EXTENDED, aims.EXTENSION_REFUSED):
        if part.still(way):
            part.done.add(way)
            return k.AskExtension(case.id, case.visit.limits[0].amount / 2, cast.reason(aims.EXTENDED)), officer
    if part.still(aims.SUSPENDED):
        part.done.add(aims.SUSPENDED)
        return k.PauseCase(case.id, SUSPENDED, cast.reason(aims.SUSPENDED)), cast.one_of("coordinator", case.handlers)
    if part.fate.end in (aims.PENDING, aims.OPEN_LATE):
        return None
    pictures = [cast.photo()]
    if all(each.evidence.kind != BEFORE for each in case.evidence):
        pictures.insert(0, cast.photo(BEFORE))
    return k.ReportHandled(case.id, tuple(pictures), cast.reason("done")), officer


def _feed_back(state: State, part: Part, cast: Cast, at: datetime, main: int | None) -> Deed | None:
    case = state.cases[part.case_id]
    dispatcher = cast.one_of("dispatcher", case.handlers)
    if part.still(aims.FEEDBACK_RETURNED):
        part.done.add(aims.FEEDBACK_RETURNED)
        return k.ReturnCase(case.id, S.HANDLE, cast.reason(aims.FEEDBACK_RETURNED)), dispatcher
    return k.PassOnFeedback(case.id), dispatcher


def _check(state: State, part: Part, cast: Cast, at: datetime, main: int | None) -> Deed | None:
    case = state.cases[part.case_id]
    who = cast.collector(case.collector)
    if part.still(aims.CHECK_FAILED):
        part.done.add(aims.CHECK_FAILED)
        return k.ReportCheck(case.id, FAILED, (cast.photo(),), cast.reason(aims.CHECK_FAILED)), who
    return k.ReportCheck(case.id, PASSED, (cast.photo(),)), who


def _close(state: State, part: Part, cast: Cast, at: datetime, main: int | None) -> Deed | None:
    case = state.cases[part.case_id]
    supervisor = cast.one_of("supervisor", case.handlers)
    if part.still(aims.CLOSE_RETURNED):
        part.done.add(aims.CLOSE_RETURNED)
        return k.ReturnCase(case.id, S.HANDLE, cast.reason(aims.CLOSE_RETURNED)), supervisor
    return k.CloseCase(case.id, case.standard_id), supervisor


def _emergency(state: State, part: Part, cast: Cast, at: datetime, main: int | None) -> Deed | None:
    case = state.cases[part.case_id]
    if case.make_safe is not None and case.make_safe.done_at is None and case.make_safe.department:
        return k.ReportMadeSafe(case.id), cast.officer(case.make_safe.department)
    incident = state.incidents[case.incident_id or 0]
    card = state.cards.get(incident.kind)
    ended = card.dispositions[0] if card is not None and card.dispositions else "done"
    return CloseIncident(incident.id, ended), cast.one_of("operator")


def _merged(state: State, part: Part, cast: Cast, at: datetime, main: int | None) -> Deed | None:
    case = state.cases[part.case_id]
    if not part.still(aims.UNMERGED):
        return None
    part.done.add(aims.UNMERGED)
    return k.UnmergeCase(case.id, cast.reason(aims.UNMERGED)), cast.one_of("acceptor", case.handlers)


def _evaluate(state: State, part: Part, cast: Cast, at: datetime, main: int | None) -> Deed | None:
    """Tell the reporter, hear what they think, open it again where they are right; appeal where it counts wrongly."""
    case = state.cases[part.case_id]
    acceptor = cast.one_of("acceptor", case.handlers)
    if part.fate.way in (aims.APPEAL_UPHELD, aims.APPEAL_DISMISSED):
        return _appeal(case, part, cast)
    if "told" not in part.done:
        part.done.add("told")
        return k.TellReporter(case.id, cast.reason("told" if case.filed_at else "no")), acceptor
    if part.still(aims.REOPENED):
        if not case.is_contested:
            return k.RecordAnswer(case.id, "dissatisfied", cast.reason(aims.REOPENED)), acceptor
        part.done.add(aims.REOPENED)
        return k.ReopenCase(case.id, cast.reason(aims.REOPENED)), acceptor
    part.done.add("answered")
    answers = [answer for answer, _ in _ANSWERS if answer != "dissatisfied" or part.fate.way != aims.REOPENED]
    weights = [weight for answer, weight in _ANSWERS if answer in answers]
    return k.RecordAnswer(case.id, cast.dice.choices(answers, weights)[0]), acceptor


def _appeal(case: Case, part: Part, cast: Cast) -> Deed | None:
    if case.appeal is None:
        return k.AppealCase(case.id, cast.reason("appeal")), cast.officer(case.department)
    read = case.appeal.readings
    if len(read) == 2:
        return None
    reader = cast.one_of("supervisor", {*case.handlers, *(each.actor for each in read)})
    is_for = part.fate.way == aims.APPEAL_UPHELD or (not read and case.id % 2 == 0)
    verdict = UPHELD if is_for else DISMISSED
    return k.ReadAppeal(case.id, verdict, cast.reason(verdict)), reader


_DEEDS = {
    S.COLLECT: _collect,
    S.VERIFY: _verify,
    S.FILE: _file,
    S.DISPATCH: _dispatch,
    S.HANDLE: _handle,
    S.FEED_BACK: _feed_back,
    S.CHECK: _check,
    S.CLOSE: _close,
    S.EVALUATE: _evaluate,
    S.EMERGENCY: _emergency,
    S.MERGED: _merged,
}


def due_next(state: State, part: Part, cast: Cast, at: datetime) -> datetime | None:
    """Return when the next thing is done with a case after what was done at an instant; None: never."""
    case = state.cases[part.case_id]
    if case.paused:
        if part.fate.end == aims.PENDING:
            return None
        if case.pause_until is not None:  # time itself lets it go on; then somebody goes there
            return case.pause_until + cast.dice.uniform(4, 12) * MINUTE
        return cast.after(at, 24 * 60, 4 * 24 * 60)
    if case.stage is S.HANDLE:
        return _handling(case, part, cast, at)
    if case.stage is S.EVALUATE:
        return _afterwards(case, part, cast, at)
    if case.stage is S.MERGED and not part.still(aims.UNMERGED):
        return None
    low, high = _MINUTES[case.stage]
    if cast.dice.random() < _SLOW:
        low, high = 3 * high, 9 * high
    if case.stage is S.EMERGENCY:
        return at + cast.dice.uniform(low, high) * MINUTE
    return cast.after(at, low, high)


# One step in so many of the centre's own takes several times as long as it should.
_SLOW = 0.012
# How long each stage usually takes, within its limit; minutes of the clock.
_MINUTES = {
    S.COLLECT: (1, 9),
    S.VERIFY: (6, 25),
    S.FILE: (1, 9),
    S.DISPATCH: (1, 10),
    S.FEED_BACK: (1, 10),
    S.CHECK: (6, 25),
    S.CLOSE: (1, 10),
    S.EMERGENCY: (8, 25),
    S.MERGED: (5, 30),
}


def _handling(case: Case, part: Part, cast: Cast, at: datetime) -> datetime | None:
    """Return when whoever handles a case does the next thing: words soon, work in time or late as its fate is."""
    due = case.visit.due_at or at + timedelta(hours=8)
    left = max(due - at, timedelta())
    if case.make_safe is not None and case.make_safe.done_at is None and not case.make_safe.department:
        return at + min(left / 4, cast.dice.uniform(3, 12) * MINUTE)
    if len(case.disownings) < _DISOWNINGS.get(part.fate.way, 0):
        return at + min(left / 2, cast.dice.uniform(20, 80) * MINUTE)
    if case.pending is not None:
        return at + min(left / 4, cast.dice.uniform(10, 50) * MINUTE)
    if part.still(aims.EXTENDED) or part.still(aims.EXTENSION_REFUSED):
        return at + left * cast.dice.uniform(0.3, 0.6)
    if part.still(aims.SUSPENDED):
        return at + min(left / 2, cast.dice.uniform(20, 90) * MINUTE)
    if part.fate.end in (aims.PENDING, aims.OPEN_LATE):
        return None
    last = cast.end_at - timedelta(hours=5)
    if part.fate.end == aims.LATE:
        late = due + min(max(cast.dice.lognormvariate(2.0, 1.0), 0.5), 72.0) * timedelta(hours=1)
        return max(min(cast.after(late, 0, 30), last), due + MINUTE)
    wanted = cast.after(at + left * cast.dice.betavariate(2, 3), 0, 5)
    if wanted > due - MINUTE:
        wanted = at + left * cast.dice.uniform(0.4, 0.8)
    return min(wanted, max(last, at + min(left / 2, 20 * MINUTE)))


def _afterwards(case: Case, part: Part, cast: Cast, at: datetime) -> datetime | None:
    if part.fate.way in (aims.APPEAL_UPHELD, aims.APPEAL_DISMISSED):
        if case.appeal is not None and len(case.appeal.readings) == 2:
            return None
        return cast.after(at, 12 * 60, 36 * 60)
    if part.source not in HEARD_FROM or "answered" in part.done:
        return None
    if "told" not in part.done:
        return cast.after(at, 20, 90)
    if part.still(aims.REOPENED):
        return cast.after(at, 30, 240)
    if cast.dice.random() < 0.4 and part.fate.way != aims.REOPENED:  # nobody answers the telephone
        return None
    return cast.after(at, 60, 30 * 60)
