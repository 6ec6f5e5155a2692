"""Cases: how long the log of 100,000 takes to fold, a tick over those that are open, one command, a checkpoint.

And a month of 12,356, told through the engine: telling it, opening it, writing it, its memory; a smell of gas.
"""

from __future__ import annotations

import gc
import os
import tempfile
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from functools import partial
from pathlib import Path

from immutables import Map

from dispatch import case_commands as k
from dispatch import commands as c
from dispatch.case import Case, CaseStage
from dispatch.checkpoint import decode_state, encode_state
from dispatch.codec import decode, encode
from dispatch.decide import decide
from dispatch.duplicates import suggest_for
from dispatch.engine import Engine
from dispatch.events import Entry, Event
from dispatch.log import open_log
from dispatch.month_aims import FOUND
from dispatch.state import State, fold
from dispatch.uncollected import leave_out_of_collections, uncollected
from tests.bench.rows import Row, timed, within
from tests.dispatch.case_town import ACCEPTOR, PLACE, CaseStory, case_opening
from tests.dispatch.month_town import told_month
from tests.dispatch.town import CLOCK, START, command, opening

CASES, OPEN_EACH = 100_000, 20  # one case in twenty is still being handled
TIMES, DURABLE = 200, 2_000


def rows() -> Iterator[Row]:
    """Yield one row a measure; all cases are one walked through the loop by the rules, under other numbers."""
    opened, entries = CaseStory().state, _entries()
    with uncollected():  # as an engine opens a log
        seconds, state = timed(lambda: fold(opened, entries))
        leave_out_of_collections(len(entries))
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
    content = b""
    yield _gas()
    yield from _month()


def _month() -> Iterator[Row]:
    """Measure a month as a log in memory; on a disk each entry waits for the disk besides."""
    seconds, (engine, told) = timed(lambda: told_month(FOUND))
    cases, bodies = len(engine.state.cases), [encode(entry) for entry in engine.log.read()]
    yield within(f"tell a month: {cases:,} cases, {told.entries:,} entries", seconds, 60.0)
    with uncollected():
        seconds, state = timed(lambda: fold(State(), map(decode, bodies)))
    assert state.cases == engine.state.cases
    yield within("open it from nothing (decode and fold)", seconds, 10.0)
    content = encode_state(state)
    del state
    before = _resident_mb()
    seconds, state = timed(partial(decode_state, content))
    yield within(f"open it from its checkpoint ({len(content) / 1e6:.0f} MB)", seconds, 3.0)
    yield within("memory of its state", _resident_mb() - before, 500.0, unit="MB")
    entries = list(engine.log.read())[:DURABLE]
    with tempfile.TemporaryDirectory() as folder:
        log = open_log(Path(folder) / "log.db", key_folder=Path(folder) / "keys")
        seconds, _ = timed(lambda: [log.append(entry) for entry in entries])
        log.close()
    whole_s = seconds / len(entries) * told.entries
    yield within(f"write it to a disk, each entry durable (by {len(entries):,})", whole_s, 600.0)
    ask = list(engine.state.open_cases)[:TIMES]
    seconds, _ = timed(lambda: [suggest_for(replace(state, cases=_at_collect(state, each)), each) for each in ask])
    yield within(f"suggest duplicates, {len(state.open_cases):,} open", seconds / len(ask), 0.005)


def _at_collect(state: State, case_id: int) -> Map[int, Case]:
    return state.cases.set(case_id, replace(state.cases[case_id], stage=CaseStage.COLLECT, paused=""))


def _gas() -> Row:
    """Measure from a report of a smell of gas to its incident, on a durable log."""
    with tempfile.TemporaryDirectory() as folder:
        log = open_log(Path(folder) / "log.db", key_folder=Path(folder) / "keys")
        engine = Engine(log)
        for each in (*opening(), *case_opening()):
            engine.do(each)
        report = k.ReportCase("hotline", "gas_smell", PLACE)
        seconds, _ = timed(lambda: [engine.do(command(report, who=ACCEPTOR)) for _ in range(TIMES)])
        assert len(engine.state.open_incidents) == TIMES
        log.close()
    return within("a smell of gas, from the report to its incident, durable", seconds / TIMES, 2.0)


def _resident_mb() -> float:
    gc.collect()
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 1e6


def _ask(state: State, body: c.Body, days: int) -> int:
    who = CLOCK if isinstance(body, c.Tick) else ACCEPTOR
    return len(decide(state, command(body, who=who, at=START + timedelta(days=days))))


def _of(event: Event, number: int) -> Event:
    """Give an event to another case, with photographs of its own."""
    shown = getattr(event, "evidence", ())
    if not shown:
        return replace(event, case_id=number)  # type: ignore[call-arg]
    own = tuple(replace(each, id=f"{number:032x}{each.id[32:]}") for each in shown)
    return replace(event, case_id=number, evidence=own)  # type: ignore[call-arg]


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
            mine = tuple(_of(event, number) for event in events)
            entries.append(Entry(at, f"c{at}", START, START, mover.actor, mover.role, "", mover.seat, mine))
    return entries
