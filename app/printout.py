"""The present state on paper: what a desk goes on with when every screen is dark. One PDF and one text file."""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from PySide6.QtCore import QMarginsF, QSizeF, QUrl
from PySide6.QtGui import (
    QFont,
    QImage,
    QPageLayout,
    QPageSize,
    QPdfWriter,
    QTextBlockFormat,
    QTextCharFormat,
    QTextCursor,
    QTextDocument,
    QTextFormat,
    QTextImageFormat,
    QTextLength,
    QTextTableFormat,
)

from app.paper.whole import replace_file
from app.wording import label
from app.wording.measures import length
from dispatch.incident import Perimeter
from dispatch.log import Log, LogDamaged, NotSaved
from dispatch.state import State

DOTS_PER_INCH = 150
PICTURE_SCALE = 96 / DOTS_PER_INCH  # a document counts the size of a picture in 96ths of an inch
Table = tuple[str, tuple[str, ...], list[tuple[str, ...]]]


def origin(log: Log, state: State) -> dict[str, str]:
    """Return what `write` says of where a state comes from; a server that is away keeps nobody waiting."""
    head = log.head_at(state.sequence)
    if head is None:
        with contextlib.suppress(NotSaved, LogDamaged):
            head = log.chain_head()
    alone = ""
    if log.is_island:
        from dispatch.log_island import IslandLog

        assert isinstance(log, IslandLog)
        alone = f"since entry {log.base.head.sequence} of {log.base.room_name}, {log.base.began_at:%Y-%m-%d %H:%M:%S}Z"
    return {"log_name": log.name, "head": str(head or ""), "alone": alone}


def tables(
    state: State, at: datetime, *, log_name: str = "", head: str = "", alone: str = "", language: str = "en"
) -> list[Table]:
    """Return what is printed, as (title, headings, rows) of plain text; times are the city's.

    `alone` says since when the seat goes on alone: nothing since then is in its room's log yet.
    """
    zone = ZoneInfo(state.time_zone)

    def clock(instant: datetime | None) -> str:
        return instant.astimezone(zone).strftime("%H:%M:%S") if instant else ""

    def word(of: str, code: str) -> str:
        return label(of, code, language)

    def where(perimeter: Perimeter) -> str:
        corners = dict.fromkeys(perimeter.coordinates)  # a ring may end where it begins
        lon, lat = (sum(axis) / len(corners) for axis in zip(*corners, strict=True))
        if perimeter.radius_m is not None:
            return f"{lat:.5f}, {lon:.5f}, radius {length(perimeter.radius_m)}"
        return f"{lat:.5f}, {lon:.5f} (middle of {len(corners)} corners)"

    incidents = []
    for number in sorted(state.open_incidents, key=lambda n: (state.incidents[n].priority, n)):
        incident = state.incidents[number]
        card = state.cards.get(incident.kind)
        units = [state.assignments[key] for key in state.assignments_of.get(number, ())]
        bound = ", ".join(
            f"{item.unit_id} {word('status', state.units[item.unit_id].status)}"
            for item in units
            if item.is_open and item.unit_id in state.units
        )
        incidents.append(
            (
                str(number),
                str(incident.priority),
                card.name if card else incident.kind,
                ", ".join(part for part in (incident.location.text, incident.location.crossing) if part)
                or f"{incident.location.lat:.5f}, {incident.location.lon:.5f}",
                word("stage", incident.stage),
                clock(incident.received_at),
                clock(incident.deadline_at),
                bound or "nobody sent",
                " · ".join((*incident.hazards, incident.text, *(note.text for note in incident.notes[-3:]))).strip(
                    " ·"
                ),
            )
        )
    units = [
        (
            unit.unit.id,
            state.departments[unit.unit.department].name
            if unit.unit.department in state.departments
            else unit.unit.department,
            word("status", unit.status) + (" · DISTRESS" if unit.distress_at else ""),
            clock(unit.since),
            str(state.assignments[unit.assignment_id].incident_id) if unit.assignment_id else "",
            unit.reason,
            ", ".join(unit.unit.capabilities),
        )
        for _, unit in sorted(state.units.items(), key=lambda item: (item[1].unit.department, item[0]))
    ]
    closures = [
        (closure.id[:8], closure.reason, clock(closure.closed_at), clock(closure.until) or "until opened")
        for closure in state.closures.values()
    ]
    perimeters = [
        (
            one.id[:8],
            word("perimeter_kind", one.kind),
            one.label,
            str(one.incident_id) if one.incident_id is not None else "",
            where(one),
            clock(one.drawn_at),
        )
        for one in sorted(state.perimeters.values(), key=lambda one: (str(one.drawn_at), one.id))
    ]
    calls = [
        (call.id[:8], word("channel", call.channel), clock(call.answered_at or call.ringing_at), call.text)
        for call in map(state.calls.__getitem__, state.loose_calls)
        if call.incident_id is None
    ]
    title = f"{state.city} · {at.astimezone(zone):%Y-%m-%d %H:%M:%S %Z} · {(state.kind or '').upper()}"
    facts = [("Log", log_name), ("Entries in the log, and its head", head or str(state.sequence))]
    if alone:
        facts.insert(0, ("ISLAND: this seat goes on alone; not yet in its room's log", alone))
    facts.append(("Open incidents", str(len(incidents))))
    return [
        (title, ("", ""), facts),
        (
            "Open incidents",
            ("No.", "P", "Kind", "Place", "Stage", "Received", "Deadline", "Units", "Known"),
            incidents,
        ),
        ("Units", ("Unit", "Department", "Status", "Since", "Incident", "Reason", "Can"), units),
        ("Closed roads", ("Closure", "Reason", "Closed", "Until"), closures),
        (
            "Perimeters (each stays where it was drawn until it is lifted)",
            ("Perimeter", "Kind", "Label", "Incident", "Where", "Drawn"),
            perimeters,
        ),
        ("Calls without an incident", ("Call", "Channel", "Answered", "Words"), calls),
    ]


def write(
    state: State,
    folder: Path,
    at: datetime,
    *,
    paint: Callable[[], QImage] | None = None,
    log_name: str = "",
    head: str = "",
    alone: str = "",
    language: str = "en",
) -> Path:
    """Write `present-state.pdf` and `present-state.txt` into `folder`, whole or not at all; return the PDF's path.

    `paint` gives the map for the last page; `head` is the chain's head, by which a later edit of the log would show.
    May run outside the window's thread: it touches no widget. Raise OSError where the folder cannot be written.
    """
    content = tables(state, at, log_name=log_name, head=head, alone=alone, language=language)
    return put_on_paper(content, folder, "present-state", paint=paint)


def put_on_paper(content: list[Table], folder: Path, name: str, *, paint: Callable[[], QImage] | None = None) -> Path:
    """Write tables as a PDF and a text file of a name into `folder`, each whole or not at all; return the PDF's path.

    Raise OSError where the folder cannot be written.
    """
    folder.mkdir(parents=True, exist_ok=True)
    text = folder / f"{name}.txt"
    replace_file(text, lambda path: path.write_text(_as_text(content), encoding="utf-8"))
    pdf = folder / f"{name}.pdf"
    replace_file(pdf, lambda path: _print(content, paint() if paint is not None else None, path))
    return pdf


def _as_text(content: list[Table]) -> str:
    lines: list[str] = []
    for title, headings, rows in content:
        lines += ["", _one_line(title), "=" * len(title)]
        table = ([headings] if any(headings) else []) + (rows or [("none",)])
        lines += ["  ".join(_one_line(cell) for cell in row).rstrip() for row in table]
    return "\n".join(lines[1:]) + "\n"


def _one_line(text: str) -> str:
    return "".join(sign if sign.isprintable() else " " for sign in text)


def _print(content: list[Table], picture: QImage | None, path: Path) -> None:
    writer = QPdfWriter(str(path))
    writer.setPageLayout(
        QPageLayout(QPageSize(QPageSize.PageSizeId.A4), QPageLayout.Orientation.Landscape, QMarginsF(10, 10, 10, 10))
    )
    writer.setTitle(_one_line(content[0][0]))
    writer.setResolution(DOTS_PER_INCH)
    document = QTextDocument()
    font = QFont()
    font.setPointSizeF(8)
    document.setDefaultFont(font)
    document.documentLayout().setPaintDevice(writer)
    document.setPageSize(QSizeF(writer.pageLayout().paintRectPixels(DOTS_PER_INCH).size()))
    document.setDocumentMargin(0)
    cursor = QTextCursor(document)
    cursor.beginEditBlock()  # laid out once at the end, not after every cell
    for title, headings, rows in content:
        _heading(cursor, title)
        if rows:
            _table(cursor, headings, rows)
        else:
            cursor.insertText("none")
    if picture is not None:
        _map(cursor, picture, document.pageSize())
    cursor.endEditBlock()
    document.print_(writer)


def _map(cursor: QTextCursor, picture: QImage, page: QSizeF) -> None:
    """Put the map on a page of its own, as large as it fits."""
    cursor.movePosition(QTextCursor.MoveOperation.End)
    block = QTextBlockFormat()
    block.setPageBreakPolicy(QTextFormat.PageBreakFlag.PageBreak_AlwaysBefore)
    cursor.insertBlock(block, QTextCharFormat())
    shape = QTextImageFormat()
    scale = min(page.width() / picture.width(), (page.height() - 12) / picture.height())
    shape.setWidth(picture.width() * scale * PICTURE_SCALE)
    shape.setHeight(picture.height() * scale * PICTURE_SCALE)
    cursor.document().addResource(QTextDocument.ResourceType.ImageResource, QUrl("map"), picture)
    shape.setName("map")
    cursor.insertImage(shape)


def _heading(cursor: QTextCursor, title: str) -> None:
    cursor.movePosition(QTextCursor.MoveOperation.End)
    bold, plain = QTextCharFormat(), QTextCharFormat()
    bold.setFontWeight(QFont.Weight.Bold)
    bold.setFontPointSize(11)
    plain.setFontPointSize(8)
    block = QTextBlockFormat()
    block.setTopMargin(10)
    cursor.insertBlock(block)
    cursor.insertText(_one_line(title), bold)
    cursor.insertBlock(QTextBlockFormat(), plain)


def _table(cursor: QTextCursor, headings: tuple[str, ...], rows: list[tuple[str, ...]]) -> None:
    table_format = QTextTableFormat()
    table_format.setCellPadding(2)
    table_format.setCellSpacing(0)
    table_format.setBorder(1)
    table_format.setBorderCollapse(True)
    table_format.setWidth(QTextLength(QTextLength.Type.PercentageLength, 100))
    shown = ([headings] if any(headings) else []) + rows
    table_format.setHeaderRowCount(1 if any(headings) else 0)
    table = cursor.insertTable(len(shown), len(headings), table_format)
    bold = QTextCharFormat()
    bold.setFontWeight(QFont.Weight.Bold)
    for row, cells in enumerate(shown):
        for column, cell in enumerate(cells):
            inner = table.cellAt(row, column).firstCursorPosition()
            inner.insertText(_one_line(cell), bold if row == 0 and any(headings) else QTextCharFormat())
