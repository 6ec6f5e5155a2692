from __future__ import annotations

import gc
import threading
from collections.abc import Iterator

import pytest

from dispatch import engine as module
from dispatch.commands import AddNote, ReportIncident
from dispatch.engine import Engine
from dispatch.log_memory import MemoryLog
from dispatch.uncollected import is_uncollected, leave_out_of_collections, uncollected
from tests.dispatch import town


@pytest.fixture
def collecting() -> Iterator[None]:
    gc.enable()
    yield
    gc.disable()


def test_nothing_is_collected_meanwhile_and_all_is_as_before_afterwards(collecting: None) -> None:
    with pytest.raises(KeyError), uncollected():
        assert not gc.isenabled()
        with uncollected():
            pass
        assert is_uncollected()
        assert not gc.isenabled(), "the inner one does not end the outer one"
        raise KeyError
    assert gc.isenabled()
    assert not is_uncollected()


def test_where_nothing_was_collected_nothing_is_afterwards() -> None:
    with uncollected():
        assert not gc.isenabled()
    assert not gc.isenabled()


def test_threads_that_read_side_by_side_leave_all_as_it_was(collecting: None) -> None:
    has_begun, may_end = threading.Event(), threading.Event()

    def read() -> None:
        with uncollected():
            has_begun.set()
            may_end.wait(20)

    with uncollected():
        other = threading.Thread(target=read)
        other.start()
        assert has_begun.wait(20)
    assert not gc.isenabled(), "the other still reads"
    assert is_uncollected()
    may_end.set()
    other.join()
    assert gc.isenabled()


def test_only_a_long_log_is_left_out() -> None:
    before = gc.get_freeze_count()
    leave_out_of_collections(10)
    assert gc.get_freeze_count() == before
    try:
        leave_out_of_collections(20_000)
        assert gc.get_freeze_count() > before
    finally:
        gc.unfreeze()


def test_what_a_seat_missed_is_left_out_of_collections_too(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "CAUGHT_UP_FROM", 5)
    log = MemoryLog()
    one, other = Engine(log), Engine(log)
    before = gc.get_freeze_count()
    try:
        for command in town.opening():
            one.do(command)
        one.do(town.command(ReportIncident("structure_fire", town.crossing(1, 1))))
        other.catch_up()
        assert gc.get_freeze_count() == before, "few entries are few to look through"
        for number in range(5):
            one.do(town.command(AddNote(1, f"word {number}")))
        assert other.catch_up() == 5
        assert gc.get_freeze_count() > before
    finally:
        gc.unfreeze()
