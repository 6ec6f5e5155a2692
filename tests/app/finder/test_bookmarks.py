"""Named views: kept a city each in a plain file, and never lost to a broken one."""

from __future__ import annotations

import json
from pathlib import Path

from app.finder.bookmarks import Bookmark, Bookmarks


def mark(name: str, lon: float = 24.9) -> Bookmark:
    return Bookmark(name, lon, 60.2, 1.5)


def names(bookmarks: Bookmarks) -> list[str]:
    return [one.name for one in bookmarks.all]


def test_they_are_kept_in_their_order_a_city_each(qapp, tmp_path: Path) -> None:
    file = tmp_path / "more" / "bookmarks.json"
    here, there = Bookmarks(file, "here"), Bookmarks(file, "there")
    for name in ("Harbour", "Airport"):
        here.add(mark(name))
    there.add(mark("Bridge"))
    assert names(Bookmarks(file, "here")) == ["Harbour", "Airport"]
    assert Bookmarks(file, "there").all == (mark("Bridge"),)


def test_a_name_is_there_once(qapp, tmp_path: Path) -> None:
    bookmarks = Bookmarks(tmp_path / "b.json", "here")
    told = []
    bookmarks.changed.connect(lambda: told.append(names(bookmarks)))
    bookmarks.add(mark("A"))
    bookmarks.add(mark("B"))
    bookmarks.add(mark("A", 25.0))
    assert names(bookmarks) == ["A", "B"] and bookmarks.all[0].lon == 25.0
    bookmarks.rename("A", "B")
    bookmarks.rename("A", "  ")
    bookmarks.add(mark(" \n "))
    assert names(bookmarks) == ["A", "B"]
    bookmarks.rename("A", "C")
    bookmarks.remove("B")
    bookmarks.remove("never there")
    assert names(Bookmarks(tmp_path / "b.json", "here")) == ["C"]
    assert told == [["A"], ["A", "B"], ["A", "B"], ["C", "B"], ["C"]]


def test_a_broken_file_is_told_and_kept_aside(qapp, tmp_path: Path) -> None:
    file = tmp_path / "bookmarks.json"
    file.write_text('{"here": [["A", 24.9', encoding="utf-8")
    bookmarks = Bookmarks(file, "here")
    aside = bookmarks.kept_aside
    assert bookmarks.all == () and aside is not None and aside.read_text("utf-8").startswith('{"here"')
    bookmarks.add(mark("New"))
    assert names(Bookmarks(file, "here")) == ["New"] and aside.exists()


def test_what_is_no_bookmark_is_left_out(qapp, tmp_path: Path) -> None:
    file = tmp_path / "bookmarks.json"
    wrong = [["far", 999, 0, 1], ["flat", 1, 2, 0], [3, 1, 2, 3], "text", ["A", 1, 2], ["Good", 1, 2, 3], None]
    file.write_text(json.dumps({"here": wrong}), encoding="utf-8")
    assert Bookmarks(file, "here").all == (Bookmark("Good", 1.0, 2.0, 3.0),)


def test_a_folder_that_takes_nothing_is_told(qapp, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    bookmarks = Bookmarks(tmp_path / "file" / "bookmarks.json", "here")
    told: list[str] = []
    bookmarks.not_kept.connect(told.append)
    bookmarks.add(mark("A"))
    assert names(bookmarks) == ["A"] and len(told) == 1
