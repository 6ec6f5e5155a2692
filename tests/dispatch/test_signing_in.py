"""Signing in with a password: guessing, names that nobody has, seats, and passwords that change."""

from __future__ import annotations

from datetime import timedelta

import argon2
import pytest

from dispatch import account_commands as a
from dispatch import passwords
from dispatch.account import LOCKED_FOR
from dispatch.account_checks import has_administrator
from dispatch.account_events import PermissionRefused, SignInFailed
from dispatch.commands import Command, OpenLog, Who
from dispatch.engine import Engine
from dispatch.events import Entry, LogKind
from dispatch.log import NotSaved
from dispatch.log_memory import MemoryLog
from dispatch.refused import Refused
from dispatch.signing_in import (
    add_account,
    change_password,
    create_first_administrator,
    reset_password,
    roles_of,
    sign_in,
    unlock,
)
from tests.dispatch.account_refusals import FIRE
from tests.dispatch.town import START, at, opening

ROOT_WORD, ANNA_WORD = "three blue herons", "two grey lighthouses"


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(passwords, "HASHER", argon2.PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))


@pytest.fixture
def engine() -> Engine:
    engine = Engine(MemoryLog(), clock=lambda: at(1))
    for one in opening():
        engine.do(one)
    create_first_administrator(engine, "root", ROOT_WORD, name="Root", seat="seat-1", at=START)
    root = sign_in(engine, "root", ROOT_WORD, seat="seat-1", at=START)
    add_account(engine, root, "anna", ANNA_WORD, name="Anna K", roles=("operator", "dispatcher"), at=START)
    return engine


def no(engine: Engine, account_id: str, word: str, seconds: float = 0.0, **more: object) -> Refused:
    with pytest.raises(Refused) as caught:
        sign_in(engine, account_id, word, seat="seat-2", at=at(seconds), **more)  # type: ignore[arg-type]
    return caught.value


def events(engine: Engine, kind: type) -> list[object]:
    return [event for entry in engine.log.read() for event in entry.events if isinstance(event, kind)]


def test_who_knows_the_password_signs_in_in_one_of_their_roles(engine: Engine) -> None:
    assert roles_of(engine, "anna", ANNA_WORD, seat="seat-2", at=START) == ("operator", "dispatcher")
    who = sign_in(engine, "anna", ANNA_WORD, role="dispatcher", seat="seat-2", at=START)
    assert who == Who("anna", "dispatcher", "", "seat-2")
    assert engine.do(Command("fire", START, who, FIRE)) is not None
    assert no(engine, "anna", ANNA_WORD, role="administrator").code == "role_not_held"
    assert sign_in(engine, "anna", ANNA_WORD, seat="seat-2", at=START).role == "operator"


def test_a_wrong_word_an_unknown_name_and_a_locked_account_are_answered_alike(engine: Engine) -> None:
    answers = [no(engine, "anna", f"wrong word {number}", number) for number in range(7)]
    answers.append(no(engine, "anna", ANNA_WORD, 10))
    answers += [no(engine, "nobody", ANNA_WORD, number) for number in range(7)]
    assert {(each.code, tuple(each.parameters.items())) for each in answers} == {
        ("sign_in_failed", (("most", 5), ("minutes", 15)))
    }
    assert engine.state.accounts["anna"].locked_until == at(4) + LOCKED_FOR
    assert events(engine, SignInFailed) == [SignInFailed("anna")] * 8 + [SignInFailed("")] * 7
    assert not events(engine, PermissionRefused)
    late = (LOCKED_FOR + timedelta(seconds=4)).total_seconds()
    assert sign_in(engine, "anna", ANNA_WORD, seat="seat-2", at=at(late)).actor == "anna"


def test_guessing_at_a_disabled_account_tells_nothing_and_its_owner_is_told(engine: Engine) -> None:
    root = Who("root", "administrator", "", "seat-1")
    engine.do(Command("off", START, root, a.DisableAccount("anna", "on leave")))
    assert no(engine, "anna", "wrong word").code == "sign_in_failed"
    refused = no(engine, "anna", ANNA_WORD)
    assert (refused.code, refused.parameters["reason"]) == ("account_disabled", "on leave")
    with pytest.raises(Refused, match="account_disabled"):
        roles_of(engine, "anna", ANNA_WORD, seat="seat-2", at=START)


def test_no_password_stands_in_the_log(engine: Engine) -> None:
    no(engine, "my password typed as a name", ANNA_WORD)
    kept = b"".join(row.body for row in engine.log.rows())
    for word in (ROOT_WORD, ANNA_WORD, "my password typed", "argon2"):
        assert word.encode() not in kept
    assert engine.state.accounts["anna"].secret_id.encode() in kept


def test_a_locked_seat_is_unlocked_by_whoever_locked_it(engine: Engine) -> None:
    who = sign_in(engine, "anna", ANNA_WORD, seat="seat-2", at=START)
    engine.do(Command("lock", START, who, a.LockSeat()))
    for word in ("wrong word", ROOT_WORD):
        with pytest.raises(Refused, match="sign_in_failed"):
            unlock(engine, who, word, at=START)
    with pytest.raises(Refused, match="seat_locked"):
        engine.do(Command("fire", START, who, FIRE))
    unlock(engine, who, ANNA_WORD, at=START)
    assert engine.do(Command("another fire", START, who, FIRE)) is not None
    assert engine.state.accounts["anna"].failures == 0


class TestPasswords:
    def test_one_changes_ones_own_with_the_old_one(self, engine: Engine) -> None:
        who = sign_in(engine, "anna", ANNA_WORD, seat="seat-2", at=START)
        old = engine.state.accounts["anna"].secret_id
        with pytest.raises(Refused, match="sign_in_failed"):
            change_password(engine, who, "wrong word", "five red kites", at=START)
        with pytest.raises(Refused, match="password_is_name"):
            change_password(engine, who, ANNA_WORD, "Anna K 2026", at=START)
        assert engine.state.accounts["anna"].secret_id == old
        change_password(engine, who, ANNA_WORD, "five red kites", at=START)
        assert engine.log.secret(old) is None
        assert no(engine, "anna", ANNA_WORD).code == "sign_in_failed"
        sign_in(engine, "anna", "five red kites", seat="seat-2", at=START)

    def test_an_administrator_sets_anothers_who_is_signed_out(self, engine: Engine) -> None:
        who = sign_in(engine, "anna", ANNA_WORD, seat="seat-2", at=START)
        with pytest.raises(Refused, match="not_own_account"):
            reset_password(engine, who, "root", "five red kites", at=START)
        assert sign_in(engine, "root", ROOT_WORD, seat="seat-1", at=START), "nothing of it was kept"
        reset_password(engine, Who("root", "administrator", "", "seat-1"), "anna", "five red kites", at=START)
        assert "seat-2" not in engine.state.sessions
        assert no(engine, "anna", ANNA_WORD).code == "sign_in_failed"

    def test_a_password_that_another_set_is_to_be_changed_and_bars_nothing(self, engine: Engine) -> None:
        assert not engine.state.accounts["root"].must_change
        assert engine.state.accounts["anna"].must_change
        who = sign_in(engine, "anna", ANNA_WORD, seat="seat-2", at=START)
        assert engine.do(Command("fire", START, who, FIRE)) is not None
        with pytest.raises(Refused, match="password_same"):
            change_password(engine, who, ANNA_WORD, ANNA_WORD, at=START)
        assert engine.state.accounts["anna"].must_change
        change_password(engine, who, ANNA_WORD, "five red kites", at=START)
        assert not engine.state.accounts["anna"].must_change
        reset_password(engine, Who("root", "administrator", "", "seat-1"), "anna", "six white swans", at=START)
        assert engine.state.accounts["anna"].must_change
        reset_password(engine, Who("root", "administrator", "", "seat-1"), "root", "six white swans", at=START)
        assert not engine.state.accounts["root"].must_change
        assert Engine(engine.log).state.accounts == engine.state.accounts

    def test_a_hash_made_anew_leaves_it_to_be_changed(self, engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(passwords, "HASHER", argon2.PasswordHasher(time_cost=2, memory_cost=8, parallelism=1))
        old = engine.state.accounts["anna"].secret_id
        sign_in(engine, "anna", ANNA_WORD, seat="seat-2", at=START)
        assert engine.state.accounts["anna"].secret_id != old
        assert engine.state.accounts["anna"].must_change

    def test_an_account_that_is_refused_leaves_no_hash(self, engine: Engine) -> None:
        secrets = engine.log._secrets  # type: ignore[attr-defined]
        kept = dict(secrets)
        root = Who("root", "administrator", "", "seat-1")
        for account_id, roles in (("anna", ("operator",)), ("new", ("king",)), ("New", ("operator",))):
            with pytest.raises(Refused):
                add_account(engine, root, account_id, "five red kites", name="N", roles=roles, at=START)
        assert secrets == kept
        sign_in(engine, "anna", ANNA_WORD, seat="seat-2", at=START)

    def test_a_hash_of_weaker_parameters_is_made_anew(self, engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
        old = engine.state.accounts["anna"].secret_id
        monkeypatch.setattr(passwords, "HASHER", argon2.PasswordHasher(time_cost=2, memory_cost=8, parallelism=1))
        sign_in(engine, "anna", ANNA_WORD, seat="seat-2", at=START)
        new = engine.state.accounts["anna"].secret_id
        assert new != old and engine.log.secret(old) is None and "t=2" in engine.log.secret(new).hash  # type: ignore[union-attr]
        sign_in(engine, "anna", ANNA_WORD, seat="seat-2", at=START)
        assert engine.state.accounts["anna"].secret_id == new and "seat-2" in engine.state.sessions

    def test_a_hash_of_one_account_put_under_another_opens_nothing(self, engine: Engine) -> None:
        secrets, accounts = engine.log._secrets, engine.state.accounts  # type: ignore[attr-defined]
        mine, roots = accounts["anna"].secret_id, accounts["root"].secret_id
        secrets[roots] = secrets[mine]
        assert no(engine, "root", ANNA_WORD).code == "sign_in_failed"

    def test_where_the_entry_is_not_saved_the_old_password_holds(
        self, engine: Engine, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        who = sign_in(engine, "anna", ANNA_WORD, seat="seat-2", at=START)
        append = engine.log.append

        def fail(entry: Entry) -> Entry:
            raise NotSaved("disk_full", "no space left")

        monkeypatch.setattr(engine.log, "append", fail)
        with pytest.raises(NotSaved):
            change_password(engine, who, ANNA_WORD, "five red kites", at=START)
        monkeypatch.setattr(engine.log, "append", append)
        sign_in(engine, "anna", ANNA_WORD, seat="seat-2", at=START)


class TestFirstStart:
    def test_one_administrator_is_made_once(self) -> None:
        engine = Engine(MemoryLog(), clock=lambda: at(1))
        engine.do(opening()[0])
        assert not has_administrator(engine.state)
        with pytest.raises(Refused, match="password_short"):
            create_first_administrator(engine, "root", "short", name="Root", seat="seat-1", at=START)
        create_first_administrator(engine, "root", ROOT_WORD, name="Root", seat="seat-1", at=START)
        assert has_administrator(engine.state)
        for account_id in ("root", "two"):
            with pytest.raises(Refused, match="accounts_exist"):
                create_first_administrator(engine, account_id, ANNA_WORD, name="Two", seat="seat-2", at=START)
        assert sign_in(engine, "root", ROOT_WORD, seat="seat-1", at=START).role == "administrator"

    @pytest.mark.parametrize("kind", LogKind)
    def test_a_demo_account_is_marked_and_never_in_a_live_log(self, kind: LogKind) -> None:
        engine = Engine(MemoryLog(), clock=lambda: at(1))
        opened = OpenLog(kind, "smalltown", "UTC")
        engine.do(Command("open", START, Who("opsroom", "system"), opened))
        make = {"name": "Demo", "seat": "seat-1", "at": START, "roles": ("administrator", "operator"), "is_demo": True}
        if kind is LogKind.LIVE:
            with pytest.raises(Refused, match="demo_not_live"):
                create_first_administrator(engine, "demo", ROOT_WORD, **make)  # type: ignore[arg-type]
            assert not engine.state.accounts
        else:
            create_first_administrator(engine, "demo", ROOT_WORD, **make)  # type: ignore[arg-type]
            assert engine.state.accounts["demo"].is_demo
            sign_in(engine, "demo", ROOT_WORD, role="operator", seat="seat-1", at=START)


def test_it_works_while_the_engine_has_a_thread_of_its_own(engine: Engine) -> None:
    engine.start()
    try:
        assert sign_in(engine, "anna", ANNA_WORD, seat="seat-2", at=START).actor == "anna"
        assert no(engine, "anna", "wrong word").code == "sign_in_failed"
    finally:
        engine.stop()


def test_of_two_seats_that_make_the_first_administrator_at_once_one_does() -> None:
    log = MemoryLog()
    seats = [Engine(log, clock=lambda: at(1)) for _ in range(2)]
    seats[0].do(opening()[0])
    create_first_administrator(seats[0], "root", ROOT_WORD, name="Root", seat="seat-1", at=START)
    with pytest.raises(Refused, match="accounts_exist"):  # the second has not looked since
        create_first_administrator(seats[1], "root", ANNA_WORD, name="Other", seat="seat-2", at=START)
    assert no(seats[1], "root", ANNA_WORD).code == "sign_in_failed"
    assert sign_in(seats[1], "root", ROOT_WORD, seat="seat-2", at=START)
