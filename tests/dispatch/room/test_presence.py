"""Who is there, on a real PostgreSQL: said and heard, fallen silent, twice under one name, lost and found."""

from __future__ import annotations

import subprocess
import sys
import time
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from itertools import groupby
from pathlib import Path
from typing import Any

import psycopg
import pytest
from psycopg import errors
from psycopg.conninfo import make_conninfo

from dispatch.log import NotSaved
from dispatch.log_memory import MemoryLog
from dispatch.log_postgres import PostgresLog
from dispatch.room.presence import STALE_S, Clock, Here, NoPresence, Presence, Room, presence
from dispatch.room.presence_keeper import PresenceKeeper
from dispatch.server_init import add_user, prepare
from tests.servers import PostgresServer

ONE = Here("seat-1", "anna", "dispatcher", "fire", incident_id=14, program="1.0")
TWO = Here("seat-2", "bela", "operator", taking_call_since=datetime(2026, 3, 2, 8, tzinfo=UTC))


def until(is_so: Callable[[], bool], most_s: float = 60.0) -> None:
    deadline_s = time.monotonic() + most_s
    while not is_so():
        assert time.monotonic() < deadline_s, "it never came to that"
        time.sleep(0.005)


def plain(here: Here) -> Here:
    """Return what was said, without what the room filled in."""
    return replace(here, clock=None, instance="", age_s=0.0)


@dataclass
class Prepared:
    """A prepared schema; every log is opened as the seat's own user, so that each test is one of the grants too."""

    base: str
    schema: str
    keys: Path
    users: dict[str, str]

    def log(self) -> PostgresLog:
        return PostgresLog(make_conninfo(self.base, user=self.users["seat"]), key_folder=self.keys)

    def asks(self, kind: str, text: str) -> list[Any]:
        user = self.users.get(kind)
        with psycopg.connect(make_conninfo(self.base, **({"user": user} if user else {})), autocommit=True) as line:
            cursor = line.execute(text.encode())
            return cursor.fetchall() if cursor.description else []

    def grow_old(self, seat: str, seconds: float) -> None:
        """Let a seat have been silent for longer than the test waits."""
        old = f"UPDATE {self.schema}.presence SET seen_at = seen_at - interval '{seconds} s' WHERE seat = '{seat}'"
        self.asks("owner", old)


@pytest.fixture(scope="module")
def prepared(postgres: PostgresServer, tmp_path_factory: pytest.TempPathFactory) -> Prepared:
    return prepared_on(postgres, tmp_path_factory.mktemp("keys"))


def prepared_on(server: PostgresServer, keys: Path) -> Prepared:
    base, schema = server.address().partition("?")[0], f"room_{uuid.uuid4().hex[:12]}"
    prepare(base, schema=schema, key_folder=keys)
    users = {
        kind: add_user(base, f"{kind}-{schema}", kind=kind, schema=schema)[0] for kind in ("seat", "admin", "reader")
    }
    return Prepared(base, schema, keys, users)


@pytest.fixture
def log(prepared: Prepared) -> Iterator[PostgresLog]:
    """A log in a room that is empty."""
    prepared.asks("owner", f"DELETE FROM {prepared.schema}.presence")
    opened = prepared.log()
    yield opened
    opened.close()


@pytest.fixture
def keepers(log: PostgresLog) -> Iterator[Callable[..., PresenceKeeper]]:
    made: list[PresenceKeeper] = []

    def make(here: Here | None = None, **how: Any) -> PresenceKeeper:
        keeper = PresenceKeeper(how.pop("log", log), **how)
        made.append(keeper)
        if here is not None:
            keeper.say(here)
        keeper.start()
        return keeper

    yield make
    for keeper in made:
        keeper.stop()


class TestLine:
    def test_what_one_says_the_other_reads_with_its_age_and_its_clock(self, log: PostgresLog) -> None:
        with presence(log) as one, presence(log) as two:
            one.say(ONE)
            two.say(TWO)
            [seen] = two.others()
            assert plain(seen) == ONE and 0 <= seen.age_s < STALE_S and not seen.is_stale
            assert seen.clock is not None and abs(seen.clock.ahead_s) <= 1 + seen.clock.within_s
            assert not seen.clock.is_off
            assert [plain(each) for each in one.others()] == [TWO]
            one.leave()
            assert two.others() == ()

    def test_one_who_only_looks_is_nobody(self, log: PostgresLog) -> None:
        with presence(log) as one, presence(log) as looker:
            one.say(ONE)
            assert len(looker.others()) == 1 and one.others() == ()

    def test_news_are_heard_and_a_beat_is_not(self, log: PostgresLog) -> None:
        with presence(log) as one, presence(log) as two:
            two.wait(0)
            one.say(ONE)
            assert two.wait(10)
            one.say(ONE, is_news=False)
            assert not two.wait(0.05)
            one.leave()
            assert two.wait(10)

    def test_a_seat_that_falls_silent_was_here(self, prepared: Prepared, log: PostgresLog) -> None:
        with presence(log) as one, presence(log) as two:
            one.say(ONE)
            prepared.grow_old("seat-1", STALE_S + 1)
            [seen] = two.others()
            assert seen.is_stale and seen.age_s > STALE_S
            assert not two.room().is_there("seat-1")
            one.say(ONE)
            assert two.room().is_there("seat-1")

    def test_what_a_killed_seat_left_is_swept_up_when_it_comes_back(self, prepared: Prepared, log: PostgresLog) -> None:
        with presence(log) as killed:
            killed.say(ONE)
        with presence(log) as forgotten:
            forgotten.say(Here("seat-8"))
        prepared.grow_old("seat-1", STALE_S + 1)
        prepared.grow_old("seat-8", 13 * 3600)
        with presence(log) as again:
            again.say(ONE)
            assert prepared.asks("seat", "SELECT seat, instance FROM presence") == [("seat-1", again.instance)]

    def test_a_seat_restarted_at_once_stands_there_once_for_others(self, log: PostgresLog) -> None:
        with presence(log) as killed:
            killed.say(ONE)
        with presence(log) as again, presence(log) as two:
            again.say(replace(ONE, incident_id=15))
            two.say(TWO)
            assert again.room().twins == (), "who was killed says nothing more"
            assert [each.incident_id for each in two.others()] == [15]

    def test_two_that_run_under_one_name_are_told_of_each_other(self, log: PostgresLog) -> None:
        with presence(log) as first, presence(log) as second:
            first.say(ONE)
            second.say(replace(ONE, actor="bela"))
            assert [each.actor for each in first.room().twins] == ["bela"]
            assert second.room().twins == (), "the first may just have been closed"
            first.say(ONE, is_news=False)
            assert [each.actor for each in second.room().twins] == ["anna"]
            with presence(log) as third:
                assert [each.seat for each in third.others()] == ["seat-1", "seat-1"]
            assert first.others() == second.others() == ()

    @pytest.mark.parametrize("text", ["a\0b", "lone \ud800", "x" * 5000, "'; DROP TABLE presence; --", "<img src=x>"])
    def test_any_words_are_kept_as_plain_short_text(self, log: PostgresLog, text: str) -> None:
        with presence(log) as one, presence(log) as two:
            one.say(Here("seat-1", text, text, text, program=text))
            [seen] = two.others()
            assert seen.actor == seen.program == text.replace("\0", "\ufffd").replace("\ud800", "\ufffd")[:200]

    def test_a_clock_that_is_wrong_is_known_to_be(self, log: PostgresLog, monkeypatch: pytest.MonkeyPatch) -> None:
        class Wrong(datetime):
            @classmethod
            def now(cls, tz: Any = None) -> datetime:  # type: ignore[override]
                return datetime.now(tz) + timedelta(seconds=30)

        with presence(log) as two:
            monkeypatch.setattr("dispatch.room.presence.datetime", Wrong)
            with presence(log) as one:
                one.say(ONE)
                assert one.clock is not None and abs(one.clock.ahead_s - 30) < 15 and one.clock.is_off
            monkeypatch.undo()
            [seen] = two.others()
            assert seen.clock is not None and seen.clock.is_off


@pytest.mark.parametrize(
    ("clock", "is_off"),
    [(Clock(0.9), False), (Clock(-0.9), False), (Clock(1.1), True), (Clock(-7.0, 2), True), (Clock(2.0, 1.5), False)],
)
def test_a_clock_is_off_where_it_is_by_more_than_a_second_for_certain(clock: Clock, is_off: bool) -> None:
    assert clock.is_off is is_off


def test_a_room_grows_old_and_a_seat_on_an_island_is_not_there() -> None:
    room = Room("seat-1", (replace(TWO, age_s=4.0), Here("seat-3", is_island=True)), (ONE,), is_connected=True)
    assert room.is_there("seat-2") and room.is_there("seat-1") and not room.is_there("seat-3")
    assert not room.is_there("seat-9")
    older = room.aged(STALE_S)
    assert not older.is_there("seat-2") and older.others[0].age_s == 19.0
    assert older.aged(1.0).twins == ()
    assert Room().is_there("seat-9"), "where nobody can say"


class TestGrants:
    @pytest.mark.parametrize("kind", ["admin", "reader"])
    @pytest.mark.parametrize(
        "text",
        [
            "SELECT * FROM presence",
            "INSERT INTO presence (seat) VALUES ('x')",
            "UPDATE presence SET actor = 'x'",
            "DELETE FROM presence",
            "TRUNCATE presence",
        ],
    )
    def test_who_is_there_is_the_seats_business_alone(self, prepared: Prepared, kind: str, text: str) -> None:
        with pytest.raises(errors.InsufficientPrivilege):
            prepared.asks(kind, text)

    def test_a_seat_may_not_take_the_table_away(self, prepared: Prepared) -> None:
        for text in ("TRUNCATE presence", "DROP TABLE presence"):
            with pytest.raises(errors.InsufficientPrivilege):
                prepared.asks("seat", text)

    def test_a_role_that_may_not_is_told_that_there_is_no_presence(self, prepared: Prepared) -> None:
        log = PostgresLog(make_conninfo(prepared.base, user=prepared.users["admin"]), key_folder=prepared.keys)
        with pytest.raises(NoPresence), presence(log) as line:
            line.say(ONE)
        log.close()


class TestKeeper:
    def test_what_is_taken_in_hand_is_seen_by_all_at_once(self, keepers: Callable[..., PresenceKeeper]) -> None:
        told: list[Room] = []
        one = keepers(ONE, beat_s=60)
        two = keepers(TWO, beat_s=60, on_change=told.append)
        looker = keepers(beat_s=60)
        until(lambda: [plain(each) for each in two.others()] == [ONE])
        until(lambda: len(looker.others()) == 2)
        one.say(replace(ONE, incident_id=15))
        until(lambda: [each.incident_id for each in two.others()] == [15])  # no beat comes for a minute
        one.stop()
        until(lambda: two.others() == ())
        seen = [tuple(each.incident_id for each in room.others) for room in told if room.others]
        assert [each for each, _ in groupby(seen)] == [(14,), (15,)]

    def test_a_killed_seat_goes_stale_and_a_closed_one_goes(
        self, prepared: Prepared, log: PostgresLog, keepers: Callable[..., PresenceKeeper]
    ) -> None:
        program = (
            "import sys, time\n"
            "from pathlib import Path\n"
            "from dispatch.log_postgres import PostgresLog\n"
            "from dispatch.room.presence import Here\n"
            "from dispatch.room.presence_keeper import PresenceKeeper\n"
            "log = PostgresLog(sys.argv[1], key_folder=Path(sys.argv[2]))\n"
            "keeper = PresenceKeeper(log, beat_s=0.05)\n"
            "keeper.say(Here('killed', incident_id=14))\n"
            "keeper.start()\n"
            "time.sleep(120)\n"
        )
        address = make_conninfo(prepared.base, user=prepared.users["seat"])
        killed = subprocess.Popen([sys.executable, "-c", program, address, str(prepared.keys)])
        try:
            watch = keepers(TWO, beat_s=0.05)
            until(lambda: [each.seat for each in watch.others()] == ["killed"], 60)
        finally:
            killed.kill()
            killed.wait()
        told: list[Room] = []
        watch._on_change = told.append
        prepared.grow_old("killed", STALE_S)
        until(lambda: [each.is_stale for each in watch.others()] == [True])
        until(lambda: bool(told))
        assert told[-1].others[0].is_stale and told[-1].others[0].incident_id == 14

    def test_two_of_one_name_hear_of_each_other(self, keepers: Callable[..., PresenceKeeper]) -> None:
        first, second = keepers(ONE, beat_s=0.05), keepers(ONE, beat_s=0.05)
        until(lambda: len(first.room.twins) == len(second.room.twins) == 1)
        second.stop()
        until(lambda: first.room.twins == ())

    def test_without_a_server_there_is_nobody_and_nothing_runs(self) -> None:
        keeper = PresenceKeeper(MemoryLog(), on_change=lambda room: pytest.fail("nothing changes"))
        keeper.say(ONE)
        keeper.start()
        assert keeper._thread is None and keeper.room == Room() and keeper.others() == ()
        keeper.stop()

    def test_a_database_of_an_older_program_is_said_once_and_found_when_it_is_upgraded(
        self, postgres: PostgresServer, tmp_path: Path, caplog: pytest.LogCaptureFixture
    ) -> None:
        address = postgres.address(f"log_{uuid.uuid4().hex}")
        log = PostgresLog(address, key_folder=tmp_path)
        told: list[Room] = []
        keeper = PresenceKeeper(log, beat_s=0.05, missing_pause_s=0.02, on_change=told.append)
        keeper.say(ONE)
        keeper.start()
        try:
            until(lambda: keeper.room.is_missing)
            time.sleep(0.2)
            assert [room.is_missing for room in told] == [True]
            assert caplog.text.count("server init --upgrade") == 1
            assert keeper.others() == () and keeper.room.is_there("anybody")
            prepare(address, key_folder=tmp_path)
            until(lambda: keeper.room.is_connected and not keeper.room.is_missing)
        finally:
            keeper.stop()
            log.close()

    def test_a_listener_that_fails_silences_nobody(self, keepers: Callable[..., PresenceKeeper]) -> None:
        def fails(room: Room) -> None:
            raise RuntimeError("a slot failed")

        keeper = keepers(TWO, beat_s=0.05, on_change=fails)
        keepers(ONE, beat_s=0.05)
        until(lambda: len(keeper.others()) == 1)


class TestLoss:
    def test_a_server_that_is_killed_is_found_again_and_nobody_is_lost(
        self, mortal: PostgresServer, tmp_path: Path
    ) -> None:
        prepared = prepared_on(mortal, tmp_path)
        log = prepared.log()
        told: list[bool] = []
        two = PresenceKeeper(log, beat_s=0.1, on_change=lambda room: told.append(room.is_connected))
        one = PresenceKeeper(log, beat_s=0.1)
        try:
            for keeper, here in ((one, ONE), (two, TWO)):
                keeper.say(here)
                keeper.start()
            until(lambda: len(two.others()) == 1)
            mortal.crash()
            until(lambda: not two.room.is_connected)
            assert [plain(each) for each in two.others()] == [ONE], "the picture stays, and ages"
            aged_s = two.others()[0].age_s
            one.say(replace(ONE, incident_id=99))  # said while nobody hears it
            until(lambda: two.others()[0].age_s > aged_s)
            mortal.start()
            until(lambda: two.room.is_connected and [each.incident_id for each in two.others()] == [99], 40)
            assert told[-1] is True and False in told
            with pytest.raises(NotSaved):
                Presence(_Nowhere())
        finally:
            one.stop()
            two.stop()
            log.close()


class _Nowhere:
    def connect(self, purpose: str) -> Any:
        raise NotSaved("connection_lost", "no route")
