"""A situation report on paper: whole, of every page its number, and nothing in it is read as HTML."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from app.situation.printing import as_html, as_text, write_html, write_pdf, write_text
from app.situation.sections import Paper, Section

HOSTILE = "<script>alert(1)</script> & \"quoted\" <img src='x'>"
PAPER = Paper(
    f"Situation {HOSTILE}",
    "2026-03-02 10:00",
    (("Open incidents", "3", False), ("Duties overdue", "1", True)),
    (
        Section(HOSTILE, (HOSTILE,), ("No.", "What"), (("1", HOSTILE), ("2", "late")), frozenset({1})),
        Section("Part", level=2),
    ),
)
LONG = Paper("Long", "", (), tuple(Section(f"Incident {number}", ("a line",) * 12) for number in range(40)))


class _Tags(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.words: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)

    def handle_data(self, data: str) -> None:
        self.words.append(data)


def test_html_is_escaped_and_loads_nothing() -> None:
    made = as_html(PAPER, "en")
    read = _Tags()
    read.feed(made)
    assert not {"script", "img", "link", "iframe"} & set(read.tags)
    assert read.words.count(HOSTILE) == 3 and "http" not in made
    assert '<html lang="zh-CN">' in as_html(PAPER, "zh")


def test_text_marks_what_is_loud() -> None:
    lines = as_text(PAPER).splitlines()
    assert "! 2 | late" in lines and f"1 | {HOSTILE}" in lines


@pytest.mark.parametrize(("paper", "pages"), [(PAPER, 1), (LONG, None)])
def test_a_pdf_has_its_pages(paper: Paper, pages: int | None, qtbot: QtBot, tmp_path: Path) -> None:
    path = write_pdf(paper, tmp_path / "new" / "report.pdf", page_words="{page} / {pages}")
    content = path.read_bytes()
    found = len(re.findall(rb"/Type\s*/Page\b", content))
    assert content.startswith(b"%PDF") and (found == pages if pages else found > 3)
    assert not list(path.parent.glob("*.part"))


def test_what_cannot_be_written_leaves_nothing(qtbot: QtBot, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way", "utf-8")
    for write in (write_text, lambda paper, path: write_html(paper, path, language="en")):
        with pytest.raises(OSError):
            write(PAPER, tmp_path / "file" / "report.txt")
