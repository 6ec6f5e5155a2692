"""ICS forms on paper: escaped, numbered, written whole, and their export stands in the log."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from pathlib import Path

import pytest
from PySide6.QtCore import QSize
from PySide6.QtGui import QColor, QImage
from PySide6.QtPdf import QPdfDocument
from pytestqt.qtbot import QtBot

from app.major import ics_pages
from app.major.ics_pages import Paper, page_html, words_of, write_form
from app.major.papers import PapersPage
from app.panels.major import MajorPanel
from dispatch.account_events import Exported
from dispatch.engine import Engine
from dispatch.ics import Bilingual, Block, Coded, Figure, Form, Table
from dispatch.ics_201 import ics_201
from dispatch.ics_209 import ics_209
from dispatch.ics_214 import ics_214
from dispatch.log_memory import MemoryLog
from dispatch.major import Methane, Plan
from dispatch.major_commands import RecordObjectives, ReportMethane
from tests.app.panels.seat import Seat
from tests.dispatch.major_story import MajorStory
from tests.dispatch.town import at

HOSTILE = "<img src=x onerror=alert(1)></td></table><script>x</script> ${x} `y` \u202egnp.\x00exe javascript:z"
EN, ZH = Paper("Smalltown", "DRILL"), Paper("Smalltown", "", "zh", "Asia/Shanghai")


class _Tags(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.open: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        if tag not in ("meta", "br", "img"):
            self.open.append(tag)
        assert not any(name.startswith("on") for name, _ in attrs)

    def handle_endtag(self, tag: str) -> None:
        assert self.open and self.open.pop() == tag


@pytest.fixture(scope="module")
def forms() -> dict[str, Form]:
    engine = Engine(MemoryLog(), clock=lambda: at(0))
    story = MajorStory(engine=engine)
    story.walk()
    story.do(ReportMethane(1, Methane(hazards=HOSTILE)), at=at(300))
    story.do(RecordObjectives(1, Plan((HOSTILE, "second"), (HOSTILE,), HOSTILE)), at=at(301))
    entries = list(engine.log.read())
    return {
        "201": ics_201(story.state, 1, at=at(400), prepared_by=HOSTILE),
        "209": ics_209(story.state, 1, at=at(400), entries=entries, approved_by=HOSTILE),
        "214": ics_214(story.state, 1, at=at(400), entries=entries, owner="E1"),
    }


@pytest.mark.parametrize("number", ["201", "209", "214"])
@pytest.mark.parametrize("paper", [EN, ZH])
def test_every_block_stands_there_and_text_from_outside_is_text(
    forms: dict[str, Form], number: str, paper: Paper
) -> None:
    form = forms[number]
    page = page_html(form, paper)
    tags = _Tags()
    tags.feed(page)
    assert not tags.open and tags.tags <= {
        "html", "head", "meta", "title", "style", "body", "p", "b", "br", "font",
        "table", "thead", "tbody", "tr", "td", "th",
    }  # fmt: skip
    for part in form.parts:
        assert f"<b>{part.number}. " in page
    assert "\u202e" not in page and "\x00" not in page
    assert ("DRILL" in page) == (paper is EN)


def test_values_are_worded_in_the_language_of_the_reader() -> None:
    assert words_of(Bilingual("Triage", "检伤"), ZH) == "检伤" and words_of(Bilingual("Triage"), ZH) == "Triage"
    assert words_of((Figure("triage", "dead", 2), Coded("ring", "inner")), EN) == "Dead 2, Inner cordon"
    assert words_of(at(0), EN).startswith("2026-03-02") and words_of(None, EN) == ""


def test_a_pdf_has_numbered_pages_and_says_who_prepared_it(
    forms: dict[str, Form], tmp_path: Path, qtbot: QtBot
) -> None:
    picture = QImage(1200, 800, QImage.Format.Format_RGB32)
    picture.fill(QColor("#336699"))
    rows = tuple((at(each), f"row {each}") for each in range(120))
    long = Form(
        "214",
        1,
        "x",
        None,
        None,
        "Anna",
        at(0),
        (Block("1", "name", "E1"), Table("7", "activity", ("time", "activities"), rows)),
    )
    pdf, web = write_form(long, EN, tmp_path / "new", "long")
    document = QPdfDocument()
    document.load(str(pdf))
    count = document.pageCount()
    assert count >= 3
    for number in range(count):
        text = document.getAllText(number).text()
        assert f"Page {number + 1} of {count}" in text and "Prepared by Anna" in text and "DRILL" in text
    document.close()
    pdf, web = write_form(forms["201"], EN, tmp_path, "briefing", paint=lambda: picture)
    place = next(str(part.value) for part in forms["201"].parts if isinstance(part, Block) and part.label == "map")
    below = r'<img src="data:image/png;base64,[A-Za-z0-9+/=]+" width="\d+"><br>' + re.escape(place)
    assert re.search(below, web.read_text("utf-8"))
    assert not list(tmp_path.glob("*.part")) and pdf.stat().st_size > 5_000


def test_the_picture_is_on_the_first_page_of_the_pdf_as_wide_as_its_text(
    forms: dict[str, Form], tmp_path: Path, qtbot: QtBot
) -> None:
    picture = QImage(1380, 920, QImage.Format.Format_RGB32)
    picture.setDevicePixelRatio(2.0)
    picture.fill(QColor("#336699"))
    pdf, _ = write_form(forms["201"], EN, tmp_path, "briefing", paint=lambda: picture)
    document = QPdfDocument()
    document.load(str(pdf))
    page = document.render(0, QSize(420, 594))  # two dots a millimetre
    assert "60.0" in document.getAllText(0).text()
    document.close()
    blue = [x for x in range(page.width()) if _is_blue(page.pixelColor(x, page.height() // 3))]
    assert 24 <= blue[0] <= 30 and 384 <= blue[-1] <= 396


def _is_blue(colour: QColor) -> bool:
    return colour.alpha() > 200 and colour.blue() > 130 and colour.red() < 80


def test_the_briefing_alone_asks_for_the_map_round_its_incident(
    seat: Seat, declared: MajorPanel, tmp_path: Path, qtbot: QtBot
) -> None:
    asked: list[int] = []

    def paper(number: int) -> None:
        asked.append(number)

    declared.paper = paper
    declared.open_page("papers")
    papers = declared.pages["papers"]
    assert isinstance(papers, PapersPage)
    papers.folder = tmp_path
    for count, number in enumerate(("209", "201"), 1):
        papers.sheet.number.choose(number)
        papers.sheet.do_button.click()
        qtbot.waitUntil(lambda count=count: len(seat.bodies(Exported)) == count, timeout=10_000)
    assert asked == [papers.number]


def test_what_cannot_be_written_leaves_what_was_there(
    forms: dict[str, Form], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "one.pdf").write_bytes(b"before")
    monkeypatch.setattr(ics_pages, "_print", lambda *_: None)
    with pytest.raises(OSError):
        write_form(forms["201"], EN, tmp_path, "one")
    assert (tmp_path / "one.pdf").read_bytes() == b"before"


@pytest.mark.parametrize("number", ["201", "209", "214"])
def test_a_form_is_written_from_the_room_and_its_export_is_in_the_log(
    seat: Seat, declared: MajorPanel, tmp_path: Path, qtbot: QtBot, number: str
) -> None:
    declared.open_page("papers")
    papers = declared.pages["papers"]
    assert isinstance(papers, PapersPage)
    papers.folder = tmp_path
    papers.sheet.number.choose(number)
    assert papers.sheet.owner.isVisible() == (number == "214")
    assert papers.sheet.approved_by.isVisible() == (number == "209")
    assert papers.sheet.prepared_by.text() == "anna"
    papers.sheet.do_button.click()
    assert not papers.sheet.do_button.isEnabled() and not seat.bodies(Exported)
    qtbot.waitUntil(lambda: bool(seat.bodies(Exported)), timeout=10_000)
    (exported,) = seat.bodies(Exported)
    assert exported.what == f"ics_{number}" and f"ics-{number}-incident-1" in exported.detail
    assert sorted(file.suffix for file in tmp_path.iterdir()) == [".html", ".pdf"]
    assert papers.list.rows and papers.sheet.do_button.isEnabled()


def test_a_folder_that_cannot_be_written_is_said_in_place(
    seat: Seat, declared: MajorPanel, tmp_path: Path, qtbot: QtBot
) -> None:
    declared.open_page("papers")
    papers = declared.pages["papers"]
    assert isinstance(papers, PapersPage)
    (tmp_path / "file").write_text("no folder")
    papers.folder = tmp_path / "file"
    papers.sheet.do_button.click()
    qtbot.waitUntil(lambda: papers.said.property("level") == "alarm", timeout=10_000)
    assert not seat.bodies(Exported) and papers.sheet.do_button.isEnabled()
