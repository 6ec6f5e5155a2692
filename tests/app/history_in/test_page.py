"""The page from a file to its replay; what it shows is plain text, and nothing else is asked while a log is written."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

from app.beside.window_apart import WindowApart
from app.desk import Desk
from app.history_in.columns import MEANING, SURE
from app.history_in.page import HistoryPage
from dispatch.engine import Engine
from dispatch.events import LogKind
from dispatch.history.mapping_file import read_mapping
from dispatch.log import open_log

PATIENCE_MS = 60_000


def settle(page: HistoryPage, qtbot: QtBot) -> None:
    """Wait until what was asked of the reader is answered."""
    qtbot.waitUntil(lambda: not page.reader.doing and not page._soon.isActive(), timeout=PATIENCE_MS)


def cell(page: HistoryPage, column: str, at: int) -> str:
    assert page.draft is not None
    return str(page.columns.rows.index(page.draft.columns.index(column), at).data())


def counts(page: HistoryPage) -> list[str]:
    return [number.text() for number in page.side.outcome.counts.values()]


@pytest.mark.slow
def test_a_file_becomes_a_log_and_is_replayed(
    page: HistoryPage, calls: Path, tmp_path: Path, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    page.take_files([calls])
    settle(page, qtbot)
    assert cell(page, "unit", MEANING) == "Unit" and cell(page, "unit", SURE).startswith("sure")
    assert cell(page, "on scene", SURE).startswith("doubtful · 67% read · 75% filled")
    assert cell(page, "remark", MEANING) == "– nothing –" and cell(page, "remark", 1) == "x  ·  <b>=1+1</b>"
    assert counts(page) == ["2", "1", "1"]
    assert page.rows.rows.rowCount() == 4

    assert page.draft is not None
    page.columns.rows.changed.emit(page.draft.leave("on scene"))  # as the list in the table does
    assert counts(page) == ["–", "–", "–"], "what was known of another mapping is not shown for this one"
    settle(page, qtbot)
    assert cell(page, "on scene", MEANING) == "– nothing –" and "by hand" in page.about.text()
    assert counts(page) == ["3", "0", "1"]
    page.save_mapping(str(tmp_path / "mine"))
    assert "on_scene" not in read_mapping(tmp_path / "mine.toml").columns

    page.do_import()
    assert not page.columns.isEnabled() and not page.choose_button.isEnabled() and page.side.cancel.isVisible()
    settle(page, qtbot)
    assert page.imported is not None and page.side.replay.isVisible() and not page.side.do_import.isVisible()
    file = Path(page.imported["log"])
    assert file == tmp_path / "calls.history.db" and file.with_name("calls.history.db.rows.csv").exists()
    log = open_log(file, key_folder=tmp_path / "keys", read_only=True)
    assert Engine(log).state.kind is LogKind.HISTORY
    log.close()
    started: list[list[str]] = []
    monkeypatch.setattr(WindowApart, "start", lambda self, words: started.append(words))
    page.side.replay.click()
    assert started == [["replay", str(file), "--city", str(page.options.folder), "--language", "en"]]

    page.take_files([calls])
    settle(page, qtbot)
    assert page.log == tmp_path / "calls.history-2.db" and page.side.do_import.isVisible()
    page.take_log(str(file))
    page.do_import()
    assert "is there already" in page.side.said.text() and not page.reader.doing


@pytest.mark.slow
def test_two_files_are_taken_together_and_it_is_said_which_is_which(
    page: HistoryPage, incidents: Path, responses: Path, qtbot: QtBot
) -> None:
    page.files_dropped.emit([responses, incidents, responses.with_name("third.csv")])
    assert "Two files" in page.said.text()
    settle(page, qtbot)
    words = [each.text() for each in page.files.files]
    assert words == ["1 · Incidents: incidents.csv", "2 · Who was sent: a responses.csv"]
    assert page.log == incidents.with_name("incidents.history.db")
    assert counts(page) == ["4", "0", "1"] and "responses 2" in page.side.outcome.made.text()
    assert [page.rows.rows.index(row, 0).data() for row in range(5)] == ["1 · 1", "1 · 2", "2 · 1", "2 · 2", "2 · 3"]
    page.files.files[1].click()
    assert cell(page, "unit", MEANING) == "Unit" and not page.files.add.isVisible()

    page.files.crosses[0].click()  # who was sent alone has no place: nothing can be used
    page._on_tried({"files": [{}, {}]})  # an answer about both, which was on its way
    settle(page, qtbot)
    assert counts(page) == ["0", "0", "3"] and page.files.add.isVisible()
    assert not page.side.do_import.isEnabled() and "No row" in page.side.do_import.toolTip()
    assert "none" in page.tabs.tabText(1)
    page.add_files([responses, incidents])  # the one that is there already counts once
    assert not page.side.do_import.isEnabled() and "none" not in page.tabs.tabText(1)
    page._try()  # as a column that is changed meanwhile asks for
    page.open_mapping("any.toml")
    assert page.reader.doing == "look" and "Reading incidents.csv" in page.side.said.text()
    settle(page, qtbot)
    assert [each.text() for each in page.files.files] == words and page.side.do_import.isEnabled()


@pytest.mark.slow
def test_a_cancel_leaves_nothing_and_a_reader_that_dies_is_told(
    page: HistoryPage, calls: Path, tmp_path: Path, qtbot: QtBot
) -> None:
    head, *rows = calls.read_text("utf-8").splitlines()
    more = [f"{10 + number}{rows[0][1:]}" for number in range(400)]
    calls.write_text("\n".join((head, *rows, *more)), "utf-8")
    page.take_files([calls])
    settle(page, qtbot)
    page.do_import()
    page.side.cancel.click()
    qtbot.waitUntil(lambda: page.reader.doing != "import", timeout=PATIENCE_MS)
    assert page.imported is None and "nothing was left behind" in page.side.said.text()
    assert not list(tmp_path.glob("*.db*"))
    settle(page, qtbot)
    assert counts(page) == ["402", "1", "1"], "it is looked at again"
    (tmp_path / "calls.history.db.part").write_bytes(b"half")
    page.reader._log = tmp_path / "calls.history.db"
    assert page.reader._child is not None
    page.reader._child.kill()
    qtbot.waitUntil(lambda: "ended" in page.said.text(), timeout=PATIENCE_MS)
    assert page.pages.currentIndex() == 0 and not list(tmp_path.glob("*.part"))


def test_what_cannot_be_read_is_said_where_the_file_was_chosen(page: HistoryPage, tmp_path: Path) -> None:
    page.hand.add([tmp_path / "x.csv"])
    page._on_refused("look", "history.bad_file", "x.csv: no rows in it")
    assert page.said.text() == "This file cannot be read. x.csv: no rows in it" and page.pages.currentIndex() == 0


def test_a_time_zone_that_is_none_is_refused_and_another_is_taken(page: HistoryPage, qtbot: QtBot) -> None:
    from dispatch.history.mapping import Mapping

    options = page.options
    options.show_mapping(Mapping("x", {}), {"day_first": False, "decided_by": "none"}, is_new=True)
    assert options.zone.currentText() == "the city's (Europe/Helsinki)"
    taken: list[Mapping] = []
    options.changed.connect(taken.append)
    for words in ("Europe/Nowhere", "../../etc/passwd", "Asia/Shanghai"):
        options.zone.setEditText(words)
        options.zone.lineEdit().editingFinished.emit()  # type: ignore[union-attr]
    assert [mapping.time_zone for mapping in taken] == ["Asia/Shanghai"]
    assert not options.said.isVisible()


def test_another_city_must_be_one(page: HistoryPage, tmp_path: Path) -> None:
    before = page.options.folder
    page.options.take_city(str(tmp_path))
    assert page.options.folder == before and "cannot be used" in page.options.said.text()


def test_it_asks_beside_the_desk_and_takes_the_answer(page: HistoryPage, calls: Path, qtbot: QtBot) -> None:
    page.hand.add([calls])
    page.log = calls.with_name("calls.history.db")
    taken: list[str] = []
    page.take_log = taken.append  # type: ignore[method-assign]
    asking = page.asking
    for ask in (
        asking.ask_files,
        asking.ask_other_file,
        asking.ask_log,
        asking.ask_report,
        asking.ask_mapping,
        asking.ask_mapping_file,
    ):
        ask()
        dialog = asking.dialog
        assert dialog is not None and dialog.windowModality() is Qt.WindowModality.WindowModal
        assert Path(dialog.directory().absolutePath()) == calls.parent and dialog.nameFilters()
        if ask == asking.ask_log:
            dialog.fileSelected.emit("/elsewhere/a.db")
        dialog.reject()
        assert asking.dialog is None
    assert taken == ["/elsewhere/a.db"]


def test_every_sentence_is_there_in_chinese_too(qtbot: QtBot, desk: Desk) -> None:
    from app.wording import history_texts

    assert history_texts.ENGLISH.keys() == history_texts.CHINESE.keys()
    for group, words in history_texts.LABELS.items():
        assert words.keys() == history_texts.LABELS_ZH[group].keys()
    desk.language = "zh"
    page = HistoryPage(desk)
    qtbot.addWidget(page)
    assert page.choose_button.text() == "选择文件…"


def test_names_and_cells_from_outside_are_plain_text(page: HistoryPage, tmp_path: Path, qtbot: QtBot) -> None:
    hostile = "<img src=x onerror=alert(1)>\u202e${a}`b`"
    file = tmp_path / "<img src=x>.csv"
    file.write_text(
        f'unit,received,"{hostile}","a\nb\x1b[31m"\nE1,2024-03-05 10:00:00,{hostile},"{hostile}\n{hostile}"\n', "utf-8"
    )
    page.take_files([file])
    settle(page, qtbot)
    assert page.draft is not None and len(page.draft.columns) == 4
    rows = page.columns.rows
    shown = [str(rows.index(row, at).data()) for row in range(rows.rowCount()) for at in range(rows.columnCount())]
    assert any("<img src=x onerror" in words for words in shown)
    tips = [str(rows.index(row, at).data(Qt.ItemDataRole.ToolTipRole) or "") for row in range(4) for at in range(2)]
    assert not any("<img" in tip for tip in tips) and "<img" not in page.files.files[0].toolTip()
    labels = page.findChildren(QLabel)
    assert all(label.textFormat() is Qt.TextFormat.PlainText or "<" not in label.text() for label in labels)
    for words in (*shown, *(label.text() for label in labels)):
        assert not {"\u202e", "\x1b"} & set(words)
    page._on_refused("look", "history.bad_file", hostile)
    assert "<img" in page.said.text() and page.said.textFormat() is Qt.TextFormat.PlainText
