"""The timeline of a replay: where it stands, how much happened when, alarms and bookmarks; dragged as in a video."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from PySide6.QtCore import QEvent, QPoint, QPointF, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QHelpEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QPixmap,
    QPolygonF,
    QWheelEvent,
)
from PySide6.QtWidgets import QAbstractSlider, QSizePolicy, QToolTip, QWidget

from app import theme
from app.wording import one_line, tooltip
from dispatch.replay.bookmarks import Bookmark

HIGH_PX, SIDE_PX = 40, 9
RAIL_PX = 22
NEAR_PX = 5
LEAST_LABEL_PX = 74
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
STEPS_S = (60, 300, 900, 1_800, 3_600, 2 * 3_600, 4 * 3_600, 6 * 3_600, 12 * 3_600, 86_400)


class Timeline(QAbstractSlider):
    """Show a span of time in whole seconds; `sought` asks for a moment while the hand drags, or a key steps.

    Its keys are the bar's: what it does not take itself, the bar does.
    """

    sought = Signal(object)  # datetime
    bookmark_taken = Signal(object)  # Bookmark

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setOrientation(Qt.Orientation.Horizontal)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName(name)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setMouseTracking(True)
        self._begins_at = self._ends_at = EPOCH
        self._at = EPOCH
        self._zone = ZoneInfo("UTC")
        self._incidents: Sequence[datetime] = ()
        self._alarms: Sequence[datetime] = ()
        self._bookmarks: tuple[Bookmark, ...] = ()
        self._wound_share = 1.0
        self._ground: QPixmap | None = None
        self._hover_x: float | None = None
        self.is_dragging = False
        self._is_following = False
        self.valueChanged.connect(self._on_value)

    def sizeHint(self) -> QSize:
        return QSize(600, HIGH_PX)

    def minimumSizeHint(self) -> QSize:
        return QSize(160, HIGH_PX)

    def show_span(self, begins_at: datetime, ends_at: datetime, zone: str, *, wound_share: float = 1.0) -> None:
        """Show this span; of a log that is still being wound up, its share."""
        self._begins_at, self._ends_at, self._zone = begins_at, max(ends_at, begins_at), ZoneInfo(zone or "UTC")
        self._wound_share = wound_share
        self._is_following = True
        self.setRange(0, int((self._ends_at - begins_at).total_seconds()))
        self._is_following = False
        self.setPageStep(3_600)
        self._ground = None
        self.update()

    def show_marks(
        self, incidents: Sequence[datetime], alarms: Sequence[datetime], bookmarks: tuple[Bookmark, ...]
    ) -> None:
        """Show how many incidents began when, alarms and bookmarks."""
        self._incidents, self._alarms, self._bookmarks = incidents, alarms, bookmarks
        self._ground = None
        self.update()

    def show_moment(self, at: datetime) -> None:
        """Show where the replay stands; what a screen reader is told follows."""
        if at != self._at:
            self._at = at
            self._is_following = True
            self.setValue(int((at - self._begins_at).total_seconds()))
            self._is_following = False
            self.update()

    def moment_at(self, x: float) -> datetime:
        """Return the moment under a point."""
        share = (x - SIDE_PX) / max(self.width() - 2 * SIDE_PX, 1)
        return self._begins_at + (self._ends_at - self._begins_at) * min(max(share, 0.0), 1.0)

    def x_of(self, at: datetime) -> float:
        """Return where a moment stands."""
        span = (self._ends_at - self._begins_at).total_seconds()
        share = (at - self._begins_at).total_seconds() / span if span else 0.0
        return SIDE_PX + (self.width() - 2 * SIDE_PX) * min(max(share, 0.0), 1.0)

    def bookmark_at(self, x: float, y: float) -> Bookmark | None:
        """Return the bookmark under a point."""
        near = [(abs(self.x_of(one.at) - x), one) for one in self._bookmarks]
        found = min(near, default=None, key=lambda pair: pair[0])
        return found[1] if found is not None and found[0] <= NEAR_PX and y <= 10 else None

    # The hand

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() != Qt.MouseButton.LeftButton:
            event.ignore()
            return
        place = event.position()
        mark = self.bookmark_at(place.x(), place.y())
        if mark is not None:
            self.bookmark_taken.emit(mark)
            return
        self.is_dragging = True
        self._seek(place.x())

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self._hover_x = event.position().x()
        if self.is_dragging:
            self._seek(event.position().x())
        self.update()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        self.is_dragging = False

    def leaveEvent(self, event: QEvent) -> None:
        self._hover_x = None
        self.update()

    def wheelEvent(self, event: QWheelEvent) -> None:
        event.ignore()  # a wheel that scrolls past must not turn the time

    def keyPressEvent(self, event: QKeyEvent) -> None:
        event.ignore()  # the bar knows what its keys do

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ToolTip and isinstance(event, QHelpEvent):
            mark = self.bookmark_at(event.pos().x(), event.pos().y())
            words = self.words_at(event.pos().x()) if mark is None else f"{self._words(mark.at)}\n{mark.name}"
            QToolTip.showText(event.globalPos(), tooltip(words), self)
            return True
        return super().event(event)

    def words_at(self, x: float) -> str:
        """Return the words for the moment under a point."""
        return self._words(self.moment_at(x))

    def _words(self, at: datetime) -> str:
        return f"{at.astimezone(self._zone):%Y-%m-%d %H:%M:%S}"

    def _on_value(self, value: int) -> None:
        """Go where an aid to reading the screen has put it."""
        if not self._is_following:
            self._at = self._begins_at + timedelta(seconds=value)
            self.update()
            self.sought.emit(self._at)

    def _seek(self, x: float) -> None:
        at = self.moment_at(x)
        self.show_moment(at)
        self.sought.emit(at)

    # The picture

    def resizeEvent(self, event: object) -> None:
        self._ground = None

    def changeEvent(self, event: QEvent) -> None:
        self._ground = None  # another look
        super().changeEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        scale = self.devicePixelRatioF()
        if self._ground is None or self._ground.devicePixelRatio() != scale:
            self._ground = self._painted(scale)
        painter = QPainter(self)
        painter.drawPixmap(QPoint(), self._ground)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        worn = theme.look()
        rail = self._rail()
        if self._hover_x is not None and not self.is_dragging:
            painter.setPen(QPen(QColor(worn.muted), 1, Qt.PenStyle.DotLine))
            painter.drawLine(QPointF(self._hover_x, rail.top()), QPointF(self._hover_x, rail.bottom()))
        x = self.x_of(self._at)
        painter.setPen(QPen(QColor(worn.replay), 2))
        painter.drawLine(QPointF(x, rail.top() - 3), QPointF(x, rail.bottom() + 2))
        painter.setPen(QPen(QColor(worn.panel), 1))
        painter.setBrush(QColor(worn.replay))
        painter.drawPolygon(
            QPolygonF([QPointF(x - 6, rail.top() - 9), QPointF(x + 6, rail.top() - 9), QPointF(x, rail.top() + 1)])
        )
        if self.hasFocus():
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(QColor(worn.accent), 1))
            painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), 3, 3)

    def _rail(self) -> QRect:
        return QRect(SIDE_PX, 11, max(self.width() - 2 * SIDE_PX, 1), RAIL_PX - 8)

    def _painted(self, scale: float) -> QPixmap:
        picture = QPixmap(self.size() * scale)
        picture.setDevicePixelRatio(scale)
        picture.fill(Qt.GlobalColor.transparent)
        painter = QPainter(picture)
        worn, rail = theme.look(), self._rail()
        painter.fillRect(rail, QColor(worn.field))
        self._paint_counts(painter, rail)
        if self._wound_share < 1.0:  # what is not wound up yet is not known
            left = rail.left() + round(rail.width() * self._wound_share)
            painter.fillRect(QRect(rail.left(), rail.bottom() - 1, left - rail.left(), 2), QColor(worn.replay))
        painter.setPen(QPen(QColor(worn.strong_line), 1))
        painter.drawRect(rail.adjusted(0, 0, -1, -1))
        self._paint_hours(painter, rail)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(worn.alarm))
        seen: set[int] = set()
        for at in self._alarms:
            x = round(self.x_of(at))
            if x not in seen:
                seen.add(x)
                painter.drawPolygon(
                    QPolygonF(
                        [
                            QPointF(x - 3.5, rail.bottom() + 1),
                            QPointF(x + 3.5, rail.bottom() + 1),
                            QPointF(x, rail.bottom() - 6),
                        ]
                    )
                )
        painter.setBrush(QColor(worn.accent))
        for mark in self._bookmarks:
            x = self.x_of(mark.at)
            flag = ((x - 3, 1), (x + 3, 1), (x + 3, 10), (x, 7.5), (x - 3, 10))
            painter.drawPolygon(QPolygonF([QPointF(*corner) for corner in flag]))
        painter.end()
        return picture

    def _paint_counts(self, painter: QPainter, rail: QRect) -> None:
        """Draw how many incidents began in every few pixels' time."""
        span, wide = self._ends_at - self._begins_at, 3
        bins = max(rail.width() // wide, 1)
        if not self._incidents or span <= timedelta():
            return
        edges = [bisect_left(self._incidents, self._begins_at + span * (place / bins)) for place in range(bins)]
        counts = [after - before for before, after in zip(edges, [*edges[1:], len(self._incidents)], strict=True)]
        most = max(counts)
        colour = QColor(theme.look().muted)
        for place, count in enumerate(counts):
            high = round((rail.height() - 3) * count / most)
            if high:
                painter.fillRect(rail.left() + place * wide, rail.bottom() - high, wide - 1, high, colour)

    def _paint_hours(self, painter: QPainter, rail: QRect) -> None:
        """Write days or hours below the rail, as many as have room."""
        worn, span_s = theme.look(), (self._ends_at - self._begins_at).total_seconds()
        if span_s <= 0:
            return
        wanted_s = span_s * LEAST_LABEL_PX / max(rail.width(), 1)
        step_s = next((step for step in STEPS_S if step >= wanted_s), None)
        if step_s is None:
            step_s = 86_400 * -(-int(wanted_s) // 86_400)
        local = self._begins_at.astimezone(self._zone)
        midnight = local.replace(hour=0, minute=0, second=0, microsecond=0)
        painter.setFont(theme.text_font(10))
        metrics = painter.fontMetrics()
        last_right = -1.0
        for number in range(int((span_s + 86_400) // step_s) + 1):
            wall = midnight + timedelta(seconds=step_s * number)  # of the clock on the wall, over a change of it too
            at = wall.astimezone(UTC)
            if not self._begins_at <= at <= self._ends_at:
                continue
            x = self.x_of(at)
            is_day = wall.hour == wall.minute == wall.second == 0
            words = f"{wall:%m-%d}" if is_day else f"{wall:%H:%M}"
            painter.setPen(QColor(worn.strong_line))
            painter.drawLine(QPointF(x, rail.bottom() - (6 if is_day else 3)), QPointF(x, rail.bottom() + 2))
            width = metrics.horizontalAdvance(words)
            left = min(max(x - width / 2, 1.0), self.width() - width - 1.0)
            if left > last_right + 6:
                painter.setPen(QColor(worn.text if is_day else worn.muted))
                painter.drawText(QPointF(left, self.height() - 3), one_line(words))
                last_right = left + width
