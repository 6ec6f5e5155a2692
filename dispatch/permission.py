"""What a permission's refusal is, other than a rule's, and how the log keeps it."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from datetime import UTC, datetime

from dispatch.account_events import PermissionRefused
from dispatch.commands import Command
from dispatch.events import Entry
from dispatch.refused import Refused
from dispatch.state import State

# Refusals that hang on who asks, and not on what is asked.
PERMISSION_CODES = frozenset(
    {
        "not_allowed",
        "not_own_department",
        "not_own_account",
        "not_signed_in",
        "seat_locked",
        "role_not_held",
        "role_not_live",
        "department_not_held",
        "account_disabled",
        "account_locked",
        "not_the_holder",
        "may_not_suspend",
        "handlers_do_not_judge",
        "judges_do_not_handle",
        "department_judges_itself",
        "extension_by_own_role",
        "read_by_the_same",
        "glass_by_the_same",
        "not_own_duty",
        "not_addressed",
        "department_confirms_itself",
        "worker_confirms_itself",
        "answers_for_itself",
        "not_in_charge",
        "hand_over_not_yours",
        "queue_not_yours",
    }
)
REFUSED_ID = "refused:"
LONGEST_WORD = 200


def refusal_id(command_id: str) -> str:
    """Return the id under which a command's refusal is kept; no command may bear one (`decide`)."""
    return REFUSED_ID + hashlib.sha256(command_id.encode("utf-8", "replace")).hexdigest()


def is_kept(state: State, refused: Refused) -> bool:
    """Tell whether a refusal becomes an entry: a permission's, in a log that knows who is who."""
    return refused.code in PERMISSION_CODES and len(state.accounts) > 0


def refusal_entry(state: State, command: Command, refused: Refused, *, now: datetime) -> Entry:
    """Return the entry that keeps a refusal, everything in it cut short: nobody has looked at the command's texts."""
    who = command.who
    told = tuple((name, _cut(_text(value))) for name, value in refused.parameters.items())
    return Entry(
        sequence=state.sequence + 1,
        command_id=refusal_id(command.id),
        occurred_at=command.at.astimezone(UTC) if command.at.tzinfo else now,
        recorded_at=now,
        actor=_cut(who.actor),
        role=_cut(who.role),
        department=_cut(who.department),
        seat=_cut(who.seat),
        events=(PermissionRefused(type(command.body).__name__, refused.code, _cut(who.role), told),),
    )


def refused_before(entry: Entry | None) -> Refused | None:
    """Return the refusal that an entry keeps, None where it keeps none."""
    events: Iterable[object] = entry.events if entry is not None else ()
    for event in events:
        if isinstance(event, PermissionRefused):
            return Refused(event.code, **dict(event.parameters))
    return None


def _cut(text: str) -> str:
    return text[:LONGEST_WORD]


def _text(value: object) -> str:
    return ", ".join(str(each) for each in value) if isinstance(value, tuple) else str(value)
