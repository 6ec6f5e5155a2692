"""Hashes of passwords: kept beside the log, outside its chain, under a name that the log holds.

The name is the SHA-256 of the hash, which carries a random salt: nobody who has the log alone can guess a password
by it, and a hash that somebody else puts into the table is not the one that the log names.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

TABLE = """CREATE TABLE IF NOT EXISTS secrets (
    secret_id TEXT NOT NULL PRIMARY KEY,
    account_id TEXT NOT NULL,
    hash TEXT NOT NULL,
    changed_at TEXT NOT NULL
)"""
SAVE = """INSERT INTO secrets (secret_id, account_id, hash, changed_at) VALUES (?, ?, ?, ?)
    ON CONFLICT (secret_id) DO NOTHING"""
FIND = "SELECT secret_id, account_id, hash, changed_at FROM secrets WHERE secret_id = ?"
ERASE = "DELETE FROM secrets WHERE secret_id = ? RETURNING secret_id"


@dataclass(frozen=True, slots=True)
class Secret:
    """Hold the hash of an account's password (argon2id, in its usual text); `changed_at` is ISO 8601, UTC."""

    id: str
    account_id: str
    hash: str
    changed_at: str

    def is_whole(self) -> bool:
        """Tell whether the hash is the one that its name stands for."""
        return name_of(self.hash) == self.id


def name_of(hashed: str) -> str:
    """Return the name of a hash: SHA-256, hexadecimal."""
    return hashlib.sha256(hashed.encode()).hexdigest()
