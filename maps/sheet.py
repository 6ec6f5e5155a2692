"""A map for paper: a sheet at a true scale with title, legend, grid, scale bar, north arrow and sources.

It is painted on anything that a QPainter paints on: a picture, a PDF, an SVG. Lengths are logical pixels, 96 an inch.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QImage, QPainter, QPen, QPolygonF

from maps.furniture import nice_length_m
from maps.labels import LabelBoard
from maps.layers import Marks
from maps.names import labels_in
from maps.overlay import Overlay
from maps.painter import paint_base
from maps.picture import PicturedCity
from maps.style import Theme
from maps.symbols import sign_font
from maps.view import View

MM = 96 / 25.4
MARGIN_PX = 8 * MM
LEGEND_PX = 47 * MM
ROW_PX = 20.0
LEAST_MAP_PX = 160.0
GRID_APART_PX = 110.0  # a grid line about so often


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the legend: a sign (drawn twice as fine as it is shown) or a colour, and what it means."""

    words: str
    sign: QImage | None = None
    colour: str = ""


@dataclass(frozen=True, slots=True)
class Words:
    """The few words of a sheet itself."""

    legend: str = "Legend"
    grid: str = "Grid {crs}, {step}, numbers in km"
    north: str = "N"
    scale: str = "Scale 1:{number}"


@dataclass(frozen=True, slots=True)
class Sheet:
    """What stands on a sheet beside the map. lines: under the title; banner: in a red bar above everything."""

    title: str
    lines: tuple[str, ...] = ()
    legend: tuple[Row, ...] = ()
    banner: str = ""
    crs: str = ""
    words: Words = field(default_factory=Words)


def scale_number(metres_per_pixel: float) -> float:
    """Return N of a scale 1:N on paper, where a logical pixel is a 96th of an inch."""
    return metres_per_pixel * 96 / 0.0254


def metres_per_pixel_of(number: float) -> float:
    """Return the metres per logical pixel of a scale 1:N on paper."""
    return number * 0.0254 / 96


def map_frame(width: float, height: float, sheet: Sheet) -> QRectF:
    """Return where on a sheet of a size the map lies. Raises ValueError where no room is left for it."""
    top = MARGIN_PX + (26 if sheet.banner else 0) + (26 if sheet.title else 0) + 16 * len(sheet.lines)
    frame = QRectF(MARGIN_PX, top + 6, width - 2 * MARGIN_PX, height - top - 6 - MARGIN_PX - 46)
    if sheet.legend:
        if width >= height:
            frame.setWidth(frame.width() - LEGEND_PX - 8)
        else:
            frame.setHeight(frame.height() - _rows_below(sheet, frame.width()) * ROW_PX - 28)
    if frame.width() < LEAST_MAP_PX or frame.height() < LEAST_MAP_PX:
        raise ValueError(f"a sheet of {width / MM:.0f} x {height / MM:.0f} mm leaves no room for the map")
    return frame


def sheet_view(width: float, height: float, sheet: Sheet, x: float, y: float, scale: float, ratio: float) -> View:
    """Return the view of the map on a sheet: its middle (metric CRS), metres and device pixels per logical pixel."""
    frame = map_frame(width, height, sheet)
    return View(x, y, scale, frame.width(), frame.height(), ratio)


def paint_sheet(
    painter: QPainter, width: float, height: float, city: PicturedCity, view: View, theme: Theme, sheet: Sheet,
    marks: Marks,
) -> None:  # fmt: skip
    """Paint a whole sheet of a size; `view` is `sheet_view`'s. The painter counts device pixels.

    Needs a QGuiApplication (for the letters), and its thread.
    """
    ratio = view.device_pixel_ratio
    frame = map_frame(width, height, sheet)
    painter.fillRect(
        QRectF(0, 0, width * ratio, height * ratio), QColor(theme.paper if theme.name == "day" else theme.ink)
    )
    painter.save()
    painter.setClipRect(
        QRectF(frame.left() * ratio, frame.top() * ratio, frame.width() * ratio, frame.height() * ratio)
    )
    painter.translate(round(frame.left() * ratio), round(frame.top() * ratio))
    paint_base(painter, city, view, theme)
    painter.scale(ratio, ratio)
    board = LabelBoard(theme)
    board.place(labels_in(city, view), view)
    board.paint(painter, view)
    overlay = Overlay()
    overlay.set_marks(**{name: getattr(marks, name) for name in Marks.__dataclass_fields__})
    overlay.paint(painter, view, theme, 0.3)
    painter.restore()
    painter.save()
    painter.scale(ratio, ratio)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    step_m = _paint_grid(painter, frame, view, theme)
    _paint_head(painter, width, theme, sheet)
    _paint_foot(painter, frame, width, height, view, theme, sheet, step_m, city.attribution)
    _paint_legend(painter, frame, width, height, theme, sheet)
    painter.restore()


def _ink(theme: Theme) -> str:
    return theme.ink if theme.name == "day" else theme.text


def _write(
    painter: QPainter, box: QRectF, words: str, size_px: float, colour: str, *, bold: bool = False,
    flags: Qt.AlignmentFlag = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter,
) -> None:  # fmt: skip
    font = sign_font(size_px, bold=bold)
    painter.setFont(font)
    painter.setPen(QColor(colour))
    painter.drawText(box, flags, QFontMetricsF(font).elidedText(words, Qt.TextElideMode.ElideRight, box.width()))


def _paint_head(painter: QPainter, width: float, theme: Theme, sheet: Sheet) -> None:
    top, room = MARGIN_PX, width - 2 * MARGIN_PX
    if sheet.banner:
        bar = QRectF(MARGIN_PX, top, room, 22)
        painter.fillRect(bar, QColor(theme.distress))
        _write(painter, bar, sheet.banner, 12, "#ffffff", bold=True, flags=Qt.AlignmentFlag.AlignCenter)
        top += 26
    if sheet.title:
        _write(painter, QRectF(MARGIN_PX, top, room, 24), sheet.title, 18, _ink(theme), bold=True)
        top += 26
    for line in sheet.lines:
        _write(painter, QRectF(MARGIN_PX, top, room, 15), line, 11, _ink(theme))
        top += 16


def _paint_grid(painter: QPainter, frame: QRectF, view: View, theme: Theme) -> float:
    """Paint the grid of the city's metric CRS with its numbers along the frame; return its step in metres."""
    step = nice_length_m(view.metres_per_pixel * GRID_APART_PX * 1.9)
    west, south, east, north = view.box
    line = QColor(_ink(theme))
    line.setAlphaF(0.16)
    for value, at in _steps(west, east, step):
        across = frame.left() + (at - west) / view.metres_per_pixel
        painter.setPen(QPen(line, 0.7))
        painter.drawLine(QPointF(across, frame.top()), QPointF(across, frame.bottom()))
        _number(painter, QRectF(across - 30, frame.bottom() - 13, 60, 12), value, theme)
    for value, at in _steps(south, north, step):
        down = frame.top() + (north - at) / view.metres_per_pixel
        painter.setPen(QPen(line, 0.7))
        painter.drawLine(QPointF(frame.left(), down), QPointF(frame.right(), down))
        _number(painter, QRectF(frame.left() + 1, down - 6, 46, 12), value, theme)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.setPen(QPen(QColor(_ink(theme)), 1.1))
    painter.drawRect(frame)
    return step


def _steps(low: float, high: float, step: float) -> Iterator[tuple[str, float]]:
    for at in (np.arange(math.ceil(low / step), math.floor(high / step) + 1) * step).tolist():
        yield (
            (f"{at / 1000:.{max(0, -math.floor(math.log10(step / 1000)))}f}" if step < 1000 else f"{at / 1000:.0f}"),
            at,
        )


def _number(painter: QPainter, box: QRectF, words: str, theme: Theme) -> None:
    font = sign_font(8, bold=False)
    plate = QColor(theme.halo)
    plate.setAlphaF(0.75)
    width = QFontMetricsF(font).horizontalAdvance(words) + 4
    painter.fillRect(QRectF(box.center().x() - width / 2, box.top(), width, box.height()), plate)
    _write(painter, box, words, 8, theme.text, flags=Qt.AlignmentFlag.AlignCenter)


def _paint_foot(
    painter: QPainter, frame: QRectF, width: float, height: float, view: View, theme: Theme, sheet: Sheet,
    step_m: float, attribution: str,
) -> None:  # fmt: skip
    ink, top = _ink(theme), height - MARGIN_PX - 38
    length_m = nice_length_m(view.metres_per_pixel * min(190.0, frame.width() / 3))
    long_px = length_m / view.metres_per_pixel
    parts = 4 if f"{length_m:g}"[0] in "2" else 5
    for part in range(parts):
        box = QRectF(MARGIN_PX + long_px * part / parts, top + 14, long_px / parts, 6)
        painter.setPen(QPen(QColor(ink), 0.9))
        painter.setBrush(QColor(ink) if part % 2 == 0 else Qt.BrushStyle.NoBrush)
        painter.drawRect(box)
    for share, words in ((0.0, "0"), (0.5, _length(length_m / 2)), (1.0, _length(length_m))):
        middle = MARGIN_PX + long_px * share
        flags = Qt.AlignmentFlag.AlignCenter if share else Qt.AlignmentFlag.AlignLeft
        _write(painter, QRectF(middle - 30 if share else middle, top, 60, 12), words, 9, ink, flags=flags)
    number = f"{_round(scale_number(view.metres_per_pixel)):,.0f}".replace(",", " ")
    at = MARGIN_PX + long_px + 44
    _write(painter, QRectF(at, top + 8, 150, 16), sheet.words.scale.format(number=number), 12, ink, bold=True)
    notes = sheet.words.grid.format(crs=sheet.crs, step=_length(step_m))
    right = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
    _write(painter, QRectF(at + 150, top + 8, width - MARGIN_PX - 34 - at - 150, 16), notes, 9, ink, flags=right)
    _write(painter, QRectF(MARGIN_PX, top + 25, width - 2 * MARGIN_PX, 14), " ".join(attribution.split()), 9, ink)
    _paint_north(painter, QPointF(width - MARGIN_PX - 11, top + 21), ink, sheet.words.north)


def _paint_north(painter: QPainter, middle: QPointF, ink: str, letter: str) -> None:
    painter.setPen(QPen(QColor(ink), 1.0))
    painter.setBrush(QColor(ink))
    top, left, right = middle + QPointF(0, -8), middle + QPointF(-7, 12), middle + QPointF(7, 12)
    notch = middle + QPointF(0, 7)
    painter.drawPolygon(QPolygonF([top, left, notch]))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawPolygon(QPolygonF([top, right, notch]))
    box = QRectF(middle.x() - 10, middle.y() - 22, 20, 12)
    _write(painter, box, letter, 10, ink, bold=True, flags=Qt.AlignmentFlag.AlignCenter)


def _rows_below(sheet: Sheet, width: float) -> int:
    return math.ceil(len(sheet.legend) / max(1, int(width // LEGEND_PX)))


def _paint_legend(painter: QPainter, frame: QRectF, width: float, height: float, theme: Theme, sheet: Sheet) -> None:
    if not sheet.legend:
        return
    ink = _ink(theme)
    beside = width >= height
    left, top = (frame.right() + 8, frame.top()) if beside else (frame.left(), frame.bottom() + 6)
    _write(painter, QRectF(left, top, LEGEND_PX, 18), sheet.words.legend, 12, ink, bold=True)
    columns = 1 if beside else max(1, int(frame.width() // LEGEND_PX))
    room = max(1, int((frame.height() - 24) // ROW_PX)) if beside else math.ceil(len(sheet.legend) / columns)
    shown: Sequence[Row] = sheet.legend
    if beside and len(shown) > room:
        shown = (*shown[: room - 1], Row(f"… +{len(shown) - room + 1}"))
    for index, row in enumerate(shown):
        box = QRectF(left + (index // room) * LEGEND_PX, top + 22 + (index % room) * ROW_PX, LEGEND_PX, ROW_PX)
        if row.sign is not None:
            side = min(ROW_PX - 2, 18.0)
            shape = row.sign.size()
            factor = side / max(shape.width(), shape.height())
            target = QRectF(0, 0, shape.width() * factor, shape.height() * factor)
            target.moveCenter(QPointF(box.left() + 10, box.center().y()))
            painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
            painter.drawImage(target, row.sign)
        elif row.colour:
            painter.fillRect(QRectF(box.left() + 1, box.center().y() - 4, 18, 8), QColor(row.colour))
        _write(painter, box.adjusted(26, 0, -2, 0), row.words, 10, ink)


def _length(metres: float) -> str:
    return f"{metres:g} m" if metres < 1000 else f"{metres / 1000:g} km"


def _round(number: float) -> float:
    """Round a scale's number to three digits."""
    power = 10 ** (math.floor(math.log10(number)) - 2)
    return round(number / power) * power
