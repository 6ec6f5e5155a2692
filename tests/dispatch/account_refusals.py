"""What the rules for accounts refuse, each code with a story in which it is the answer, and one of every command."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from dispatch import account_commands as a
from dispatch import commands as c
from dispatch.account import LOCKED_FOR, OFFICER
from dispatch.events import LogKind
from tests.dispatch.account_town import (
    CONSOLE,
    OTHER_SECRET,
    PEOPLE,
    PROGRAM,
    ROOT,
    SECRET,
    AccountStory,
    as_role,
)
from tests.dispatch.town import START, crossing

Given = Callable[[AccountStory], object]
OPERATOR, SUPERVISOR = PEOPLE["operator"], PEOPLE["supervisor"]
FIRE = c.ReportIncident("structure_fire", crossing(1, 1))


def _nothing(story: AccountStory) -> None:
    pass


def _open(*asked: tuple[c.Body, c.Who]) -> Given:
    def go(story: AccountStory) -> None:
        story.open_accounts()
        for body, who in asked:
            story.do(body, who=who)

    return go


def _live(story: AccountStory) -> None:
    story.open_accounts()
    story.state = replace(story.state, kind=LogKind.LIVE)


def _add(account_id: str = "new-1", **changes: object) -> a.AddAccount:
    return replace(a.AddAccount(account_id, "New", ("operator",), "", SECRET), **changes)  # type: ignore[arg-type]


_FAILED = ((a.ReportFailedSignIn(OPERATOR.actor), PROGRAM),) * 5
_DISABLED = (a.DisableAccount(OPERATOR.actor, "left"), ROOT)

# What was so, what is asked by whom, and parameters that the refusal must carry.
Row = tuple[Given, c.Body, c.Who, dict[str, object]]
ROWS: dict[str, Row] = {
    "not_signed_in": (_open((a.SignOut(), OPERATOR)), FIRE, OPERATOR, {"seat": OPERATOR.seat}),
    "seat_locked": (_open((a.LockSeat(), OPERATOR)), FIRE, OPERATOR, {"seat": OPERATOR.seat}),
    "role_not_held": (_open(), FIRE, as_role(OPERATOR, "administrator"), {"role": "administrator"}),
    "role_not_live": (_live, a.SignIn("trainer-1", "trainer"), PEOPLE["trainer"], {"role": "trainer"}),
    "department_not_held": (_open(), FIRE, replace(OPERATOR, department="fire"), {"department": "fire"}),
    "account_disabled": (_open(_DISABLED), FIRE, OPERATOR, {"reason": "left"}),
    "account_locked": (
        _open(*_FAILED),
        a.SignIn(OPERATOR.actor, "operator"),
        OPERATOR,
        {"until": START + LOCKED_FOR},
    ),
    "sign_in_failed": (_open(), a.SignIn("nobody", "operator"), c.Who("nobody"), {"most": 5, "minutes": 15}),
    "not_own_account": (_open(), a.SetPassword("root", OTHER_SECRET), OPERATOR, {"account_id": "root"}),
    "account_unknown": (_open(), a.EnableAccount("nobody"), ROOT, {"account_id": "nobody"}),
    "account_exists": (_open(), _add("root"), ROOT, {"account_id": "root"}),
    "account_id_taken": (_open(), _add("e1"), ROOT, {"account_id": "e1"}),
    "account_id_wrong": (_open(), _add("New One"), ROOT, {"limit": 40}),
    "accounts_exist": (_open(), a.AddFirstAdministrator("again", "Again"), CONSOLE, {"count": 14}),
    "first_is_administrator": (_nothing, _add(), CONSOLE, {}),
    "last_administrator": (
        _open((a.DisableAccount("administrator-1", "left"), ROOT)),
        a.DisableAccount("root", "me too"),
        ROOT,
        {"account_id": "root"},
    ),
    "officer_without_department": (_open(), _add(roles=(OFFICER,)), ROOT, {"role": OFFICER}),
    "demo_not_live": (_live, _add(is_demo=True), ROOT, {"account_id": "new-1"}),
    "secret_unnamed": (_open(), a.SetPassword("root", "$argon2id$v=19$..."), ROOT, {}),
    "glass_unknown": (_open(), a.AcknowledgeGlass(99_999), SUPERVISOR, {"sequence": 99_999}),
}
TESTED_APART = {
    "glass_by_the_same",
    "password_short",
    "password_long",
    "password_is_name",
    "password_common",
    "password_same",
}
ACCOUNT_CODES = ROWS.keys() | TESTED_APART

ONE_OF_EACH_ACCOUNT: dict[type, c.Body] = {
    type(body): body
    for body in (
        a.AddFirstAdministrator("root", "Root", secret_id=SECRET),
        _add(),
        a.ChangeAccount("operator-1", "O", ("operator", "dispatcher")),
        a.DisableAccount("operator-1", "left"),
        a.EnableAccount("operator-1"),
        a.SetPassword("operator-1", OTHER_SECRET),
        a.SignIn("operator-1", "operator"),
        a.ReportFailedSignIn("operator-1"),
        a.SignOut(),
        a.LockSeat(),
        a.UnlockSeat(),
        a.HandOver("the pump at the harbour is still running"),
        a.RecordExport("map", "a page"),
        a.AcknowledgeGlass(1),
    )
}
