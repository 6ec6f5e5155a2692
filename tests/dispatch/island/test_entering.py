"""Coming in at a seat whose server is lost: what is asked there, what is kept, what the room makes of it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import argon2
import pytest

from dispatch import passwords
from dispatch.account import MOST_FAILURES
from dispatch.account_commands import LockSeat, SignOut
from dispatch.account_events import SignInFailed
from dispatch.commands import ReportIncident, Who
from dispatch.island.entering import LocalDoor
from dispatch.island.outcome import Outcome
from dispatch.island_events import IslandBegan
from dispatch.log import NotSaved
from dispatch.refused import Refused
from dispatch.signing_in import add_account, change_password, create_first_administrator, sign_in
from tests.dispatch.island.parted import Parted, make_folder, outcomes, remove
from tests.dispatch.town import START, crossing

WORDS = "tall birches grow"
CONSOLE = Who("console", "system", "", "console")
SEAT = "seat-1"


class Locked(Parted):
    """Bela, a dispatcher, locked seat 1; eva signed in there before; olga, an observer, too; ivan never did."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self.seat.start()
        create_first_administrator(self.seat, "root", WORDS, name="Root", seat="console", at=START)
        roles = {"bela": "dispatcher", "eva": "supervisor", "olga": "observer", "ivan": "dispatcher"}
        for name, role in roles.items():
            add_account(self.seat, CONSOLE, name, WORDS, name=name, roles=(role,), at=START)
        self.seat.catch_up()
        for name in ("olga", "eva", "bela"):
            self.me = sign_in(self.seat, name, WORDS, seat=SEAT, at=self.now)
        self.seat.do(self.command(LockSeat(), self.me))
        self.door = LocalDoor(self.islands, clock=self.clock)

    def other_started(self):  # type: ignore[no-untyped-def]
        self.other.start()
        self.other.catch_up()
        return self.other

    def lose(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """Let the room's store answer nothing."""

        def gone(*_: object) -> None:
            raise NotSaved("connection_lost", "gone")

        for name in ("append", "secret", "save_secret"):
            monkeypatch.setattr(self.log, name, gone)

    def come_in(self, name: str = "bela", words: str = WORDS) -> Who:
        return self.door.come_in(name, words, seat=SEAT)

    def refusal(self, name: str = "bela", words: str = WORDS) -> str:
        with pytest.raises(Refused) as refused:
            self.come_in(name, words)
        assert not self.seat.log.is_island
        return refused.value.code

    def close(self) -> None:
        self.seat.stop()
        self.other.stop()
        super().close()


@pytest.fixture
def locked(monkeypatch: pytest.MonkeyPatch) -> Iterator[Locked]:
    monkeypatch.setattr(passwords, "HASHER", argon2.PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))
    folder = make_folder()
    made = Locked(folder)
    yield made
    made.close()
    remove(folder)


def test_whoever_locked_the_desk_goes_on_alone_with_their_password(
    locked: Locked, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as lost:
        locked.lose(lost)
        assert locked.come_in() == locked.me
        assert locked.seat.log.is_island
        assert not locked.seat.state.sessions[SEAT].is_locked
        locked.alone(ReportIncident("structure_fire", crossing(0, 0)), who=locked.me)
    merge, report = locked.merged()
    assert report.is_over
    assert outcomes(merge) == [Outcome.TAKEN] * 2  # unlocked, reported
    assert not locked.state.sessions[SEAT].is_locked
    [island] = locked.state.islands.values()
    assert (island.seat, island.actor) == (SEAT, "bela")


def test_who_signed_in_here_before_comes_in_as_themselves(locked: Locked, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as lost:
        locked.lose(lost)
        who = locked.come_in("eva")
        assert (who.actor, who.role) == ("eva", "supervisor")
        assert locked.seat.state.sessions[SEAT].account_id == "eva"
    _, report = locked.merged()
    assert report.is_over
    assert locked.state.sessions[SEAT].account_id == "eva"


def test_everybody_else_is_refused_alike_and_nothing_is_begun(locked: Locked, monkeypatch: pytest.MonkeyPatch) -> None:
    locked.lose(monkeypatch)
    wrong = (("bela", "tall birches fall"), ("nobody", WORDS), ("ivan", WORDS))  # ivan never came here
    assert {locked.refusal(*each) for each in wrong} == {"island_sign_in_failed"}
    assert locked.refusal("olga") == "not_allowed"  # an observer takes no seat anywhere
    assert not list((locked.folder / "islands").glob("*"))


def test_a_password_that_was_changed_elsewhere_opens_nothing(locked: Locked, monkeypatch: pytest.MonkeyPatch) -> None:
    there = sign_in(locked.other_started(), "bela", WORDS, seat="seat-2", at=locked.now)
    change_password(locked.other, there, WORDS, "five red kites", at=locked.now)
    locked.seat.catch_up()
    locked.lose(monkeypatch)
    assert locked.refusal() == "island_sign_in_failed"
    assert locked.refusal(words="five red kites") == "island_sign_in_failed"


def test_guessing_ends_and_what_failed_is_kept(locked: Locked, monkeypatch: pytest.MonkeyPatch) -> None:
    locked.lose(monkeypatch)
    for _ in range(MOST_FAILURES):
        assert locked.refusal(words="no") == "island_sign_in_failed"
    assert locked.refusal() == "island_sign_in_locked"  # though the password is right
    locked.now += timedelta(minutes=16)
    assert locked.refusal(words="no") == "island_sign_in_failed"
    locked.come_in()
    kept = [event for entry in locked.seat.log.read(locked.islands.island.begins_behind) for event in entry.events]  # type: ignore[union-attr]
    assert isinstance(kept[0], IslandBegan)
    assert [event.account_id for event in kept if isinstance(event, SignInFailed)] == ["bela"]


def test_where_nothing_can_be_kept_the_seat_stays_as_it_was(locked: Locked, monkeypatch: pytest.MonkeyPatch) -> None:
    locked.lose(monkeypatch)
    (locked.folder / "islands").write_text("in the way")
    with pytest.raises(NotSaved):
        locked.come_in()
    assert not locked.seat.log.is_island
    assert locked.seat.state.sessions[SEAT].is_locked


def test_nobody_comes_in_twice(locked: Locked) -> None:
    locked.come_in()
    with pytest.raises(Refused, match="island_already"):
        locked.come_in()
    locked.seat.do(locked.command(SignOut(), locked.me))
    assert SEAT not in locked.seat.state.sessions
