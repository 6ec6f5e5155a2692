"""The town with accounts: somebody of each role, signed in at a seat of their own, and two officers."""

from __future__ import annotations

from dataclasses import replace

from dispatch import account_commands as a
from dispatch.account import ACCOUNT_ROLES, OFFICER, Account, Session
from dispatch.commands import Who
from tests.dispatch.case_town import CaseStory

CONSOLE = Who("console", "system", "", "console")
PROGRAM = Who("opsroom", "system", "", "seat-root")
ROOT = Who("root", "administrator", "", "seat-root")
SECRET, OTHER_SECRET = "a" * 64, "b" * 64
# One person a role; the officer answers for urban management, another one for the water works.
PEOPLE = {
    role: Who(f"{role.replace('_', '-')}-1", role, "urban" if role == OFFICER else "", f"seat-{role}")
    for role in ACCOUNT_ROLES
}
WATER = Who("water-1", OFFICER, "water", "seat-water")
SECOND_SUPERVISOR = Who("supervisor-2", "supervisor", "", "seat-supervisor-2")
EVERYBODY = (*PEOPLE.values(), WATER, SECOND_SUPERVISOR)


class AccountStory(CaseStory):
    """A log of the town told by hand, in which nobody is believed any more once `open_accounts` was called."""

    def open_accounts(self) -> None:
        """Make an administrator, by them everybody else, and sign all of them in."""
        self.do(a.AddFirstAdministrator("root", "Root", secret_id=SECRET), who=CONSOLE)
        self.sign_in(ROOT)
        for who in EVERYBODY:
            self.add(who)
            self.sign_in(who)

    def add(self, who: Who, *more: str) -> None:
        """Make an account with the role of somebody, and more."""
        roles = tuple(dict.fromkeys((who.role, *more)))
        self.do(a.AddAccount(who.actor, who.actor.title(), roles, who.department, SECRET), who=ROOT)

    def sign_in(self, who: Who, **at: object) -> None:
        self.do(a.SignIn(who.actor, who.role), who=who, **at)  # type: ignore[arg-type]

    def account(self, account_id: str) -> Account:
        return self.state.accounts[account_id]

    def session(self, who: Who) -> Session | None:
        return self.state.sessions.get(who.seat)


def as_role(who: Who, role: str) -> Who:
    """Return the same person who claims another role."""
    return replace(who, role=role)
