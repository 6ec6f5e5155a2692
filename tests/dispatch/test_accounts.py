"""Accounts and sessions: what is refused, what ends a session, what locks, and what a log without accounts does."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from dispatch import account_commands as a
from dispatch import account_events as e
from dispatch import commands as c
from dispatch.account import ACCOUNT_ROLES, LOCKED_FOR, MACHINE_ROLES, MOST_FAILURES, MOST_HAND_OVERS
from dispatch.account_checks import has_administrator, is_account_id
from dispatch.checkpoint import decode_state, encode_state
from dispatch.permission import PERMISSION_CODES
from resources.status import Signal
from tests.dispatch.account_refusals import FIRE, OPERATOR, ROWS, SUPERVISOR
from tests.dispatch.account_town import (
    CONSOLE,
    OTHER_SECRET,
    PEOPLE,
    PROGRAM,
    ROOT,
    SECRET,
    WATER,
    AccountStory,
    as_role,
)
from tests.dispatch.town import START, at


@pytest.fixture
def story() -> AccountStory:
    story = AccountStory()
    story.open_accounts()
    return story


@pytest.mark.parametrize("code", ROWS)
def test_the_rules_say_no_and_what_one_needs_to_know(code: str) -> None:
    given, asked, who, parameters = ROWS[code]
    story = AccountStory()
    given(story)
    refused = story.refuses(asked, who=who)
    assert refused.code == code
    assert parameters.items() <= refused.parameters.items()


def test_before_there_are_accounts_every_role_is_believed() -> None:
    story = AccountStory()
    assert not has_administrator(story.state)
    assert story.do(FIRE, who=c.Who("anybody"))


def test_the_first_account_is_an_administrators_and_there_is_one_first() -> None:
    story = AccountStory()
    plain = a.AddFirstAdministrator("root", "Root", ("operator",), secret_id=SECRET)
    assert story.refuses(plain, who=CONSOLE).code == "first_is_administrator"
    story.do(replace(plain, roles=("administrator", "operator")), who=CONSOLE)
    assert has_administrator(story.state)
    assert story.refuses(a.AddFirstAdministrator("two", "Two"), who=CONSOLE).code == "accounts_exist"
    assert story.refuses(FIRE, who=c.Who("anybody")).code == "not_signed_in"


def test_a_machine_is_nobody_and_nobody_is_a_machine(story: AccountStory) -> None:
    assert story.do(FIRE, who=c.Who("feed", "system", "", "feed"))
    for role in sorted(MACHINE_ROLES):
        assert story.refuses(FIRE, who=as_role(OPERATOR, role)).code == "role_not_held"
        wrong = a.AddAccount("x-1", "X", (role,))
        assert story.refuses(wrong, who=ROOT).code == "choice_unknown"
        assert role not in ACCOUNT_ROLES
    for body in (a.AddAccount("x-1", "X", ("administrator",)), a.SetPassword("root", OTHER_SECRET)):
        assert story.refuses(body, who=c.Who("feed", "system", "", "feed")).code == "not_allowed"
        assert story.decide(body, who=CONSOLE)


@pytest.mark.parametrize("role", [*ACCOUNT_ROLES, "root", ""])
def test_no_role_can_be_forged_by_who_is_signed_in_in_another(story: AccountStory, role: str) -> None:
    if role != "operator":
        assert story.refuses(FIRE, who=as_role(OPERATOR, role)).code == "role_not_held"


def test_neither_another_seat_nor_another_name_helps(story: AccountStory) -> None:
    assert story.refuses(FIRE, who=replace(OPERATOR, seat=SUPERVISOR.seat)).code == "not_signed_in"
    assert story.refuses(FIRE, who=replace(OPERATOR, actor=SUPERVISOR.actor)).code == "not_signed_in"
    assert story.refuses(FIRE, who=replace(SUPERVISOR, seat=OPERATOR.seat)).code == "not_signed_in"


def test_one_signs_in_as_oneself_in_ones_own_roles(story: AccountStory) -> None:
    wrong = a.SignIn(OPERATOR.actor, "administrator")
    assert story.refuses(wrong, who=as_role(OPERATOR, "administrator")).code == "role_not_held"
    assert story.refuses(a.SignIn(OPERATOR.actor, "operator"), who=SUPERVISOR).code == "role_not_held"
    assert story.refuses(a.SignIn(OPERATOR.actor, "operator"), who=as_role(OPERATOR, "system")).code == "role_not_held"
    assert story.refuses(a.SignIn(WATER.actor, WATER.role), who=replace(WATER, department="urban")).code == (
        "department_not_held"
    )


def test_an_account_without_a_password_signs_nobody_in(story: AccountStory) -> None:
    story.do(a.AddAccount("new-1", "New", ("operator",)), who=ROOT)
    who = c.Who("new-1", "operator", "", "seat-9")
    assert story.refuses(a.SignIn("new-1", "operator"), who=who).code == "sign_in_failed"
    story.do(a.SetPassword("new-1", SECRET), who=ROOT)
    story.sign_in(who)
    assert story.do(FIRE, who=who)


def test_who_signs_in_where_somebody_sits_takes_the_seat(story: AccountStory) -> None:
    story.do(a.LockSeat(), who=OPERATOR)
    other = replace(SUPERVISOR, seat=OPERATOR.seat)
    events = story.do(a.SignIn(other.actor, other.role), who=other)
    assert events[0] == e.SessionEnded(OPERATOR.actor, OPERATOR.seat, "taken_over")
    assert story.do(FIRE, who=other)
    assert story.refuses(FIRE, who=OPERATOR).code == "not_signed_in"


class TestLockedSeat:
    def test_it_does_nothing_but_unlock(self, story: AccountStory) -> None:
        story.do(a.LockSeat(), who=OPERATOR, at=at(60))
        for body in (FIRE, a.SignOut(), a.HandOver("x"), a.SetPassword(OPERATOR.actor, OTHER_SECRET), c.Tick()):
            assert story.refuses(body, who=OPERATOR).code == "seat_locked"
        assert story.refuses(a.UnlockSeat(), who=replace(SUPERVISOR, seat=OPERATOR.seat)).code == "not_signed_in"
        story.do(a.UnlockSeat(), who=OPERATOR)
        assert story.do(FIRE, who=OPERATOR)

    def test_since_when_is_known_whatever_was_done_before(self, story: AccountStory) -> None:
        for seconds in (60, 120, 180):
            story.do(a.LockSeat(), who=OPERATOR, at=at(seconds))
            session = story.state.sessions[OPERATOR.seat]
            assert (session.is_locked, session.locked_at) == (True, at(seconds))
            story.do(a.UnlockSeat(), who=OPERATOR, at=at(seconds + 1))
            session = story.state.sessions[OPERATOR.seat]
            assert (session.is_locked, session.locked_at) == (False, None)
            story.do(a.HandOver(f"note {seconds}"), who=OPERATOR, at=at(seconds + 2))

    def test_distress_is_heard_from_it_and_time_goes_on(self, story: AccountStory) -> None:
        story.do(a.LockSeat(), who=OPERATOR)
        assert story.do(c.RaiseSignal("E1", Signal.DISTRESS), who=OPERATOR)
        story.decide(c.Tick(), who=replace(PROGRAM, seat=OPERATOR.seat))

    def test_the_program_locks_a_seat_that_was_left_and_nobody_else_does(self, story: AccountStory) -> None:
        assert story.do(a.LockSeat(), who=replace(PROGRAM, seat=OPERATOR.seat)) == (e.SeatLocked(OPERATOR.actor),)
        assert story.do(a.LockSeat(), who=replace(PROGRAM, seat=OPERATOR.seat)) == ()
        assert story.refuses(a.LockSeat(), who=replace(OPERATOR, seat=SUPERVISOR.seat)).code == "not_signed_in"

    def test_guessing_at_it_locks_the_account(self, story: AccountStory) -> None:
        story.do(a.LockSeat(), who=OPERATOR)
        for _ in range(MOST_FAILURES):
            story.do(a.ReportFailedSignIn(OPERATOR.actor), who=PROGRAM)
        assert story.refuses(a.UnlockSeat(), who=OPERATOR).code == "account_locked"
        assert story.do(a.UnlockSeat(), who=OPERATOR, at=START + LOCKED_FOR)


class TestFailures:
    def fail(self, story: AccountStory, times: int, *, start_s: float = 0, every_s: float = 1) -> None:
        for number in range(times):
            story.do(a.ReportFailedSignIn(OPERATOR.actor), who=PROGRAM, at=at(start_s + number * every_s))

    def test_five_lock_for_a_quarter_of_an_hour(self, story: AccountStory) -> None:
        self.fail(story, 4)
        assert story.account(OPERATOR.actor).failures == 4
        events = story.do(a.ReportFailedSignIn(OPERATOR.actor), who=PROGRAM, at=at(10))
        assert events[1] == e.AccountLocked(OPERATOR.actor, at(10) + LOCKED_FOR)
        late = at(10) + LOCKED_FOR
        assert story.refuses(a.SignIn(OPERATOR.actor, "operator"), who=OPERATOR, at=late - timedelta(seconds=1))
        story.sign_in(OPERATOR, at=late)

    def test_who_sits_there_already_goes_on(self, story: AccountStory) -> None:
        self.fail(story, 5)
        assert story.do(FIRE, who=OPERATOR, at=at(20))

    def test_trying_on_does_not_make_a_lock_longer_nor_the_next_one_sooner(self, story: AccountStory) -> None:
        self.fail(story, 5 + 20)
        account = story.account(OPERATOR.actor)
        assert (account.locked_until, account.failures) == (at(4) + LOCKED_FOR, 0)

    def test_old_failures_are_forgotten(self, story: AccountStory) -> None:
        self.fail(story, 12, every_s=300)
        assert story.account(OPERATOR.actor).locked_until is None

    def test_a_sign_in_and_an_administrator_begin_anew(self, story: AccountStory) -> None:
        self.fail(story, 4)
        story.sign_in(OPERATOR, at=at(10))
        self.fail(story, 4, start_s=20)
        assert story.account(OPERATOR.actor).locked_until is None
        self.fail(story, 1, start_s=30)
        assert story.account(OPERATOR.actor).is_locked(at(31))
        story.do(a.EnableAccount(OPERATOR.actor), who=ROOT)
        story.sign_in(OPERATOR, at=at(32))

    def test_what_was_typed_for_a_name_is_not_kept(self, story: AccountStory) -> None:
        assert story.do(a.ReportFailedSignIn("my secret password"), who=PROGRAM) == (e.SignInFailed(""),)

    def test_only_the_program_reports_them(self, story: AccountStory) -> None:
        assert story.refuses(a.ReportFailedSignIn("root"), who=OPERATOR).code == "not_allowed"


class TestChanges:
    def test_a_disabled_account_is_out_at_once(self, story: AccountStory) -> None:
        events = story.do(a.DisableAccount(OPERATOR.actor, "left"), who=ROOT)
        assert events[1:] == (e.SessionEnded(OPERATOR.actor, OPERATOR.seat, "disabled"),)
        assert story.refuses(FIRE, who=OPERATOR).code == "account_disabled"
        assert story.refuses(a.SignIn(OPERATOR.actor, "operator"), who=OPERATOR).code == "account_disabled"
        story.do(a.EnableAccount(OPERATOR.actor), who=ROOT)
        assert story.refuses(FIRE, who=OPERATOR).code == "not_signed_in"
        story.sign_in(OPERATOR)

    def test_who_loses_the_role_or_the_department_signs_in_again(self, story: AccountStory) -> None:
        more = a.ChangeAccount(OPERATOR.actor, "Olga", ("operator", "dispatcher"))
        story.do(more, who=ROOT)
        assert story.session(OPERATOR) is not None and story.account(OPERATOR.actor).name == "Olga"
        assert story.do(more, who=ROOT) == ()
        story.do(replace(more, roles=("dispatcher",)), who=ROOT)
        assert story.session(OPERATOR) is None
        story.do(a.ChangeAccount(WATER.actor, "W", (WATER.role,), "urban"), who=ROOT)
        assert story.refuses(c.Tick(), who=WATER).code == "not_signed_in"

    def test_a_new_password_by_another_signs_out_everywhere_and_ones_own_elsewhere(self, story: AccountStory) -> None:
        second = replace(OPERATOR, seat="seat-other")
        story.sign_in(second)
        story.do(a.SetPassword(OPERATOR.actor, OTHER_SECRET), who=OPERATOR)
        assert story.session(OPERATOR) is not None and story.session(second) is None
        story.do(a.SetPassword(OPERATOR.actor, SECRET), who=ROOT)
        assert story.session(OPERATOR) is None

    @pytest.mark.parametrize(
        "body",
        [
            a.DisableAccount("root", "x"),
            a.ChangeAccount("root", "Root", ("operator",)),
        ],
    )
    def test_the_last_administrator_stays(self, story: AccountStory, body: c.Body) -> None:
        story.do(a.AddAccount("asleep", "No password", ("administrator",)), who=ROOT)
        assert story.decide(body, who=ROOT)
        story.do(a.DisableAccount("administrator-1", "left"), who=ROOT)
        for who in (ROOT, CONSOLE):
            assert story.refuses(body, who=who).code == "last_administrator"
        story.do(a.EnableAccount("administrator-1"), who=ROOT)
        assert story.decide(body, who=ROOT)

    def test_no_record_of_a_log_holds_a_hash(self, story: AccountStory) -> None:
        hashed = "$argon2id$v=19$m=65536,t=3,p=4$pIy1trkI2kDGRQGXLJETWw$h0"
        for body in (a.SetPassword("root", hashed), a.AddAccount("n-1", "N", ("operator",), "", hashed)):
            assert story.refuses(body, who=ROOT).code == "secret_unnamed"


def test_a_shift_is_handed_over_in_words(story: AccountStory) -> None:
    assert story.refuses(a.HandOver(" "), who=OPERATOR).code == "text_missing"
    assert story.refuses(a.HandOver("x", "nobody"), who=OPERATOR).code == "account_unknown"
    for number in range(MOST_HAND_OVERS + 3):
        story.do(a.HandOver(f"shift {number}", SUPERVISOR.actor), who=OPERATOR)
    assert len(story.state.hand_overs) == MOST_HAND_OVERS
    last = story.state.hand_overs[-1]
    assert (last.notes, last.to, last.account_id) == (f"shift {MOST_HAND_OVERS + 2}", SUPERVISOR.actor, OPERATOR.actor)


def test_an_export_is_an_entry(story: AccountStory) -> None:
    assert story.do(a.RecordExport("report", "March"), who=SUPERVISOR) == (e.Exported("report", "March"),)


@pytest.mark.parametrize("name", ["anna", "a.b-c_d", "张伟", "x" * 40, "9-1"])
def test_these_name_an_account(name: str) -> None:
    assert is_account_id(name)


@pytest.mark.parametrize(
    "name", ["", "Anna", "a b", "-a", "x" * 41, "a\n", "a\u202eb", "ａ", "../a", "<b>", "\ud800", "a\0"]
)
def test_these_do_not(name: str) -> None:
    assert not is_account_id(name)


def test_the_state_with_accounts_comes_back_from_a_checkpoint(story: AccountStory) -> None:
    story.do(a.LockSeat(), who=OPERATOR)
    story.do(a.ReportFailedSignIn(OPERATOR.actor), who=PROGRAM)
    story.do(a.HandOver("x"), who=SUPERVISOR)
    assert decode_state(encode_state(story.state)) == story.state


def test_whoever_handled_does_not_judge_in_another_role_either(story: AccountStory) -> None:
    from dispatch import case_commands as k
    from dispatch.case import CaseStage
    from tests.dispatch.case_town import photo

    story = AccountStory()
    story.report("rubbish")
    story.walk(CaseStage.HANDLE)
    story.open_accounts()
    both = c.Who("both-1", "department_officer", "urban", "seat-both")
    story.add(both, "checker", "supervisor", "dispatcher")
    story.sign_in(both)
    story.do(k.ReportHandled(1, (photo(),)), who=both)
    story.do(k.PassOnFeedback(1), who=PEOPLE["dispatcher"])
    for role in ("checker", "supervisor"):
        again = replace(both, role=role, seat=f"seat-{role}-both")
        story.sign_in(again)
        refused = story.refuses(k.ReportCheck(1, "passed"), who=again)
        assert refused.code == "handlers_do_not_judge" and refused.code in PERMISSION_CODES
    assert story.do(k.ReportCheck(1, "passed"), who=PEOPLE["checker"])
