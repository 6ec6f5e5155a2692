"""Small files are there whole or not at all, and only for whoever wrote them."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from dispatch import whole_file
from dispatch.whole_file import write_whole


def test_a_file_takes_the_place_of_what_was_there(tmp_path: Path) -> None:
    file = tmp_path / "kept.json"
    write_whole(file, b"one")
    write_whole(file, b"two")
    assert file.read_bytes() == b"two" and list(tmp_path.iterdir()) == [file]
    if os.name == "posix":
        assert file.stat().st_mode & 0o777 == 0o600


def test_what_was_there_stays_where_the_disk_takes_no_more(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "kept.json"
    write_whole(file, b"one")

    def full(descriptor: int) -> None:
        raise OSError("no room")

    monkeypatch.setattr(whole_file.os, "fsync", full)
    with pytest.raises(OSError, match="no room"):
        write_whole(file, b"two")
    assert file.read_bytes() == b"one" and list(tmp_path.iterdir()) == [file]
