"""What happens between a seat and its server: a wire that is cut, a server that is full, one that stops and comes back.

Nothing that was acknowledged is lost, nothing is done twice, and work goes on; how soon stands in the bench.
"""

from __future__ import annotations

import shutil
import time
import uuid
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from dispatch.commands import AddNote, ReportIncident
from dispatch.engine import Engine
from dispatch.follower import Follower
from dispatch.log import NotSaved
from dispatch.log_postgres import PostgresLog
from tests.dispatch import town
from tests.dispatch.lossy_proxy import LossyProxy
from tests.dispatch.test_follower import PATIENCE_S, saved, until
from tests.servers import PostgresServer


class CutOff:
    """A seat behind a wire that can be cut, and another that is not behind it."""

    def __init__(self, postgres: PostgresServer, folder: Path, *, answer_timeout_s: float = 8.0) -> None:
        address = postgres.address(f"log_{uuid.uuid4().hex}")
        self.proxy = LossyProxy(postgres.port)
        self.other = Engine(PostgresLog(address, key_folder=folder / "other"))
        for command in town.opening():
            self.other.do(command)
        self.other.do(town.command(ReportIncident("structure_fire", town.crossing(1, 1))))
        shutil.copytree(folder / "other", folder / "seat")
        log = PostgresLog(
            address.replace(f":{postgres.port}/", f":{self.proxy.port}/") + "&connect_timeout=2",
            key_folder=folder / "seat",
        )
        log.answer_timeout_s = answer_timeout_s
        self.seat = Engine(log)
        self.follower = Follower(self.seat, poll_s=0.3)
        self.follower.start()

    def write_elsewhere(self, words: str) -> None:
        self.other.do(town.command(AddNote(1, words)))

    @property
    def is_level(self) -> bool:
        return self.seat.state.sequence >= self.other.state.sequence

    def close(self) -> None:
        self.proxy.mend()
        self.follower.stop()
        self.seat.log.close()
        self.other.log.close()
        self.proxy.close()


@pytest.fixture
def cut_off(postgres: PostgresServer, tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[CutOff]:
    made = CutOff(postgres, tmp_path, answer_timeout_s=getattr(request, "param", 8.0))
    until(lambda: made.is_level)
    yield made
    made.close()


@pytest.mark.parametrize("cut_off", [PATIENCE_S], indirect=True)
def test_a_wire_that_is_cut_for_a_moment_only_delays(cut_off: CutOff) -> None:
    cut_off.proxy.cut()
    cut_off.write_elsewhere("while the seat is cut off")
    future_of = town.command(AddNote(1, "said into the void"))
    cut_off.seat.start()
    future = cut_off.seat.submit(future_of)
    time.sleep(0.5)
    assert not future.done()  # nothing is acknowledged that is not durable
    cut_off.proxy.mend()
    entry = future.result(timeout=PATIENCE_S)
    assert entry is not None
    cut_off.seat.stop()
    cut_off.other.catch_up()
    assert [note.text for note in cut_off.other.state.incidents[1].notes] == [
        "while the seat is cut off",
        "said into the void",
    ]


@pytest.mark.parametrize("cut_off", [0.6], indirect=True)  # the eight seconds of a desk, made short
def test_a_wire_that_is_cut_for_long_is_said_and_nothing_done_twice(cut_off: CutOff) -> None:
    cut_off.proxy.cut()
    command = town.command(AddNote(1, "said into the void"))
    with pytest.raises(NotSaved) as refused:
        cut_off.seat.do(command)
    assert refused.value.code in ("connection_lost", "away")  # whether it or the follower noticed first
    assert not cut_off.seat.is_saved
    until(lambda: not cut_off.follower.picture.is_connected)
    assert cut_off.follower.age_s > 0.5
    cut_off.write_elsewhere("while the seat is cut off")
    before = cut_off.seat.state
    assert before.incidents[1].notes == ()  # the picture stays as it was
    cut_off.proxy.mend()
    until(lambda: cut_off.is_level and cut_off.follower.picture.is_connected)
    entry = saved(cut_off.seat, command)  # the same, as the desk gives it again
    assert entry is not None and cut_off.seat.is_saved
    cut_off.other.catch_up()
    texts = [note.text for note in cut_off.other.state.incidents[1].notes]
    assert sorted(texts) == ["said into the void", "while the seat is cut off"]
    assert cut_off.other.log.verify().is_intact


def test_a_server_that_is_killed_is_followed_again_without_a_new_start(mortal: PostgresServer, tmp_path: Path) -> None:
    room = CutOff(mortal, tmp_path)
    until(lambda: room.is_level)
    mortal.crash()
    until(lambda: not room.follower.picture.is_connected)
    mortal.start()
    room.other.catch_up()
    room.write_elsewhere("after the server came back")
    until(lambda: room.is_level and room.follower.picture.is_connected)
    assert room.seat.state == room.other.state
    room.close()


def test_a_server_without_a_free_connection_is_followed_by_looking(
    postgres: PostgresServer, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    address, user = postgres.address(f"log_{uuid.uuid4().hex}"), f"narrow_{uuid.uuid4().hex[:8]}"
    PostgresLog(address, key_folder=tmp_path).close()
    with psycopg.connect(address, autocommit=True) as owner:
        schema = owner.execute("SELECT current_schema()").fetchone()
        assert schema is not None
        owner.execute(f"CREATE ROLE {user} LOGIN CONNECTION LIMIT 1".encode())
        owner.execute(f"GRANT ALL ON SCHEMA {schema[0]} TO {user}".encode())
        owner.execute(f"GRANT ALL ON ALL TABLES IN SCHEMA {schema[0]} TO {user}".encode())
        narrow = address.replace("opsroom@", f"{user}@")
        with psycopg.connect(narrow), pytest.raises(NotSaved, match="too many connections"):
            PostgresLog(narrow, key_folder=tmp_path)
        log = PostgresLog(narrow, key_folder=tmp_path)
        engine, told = Engine(log), list[str]()
        for command in town.opening():
            engine.do(command)
        follower = Follower(engine, poll_s=0.1, on_picture=lambda picture: told.append(picture.code))
        follower.start()
        until(lambda: "gives no notice" in caplog.text)  # listening needs a second one: it is looked at instead
        assert engine.do(town.command(ReportIncident("structure_fire", town.crossing(1, 1)))) is not None
        assert told == [] and engine.is_saved
        owner.execute(f"ALTER ROLE {user} CONNECTION LIMIT 5".encode())
        until(lambda: log._ear.is_listening)
        follower.stop()
        log.close()


@pytest.mark.parametrize("cut_off", [PATIENCE_S], indirect=True)
def test_a_seat_behind_a_stalled_server_ends_as_soon_as_that_goes_on(cut_off: CutOff) -> None:
    following = cut_off.follower._thread
    cut_off.proxy.cut()
    time.sleep(0.4)  # the follower is asking now
    cut_off.proxy.mend()
    cut_off.follower.stop()
    assert following is not None and not following.is_alive()
