"""Who works here: accounts, who sits signed in at which seat, and what is remembered of shifts and broken glass."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

ADMINISTRATOR, OFFICER, TRAINER = "administrator", "department_officer", "trainer"
ACCOUNT_ROLES = (
    "operator",
    "dispatcher",
    "coordinator",
    "supervisor",
    OFFICER,
    "collector",
    "checker",
    "acceptor",
    TRAINER,
    ADMINISTRATOR,
    "observer",
)
# What is no person: clocks and feeds, simulated crews and checkers. Nobody signs in as one of these.
MACHINE_ROLES = frozenset({"system", "crew"})
# The command line, which whoever administers the machine uses: see `app.cli.user`.
CONSOLE = "console"
RESERVED_IDS = frozenset({CONSOLE, "opsroom", "clock", "policy"}) | MACHINE_ROLES

MOST_FAILURES = 5
FAILURES_WITHIN = timedelta(minutes=15)
LOCKED_FOR = timedelta(minutes=15)
MOST_HAND_OVERS = 50

# Why somebody is no longer signed in.
SIGNED_OUT, TAKEN_OVER, DISABLED, CHANGED, NEW_PASSWORD = (
    "signed_out",
    "taken_over",
    "disabled",
    "changed",
    "new_password",
)
SESSION_ENDS = (SIGNED_OUT, TAKEN_OVER, DISABLED, CHANGED, NEW_PASSWORD)


@dataclass(frozen=True, slots=True)
class Account:
    """Say who may sign in, in which roles, for which department (empty: none).

    `secret_id` names the password's hash by its content; the hash itself lies beside the log (`account_secrets`).
    `failed_at` are failures since the last sign-in or lock; `locked_until` may lie in the past. `must_change`: somebody
    else knows the password, and the desk asks for another one first. The rules refuse nothing for it: a life may hang
    on what is asked meanwhile.
    """

    id: str
    name: str
    roles: tuple[str, ...]
    department: str = ""
    is_disabled: bool = False
    is_demo: bool = False
    created_at: datetime | None = None
    secret_id: str = ""
    password_set_at: datetime | None = None
    failed_at: tuple[datetime, ...] = ()
    locked_until: datetime | None = None
    disabled_reason: str = ""
    last_signed_in_at: datetime | None = None
    last_seat: str = ""
    must_change: bool = False

    @property
    def failures(self) -> int:
        """Count failures since the last sign-in or lock."""
        return len(self.failed_at)

    def is_locked(self, at: datetime) -> bool:
        """Tell whether too many failures bar it at an instant."""
        return self.locked_until is not None and at < self.locked_until


@dataclass(frozen=True, slots=True)
class Session:
    """Say who sits signed in at a seat, in which role. A locked one may do nothing but unlock."""

    account_id: str
    role: str
    department: str
    seat: str
    signed_in_at: datetime
    is_locked: bool = False
    locked_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class HandedOver:
    """Keep what one shift told the next; `to` is an account's id, empty for whoever comes."""

    sequence: int
    account_id: str
    role: str
    seat: str
    at: datetime
    notes: str
    to: str = ""


@dataclass(frozen=True, slots=True)
class BrokenGlass:
    """Keep who forced which life-saving command and why, until a supervisor has seen it."""

    sequence: int
    command: str
    account_id: str
    role: str
    department: str
    seat: str
    at: datetime
    reason: str
