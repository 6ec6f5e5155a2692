"""Reports, tables and maps from the desk: drawn beside the window, told to the log, and only by who may."""

from __future__ import annotations

import csv
import io
from pathlib import Path
from typing import cast

import pytest
from pytestqt.qtbot import QtBot

from app.demand.page import DemandPage
from app.demand.saving import Saving
from app.desk import Desk
from app.replay.record_desk import RecordDesk
from app.saving.where import CSV, HTML
from dispatch.access import MAY
from dispatch.account_commands import RecordExport
from dispatch.commands import Command, Who
from dispatch.replay.record import Record
from dispatch.state import State
from gis.city import City
from tests.app.demand.conftest import shown


@pytest.fixture
def saving(page: DemandPage, desk: Desk) -> Saving:
    """What writes for the page."""
    return Saving(desk, page)


@pytest.fixture
def sent(desk: Desk) -> list[Command]:
    """What the desk sends from now on."""
    found: list[Command] = []
    desk.submit = found.append
    return found


def test_a_table_is_written_and_the_log_is_told(
    saving: Saving, page: DemandPage, sent: list[Command], tmp_path: Path, qtbot: QtBot
) -> None:
    page.save_button.click()
    assert saving.dialog is not None
    saving.dialog.selectNameFilter("Every figure as a table (CSV) (*.csv)")
    saving.dialog.fileSelected.emit(str(tmp_path / "demand"))
    saving.dialog.close()
    assert not page.save_button.isEnabled()
    qtbot.waitUntil(lambda: bool(sent), timeout=20_000)
    rows = list(csv.DictReader(io.StringIO((tmp_path / "demand.csv").read_text(encoding="utf-8-sig"))))
    assert {row["part"] for row in rows} >= {"hour", "weekday", "week", "day", "kind", "cell", "cluster"}
    assert next(row["calls"] for row in rows if (row["part"], row["key"]) == ("kind", "fall")) == "21"
    assert not any(cell[:1] in "=+-@" and not cell.lstrip("-").replace(".", "").isdigit()
                   for row in rows for cell in row.values() if cell)  # fmt: skip
    body = sent[0].body
    assert isinstance(body, RecordExport) and body.detail == "demand, whole log, demand.csv"
    assert page.save_button.isEnabled()


def test_a_report_is_drawn_by_a_program_of_its_own(
    saving: Saving, page: DemandPage, sent: list[Command], tmp_path: Path, qtbot: QtBot
) -> None:
    saving.write(tmp_path / "m.html", HTML)
    qtbot.waitUntil(lambda: bool(sent) or "could not" in page.said.text(), timeout=120_000)
    words = (tmp_path / "m.html").read_text(encoding="utf-8")
    assert "data:image/png" in words and "<img src=x" not in words
    assert saving._content is None


def test_a_file_that_cannot_be_written_says_so(
    saving: Saving, page: DemandPage, sent: list[Command], tmp_path: Path, qtbot: QtBot
) -> None:
    (tmp_path / "taken").write_text("a file", encoding="utf-8")
    saving.write(tmp_path / "taken" / "d.csv", CSV)
    qtbot.waitUntil(lambda: "could not be written" in page.said.text(), timeout=20_000)
    assert not sent and page.save_button.isEnabled()


def test_who_may_not_does_not(saving: Saving, page: DemandPage, desk: Desk, tmp_path: Path, qtbot: QtBot) -> None:
    desk.set_who(Who("kim", next(role for role, deeds in MAY.items() if RecordExport not in deeds)))
    assert not page.save_button.isEnabled()
    saving.write(tmp_path / "d.csv", CSV)
    assert not (tmp_path / "d.csv").exists()
    page.stop()


def test_a_replay_counts_what_its_moment_knows_and_writes_nothing(told: State, village: City, qtbot: QtBot) -> None:
    at = told.at
    assert at is not None
    desk = RecordDesk(cast(Record, None), clock=lambda: at)
    desk.state, desk.city = told, village
    page = shown(qtbot, desk)
    Saving(desk, page)
    assert page.list.rows.rowCount() == 29 and not page.save_button.isEnabled()
    assert "opsroom report demand" in page.save_button.toolTip()
