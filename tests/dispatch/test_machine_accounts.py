"""Any button of accounts and sessions in any order, by anybody as anything: what must hold after every step."""

from __future__ import annotations

import os
from datetime import timedelta

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from dispatch import account_commands as a
from dispatch import commands as c
from dispatch.access import is_distress, may
from dispatch.account import ACCOUNT_ROLES, MACHINE_ROLES
from dispatch.account_checks import has_administrator
from dispatch.account_events import GlassAcknowledged, GlassBroken, PermissionRefused, SignedIn
from dispatch.break_glass import LIFE_SAVING
from dispatch.checkpoint import decode_state, encode_state
from dispatch.commands import Body, Command, Who
from dispatch.engine import Engine
from dispatch.log_memory import MemoryLog
from dispatch.permission import PERMISSION_CODES
from dispatch.refused import Refused
from dispatch.state import State, fold
from resources.status import Signal
from tests.dispatch.account_refusals import FIRE
from tests.dispatch.account_town import CONSOLE, OTHER_SECRET, PROGRAM, ROOT, SECRET
from tests.dispatch.case_town import case_opening
from tests.dispatch.town import START, opening

names = st.sampled_from(["root", "root", "anna", "anna", "bela", "bela", "carla", "nobody", "E1", "console"])
roles = st.sampled_from([*ACCOUNT_ROLES, "operator", "supervisor", "administrator", "administrator", "system", "king"])
seats = st.sampled_from(["seat-root", "seat-root", "seat-1", "seat-1", "seat-2"])
departments = st.sampled_from(["", "", "", "urban", "water", "parks"])
role_sets = st.lists(
    st.sampled_from(["operator", "supervisor", "administrator", "observer", "department_officer"]), max_size=3
).map(tuple)
secrets = st.sampled_from([SECRET, OTHER_SECRET, "", "plain"])
reasons = st.sampled_from(["", " ", "it burns"])


class AnyAccountButton(RuleBasedStateMachine):
    """Two engines on one log; whoever asks is mostly somebody who sits there, and else anybody at all."""

    def __init__(self) -> None:
        super().__init__()
        self.now = START
        self.log = MemoryLog()
        self.seats = [Engine(self.log, clock=lambda: self.now) for _ in range(2)]
        self.asked: list[Command] = []
        self.fires = 0

    @initialize()
    def open(self) -> None:
        for command in (*opening(), *case_opening()):
            self.seats[0].do(command)
        first = a.AddFirstAdministrator("root", "Root", ("administrator", "supervisor"), secret_id=SECRET)
        self.seats[0].do(Command("first", START, CONSOLE, first))
        self.seats[0].do(Command("in", START, ROOT, a.SignIn("root", "administrator")))
        for name in ("anna", "bela"):
            made = a.AddAccount(name, name, ("operator", "supervisor", "observer"), "", SECRET)
            self.seats[0].do(Command(f"add {name}", START, ROOT, made))

    def somebody(self, data: st.DataObject) -> Who:
        sessions = sorted(self.seats[0].state.sessions.items())
        if sessions and data.draw(st.sampled_from([True, True, True, False]), "who sits there"):
            _, session = data.draw(st.sampled_from(sessions))
            return Who(session.account_id, session.role, session.department, session.seat)
        if data.draw(st.sampled_from([True, False]), "the machine"):
            return data.draw(st.sampled_from([PROGRAM, CONSOLE]))
        return Who(data.draw(names), data.draw(roles), data.draw(departments), data.draw(seats))

    def is_let_in(self, state: State, command: Command) -> bool:
        """Say once more, in other words than the rules', whether the door is open."""
        who, body = command.who, command.body
        if is_distress(body):
            return True
        forced = bool(command.forced.strip()) and type(body) in LIFE_SAVING and who.role not in MACHINE_ROLES
        if who.role in MACHINE_ROLES:
            keeps = type(body) in (a.AddAccount, a.ChangeAccount, a.DisableAccount, a.EnableAccount, a.SetPassword)
            first = type(body) is a.AddFirstAdministrator
            known = who.actor in state.accounts
            return not known and may(who.role, type(body)) and (who.actor == "console" or not (keeps or first))
        if isinstance(body, a.SignIn):
            return may(who.role, a.SignIn)
        session = state.sessions.get(who.seat)
        sits = session is not None and (session.account_id, session.role, session.department) == (
            who.actor,
            who.role,
            who.department,
        )
        is_free = session is not None and (not session.is_locked or isinstance(body, a.UnlockSeat))
        return sits and is_free and (may(who.role, type(body)) or forced)

    def ask(self, body: Body, data: st.DataObject, who: Who | None = None, forced: str = "") -> None:
        self.now += timedelta(seconds=data.draw(st.sampled_from([0, 1, 100, 1000]), "seconds later"))
        engine = data.draw(st.sampled_from(self.seats), "engine")
        command = Command(
            f"command {len(self.asked)}", self.now, who or self.somebody(data), body, engine.state.sequence, forced
        )
        if self.asked and data.draw(st.sampled_from([True, *[False] * 9]), "again"):
            command = data.draw(st.sampled_from(self.asked), "that was asked before")
        self.asked.append(command)
        engine.catch_up()
        before, head = engine.state, self.log.head
        is_open = self.is_let_in(before, command)
        was_asked = command in self.asked[:-1]
        try:
            entry = engine.do(command)
        except Refused as refused:
            assert not is_distress(command.body)
            assert is_open or refused.code in PERMISSION_CODES
            written = list(self.log.read(head))
            if refused.code not in PERMISSION_CODES:
                assert not written and engine.state is before
                return
            assert len(written) == 1 or (was_asked and not written)
            for one in written:
                assert [type(event) for event in one.events] == [PermissionRefused]
                assert engine.state.sessions == before.sessions and engine.state.accounts == before.accounts
            return
        assert is_open or command.id in before.answered
        new = self.log.head > head
        assert new == (entry is not None and command.id not in before.answered)
        self.fires += new and isinstance(command.body, c.ReportIncident)

    @rule(data=st.data(), name=names, role=roles, seat=seats)
    def sign_in(self, data, name, role, seat):
        account = self.seats[0].state.accounts.get(name)
        department = account.department if account is not None else ""
        if account is not None and data.draw(st.sampled_from([True, True, True, False]), "a role of theirs"):
            role = data.draw(st.sampled_from(account.roles))
        self.ask(a.SignIn(name, role), data, Who(name, role, department, seat))

    @rule(data=st.data(), body=st.sampled_from([a.SignOut(), a.LockSeat(), a.LockSeat(), a.UnlockSeat(), c.Tick()]))
    def session_button(self, data, body):
        self.ask(body, data)

    @rule(data=st.data(), name=names)
    def fail(self, data, name):
        self.ask(a.ReportFailedSignIn(name), data, PROGRAM)

    @rule(data=st.data(), name=names, held=role_sets, department=departments, secret=secrets)
    def add(self, data, name, held, department, secret):
        self.ask(a.AddAccount(name, "N", held, department, secret), data)
        self.ask(a.AddFirstAdministrator(name, "N", held), data)

    @rule(data=st.data(), name=names, held=role_sets, department=departments)
    def change(self, data, name, held, department):
        self.ask(a.ChangeAccount(name, "N", held, department), data)

    @rule(data=st.data(), name=names, reason=reasons)
    def disable(self, data, name, reason):
        self.ask(a.DisableAccount(name, reason), data)

    @rule(data=st.data(), name=names)
    def enable(self, data, name):
        self.ask(a.EnableAccount(name), data)

    @rule(data=st.data(), name=names, secret=secrets)
    def set_password(self, data, name, secret):
        self.ask(a.SetPassword(name, secret), data)

    @rule(data=st.data(), reason=reasons)
    def report_fire(self, data, reason):
        self.ask(FIRE, data, forced=reason)

    @rule(data=st.data(), number=st.integers(0, 40))
    def acknowledge(self, data, number):
        open_ones = sorted(self.seats[0].state.broken_glass)
        if open_ones and data.draw(st.booleans()):
            number = open_ones[number % len(open_ones)]
        self.ask(a.AcknowledgeGlass(number), data)

    @rule(data=st.data(), notes=reasons, to=names)
    def hand_over(self, data, notes, to):
        self.ask(a.HandOver(notes, to), data)

    @rule(data=st.data(), unit=st.sampled_from(["E1", "X9"]))
    def distress(self, data, unit):
        self.ask(c.RaiseSignal(unit, Signal.DISTRESS), data)

    @invariant()
    def somebody_can_administer(self) -> None:
        if self.asked:
            assert has_administrator(self.seats[0].state)

    @invariant()
    def who_sits_somewhere_may(self) -> None:
        state = self.seats[0].state
        for seat, session in state.sessions.items():
            account = state.accounts[session.account_id]
            assert seat == session.seat and session.role in account.roles and not account.is_disabled
            assert session.department == account.department and account.secret_id

    @invariant()
    def every_sign_in_and_every_broken_glass_is_in_the_log(self) -> None:
        state = fold(State(), self.log.read())
        broken, seen = set(), set()
        for entry in self.log.read():
            for event in entry.events:
                if isinstance(event, GlassBroken):
                    assert event.reason.strip() and not may(entry.role, c.ReportIncident)
                    broken.add(entry.sequence)
                elif isinstance(event, GlassAcknowledged):
                    seen.add(event.sequence)
                elif isinstance(event, SignedIn):
                    assert entry.actor == event.account_id and entry.role == event.role
        assert broken - seen == set(state.broken_glass)
        assert len(state.incidents) == self.fires
        assert decode_state(encode_state(state)) == state == decode_state(encode_state(state, file_from=1, file_more=1))
        for engine in self.seats:
            engine.catch_up()
            assert engine.state == state


AnyAccountButton.TestCase.settings = settings(
    max_examples=int(os.environ.get("OPSROOM_MACHINE_EXAMPLES", "30")),
    stateful_step_count=50,
    deadline=None,
    derandomize="OPSROOM_MACHINE_EXAMPLES" not in os.environ,
    suppress_health_check=list(HealthCheck),
    database=None,
)
TestAnyAccountButton = AnyAccountButton.TestCase
