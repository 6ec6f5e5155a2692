"""A seat that follows: notices, notices that were missed, a store that is lost and comes back."""

from __future__ import annotations

import shutil
import threading
import time
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from dispatch import follower as module
from dispatch.commands import AddNote, Command, ReportIncident
from dispatch.engine import Engine
from dispatch.events import Entry
from dispatch.follower import Follower, Picture
from dispatch.log import LogDamaged, NotSaved, open_log
from dispatch.log_memory import MemoryLog
from dispatch.log_postgres import PostgresLog
from tests.dispatch import town
from tests.servers import PostgresServer

PATIENCE_S = 60.0


def until(is_so: Callable[[], object]) -> None:
    """Wait until something is so, as long as a loaded machine may need."""
    deadline_s = time.monotonic() + PATIENCE_S
    while not is_so():
        assert time.monotonic() < deadline_s, "it never came to that"
        time.sleep(0.002)


def saved(engine: Engine, command: Command) -> Entry | None:
    """Give a command until the store takes it, as a desk gives the same again."""
    answers: list[Entry | None] = []

    def is_saved() -> bool:
        try:
            answers.append(engine.do(command))
        except NotSaved:
            return False
        return True

    until(is_saved)
    return answers[0]


def opened(engine: Engine) -> Engine:
    for command in town.opening():
        engine.do(command)
    engine.do(town.command(ReportIncident("structure_fire", town.crossing(1, 1))))
    return engine


@pytest.fixture
def seats(postgres: PostgresServer, tmp_path: Path) -> tuple[Engine, Engine]:
    address = postgres.address(f"log_{uuid.uuid4().hex}")
    first = opened(Engine(open_log(address, key_folder=tmp_path / "one")))
    shutil.copytree(tmp_path / "one", tmp_path / "two")
    return first, Engine(open_log(address, key_folder=tmp_path / "two"))


def test_what_one_seat_does_the_other_has_by_its_notice(seats: tuple[Engine, Engine]) -> None:
    first, second = seats
    told: list[int] = []
    second.subscribe(lambda entry, state: told.append(entry.sequence))
    follower = Follower(second, poll_s=10 * PATIENCE_S)
    follower.start()
    until(lambda: isinstance(second.log, PostgresLog) and second.log._ear.is_listening)
    for number in range(10):
        entry = first.do(town.command(AddNote(1, f"word {number}")))
        assert entry is not None
        wanted = entry.sequence
        until(lambda wanted=wanted: second.state.sequence >= wanted)  # type: ignore[misc]
    assert told == list(range(told[0], told[0] + 10))
    assert second.state == first.state
    follower.stop()
    for engine in seats:
        engine.log.close()


def test_a_notice_that_was_missed_costs_a_poll_and_no_more(seats: tuple[Engine, Engine]) -> None:
    first, second = seats

    def hear_nothing(timeout_s: float) -> bool:
        time.sleep(timeout_s)
        return False

    second.log.wait = hear_nothing  # type: ignore[method-assign]
    follower = Follower(second, poll_s=0.2)
    follower.start()
    first.do(town.command(AddNote(1, "nobody is told")))
    until(lambda: second.state.sequence == first.state.sequence)
    follower.stop()
    for engine in seats:
        engine.log.close()


def test_a_store_that_is_lost_is_said_with_the_age_of_the_picture_and_found_again() -> None:
    engine, pictures = opened(Engine(MemoryLog())), list[Picture]()
    follower = Follower(engine, poll_s=0.02, on_picture=pictures.append)
    follower.start()
    until(lambda: follower.age_s < 1)
    catch_up, failed_s = engine.catch_up, list[float]()

    def fails() -> int:
        failed_s.append(time.monotonic())
        raise NotSaved("connection_lost", "the server is away")

    engine.catch_up = fails  # type: ignore[method-assign]
    until(lambda: not follower.picture.is_connected)
    seen_s = follower._seen_s
    follower.see(engine.state.sequence, time.monotonic())  # what it holds is known, and whether it takes more is not
    assert follower._seen_s == seen_s
    until(lambda: follower.age_s > 0.1)
    engine.catch_up = catch_up  # type: ignore[method-assign]
    until(lambda: follower.picture.is_connected)
    assert follower.age_s <= time.monotonic() - failed_s[-1]
    assert [each.code for each in pictures] == ["connection_lost", ""]
    follower.stop()


def test_what_is_seen_to_be_behind_grows_no_younger_by_being_asked() -> None:
    engine = opened(Engine(MemoryLog()))
    follower = Follower(engine)  # not begun: nobody folds what is behind
    seen_s = follower._seen_s
    follower.see(engine.state.sequence + 1, time.monotonic())
    assert follower._seen_s == seen_s and follower._is_behind.is_set()
    follower.see(engine.state.sequence, asked_s := time.monotonic())
    assert follower._seen_s == asked_s


def test_a_bug_in_one_look_is_logged_and_does_not_end_the_following(caplog: pytest.LogCaptureFixture) -> None:
    engine = opened(Engine(MemoryLog()))
    other, catch_up = Engine(engine.log), engine.catch_up

    def fails() -> int:
        raise RuntimeError("a bug")

    engine.catch_up = fails  # type: ignore[method-assign]
    follower = Follower(engine, poll_s=0.02)
    follower.start()
    until(lambda: "a bug" in caplog.text)
    engine.catch_up = catch_up  # type: ignore[method-assign]
    other.do(town.command(AddNote(1, "after it")))
    until(lambda: engine.state.sequence == other.state.sequence)
    follower.stop()


class StallingLog(MemoryLog):
    """A log that leaves whoever asks it waiting."""

    def __init__(self) -> None:
        super().__init__()
        self.asked, self.goes_on = threading.Event(), threading.Event()
        self.goes_on.set()

    @property
    def head(self) -> int:
        self.stall()
        return super().head

    def read(self, after: int = 0) -> Iterator[Entry]:
        self.stall()
        return super().read(after)

    def stall(self) -> None:
        if not self.goes_on.is_set():
            self.asked.set()
            self.goes_on.wait(PATIENCE_S)


def test_nobody_waits_at_the_engine_while_a_lost_store_is_looked_for() -> None:
    log = StallingLog()
    engine = opened(Engine(log))
    follower = Follower(engine, poll_s=0.02)
    follower.give_up("timeout")
    log.goes_on.clear()
    follower.start()
    until(log.asked.is_set)
    is_free = engine._lock.acquire(blocking=False)
    if is_free:
        engine._lock.release()
    log.goes_on.set()
    until(lambda: follower.picture.is_connected)
    follower.stop()
    assert is_free


def test_on_an_island_the_room_is_looked_for_and_its_picture_grows_older(monkeypatch: pytest.MonkeyPatch) -> None:
    engine, looks, folded = opened(Engine(MemoryLog())), list[bool](), list[int]()
    follower = Follower(engine, poll_s=0.02)
    seen_s = follower._seen_s
    engine.log = MemoryLog()  # it goes on alone with another
    monkeypatch.setattr(engine, "catch_up", lambda: folded.append(1))
    monkeypatch.setattr(engine, "hear", lambda *, is_there: looks.append(is_there))
    follower.start()
    until(lambda: len(looks) > 2)
    follower.stop()
    assert all(looks) and follower.picture.is_connected, "the room is there"
    assert not folded and follower._seen_s == seen_s, "and what it holds is not known"


def test_a_store_that_holds_what_is_spoilt_is_said_and_not_taken_for_lost() -> None:
    engine, pictures, given_up = opened(Engine(MemoryLog())), list[Picture](), list[int]()
    follower = Follower(engine, poll_s=0.02, on_picture=pictures.append)
    catch_up = engine.catch_up

    def finds_it_spoilt() -> int:
        raise LogDamaged("altered", "entry 3 is not what was written", 3)

    engine.catch_up = finds_it_spoilt  # type: ignore[method-assign]
    engine.log.give_up = lambda: given_up.append(1)  # type: ignore[method-assign]
    follower.start()
    until(lambda: pictures)
    assert pictures == [Picture(is_connected=False, code="altered")] and not given_up
    assert engine.is_saved, "a command finds out for itself"
    engine.catch_up = catch_up  # type: ignore[method-assign]
    until(lambda: follower.picture.is_connected)
    follower.stop()


def test_a_store_that_gives_no_notice_is_looked_at_now_and_then_and_not_without_pause(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    engine, pauses, heard = opened(Engine(MemoryLog())), list[float](), list[int]()
    follower = Follower(engine, poll_s=10 * PATIENCE_S)

    def is_deaf(timeout_s: float) -> bool:
        if len(pauses) == 8 and not heard:
            heard.append(1)
            return True
        raise NotSaved("connection_lost", "no connection to spare")

    def pause(pause_s: float) -> None:
        pauses.append(pause_s)
        time.sleep(0.001)

    engine.log.wait = is_deaf  # type: ignore[method-assign]
    monkeypatch.setattr(follower._is_hinted, "wait", pause)
    follower.start()
    until(lambda: len(pauses) > 8)
    follower.stop()
    assert pauses[0] == pauses[8] == module.FIRST_PAUSE_S and set(pauses[5:8]) == {module.LONGEST_PAUSE_S}
    assert follower.picture.is_connected and engine.is_saved, "it is there all the same"


def test_a_store_that_somebody_else_hears_of_is_looked_for_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "FIRST_PAUSE_S", 10 * PATIENCE_S)
    engine = opened(Engine(MemoryLog()))
    catch_up = engine.catch_up

    def fails() -> int:
        raise NotSaved("connection_lost", "the server is away")

    engine.catch_up = fails  # type: ignore[method-assign]
    follower = Follower(engine)
    follower.start()
    until(lambda: not follower.picture.is_connected)
    engine.catch_up = catch_up  # type: ignore[method-assign]
    follower.see(engine.state.sequence, time.monotonic())  # as the heartbeat does, on its own connection
    until(lambda: follower.picture.is_connected)
    engine.catch_up = fails  # type: ignore[method-assign]
    follower.give_up("timeout")
    follower.stop()  # nor does its end wait for that


def test_a_log_of_one_seat_is_not_asked_without_pause() -> None:
    engine, asked = opened(Engine(MemoryLog())), list[float]()
    engine.log.wait = lambda timeout_s: bool(asked.append(timeout_s))  # type: ignore[method-assign, func-returns-value]
    follower, began_s = Follower(engine, poll_s=60), time.monotonic()
    follower.start()
    time.sleep(0.1)
    follower.stop()
    assert 1 <= len(asked) <= 2 + (time.monotonic() - began_s) / 0.45  # each in its half second
