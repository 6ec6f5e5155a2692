"""The loop as a row of stages: where the case is, what was late, where it went back to, and who must put it right."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPainterPath, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from app import theme
from app.cases.stage_mark import draw_stage, shape_of, stage_path
from app.desk import Desk
from app.parts import tints
from app.wording import label, text
from app.wording.durations import rough_span
from dispatch.case import LOOP, PLACE_IN_LOOP, Case, CaseStage

DONE, HERE, AHEAD, SKIPPED = "done", "here", "ahead", "skipped"
_MARK, _ARC, _WORDS = 22, 18, 15
_MOST_ARCS = 3
_WIDE_STEP_PX = 52  # from here on each stage's name has room in the usual size


@dataclass(frozen=True, slots=True)
class Step:
    """Say of one stage how the case stands to it; `late_s` is by how much its last stay was late, None: it was not."""

    stage: CaseStage
    standing: str
    late_s: float | None = None
    is_fixer: bool = False
    times: int = 0


def steps_of(case: Case, now: datetime) -> tuple[Step, ...]:
    """Return how a case stands to each stage of the loop, in the order of the loop."""
    held = case.stage if case.stage in PLACE_IN_LOOP else case.stage_before
    place = PLACE_IN_LOOP[held] if held is not None else -1
    been = {visit.stage for visit in case.visits}
    steps = []
    for number, stage in enumerate(LOOP):
        stays = [visit for visit in case.visits if visit.stage is stage]
        late: float | None = None
        for visit in stays:
            if visit.is_late(now):
                due = visit.due_at or visit.first_due_at
                ended = visit.left_at or now
                late = max(0.0, (ended - due).total_seconds()) if due is not None else 0.0
        standing = AHEAD
        if stage is case.stage:
            standing = HERE
        elif number < place:
            standing = DONE if stage in been else SKIPPED
        elif stage in been and not case.is_open:
            standing = DONE
        steps.append(Step(stage, standing, late, case.fixer is stage, len(stays)))
    return tuple(steps)


class Steps(QWidget):
    """Paint the loop; its sentence is the accessible text and the tooltip."""

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self._desk = desk
        self._case: Case | None = None
        self._steps: tuple[Step, ...] = ()
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(text("case.loop", desk.language))

    def show_case(self, case: Case | None) -> None:
        """Show how far a case has come."""
        self._case = case
        self._steps = steps_of(case, self._desk.clock()) if case is not None else ()
        self.setVisible(case is not None)
        if case is not None:
            self.setAccessibleDescription(self._sentence())
            self.setToolTip(self._sentence())
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(360, self._arc_px() + _MARK + 2 + _WORDS * 2)

    def minimumSizeHint(self) -> QSize:
        return QSize(200, self.sizeHint().height())

    def paintEvent(self, event: QPaintEvent) -> None:
        if self._case is None:
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        worn = theme.look()
        top = self._arc_px()
        self._paint_line(painter, top)
        self._paint_arcs(painter, top)
        for number, step in enumerate(self._steps):
            box = QRectF(self._centre(number) - _MARK / 2, top, _MARK, _MARK)
            if step.standing == HERE:
                draw_stage(painter, box, step.stage)
                painter.setBrush(Qt.BrushStyle.NoBrush)
                painter.setPen(QPen(QColor(worn.text), 2))
                painter.drawPath(stage_path(box.adjusted(-3, -3, 3, 3), shape_of(step.stage)))
            elif step.standing == DONE:
                draw_stage(painter, box, step.stage, fill=worn.strong_line, ink=worn.text)
            else:
                draw_stage(painter, box, step.stage, fill=worn.raised, ink=worn.faint)
            if step.is_fixer:
                painter.setBrush(Qt.BrushStyle.NoBrush)
                painter.setPen(QPen(QColor(worn.warning), 2))
                painter.drawPath(stage_path(box.adjusted(-2, -2, 2, 2), shape_of(step.stage)))
            self._paint_words(painter, number, step, top + _MARK + 3)
        painter.end()

    def _paint_line(self, painter: QPainter, top: float) -> None:
        worn = theme.look()
        middle = top + _MARK / 2
        painter.setPen(QPen(QColor(worn.strong_line), 2))
        painter.drawLine(QPointF(self._centre(0), middle), QPointF(self._centre(len(self._steps) - 1), middle))

    def _paint_arcs(self, painter: QPainter, top: float) -> None:
        """Draw the latest ways back as arcs over the stages; the one that must still be put right is coloured."""
        assert self._case is not None
        worn = theme.look()
        backs = [each for each in self._case.returns if each.start in PLACE_IN_LOOP and each.to in PLACE_IN_LOOP]
        for number, back in enumerate(backs[-_MOST_ARCS:]):
            is_last = back is backs[-1] and self._case.fixer is not None
            colour = QColor(worn.warning if is_last else worn.faint)
            start = QPointF(self._centre(PLACE_IN_LOOP[back.start]), top - 1)
            end = QPointF(self._centre(PLACE_IN_LOOP[back.to]), top - 1)
            high = top - _ARC + 3 * number
            path = QPainterPath(start)
            path.cubicTo(QPointF(start.x(), high), QPointF(end.x(), high), end)
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(colour, 1.6))
            painter.drawPath(path)
            painter.setBrush(colour)
            painter.setPen(Qt.PenStyle.NoPen)
            tip = QPainterPath(end)
            tip.lineTo(end + QPointF(-3.5, -6))
            tip.lineTo(end + QPointF(3.5, -6))
            tip.closeSubpath()
            painter.drawPath(tip)

    def _paint_words(self, painter: QPainter, number: int, step: Step, top: float) -> None:
        worn, language = theme.look(), self._desk.language
        is_here = step.standing == HERE
        width = self.width() / max(1, len(self._steps))
        is_narrow = width < _WIDE_STEP_PX
        font = theme.text_font(10 if is_narrow else 11, bold=is_here and not is_narrow)
        words = label("case_stage_short", step.stage.value, language)
        room = width + 6 if not is_here else max(width, QFontMetricsF(font).horizontalAdvance(words) + 4)
        colour = worn.text if is_here else worn.muted if step.standing == DONE else worn.faint
        metrics = QFontMetricsF(font)
        shown = metrics.elidedText(words, Qt.TextElideMode.ElideRight, room)
        left = min(max(0.0, self._centre(number) - room / 2), self.width() - room)
        painter.setFont(font)
        painter.setPen(QColor(colour))
        painter.drawText(QRectF(left, top, room, _WORDS), Qt.AlignmentFlag.AlignCenter, shown)
        below, level = "", "muted"
        if step.late_s is not None:
            below, level = f"+{rough_span(max(60.0, step.late_s))}", "alarm"
        elif step.is_fixer:
            below, level = text("case.fixes", language), "warn"
        elif step.times > 1:
            below = f"×{step.times}"
        if below:
            small = theme.text_font(11, bold=level != "muted")
            painter.setFont(small)
            painter.setPen(tints.tone(level))
            wide = max(width, QFontMetricsF(small).horizontalAdvance(below) + 2)
            spot = min(max(0.0, self._centre(number) - wide / 2), self.width() - wide)
            painter.drawText(QRectF(spot, top + _WORDS, wide, _WORDS), Qt.AlignmentFlag.AlignCenter, below)

    def _centre(self, number: int) -> float:
        width = self.width() / max(1, len(self._steps))
        return width * (number + 0.5)

    def _arc_px(self) -> int:
        backs = self._case.returns if self._case is not None else ()
        return _ARC + 2 if any(each.to in PLACE_IN_LOOP for each in backs) else 5

    def _sentence(self) -> str:
        assert self._case is not None
        language = self._desk.language
        lines = []
        for step in self._steps:
            words = label("case_stage", step.stage.value, language)
            if step.standing == HERE:
                words = text("case.step_here", language, stage=words)
            elif step.standing == DONE:
                words = text("case.step_done", language, stage=words)
            if step.late_s is not None:
                words = text("case.step_late", language, stage=words, rough=rough_span(max(60.0, step.late_s)))
            if step.is_fixer:
                words = text("case.step_fixes", language, stage=words)
            lines.append(words)
        return "\n".join(lines)
