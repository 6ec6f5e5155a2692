"""What may be asked about accounts, sessions and shifts, in the imperative."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias


@dataclass(frozen=True, slots=True)
class AddFirstAdministrator:
    """Make the account that all others come from; refused once there is any."""

    account_id: str
    name: str
    roles: tuple[str, ...] = ("administrator",)
    department: str = ""
    secret_id: str = ""
    is_demo: bool = False


@dataclass(frozen=True, slots=True)
class AddAccount:
    """Make an account; `secret_id` names its password's hash, empty where it gets one later."""

    account_id: str
    name: str
    roles: tuple[str, ...]
    department: str = ""
    secret_id: str = ""
    is_demo: bool = False


@dataclass(frozen=True, slots=True)
class ChangeAccount:
    """Give an account this name, these roles and this department, whatever it had."""

    account_id: str
    name: str
    roles: tuple[str, ...]
    department: str = ""


@dataclass(frozen=True, slots=True)
class DisableAccount:
    account_id: str
    reason: str


@dataclass(frozen=True, slots=True)
class EnableAccount:
    """Let an account sign in again that was disabled, or locked after failures."""

    account_id: str


@dataclass(frozen=True, slots=True)
class SetPassword:
    """Say that an account's password is the one whose hash is kept under `secret_id`; the hash is never in the log.

    `is_same`: the password is the one before, and only its hash was made anew.
    """

    account_id: str
    secret_id: str
    is_same: bool = False


@dataclass(frozen=True, slots=True)
class SignIn:
    """Sign in at the asker's seat; that the password was right is for `sign_in` to know, which alone asks this."""

    account_id: str
    role: str


@dataclass(frozen=True, slots=True)
class ReportFailedSignIn:
    """Say that somebody could not sign in, or unlock, at the asker's seat; the program asks this, never a person."""

    account_id: str


@dataclass(frozen=True, slots=True)
class SignOut:
    """End the session at the asker's seat."""


@dataclass(frozen=True, slots=True)
class LockSeat:
    """Block the keys of the asker's seat until whoever sits there gives the password again; nothing is hidden."""


@dataclass(frozen=True, slots=True)
class UnlockSeat:
    """Unlock the asker's seat; that the password was right is for `unlock` to know, which alone asks this."""


@dataclass(frozen=True, slots=True)
class HandOver:
    """Tell the next shift what it must know; `to` is an account's id, empty for whoever comes."""

    notes: str
    to: str = ""


@dataclass(frozen=True, slots=True)
class RecordExport:
    """Say that something leaves the program: what (a word), and more about it (which period, which file)."""

    what: str
    detail: str = ""


@dataclass(frozen=True, slots=True)
class AcknowledgeGlass:
    """Say that a supervisor has seen what was forced, in the entry `sequence`."""

    sequence: int
    text: str = ""


AccountBody: TypeAlias = (
    AddFirstAdministrator
    | AddAccount
    | ChangeAccount
    | DisableAccount
    | EnableAccount
    | SetPassword
    | SignIn
    | ReportFailedSignIn
    | SignOut
    | LockSeat
    | UnlockSeat
    | HandOver
    | RecordExport
    | AcknowledgeGlass
)
