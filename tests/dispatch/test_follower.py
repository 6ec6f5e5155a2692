"""A seat that follows: notices, notices that were missed, a store that is lost and comes back."""

from __future__ import annotations

import shutil
import time
import uuid
from collections.abc import Callable
from pathlib import Path

import pytest

from dispatch import follower as module
from dispatch.commands import AddNote, Command, ReportIncident
from dispatch.engine import Engine
from dispatch.events import Entry
from dispatch.follower import Follower, Picture
from dispatch.log import NotSaved, open_log
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
    second.log.wait = lambda timeout_s: bool(time.sleep(timeout_s))  # type: ignore[method-assign]
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
    catch_up = engine.catch_up

    def fails() -> int:
        raise NotSaved("connection_lost", "the server is away")

    engine.catch_up = fails  # type: ignore[method-assign]
    until(lambda: not follower.picture.is_connected)
    until(lambda: follower.age_s > 0.1)
    back_s = time.monotonic()
    engine.catch_up = catch_up  # type: ignore[method-assign]
    until(lambda: follower.picture.is_connected)
    assert follower.age_s <= time.monotonic() - back_s
    assert [each.code for each in pictures] == ["connection_lost", ""]
    follower.stop()


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
