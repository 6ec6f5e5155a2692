"""Tell an invented month of urban management through the engine: commands alone, every role, every clock.

For measuring and for exercises: the same seed on the same ground gives the same log, entry by entry. The proportions
are those of a real month (`month_aims`); nobody in it is a person, and no hash of a photograph is of a file.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from heapq import heappop, heappush
from random import Random

from dispatch import case_commands as k
from dispatch import commands as c
from dispatch import month_aims as aims
from dispatch.case import BEFORE, SEEN_BY_SOURCE, CaseStage
from dispatch.commands import Body, Command, Who
from dispatch.engine import Engine
from dispatch.events import LogKind
from dispatch.month_aims import Aims, Fate
from dispatch.month_cast import Cast, Part, length_h
from dispatch.month_ground import MonthGround
from dispatch.month_steps import HEARD_FROM, deed, due_next
from dispatch.refused import Refused
from dispatch.standards import URGENT, USUAL, Standard

START = date(2025, 10, 1)
TICK = timedelta(minutes=30)
_MONTH, _TIME = Who("sim-month", "administrator", "", "month"), Who("sim-clock", "system", "", "system")
_QUICK_H, _LONG_DAYS = 110.0, 2.0
Say = Callable[[int, int], None]


class MonthClock:
    """Tell the engine the instant of the command that is being given: entries are recorded when they happen."""

    def __init__(self) -> None:
        self.at = datetime(2000, 1, 1, tzinfo=UTC)

    def __call__(self) -> datetime:
        """Return the present instant of the month."""
        return self.at


@dataclass(frozen=True, slots=True)
class Told:
    """Say what was aimed at and how many entries it took; `refused` counts what the rules said no to, by code."""

    aims: Aims
    start_at: datetime
    end_at: datetime
    entries: int
    refused: tuple[tuple[str, int], ...] = ()


def tell_month(
    engine: Engine,
    ground: MonthGround,
    *,
    clock: MonthClock,
    seed: int = 1,
    cases: int = aims.FOUND,
    start: date = START,
    say: Say | None = None,
) -> Told:
    """Open an empty log as a simulation and play a month in it; `clock` is the engine's own.

    `cases` are those found; what comes to nothing is told beside them. `say` hears how many days of how many are done.
    Raises ValueError for fewer than 200 cases, a ground without cells, a log that is not empty.
    """
    if engine.state.kind is not None:
        raise ValueError("the log is not empty: a month is told in a new one")
    if not ground.cells:
        raise ValueError("there are no cells: generate the grid of the city first")
    first = start.replace(day=1)
    end = (first + timedelta(days=32)).replace(day=1)
    month = _Month(engine, ground, clock, seed, Aims.of(cases), first, end)
    month.play(say)
    refused = tuple(sorted(month.refused.items()))
    return Told(month.aims, month.cast.start_at, month.cast.end_at, engine.state.sequence, refused)


class _Month:
    def __init__(
        self, engine: Engine, ground: MonthGround, clock: MonthClock, seed: int, wanted: Aims, start: date, end: date
    ) -> None:
        self.engine, self.ground, self.clock = engine, ground, clock
        self.dice = Random(seed)
        self.cast = Cast(ground, self.dice, seed, start, end)
        self.aims = wanted
        self.refused: Counter[str] = Counter()
        self._given = self._waiting = 0
        self._waits: list[tuple[datetime, int, Part, str]] = []
        self._resting: dict[int, datetime] = {}  # open cases that nobody touches before an instant

    def play(self, say: Say | None) -> None:
        """Open the log, report everything at its time, and do what is next until the month is over."""
        self._open()
        for fate in aims.deal(self.aims, self.dice):
            part = self._part(fate)
            self._wait(part.reported_at, part, "report")
        at, days = self.cast.start_at, (self.cast.end_at - self.cast.start_at) / timedelta(days=1)
        while at < self.cast.end_at:
            while self._waits and self._waits[0][0] < at:
                self._turn(*heappop(self._waits))
            self._ask(c.Tick(), _TIME, at)
            at += TICK
            if say is not None:
                say(int((at - self.cast.start_at) / timedelta(days=1)), int(days))

    def _open(self) -> None:
        ground, at = self.ground, self.cast.start_at - timedelta(minutes=5)
        for body in (
            c.OpenLog(LogKind.SIMULATION, ground.city, ground.time_zone, "month"),
            c.LoadRoster(ground.roster),
            c.LoadRunCards(ground.run_cards),
            k.LoadCalendar(ground.calendar),
            k.LoadStandards(ground.standards),
            k.LoadAreas(ground.areas),
        ):
            self._ask(body, _MONTH, at)

    def _turn(self, at: datetime, _: int, part: Part, what: str) -> None:
        """Let the next thing happen to a case, and remember when the one after it does."""
        if what == "report":
            self._report(part, at)
            return
        case = self.engine.state.cases[part.case_id]
        if what == "safe":
            if case.make_safe is not None and case.make_safe.done_at is None:
                self._ask(k.ReportMadeSafe(case.id), self.cast.officer(case.make_safe.department), at)
            return
        done = deed(self.engine.state, part, self.cast, at, self._main(part, at))
        if done is not None:
            self._ask(*done, at)
        self._go_on(part, at)

    def _go_on(self, part: Part, at: datetime) -> None:
        self._resting.pop(part.case_id, None)
        again = due_next(self.engine.state, part, self.cast, at)
        if again is not None:
            self._wait(max(again, at), part, "next")
        if self.engine.state.cases[part.case_id].stage is CaseStage.HANDLE:
            self._resting[part.case_id] = again or self.cast.end_at

    def _report(self, part: Part, at: datetime) -> None:
        main = self._main(part, at) if part.fate.end == aims.MERGED else None
        if main is not None:  # the same thing, seen by somebody else
            known = self.engine.state.cases[main]
            part.standard, part.place = self.engine.state.classes[known.standard_id], known.place
            part.text = self.cast.words(part.standard)
        number = self.engine.state.next_case
        before = (self.cast.photo(BEFORE),) * (part.source in SEEN_BY_SOURCE)
        body = k.ReportCase(
            part.source, part.standard.id, part.place, part.degree, text=part.text, evidence=before,
            person_id=f"sim-{number}" if part.source in HEARD_FROM else "",
        )  # fmt: skip
        if not self._ask(body, part.reporter, at):
            return
        part.case_id = number
        safe = self.engine.state.cases[number].make_safe
        if safe is not None and safe.department:
            self._wait(at + safe_in(self.dice) * timedelta(minutes=1), part, "safe")
        self._go_on(part, at)

    def _main(self, part: Part, at: datetime) -> int | None:
        """Return an open case that another is merged into: the one it was told after, or any that rests for an hour."""
        if not (part.fate.end == aims.MERGED or part.still(aims.UNMERGED)):
            return None
        if part.main in self.engine.state.open_cases:
            return part.main
        rested = at + timedelta(hours=1)
        resting = [each for each, until in self._resting.items() if until > rested and each != part.case_id]
        part.main = self.dice.choice(resting) if resting else 0
        return part.main or None

    def _part(self, fate: Fate) -> Part:
        """Choose what, where, when and by whom: so that what is to become of it can."""
        cast, start, end = self.cast, self.cast.start_at, self.cast.end_at
        standard = cast.standard(_fits(fate, self.ground.standards.small))
        source = self._source(fate)
        first, last = start + timedelta(hours=8), end - timedelta(hours=16)
        if fate.end in (aims.LATE, aims.OPEN_LATE):
            last = start + (end - start) * 0.6
        elif fate.end == aims.PENDING:
            first, last = end - timedelta(hours=32), end - timedelta(hours=7)
        elif fate.end in (aims.MERGED, aims.NOTHING_THERE, aims.DECLINED):
            first, last = start + timedelta(days=2), end - timedelta(days=1)
        elif fate.way:
            first, last = start + timedelta(days=2), end - timedelta(days=11)
        at = cast.moment(source, first, last)
        place = cast.place(standard)
        degree = URGENT if not fate.way and fate.end == aims.IN_TIME and self.dice.random() < 0.06 else USUAL
        reporter = cast.one_of("operator")
        if source == "patrol":
            names = self.ground.areas.collectors_of(place.cell)
            reporter = cast.collector(self.dice.choice(names) if names else "")
        return Part(fate, standard, source, at, place, cast.words(standard), degree, reporter)

    def _source(self, fate: Fate) -> str:
        if fate.end == aims.SPOT:
            return "patrol"
        unseen = {aims.VERIFY_RETURNED, aims.FOR_CITIZEN, aims.REOPENED, aims.EMERGENCY}
        if fate.way in unseen or fate.end in (aims.NOTHING_THERE, aims.MERGED, aims.DECLINED):
            return self.dice.choices(HEARD_FROM, (2, 1))[0]
        return self.dice.choices(("patrol", "hotline", "citizen", "video", "sensor"), (55, 25, 12, 5, 3))[0]

    def _wait(self, at: datetime, part: Part, what: str) -> None:
        self._waiting += 1
        heappush(self._waits, (at.replace(microsecond=0) + timedelta(seconds=1), self._waiting, part, what))

    def _ask(self, body: Body, who: Who, at: datetime) -> bool:
        """Give a command at its instant; what the rules refuse is counted, and the month goes on."""
        self._given += 1
        self.clock.at = at
        try:
            self.engine.do(Command(f"month-{self._given:07d}", at, who, body))
        except Refused as refused:
            self.refused[f"{type(body).__name__} {refused.code}"] += 1
            return False
        return True


def safe_in(dice: Random) -> float:
    """Return in how many minutes a danger is made safe: mostly well within its limit, which is half an hour or more."""
    return dice.uniform(6, 14)


def _fits(fate: Fate, small: tuple[Standard, ...]) -> Callable[[Standard], bool]:
    """Say which classes can have a fate: the limits of some must be short, those of others long."""
    if fate.end == aims.SPOT:
        return lambda each: each.is_fixed_on_the_spot
    if fate.way == aims.EMERGENCY:
        return lambda each: bool(each.emergency)
    if fate.end == aims.PENDING:
        return lambda each: (
            not each.emergency and each.limit_of().kind == "working_days" and (each.limit_of().amount >= _LONG_DAYS)
        )
    quick = bool(fate.way) or fate.end in (aims.LATE, aims.OPEN_LATE)
    return lambda each: not each.emergency and (not quick or 3.0 < length_h(each.limit_of()) <= _QUICK_H)
