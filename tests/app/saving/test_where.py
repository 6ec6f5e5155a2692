"""Where a file goes: an ending that was written says the form, and nothing is left without one."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from app.saving.where import CSV, HTML, MAP, PDF, Form, ask_where, file_and_form

FORMS = {
    PDF: Form("saving.form_pdf", ".pdf"), HTML: Form("saving.form_html", ".html"), CSV: Form("saving.form_csv", ".csv"),
    MAP: Form("times.form_map", ".html"),
}  # fmt: skip


@pytest.mark.parametrize(
    ("given", "form", "file", "taken"),
    [
        ("a", PDF, "a.pdf", PDF),
        ("a.pdf", PDF, "a.pdf", PDF),
        ("a.CSV", PDF, "a.CSV", CSV),
        ("a.html", MAP, "a.html", MAP),  # two forms end so: what was picked counts
        ("a.html", CSV, "a.html", HTML),
        ("week 1.5", CSV, "week 1.5.csv", CSV),
    ],
)
def test_the_form_is_that_of_the_ending(given: str, form: str, file: str, taken: str) -> None:
    assert file_and_form(Path("x") / given, form, FORMS) == (Path("x") / file, taken)


def test_a_dialog_holds_up_one_window_and_hands_on_file_and_form(qtbot: QtBot, tmp_path: Path) -> None:
    page = QWidget()
    qtbot.addWidget(page)
    taken: list[tuple[Path, str]] = []
    dialog = ask_where(page, FORMS, "two-plans", "zh", lambda file, form: taken.append((file, form)))
    assert dialog.windowModality() is Qt.WindowModality.WindowModal
    assert dialog.windowTitle() == "保存到哪里？"
    dialog.selectNameFilter("全部数据表（CSV） (*.csv)")
    dialog.fileSelected.emit(str(tmp_path / "two"))
    dialog.close()
    assert taken == [(tmp_path / "two.csv", CSV)]
