"""The report says what was counted, in both languages, and whatever names from outside hold stays text."""

from __future__ import annotations

import csv
import html
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication

from app.figures.count import Asked, Counted, Counter
from app.figures.own import Share
from app.figures.report import report_of
from app.figures.report_charts import paint
from app.figures.report_paper import write_report
from app.figures.words import short_value
from app.paper.origin import Origin
from app.paper.writing import as_html
from dispatch.figures.period import Period, month_of, week_of
from dispatch.month import START
from dispatch.state import State

HEAD = "1234:" + "ab" * 32
ORIGIN = Origin("Smalltown", "log.db", HEAD, "sup", datetime(2025, 11, 3, 8, tzinfo=UTC))
HOSTILE = "=cmd|'/C calc'!A0<img src='http://evil/x'><script>alert(1)</script>\u202e"


def _named(counted: Counted, name: str) -> Counted:
    state = counted.state
    departments = {
        key: replace(each, name=name, name_zh=name) if key == "urban_1" else each
        for key, each in state.departments.items()
    }
    return replace(counted, state=replace(state, departments=departments))  # type: ignore[arg-type]


def test_every_figure_of_the_profile_stands_in_it_with_its_definition(counted: Counted) -> None:
    report = report_of(counted, ORIGIN, "en")
    rows = {row[0]: row for part in report.parts for row in part.rows if part.title.startswith("All figures")}
    for indicator in counted.figures.indicators():
        row = rows[indicator.name]
        assert row[1] == short_value(indicator, counted.figures.of(indicator.id).value)
        assert row[-1] == indicator.definition


def test_departments_stand_in_the_order_of_their_marks(counted: Counted) -> None:
    report = report_of(counted, ORIGIN, "en")
    part = next(part for part in report.parts if part.title == "Departments by the score sheet")
    assert [row[2] for row in part.rows] == [
        "–" if each.mark is None else f"{each.mark:.2f}" for each in counted.ranking
    ]


def test_overdue_cases_are_listed_to_the_last(counted: Counted) -> None:
    report = report_of(counted, ORIGIN, "en")
    part = next(part for part in report.parts if part.title == "Overdue and open at the end")
    ids = counted.figures.cases(counted.figures.of("overdue_rate"))
    assert ids
    assert tuple(int(row[0]) for row in part.rows) == ids
    assert all(row[4] != "–" for row in part.rows)


def test_it_names_the_head_of_the_log_and_says_that_a_simulation_is_one(counted: Counted) -> None:
    report = report_of(counted, ORIGIN, "en")
    assert ("Head of the log", HEAD) in report.facts
    assert "SIMULATION" in report.warning.upper()
    assert any(HEAD in words for words in report.parts[-1].paragraphs)


def test_the_month_before_stands_beside_where_there_is_one(month: State) -> None:
    assert month.at is not None
    period = week_of(START + timedelta(days=15), month.time_zone)
    report = report_of(Counter().count(month, Asked(period), month.at), ORIGIN, "en")
    main = report.parts[0]
    assert main.headings[3:5] == ("Before", "Change")
    assert any("▲" in row[4] or "▼" in row[4] for row in main.rows)
    assert report.title == "Report on urban management"


def test_an_officers_report_holds_the_own_department_alone(month: State, period: Period) -> None:
    assert month.at is not None
    share = Share("department", "urban_1")
    counted = Counter().count(month, Asked(period, groups=("department",), share=share), month.at)
    report = report_of(counted, ORIGIN, "en")
    words = " ".join(cell for part in report.parts for row in part.rows for cell in row)
    others = [each.name for key, each in month.departments.items() if key != "urban_1"]
    assert not [name for name in others if name in words]
    assert report.title.endswith(month.departments["urban_1"].name)


@pytest.mark.parametrize("language", ["en", "zh"])
def test_names_from_outside_are_text_in_the_page(counted: Counted, language: str) -> None:
    page = as_html(
        report_of(_named(counted, HOSTILE), replace(ORIGIN, made_by=HOSTILE), language), lambda name: name, language
    )
    assert "<script" not in page
    assert "<img src='http" not in page
    assert "\u202e" not in page
    assert html.escape("<img src=", quote=True) in page


def test_the_table_runs_nothing_and_holds_every_figure(tmp_path: Path, counted: Counted) -> None:
    said = write_report(_named(counted, HOSTILE), ORIGIN, tmp_path / "f.csv", "en")
    with (tmp_path / "f.csv").open(encoding="utf-8-sig", newline="") as source:
        rows = list(csv.reader(source))
    assert len(rows) > 300
    assert f"{len(rows) - 1:,} figures" in said
    assert not [cell for row in rows for cell in row if cell.startswith(("=", "+", "@"))]
    assert any(cell.startswith("'=cmd") for row in rows for cell in row)


@pytest.mark.parametrize("language", ["en", "zh"])
def test_the_paper_has_its_pages(qapp: QApplication, tmp_path: Path, counted: Counted, language: str) -> None:
    file = tmp_path / "deep" / "report.pdf"
    said = write_report(_named(counted, HOSTILE), ORIGIN, file, language)
    assert file.read_bytes().startswith(b"%PDF")
    assert file.read_bytes().rstrip().endswith(b"%%EOF")
    assert "report.pdf" in said
    assert [each.name for each in file.parent.iterdir()] == ["report.pdf"]


def test_nothing_is_left_half_written(tmp_path: Path, counted: Counted, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "f.csv"
    file.write_text("old", encoding="utf-8")

    def broken(*given: object) -> int:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("app.figures.report_paper.write_csv", broken)
    with pytest.raises(OSError, match="No space"):
        write_report(counted, ORIGIN, file, "en")
    assert file.read_text(encoding="utf-8") == "old"
    assert [each.name for each in tmp_path.iterdir()] == ["f.csv"]


@pytest.mark.parametrize("name", ["days", "departments", "spans", "hours", "map"])
def test_every_chart_has_ink(qapp: QApplication, counted: Counted, name: str) -> None:
    image = paint(name, counted, "zh")
    colours = {image.pixel(x, y) for x in range(0, image.width(), 7) for y in range(0, image.height(), 7)}
    assert len(colours) > 3


def test_nothing_counted_is_a_report_too(qapp: QApplication, tmp_path: Path) -> None:
    at = datetime(2026, 3, 2, 12, tzinfo=UTC)
    counted = Counter().count(State(), Asked(month_of(at.date(), "UTC")), at)
    write_report(counted, ORIGIN, tmp_path / "empty.html", "en")
    assert (
        "Nothing" in write_report(counted, ORIGIN, tmp_path / "empty.html", "en") or (tmp_path / "empty.html").is_file()
    )
    write_report(counted, ORIGIN, tmp_path / "empty.pdf", "zh")
