"""Keyrings for tests: one that keeps in memory, and what else a machine may have."""

from __future__ import annotations

from keyring.backend import KeyringBackend
from keyring.backends.fail import Keyring as NoRing
from keyring.errors import KeyringLocked

__all__ = ["Forgetful", "Locked", "NoRing", "Ring"]


class Ring(KeyringBackend):
    """Keep passwords in memory; with a word, answer it for everybody."""

    priority = 1.0

    def __init__(self, word: str | None = None) -> None:
        super().__init__()
        self.kept: dict[tuple[str, str], str] = {}
        self._word = word

    def get_password(self, service: str, username: str) -> str | None:
        return self._word or self.kept.get((service, username))

    def set_password(self, service: str, username: str, password: str) -> None:
        self.kept[service, username] = password


class Forgetful(Ring):
    """Take everything and keep nothing, as a keyring that was switched off does."""

    def set_password(self, service: str, username: str, password: str) -> None:
        pass


class Locked(Ring):
    """Stay locked, and say more than one may repeat."""

    def get_password(self, service: str, username: str) -> str | None:
        raise KeyringLocked("hush")

    def set_password(self, service: str, username: str, password: str) -> None:
        raise KeyringLocked(password)
