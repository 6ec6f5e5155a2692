"""What has happened to accounts, sessions and permissions, in the past tense. The seat is the entry's."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TypeAlias


@dataclass(frozen=True, slots=True)
class AccountAdded:
    account_id: str
    name: str
    roles: tuple[str, ...]
    department: str = ""
    secret_id: str = ""
    is_demo: bool = False
    must_change: bool = False


@dataclass(frozen=True, slots=True)
class AccountChanged:
    account_id: str
    name: str
    roles: tuple[str, ...]
    department: str = ""


@dataclass(frozen=True, slots=True)
class AccountDisabled:
    account_id: str
    reason: str


@dataclass(frozen=True, slots=True)
class AccountEnabled:
    account_id: str


@dataclass(frozen=True, slots=True)
class AccountLocked:
    """Too many sign-ins failed: none is taken until then."""

    account_id: str
    until: datetime


@dataclass(frozen=True, slots=True)
class PasswordSet:
    """The password is another one; `secret_id` is the SHA-256 of its salted hash, from which nothing can be guessed.

    `must_change`: somebody else set it, and whoever signs in with it chooses another.
    """

    account_id: str
    secret_id: str
    must_change: bool = False


@dataclass(frozen=True, slots=True)
class SignedIn:
    account_id: str
    role: str
    department: str = ""


@dataclass(frozen=True, slots=True)
class SignInFailed:
    """Somebody could not sign in; empty where nobody is called so: what was typed may have been a password."""

    account_id: str


@dataclass(frozen=True, slots=True)
class SessionEnded:
    """Nobody is signed in at a seat any more; `why` is one of `account.SESSION_ENDS`."""

    account_id: str
    seat: str
    why: str


@dataclass(frozen=True, slots=True)
class SeatLocked:
    account_id: str


@dataclass(frozen=True, slots=True)
class SeatUnlocked:
    account_id: str


@dataclass(frozen=True, slots=True)
class ShiftHandedOver:
    notes: str
    to: str = ""


@dataclass(frozen=True, slots=True)
class Exported:
    what: str
    detail: str = ""


@dataclass(frozen=True, slots=True)
class PermissionRefused:
    """Somebody asked for what they may not do: the command's type, the code, the role, the parameters in words."""

    command: str
    code: str
    role: str
    parameters: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class GlassBroken:
    """The command of this entry was forced, with a reason, by a role that may not give it."""

    command: str
    role: str
    reason: str


@dataclass(frozen=True, slots=True)
class GlassAcknowledged:
    """A supervisor has seen what was forced in the entry `sequence`."""

    sequence: int
    text: str = ""


AccountEvent: TypeAlias = (
    AccountAdded
    | AccountChanged
    | AccountDisabled
    | AccountEnabled
    | AccountLocked
    | PasswordSet
    | SignedIn
    | SignInFailed
    | SessionEnded
    | SeatLocked
    | SeatUnlocked
    | ShiftHandedOver
    | Exported
    | PermissionRefused
    | GlassBroken
    | GlassAcknowledged
)
