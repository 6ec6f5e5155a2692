"""What is imagined, and what would be otherwise, in one card over the map."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout, QWidget

from app.coverage import words as cover_words
from app.desk import Desk
from app.intake.kind_field import kind_name
from app.parts import tints
from app.parts.forms import plain_label, show_words, small_button
from app.parts.row import Row
from app.parts.row_list import RowList
from app.sending.choosing import Choosing
from app.what_if.differences import Difference, changed_covers, differences
from app.what_if.imagining import Imagining, group_of
from app.wording import label, listed, one_line, text
from app.wording.durations import clock_span
from dispatch.coverage_report import Cover
from dispatch.incident import Closure
from dispatch.what_if import NOTHING

WIDTH_PX, TOP_PX, MARGIN_PX = 380, 64, 14
MOST_INCIDENTS, MOST_COVERS = 12, 4
SEND_KEY = "Ctrl+Shift+I"


class WhatIfCard(QFrame):
    """Stand over the map while something is imagined; Delete takes a row back."""

    def __init__(self, desk: Desk, imagining: Imagining, over: QWidget) -> None:
        super().__init__(over)
        self._desk = desk
        self._imagining = imagining
        self.setObjectName("overlay")
        self.setAccessibleName(text("whatif.list", desk.language))
        self.setAttribute(Qt.WidgetAttribute.WA_NoMousePropagation)
        self.setCursor(Qt.CursorShape.ArrowCursor)
        self.list = RowList(text("whatif.list", desk.language), grows=True, most_rows=6, least_rows=2)
        self.results = RowList(text("whatif.result", desk.language), grows=True, most_rows=9, least_rows=2)
        self.said = plain_label()
        self.send_button = small_button(
            text("whatif.add_ticked", desk.language), self.send_ticked, tip=text("whatif.send_ticked", desk.language)
        )
        self.send_button.setToolTip(f"{text('whatif.send_ticked', desk.language)} ({SEND_KEY})")
        self.back_button = small_button(text("whatif.back", desk.language), self.take_back)
        foot = QHBoxLayout()
        foot.addWidget(self.send_button)
        foot.addStretch(1)
        foot.addWidget(self.back_button)
        column = QVBoxLayout(self)
        column.setContentsMargins(10, 8, 10, 8)
        column.setSpacing(5)
        column.addWidget(plain_label(text("whatif.list", desk.language), role="title"))
        column.addWidget(self.list)
        column.addWidget(self.said)
        column.addLayout(foot)
        self.result_title = plain_label(text("whatif.result", desk.language), role="title")
        column.addWidget(self.result_title)
        column.addWidget(self.results)
        over.installEventFilter(self)
        imagining.changed.connect(self.refresh)
        imagining.answered.connect(self.refresh_results)
        desk.selection_changed.connect(lambda _: self.refresh_results())
        self.results.chosen.connect(self._on_chosen)
        self.hide()

    def refresh(self) -> None:
        """Show what is imagined, or nothing while the mode is off."""
        imagining, language = self._imagining, self._desk.language
        self.setVisible(imagining.is_on)
        if not imagining.is_on:
            return
        imagined, state = imagining.what_if, self._desk.state
        closed = {group_of(one.id): one for one in imagined.closures}
        rows = [Row(f"closed:{key}", self._closed(one), mark="×") for key, one in closed.items()]
        for closure_id in imagined.reopened:
            closure = state.closures.get(closure_id)
            what = self._closed(closure) if closure is not None else closure_id
            rows.append(Row(f"opened:{closure_id}", text("whatif.lifted", language, what=what), mark="✓"))
        for unit_id, number in imagined.sent:
            rows.append(Row(f"sent:{unit_id}", text("whatif.sent", language, unit=unit_id, number=number), mark="→"))
        self.list.set_rows(rows, take_first=True)
        self.list.setVisible(bool(rows))
        self.back_button.setEnabled(bool(rows))
        empty = "" if rows else text("whatif.empty", language)
        show_words(self.said, imagining.problem or empty, "warning" if imagining.problem else "")
        self.refresh_results()

    def refresh_results(self) -> None:
        """Show what would be otherwise, worst first."""
        imagining, language = self._imagining, self._desk.language
        if not imagining.is_on:
            return
        answers = imagining.answers
        rows: list[Row] = []
        if imagining.what_if != NOTHING:
            if answers.plan_now is None or answers.plan_then is None:
                rows.append(Row("wait", text("whatif.waiting", language), is_heading=True))
            else:
                found = self._with_held(differences(answers.plan_now.answers, answers.plan_then.answers))
                rows += [self._difference(one) for one in found[:MOST_INCIDENTS]]
                if not found:
                    rows.append(Row("same", text("whatif.none_differ", language), is_heading=True))
            if answers.cover_now is not None and answers.cover_then is not None:
                pairs = changed_covers(answers.cover_now, answers.cover_then)[:MOST_COVERS]
                if pairs:
                    rows.append(Row("cover", text("whatif.cover", language), is_heading=True))
                rows += [self._cover(now, then) for now, then in pairs]
                ages = cover_words.ages(answers.cover_then, self._desk.state, self._desk.clock(), language)
                rows += [Row("cover:age", ages, is_heading=True)] if ages else []
        self.results.set_rows(rows)
        for part in (self.result_title, self.results):
            part.setVisible(bool(rows))
        self._place()

    def send_ticked(self) -> None:
        """Imagine that what is ticked in the recommendation goes."""
        choosing = Choosing.of(self._desk)
        number = choosing.incident_id
        units = tuple(choice.unit_id for choice in choosing.choices())
        if self._imagining.is_on and number is not None and units:
            self._imagining.send(units, number)

    def take_back(self) -> None:
        """Take the row in hand back."""
        self._imagining.take_back(self.list.current_key)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Delete, Qt.Key.Key_Backspace) and self.list.hasFocus():
            self.take_back()
        else:
            super().keyPressEvent(event)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Resize:
            self._place()
        return False

    def _with_held(self, found: list[Difference]) -> list[Difference]:
        """Leave out what stays as it is, but for the incident in hand: it comes first, as its own answer has it."""
        held = self._desk.selection.incident_id
        answer, now = self._imagining.answers.held_then, self._desk.recommendation
        shown = [one for one in found if one.differs and one.incident_id != held]
        mine = [one for one in found if one.incident_id == held]
        if answer is not None and now is not None and answer.incident_id == now.incident_id == held:
            mine = differences((now,), (answer,))
        return [*mine, *shown]

    def _difference(self, one: Difference) -> Row:
        language, state = self._desk.language, self._desk.state
        incident = state.incidents.get(one.incident_id)
        kind = kind_name(self._desk, incident.kind) if incident is not None else ""
        later_s, worse = one.later_s, one.then.missing - one.now.missing
        is_sent_to = any(number == one.incident_id for _, number in self._imagining.what_if.sent)
        if worse > 0 and not one.then.unit_ids and not is_sent_to:
            right, tone = text("whatif.unserved", language), "alarm"
        elif worse > 0:
            right, tone = text("whatif.missing", language, missing=one.then.missing), "warn"
        elif is_sent_to and not one.then.unit_ids and one.now.unit_ids:
            right, tone = text("whatif.on_the_way", language), "good"
        elif later_s is None or abs(later_s) < 1.0:
            right, tone = text("whatif.as_now", language), "normal"
        else:
            span = clock_span(abs(later_s))
            right = text("whatif.later" if later_s > 0 else "whatif.sooner", language, span=span)
            tone = "warn" if later_s > 0 else "good"
        key = "whatif.detail"
        if worse > 0:
            key = "whatif.detail_short"
        elif is_sent_to and not one.then.unit_ids:
            key = "whatif.detail_sent"
        elif worse < 0:
            key = "whatif.detail_gained"
        detail = text(
            key,
            language,
            now=listed(one.now.unit_ids, language),
            now_s=one.now.last_s if one.now.unit_ids else None,
            then=listed(one.then.unit_ids, language),
            then_s=one.then.last_s if one.then.unit_ids else None,
            missing=one.then.missing if worse > 0 else one.now.missing,
        )
        title = text("whatif.row", language, number=one.incident_id, kind=kind)
        return Row(f"incident:{one.incident_id}", title, right=right, detail=detail, tone=tone)

    def _cover(self, now: Cover, then: Cover) -> Row:
        before, after = cover_words.percent(now.reached), cover_words.percent(then.reached_after)
        return Row(
            f"cover:{then.department}:{then.target.id}",
            cover_words.heading(then, self._desk),
            right=text("cover.change", self._desk.language, before=before, after=after),
            detail=cover_words.floor(then, self._desk.language),
            tone="warn" if then.reached_after < now.reached else "good",
            mark="●",
            mark_colour=tints.tone("warn").name(),
        )

    def _closed(self, one: Closure) -> str:
        language = self._desk.language
        kind = label("closure_kind", one.kind, language)
        if one.kind == "slow":
            kind = text("closures.slow_to", language, percent=round(100 * one.speed_factor))
        what = one_line(one.reason, 60) or text("closures.no_reason", language)
        return text("whatif.closed", language, kind=kind, what=what)

    def _on_chosen(self, key: str) -> None:
        kind, _, number = key.partition(":")
        incident = self._desk.state.incidents.get(int(number)) if kind == "incident" else None
        if incident is not None:
            self._desk.select(incident_id=incident.id)
            self._desk.go_to.emit(incident.location.lon, incident.location.lat)

    def _place(self) -> None:
        over = self.parentWidget()
        width = min(WIDTH_PX, max(260, over.width() // 2))
        high = max(120, over.height() - TOP_PX - MARGIN_PX)
        self.resize(width, min(high, self.layout().totalHeightForWidth(width) if self.layout() is not None else high))
        self.move(over.width() - width - MARGIN_PX, TOP_PX)
        self.raise_()
