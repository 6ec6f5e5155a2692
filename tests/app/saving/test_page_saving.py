"""What a page shows leaves as a file: one at a time, by who may, and the log is told of what is there."""

from __future__ import annotations

import gc
import weakref
from pathlib import Path

import pytest
import shiboken6
from PySide6.QtWidgets import QPushButton, QWidget
from pytestqt.qtbot import QtBot

from app.desk import Desk
from app.saving.drawn import DrawnSaving
from app.saving.page_saving import PageSaving
from app.saving.where import CSV, MAP, Form
from dispatch.access import MAY
from dispatch.account_commands import RecordExport
from dispatch.commands import Command, Who
from tests.dispatch.town import at

FORMS = {CSV: Form("saving.form_csv", ".csv"), MAP: Form("times.form_map", ".html")}


class Page(QWidget):
    """A page that keeps what it said."""

    def __init__(self) -> None:
        super().__init__()
        self.button = QPushButton(self)
        self.said: list[tuple[str, str]] = []

    def say(self, words: str, level: str = "") -> None:
        self.said.append((words, level))


class Held(PageSaving):
    """Make nothing by itself."""

    def __init__(self, desk: Desk, page: Page) -> None:
        self.asked: list[tuple[Path, str]] = []
        self.is_there = True
        super().__init__(desk, page, page.button, forms=FORMS, tip="times.save_tip", command="opsroom report times")

    @property
    def has_something(self) -> bool:
        return self.is_there

    def name(self) -> str:
        return "held"

    def make(self, file: Path, form: str) -> None:
        self.asked.append((file, form))


@pytest.fixture
def desk() -> Desk:
    """A supervisor's desk."""
    return Desk(Who("sup", "supervisor"), clock=lambda: at(0))


@pytest.fixture
def page(qtbot: QtBot) -> Page:
    """A page with a button."""
    made = Page()
    qtbot.addWidget(made)
    return made


@pytest.fixture
def sent(desk: Desk) -> list[Command]:
    """What the desk sends."""
    found: list[Command] = []
    desk.submit = found.append
    return found


def test_one_file_is_made_at_a_time_and_told(desk: Desk, page: Page, sent: list[Command], tmp_path: Path) -> None:
    saving = Held(desk, page)
    saving.write(tmp_path / "a.csv", CSV)
    saving.write(tmp_path / "b.csv", CSV)
    assert saving.asked == [(tmp_path / "a.csv", CSV)] and not page.button.isEnabled()
    saving.made(tmp_path / "a.csv", "times, whole log")
    assert page.said == [("Writing …", ""), (f"Written: {tmp_path / 'a.csv'}", "good")]
    [command] = sent
    assert isinstance(command.body, RecordExport)
    assert (command.body.what, command.body.detail) == ("figures", "times, whole log, a.csv")
    assert page.button.isEnabled()


def test_why_there_is_none_is_said_on_one_line(desk: Desk, page: Page, sent: list[Command], tmp_path: Path) -> None:
    saving = Held(desk, page)
    saving.write(tmp_path / "a.csv", CSV)
    saving.failed(OSError("no\nroom" + "x" * 900))
    words, level = page.said[-1]
    assert level == "warning" and words.startswith("It could not be written: no room") and len(words) < 250
    assert page.button.isEnabled() and not sent
    saving.write(tmp_path / "a.csv", CSV)
    said = len(page.said)
    saving.given_up()
    assert page.button.isEnabled() and len(page.said) == said and not sent


def test_who_may_not_has_no_button_and_is_told_so(desk: Desk, page: Page, tmp_path: Path) -> None:
    saving = Held(desk, page)
    desk.set_who(Who("kim", next(role for role, deeds in MAY.items() if RecordExport not in deeds)))
    assert not page.button.isEnabled() and "may not take figures out" in page.button.toolTip()
    desk.is_record = True
    saving.show_may()
    assert "`opsroom report times` does" in page.button.toolTip()
    saving.write(tmp_path / "a.csv", CSV)
    assert not saving.asked


def test_nothing_is_written_of_nothing(desk: Desk, page: Page, tmp_path: Path) -> None:
    saving = Held(desk, page)
    saving.is_there = False
    saving.show_may()
    assert not page.button.isEnabled()
    saving.write(tmp_path / "a.csv", CSV)
    assert not saving.asked and not page.said


def test_what_was_written_down_goes_whatever_becomes_of_the_drawing(
    desk: Desk, page: Page, sent: list[Command], tmp_path: Path, qtbot: QtBot
) -> None:
    files: list[Path] = []

    class Drawn(DrawnSaving):
        def make(self, file: Path, form: str) -> None:
            files.append(self.write_down("drawn"))
            files[-1].write_text("{}", encoding="utf-8")
            self.draw(("report", "times"), "--map", file, "times")

    saving = Drawn(desk, page, page.button, forms=FORMS, tip="times.save_tip", command="")
    saving.write(tmp_path / "m.html", MAP)
    assert files[0].exists()
    qtbot.waitUntil(lambda: len(page.said) > 1, timeout=60_000)
    assert page.said[-1][1] == "warning" and "holds no map" in page.said[-1][0]
    assert not files[0].exists() and not sent and not (tmp_path / "m.html").exists()


def test_a_page_that_is_put_away_for_good_is_not_kept_by_the_desk(qapp: object, desk: Desk) -> None:
    page = Page()
    saving = Held(desk, page)
    kept = weakref.ref(page), weakref.ref(saving)
    shiboken6.delete(page)
    del page, saving
    gc.collect()
    assert [each() for each in kept] == [None, None]
    desk.set_who(Who("kim", "operator"))
