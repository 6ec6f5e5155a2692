"""The demonstration account: made and signed in by itself in drills, never in a live log."""

from __future__ import annotations

import argon2
import pytest

from dispatch import passwords
from dispatch.account import ACCOUNT_ROLES, OFFICER
from dispatch.account_commands import DisableAccount
from dispatch.commands import Command, Who
from dispatch.engine import Engine
from dispatch.events import LogKind
from dispatch.log_memory import MemoryLog
from dispatch.signing_in import DEMO_ID, DEMO_PASSWORD, add_account, sign_in, sign_in_demo
from tests.dispatch import town

CONSOLE = Who("console", "system", "", "console")


@pytest.fixture(autouse=True)
def _cheap(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(passwords, "HASHER", argon2.PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))


def _engine(kind: LogKind) -> Engine:
    engine = Engine(MemoryLog(), clock=lambda: town.START)
    for command in town.opening(kind):
        engine.do(command)
    return engine


def test_a_drill_makes_it_once_with_every_role_that_needs_no_department() -> None:
    engine = _engine(LogKind.DRILL)
    who = sign_in_demo(engine, seat="desk-1", at=town.START)
    assert who == Who(DEMO_ID, "trainer", "", "desk-1")
    account = engine.state.accounts[DEMO_ID]
    assert account.is_demo
    assert set(account.roles) == set(ACCOUNT_ROLES) - {OFFICER}
    again = sign_in_demo(engine, role="observer", seat="desk-1", at=town.START)
    assert again == Who(DEMO_ID, "observer", "", "desk-1")
    assert len(engine.state.accounts) == 1
    assert sign_in(engine, DEMO_ID, DEMO_PASSWORD, seat="desk-2", at=town.START).actor == DEMO_ID


def test_a_live_log_gets_none() -> None:
    engine = _engine(LogKind.LIVE)
    assert sign_in_demo(engine, seat="desk-1", at=town.START) is None
    assert not engine.state.accounts


def test_a_drill_with_people_of_its_own_asks_them() -> None:
    engine = _engine(LogKind.DRILL)
    sign_in_demo(engine, seat="desk-1", at=town.START)
    add_account(engine, CONSOLE, "dora", "tall birches grow", name="Dora", roles=("administrator",), at=town.START)
    engine.do(Command("off", town.START, CONSOLE, DisableAccount(DEMO_ID, "an exam")))
    assert sign_in_demo(engine, seat="desk-1", at=town.START) is None
    assert not engine.state.sessions


def test_a_role_that_it_does_not_have_becomes_the_usual_one() -> None:
    engine = _engine(LogKind.DRILL)
    who = sign_in_demo(engine, role=OFFICER, seat="desk-1", at=town.START)
    assert who is not None and who.role == "trainer"
