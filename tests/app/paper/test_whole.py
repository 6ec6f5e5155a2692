"""Files are there whole or not at all, and what was there before stays until then."""

from __future__ import annotations

import contextlib
import sqlite3
from pathlib import Path
from typing import TextIO

import pytest

from app.paper.whole import replace_file, write_table


def test_a_table_is_marked_for_a_spreadsheet_and_its_lines_are_counted(tmp_path: Path) -> None:
    file = tmp_path / "new" / "t.csv"
    file.parent.mkdir()

    def fill(out: TextIO) -> int:
        out.write('"ä"\n"ö"\n')
        return 2

    assert write_table(file, fill) == 2
    assert file.read_bytes() == b'\xef\xbb\xbf"\xc3\xa4"\n"\xc3\xb6"\n'
    assert list(file.parent.iterdir()) == [file]
    with pytest.raises(FileNotFoundError):
        write_table(tmp_path / "none" / "t.csv", fill)
    assert not (tmp_path / "none").exists()


@pytest.mark.parametrize("is_empty", [True, False])
def test_what_was_there_stays_where_nothing_new_is_written(tmp_path: Path, is_empty: bool) -> None:
    file = tmp_path / "t.html"
    file.write_text("old", encoding="utf-8")

    def write(beside: Path) -> None:
        beside.write_text("" if is_empty else "ha", encoding="utf-8")
        if not is_empty:
            raise OSError("no room")

    with pytest.raises(OSError, match="nothing was written" if is_empty else "no room"):
        replace_file(file, write)
    assert file.read_text(encoding="utf-8") == "old" and list(tmp_path.iterdir()) == [file]


def test_a_log_or_a_folder_is_never_written_over(tmp_path: Path) -> None:
    log, folder = tmp_path / "live.csv", tmp_path / "kept.csv"
    with contextlib.closing(sqlite3.connect(log)) as made:
        made.execute("create table entries (id)")
    before = log.read_bytes()
    folder.mkdir()
    (folder / "in.txt").write_text("kept", encoding="utf-8")
    for file, error in ((log, FileExistsError), (folder, IsADirectoryError)):
        with pytest.raises(error, match=file.name):
            replace_file(file, lambda beside: beside.write_text("new", encoding="utf-8"))
        with pytest.raises(error):
            write_table(file, lambda out: out.write("new"))
    assert log.read_bytes() == before and (folder / "in.txt").is_file()
    assert sorted(each.name for each in tmp_path.iterdir()) == ["kept.csv", "live.csv"]
