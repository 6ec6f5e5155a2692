"""Cases: how long the log of 100,000 takes to fold, a tick over those that are open, one command, a checkpoint."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from functools import partial

from dispatch import case_commands as k
from dispatch import commands as c
from dispatch.case import CaseStage
from dispatch.checkpoint import decode_state, encode_state
from dispatch.decide import decide
from dispatch.events import Entry
from dispatch.state import State, fold
from tests.bench.rows import Row, timed, within
from tests.dispatch.case_town import ACCEPTOR, PLACE, CaseStory
from tests.dispatch.town import CLOCK, START, command

CASES, OPEN_EACH = 100_000, 20  # one case in twenty is still being handled
TIMES = 200


def rows() -> Iterator[Row]:
    """Yield one row a measure; all cases are one walked through the loop by the rules, under other numbers."""
    opened, entries = CaseStory().state, _entries()
    seconds, state = timed(lambda: fold(opened, entries))
    assert len(state.cases) == CASES and len(state.open_cases) == CASES // OPEN_EACH
    yield within(f"fold {CASES:,} cases ({len(entries):,} entries)", seconds, 20.0)
    still = f"{len(state.open_cases):,} open"
    yield within(f"tick, {still}, nothing due", timed(lambda: _ask(state, c.Tick(), 0))[0], 0.1)
    yield within(f"tick, {still}, everything due", timed(lambda: _ask(state, c.Tick(), 30))[0], 0.1)
    report = k.ReportCase("hotline", "rubbish", PLACE)
    seconds, _ = timed(lambda: [_ask(state, report, 0) for _ in range(TIMES)])
    yield within("decide one report", seconds / TIMES, 0.001)
    seconds, content = timed(partial(encode_state, state))
    yield within(f"write their checkpoint ({len(content) / 1e6:.0f} MB)", seconds, 10.0)
    yield within("read it", timed(partial(decode_state, content))[0], 20.0)


def _ask(state: State, body: c.Body, days: int) -> int:
    who = CLOCK if isinstance(body, c.Tick) else ACCEPTOR
    return len(decide(state, command(body, who=who, at=START + timedelta(days=days))))


def _entries() -> list[Entry]:
    """Walk one case through the loop, and give its entries to every case."""
    story, walked = CaseStory(), []
    body: c.Body = k.ReportCase("hotline", "rubbish", PLACE)
    who, first = ACCEPTOR, story.state.sequence + 1
    while True:
        events = story.do(body, who=who)
        walked.append((who, events))
        if story.case().stage is CaseStage.EVALUATE:
            break
        body, who = story.next_step()
    entries: list[Entry] = []
    for number in range(1, CASES + 1):
        for mover, events in walked if number % OPEN_EACH else walked[:5]:
            at = first + len(entries)
            mine = tuple(replace(event, case_id=number) for event in events)  # type: ignore[call-arg]
            entries.append(Entry(at, f"c{at}", START, START, mover.actor, mover.role, "", mover.seat, mine))
    return entries
