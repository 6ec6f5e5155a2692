"""The tape says at every entry and instant what the fold says; ties, clocks that jump, logs that grow and old ones."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path

import pytest

from dispatch.account import CONSOLE
from dispatch.account_events import Exported
from dispatch.archive import take_out, write_archive
from dispatch.events import Entry, LogKind
from dispatch.log import NotSaved
from dispatch.log_memory import MemoryLog
from dispatch.log_table import TableLog
from dispatch.replay import tape as module
from dispatch.replay.marks import Mark
from dispatch.replay.moments import Moments, instant, micros, recorded_us
from dispatch.replay.record import Record
from dispatch.replay.tape import Tape
from dispatch.state import State, apply
from tests.dispatch import town
from tests.dispatch.logs import Place
from tests.dispatch.replay.told import Day, Shut, states


def wound(log: MemoryLog, **how) -> Tape:
    tape = Tape(Record(Shut(log)), **how)
    tape.wind()
    return tape


@pytest.fixture
def day() -> Day:
    told = Day(MemoryLog())
    told.go_on(620)
    return told


def test_at_every_entry_it_is_what_the_fold_makes(day: Day) -> None:
    expected = states(day.log)
    tape = wound(day.log)
    assert tape.end == day.log.head > 300
    order = list(range(tape.end + 1))
    random.Random(3).shuffle(order)
    for sequence in order[::3]:  # to and fro, so that what was asked last is of no help and no harm
        still = tape.still(sequence)
        assert still.state == expected[sequence]
    assert tape.still(-5).state == expected[0]
    assert tape.still(tape.end + 9).state == expected[-1]


def test_no_moment_is_more_than_a_few_folds_away(day: Day, monkeypatch: pytest.MonkeyPatch) -> None:
    tape = wound(day.log)
    folded: list[int] = []
    monkeypatch.setattr(module, "apply", lambda state, entry: folded.append(entry.sequence) or apply(state, entry))
    worst = 0
    for sequence in random.Random(4).sample(range(tape.end + 1), 120):
        folded.clear()
        tape.still(sequence)
        worst = max(worst, len(folded))
    assert 8 < worst < 16


def test_at_an_instant_it_is_what_was_on_the_screens(day: Day) -> None:
    expected = states(day.log)
    tape = wound(day.log)
    recorded = [entry.recorded_at for entry in day.log.read()]
    begin, end = recorded[0], recorded[-1]
    dice = random.Random(5)
    instants = [begin + (end - begin) * dice.random() for _ in range(60)] + recorded[::7] + [begin - timedelta(days=1)]
    for at in [*instants, end + timedelta(days=1)]:
        last = sum(one <= at for one in recorded)  # of several at once the last
        assert tape.at(at) == (last, expected[last])
    ties = [place for place, (one, other) in enumerate(pairwise(recorded)) if one == other]
    assert ties


def test_what_is_told_of_incidents_ends_where_the_tape_stands(day: Day) -> None:
    def names(entry: Entry, state: State):
        return {event.incident_id for event in entry.events if getattr(event, "incident_id", None)}, ()

    tape = wound(day.log, names=names)
    every = list(day.log.read())
    for number in (1, 3):
        naming = [entry for entry in every if number in names(entry, None)[0]]
        for upto in (0, naming[0].sequence - 1, naming[0].sequence, naming[-1].sequence - 1, tape.end):
            assert tape.history(number, upto) == [entry for entry in naming if entry.sequence <= upto]
    assert tape.history(10**9, tape.end) == []


def test_it_steps_from_entry_to_entry_and_from_mark_to_mark(day: Day) -> None:
    tape = wound(day.log)
    kinds = {entry.sequence: {type(event).__name__ for event in entry.events} for entry in day.log.read()}
    incidents = [number for number, events in kinds.items() if "IncidentReported" in events]
    alarms = [number for number, events in kinds.items() if events & {"AlarmRaised", "SignalRaised"}]
    assert len(incidents) > 5 and len(alarms) > 5

    def walk(mark: Mark, sequence: int | None, step) -> list[int]:
        found = []
        while (sequence := step(mark, sequence)) is not None:
            found.append(sequence)
        return found

    assert walk(Mark.INCIDENT, 0, tape.next_mark) == incidents
    assert walk(Mark.INCIDENT, tape.end + 1, tape.previous_mark) == incidents[::-1]
    assert walk(Mark.ALARM, 0, tape.next_mark) == alarms
    assert [tape.find(at) >= number for at, number in zip(tape.moments_of(Mark.ALARM), alarms, strict=True)]
    assert (tape.next_event(tape.end), tape.previous_event(1)) == (None, None)
    assert (tape.next_event(4), tape.previous_event(4)) == (5, 3)


def test_an_empty_log_has_no_moment() -> None:
    tape = wound(MemoryLog())
    assert tape.is_empty and tape.end == 0
    assert tape.at(town.START) == (0, State())
    assert tape.next_event(0) is None and tape.previous_event(0) is None
    with pytest.raises(IndexError):
        tape.moment(0)


def test_it_grows_with_a_log_that_is_being_written(day: Day) -> None:
    tape = wound(day.log)
    held = tape.end
    assert tape.wind() == 0
    day.go_on(90)
    assert tape.end == held  # until it is wound on
    assert tape.wind() == day.log.head - held
    assert tape.still(tape.end).state == day.engine.state
    assert tape.still(held).state == states(day.log)[held]


def test_winding_that_was_stopped_goes_on_where_it_was(day: Day, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_SAY_EVERY", module.BATCH)

    class Stopped(Exception):
        pass

    def stop(share: float, end: int) -> None:
        assert 0 < share < 1
        raise Stopped

    tape = Tape(Record(Shut(day.log)))
    with pytest.raises(Stopped):
        tape.wind(stop)
    assert tape.end == module.BATCH
    assert tape.still(40).state == states(day.log)[40]  # what is wound can be played
    tape.wind()
    assert tape.still(tape.end).state == day.engine.state


def test_a_long_tape_keeps_fewer_states(day: Day, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "EVERY", 4)
    monkeypatch.setattr(module, "MOST_STILLS", 10)
    tape = wound(day.log)
    assert len(tape._stills) <= 10
    expected = states(day.log)
    for sequence in range(0, tape.end, 11):
        assert tape.still(sequence).state == expected[sequence]


def test_it_begins_when_it_is_told_to(day: Day) -> None:
    every = list(day.log.read())
    since = every[200].recorded_at
    tape = wound(day.log, since=since)
    expected = states(day.log)
    first = next(entry.sequence for entry in every if entry.recorded_at >= since)
    assert tape.before == first - 1
    assert tape.moment(first) == since
    assert tape.still(0).state == expected[first - 1]
    assert tape.still(250).state == expected[250]
    assert tape.previous_event(first) is None
    with pytest.raises(IndexError):
        tape.entry(first - 1)


def test_of_a_very_long_log_the_last_entries_are_held(day: Day, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MOST_KEPT", 100)
    tape = wound(day.log)
    assert (tape.before, tape.end) == (day.log.head - 100, day.log.head)
    assert tape.still(tape.before + 7).state == states(day.log)[tape.before + 7]


# Clocks


def test_a_clock_that_jumps_never_turns_the_tape_back() -> None:
    hours = [0, 1, 2, 500_000, 3, 4, 4, -9, 5, 6]
    moments = Moments()
    moments.add(micros(town.START + timedelta(hours=each)) for each in hours)
    told = [round((instant(moments[place]) - town.START) / timedelta(hours=1)) for place in range(len(hours))]
    assert told == [0, 1, 2, 2, 3, 4, 4, 4, 5, 6]
    assert moments.find(micros(town.START + timedelta(hours=2))) == 4


def test_one_by_one_or_at_once_the_moments_are_the_same() -> None:
    dice = random.Random(8)
    at_us = [dice.randrange(40) for _ in range(200)]
    one_by_one, at_once = Moments(), Moments()
    at_once.add(at_us)
    for each in at_us:
        one_by_one.add([each])
    assert [one_by_one[place] for place in range(200)] == [at_once[place] for place in range(200)]
    assert all(at_once[place] <= at_once[place + 1] for place in range(199))
    kept = sum(at_once[place] == each for place, each in enumerate(at_us))
    assert kept >= _longest(at_us)


def _longest(values: list[int]) -> int:
    best = [1] * len(values)
    for here, value in enumerate(values):
        best[here] += max((best[place] for place in range(here) if values[place] <= value), default=0)
    return max(best)


def test_what_the_console_took_out_years_later_is_no_moment_of_its_own(day: Day) -> None:
    last = list(day.log.read())[-1]
    later = replace(
        last,
        sequence=last.sequence + 1,
        command_id="taken out",
        actor=CONSOLE,
        recorded_at=datetime(2031, 1, 1, tzinfo=UTC),
        events=(Exported("report", "report.pdf"),),
    )
    day.log.append(later)
    tape = wound(day.log)
    assert tape.moment(tape.end) == last.recorded_at
    assert recorded_us(later) != recorded_us(last)


# Stores


def test_it_plays_what_either_database_keeps_while_it_is_written(place: Place) -> None:
    day = Day(place.open(), kind=LogKind.LIVE)
    day.go_on(60)
    tape = Tape(Record(place.open(read_only=True)))
    tape.wind()
    day.go_on(10)
    tape.wind()
    expected = states(day.log)
    assert tape.end == day.log.head
    for sequence in range(0, tape.end + 1, 9):
        assert tape.still(sequence).state == expected[sequence]


def test_a_log_whose_past_is_archived_and_not_at_hand_begins_behind_it(place: Place, tmp_path: Path) -> None:
    log = place.open()
    assert isinstance(log, TableLog)
    day = Day(log)
    day.go_on(60)
    day.at += timedelta(days=40)
    day.go_on(30)
    expected = states(log)
    file = tmp_path / "old.db"
    written = write_archive(log, file, before=day.at - timedelta(days=20), key_folder=place.keys)
    take_out(log, file, written.archive, key_folder=place.keys)
    file.unlink()
    tape = Tape(Record(place.open(read_only=True)))
    tape.wind()
    assert 0 < tape.before <= log.head
    for sequence in (tape.before, tape.before + 1, tape.end):
        assert tape.still(sequence).state == expected[sequence]


def test_a_store_that_fails_says_so(day: Day) -> None:
    class Failing(Shut):
        @property
        def head(self) -> int:
            raise NotSaved("away", "gone")

    with pytest.raises(NotSaved):
        Tape(Record(Failing(day.log))).wind()
