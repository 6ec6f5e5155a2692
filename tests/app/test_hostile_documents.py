"""Hostile words from every field stay words in every document: forms, situation report, monthly report, tables."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Iterator
from datetime import UTC
from html.parser import HTMLParser
from pathlib import Path

import pytest
from PySide6.QtPdf import QPdfDocument
from pytestqt.qtbot import QtBot

from app.figures.count import Asked, Counter
from app.figures.own import GROUPS
from app.figures.report_paper import write_report
from app.major.ics_pages import Paper, write_form
from app.paper.origin import Origin
from app.printout import write as write_state
from app.situation import printing
from app.situation.sections import Wording
from dispatch.figures.period import month_of
from dispatch.ics import Form
from dispatch.ics_201 import ics_201
from dispatch.ics_209 import ics_209
from dispatch.ics_214 import ics_214
from dispatch.log_export import write_csv, write_jsonl
from dispatch.log_memory import MemoryLog
from dispatch.situation import report_situation
from tests.dispatch.case_town import MONDAY_TEN
from tests.dispatch.hostile_story import WORDS, HostileStory

LANGUAGES = ("en", "zh")
# What a document of ours is made of; nothing else may come to stand in one.
TAGS = frozenset(
    {"html", "head", "meta", "title", "style", "body", "h1", "h2", "h3", "p", "dl", "div", "dt", "dd", "b", "br"}
    | {"font", "table", "thead", "tbody", "tr", "th", "td", "img"}
)
UNSEEN = re.compile("[\x00-\x08\x0b-\x1f\x7f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")
FORMULA = re.compile("[\\s\u00a0]*[=+@\t\r-]")


@pytest.fixture(scope="module")
def story() -> HostileStory:
    return HostileStory()


class Read(HTMLParser):
    """Read a page as a browser does: which elements and attributes there are, and the words."""

    def __init__(self) -> None:
        super().__init__()
        self.wrong: list[str] = []
        self.words: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in TAGS:
            self.wrong.append(tag)
        for name, value in attrs:
            if name.startswith("on") or name == "href" or (name == "src" and not (value or "").startswith("data:")):
                self.wrong.append(f"{tag} {name}={value}")

    def handle_data(self, data: str) -> None:
        self.words.append(data)


def look(page: str) -> str:
    """See that a page holds only what ours are made of; return its words."""
    read = Read()
    read.feed(page)
    assert not read.wrong
    words = "".join(read.words)
    assert not UNSEEN.search(page) and not UNSEEN.search(words)
    return words


def pages_of(pdf: Path) -> str:
    document = QPdfDocument()
    document.load(str(pdf))
    assert document.pageCount() > 0
    text = "".join(document.getAllText(number).text() for number in range(document.pageCount()))
    document.close()
    return text


def forms(story: HostileStory) -> Iterator[Form]:
    state, at = story.state, story.now
    yield ics_201(state, 1, at=at, prepared_by=WORDS, period=(at, at))
    yield ics_209(state, 1, at=at, prepared_by=WORDS, entries=story.entries, approved_by=WORDS, report_number=1)
    yield ics_214(state, 1, at=at, prepared_by=WORDS, entries=story.entries, owner="E1")
    yield ics_214(state, 1, at=at, prepared_by=WORDS, entries=story.entries, owner="anna", owner_kind="person")


def test_the_words_come_from_every_field_that_people_type_into(story: HostileStory) -> None:
    assert len(story.taken) > 90
    for field in ("text", "reason", "on_behalf", "objectives", "hazards", "notes", "label", "holder", "name", "title"):
        assert any(name == field for _, name in story.taken), field


@pytest.mark.parametrize("language", LANGUAGES)
def test_forms_of_a_major_incident(story: HostileStory, language: str, tmp_path: Path, qtbot: QtBot) -> None:
    paper = Paper(WORDS, WORDS, language, "Europe/Helsinki")
    for number, form in enumerate(forms(story)):
        pdf, web = write_form(form, paper, tmp_path, f"form-{number}")
        assert "<img src=x onerror=alert(1)>" in look(web.read_text(encoding="utf-8"))
        assert "onerror=alert" in pages_of(pdf).replace("\n", "").replace(" ", "")
    assert not list(tmp_path.glob("*.part"))


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("incident", [None, 1])
def test_situation_report(
    story: HostileStory, language: str, incident: int | None, tmp_path: Path, qtbot: QtBot
) -> None:
    report = report_situation(story.state, story.now, incident_id=incident, since_at=MONDAY_TEN)
    wording = Wording(story.state, report, language, by=WORDS)
    paper = wording.paper()
    web = printing.write_html(paper, tmp_path / "report.html", language=language).read_text(encoding="utf-8")
    assert "<img src=x onerror=alert(1)>" in look(web)
    plain = printing.write_text(paper, tmp_path / "report.txt").read_text(encoding="utf-8")
    assert not UNSEEN.search(plain) and not UNSEEN.search(wording.brief())
    pdf = printing.write_pdf(paper, tmp_path / "report.pdf", page_words="{page} of {pages}")
    assert "onerror=alert" in pages_of(pdf).replace("\n", "").replace(" ", "")


@pytest.mark.parametrize("language", LANGUAGES)
def test_monthly_report(story: HostileStory, language: str, tmp_path: Path, qtbot: QtBot) -> None:
    period = month_of(MONDAY_TEN.date(), "Europe/Helsinki")
    counted = Counter().count(story.state, Asked(period, groups=(*GROUPS, "collector", "person")), story.now)
    origin = Origin(WORDS, WORDS, WORDS, WORDS, story.now.astimezone(UTC))
    for form in ("html", "pdf", "csv"):
        write_report(counted, origin, tmp_path / f"month.{form}", language)
    assert "<img src=x onerror=alert(1)>" in look((tmp_path / "month.html").read_text(encoding="utf-8"))
    assert "onerror=alert" in pages_of(tmp_path / "month.pdf").replace("\n", "").replace(" ", "")
    rows = cells_of((tmp_path / "month.csv").read_text(encoding="utf-8-sig"))
    assert any("onerror" in cell for row in rows for cell in row)


def cells_of(table: str) -> list[list[str]]:
    """See that no cell is a formula, each row is one line, and all have as many cells; return them."""
    rows = list(csv.reader(io.StringIO(table)))
    assert len(rows) == table.count("\n") and len({len(row) for row in rows}) == 1
    for row in rows:
        for cell in row:
            is_number = re.fullmatch(r"-?[0-9.,e+]+", cell) is not None
            assert is_number or not FORMULA.match(cell), cell
            assert not UNSEEN.search(cell)
    return rows


def test_the_log_itself_as_a_table_and_as_lines(story: HostileStory) -> None:
    log = MemoryLog()
    for entry in story.entries:
        log.append(entry)
    table, lines = io.StringIO(), io.StringIO()
    write_csv(log.rows(), table)
    cells_of(table.getvalue())
    write_jsonl(log.rows(), lines)
    said = [json.loads(line) for line in lines.getvalue().splitlines()]
    assert len(said) == len(story.entries)


def test_the_present_state_on_paper(story: HostileStory, tmp_path: Path, qtbot: QtBot) -> None:
    pdf = write_state(story.state, tmp_path, story.now, log_name=WORDS, head=WORDS)
    assert "onerror=alert" in pages_of(pdf).replace("\n", "").replace(" ", "")
    assert not UNSEEN.search((tmp_path / "present-state.txt").read_text(encoding="utf-8"))
