"""Writes the after-action report of an exercise, as a page that stands by itself (HTML) or on paper (PDF).

Needs a QGuiApplication (for the letters), and its thread.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtGui import QImage

from app.charts.picture import picture_of
from app.debriefing import parts as p
from app.debriefing.charts import BarsChart, DecideChart, LossChart, ReachedChart, covers_of
from app.debriefing.from_call import FromCall
from app.debriefing.lanes import Lanes
from app.debriefing.material import Material
from app.debriefing.names import Names
from app.debriefing.pictures import decision_map, overview_of
from app.debriefing.worst import worst_of
from app.paper.writing import write_parts
from app.wording import text
from dispatch.exercise.score_records import COLUMNS
from gis.city import City

FORMS = ("html", "pdf")
CHART = (480.0, 262.0)
TIMELINE = (980.0, 560.0)
LONGEST_S, SHORTEST_S = 1800.0, 300.0  # of what is drawn from a call
PAGE, PAPER = "report.html", "report.pdf"


def write_report(material: Material, city: City, file: Path, language: str = "en") -> str:
    """Write the report by the file's ending (`FORMS`), or both into a folder; say what was written.

    Equal material, city and language give the same page, byte for byte. Raises ValueError, OSError.
    """
    if file.suffix.casefold().lstrip(".") in FORMS:
        file.parent.mkdir(parents=True, exist_ok=True)
        return _write(material, city, file, language)
    if file.suffix and not file.is_dir():
        raise ValueError(text("debrief.not_a_form", language))
    file.mkdir(parents=True, exist_ok=True)
    _write(material, city, file / PAGE, language)
    said = _write(material, city, file / PAPER, language)
    return text("debrief.folder_written", language, page=PAGE, paper=PAPER, pages=said)


def _write(material: Material, city: City, file: Path, language: str) -> str:
    names = Names(material, language)
    covers = len(covers_of(names))
    return write_parts(p.report_of(names, covers + covers % 2), drawer(names, city), file, language)


def drawer(names: Names, city: City) -> Callable[[str], QImage]:
    """Return what paints a picture of the report by its name."""

    def draw(name: str) -> QImage:
        kind, _, number = name.partition(" ")
        if kind == p.OVERVIEW:
            return overview_of(names, city, worst_of(names.material.debriefing.score.decisions))
        if kind == p.DECISION:
            return decision_map(names, city, int(number))
        if kind == p.LANES:
            return picture_of(Lanes(names), TIMELINE)
        if kind == p.FROM_CALL:
            return _from_call(names, int(number))
        if kind == p.COVER:
            covers = covers_of(names)
            if int(number) >= len(covers):  # pictures stand in pairs
                return _nothing()
            return picture_of(covers[int(number)], CHART)
        return picture_of(_CHARTS[kind](names), CHART)

    return draw


_CHARTS = {p.BARS: BarsChart, p.REACHED: ReachedChart, p.DECIDE: DecideChart, p.LOSS: LossChart}


def _from_call(names: Names, first: int) -> QImage:
    new = [row for row in names.material.debriefing.score.incidents if row.at_s >= 0]
    spans = [getattr(row, column).first_s for row in new for column in COLUMNS if getattr(row, column) is not None]
    longest = max([each for each in spans if each is not None], default=0.0)
    most_s = min(LONGEST_S, max(SHORTEST_S, -(-longest // 120) * 120))
    chart = FromCall(names, tuple(new[first : first + p.INCIDENTS_A_PICTURE]), most_s)
    return picture_of(chart, chart.size)


def _nothing() -> QImage:
    image = QImage(round(CHART[0]), 2, QImage.Format.Format_RGB32)
    image.fill(0xFFFFFF)
    return image
