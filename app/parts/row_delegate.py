"""Paints the rows of a `RowList`: everything as plain text, wrapped to the width of the list."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QModelIndex, QPersistentModelIndex, QRect, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QMouseEvent, QPainter
from PySide6.QtWidgets import (
    QAbstractItemView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionButton,
    QStyleOptionViewItem,
)

from app.parts import tints
from app.parts.row import Row

if TYPE_CHECKING:
    from PySide6.QtCore import QAbstractItemModel


_ROW = Qt.ItemDataRole.UserRole
_WRAPPED = int(Qt.TextFlag.TextWordWrap)
_LONG_WORD = re.compile(r"(\S{24})(?=\S)")
_ONE_LINE = int(Qt.TextFlag.TextSingleLine | Qt.AlignmentFlag.AlignVCenter)
_Index = QModelIndex | QPersistentModelIndex


class RowDelegate(QStyledItemDelegate):
    """Lay out and paint one row; the same measures serve `sizeHint`, `paint` and the tick box under the mouse."""

    def __init__(self, view: QAbstractItemView) -> None:
        super().__init__(view)
        self._view = view

    def sizeHint(self, option: QStyleOptionViewItem, index: _Index) -> QSize:
        """Return the height that a row's words need at the view's width."""
        row: Row | None = index.data(_ROW)
        width = max(80, self._view.viewport().width())
        if row is None:
            return QSize(width, option.fontMetrics.height())
        pad, line = self._pad(option), option.fontMetrics.height()
        if row.is_heading:
            return QSize(width, line + 2 * pad)
        height = max(line, self._title_height(option, row, width)) + 2 * pad
        if row.detail:
            left = self._text_left(option, row)
            height += self._detail_height(option, row, width - left - 2 * pad)
        return QSize(width, height)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: _Index) -> None:
        """Paint background, tick box, mark, title, figure and words."""
        row = self.shown(option, index)
        if row is None:
            return
        painter.save()
        painter.setClipRect(option.rect)
        if row.is_heading:
            self._paint_heading(painter, option, row)
        else:
            self._paint_ground(painter, option)
            self._paint_row(painter, option, row)
        painter.restore()

    def shown(self, option: QStyleOptionViewItem, index: _Index) -> Row | None:
        """Return the row as it is painted."""
        row: Row | None = index.data(_ROW)
        return row

    def editorEvent(
        self, event: QEvent, model: QAbstractItemModel, option: QStyleOptionViewItem, index: _Index
    ) -> bool:
        """Toggle the tick by a click on its box or by Space."""
        row: Row | None = index.data(_ROW)
        if row is None or row.check is None:
            return False
        is_click = (
            event.type() == QEvent.Type.MouseButtonRelease
            and isinstance(event, QMouseEvent)
            and event.position().x() - option.rect.left() < self._mark_left(option, row)
        )
        is_space = event.type() == QEvent.Type.KeyPress and event.key() == Qt.Key.Key_Space  # type: ignore[attr-defined]
        if not (is_click or is_space):
            return False
        wanted = Qt.CheckState.Unchecked if row.check else Qt.CheckState.Checked
        return model.setData(index, wanted, Qt.ItemDataRole.CheckStateRole)

    def _paint_ground(self, painter: QPainter, option: QStyleOptionViewItem) -> None:
        if option.state & QStyle.StateFlag.State_Selected:
            painter.fillRect(option.rect, tints.ground("selected"))
        elif option.state & QStyle.StateFlag.State_MouseOver:
            painter.fillRect(option.rect, tints.ground("hover"))
        painter.setPen(tints.ground("line"))
        painter.drawLine(option.rect.bottomLeft(), option.rect.bottomRight())

    def _paint_heading(self, painter: QPainter, option: QStyleOptionViewItem, row: Row) -> None:
        pad = self._pad(option)
        painter.fillRect(option.rect, tints.ground("heading"))
        painter.setFont(row_font(option.font, 0.92, bold=True))
        box = option.rect.adjusted(2 * pad, 0, -2 * pad, 0)
        painter.setPen(tints.tone("muted" if row.tone == "normal" else row.tone))
        metrics = QFontMetrics(painter.font())
        room = box.width() - (metrics.horizontalAdvance(row.right) + 2 * pad if row.right else 0)
        painter.drawText(box, _ONE_LINE, metrics.elidedText(row.title, Qt.TextElideMode.ElideRight, room))
        painter.drawText(box, _ONE_LINE | int(Qt.AlignmentFlag.AlignRight), row.right)

    def _paint_row(self, painter: QPainter, option: QStyleOptionViewItem, row: Row) -> None:
        pad, line = self._pad(option), option.fontMetrics.height()
        top = option.rect.top() + pad
        if row.check is not None:
            self._paint_check(painter, option, row)
        if row.mark or row.mark_colour:
            box = QRect(option.rect.left() + self._mark_left(option, row), top, self._mark_width(option, row), line)
            colour = row.mark_colour or tints.tone("muted").name()
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(colour))
            painter.drawRoundedRect(box, pad * 0.75, pad * 0.75)
            painter.setPen(tints.ink_on(colour))
            painter.setFont(row_font(option.font, 0.88, bold=True))
            painter.drawText(box, int(Qt.AlignmentFlag.AlignCenter), row.mark)
        left = option.rect.left() + self._text_left(option, row)
        right = option.rect.right() - 2 * pad
        painter.setFont(row_font(option.font, 1.0, bold=not row.is_quiet))
        painter.setPen(tints.tone("muted" if row.is_quiet else row.tone))
        painter.drawText(QRect(left, top, right - left, line), _ONE_LINE | int(Qt.AlignmentFlag.AlignRight), row.right)
        painter.setPen(tints.tone(row.tone))
        room = self._title_room(option, row, option.rect.width())
        height = self._title_height(option, row, option.rect.width())
        painter.setFont(row_font(option.font, 1.0, bold=_is_bold(row)))
        painter.drawText(QRect(left, top, room, height), _WRAPPED, _breakable(row.title))
        if row.badge:
            small = row_font(option.font, 0.88, bold=True)
            width = QFontMetrics(small).horizontalAdvance(row.badge)
            spot = right - self._right_width(option, row) - width - 2 * pad
            painter.setFont(small)
            painter.setPen(tints.tone("accent" if row.tone == "normal" else row.tone))
            painter.drawText(QRect(spot, top, width + 2, line), _ONE_LINE, row.badge)
        if row.detail:
            painter.setFont(row_font(option.font, 0.92))
            painter.setPen(tints.tone(row.detail_tone))
            below = QRect(left, top + max(line, height), right - left, option.rect.height())
            painter.drawText(below, _WRAPPED, _breakable(row.detail))

    def _paint_check(self, painter: QPainter, option: QStyleOptionViewItem, row: Row) -> None:
        pad, line = self._pad(option), option.fontMetrics.height()
        box = QStyleOptionButton()
        box.rect = QRect(option.rect.left() + 2 * pad, option.rect.top() + pad, line, line)
        box.palette = option.palette
        box.state = QStyle.StateFlag.State_Enabled
        box.state |= QStyle.StateFlag.State_On if row.check else QStyle.StateFlag.State_Off
        style = self._view.style()
        style.drawPrimitive(QStyle.PrimitiveElement.PE_IndicatorCheckBox, box, painter, self._view)

    def _pad(self, option: QStyleOptionViewItem) -> int:
        return max(3, option.fontMetrics.height() // 4)

    def _mark_left(self, option: QStyleOptionViewItem, row: Row) -> int:
        pad = self._pad(option)
        return 2 * pad + (option.fontMetrics.height() + pad if row.check is not None else 0)

    def _mark_width(self, option: QStyleOptionViewItem, row: Row) -> int:
        if not row.mark and not row.mark_colour:
            return 0
        metrics = QFontMetrics(row_font(option.font, 0.88, bold=True))
        least = (
            option.fontMetrics.height() // 2 if not row.mark else metrics.horizontalAdvance("00") + self._pad(option)
        )
        return max(least, metrics.horizontalAdvance(row.mark) + self._pad(option) * 2 if row.mark else 0)

    def _text_left(self, option: QStyleOptionViewItem, row: Row) -> int:
        width = self._mark_width(option, row)
        return self._mark_left(option, row) + (width + self._pad(option) + 2 if width else 0)

    def _right_width(self, option: QStyleOptionViewItem, row: Row) -> int:
        metrics = QFontMetrics(row_font(option.font, 1.0, bold=not row.is_quiet))
        return metrics.horizontalAdvance(row.right) + 2 * self._pad(option) if row.right else 0

    def _title_room(self, option: QStyleOptionViewItem, row: Row, width: int) -> int:
        pad = self._pad(option)
        room = width - self._text_left(option, row) - 2 * pad - self._right_width(option, row)
        if row.badge:
            room -= QFontMetrics(row_font(option.font, 0.88, bold=True)).horizontalAdvance(row.badge) + 2 * pad
        return max(40, room)

    def _title_height(self, option: QStyleOptionViewItem, row: Row, width: int) -> int:
        metrics = QFontMetrics(row_font(option.font, 1.0, bold=_is_bold(row)))
        return metrics.boundingRect(
            QRect(0, 0, self._title_room(option, row, width), 10_000), _WRAPPED, row.title
        ).height()

    def _detail_height(self, option: QStyleOptionViewItem, row: Row, width: int) -> int:
        metrics = QFontMetrics(row_font(option.font, 0.92))
        return metrics.boundingRect(QRect(0, 0, max(40, width), 10_000), _WRAPPED, _breakable(row.detail)).height()


def _is_bold(row: Row) -> bool:
    return bool(row.detail or row.right) and not row.is_quiet


def _breakable(words: str) -> str:
    """Let a word that is longer than any line break instead of running out of it."""
    return _LONG_WORD.sub("\\1\u200b", words)


def row_font(font: QFont, factor: float, *, bold: bool = False) -> QFont:
    """Return a font larger or smaller than another by a factor."""
    made = QFont(font)
    if made.pixelSize() > 0:
        made.setPixelSize(max(8, round(made.pixelSize() * factor)))
    else:
        made.setPointSizeF(max(6.0, made.pointSizeF() * factor))
    made.setBold(bold)
    return made
