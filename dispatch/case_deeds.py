"""What may be done with a case: each command with its stages, and as somebody would give it who had all it needs."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from dispatch import case_commands as k
from dispatch.case import (
    AFTER,
    BEFORE,
    FAILED,
    FOR_CITIZEN,
    FOUND,
    HANDLED,
    LOOP,
    NOT_FOUND,
    PASSED,
    SUSPENDED,
    UPHELD,
    Case,
    CaseStage,
    Evidence,
)
from dispatch.case_moves import MOVES, RETURNS
from dispatch.commands import Body
from dispatch.state import State

S = CaseStage
STEP, BACK, TIME, LINK, WORD = "step", "back", "time", "link", "word"
GROUPS = (STEP, BACK, TIME, LINK, WORD)
_ANY_WORDS = "-"
_EVERYWHERE = frozenset(CaseStage)
_READERS = 2

Made = Callable[[Case, State], "Body | tuple[Body, ...] | None"]


@dataclass(frozen=True, slots=True)
class Deed:
    """Say at which stages a command makes sense and how it reads with all that it needs; None: there is no sense in it.

    Of several bodies one that the rules take is enough.
    """

    command: type
    stages: frozenset[CaseStage]
    group: str
    made: Made


def _photos(*kinds: str) -> tuple[Evidence, ...]:
    """Return photographs that nobody took, to ask the rules what they would say of some."""
    return tuple(Evidence(f"{number:x}" * 64, kind) for number, kind in enumerate(kinds, start=1))


def _before_after(case: Case, state: State) -> tuple[Evidence, ...]:
    standard = state.classes.get(case.standard_id)
    after = max(1, standard.photos_after) if standard is not None else 1
    return _photos(BEFORE, *(AFTER for _ in range(min(after, 14))))


def _handled(case: Case, state: State) -> Body:
    return k.ReportHandled(case.id, _before_after(case, state)[1:])


def _rule(case: Case, state: State) -> Body | None:
    return k.RuleCase(case.id, _some_department(case, state), _ANY_WORDS) if len(case.disownings) > 1 else None


def _dispatch(case: Case, state: State) -> Body:
    return k.DispatchCase(case.id, case.ruled or _some_department(case, state))


def _some_department(case: Case, state: State) -> str:
    known = (case.answerable, *sorted(state.departments))
    return next((each for each in known if each in state.departments), "")


def _check(case: Case, state: State) -> tuple[Body, ...]:
    return k.ReportCheck(case.id, PASSED), k.ReportCheck(case.id, FAILED, (), _ANY_WORDS)


def _verification(case: Case, state: State) -> tuple[Body, ...]:
    seen = k.ReportVerification(case.id, FOUND, _photos(BEFORE))
    return seen, k.ReportVerification(case.id, NOT_FOUND)


def _return(case: Case, state: State) -> tuple[Body, ...]:
    to = sorted(RETURNS.get(case.stage, ()), reverse=True)
    return tuple(k.ReturnCase(case.id, stage, _ANY_WORDS) for stage in to)


def _on_the_spot(case: Case, state: State) -> Body | None:
    standard = state.classes.get(case.standard_id)
    if standard is None or not standard.is_fixed_on_the_spot:
        return None
    return k.FixOnTheSpot(case.id, _photos(BEFORE, AFTER))


def _correct(case: Case, state: State) -> Body | None:
    kept = state.classes.get(case.standard_id)
    known = kept if kept in state.standards.small else next(iter(state.standards.small), None)
    if known is None:
        return None
    answerable = case.answerable if case.answerable in state.departments else ""
    return k.CorrectCase(case.id, known.id, case.place, case.degree, answerable)


def _file(case: Case, state: State) -> tuple[Body, ...]:
    least = min(state.standards.small, key=lambda each: each.photos_before, default=None)
    return (k.FileCase(case.id), *((k.FileCase(case.id, least.id),) if least is not None else ()))


def _escalate(case: Case, state: State) -> tuple[Body, ...]:
    standard = state.classes.get(case.standard_id)
    own = (standard.emergency or standard.card) if standard is not None else ""
    kinds = [kind for kind in (own, *(card.kind for card in state.run_cards.cards[:1])) if kind]
    opened = (k.EscalateCase(case.id, _ANY_WORDS, kind) for kind in kinds)
    there = (k.EscalateCase(case.id, _ANY_WORDS, "", number) for number in sorted(state.open_incidents)[:1])
    return (*opened, *there) or (k.EscalateCase(case.id, _ANY_WORDS),)


def _merge(case: Case, state: State) -> Body | None:
    other = next((number for number in state.open_cases if number != case.id), None)
    return k.MergeCase(case.id, other, _ANY_WORDS) if other is not None else None


def _pause(case: Case, state: State) -> tuple[Body, ...] | None:
    if case.paused:
        return None
    return k.PauseCase(case.id, FOR_CITIZEN, _ANY_WORDS), k.PauseCase(case.id, SUSPENDED, _ANY_WORDS)


def _resume(case: Case, state: State) -> Body | None:
    return k.ResumeCase(case.id) if case.paused else None


def _ask_extension(case: Case, state: State) -> Body:
    limits = case.visit.limits
    return k.AskExtension(case.id, limits[0].amount if limits else 1.0, _ANY_WORDS)


def _read_appeal(case: Case, state: State) -> Body | None:
    if case.appeal is None or len(case.appeal.readings) >= _READERS:
        return None
    return k.ReadAppeal(case.id, UPHELD, _ANY_WORDS)


def _appeal(case: Case, state: State) -> Body | None:
    return k.AppealCase(case.id, _ANY_WORDS) if case.outcome == HANDLED and case.appeal is None else None


def _made_safe(case: Case, state: State) -> Body | None:
    is_open = case.make_safe is not None and case.make_safe.done_at is None
    return k.ReportMadeSafe(case.id) if is_open else None


def _deed(command: type, stages: frozenset[CaseStage] | set[CaseStage], group: str, made: Made) -> Deed:
    return Deed(command, frozenset(stages), group, made)


_BEFORE_HANDLING = {S.COLLECT, S.VERIFY, S.FILE, S.DISPATCH}

# In the order in which buttons stand.
DEEDS: tuple[Deed, ...] = (
    _deed(k.ReportMadeSafe, _EVERYWHERE, STEP, _made_safe),
    _deed(k.AcceptCase, MOVES["accepted"].start, STEP, lambda case, _: k.AcceptCase(case.id)),
    _deed(k.ReportVerification, MOVES["verified"].start, STEP, _verification),
    _deed(k.FileCase, MOVES["filed"].start, STEP, _file),
    _deed(k.DispatchCase, MOVES["dispatched"].start, STEP, _dispatch),
    _deed(k.RuleCase, MOVES["ruled"].start, STEP, _rule),
    _deed(k.ReportHandled, MOVES["handled"].start, STEP, _handled),
    _deed(k.PassOnFeedback, MOVES["passed_on"].start, STEP, lambda case, _: k.PassOnFeedback(case.id)),
    _deed(k.ReportCheck, MOVES["checked"].start, STEP, _check),
    _deed(k.CloseCase, MOVES["closed"].start, STEP, lambda case, _: k.CloseCase(case.id, case.standard_id)),
    _deed(k.FixOnTheSpot, MOVES["fixed_on_the_spot"].start, STEP, _on_the_spot),
    _deed(k.CorrectCase, _BEFORE_HANDLING, STEP, _correct),
    _deed(k.DeclineCase, MOVES["declined"].start, BACK, lambda case, _: k.DeclineCase(case.id, _ANY_WORDS)),
    _deed(k.DisownCase, MOVES["disowned"].start, BACK, lambda case, _: k.DisownCase(case.id, _ANY_WORDS)),
    _deed(k.ReturnCase, MOVES["returned"].start, BACK, _return),
    _deed(k.ReopenCase, MOVES["reopened"].start, BACK, lambda case, _: k.ReopenCase(case.id, _ANY_WORDS)),
    _deed(k.ResumeCase, _EVERYWHERE, TIME, _resume),
    _deed(k.PauseCase, frozenset(LOOP[:8]), TIME, _pause),
    _deed(k.AskExtension, {S.HANDLE}, TIME, lambda case, state: None if case.pending else _ask_extension(case, state)),
    _deed(k.GrantExtension, {S.HANDLE}, TIME, lambda case, _: k.GrantExtension(case.id) if case.pending else None),
    _deed(
        k.RefuseExtension,
        {S.HANDLE},
        TIME,
        lambda case, _: k.RefuseExtension(case.id, _ANY_WORDS) if case.pending else None,
    ),
    _deed(k.EscalateCase, MOVES["escalated"].start, LINK, _escalate),
    _deed(k.DeescalateCase, MOVES["deescalated"].start, LINK, lambda case, _: k.DeescalateCase(case.id, _ANY_WORDS)),
    _deed(k.MergeCase, MOVES["merged"].start, LINK, _merge),
    _deed(k.UnmergeCase, MOVES["unmerged"].start, LINK, lambda case, _: k.UnmergeCase(case.id, _ANY_WORDS)),
    _deed(k.AddCaseNote, _EVERYWHERE, WORD, lambda case, _: k.AddCaseNote(case.id, _ANY_WORDS)),
    _deed(k.AddEvidence, _EVERYWHERE, WORD, lambda case, _: k.AddEvidence(case.id, _photos(AFTER))),
    _deed(k.TellReporter, _EVERYWHERE, WORD, lambda case, _: k.TellReporter(case.id, _ANY_WORDS)),
    _deed(k.RecordAnswer, {S.EVALUATE}, WORD, lambda case, _: k.RecordAnswer(case.id, "no_answer")),
    _deed(k.AppealCase, {S.EVALUATE}, WORD, _appeal),
    _deed(k.ReadAppeal, _EVERYWHERE, WORD, _read_appeal),
)  # fmt: skip
