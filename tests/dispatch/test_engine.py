"""The one door: an entry a command, the first answer again, durable before told, two seats, a store that fails."""

from __future__ import annotations

import logging
import threading
from collections.abc import Iterator
from concurrent.futures import Future
from datetime import timedelta, timezone
from pathlib import Path

import pytest

from dispatch import checkpoints
from dispatch import commands as c
from dispatch.commands import Command
from dispatch.engine import Engine
from dispatch.events import Entry, UnitAssigned
from dispatch.log import Log, NotSaved, SequenceTaken, open_log
from dispatch.log_memory import MemoryLog
from dispatch.refused import Refused
from dispatch.state import FOLD_VERSION, State
from resources.status import Signal, Status
from tests.dispatch.town import CLOCK, OPERATOR, OTHER_OPERATOR, START, at, command, crossing, opening

FIRE = c.ReportIncident("structure_fire", crossing(1, 1))


class FailingLog(MemoryLog):
    """Fail as told: `fails` appends raise NotSaved, after the entry was written all the same where `is_written`."""

    fails = 0
    is_written = False
    taken = 0

    def append(self, entry: Entry) -> Entry:
        if self.taken:
            self.taken -= 1
            raise SequenceTaken(entry.sequence)
        if self.fails:
            self.fails -= 1
            if self.is_written:
                super().append(entry)
            raise NotSaved("disk_full", "no space left")
        return super().append(entry)


def opened(log: Log) -> Engine:
    engine = Engine(log, clock=lambda: at(1))
    for one in opening():
        engine.do(one)
    return engine


@pytest.fixture
def log() -> FailingLog:
    return FailingLog()


@pytest.fixture
def engine(log: FailingLog) -> Iterator[Engine]:
    engine = opened(log)
    yield engine
    engine.stop()


class TestAnswers:
    def test_an_entry_says_who_when_and_what(self, engine: Engine) -> None:
        helsinki = timezone(timedelta(hours=2))
        entry = engine.do(command(FIRE, at=at(5).astimezone(helsinki), id="the-id"))
        assert entry is not None
        assert (entry.sequence, entry.command_id) == (4, "the-id")
        assert entry.occurred_at == at(5) and entry.occurred_at.utcoffset() == timedelta(0)
        assert entry.recorded_at == at(1)
        assert (entry.actor, entry.role, entry.seat) == ("anna", "operator", "seat-1")
        assert list(engine.log.read(after=3)) == [entry]

    def test_a_retry_gets_the_first_answer_and_never_sends_twice(self, engine: Engine) -> None:
        engine.do(command(FIRE))
        send = command(c.AssignUnits(1, (c.Choice("E1"),)))
        first = engine.do(send)
        engine.do(command(c.ReleaseUnit("E1")))
        head, state = engine.log.head, engine.state
        assert engine.do(send) == first
        assert engine.log.head == head and engine.state is state
        assert opened_again(engine).do(send) == first, "also after a restart"

    def test_no_events_no_entry(self, engine: Engine) -> None:
        state = engine.state
        assert engine.do(command(c.Tick(), who=CLOCK)) is None
        assert engine.state is state and engine.log.head == 3

    def test_a_refusal_leaves_no_trace(self, engine: Engine) -> None:
        state, told = engine.state, []
        engine.subscribe(lambda entry, _: told.append(entry))
        with pytest.raises(Refused, match="incident_unknown"):
            engine.do(command(c.AddNote(7, "x")))
        assert engine.state is state and engine.log.head == 3 and not told and engine.is_saved

    def test_text_that_no_store_keeps_is_folded_as_it_stands_in_the_log(self, engine: Engine) -> None:
        engine.do(command(FIRE))
        engine.do(command(c.AddNote(1, "lone \ud800 and \0")))
        assert engine.state.incidents[1].notes[0].text == "lone \ufffd and \ufffd"
        assert opened_again(engine).state == engine.state

    def test_distress_without_a_time_zone_is_recorded_now(self, engine: Engine) -> None:
        naive = Command("d", at(5).replace(tzinfo=None), OPERATOR, c.RaiseSignal("E1", Signal.DISTRESS))
        entry = engine.do(naive)
        assert entry is not None and entry.occurred_at == at(1)


def opened_again(engine: Engine) -> Engine:
    return Engine(engine.log, clock=lambda: at(2))


class TestListeners:
    def test_all_are_told_once_in_order_after_it_was_written(self, engine: Engine) -> None:
        told: list[tuple[int, int, bool]] = []

        def listen(entry: Entry, state: State) -> None:
            told.append((entry.sequence, state.sequence, engine.log.head >= entry.sequence))

        leave = engine.subscribe(listen)
        engine.do(command(FIRE)), engine.do(command(FIRE))
        assert told == [(4, 4, True), (5, 5, True)]
        leave(), leave()
        engine.do(command(FIRE))
        assert len(told) == 2

    def test_one_that_fails_is_logged_and_harms_nobody(self, engine: Engine, caplog: pytest.LogCaptureFixture) -> None:
        told = []
        engine.subscribe(lambda entry, state: 1 / 0)
        engine.subscribe(lambda entry, state: told.append(entry.sequence))
        with caplog.at_level(logging.ERROR):
            assert engine.do(command(FIRE))
        assert told == [4] and "ZeroDivisionError" in caplog.text

    def test_a_listener_sends_no_commands(self, engine: Engine, caplog: pytest.LogCaptureFixture) -> None:
        engine.subscribe(lambda entry, state: engine.do(command(FIRE)))
        engine.do(command(FIRE))
        assert engine.log.head == 4 and "a listener may not send commands" in caplog.text


class TestStoreFails:
    def test_nothing_is_told_or_folded_and_the_next_command_is_tried(self, engine: Engine, log: FailingLog) -> None:
        told, saved = [], []
        engine.subscribe(lambda entry, state: told.append(entry))
        engine.subscribe_saved(saved.append)
        log.fails, state = 2, engine.state
        send = command(FIRE)
        for _ in range(2):
            with pytest.raises(NotSaved, match="no space"):
                engine.do(send)
        assert not engine.is_saved and engine.state is state and not told
        with pytest.raises(Refused):
            engine.do(command(c.AddNote(9, "x")))
        assert not engine.is_saved, "a refusal has written nothing"
        entry = engine.do(send)
        assert entry is not None and entry.sequence == 4 and engine.is_saved
        assert saved == [False, True] and told == [entry]

    def test_an_entry_that_was_written_though_the_store_failed_is_found(self, engine: Engine, log: FailingLog) -> None:
        engine.do(command(FIRE))
        log.fails, log.is_written = 1, True
        send = command(c.AssignUnits(1, (c.Choice("E1"),)))
        with pytest.raises(NotSaved):
            engine.do(send)
        entry = engine.do(send)
        assert entry is not None and entry.sequence == log.head == 5
        assert engine.state.units["E1"].assignment_id == "1/1"

    def test_losing_every_race_ends_in_a_clear_error(self, engine: Engine, log: FailingLog) -> None:
        log.taken = 10_000
        with pytest.raises(NotSaved) as caught:
            engine.do(command(FIRE))
        assert caught.value.code == "conflict" and not engine.is_saved


class TestTwoSeats:
    def test_one_wins_and_the_other_is_told_who_and_when(self) -> None:
        """Two engines on one log race for one unit, sixty times, from two threads."""
        log = MemoryLog()
        seats = [opened(log), Engine(log, clock=lambda: at(1))]
        for number in range(120):
            seats[0].do(command(FIRE, id=f"fire {number}"))
        answers: dict[tuple[int, int], object] = {}
        barrier = threading.Barrier(2)

        def send(seat: int) -> None:
            who = (OPERATOR, OTHER_OPERATOR)[seat]
            for race in range(60):
                body = c.AssignUnits(2 * race + seat + 1, (c.Choice("E1"),))
                barrier.wait()
                try:
                    answers[race, seat] = seats[seat].do(command(body, who=who, id=f"{race} {seat}", at=at(race)))
                except Refused as refused:
                    answers[race, seat] = refused
                barrier.wait()
                if seat == 0:
                    seats[0].do(command(c.ReleaseUnit("E1"), id=f"release {race}"))
                barrier.wait()

        threads = [threading.Thread(target=send, args=(seat,)) for seat in range(2)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        for race in range(60):
            pair = [answers[race, 0], answers[race, 1]]
            (winner,) = (answer for answer in pair if isinstance(answer, Entry))
            (loser,) = (answer for answer in pair if isinstance(answer, Refused))
            assert loser.code == "unit_elsewhere"
            assert (loser.parameters["actor"], loser.parameters["changed_at"]) == (winner.actor, at(race))
        seats[0].catch_up(), seats[1].catch_up()
        assert seats[0].state == seats[1].state
        sent = [event for entry in log.read() for event in entry.events if isinstance(event, UnitAssigned)]
        assert len(sent) == 60

    def test_a_seat_hears_what_the_other_did(self) -> None:
        log = MemoryLog()
        first = opened(log)
        second, told = Engine(log, clock=lambda: at(1)), []
        second.subscribe(lambda entry, state: told.append((entry.sequence, state.sequence)))
        first.do(command(FIRE)), first.do(command(FIRE))
        assert second.catch_up() == 2 and second.catch_up() == 0
        assert told == [(4, 4), (5, 5)] and second.state == first.state

    def test_the_same_command_at_both_seats_is_one_entry(self) -> None:
        log = MemoryLog()
        first, send = opened(log), command(FIRE)
        second = Engine(log, clock=lambda: at(1))
        assert first.do(send) == second.do(send) and log.head == 4


class TestThread:
    def test_submitted_commands_are_done_in_order_on_one_thread(self, engine: Engine) -> None:
        threads = set()
        engine.subscribe(lambda entry, state: threads.add(threading.current_thread().name))
        engine.start()
        futures = [engine.submit(command(FIRE)) for _ in range(50)]
        assert [future.result(10).sequence for future in futures] == list(range(4, 54))  # type: ignore[union-attr]
        assert threads == {"engine"}

    def test_the_future_carries_refusals_and_failures(self, engine: Engine, log: FailingLog) -> None:
        engine.start()
        with pytest.raises(Refused, match="incident_unknown"):
            engine.submit(command(c.AddNote(9, "x"))).result(10)
        log.fails = 1
        with pytest.raises(NotSaved):
            engine.submit(command(FIRE)).result(10)
        assert engine.submit(command(FIRE)).result(10)

    def test_a_bug_in_one_command_is_logged_and_does_not_end_the_thread(
        self, engine: Engine, caplog: pytest.LogCaptureFixture
    ) -> None:
        engine.start()
        with pytest.raises(AttributeError):
            engine.submit(Command("x", START, CLOCK, c.CloseRoad(None))).result(10)  # type: ignore[arg-type]
        assert "AttributeError" in caplog.text and "CloseRoad" in caplog.text
        assert engine.submit(command(FIRE)).result(10)

    def test_a_cancelled_command_is_not_done(self, engine: Engine) -> None:
        gate = threading.Event()
        engine.subscribe(lambda entry, state: gate.wait(10) and None)
        engine.start()
        engine.submit(command(FIRE))
        second = engine.submit(command(FIRE))
        assert second.cancel()
        gate.set()
        engine.stop()
        assert engine.log.head == 4

    def test_stop_finishes_what_was_asked_and_start_goes_on(self, engine: Engine) -> None:
        engine.start()
        futures = [engine.submit(command(FIRE)) for _ in range(20)]
        engine.stop()
        assert all(future.done() for future in futures) and engine.log.head == 23
        at_once: Future[Entry | None] = engine.submit(command(FIRE))
        assert at_once.done(), "without a thread it is done at once"
        engine.start()
        assert engine.submit(command(FIRE)).result(10)


class TestOnDisk:
    def test_a_second_start_finds_everything(self, tmp_path: Path) -> None:
        log = open_log(tmp_path / "log.db", key_folder=tmp_path / "keys")
        engine = opened(log)
        engine.do(command(FIRE)), engine.do(command(c.AssignUnits(1, (c.Choice("E1"),))))
        engine.do(command(c.ReportStatus("E1", Status.EN_ROUTE)))
        engine.stop(), log.close()
        log = open_log(tmp_path / "log.db", key_folder=tmp_path / "keys")
        assert Engine(log).state == engine.state
        assert engine.state.sequence == 6
        log.close()

    def test_a_seat_that_comes_back_keeps_its_checkpoint_once_it_is_level(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        log, kept = MemoryLog(), list[int]()
        engine = opened(log)
        other = Engine(log)
        monkeypatch.setattr(log, "save_checkpoint", lambda state, version: kept.append(state.sequence))
        engine.hear(is_there=False)
        for _ in range(20):
            other.do(command(FIRE))
        monkeypatch.setattr(checkpoints, "CHECKPOINT_EVERY", 8)
        assert engine.catch_up() == 20
        assert engine._checkpoints._writing is None, (
            "the store is not found yet: it would fail, and none be kept for long"
        )
        engine.hear(is_there=True)
        engine.do(command(FIRE))
        assert engine._checkpoints._writing is not None
        engine._checkpoints._writing.join()
        assert kept == [engine.state.sequence]

    def test_a_checkpoint_is_kept_at_stop_and_used(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(checkpoints, "CHECKPOINT_AT_STOP", 5)
        monkeypatch.setattr(checkpoints, "CHECKPOINT_EVERY", 8)
        log = open_log(tmp_path / "log.db", key_folder=tmp_path / "keys")
        engine = opened(log)
        for _ in range(20):
            engine.do(command(FIRE))
        engine.stop()
        engine.do(command(FIRE)), log.close()
        log = open_log(tmp_path / "log.db", key_folder=tmp_path / "keys")
        start = log.load_checkpoint(FOLD_VERSION)
        assert start is not None and start.sequence == 23
        assert Engine(log).state == engine.state
        assert log.load_checkpoint("another fold") is None
        log.close()
