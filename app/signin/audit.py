"""Who signed in, failed to, was refused, forced, exported or changed accounts: read from the log."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import get_args

from app.wording import label, listed, one_line, sentence, text
from app.wording.durations import clock
from dispatch import account_events as e
from dispatch.events import Entry

LAST_ENTRIES = 50_000
MOST_LINES = 2_000
# What a person looks for, and which events that is.
GROUPS: dict[str, tuple[type, ...]] = {
    "all": get_args(e.AccountEvent),
    "sign_ins": (e.SignedIn, e.SignInFailed, e.SessionEnded, e.AccountLocked, e.SeatLocked, e.SeatUnlocked),
    "failed": (e.SignInFailed, e.AccountLocked),
    "refused": (e.PermissionRefused,),
    "forced": (e.GlassBroken, e.GlassAcknowledged),
    "exports": (e.Exported,),
    "accounts": (e.AccountAdded, e.AccountChanged, e.AccountDisabled, e.AccountEnabled, e.PasswordSet, e.AccountLocked),
}
SERIOUS = (e.SignInFailed, e.AccountLocked, e.PermissionRefused, e.GlassBroken)

_KEYS: dict[type, str] = {
    e.AccountAdded: "signin.audit_AccountAdded",
    e.AccountChanged: "signin.audit_AccountChanged",
    e.AccountDisabled: "signin.audit_AccountDisabled",
    e.AccountEnabled: "signin.audit_AccountEnabled",
    e.AccountLocked: "signin.audit_AccountLocked",
    e.PasswordSet: "signin.audit_PasswordSet",
    e.SignedIn: "signin.audit_SignedIn",
    e.SignInFailed: "signin.audit_SignInFailed",
    e.SessionEnded: "signin.audit_SessionEnded",
    e.SeatLocked: "signin.audit_SeatLocked",
    e.SeatUnlocked: "signin.audit_SeatUnlocked",
    e.ShiftHandedOver: "signin.audit_ShiftHandedOver",
    e.Exported: "signin.audit_Exported",
    e.PermissionRefused: "signin.audit_PermissionRefused",
    e.GlassBroken: "signin.audit_GlassBroken",
    e.GlassAcknowledged: "signin.audit_GlassAcknowledged",
}


@dataclass(frozen=True, slots=True)
class AuditLine:
    """One event with who made it; `about` is the account it concerns, empty where it concerns none but theirs."""

    sequence: int
    at: datetime
    actor: str
    role: str
    seat: str
    event: object

    @property
    def about(self) -> str:
        """Return the account that it concerns."""
        return str(getattr(self.event, "account_id", ""))

    @property
    def is_serious(self) -> bool:
        """Tell whether a supervisor should look twice."""
        return isinstance(self.event, SERIOUS)


def audit_lines(entries: Iterable[Entry]) -> list[AuditLine]:
    """Return what concerns accounts, sessions and permissions, the newest first."""
    kinds = GROUPS["all"]
    found = [
        AuditLine(entry.sequence, entry.occurred_at, entry.actor, entry.role, entry.seat, event)
        for entry in entries
        for event in entry.events
        if isinstance(event, kinds)
    ]
    return found[: -MOST_LINES - 1 : -1]


def wanted(lines: Iterable[AuditLine], *, person: str = "", group: str = "all") -> list[AuditLine]:
    """Return the lines of a group that a person made or that concern them; empty: of everybody."""
    kinds = GROUPS[group]
    return [
        line for line in lines if isinstance(line.event, kinds) and (not person or person in (line.actor, line.about))
    ]


def words_of(line: AuditLine, language: str, zone: str) -> str:
    """Say what happened."""
    event = line.event
    key = _KEYS[type(event)]
    if isinstance(event, e.PermissionRefused):
        why = sentence(event.code, event.parameters, language, zone=zone)
        return text(key, language, command=label("command", event.command, language), why=one_line(why, 200))
    values: dict[str, object] = {"name": one_line(line.about, 60)}
    values["what"] = label("export", getattr(event, "what", ""), language)
    for part in ("detail", "reason", "text", "sequence", "notes", "seat", "to"):
        found = getattr(event, part, "")
        values[part] = one_line(found, 120) if found != "" else ""
    for part, group in (("role", "role"), ("command", "command"), ("why", "session_end")):
        code = getattr(event, part, "")
        values[part] = label(group, code, language) if code else ""
    values["roles"] = listed((label("role", role, language) for role in getattr(event, "roles", ())), language)
    until = getattr(event, "until", None)
    values["when"] = clock(until, zone) if until is not None else ""
    return text(key, language, **values)
