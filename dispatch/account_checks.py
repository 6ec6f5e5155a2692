"""What is asked of accounts in the same way: which there are, who can administer, what names one."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

from dispatch.account import ADMINISTRATOR, Account
from dispatch.refused import Refused
from dispatch.state import State

LONGEST_ACCOUNT_ID = 40
_ACCOUNT_ID = re.compile(r"[^\W_][\w.-]*")


def account_of(state: State, account_id: str) -> Account:
    """Return an account; raise Refused `account_unknown`."""
    account = state.accounts.get(account_id)
    if account is None:
        raise Refused("account_unknown", account_id=account_id)
    return account


def has_administrator(state: State) -> bool:
    """Tell whether anybody can administer: until then the first start makes one."""
    return any(True for _ in administrators(state))


def is_account_id(account_id: str) -> bool:
    """Tell whether this can name an account: small letters of any script and digits, `.`, `-` and `_` inside."""
    usual = unicodedata.normalize("NFKC", account_id).casefold()
    return account_id == usual and len(usual) <= LONGEST_ACCOUNT_ID and _ACCOUNT_ID.fullmatch(usual) is not None


def administrators(state: State) -> Iterator[Account]:
    """Yield who can sign in and administer; a lock after failures passes."""
    for account in state.accounts.values():
        if ADMINISTRATOR in account.roles and not account.is_disabled and account.secret_id:
            yield account
