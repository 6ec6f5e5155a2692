"""Simulated people of a drill's urban management: what collectors, officers and checkers do next, and how they sign in.

They have ids of their own, which begin with `sim-`: nobody takes them for people, and what they handle they do not
judge. The centre's own part (accept, file, send, pass on, close) is left to whoever sits at the desk.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Container, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from dispatch import case_commands as k
from dispatch.account import CONSOLE, OFFICER
from dispatch.account_commands import AddAccount, SignIn
from dispatch.case import AFTER, BEFORE, FAILED, FOUND, PASSED, Case, CaseStage, Evidence
from dispatch.commands import Body, Who
from dispatch.state import State

PREFIX = "sim-"
_CONSOLE = Who(CONSOLE, "system", seat="drill")
# Of so many checks one finds that it is not put right: the first of a case only.
_FAILS_OF = 7

Photo = Callable[[str, str], Evidence]
"""Answer a photograph of a kind (`before`, `after`) for a small class, by its id."""
Deed = tuple[Who, Body]
Owed = tuple[int, int, bool]


@dataclass(frozen=True, slots=True)
class StaffHabits:
    """Say how long each step takes from when it can be done, in seconds; each varies by up to `case_spread` of it."""

    verify_s: float = 240.0
    make_safe_s: float = 300.0
    handle_s: float = 600.0
    check_s: float = 240.0
    case_spread: float = 0.5


def person(role: str, department: str = "", *, name: str = "") -> Who:
    """Return the simulated person of a role; a collector may have a name of their own, an officer has a department."""
    actor = name if name.startswith(PREFIX) else PREFIX + (f"officer-{department}" if role == OFFICER else role)
    return Who(actor, role, department, actor)


def entrances(state: State, who: Who, name: str) -> Iterator[Deed]:
    """Let a simulated person sign in where the log has accounts: with a demonstration account that nobody else can use.

    Its password's hash is of nothing, and kept nowhere.
    """
    session = state.sessions.get(who.seat)
    if not len(state.accounts) or (session is not None and session.account_id == who.actor):
        return
    if who.actor not in state.accounts:
        nothing = hashlib.sha256(f"no password of {who.actor}".encode()).hexdigest()
        yield _CONSOLE, AddAccount(who.actor, name, (who.role,), who.department, nothing, is_demo=True)
    yield who, SignIn(who.actor, who.role)


def deeds(
    state: State,
    at: datetime,
    *,
    since: datetime,
    habits: StaffHabits,
    photo: Photo,
    words: Callable[[str], str],
    tried: Container[Owed] = frozenset(),
) -> Iterator[tuple[Owed, Deed]]:
    """Yield what simulated people do at an instant, and what they owed. Nothing is due from before `since`.

    What was `tried` before is not done again: where it was refused it would be refused every second.
    """
    for number in state.open_cases:
        case = state.cases[number]
        wait_s = _wait_s(case, habits)
        if wait_s is None or (owed := owed_of(case)) in tried:
            continue
        safe = case.make_safe
        began = safe.ordered_at if safe is not None and is_unsafe(case) else case.visit.entered_at
        if at < max(began, since) + timedelta(seconds=wait_s * _vary(case, habits.case_spread)):
            continue
        done = _deed(state, case, photo, words)
        if done is not None:
            yield owed, done


def owed_of(case: Case) -> Owed:
    """Tell apart what is owed to a case now from what was at any other time: its number, its visits, its danger."""
    return case.id, len(case.visits), is_unsafe(case)


def is_unsafe(case: Case) -> bool:
    """Tell whether somebody is to make a danger safe and has not."""
    safe = case.make_safe
    return safe is not None and safe.done_at is None and bool(safe.department)


def _deed(state: State, case: Case, photo: Photo, words: Callable[[str], str]) -> Deed | None:
    standard, safe = state.classes.get(case.standard_id), case.make_safe
    if safe is not None and is_unsafe(case):
        return person(OFFICER, safe.department), k.ReportMadeSafe(case.id, (), words("done"))
    if standard is None:
        return None
    if case.stage is CaseStage.VERIFY:
        before = tuple(photo(BEFORE, standard.id) for _ in range(max(1, standard.photos_before)))
        return person("collector", name=case.collector), k.ReportVerification(case.id, FOUND, before)
    if case.stage is CaseStage.HANDLE:
        after = tuple(photo(AFTER, standard.id) for _ in range(standard.photos_after))
        return person(OFFICER, case.department), k.ReportHandled(case.id, after, words("done"))
    if case.stage is CaseStage.CHECK:
        if not case.returns and _share(case) < 1 / _FAILS_OF:
            return person("checker"), k.ReportCheck(case.id, FAILED, (), words("check_failed"))
        return person("checker"), k.ReportCheck(case.id, PASSED)
    return None


def _wait_s(case: Case, habits: StaffHabits) -> float | None:
    """Return how long simulated people take for what they owe a case, None where they owe it nothing."""
    if is_unsafe(case):
        return habits.make_safe_s
    if case.paused:
        return None
    if case.stage is CaseStage.HANDLE and case.pending is not None:
        return None  # who asked for more time waits for the answer
    waits = {
        CaseStage.VERIFY: habits.verify_s,
        CaseStage.HANDLE: habits.handle_s,
        CaseStage.CHECK: habits.check_s,
    }
    return waits.get(case.stage)


def _vary(case: Case, spread: float) -> float:
    return 1 - spread + 2 * spread * _share(case)


def _share(case: Case) -> float:
    """Return a share from 0 to 1 that is the same whenever it is asked, and another at each stay of each case."""
    made = hashlib.sha256(f"{case.id} {case.stage.value} {len(case.visits)}".encode()).digest()
    return int.from_bytes(made[:4], "big") / 2**32
