"""A report from the desk: written in a job, told to the log, and only by who may take figures out."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from app.desk import Desk
from app.figures.page import FiguresPage
from app.figures.saving import Saving
from app.saving.where import CSV, HTML
from dispatch.access import MAY
from dispatch.account_commands import RecordExport
from dispatch.commands import Command, Who


@pytest.fixture
def saving(page: FiguresPage, desk: Desk) -> Saving:
    """What writes for the page."""
    return Saving(desk, page)


@pytest.fixture
def sent(desk: Desk) -> list[Command]:
    """What the desk sends from now on."""
    found: list[Command] = []
    desk.submit = found.append
    return found


def test_a_report_is_written_and_the_log_is_told(
    saving: Saving,
    page: FiguresPage,
    sent: list[Command],
    tmp_path: Path,
    qtbot: QtBot,
) -> None:
    page.save_button.click()
    dialog = saving.dialog
    assert dialog is not None
    assert dialog.windowModality() is Qt.WindowModality.WindowModal  # the desk goes on meanwhile
    dialog.selectNameFilter("Every figure as a table (CSV) (*.csv)")
    dialog.fileSelected.emit(str(tmp_path / "october"))
    dialog.close()
    assert not page.save_button.isEnabled()
    qtbot.waitUntil(lambda: bool(sent), timeout=20_000)
    file = tmp_path / "october.csv"
    assert file.is_file()
    assert str(file) in page.said.text()
    body = sent[0].body
    assert isinstance(body, RecordExport)
    assert body.what == "figures"
    assert body.detail == "2025-10, gb, october.csv"
    assert page.save_button.isEnabled()


def test_an_ending_that_is_written_is_the_form(
    saving: Saving, page: FiguresPage, sent: list[Command], tmp_path: Path, qtbot: QtBot
) -> None:
    saving.write(tmp_path / "x.html", HTML)
    qtbot.waitUntil(lambda: bool(sent), timeout=20_000)
    assert (tmp_path / "x.html").read_text(encoding="utf-8").startswith("<!DOCTYPE html>")


def test_what_cannot_be_written_is_said_and_not_told_to_the_log(
    saving: Saving, page: FiguresPage, sent: list[Command], tmp_path: Path, qtbot: QtBot
) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    saving.write(tmp_path / "file" / "x.csv", CSV)
    qtbot.waitUntil(lambda: "could not be written" in page.said.text(), timeout=20_000)
    assert sent == []
    assert page.save_button.isEnabled()


def test_a_role_that_may_not_export_has_no_button(
    saving: Saving, page: FiguresPage, desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    role = next((role for role, may in MAY.items() if RecordExport not in may), None)
    if role is None:
        pytest.skip("every role may export")
    desk.set_who(Who("x", role))
    assert not page.save_button.isEnabled()
    begun: list[object] = []
    monkeypatch.setattr("app.figures.saving.jobs.start", lambda work, **more: begun.append(work))
    saving.write(tmp_path / "x.csv", CSV)
    assert begun == []


def test_an_officer_takes_out_the_own_figures_alone(
    saving: Saving, page: FiguresPage, desk: Desk, sent: list[Command], tmp_path: Path, qtbot: QtBot
) -> None:
    desk.set_who(Who("o", "department_officer", "urban_1"))
    saving.write(tmp_path / "x.csv", CSV)
    qtbot.waitUntil(lambda: bool(sent), timeout=20_000)
    lines = (tmp_path / "x.csv").read_text(encoding="utf-8-sig").splitlines()[1:]
    assert lines
    assert all('"urban_1"' in line for line in lines)
