"""Rows of one height a line: thousands of them are laid out at once; what is cut off is said in full below the list."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRect, QSize, Qt
from PySide6.QtGui import QFontMetrics, QPainter
from PySide6.QtWidgets import QAbstractItemView, QStyleOptionViewItem

from app.parts import tints
from app.parts.row import Row
from app.parts.row_delegate import RowDelegate, row_font

_ROW = Qt.ItemDataRole.UserRole
LINES = int(_ROW) + 1  # the role that tells whether a row has a line of words below its title
SAMPLE = "\u00c1g\u56fd"  # a Chinese character stands in another font, and higher


class PlanDelegate(RowDelegate):
    """Paint a title on one line and, where there are words, these on one line below it."""

    def __init__(self, view: QAbstractItemView) -> None:
        super().__init__(view)
        self._heights: dict[str, tuple[int, int]] = {}

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:
        """Return the height of one line or two, without measuring what is in them."""
        key = option.font.key()
        if key not in self._heights:
            fonts = row_font(option.font, 1.0, bold=True), row_font(option.font, 0.92)
            title, detail = (
                QFontMetrics(font).boundingRect(QRect(0, 0, 999, 999), 0, SAMPLE).height() for font in fonts
            )
            self._heights = {key: (title, detail)}
        title, detail = self._heights[key]
        height = title + (detail if index.data(LINES) == 2 else 0) + 2 * self._pad(option)
        return QSize(max(80, self._view.viewport().width()), height)

    def _paint_ground(self, painter: QPainter, option: QStyleOptionViewItem) -> None:
        row: Row | None = option.index.data(_ROW)
        if row is not None and _is_head(row):
            painter.fillRect(option.rect, tints.ground("hover"))
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
