"""A situation report on paper and in files: PDF, HTML, plain text, each whole or not at all. No widget is touched."""

from __future__ import annotations

import html
from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QMarginsF, QRectF, QSizeF, Qt
from PySide6.QtGui import (
    QColor,
    QFont,
    QPageLayout,
    QPageSize,
    QPainter,
    QPdfWriter,
    QTextBlockFormat,
    QTextCharFormat,
    QTextCursor,
    QTextDocument,
    QTextFrameFormat,
    QTextLength,
    QTextTableFormat,
)

from app.paper.whole import replace_file
from app.situation.sections import Paper, Section
from maps.lettering import FONT_FAMILIES

DOTS_PER_INCH = 150
FIGURES_IN_A_ROW = 3
_FOOT_PX = 40
_MM = QPageLayout.Unit.Millimeter


def document(paper: Paper, font: QFont, ink: Callable[[str], QColor]) -> QTextDocument:
    """Return the report as a document; `ink` gives the colour of `text`, `muted`, `alarm` and `line`.

    Words are inserted as plain text: what stands in them is never read as HTML.
    """
    made = QTextDocument()
    made.setDefaultFont(font)
    made.setDocumentMargin(6)
    writer = _Writer(made, font, ink)
    writer.cursor.beginEditBlock()  # laid out once at the end, not after every cell
    writer.line(paper.title, scale=1.5, bold=True)
    writer.line(paper.subtitle, tone="muted")
    writer.figures(paper)
    for section in paper.sections:
        writer.section(section)
    writer.cursor.endEditBlock()
    return made


class _Writer:
    """Write sections into a document."""

    def __init__(self, made: QTextDocument, font: QFont, ink: Callable[[str], QColor]) -> None:
        self.cursor = QTextCursor(made)
        self._font, self._ink = font, ink
        self._is_empty = True

    def line(self, words: str, *, tone: str = "text", scale: float = 1.0, bold: bool = False, above: int = 0) -> None:
        """Write one line."""
        self.cursor.movePosition(QTextCursor.MoveOperation.End)
        block = QTextBlockFormat()
        block.setTopMargin(above)
        block.setBottomMargin(2)
        if self._is_empty:
            self.cursor.setBlockFormat(block)
            self._is_empty = False
        else:
            self.cursor.insertBlock(block, QTextCharFormat())
        self.cursor.insertText(words, self._look(tone, scale, bold))

    def figures(self, paper: Paper) -> None:
        """Write the figures side by side."""
        columns = FIGURES_IN_A_ROW
        lines = -(-len(paper.figures) // columns)
        self.line("", scale=0.5)
        # Between two pairs of name and figure stands an empty column: they would read as one.
        table = self.cursor.insertTable(lines, columns * 3 - 1, self._frame(((24, 6, 5) * columns)[:-1], border=0))
        for number, (name, value, is_loud) in enumerate(paper.figures):
            row, column = number % lines, number // lines * 3
            tone = "alarm" if is_loud else "text"
            table.cellAt(row, column).firstCursorPosition().insertText(name, self._look("muted", 1.0, False))
            self._right(table.cellAt(row, column + 1).firstCursorPosition()).insertText(
                value, self._look(tone if value != "0" else "muted", 1.0, value != "0")
            )

    def section(self, section: Section) -> None:
        """Write one section."""
        first = section.level == 1
        self.line(section.title, scale=1.15 if first else 1.0, bold=True, above=14 if first else 6)
        for words in section.lines:
            self.line(words)
        if not section.headings:
            return
        widths = _WIDTHS.get(len(section.headings), (100 // len(section.headings),) * len(section.headings))
        shape = self._frame(widths)
        shape.setHeaderRowCount(1)
        table = self.cursor.insertTable(len(section.rows) + 1, len(section.headings), shape)
        for column, words in enumerate(section.headings):
            table.cellAt(0, column).firstCursorPosition().insertText(words, self._look("muted", 0.92, True))
        for number, row in enumerate(section.rows):
            tone = "alarm" if number in section.loud else "text"
            for column, words in enumerate(row):
                spot = table.cellAt(number + 1, column).firstCursorPosition()
                spot.insertText(words, self._look(tone, 1.0, number in section.loud))

    def _frame(self, widths: tuple[int, ...], *, border: float = 1) -> QTextTableFormat:
        shape = QTextTableFormat()
        shape.setCellPadding(3)
        shape.setCellSpacing(0)
        shape.setBorder(border)
        shape.setBorderStyle(QTextFrameFormat.BorderStyle.BorderStyle_Solid)
        shape.setBorderCollapse(True)
        shape.setBorderBrush(self._ink("line"))
        shape.setWidth(QTextLength(QTextLength.Type.PercentageLength, 100))
        shape.setColumnWidthConstraints([QTextLength(QTextLength.Type.PercentageLength, each) for each in widths])
        return shape

    def _right(self, cursor: QTextCursor) -> QTextCursor:
        block = QTextBlockFormat()
        block.setAlignment(Qt.AlignmentFlag.AlignRight)
        cursor.setBlockFormat(block)
        return cursor

    def _look(self, tone: str, scale: float, bold: bool) -> QTextCharFormat:
        made = QTextCharFormat()
        font = QFont(self._font)
        if font.pixelSize() > 0:
            font.setPixelSize(round(font.pixelSize() * scale))
        else:
            font.setPointSizeF(font.pointSizeF() * scale)
        font.setBold(bold)
        made.setFont(font)
        made.setForeground(self._ink(tone))
        return made


# Widths of a table's columns in per cent, by how many there are.
_WIDTHS = {5: (6, 18, 36, 26, 14), 4: (6, 48, 14, 32), 3: (50, 25, 25)}


def write_pdf(paper: Paper, path: Path, *, page_words: str) -> Path:
    """Write the report as a PDF on A4, each page with its number (`page_words` names `{page}` and `{pages}`)."""
    return replace_file(path, lambda beside: _print(paper, beside, page_words))


def write_html(paper: Paper, path: Path, *, language: str) -> Path:
    """Write the report as one HTML file without scripts or anything to be loaded."""
    return replace_file(path, lambda beside: beside.write_text(as_html(paper, language), encoding="utf-8"))


def write_text(paper: Paper, path: Path) -> Path:
    """Write the report as plain text."""
    return replace_file(path, lambda beside: beside.write_text(as_text(paper), encoding="utf-8"))


def as_text(paper: Paper) -> str:
    """Return the report as plain text."""
    lines = [paper.title, paper.subtitle, ""]
    lines += [f"{name}: {value}" for name, value, _ in paper.figures]
    for section in paper.sections:
        under = "=" if section.level == 1 else "-"
        lines += ["", section.title, under * max(4, len(section.title)), *section.lines]
        if section.headings:
            lines.append(" | ".join(section.headings))
            lines += [
                ("! " if number in section.loud else "") + " | ".join(row) for number, row in enumerate(section.rows)
            ]
    return "\n".join(lines) + "\n"


def as_html(paper: Paper, language: str) -> str:
    """Return the report as HTML; every word in it is escaped."""
    parts = [_HEAD.format(language="zh-CN" if language == "zh" else "en", title=html.escape(paper.title))]
    parts.append(f"<h1>{html.escape(paper.title)}</h1><p class=muted>{html.escape(paper.subtitle)}</p><dl>")
    for name, value, is_loud in paper.figures:
        loud = " class=loud" if is_loud else ""
        parts.append(f"<div{loud}><dt>{html.escape(name)}</dt><dd>{html.escape(value)}</dd></div>")
    parts.append("</dl>")
    for section in paper.sections:
        head = "h2" if section.level == 1 else "h3"
        parts.append(f"<{head}>{html.escape(section.title)}</{head}>")
        parts += [f"<p>{html.escape(words)}</p>" for words in section.lines]
        if section.headings:
            parts.append("<table><thead><tr>")
            parts += [f"<th>{html.escape(words)}</th>" for words in section.headings]
            parts.append("</tr></thead><tbody>")
            for number, row in enumerate(section.rows):
                loud = " class=loud" if number in section.loud else ""
                parts.append(f"<tr{loud}>" + "".join(f"<td>{html.escape(words)}</td>" for words in row) + "</tr>")
            parts.append("</tbody></table>")
    return "\n".join([*parts, "</body></html>"]) + "\n"


_HEAD = """<!doctype html>
<html lang="{language}"><head><meta charset="utf-8"><title>{title}</title><style>
body {{ font: 14px/1.45 sans-serif; max-width: 60em; margin: 2em auto; padding: 0 1em; color: #161c22; }}
h1 {{ font-size: 1.5em; margin: 0; }} h2 {{ font-size: 1.15em; margin: 1.6em 0 .3em; border-top: 1px solid #9ba7b3;
padding-top: .6em; }} h3 {{ font-size: 1em; margin: .8em 0 .3em; }} p {{ margin: .2em 0; }} .muted {{ color: #4c5966; }}
dt {{ color: #4c5966; }} dl {{ columns: 3; column-gap: 2em; }}
dl div {{ display: flex; justify-content: space-between; break-inside: avoid; }}
dd {{ margin: 0; font-weight: bold; }} table {{ border-collapse: collapse; width: 100%; }}
th, td {{ border: 1px solid #c9d0d7; padding: .25em .5em; text-align: left; vertical-align: top; }}
th {{ color: #4c5966; font-size: .92em; }} thead {{ display: table-header-group; }}
.loud, .loud dd {{ color: #b3200e; font-weight: bold; }}
</style></head><body>"""


def _print(paper: Paper, path: Path, page_words: str) -> None:
    writer = QPdfWriter(str(path))
    writer.setPageLayout(
        QPageLayout(
            QPageSize(QPageSize.PageSizeId.A4), QPageLayout.Orientation.Portrait, QMarginsF(16, 15, 16, 12), _MM
        )
    )
    writer.setTitle(paper.title)
    writer.setResolution(DOTS_PER_INCH)
    font = QFont()
    font.setFamilies(FONT_FAMILIES)
    font.setPointSizeF(9)
    inks = {"text": "#101418", "muted": "#4c5966", "alarm": "#b3200e", "line": "#9ba7b3"}
    made = document(paper, font, lambda name: QColor(inks[name]))
    made.setDocumentMargin(0)
    made.documentLayout().setPaintDevice(writer)
    whole = QSizeF(writer.pageLayout().paintRectPixels(DOTS_PER_INCH).size())
    page = QSizeF(whole.width(), whole.height() - _FOOT_PX)
    made.setPageSize(page)
    painter = QPainter(writer)
    pages = made.pageCount()
    small = QFont(font)
    small.setPointSizeF(7.5)
    for number in range(pages):
        if number:
            writer.newPage()
        painter.save()
        painter.translate(0, -number * page.height())
        made.drawContents(painter, QRectF(0, number * page.height(), page.width(), page.height()))
        painter.restore()
        painter.setFont(small)
        painter.setPen(QColor(inks["muted"]))
        foot = QRectF(0, page.height() + 8, whole.width(), _FOOT_PX - 8)
        painter.drawText(foot, int(Qt.AlignmentFlag.AlignLeft), f"{paper.title} · {paper.subtitle}")
        words = page_words.format(page=number + 1, pages=pages)
        painter.drawText(foot, int(Qt.AlignmentFlag.AlignRight), words)
    painter.end()
