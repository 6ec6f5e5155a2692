"""The figures of the strip: one under its caption, one of a department with its mark."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFontMetrics, QPainter, QPaintEvent
from PySide6.QtWidgets import QFrame, QLabel, QVBoxLayout, QWidget

from app import theme
from app.parts.marks import draw_department
from app.wording.plain import one_line, tooltip

FIGURES_LEFT_PX = 28


class Cell(QFrame):
    """Show one figure under its caption; `level` colours it, the words say the same."""

    def __init__(self, caption: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._caption = caption
        self.caption = strip_label("caption")
        self.caption.setText(caption)
        self.value = strip_label("value")
        column = self._column = QVBoxLayout(self)
        column.setContentsMargins(6, 2, 6, 2)
        column.setSpacing(0)
        column.addWidget(self.caption)
        column.addWidget(self.value)

    def show_value(self, words: str, level: str) -> None:
        """Show `words`; level is faint, calm, good, warning or alarm."""
        if self.value.text() != words:
            self.value.setText(words)
            self.setAccessibleName(f"{self._caption}: {words}")
        if self.value.property("level") != level:
            theme.mark(self.value, "level", level)
            theme.mark(self, "level", level)

    def show_caption(self, words: str) -> None:
        """Say what the figure is of, where that changes."""
        if words != self._caption:
            self._caption = words
            self.caption.setText(words)
            self.setAccessibleName(f"{words}: {self.value.text()}")

    def set_tight(self, on: bool) -> None:
        """Stand closer to the neighbours where there is little room."""
        side = 3 if on else 6
        if self._column.contentsMargins().left() != side:
            self._column.setContentsMargins(side, 2, side, 2)


class DepartmentCell(QWidget):
    """Show one department's mark and how many of its units are free."""

    def __init__(self, kind: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._kind = kind
        self._free, self._total = 0, 0
        self._is_narrow = False
        self.setFixedSize(78, 34)

    def show_count(self, name: str, free: int, total: int, words: str) -> None:
        """Show `free` of `total`; the name is read in the tooltip and by a screen reader."""
        if (free, total) != (self._free, self._total) or not self.toolTip():
            self._free, self._total = free, total
            self._fit()
            self.setToolTip(tooltip(f"{name}: {words}"))
            self.setAccessibleName(f"{one_line(name)}: {words}")
            self.update()

    def set_narrow(self, on: bool) -> None:
        """Leave the total out where there is no room for it; the tooltip keeps it."""
        if on != self._is_narrow:
            self._is_narrow = on
            self._fit()
            self.update()

    def _fit(self) -> None:
        """Stand as wide as the figures need, and no narrower than the neighbours: half a figure is none."""
        wide = FIGURES_LEFT_PX + QFontMetrics(theme.text_font(16, bold=True)).horizontalAdvance(str(self._free)) + 4
        if not self._is_narrow:
            wide += QFontMetrics(theme.text_font(11)).horizontalAdvance(f"/{self._total}") + 1
        self.setFixedSize(max(52 if self._is_narrow else 78, wide), 34)

    def paintEvent(self, event: QPaintEvent) -> None:
        worn = theme.look()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        draw_department(painter, QRectF(4, 7, 20, 20), self._kind)
        colour = worn.alarm if self._total and not self._free else worn.text if self._total else worn.faint
        painter.setPen(QColor(colour))
        painter.setFont(theme.text_font(16, bold=True))
        free = str(self._free)
        painter.drawText(QPointF(FIGURES_LEFT_PX, 23), free)
        if self._is_narrow:
            return
        left = FIGURES_LEFT_PX + painter.fontMetrics().horizontalAdvance(free)
        painter.setPen(QColor(worn.muted))
        painter.setFont(theme.text_font(11))
        painter.drawText(QPointF(left + 1, 23), f"/{self._total}")


def strip_label(role: str, *, name: str = "") -> QLabel:
    label = QLabel()
    label.setTextFormat(Qt.TextFormat.PlainText)
    label.setProperty("role", role)
    if name:
        label.setObjectName(name)
    return label
