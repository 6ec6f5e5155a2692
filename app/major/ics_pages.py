"""ICS forms on paper: numbered blocks as HTML, and the same as a PDF with page numbers. Runs in a job; no widget."""

from __future__ import annotations

import base64
import html
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from PySide6.QtCore import QBuffer, QIODevice, QMarginsF, QRectF, QSizeF, Qt, QUrl
from PySide6.QtGui import QFont, QImage, QPageLayout, QPageSize, QPainter, QPdfWriter, QTextDocument

from app.paper.whole import replace_file
from app.wording import label, one_line, plain, text
from app.wording.durations import day_and_clock
from dispatch.ics import Bilingual, Block, Coded, Figure, Form, Table, Value

DOTS_PER_INCH = 150
FOOT_MM = 8.0
SHORT = 48  # a block of so few letters shares its line with another
LONGEST = 20_000
PICTURE_PX = 690  # in 96ths of an inch: as wide as the text of an A4 page
_STYLE = """
body { font-family: sans-serif; font-size: 9pt; color: #000000; }
table { border-collapse: collapse; }
td, th { border: 1px solid #555555; padding: 3px 4px; vertical-align: top; text-align: left; }
"""
_SCREEN = (
    "body { max-width: 190mm; margin: 8mm auto; background: #ffffff; } table { width: 100%; } img { width: 100%; }"
)


@dataclass(frozen=True, slots=True)
class Paper:
    """What stands on every page beside the form itself: city, kind of log (empty: live), language and time zone."""

    city: str = ""
    mark: str = ""
    language: str = "en"
    zone: str = "UTC"


def words_of(value: Value, paper: Paper, *, between: str = ", ") -> str:
    """Return a value of a form in words, plain; None is left to be written by hand."""
    if value is None:
        return ""
    if isinstance(value, tuple):
        return between.join(words_of(each, paper) for each in value)
    if isinstance(value, datetime):
        return day_and_clock(value, paper.zone)
    if isinstance(value, Coded):
        return label(value.group, value.code, paper.language)
    if isinstance(value, Bilingual):
        return plain(value.text_zh if paper.language == "zh" and value.text_zh else value.text, LONGEST)
    if isinstance(value, Figure):
        return f"{label(value.group, value.code, paper.language)} {value.number:g}"
    if isinstance(value, float):
        return f"{value:g}"
    return plain(value, LONGEST)


def page_html(form: Form, paper: Paper, *, picture: str = "", for_screen: bool = True) -> str:
    """Return the form as one page of HTML that needs nothing else; `picture` is where its map lies, or data."""
    title = label("ics_title", form.number, paper.language)
    parts = [
        f'<!DOCTYPE html><html lang="{"zh" if paper.language == "zh" else "en"}"><head><meta charset="utf-8">',
        f"<title>{_escaped(title)} {form.incident_id}</title>",
        f"<style>{_STYLE}{_SCREEN if for_screen else ''}</style></head><body>",
    ]
    if paper.mark:
        parts.append(f'<p align="center"><b>{_escaped(paper.mark)}</b></p>')
    place = " · ".join(part for part in (one_line(paper.city, 80), f"{form.incident_id}") if part)
    parts.append(
        '<table width="100%" cellspacing="0" cellpadding="3" style="margin-bottom: 4px"><tr>'
        f'<td width="70%" bgcolor="#000000"><font size="5" color="#ffffff"><b>{_escaped(title)}</b></font></td>'
        f'<td width="30%" bgcolor="#000000" align="right"><font color="#ffffff">{_escaped(place)}<br>'
        f"{_escaped(day_and_clock(form.prepared_at, paper.zone))}</font></td></tr></table>"
    )
    parts += _parts(form, paper, picture)
    parts.append("</body></html>")
    return "\n".join(parts)


def write_form(
    form: Form, paper: Paper, folder: Path, name: str, *, paint: Callable[[], QImage] | None = None
) -> tuple[Path, Path]:
    """Write NAME.pdf and NAME.html into a folder, each whole or not at all; return where they lie. Raises OSError."""
    folder.mkdir(parents=True, exist_ok=True)
    image = paint() if paint is not None else None
    page = page_html(form, paper, picture=_as_data(image) if image is not None else "")
    web, pdf = folder / f"{name}.html", folder / f"{name}.pdf"
    replace_file(web, lambda path: path.write_text(page, encoding="utf-8"))
    replace_file(pdf, lambda path: _print(form, paper, image, path))
    return pdf, web


def _parts(form: Form, paper: Paper, picture: str) -> Iterator[str]:
    """Yield every block and table in order; two short blocks stand side by side."""
    held: list[Block] = []
    for part in form.parts:
        if isinstance(part, Block) and _is_short(part, paper) and not (picture and part.label == "map"):
            held.append(part)
            if len(held) == 2:
                yield _line(held, paper)
                held = []
            continue
        if held:
            yield _line(held, paper)
            held = []
        if isinstance(part, Table):
            yield _table(part, paper)
        else:
            yield _line([part], paper, picture=picture if part.label == "map" else "")
    if held:
        yield _line(held, paper)


def _is_short(block: Block, paper: Paper) -> bool:
    return not isinstance(block.value, tuple) and len(words_of(block.value, paper)) <= SHORT


def _line(blocks: Iterable[Block], paper: Paper, *, picture: str = "") -> str:
    cells = []
    held = list(blocks)
    for block in held:
        words = _escaped(words_of(block.value, paper, between="\n")).replace("\n", "<br>")
        image = f'<img src="{html.escape(picture, quote=True)}" width="{PICTURE_PX}"><br>' if picture else ""
        name = _named(block.number, block.label, paper)
        cells.append(f'<td width="{100 // len(held)}%">{name}<br>{image}{words or "&nbsp;"}</td>')
    return f'<table width="100%" cellspacing="0" cellpadding="3"><tr>{"".join(cells)}</tr></table>'


def _table(table: Table, paper: Paper) -> str:
    width = len(table.columns)
    head = "".join(
        f'<th bgcolor="#eeeeee"><font size="2">{_escaped(label("ics_field", each, paper.language))}</font></th>'
        for each in table.columns
    )
    rows = table.rows or ((None,) * width,)
    body = "".join(
        "<tr>"
        + "".join(f"<td>{_escaped(words_of(value, paper)).replace(chr(10), '<br>') or '&nbsp;'}</td>" for value in row)
        + "</tr>"
        for row in rows
    )
    return (
        f'<table width="100%" cellspacing="0" cellpadding="3"><thead><tr><td colspan="{width}" bgcolor="#dddddd">'
        f"{_named(table.number, table.label, paper)}</td></tr><tr>{head}</tr></thead><tbody>{body}</tbody></table>"
    )


def _named(number: str, code: str, paper: Paper) -> str:
    name = _escaped(label("ics_field", code, paper.language))
    return f'<font size="2"><b>{_escaped(number)}. {name}</b></font>'


def _escaped(words: object) -> str:
    return html.escape(plain(words, LONGEST), quote=True)


def _as_data(image: QImage) -> str:
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    image.save(buffer, "PNG")  # type: ignore[call-overload]
    return "data:image/png;base64," + base64.b64encode(bytes(buffer.data().data())).decode()


def _print(form: Form, paper: Paper, image: QImage | None, path: Path) -> None:
    writer = QPdfWriter(str(path))
    writer.setPageLayout(
        QPageLayout(
            QPageSize(QPageSize.PageSizeId.A4),
            QPageLayout.Orientation.Portrait,
            QMarginsF(12, 12, 12, 10),
            QPageLayout.Unit.Millimeter,  # points, if nothing is said: most printers leave more than that white
        )
    )
    writer.setResolution(DOTS_PER_INCH)
    title = label("ics_title", form.number, paper.language)
    writer.setTitle(one_line(f"{title} {form.incident_id}"))
    document = QTextDocument()
    font = QFont()
    font.setPointSizeF(9)
    document.setDefaultFont(font)
    document.setDocumentMargin(0)
    document.documentLayout().setPaintDevice(writer)
    if image is not None:
        document.addResource(QTextDocument.ResourceType.ImageResource, QUrl("map"), image)
    document.setHtml(page_html(form, paper, picture="map" if image is not None else "", for_screen=False))
    page = QRectF(writer.pageLayout().paintRectPixels(DOTS_PER_INCH))
    foot = FOOT_MM / 25.4 * DOTS_PER_INCH
    body = QSizeF(page.width(), page.height() - foot)
    document.setPageSize(body)
    by = text("major.prepared_by_foot", paper.language, who=one_line(form.prepared_by, 60)) if form.prepared_by else ""
    left = " · ".join(part for part in (title, f"{form.incident_id}", by, paper.mark) if part)
    painter = QPainter(writer)
    pages = document.pageCount()
    for number in range(pages):
        if number:
            writer.newPage()
        painter.save()
        painter.translate(0, -number * body.height())
        document.drawContents(painter, QRectF(0, number * body.height(), body.width(), body.height()))
        painter.restore()
        painter.setFont(font)
        edge = QRectF(0, body.height(), body.width(), foot)
        painter.drawText(edge, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignBottom, one_line(left, 110))
        of = text("major.page_of", paper.language, number=number + 1, of=pages)
        painter.drawText(edge, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignBottom, of)
    painter.end()
