"""Passwords: what is too weak, how one is hashed (argon2id, RFC 9106), and how one is held against its hash.

A check takes about a tenth of a second on purpose: callers do it in a job, never in the window's thread.
"""

from __future__ import annotations

import unicodedata
from datetime import UTC, datetime

import argon2

from dispatch.account_secrets import Secret, name_of
from dispatch.refused import Refused

LEAST_CHARACTERS = 10
MOST_CHARACTERS = 200
FEWEST_DIFFERENT = 4
# Beginnings of what is tried first, without figures and signs at either end; figures alone are looked for as runs.
COMMON = frozenset(
    {
        "password", "passwort", "passw0rd", "p@ssword", "p@ssw0rd", "qwerty", "qwertyuiop", "qwertz", "azerty",
        "asdfghjkl", "zxcvbnm", "qazwsx", "qazwsxedc", "1q2w3e4r", "1qaz2wsx", "q1w2e3r4", "iloveyou", "letmein",
        "welcome", "admin", "administrator", "dispatch", "dispatcher", "opsroom", "operator", "supervisor",
        "changeme", "secret", "monkey", "dragon", "football", "baseball", "princess", "sunshine", "superman",
        "trustno", "whatever", "woaini", "mima", "mimashi", "nihao", "zhongguo", "beijing", "emergency", "firebrigade",
    }
)  # fmt: skip
_RUNS = ("01234567890123456789", "98765432109876543210", "abcdefghijklmnopqrstuvwxyz", "5201314", "1314520")

HASHER = argon2.PasswordHasher()


def check_password(password: str, *, account_id: str, name: str = "") -> None:
    """Raise Refused (`password_short`, `_long`, `_is_name`, `_common`) where a password is too weak."""
    plain = _usual(password)
    if len(plain) < LEAST_CHARACTERS:
        raise Refused("password_short", length=len(plain), least=LEAST_CHARACTERS)
    if len(plain) > MOST_CHARACTERS:
        raise Refused("password_long", length=len(plain), most=MOST_CHARACTERS)
    bare = _bare(plain)
    names = {_bare(each) for each in (account_id, name, *name.split()) if each.strip()}
    if bare in names - {""} or plain.casefold() in {account_id.casefold(), name.casefold()}:
        raise Refused("password_is_name")
    if bare in COMMON or len(set(plain.casefold())) < FEWEST_DIFFERENT or _is_run(plain.casefold()):
        raise Refused("password_common")


def make_secret(account_id: str, password: str, at: datetime) -> Secret:
    """Hash a password under a fresh salt."""
    hashed = HASHER.hash(_usual(password))
    return Secret(name_of(hashed), account_id, hashed, at.astimezone(UTC).isoformat(timespec="seconds"))


def is_right(secret: Secret | None, password: str) -> bool:
    """Tell whether a password is the one of a secret; where there is none, take as long to say no."""
    known = secret if secret is not None and secret.is_whole() else None
    stand_in = _stand_in()  # made here, so that the first to ask is not answered later than others
    try:
        HASHER.verify(known.hash if known is not None else stand_in, _usual(password))
    except (argon2.exceptions.VerificationError, argon2.exceptions.InvalidHashError):
        return False
    return known is not None


def is_outdated(secret: Secret) -> bool:
    """Tell whether a hash was made with weaker parameters than those of today."""
    return HASHER.check_needs_rehash(secret.hash)


_stand_ins: dict[str, str] = {}


def _stand_in() -> str:
    """Return a hash of nothing in particular, made once with the parameters of today."""
    key = str(HASHER.time_cost * HASHER.memory_cost * HASHER.parallelism)
    if key not in _stand_ins:
        _stand_ins[key] = HASHER.hash("nobody's password")
    return _stand_ins[key]


def _usual(password: str) -> str:
    """Bring a password to one form, however it was typed (RFC 8265: NFC, and nothing else is changed)."""
    short = password[: 4 * MOST_CHARACTERS]
    return unicodedata.normalize("NFC", short.encode("utf-16", "surrogatepass").decode("utf-16", "replace"))


def _bare(text: str) -> str:
    """Take figures, spaces and signs off both ends."""
    low = text.casefold()
    return low.strip("".join(sign for sign in set(low) if not sign.isalpha()))


def _is_run(text: str) -> bool:
    """Tell whether a text is a run of figures or letters, or one short piece over and over."""
    if any(text in run for run in _RUNS):
        return True
    return any(text == (text[:size] * len(text))[: len(text)] for size in range(1, 5))
