"""The timeline: a lane a column over one clock, and in each every incident in the same row."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property, partial

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen

from app.debriefing.drawing import LEFT, RIGHT, Chart, colour_of, paint_clock, paint_legend, shade
from app.debriefing.names import Names, began_s, is_bad
from app.theme import Look, ink_on
from app.wording import label, one_line, text
from dispatch.exercise import score_records as r
from dispatch.exercise.debriefing import INJECT
from dispatch.exercise.score_records import COLUMNS, IncidentRow, Served

NAME_PX, GAP_PX, FOOT_PX = 58.0, 8.0, 20.0
WAITING, DRIVING, AT_SCENE = 1.0, 0.5, 0.16  # how much of the colour stands
LIGHT = 0.3
MARKS_PX = 16.0
APART_S = 40.0
DOT_PX, RING_PX = 4.5, 7.5
CLEAR_PX = RING_PX + 1 + 4  # from the middle of a ring to words: its line, and room to read them


@dataclass(frozen=True, slots=True)
class Bar:
    """One incident in one column, in seconds from the start: its call, first unit sent, first there, its end."""

    number: int
    row: int
    from_s: float
    sent_s: float | None
    there_s: float | None
    until_s: float


class Lanes(Chart):
    """Draw the timeline between two instants; a decision that is chosen is ringed.

    `from_s` and `until_s` are what is shown, `chosen` is the place of a decision, -1 for none.
    """

    def __init__(self, names: Names) -> None:
        super().__init__(names)
        self.from_s, self.until_s = 0.0, names.material.debriefing.lasts_s
        self.chosen = -1
        self.plot = QRectF()

    @cached_property
    def bars(self) -> dict[str, list[Bar]]:
        """Return the bars of each column; an incident lies in one row in all of them."""
        material = self.names.material
        spans: dict[int, tuple[float, float]] = {}
        made: dict[str, list[Bar]] = {name: [] for name in material.debriefing.columns}
        found = []
        for incident in material.debriefing.score.incidents:
            began = began_s(material, incident)
            for column in made:
                served = getattr(incident, column)
                if served is None:
                    continue
                bar = _bar(incident, served, began, material.debriefing.lasts_s)
                found.append((column, bar))
                low, high = spans.get(incident.number, (bar.from_s, bar.until_s))
                spans[incident.number] = min(low, bar.from_s), max(high, bar.until_s)
        rows = _packed(spans)
        for column, bar in found:
            made[column].append(Bar(bar.number, rows[bar.number], bar.from_s, bar.sent_s, bar.there_s, bar.until_s))
        self._rows = 1 + max(rows.values(), default=0)
        return made

    def has_something(self) -> bool:
        return bool(self.names.material.debriefing.score.incidents)

    def draw(self, painter: QPainter, area: QRectF, look: Look) -> None:
        names, language, bars = self.names, self.names.language, self.bars
        neutral = QColor(look.muted)
        legend = [
            (shade(neutral, WAITING), text("debrief.waiting", language)),
            (shade(neutral, DRIVING), text("debrief.driving", language)),
            (shade(neutral, AT_SCENE), text("debrief.at_scene", language)),
            (QColor(look.alarm), text("debrief.dot_bad", language)),
        ]
        area = paint_legend(painter, area, legend, look)
        self.plot = plot = area.adjusted(NAME_PX, MARKS_PX if self._marks else 0.0, -26, -FOOT_PX)
        paint_clock(painter, plot, self.from_s, self.until_s, names, look)
        columns = [each for each in COLUMNS if each in bars]
        high = (plot.height() - GAP_PX * (len(columns) - 1)) / max(1, len(columns))
        lane_of = {}
        for place, column in enumerate(columns):
            lane = QRectF(plot.left(), plot.top() + place * (high + GAP_PX), plot.width(), high)
            lane_of[column] = lane
            colour = colour_of(column, look)
            painter.fillRect(lane, shade(colour, 0.05))
            painter.fillRect(QRectF(lane.left() - 4, lane.top(), 3, lane.height()), colour)
            painter.setPen(colour)
            words = QRectF(area.left(), lane.top(), NAME_PX - 8, 18)
            painter.drawText(words, RIGHT, label("debrief_column", column, language))
            painter.save()
            painter.setClipRect(lane)
            for bar in bars[column]:
                self._paint_bar(painter, lane, bar, column, look)
            painter.restore()
        self._paint_marks(painter, look)
        if r.DID in lane_of:
            painter.save()
            painter.setClipRect(lane_of[r.DID])
            self._paint_decisions(painter, lane_of, look)
            painter.restore()
        for column, lane in lane_of.items():  # above dots and rings
            for bar in bars[column]:
                self._write_bar(painter, lane, bar, column, look)

    @cached_property
    def _marks(self) -> list[tuple[float, bool, str]]:
        """Return what happened at the trainer's word and what she marked: when, whether she marked it, her words."""
        material, language = self.names.material, self.names.language
        start = material.debriefing.start_at
        found = [((each.at - start).total_seconds(), True, one_line(each.name, 120)) for each in material.bookmarks]
        found += [
            (each.at_s, False, f"{label('debrief_event', each.code, language)}: {one_line(each.text, 120)}")
            for each in material.debriefing.timeline
            if each.code == INJECT and each.column == r.DID and each.at_s >= 0
        ]
        return sorted(found)

    def _paint_marks(self, painter: QPainter, look: Look) -> None:
        foot = self.plot.top() - 2
        for at_s, is_marked, words in self._marks:
            if not self.from_s <= at_s <= self.until_s:
                continue
            x = self.x_of(at_s)
            painter.setPen(QPen(QColor(look.warning if is_marked else look.muted), 1.2))
            painter.setBrush(QColor(look.warning if is_marked else look.muted))
            if is_marked:
                painter.drawLine(QPointF(x, foot - 12), QPointF(x, self.plot.bottom()))
                painter.drawRect(QRectF(x, foot - 12, 9, 6))
            else:
                painter.drawPolygon([QPointF(x - 4, foot - 8), QPointF(x + 4, foot - 8), QPointF(x, foot)])
            self.hits.add(QRectF(x - 5, foot - 13, 14, 14), -1, partial(str, f"{self.names.clock(at_s)} {words}"))

    def x_of(self, at_s: float) -> float:
        """Return where a second from the start lies."""
        return self.plot.left() + self.plot.width() * (at_s - self.from_s) / (self.until_s - self.from_s)

    def s_of(self, x: float) -> float:
        """Return which second from the start lies at a place."""
        return self.from_s + (x - self.plot.left()) / max(1.0, self.plot.width()) * (self.until_s - self.from_s)

    def _row(self, lane: QRectF, row: int) -> tuple[float, float]:
        high = min(22.0, lane.height() / self._rows)
        return lane.top() + row * high, high

    def _paint_bar(self, painter: QPainter, lane: QRectF, bar: Bar, column: str, look: Look) -> None:
        if bar.until_s < self.from_s or bar.from_s > self.until_s:
            return
        whole = self._whole(lane, bar)
        colour = colour_of(column, look)
        edges = [bar.from_s, bar.sent_s, bar.there_s, bar.until_s]
        at = bar.from_s
        for share, until in zip((WAITING, DRIVING, AT_SCENE), edges[1:], strict=True):
            end = bar.until_s if until is None else min(until, bar.until_s)
            left, right = self.x_of(at), self.x_of(end)
            if right > left:
                painter.fillRect(QRectF(left, whole.top(), right - left, whole.height()), shade(colour, share))
            at = end
            if until is None:
                break
        self.hits.add(
            whole.adjusted(-1, 0, 1, 0), self._first.get(bar.number, -1), partial(self._bar_words, bar.number, column)
        )

    def _whole(self, lane: QRectF, bar: Bar) -> QRectF:
        """Return where a bar lies, from the call to the end."""
        top, high = self._row(lane, bar.row)
        high = max(1.2, high - (1.0 if high > 4 else 0.3))
        left, right = self.x_of(bar.from_s), self.x_of(bar.until_s)
        return QRectF(left, top, right - left, high)

    def words_box(self, lane: QRectF, bar: Bar, column: str, wide: float) -> QRectF:
        """Return where a bar's words, so wide, stand: behind its sending, clear of the dot and of the ring in hand."""
        box = self._whole(lane, bar).intersected(lane)
        clear = self.x_of(bar.sent_s if bar.sent_s is not None else bar.from_s)  # nothing is read on the full part
        box.setLeft(max(box.left(), clear + (RING_PX + 1 if column == r.DID else 0.0)) + 3)
        ring = self.ring(lane) if column == r.DID else None
        if ring is not None and box.adjusted(-CLEAR_PX, -RING_PX, CLEAR_PX, RING_PX).contains(ring):
            before, behind = ring.x() - CLEAR_PX, ring.x() + CLEAR_PX
            if before - box.left() >= min(wide, box.right() - behind):
                box.setRight(before)
            else:
                box.setLeft(max(box.left(), behind))
        return box

    def ring(self, lane: QRectF) -> QPointF | None:
        """Return the middle of the ring round the decision that is chosen, in the lane of what was done; or None."""
        decisions = self.names.material.debriefing.score.decisions
        if not 0 <= self.chosen < len(decisions):
            return None
        each = decisions[self.chosen]
        row = next((bar.row for bar in self.bars[r.DID] if bar.number == each.incident), None)
        if row is None:
            return None
        top, high = self._row(lane, row)
        return QPointF(self.x_of(each.at_s), top + high / 2)

    def _write_bar(self, painter: QPainter, lane: QRectF, bar: Bar, column: str, look: Look) -> None:
        whole = self._whole(lane, bar)
        if whole.height() < 11 or whole.width() <= 44:
            return
        words = f"{bar.number} {self.names.kind(self.names.rows[bar.number].kind)}"
        box = self.words_box(lane, bar, column, painter.fontMetrics().horizontalAdvance(words))
        if box.width() <= 24:
            return
        painter.setPen(words_ink(bar, column, look))
        shown = painter.fontMetrics().elidedText(words, Qt.TextElideMode.ElideRight, int(box.width()))
        painter.drawText(box, LEFT, shown)

    def _bar_words(self, number: int, column: str) -> str:
        served = getattr(self.names.rows[number], column)
        return text(
            "debrief.lane_tip", self.names.language, incident=self.names.incident(number),
            column=label("debrief_column", column, self.names.language), decided_s=served.decided_s,
            first_s=served.first_s, needs_s=served.needs_s,
        )  # fmt: skip

    @cached_property
    def _first(self) -> dict[int, int]:
        """Return by incident the place of the decision to look at: its first bad one, else its first sending."""
        found: dict[int, int] = {}
        decisions = self.names.material.debriefing.score.decisions
        for wanted in (is_bad, lambda each: each.kind in (r.SENT, r.REDIRECTED), lambda each: True):
            for place, each in enumerate(decisions):
                if each.incident and wanted(each):
                    found.setdefault(each.incident, place)
        return found

    def _paint_decisions(self, painter: QPainter, lane_of: dict[str, QRectF], look: Look) -> None:
        lane, rows = lane_of[r.DID], {bar.number: bar.row for bar in self.bars[r.DID]}
        for place, each in enumerate(self.names.material.debriefing.score.decisions):
            row = rows.get(each.incident)
            if row is None or not (is_bad(each) or place == self.chosen or each.kind in (r.SENT, r.REDIRECTED)):
                continue
            top, high = self._row(lane, row)
            x, middle = self.x_of(each.at_s), top + high / 2
            size = max(2.4, min(DOT_PX, high / 2))
            if is_bad(each):
                until = self.x_of(each.at_s + (each.lasted_s or 0.0) - (each.waited_s or 0.0))
                if each.kind == r.NOTHING and until - x > 2:
                    painter.fillRect(QRectF(x, middle - 1, until - x, 2), QColor(look.alarm))
                painter.setPen(QPen(QColor(look.panel), 0.7))
                painter.setBrush(QColor(look.alarm))
                painter.drawEllipse(QPointF(x, middle), size, size)
            self.hits.add(
                QRectF(x - 4, middle - 4, 8, 8), place, partial(self._words, each, self.names.clock(each.at_s))
            )
        ring = self.ring(lane)
        if ring is not None:
            painter.setPen(QPen(QColor(look.text), 2))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawEllipse(ring, RING_PX, RING_PX)


def _bar(row: IncidentRow, served: Served, began: float, lasts_s: float) -> Bar:
    there = served.first_s
    end = served.closed_s
    if end is None:
        known = [each for each in (served.decided_s, served.first_s, served.needs_s, served.full_s) if each is not None]
        end = max([lasts_s - began, *known])

    def at(seconds: float | None) -> float | None:
        return None if seconds is None else began + seconds

    return Bar(row.number, 0, began, at(served.decided_s), at(there), began + max(end, 0.0))


def _packed(spans: dict[int, tuple[float, float]]) -> dict[int, int]:
    """Give every incident the first row that is free for as long as it lasts in any column."""
    ends: list[float] = []
    rows = {}
    for number, (low, high) in sorted(spans.items(), key=lambda item: (item[1][0], item[0])):
        row = next((place for place, end in enumerate(ends) if end + APART_S <= low), len(ends))
        if row == len(ends):
            ends.append(high)
        ends[row] = high
        rows[number] = row
    return rows


def words_ink(bar: Bar, column: str, look: Look) -> QColor:
    """Return what a bar's words are written with: where nobody was sent they stand on the full colour."""
    return QColor(ink_on(colour_of(column, look).name()) if bar.sent_s is None else look.text)
