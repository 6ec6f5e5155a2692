"""Bookmarks come back as they were put, whoever wrote the file; a broken one is said and left as it is."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from dispatch.replay.bookmarks import (
    LONGEST_NAME,
    BadBookmarks,
    Bookmark,
    bookmarks_file,
    named,
    read_bookmarks,
    write_bookmarks,
)
from tests.dispatch import town

NASTY = ["<img src=x onerror=alert(1)>", "${x}", "火警", "=1+1", "\u202eabc\x00\nd", "a" * 500]


def test_they_come_back_in_order_of_time(tmp_path: Path) -> None:
    file = tmp_path / "log.db.bookmarks.json"
    assert read_bookmarks(file) == ()
    put = tuple(
        Bookmark(town.START + timedelta(seconds=9 - place), 9 - place, named(name)) for place, name in enumerate(NASTY)
    )
    write_bookmarks(file, put)
    assert read_bookmarks(file) == tuple(sorted(put))
    assert [each.name for each in tmp_path.iterdir()] == [file.name]


def test_a_name_stands_on_one_line_and_ends() -> None:
    assert named("\u202e a\x00\n b ") == "a b"
    assert len(named("x" * 900)) == LONGEST_NAME
    assert named("\u200b\n") == ""


@pytest.mark.parametrize(
    "content",
    [
        *("", "[]", "{}", '{"version": 2, "bookmarks": []}', '{"version": 1, "bookmarks": [{"at": 3}]}', "[" * 200_000),
        '{"version": 1, "bookmarks": [{"at": "2026-03-02T08:00:00", "sequence": 1, "name": "no zone"}]}',
        '{"version": 1, "bookmarks": [{"at": "2026-03-02T08:00:00+00:00", "sequence": -1, "name": ""}]}',
        '{"version": 1, "bookmarks": [{"at": "2026-03-02T08:00:00+00:00", "sequence": 1e400, "name": ""}]}',
    ],
)
def test_what_is_no_file_of_bookmarks_is_said_and_left(tmp_path: Path, content: str) -> None:
    file = tmp_path / "b.json"
    file.write_text(content)
    with pytest.raises(BadBookmarks, match=r"b\.json"):
        read_bookmarks(file)
    assert file.read_text() == content


def test_they_lie_beside_the_log_and_a_servers_in_a_folder(tmp_path: Path) -> None:
    assert bookmarks_file(str(tmp_path / "live.db"), tmp_path / "kept") == tmp_path / "live.db.bookmarks.json"
    one = bookmarks_file("postgresql://anna:secret@host/db", tmp_path)
    assert one.parent == tmp_path and "secret" not in one.name and "host" not in one.name
    assert one == bookmarks_file("postgresql://bela@host/db", tmp_path)
    assert one != bookmarks_file("postgresql://bela@host/other", tmp_path)


def test_a_folder_that_takes_no_file_says_so(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(OSError):
        write_bookmarks(tmp_path / "file" / "b.json", ())
