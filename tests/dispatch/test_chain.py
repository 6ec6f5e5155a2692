"""Keys and heads: made once, kept private, never torn."""

from __future__ import annotations

import hashlib
import hmac
from pathlib import Path

import pytest

from dispatch.chain import Head, HeadFile, Key, default_key_folder, make_key, read_key

SECRET = bytes(range(32))


def test_the_mac_is_the_standards() -> None:
    key = Key("log", SECRET)
    assert key.mac(b"p" * 32, b"body") == hmac.new(SECRET, b"p" * 32 + b"body", hashlib.sha256).digest()
    assert key.first != Key("other log", SECRET).first
    assert SECRET.hex() not in repr(vars(Key("log", SECRET))["id"])


def test_a_key_is_made_once(tmp_path: Path) -> None:
    assert read_key(tmp_path / "new", "log") is None
    made = make_key(tmp_path / "new", "log")
    found = read_key(tmp_path / "new", "log")
    assert found is not None
    assert (found.id, found.first) == (made.id, made.first)
    with pytest.raises(FileExistsError):
        make_key(tmp_path / "new", "log")
    assert make_key(tmp_path / "new", "other").id != made.id


def test_the_later_head_counts_whichever_slot_it_is_in(tmp_path: Path) -> None:
    file = HeadFile(tmp_path, "log", Key("log", SECRET))
    assert file.read() is None
    for sequence in (1, 2, 3, 99, 100, 2**53 + 1):
        file.write(Head(sequence, bytes([sequence % 251]) * 32))
        assert file.read() == Head(sequence, bytes([sequence % 251]) * 32)
    file.write(Head(7, b"\x07" * 32))  # a slower seat of the same user
    found = file.read()
    assert found is not None
    assert found.sequence in (100, 2**53 + 1)
    file.close()
    file.close()


def test_a_head_of_another_key_does_not_count(tmp_path: Path) -> None:
    file = HeadFile(tmp_path, "log", Key("log", SECRET))
    file.write(Head(5, b"\x05" * 32))
    file.close()
    assert HeadFile(tmp_path, "log", Key("log", SECRET[::-1])).read() is None


def test_a_state_folder_that_is_full_or_gone_does_not_stop_the_desk(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    file = HeadFile(tmp_path / "file", "log", Key("log", SECRET))
    file.write(Head(1, b"\x01" * 32))
    assert file.read() is None
    file.close()


def test_keys_lie_in_the_users_state_folder() -> None:
    assert default_key_folder().parent.name == "opsroom"
