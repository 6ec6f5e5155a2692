"""Puts a report of figures on paper (PDF), on a page (HTML), or its figures into a table (CSV).

Needs a QGuiApplication, for the letters; not its thread.
"""

from __future__ import annotations

from pathlib import Path

from app.figure_rows import FigureRow, rows_of, write_csv
from app.figures.count import Counted
from app.figures.report import report_of
from app.figures.report_charts import paint
from app.paper.origin import Origin
from app.paper.whole import write_table
from app.paper.writing import write_parts
from app.wording import text


def write_report(counted: Counted, origin: Origin, file: Path, language: str) -> str:
    """Write a report in the form of the file's ending (.pdf, .html, .csv); return what to say of it. Raises OSError."""
    form = file.suffix.casefold().lstrip(".")
    file.parent.mkdir(parents=True, exist_ok=True)
    if form == "csv":
        rows = [row for row in rows_of(counted.figures, counted.state, language) if _is_seen(row, counted)]
        count = write_table(file, lambda out: write_csv(rows, counted.figures, out, language))
        return text("report.written_rows", language, file=file.name, rows=f"{count:,}")
    report = report_of(counted, origin, language)
    return write_parts(report, lambda name: paint(name, counted, language), file, language)


def _is_seen(row: FigureRow, counted: Counted) -> bool:
    share = counted.asked.share
    return not share.is_own or (row.figure.group, row.figure.key) == (share.group, share.key)
