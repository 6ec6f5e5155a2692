"""Small files that keep how a desk stood."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.parts.kept_file import read_kept, write_kept


def test_what_was_kept_is_read_again(tmp_path: Path) -> None:
    file = tmp_path / "desk" / "kept.json"
    write_kept(file, {"queue": "北区", "minutes": 5})
    assert read_kept(file) == {"queue": "北区", "minutes": 5} and [each.name for each in file.parent.iterdir()] == [
        "kept.json"
    ]
    write_kept(file, {"seat \udcff": "all"})  # as a command line gives bytes that are no text
    assert read_kept(file) == {"seat \udcff": "all"}


@pytest.mark.parametrize("content", [b"{broken", b"[1, 2]", b"\xff\xfe", b"[" * 100_000])
def test_nonsense_is_as_nothing(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "kept.json"
    file.write_bytes(content)
    assert read_kept(file) == {} == read_kept(None) == read_kept(tmp_path / "none.json")


def test_what_cannot_be_kept_stops_nobody_and_leaves_what_was(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    write_kept(tmp_path / "file" / "kept.json", {"a": 1})
    write_kept(None, {"a": 1})
    kept = tmp_path / "kept.json"
    write_kept(kept, {"a": 1})
    (tmp_path / "kept.json.part").mkdir()  # nothing can be written beside it
    write_kept(kept, {"a": 2})
    assert read_kept(kept) == {"a": 1}
