"""Rows of one height a line: thousands of them are laid out at once; what is cut off is said in full below the list."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QSize, Qt
from PySide6.QtGui import QFontMetrics, QPainter
from PySide6.QtWidgets import QStyleOptionViewItem

from app.parts import tints
from app.parts.row import Row
from app.parts.row_delegate import RowDelegate, row_font

_ROW = Qt.ItemDataRole.UserRole


class PlanDelegate(RowDelegate):
    """Paint a title on one line and, where there are words, these on one line below it."""

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:
        """Return one line or two, without measuring a word."""
        row: Row | None = index.data(_ROW)
        line, pad = option.fontMetrics.height(), self._pad(option)
        lines = 2 if row is not None and row.detail else 1
        return QSize(max(80, self._view.viewport().width()), lines * line + 2 * pad)

    def _paint_ground(self, painter: QPainter, option: QStyleOptionViewItem) -> None:
        row: Row | None = option.index.data(_ROW)
        if row is not None and _is_head(row):
            painter.fillRect(option.rect, tints.ground("heading"))
        super()._paint_ground(painter, option)

    def _mark_left(self, option: QStyleOptionViewItem, row: Row) -> int:
        return super()._mark_left(option, row) + (0 if _is_head(row) else 2 * self._pad(option))

    def shown(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> Row | None:
        """Return a row with its words cut to the room that there is."""
        row = super().shown(option, index)
        if row is None or row.is_heading:
            return row
        bold = QFontMetrics(row_font(option.font, 1.0, bold=True))
        small = QFontMetrics(row_font(option.font, 0.92))
        room = option.rect.width() - self._text_left(option, row) - 2 * self._pad(option)
        end = Qt.TextElideMode.ElideRight
        return replace(
            row,
            title=bold.elidedText(row.title, end, self._title_room(option, row, option.rect.width())),
            detail=small.elidedText(row.detail, end, room),
        )


def _is_head(row: Row) -> bool:
    return row.key.startswith("incident:")
