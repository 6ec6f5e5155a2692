"""The cases that a board shows, kept in the order of what is due first: one change costs one case, not all."""

from __future__ import annotations

from bisect import bisect_left, insort
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from app.cases.due import CLOSED, RUNS, STANDS, Key, key_of
from app.cases.mine import is_mine
from dispatch.areas import Areas
from dispatch.case import Case, CaseStage
from dispatch.case_events import AreasLoaded, StandardsLoaded
from dispatch.commands import Who
from dispatch.events import Entry, LogOpened, RosterLoaded
from dispatch.state import State
from dispatch.watched import is_watched

_OVER = frozenset({CaseStage.EVALUATE, CaseStage.MERGED})

Haystack = Callable[[Case], str]


@dataclass(frozen=True, slots=True)
class Wanted:
    """Say which cases a board shows. Empty: all. `closed` adds those that were closed lately."""

    mine: bool = False
    department: str = ""
    stages: frozenset[CaseStage] = frozenset()
    overdue: bool = False
    closed: bool = False
    words: str = ""
    queue: str = ""  # whose, as `app.parts.queues` calls it; empty: all


@dataclass
class Docket:
    """Hold the watched cases in order, those of them that are shown, and how many stand where.

    `keys` are those shown. `by_stage` counts what would be shown were no stage chosen. `haystack` gives the words that
    a case is found by, casefolded. `contested` are those closed and not put right.
    """

    haystack: Haystack
    wanted: Wanted = field(default_factory=Wanted)
    keys: list[Key] = field(default_factory=list)
    by_stage: Counter[CaseStage] = field(default_factory=Counter)
    by_department: Counter[str] = field(default_factory=Counter)
    contested: set[int] = field(default_factory=set)
    stands_in: Callable[[str, Case], bool] = lambda queue, case: True  # whether a case stands in a queue
    _all: list[Key] = field(default_factory=list)
    _at: dict[int, tuple[Key, Case]] = field(default_factory=dict)
    _words: dict[int, tuple[Case, str]] = field(default_factory=dict)
    _who: Who | None = None
    _areas: Areas = field(default_factory=Areas)
    _now_s: float = 0.0
    _queued: dict[int, bool] = field(default_factory=dict)  # of the cases held, as was answered when they were taken
    _guest: int | None = None

    def begin(self, state: State, who: Who, now: datetime) -> None:
        """Look through all cases anew."""
        self._who, self._areas, self._now_s = who, state.areas, now.timestamp()
        watched = [state.cases[one] for one in state.open_cases]
        watched += [state.cases[one] for one in state.watched_cases]
        self._at = {case.id: (key_of(case), case) for case in watched}
        self.contested = {case.id for case in watched if case.is_contested}
        self.by_department = Counter(case.department or case.answerable for case in watched if case.is_open)
        self._guest = None
        if self.wanted.closed:
            self._look_back(state)
        else:
            self._all = sorted(key for key, _ in self._at.values())
        self._invite(state)
        self._sift()

    def want(self, wanted: Wanted, state: State, now: datetime) -> None:
        """Show other cases."""
        assert self._who is not None
        before, self.wanted = self.wanted, wanted
        self._now_s = now.timestamp()
        if self._guest is not None:
            self.drop(self._guest)
        if before.closed != wanted.closed:
            self._look_back(state)
        self._invite(state)
        self._sift()

    def warm(self, count: int) -> bool:
        """Make ready the words of some cases more, so that the first search need not; tell whether any are left."""
        known, left = self._words, count
        for case_id, (_, case) in self._at.items():
            kept = known.get(case_id)
            if kept is not None and kept[0] is case:
                continue
            if left == 0:
                return True
            known[case_id] = (case, self.haystack(case))
            left -= 1
        return False

    def seat(self, who: Who) -> None:
        """Let somebody else sit here: other cases are theirs."""
        self._who = who
        self._sift()

    def take(self, case: Case) -> None:
        """Take a case as it stands now; whether and where it is shown follows from it."""
        self.drop(case.id)
        if not (is_watched(case) or self.wanted.closed):
            return
        key = key_of(case)
        self._at[case.id] = (key, case)
        insort(self._all, key)
        if case.is_contested:
            self.contested.add(case.id)
        if case.is_open:
            self.by_department[case.department or case.answerable] += 1
        if self._passes(case, key):
            self.by_stage[case.stage] += 1
            if not self.wanted.stages or case.stage in self.wanted.stages:
                insort(self.keys, key)

    def place_of(self, case: Case) -> tuple[int, Key]:
        """Return the row that a case would stand in as it is now (-1: in none), and its key; nothing changes."""
        key = key_of(case)
        stages = self.wanted.stages
        is_held = is_watched(case) or self.wanted.closed
        if not is_held or (stages and case.stage not in stages) or not self._passes(case, key):
            return -1, key
        return bisect_left(self.keys, key), key

    def main_of(self, case_id: int) -> int | None:
        """Return the case that another one was merged into, as far as was taken."""
        return next((one for one, (_, case) in self._at.items() if case_id in case.merged), None)

    def drop(self, case_id: int) -> None:
        """Let a case go."""
        known = self._at.get(case_id)
        if known is None:
            return
        key, case = known
        self.contested.discard(case_id)
        if self._passes(case, key):
            self.by_stage[case.stage] -= 1
        row = self.row_of(case_id)
        if row >= 0:
            del self.keys[row]
        if case.is_open:
            self.by_department[case.department or case.answerable] -= 1
        self._queued.pop(case_id, None)
        del self._at[case_id]
        del self._all[bisect_left(self._all, key)]

    def pass_time(self, now: datetime) -> tuple[int, ...]:
        """Let time go on; return the cases that fell due meanwhile, and show them where the overdue are wanted."""
        before, self._now_s = self._now_s, now.timestamp()
        if self._now_s < before:
            return ()
        begin, end = bisect_left(self._all, (RUNS, before, 0)), bisect_left(self._all, (RUNS, self._now_s, 0))
        fallen = tuple(case_id for _, _, case_id in self._all[begin:end])
        if self.wanted.overdue:
            for case_id in fallen:
                key, case = self._at[case_id]
                if self.row_of(case_id) < 0 and self._passes(case, key):
                    self.by_stage[case.stage] += 1
                    if not self.wanted.stages or case.stage in self.wanted.stages:
                        insort(self.keys, key)
        return fallen

    def row_of(self, case_id: int) -> int:
        """Return the row of a case, -1 where it is not shown."""
        known = self._at.get(case_id)
        if known is None:
            return -1
        row = bisect_left(self.keys, known[0])
        return row if row < len(self.keys) and self.keys[row] == known[0] else -1

    def counts(self, now: datetime, day_ends_at: datetime) -> dict[str, int]:
        """Count every watched case, shown or not: `open`, `overdue`, `today` (due before the day ends), `paused`."""
        overdue = bisect_left(self._all, (RUNS, now.timestamp(), 0))
        today = bisect_left(self._all, (RUNS, day_ends_at.timestamp(), 0)) - overdue
        stands = bisect_left(self._all, (STANDS, float("-inf"), 0))
        closed = bisect_left(self._all, (CLOSED, float("-inf"), 0))
        return {"open": closed, "overdue": overdue, "today": max(0, today), "paused": closed - stands}

    def overdue_shown(self) -> int:
        """Return how many of those shown are overdue: they stand on top."""
        return bisect_left(self.keys, (RUNS, self._now_s, 0))

    def _look_back(self, state: State) -> None:
        """Hold the latest closed cases too where they are wanted, and let them go where they are no more.

        Any other is found by its number.
        """
        if self.wanted.closed:
            lately = (state.cases[one] for one in dict.fromkeys(state.closed_lately) if one not in self._at)
            self._at |= {case.id: (key_of(case), case) for case in lately if case.stage in _OVER}
        else:
            self._at = {one: held for one, held in self._at.items() if is_watched(held[1])}
        self._all = sorted(key for key, _ in self._at.values())

    def _invite(self, state: State) -> None:
        """Let a case that is asked for by its number stand here too, however long it is closed."""
        self._guest = None
        number = self.wanted.words.lstrip("#")
        case = state.cases.get(int(number)) if number.isdecimal() and len(number) < 12 else None
        if case is not None and case.id not in self._at:
            key = key_of(case)
            self._at[case.id] = (key, case)
            insort(self._all, key)
            self._guest = case.id

    def _sift(self) -> None:
        self.by_stage = Counter()
        self.keys = []
        self._queued.clear()
        stages = self.wanted.stages
        for key in self._all:
            case = self._at[abs(key[2])][1]
            if self._passes(case, key):
                self.by_stage[case.stage] += 1
                if not stages or case.stage in stages:
                    self.keys.append(key)

    def _passes(self, case: Case, key: Key) -> bool:
        """Tell whether a case is shown but for its stage."""
        wanted = self.wanted
        if wanted.overdue and (key[0] != RUNS or key[1] >= self._now_s):
            return False
        if wanted.queue and not self._is_queued(case):
            return False
        if wanted.mine and (self._who is None or not is_mine(case, self._who, self._areas)):
            return False
        if wanted.department:
            safe = case.make_safe.department if case.make_safe is not None and case.make_safe.done_at is None else ""
            if wanted.department not in (case.department or case.answerable, safe):
                return False
        return not wanted.words or self._is_found(case)

    def _is_queued(self, case: Case) -> bool:
        """Tell whether a case stands in the queue that is shown; of a case that is held always the same answer."""
        held = self._at.get(case.id)
        if held is None or held[1] is not case:
            return self.stands_in(self.wanted.queue, case)
        found = self._queued.get(case.id)
        if found is None:
            found = self._queued[case.id] = self.stands_in(self.wanted.queue, case)
        return found

    def _is_found(self, case: Case) -> bool:
        kept = self._words.get(case.id)
        if kept is None or kept[0] is not case:
            kept = self._words[case.id] = (case, self.haystack(case))
        return all(word in kept[1] for word in self.wanted.words.split())


def touched_cases(entry: Entry) -> frozenset[int] | None:
    """Name the cases that an entry changed; None where it may have changed how all of them read."""
    found: set[int] = set()
    for event in entry.events:
        if isinstance(event, LogOpened | RosterLoaded | StandardsLoaded | AreasLoaded):
            return None
        case_id = getattr(event, "case_id", None)
        if isinstance(case_id, int):
            found.add(case_id)
            into = getattr(event, "into", None)
            if isinstance(into, int):
                found.add(into)
        found.update(getattr(event, "case_ids", ()))  # of a photograph that was erased
    return frozenset(found)
