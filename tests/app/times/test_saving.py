"""Reports, tables and maps from the desk: written beside the window, told to the log, and only by who may."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from app.desk import Desk
from app.saving.where import CSV, HTML, MAP
from app.times.map_content import read_content
from app.times.page import TimesPage
from app.times.saving import Saving
from dispatch.access import MAY
from dispatch.account_commands import RecordExport
from dispatch.commands import Command, Who
from tests.app.times.conftest import HOSTILE


@pytest.fixture
def saving(page: TimesPage, desk: Desk) -> Saving:
    """What writes for the page."""
    return Saving(desk, page)


@pytest.fixture
def sent(desk: Desk) -> list[Command]:
    """What the desk sends from now on."""
    found: list[Command] = []
    desk.submit = found.append
    return found


def test_a_table_is_written_and_the_log_is_told(
    saving: Saving, page: TimesPage, sent: list[Command], tmp_path: Path, qtbot: QtBot
) -> None:
    page.save_button.click()
    dialog = saving.dialog
    assert dialog is not None
    dialog.selectNameFilter("Every figure as a table (CSV) (*.csv)")
    dialog.fileSelected.emit(str(tmp_path / "today"))
    dialog.close()
    assert not page.save_button.isEnabled()
    qtbot.waitUntil(lambda: bool(sent), timeout=20_000)
    rows = list(csv.DictReader((tmp_path / "today.csv").read_text("utf-8-sig").splitlines(keepends=True)))
    assert {row["group"] for row in rows} == {"all", "department", "station"}
    body = sent[0].body
    assert isinstance(body, RecordExport)
    assert body.detail == "response times, 2026-03-02, nfpa1710, today.csv"
    assert page.save_button.isEnabled()


def test_a_page_is_written(saving: Saving, page: TimesPage, sent: list[Command], tmp_path: Path, qtbot: QtBot) -> None:
    saving.write(tmp_path / "t.html", HTML)
    qtbot.waitUntil(lambda: bool(sent), timeout=30_000)
    words = (tmp_path / "t.html").read_text(encoding="utf-8")
    assert "data:image/png" in words and "<img src=x" not in words


def test_a_map_is_drawn_by_a_program_of_its_own(
    saving: Saving, page: TimesPage, sent: list[Command], tmp_path: Path, qtbot: QtBot
) -> None:
    saving.write(tmp_path / "m.html", MAP)
    qtbot.waitUntil(lambda: bool(sent), timeout=120_000)
    assert "default-src 'none'" in (tmp_path / "m.html").read_text(encoding="utf-8")
    assert saving._content is None


def test_a_map_without_a_place_says_why(
    saving: Saving, page: TimesPage, sent: list[Command], tmp_path: Path, qtbot: QtBot
) -> None:
    page.bar.filter.setCurrentIndex(page.bar.filter.findData("unit"))
    page.bar.key.addItem("X", "X")
    saving.write(tmp_path / "m.html", MAP)
    qtbot.waitUntil(lambda: "could not be written" in page.said.text(), timeout=20_000)
    assert not sent and not (tmp_path / "m.html").exists()


def test_who_may_not_does_not(saving: Saving, page: TimesPage, desk: Desk, tmp_path: Path) -> None:
    desk.set_who(Who("kim", next(role for role, deeds in MAY.items() if RecordExport not in deeds)))
    assert not page.save_button.isEnabled()
    saving.write(tmp_path / "t.csv", CSV)
    assert not (tmp_path / "t.csv").exists()


def test_what_a_window_wrote_down_is_read_as_it_was(page: TimesPage, desk: Desk, tmp_path: Path) -> None:
    from app.times.map_content import map_content

    assert page.counted is not None
    made = map_content(page.counted.report, desk.state, "en")
    made.write(tmp_path / "c.json")
    assert read_content(tmp_path / "c.json") == made
    words = [line for shade in made.shades for spot in shade.spots for line in spot[2]]
    assert any("<img src=x" in line for line in words) and not any(HOSTILE in line for line in words)
    (tmp_path / "c.json").write_text('{"head": 3}', encoding="utf-8")
    with pytest.raises(ValueError, match="holds no map"):
        read_content(tmp_path / "c.json")
