"""Passwords: which are too weak, how one is held against its hash, and that a no never comes sooner."""

from __future__ import annotations

import argon2
import pytest

from dispatch import passwords
from dispatch.account_secrets import Secret
from dispatch.passwords import HASHER, check_password, is_outdated, is_right, make_secret
from dispatch.refused import Refused
from tests.dispatch.town import START

GOOD = "three blue herons"


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(passwords, "HASHER", argon2.PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))


def code_of(password: str, account_id: str = "anna.k", name: str = "Anna Korhonen-Virtanen") -> str:
    try:
        check_password(password, account_id=account_id, name=name)
    except Refused as refused:
        return refused.code
    return ""


@pytest.mark.parametrize(
    "password", [GOOD, "三只苍鹭飞过城市上空", "kW9!vq_2Lz", "correct horse", "x" * 3 + GOOD, "anna likes herons"]
)
def test_these_will_do(password: str) -> None:
    assert code_of(password) == ""


@pytest.mark.parametrize(
    ("password", "code"),
    [
        ("", "password_short"),
        ("short", "password_short"),
        ("ninechars", "password_short"),
        ("e\u0301" * 9, "password_short"),  # nine letters, however they are typed
        ("x" * 201, "password_long"),
        ("x" * 5_000_000, "password_long"),
        ("Anna Korhonen-Virtanen", "password_is_name"),
        ("Korhonen-Virtanen", "password_is_name"),
        ("ANNA.K 2026!!!", "password_is_name"),
        ("password123", "password_common"),
        ("Passw0rd!!!!", "password_common"),
        ("1Password2026", "password_common"),
        ("1234567890", "password_common"),
        ("9876543210", "password_common"),
        ("abcdefghijkl", "password_common"),
        ("aaaaaaaaaaaaaa", "password_common"),
        ("abc1abc1abc1", "password_common"),
        ("woaini1314520", "password_common"),
        ("Dispatcher 1", "password_common"),
        (" " * 12, "password_common"),
    ],
)
def test_these_will_not(password: str, code: str) -> None:
    assert code_of(password) == code


def test_a_password_is_right_or_not() -> None:
    secret = make_secret("anna", GOOD, START)
    assert secret.hash.startswith("$argon2id$") and secret.is_whole() and GOOD not in secret.hash
    assert is_right(secret, GOOD)
    for wrong in ("", GOOD + " ", GOOD.upper(), "x" * 1_000_000, "\ud800", "a\0b"):
        assert not is_right(secret, wrong)
    assert make_secret("anna", GOOD, START).hash != secret.hash, "the salt is another"


def test_however_it_was_typed_it_is_the_same() -> None:
    assert is_right(make_secret("anna", "caf\u00e9 au lait", START), "cafe\u0301 au lait")


def test_a_hash_that_is_not_the_named_one_or_no_hash_is_never_right() -> None:
    mine = make_secret("anna", GOOD, START)
    forged = Secret("0" * 64, "anna", mine.hash, mine.changed_at)
    assert not is_right(forged, GOOD) and not is_right(None, GOOD)
    for text in ("", "plain", "$argon2id$broken"):
        from dispatch.account_secrets import name_of

        assert not is_right(Secret(name_of(text), "anna", text, ""), GOOD)


def test_a_name_that_nobody_has_costs_as_much(monkeypatch: pytest.MonkeyPatch) -> None:
    checked: list[str] = []
    real = passwords.HASHER.verify

    class Counting(argon2.PasswordHasher):
        def verify(self, hash: str | bytes, password: str | bytes) -> bool:  # type: ignore[override]
            checked.append(str(hash))
            return bool(real(hash, password))

    secret = make_secret("anna", GOOD, START)
    monkeypatch.setattr(passwords, "HASHER", Counting(time_cost=1, memory_cost=8, parallelism=1))
    assert is_right(secret, GOOD) and not is_right(secret, "wrong") and not is_right(None, "wrong")
    assert len(checked) == 3
    assert len({str(argon2.extract_parameters(each)) for each in checked}) == 1


def test_a_hash_of_weaker_parameters_is_outdated(monkeypatch: pytest.MonkeyPatch) -> None:
    weak = make_secret("anna", GOOD, START)
    assert not is_outdated(weak)
    monkeypatch.setattr(passwords, "HASHER", HASHER)
    assert is_outdated(weak)


def test_the_parameters_are_those_of_the_standard() -> None:
    """RFC 9106, section 4: the second recommended option, for where memory is scarce."""
    assert (HASHER.time_cost, HASHER.memory_cost, HASHER.parallelism) == (3, 65_536, 4)
    assert HASHER.type is argon2.Type.ID and HASHER.salt_len >= 16
