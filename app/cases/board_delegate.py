"""How a row of the case board is painted: the stage's mark, what and where it is, what it lacks, what is left."""

from __future__ import annotations

from functools import lru_cache

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QPainter
from PySide6.QtWidgets import QAbstractItemView, QStyle, QStyledItemDelegate, QStyleOptionViewItem

from app import theme
from app.cases.board_rows import CASE, BoardRows, Shown
from app.cases.stage_mark import chip_width, draw_chip, draw_stage
from app.parts.live_rows import Index
from dispatch.case import Case

WIDE_PX = 620  # from here on two lines hold all of it
_TWO_LINES_PX, _THREE_LINES_PX = 46, 60
_DUE_PX, _BAR_PX = 124, 92
_LINE = Qt.AlignmentFlag.AlignVCenter


def row_height(width: int) -> int:
    """Return how high the rows of a board are that is so wide."""
    return _TWO_LINES_PX if width >= WIDE_PX else _THREE_LINES_PX


class BoardDelegate(QStyledItemDelegate):
    """Paint a case in two lines where the board is wide, in three where it is a narrow dock."""

    def __init__(self, view: QAbstractItemView) -> None:
        super().__init__(view)
        self._view = view

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        return QSize(200, row_height(self._view.viewport().width()))

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        case: Case | None = index.data(CASE)
        rows = index.model()
        if case is None or not isinstance(rows, BoardRows):
            return
        shown = rows.shown(case)
        worn = theme.look()
        is_selected = bool(option.state & QStyle.StateFlag.State_Selected)
        painter.save()
        painter.setClipRect(option.rect)
        if is_selected:
            painter.fillRect(option.rect, QColor(worn.selection))
        elif option.state & QStyle.StateFlag.State_MouseOver:
            painter.fillRect(option.rect, QColor(worn.hover))
        box = QRectF(option.rect)
        edge = worn.alarm if shown.due_level == "alarm" else worn.accent if is_selected else ""
        if edge:  # the edge of what is overdue is seen before anything is read
            painter.fillRect(QRectF(box.left(), box.top(), 4, box.height()), QColor(edge))
        draw_stage(painter, QRectF(box.left() + 10, box.top() + 7, 20, 20), case.stage)
        is_wide = box.width() >= WIDE_PX
        inner = box.adjusted(38, 4, -8, -8 if box.width() >= WIDE_PX else -4)
        height = inner.height() / (2 if is_wide else 3)
        self._paint_right(painter, inner, height, shown, is_selected)
        left = QRectF(inner.left(), inner.top(), inner.width() - _DUE_PX - 8, inner.height())
        lines = [QRectF(left.left(), left.top() + height * n, left.width(), height) for n in range(2 if is_wide else 3)]
        self._paint_title(painter, lines[0], shown, is_selected, chips=is_wide)
        text, muted = _inks(is_selected)
        if is_wide:
            stage_px = 96.0
            holder_px = min(200.0, lines[1].width() * 0.3) if shown.holder else 0.0
            place_px = lines[1].width() - stage_px - holder_px - 8
            _write(painter, _cut(lines[1], 0, stage_px - 6), shown.stage, text, px=12)
            _write(painter, _cut(lines[1], stage_px, place_px), shown.place, muted, px=12)
            _write(painter, _cut(lines[1], stage_px + place_px + 8, holder_px), shown.holder, muted, px=12)
        else:
            words = " · ".join(part for part in (shown.stage, shown.place) if part)
            _write(painter, lines[1], words, muted, px=12)
            _write(painter, _cut(lines[1], 0, lines[1].width()), shown.stage, text, px=12)
            used = self._paint_chips(painter, lines[2], shown, from_left=True)
            _write(painter, _cut(lines[2], used, lines[2].width() - used), shown.holder, muted, px=12)
        painter.setPen(QColor(worn.line))
        painter.drawLine(option.rect.bottomLeft(), option.rect.bottomRight())
        painter.restore()

    def _paint_right(self, painter: QPainter, inner: QRectF, height: float, shown: Shown, is_selected: bool) -> None:
        worn = theme.look()
        text, muted = _inks(is_selected)
        colours = {"calm": text, "muted": muted, "good": worn.good, "warning": worn.warning, "alarm": worn.alarm}
        if is_selected and worn.name == "night":
            colours["alarm"] = "#ff9a80"
        colour = colours[shown.due_level]
        column = QRectF(inner.right() - _DUE_PX, inner.top(), _DUE_PX, inner.height())
        first = QRectF(column.left(), column.top(), column.width(), height)
        second = first.translated(0, height)
        is_loud = shown.due_level in ("alarm", "warning")
        _write(painter, first, shown.due, colour, bold=is_loud, right=True)
        _write(painter, second, shown.clock, muted, px=12, right=True)
        if shown.share is None:
            return
        is_low = column.height() < _THREE_LINES_PX - 10
        top = inner.bottom() + 1 if is_low else inner.bottom() - height / 2 - 2
        bar = QRectF(column.right() - _BAR_PX, top, _BAR_PX, 4 if not is_low else 3)
        painter.fillRect(bar, QColor(worn.strong_line))
        filled = QRectF(bar.left(), bar.top(), bar.width() * shown.share, bar.height())
        calm = worn.notice if shown.share < 0.75 else worn.warning
        painter.fillRect(filled, QColor(colour if is_loud else calm))

    def _paint_title(self, painter: QPainter, line: QRectF, shown: Shown, is_selected: bool, *, chips: bool) -> None:
        text, muted = _inks(is_selected)
        room = line.width()
        if chips:
            room -= self._paint_chips(painter, line, shown, from_left=False)
        painter.setFont(_font(13, bold=True))
        number_px = max(26.0, painter.fontMetrics().horizontalAdvance(shown.number) + 8)
        _write(painter, _cut(line, 0, number_px), shown.number, muted, bold=True)
        _write(painter, _cut(line, number_px, room - number_px), shown.what, text, bold=True)

    def _paint_chips(self, painter: QPainter, line: QRectF, shown: Shown, *, from_left: bool) -> float:
        """Paint the chips that there is room for and return what they took; a plus says that there are more."""
        most = line.width() * 0.62
        used, fitting = 0.0, []
        for words, level in shown.chips:
            width = chip_width(words)
            if used + width > most:
                fitting.append(("+", "calm", chip_width("+")))
                used += chip_width("+") + 4
                break
            fitting.append((words, level, width))
            used += width + 4
        at = line.left() if from_left else line.right() - used + 4
        for words, level, width in fitting:
            draw_chip(painter, QRectF(at, line.center().y() - 8, width, 16), words, level=level)
            at += width + 4
        return used + 4 if fitting else 0.0


@lru_cache(maxsize=16)
def _font(px: int, *, bold: bool = False) -> QFont:
    return theme.text_font(px, bold=bold)


def _inks(is_selected: bool) -> tuple[str, str]:
    worn = theme.look()
    return (worn.selection_text, worn.selection_text) if is_selected else (worn.text, worn.muted)


def _cut(line: QRectF, left: float, width: float) -> QRectF:
    return QRectF(line.left() + left, line.top(), max(0.0, width), line.height())


def _write(
    painter: QPainter, box: QRectF, words: str, colour: str, *, bold: bool = False, px: int = 13, right: bool = False
) -> None:
    if not words or box.width() < 8:
        return
    painter.setFont(_font(px, bold=bold))
    painter.setPen(QColor(colour))
    shown = painter.fontMetrics().elidedText(words, Qt.TextElideMode.ElideRight, int(box.width()))
    painter.drawText(box, _LINE | (Qt.AlignmentFlag.AlignRight if right else Qt.AlignmentFlag.AlignLeft), shown)
