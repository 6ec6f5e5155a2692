"""The main figures as tiles: value, how many of how many, and how it moved; each opens what stands behind it."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QSize, Qt, Signal
from PySide6.QtGui import QColor, QEnterEvent, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen, QResizeEvent
from PySide6.QtWidgets import QGridLayout, QSizePolicy, QWidget

from app import theme
from app.figure_rows import definition
from app.figures.count import Counted
from app.figures.words import count_words, moved_words, name_of, short_value
from app.parts import tints
from app.wording import tooltip
from dispatch.figures.compute import ALL, Figure
from dispatch.figures.indicators import Indicator

NARROWEST_PX, MOST_COLUMNS = 176, 8
_TONES = {"good": "good", "warning": "warn"}


class Tile(QWidget):
    """Show one figure. `pressed` asks for the cases behind it."""

    pressed = Signal(object)  # Figure

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.figure: Figure | None = None
        self.lines = ("", "", "", "")
        self._tone = "muted"
        self._is_under = self.is_taken = False
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def show_figure(self, counted: Counted, indicator: Indicator, language: str) -> None:
        """Show an indicator of whoever looks."""
        figures, share = counted.figures, counted.asked.share
        figure = figures.of(indicator.id, share.group, share.key)
        moved, level = moved_words(figures, figure, language)
        self.figure = figure
        self._tone = _TONES.get(level, "muted")
        self.lines = (
            name_of(indicator, language),
            short_value(indicator, figure.value),
            count_words(figure, language),
            moved if figures.before is not None and figures.before.keys(ALL) else "",
        )
        self.setToolTip(tooltip(definition(indicator, language)))
        self.setAccessibleName(", ".join(line for line in self.lines if line))
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        line = self.fontMetrics().height()
        lines = 5.2 if self.lines[3] else 4.2
        return QSize(NARROWEST_PX, round(lines * line) + 14)

    def minimumSizeHint(self) -> QSize:
        return QSize(120, self.sizeHint().height())

    def paintEvent(self, event: QPaintEvent) -> None:
        worn = theme.look()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        edge = worn.accent if self.hasFocus() or self.is_taken else worn.strong_line if self._is_under else worn.line
        painter.setPen(QPen(QColor(edge), 1))
        painter.setBrush(QColor(worn.hover if self._is_under else worn.panel))
        painter.drawRoundedRect(self.rect().adjusted(0, 0, -1, -1), 4, 4)
        inner = self.rect().adjusted(10, 7, -10, -7)
        name, value, count, moved = self.lines
        small = self.font()
        line = self.fontMetrics().height()
        large = theme.text_font(round(small.pixelSize() * 1.75) if small.pixelSize() > 0 else 23, bold=True)
        top = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop
        painter.setPen(tints.tone("muted"))
        painter.drawText(inner, top, self.fontMetrics().elidedText(name, Qt.TextElideMode.ElideRight, inner.width()))
        painter.setFont(large)
        painter.setPen(tints.tone("normal"))
        painter.drawText(inner.adjusted(0, line + 1, 0, 0), top, value)
        high = painter.fontMetrics().height()
        painter.setFont(small)
        below = inner.adjusted(0, line + high + 2, 0, 0)
        for words, tone in ((count, "muted"), (moved, self._tone)):
            painter.setPen(tints.tone(tone))
            elided = self.fontMetrics().elidedText(words, Qt.TextElideMode.ElideRight, below.width())
            painter.drawText(below, top, elided)
            below.adjust(0, line, 0, 0)
        painter.end()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton and self.rect().contains(event.position().toPoint()):
            self._press()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space):
            self._press()
        else:
            super().keyPressEvent(event)

    def enterEvent(self, event: QEnterEvent) -> None:
        self._is_under = True
        self.update()

    def leaveEvent(self, event: QEvent) -> None:
        self._is_under = False
        self.update()

    def _press(self) -> None:
        if self.figure is not None:
            self.pressed.emit(self.figure)


class Tiles(QWidget):
    """Lay tiles out in as many columns as there is room for."""

    pressed = Signal(object)

    def __init__(self, language: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._language = language
        self.tiles: list[Tile] = []
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setSpacing(6)
        self._columns = 0

    def show_counted(self, counted: Counted) -> None:
        """Show the main figures."""
        main = counted.main()
        while len(self.tiles) < len(main):
            made = Tile()
            made.pressed.connect(self.pressed)
            self.tiles.append(made)
            self._columns = 0
        while len(self.tiles) > len(main):
            self.tiles.pop().deleteLater()
            self._columns = 0
        for tile, indicator in zip(self.tiles, main, strict=True):
            tile.show_figure(counted, indicator, self._language)
        self._arrange()

    def mark_taken(self, figure: Figure | None) -> None:
        """Mark the tile whose cases are shown."""
        for tile in self.tiles:
            is_taken = figure is not None and tile.figure is not None and _same(tile.figure, figure)
            if tile.is_taken != is_taken:
                tile.is_taken = is_taken
                tile.update()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._arrange()

    def _arrange(self) -> None:
        count = max(1, len(self.tiles))
        room = max(1, min(MOST_COLUMNS, self.width() // NARROWEST_PX))
        rows = -(-count // room)
        columns = -(-count // rows)  # rows of equal length rather than a last one of its own
        if columns == self._columns:
            return
        self._columns = columns
        for place, tile in enumerate(self.tiles):
            self._grid.addWidget(tile, place // columns, place % columns)
        self.updateGeometry()


def _same(one: Figure, other: Figure) -> bool:
    return (one.indicator, one.group, one.key) == (other.indicator, other.group, other.key)
