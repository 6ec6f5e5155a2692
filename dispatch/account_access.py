"""Who may do what with accounts and sessions: roles and commands as data. `access` asks it at the door."""

from __future__ import annotations

from dispatch import account_commands as c
from dispatch.account import ACCOUNT_ROLES, ADMINISTRATOR

# What everybody with an account does with their own session and password.
_OWN = frozenset(
    {c.SignIn, c.SignOut, c.LockSeat, c.UnlockSeat, c.HandOver, c.SetPassword, c.RecordExport},
)
# What makes, changes and stops accounts. Of machines only the console does this.
KEEPING = frozenset({c.AddFirstAdministrator, c.AddAccount, c.ChangeAccount, c.DisableAccount, c.EnableAccount})
CONSOLE_ONLY = KEEPING | {c.SetPassword}
_SEEING_GLASS = frozenset({c.AcknowledgeGlass})

MAY_ACCOUNTS: dict[str, frozenset[type]] = {
    **dict.fromkeys(ACCOUNT_ROLES, _OWN),
    "supervisor": _OWN | _SEEING_GLASS,
    "trainer": _OWN | _SEEING_GLASS,
    ADMINISTRATOR: _OWN | KEEPING | _SEEING_GLASS,
    "system": CONSOLE_ONLY | {c.ReportFailedSignIn, c.LockSeat, c.SignOut, c.RecordExport},
}
