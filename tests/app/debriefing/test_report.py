"""The after-action report: the same bytes each time, hostile words stay words, and what is not known stays blank."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtPdf import QPdfDocument
from PySide6.QtWidgets import QApplication

from app.debriefing.kept import decode_material, encode_material
from app.debriefing.material import Material
from app.debriefing.parts import report_of
from app.debriefing.report import write_report
from app.paper.report import Part, Report
from dispatch.exercise.score_records import AS_BEST
from gis.city import City
from tests.app.debriefing.conftest import HOSTILE, material_of
from tests.app.test_hostile_documents import look
from tests.maps.village import build_village

WRITTEN = "<img src=x onerror=alert(1)>"


@pytest.fixture(scope="session")
def city(tmp_path_factory: pytest.TempPathFactory) -> City:
    """A small city under the map."""
    return City.open(build_village(tmp_path_factory.mktemp("village")))


def words_of(report: Report) -> str:
    return "\n".join(
        " ".join((part.title, *part.paragraphs, *(" | ".join(row) for row in part.rows), *part.after))
        for part in report.parts
    )


def test_equal_logs_give_equal_pages_and_another_decision_another(
    material: Material, city: City, tmp_path: Path, qapp: QApplication
) -> None:
    again = material_of()
    pages = []
    for number, each in enumerate((material, again, material_of(deeds=(), seed=2))):
        file = tmp_path / f"{number}.html"
        write_report(each, city, file)
        pages.append(file.read_bytes())
    assert pages[0] == pages[1] != pages[2]
    assert decode_material(encode_material(material)) == material


@pytest.mark.parametrize("language", ["en", "zh"])
def test_hostile_words_stay_words_on_the_page_and_on_paper(
    material: Material, city: City, language: str, tmp_path: Path, qapp: QApplication
) -> None:
    said = write_report(material, city, tmp_path / "both", language)
    assert "report.html" in said and "report.pdf" in said
    page = (tmp_path / "both" / "report.html").read_text(encoding="utf-8")
    words = look(page)
    assert words.count(WRITTEN) > 10 and "\u202e" not in page
    document = QPdfDocument()
    document.load(str(tmp_path / "both" / "report.pdf"))
    text = "".join(document.getAllText(number).text() for number in range(document.pageCount()))
    document.close()
    assert "onerror=alert" in text.replace("\n", "").replace(" ", "")
    assert ("演练总结报告" if language == "zh" else "After-action report") in text


def test_the_first_page_says_what_did_not_go_well_and_the_decision_says_why(names) -> None:  # type: ignore[no-untyped-def]
    report = report_of(names, 2)
    words = words_of(report)
    assert "One sending was slower than the best choice then: at 10:00:10, 4:38 later" in words
    assert "Left waiting (2)" in words and "Units sent against a rule, with a reason: 1." in words
    first = next(part for part in report.parts if part.title.startswith("Decision 1"))
    slow = next(part for part in report.parts if "10:00:10 · incident 1" in part.title)
    assert first.charts and slow.charts[0].startswith("decision ")
    assert "All required would be there 4:38 later than with the best choice." in slow.paragraphs
    assert any(each.startswith("Why E1 was best: ") for each in slow.after)
    assert any("In reach of" in each for each in slow.after)
    who = slow.rows[0]
    assert "E2 (engine" in who[1] and "there 3:23" not in who[2] and "E1 (engine" in who[3]
    assert "sent 0:41, there –" in who[2] or "there – after the call" in who[2]
    rules = next(part for part in report.parts if part.title == "Rules and deadlines")
    assert {row[3].split(":")[0] for row in rules.rows} >= {"send units", "E2 was sent against a rule"}
    assert "byte for byte" in words and "(head " in words and "seed 1" in words


def test_a_scenario_has_no_column_of_what_really_happened(qapp: QApplication) -> None:
    from app.debriefing.names import Names

    report = report_of(Names(material_of(has_record=False), "en"), 0)
    totals = next(part for part in report.parts if part.title.startswith("The whole exercise"))
    assert totals.headings == ("", "Done", "Best")
    every = next(part for part in report.parts if part.title == "Every decision")
    assert "Really happened" not in every.headings
    assert "There is no record of what really happened" in words_of(report)


def test_no_page_holds_only_that_no_decision_stands_out(material: Material, qapp: QApplication) -> None:
    from app.debriefing.names import Names

    def every_of(shown: Material) -> Part:
        return next(part for part in report_of(Names(shown, "en"), 0).parts if part.title == "Every decision")

    good = tuple(each for each in material.debriefing.score.decisions if each.verdict == AS_BEST)
    debriefing = replace(material.debriefing, score=replace(material.debriefing.score, decisions=good))
    assert (
        good and every_of(material).begins_page and not every_of(replace(material, debriefing=debriefing)).begins_page
    )


def test_an_exercise_in_which_nobody_decided_has_a_report(
    material: Material, city: City, tmp_path: Path, qapp: QApplication
) -> None:
    score = replace(material.debriefing.score, decisions=(), marks=(replace(_nothing(material), trainee=""),))
    bare = replace(material, debriefing=replace(material.debriefing, score=score), ways=(), bookmarks=())
    write_report(bare, city, tmp_path / "bare.pdf")
    assert (tmp_path / "bare.pdf").stat().st_size > 10_000


def test_another_ending_is_refused_and_nothing_is_written(material: Material, city: City, tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=r"html or \.pdf"):
        write_report(material, city, tmp_path / "report.docx")
    assert not list(tmp_path.iterdir())


def test_bookmarks_that_cannot_be_read_are_said(material: Material, qapp: QApplication) -> None:
    from app.debriefing.names import Names

    spoilt = replace(material, bookmarks=(), marks_problem=HOSTILE)
    words = words_of(report_of(Names(spoilt, "en"), 0))
    assert words.count("The trainer's bookmarks could not be read: <img") == 2


def _nothing(material: Material):  # type: ignore[no-untyped-def]
    from dispatch.exercise.marks import marks_of

    return marks_of(())[0]
