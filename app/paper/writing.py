"""Puts a report on paper (PDF) or on a page (HTML); whole or not at all.

Needs a QGuiApplication, for the letters; not its thread.
"""

from __future__ import annotations

import base64
import html
from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QBuffer, QIODevice, QMarginsF, QRectF, QSizeF, Qt, QUrl
from PySide6.QtGui import (
    QAbstractTextDocumentLayout,
    QFont,
    QImage,
    QPageLayout,
    QPageSize,
    QPainter,
    QPalette,
    QPdfWriter,
    QTextCursor,
    QTextDocument,
    QTextFormat,
)

from app.paper.report import Part, Report
from app.paper.whole import replace_file
from app.wording import text
from maps.lettering import FONT_FAMILIES

DOTS_PER_INCH = 150
FOOT_MM, MARGIN_MM = 9.0, 14.0
LOW = 0.86  # of a page: a heading below it goes over to the next
_STYLE = """
body { font-size: 8.5pt; color: #161c22; }
h1 { font-size: 20pt; margin: 0; }
h2 { font-size: 12.5pt; margin: 16px 0 5px 0; color: #00456f; }
p { margin: 2px 0 5px 0; }
p.sub { font-size: 12pt; color: #4c5966; margin: 0 0 10px 0; }
p.warn { color: #8a3a00; font-weight: bold; }
table.rows { border-collapse: collapse; }
table.rows th { background-color: #e6eaee; text-align: left; font-weight: bold; }
table.rows td, table.rows th { border-bottom: 1px solid #c9d0d7; }
td.n, th.n { text-align: right; }
td.muted { color: #4c5966; }
"""
SHORT = 8  # signs of a cell that stays on one line
_PAGE_STYLE = """
body { font-family: "Noto Sans", "Noto Sans CJK SC", "Microsoft YaHei", "PingFang SC", sans-serif; max-width: 1100px;
  margin: 32px auto; padding: 0 20px; font-size: 14px; }
h1 { font-size: 28px; } h2 { font-size: 19px; margin-top: 30px; } p.sub { font-size: 17px; }
table { width: 100%; border-collapse: collapse; } td, th { padding: 4px 8px; vertical-align: top; }
table.rows th.n { text-align: right; } table.rows td { border-bottom: 1px solid #c9d0d7; }
img { max-width: 100%; height: auto; }
@media print { h2 { break-after: avoid; } tr { break-inside: avoid; } }
"""


def write_parts(report: Report, draw: Callable[[str], QImage], file: Path, language: str) -> str:
    """Write any report as PDF or HTML, by the file's ending; `draw` paints a chart. Say what was written. OSError."""
    if file.suffix.casefold() == ".html":
        page = as_html(report, lambda name: _embedded(draw(name)), language)
        replace_file(file, lambda beside: beside.write_text(page, encoding="utf-8"))
        return text("report.written_plain", language, file=file.name)
    pages: list[int] = []
    replace_file(file, lambda beside: pages.append(_print(report, draw, beside, language)))
    return text("report.written", language, file=file.name, pages=pages[0])


def as_html(report: Report, picture: Callable[[str], str], language: str, *, is_page: bool = True) -> str:
    """Return a report as HTML in which every word is text; `picture` gives the address of a chart.

    `is_page` is for a browser; else it is what QTextDocument understands.
    """
    parts = [f"<h1>{_safe(report.title)}</h1><p class='sub'>{_safe(report.subtitle)}</p>"]
    if report.warning:
        parts.append(f"<p class='warn'>{_safe(report.warning)}</p>")
    facts = "".join(
        f"<tr><td class='muted'>{_safe(name)}</td><td>{_safe(value)}</td></tr>" for name, value in report.facts
    )
    parts.append(f"<table cellpadding='2' cellspacing='0'>{facts}</table>")
    parts += [_part(part, picture, is_page) for part in report.parts]
    style = _STYLE + (_PAGE_STYLE if is_page else "")
    head = f"<meta charset='utf-8'><title>{_safe(report.title)}</title><style>{style}</style>"
    return f"<!DOCTYPE html><html lang='{_safe(language)}'><head>{head}</head><body>{''.join(parts)}</body></html>"


def _part(part: Part, picture: Callable[[str], str], is_page: bool) -> str:
    turned = " style='page-break-before: always'" if part.begins_page else ""
    said = [f"<h2{turned}>{_safe(part.title)}</h2>"]
    said += [f"<p>{_safe(words)}</p>" for words in part.paragraphs]
    if len(part.charts) > 1:
        cells = [f"<td width='50%'>{_image(picture(name), 'half', is_page)}</td>" for name in part.charts]
        rows = "".join(f"<tr>{cells[at]}{cells[at + 1]}</tr>" for at in range(0, len(cells), 2))
        said.append(f"<table width='100%' cellpadding='4' cellspacing='0'>{rows}</table>")
    if part.rows:
        said.append(_table(part, is_page))
    said += [f"<p>{_image(picture(name), 'whole', is_page)}</p>" for name in part.charts[:1] if len(part.charts) == 1]
    said += [f"<p>{_safe(words)}</p>" for words in part.after]
    return "".join(said)


def _table(part: Part, is_page: bool) -> str:
    def cell(tag: str, column: int, words: str) -> str:
        right = " align='right' class='n'" if column in part.right else ""
        wide = f" width='{part.wide_percent}%'" if column == part.wide and part.wide_percent else ""
        # Chinese may break behind any sign. On paper Qt takes a cell's line away with it.
        whole = " style='white-space: nowrap'" if is_page and len(words) <= SHORT else ""
        return f"<{tag}{right}{wide}{whole}>{_safe(words)}</{tag}>"

    head = "".join(cell("th", column, words) for column, words in enumerate(part.headings))
    rows = "".join(
        "<tr>" + "".join(cell("td", column, words) for column, words in enumerate(row)) + "</tr>" for row in part.rows
    )
    attributes = "class='rows' width='100%' cellpadding='3' cellspacing='0' border='0'"
    return f"<table {attributes}><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>"


def _image(address: str, size: str, is_page: bool) -> str:
    return f"<img src='{_safe(address)}'>" if is_page else f"<img src='{_safe(address)}' width='{size}'>"


def _safe(words: str) -> str:
    return html.escape(words, quote=True)


def _embedded(image: QImage) -> str:
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    image.save(buffer, "PNG")  # type: ignore[call-overload]
    return "data:image/png;base64," + base64.b64encode(bytes(buffer.data().data())).decode("ascii")


def _print(report: Report, draw: Callable[[str], QImage], path: Path, language: str) -> int:
    """Lay a report out on A4 with the title and the number of each page at its foot; return how many pages."""
    writer = QPdfWriter(str(path))
    margins = QMarginsF(MARGIN_MM, MARGIN_MM, MARGIN_MM, MARGIN_MM)
    writer.setPageLayout(
        QPageLayout(
            QPageSize(QPageSize.PageSizeId.A4), QPageLayout.Orientation.Portrait, margins, QPageLayout.Unit.Millimeter
        )
    )
    writer.setResolution(DOTS_PER_INCH)
    writer.setTitle(report.title)
    writer.setCreator("Opsroom")
    room = QSizeF(writer.pageLayout().paintRectPixels(DOTS_PER_INCH).size())
    foot = FOOT_MM / 25.4 * DOTS_PER_INCH
    page = QSizeF(room.width(), room.height() - foot)
    document = QTextDocument()
    font = QFont()
    font.setFamilies(FONT_FAMILIES)
    font.setPointSizeF(8.5)
    document.setDefaultFont(font)
    document.documentLayout().setPaintDevice(writer)
    document.setDocumentMargin(0)
    document.setPageSize(page)
    inch = 96 / DOTS_PER_INCH  # a document counts the size of a picture in 96ths of an inch
    sizes = {"half": f"{(page.width() / 2 - 20) * inch:.0f}", "whole": f"{page.width() * inch:.0f}"}

    def picture(name: str) -> str:
        document.addResource(QTextDocument.ResourceType.ImageResource, QUrl(f"chart:{name}"), draw(name))
        return f"chart:{name}"

    words = as_html(report, picture, language, is_page=False)
    for size, pixels in sizes.items():
        words = words.replace(f" width='{size}'>", f" width='{pixels}'>")
    document.setHtml(words)
    _keep_headings(document, page.height())
    document.markContentsDirty(0, document.characterCount())  # else what moved is not all drawn
    pages = document.pageCount()
    painter = QPainter(writer)
    for number in range(pages):
        if number:
            writer.newPage()
        painter.save()
        painter.translate(0, -number * page.height())
        shown = QRectF(0, number * page.height(), page.width(), page.height())
        painter.setClipRect(shown)
        context = QAbstractTextDocumentLayout.PaintContext()
        context.palette.setColor(QPalette.ColorRole.Text, Qt.GlobalColor.black)
        context.clip = shown
        document.documentLayout().draw(painter, context)
        painter.restore()
        painter.setFont(font)
        painter.setPen(Qt.GlobalColor.darkGray)
        line = text("report.page", language, title=f"{report.title} · {report.subtitle}", page=number + 1, pages=pages)
        below = QRectF(0, page.height(), page.width(), foot)
        painter.drawText(below, int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignBottom), line)
    painter.end()
    return pages


def _keep_headings(document: QTextDocument, height: float) -> None:
    """Let no heading stand alone at the foot of a page."""
    block = document.begin()
    while block.isValid():
        form = block.blockFormat()
        if form.headingLevel() == 2:
            top = document.documentLayout().blockBoundingRect(block).top()
            if top % height > LOW * height:
                form.setPageBreakPolicy(QTextFormat.PageBreakFlag.PageBreak_AlwaysBefore)
                QTextCursor(block).setBlockFormat(form)
        block = block.next()
