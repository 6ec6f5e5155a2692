"""The photographs of a case as a strip: before and after told apart, far ones marked; a click shows one bigger."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QAbstractListModel, QModelIndex, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QKeyEvent, QPainter, QPixmap
from PySide6.QtWidgets import QAbstractItemView, QListView, QStyle, QStyledItemDelegate, QStyleOptionViewItem

from app import theme
from app.cases.standing_words import own_words
from app.cases.thumbnails import Thumbnails
from app.cases.words import when_words
from app.desk import Desk
from app.parts.live_rows import NO_INDEX, Index
from app.wording import label, listed, one_line, text, tooltip
from app.wording.durations import distance
from dispatch.case import AFTER, BEFORE, Case, Exhibit

EXHIBIT = Qt.ItemDataRole.UserRole
PICTURE_PX, LABEL_PX, MARK_PX = 62, 17, 16


def caption_of(desk: Desk, case_id: int, exhibit: Exhibit) -> str:
    """Say of a photograph what it shows, when and by whom it was added, and how far from the place it was taken."""
    language = desk.language
    when = when_words(exhibit.added_at, desk.clock(), desk.state.time_zone, language)
    parts = [label("evidence_kind", exhibit.evidence.kind, language), when, one_line(exhibit.actor, 40)]
    parts.append(far_words(exhibit, language))
    parts.append(also_words(desk, case_id, exhibit))
    parts.append(own_words(desk, exhibit.evidence.id))
    return " · ".join(part for part in parts if part)


def far_words(exhibit: Exhibit, language: str) -> str:
    """Say that a photograph was taken far from the place, where that is known; empty elsewhere."""
    if exhibit.evidence.near is not False:
        return ""
    away_m = exhibit.evidence.distance_m
    return text("case.far", language, distance=distance(away_m))


def also_words(desk: Desk, case_id: int, exhibit: Exhibit) -> str:
    """Say on which other cases the same photograph stands; empty on none."""
    others = [one for one in desk.state.cases_of_evidence.get(exhibit.evidence.id, ()) if one != case_id]
    return text("case.also_on", desk.language, numbers=listed(map(str, others[:5]), desk.language)) if others else ""


class _Exhibits(QAbstractListModel):
    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self._desk = desk
        self.exhibits: tuple[Exhibit, ...] = ()
        self.case_id = 0

    def take(self, case_id: int, exhibits: tuple[Exhibit, ...]) -> None:
        self.case_id = case_id
        if exhibits == self.exhibits:
            return
        self.beginResetModel()
        self.exhibits = exhibits
        self.endResetModel()

    def rowCount(self, parent: Index = NO_INDEX) -> int:
        return 0 if parent.isValid() else len(self.exhibits)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not 0 <= index.row() < len(self.exhibits):
            return None
        exhibit = self.exhibits[index.row()]
        if role == EXHIBIT:
            return exhibit
        if role == Qt.ItemDataRole.ToolTipRole:
            return tooltip(caption_of(self._desk, self.case_id, exhibit))
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole):
            return caption_of(self._desk, self.case_id, exhibit)
        return None


class _Painter(QStyledItemDelegate):
    def __init__(self, strip: EvidenceStrip) -> None:
        super().__init__(strip)
        self._strip = strip

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        return QSize(PICTURE_PX + 24, PICTURE_PX + LABEL_PX + 4)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        exhibit: Exhibit | None = index.data(EXHIBIT)
        if exhibit is None:
            return
        worn = theme.look()
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        box = QRect(option.rect).adjusted(2, 2, -2, -2)
        frame = QRect(box.left(), box.top(), box.width(), box.height() - LABEL_PX)
        painter.fillRect(frame, QColor(worn.window))
        erased = exhibit.evidence.id in self._strip.desk.state.erased_photographs
        gone = text("case.erased", self._strip.language)
        answer = gone if erased else self._strip.thumbnails.find(exhibit.evidence.id)
        if isinstance(answer, QPixmap):
            size = answer.size().scaled(frame.size(), Qt.AspectRatioMode.KeepAspectRatio)
            spot = QRect(frame.topLeft(), size)
            spot.moveCenter(frame.center())
            painter.drawPixmap(spot, answer)
            if own_words(self._strip.desk, exhibit.evidence.id):
                _mark_unsent(painter, frame)
        else:
            painter.setPen(QColor(worn.muted))
            painter.setFont(theme.text_font(11))
            words = text("case.loading", self._strip.language) if answer is None else answer
            flags = int(Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap)
            painter.drawText(QRectF(frame).adjusted(3, 0, -3, 0), flags, one_line(words, 40))
        is_held = bool(option.state & QStyle.StateFlag.State_Selected)
        painter.setPen(QColor(worn.accent if is_held else worn.strong_line))
        painter.drawRect(frame.adjusted(0, 0, -1, -1))
        kind = exhibit.evidence.kind
        is_far = exhibit.evidence.near is False
        far = (
            text("case.far_short", self._strip.language, distance=distance(exhibit.evidence.distance_m))
            if is_far
            else ""
        )
        colour = worn.warning if far else worn.good if kind == AFTER else worn.notice if kind == BEFORE else worn.muted
        also = also_words(self._strip.desk, self._strip.case_id, exhibit)
        words = f"⚠ {far or also}" if far or also else label("evidence_kind", kind, self._strip.language)
        if also:
            colour = worn.warning
        painter.setFont(theme.text_font(11, bold=True))
        painter.setPen(QColor(colour))
        line = QRect(box.left(), frame.bottom() + 1, box.width(), LABEL_PX)
        shown = painter.fontMetrics().elidedText(words, Qt.TextElideMode.ElideRight, line.width())
        painter.drawText(line, Qt.AlignmentFlag.AlignCenter, shown)
        painter.restore()


def _mark_unsent(painter: QPainter, frame: QRect) -> None:
    """Mark a picture that the other seats do not have yet: an arrow in its corner; its tip says it in words."""
    worn = theme.look()
    corner = QRect(frame.right() - MARK_PX, frame.top() + 1, MARK_PX, MARK_PX)
    painter.fillRect(corner, QColor(worn.notice))
    painter.setPen(QColor(worn.window))
    painter.setFont(theme.text_font(11, bold=True))
    painter.drawText(corner, Qt.AlignmentFlag.AlignCenter, "↑")


class EvidenceStrip(QListView):
    """Show the photographs of a case, oldest first; hidden where there are none."""

    opened = Signal(object)  # Exhibit

    def __init__(self, desk: Desk, thumbnails: Thumbnails) -> None:
        super().__init__()
        self.desk = desk
        self.language = desk.language
        self.thumbnails = thumbnails
        self._model = _Exhibits(desk)
        self.setModel(self._model)
        self.setItemDelegate(_Painter(self))
        self.setAccessibleName(text("case.photographs_of", desk.language))
        self.setFlow(QListView.Flow.LeftToRight)
        self.setWrapping(False)
        self.setUniformItemSizes(True)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFixedHeight(PICTURE_PX + LABEL_PX + 18)
        self.clicked.connect(self._open)
        thumbnails.made.connect(lambda evidence_id: self.viewport().update())
        self.hide()

    @property
    def case_id(self) -> int:
        """Return the number of the case whose photographs are shown."""
        return self._model.case_id

    @property
    def exhibits(self) -> tuple[Exhibit, ...]:
        """Return what is shown."""
        return self._model.exhibits

    def show_case(self, case: Case | None) -> None:
        """Show a case's photographs."""
        if case is None or (self.exhibits and case.evidence[: len(self.exhibits)] != self.exhibits):
            self.thumbnails.forget_wishes()
        self._model.take(case.id if case is not None else 0, case.evidence if case is not None else ())
        self.setVisible(bool(self.exhibits))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space):
            self._open(self.currentIndex())
            event.accept()
        else:
            super().keyPressEvent(event)

    def sizeHint(self) -> QSize:
        return QSize(200, self.height())

    def _open(self, index: QModelIndex) -> None:
        exhibit = index.data(EXHIBIT)
        if exhibit is not None:
            self.opened.emit(exhibit)
