"""The page of what was done alone: counts, what waits for a person and what stands against it, choices, the report."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from app.desk import Desk
from app.island.alone import Alone
from app.island.decision_rows import Waiting, conflict_rows, notice_rows, other_islands, waiting_of
from app.island.targets import show
from app.island.words import counts_words, deed_words, done_by
from app.parts.flow import Flow
from app.parts.forms import plain_label, show_words, small_button
from app.parts.reason_line import ReasonLine
from app.parts.row import Row
from app.parts.row_list import RowList
from app.wording import label, listed, one_line, text, tooltip
from app.wording.durations import day_and_clock
from dispatch.island.conflicts import LEAVE
from dispatch.island_access import MAY_ISLAND
from dispatch.island_commands import TakeIslandEntry

SETTLE_MS = 150
ROWS_PX = 170


class IslandPanel(QWidget):
    """Follow one merge while it is seen; say what there is to know where there is none.

    `report` writes the report of a merge; None where the desk keeps no reports.
    """

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self._alone = desk.alone if isinstance(desk.alone, Alone) else None
        self.write_report: Callable[[], object] | None = None
        language = desk.language
        self.head = plain_label(" ")
        self.counts = plain_label(role="muted")
        self.rows = RowList(text("alone.list", language))
        self.done = plain_label(role="muted")
        self.free_now = plain_label()
        self.behind = plain_label(role="muted")
        self.may_not = plain_label()
        self.choices = Flow()
        self.places = Flow()
        self.rows.setMinimumHeight(ROWS_PX)
        self.why = ReasonLine(language)
        self.said = plain_label()
        self.report_button = small_button(text("alone.report", language), self._report)
        self.seen_all_button = small_button(text("alone.seen_all", language), self._see_all)
        self._buttons: tuple[object, ...] = ()
        self._soon = QTimer(self, singleShot=True, interval=SETTLE_MS)
        self._soon.timeout.connect(self.refresh)
        self._lay_out()
        self.rows.pointed.connect(self._point)
        self.rows.chosen.connect(lambda key: self._focus_choices())
        desk.state_changed.connect(self._refresh_soon)
        desk.who_changed.connect(self._refresh_soon)
        if self._alone is not None:
            self._alone.changed.connect(self._refresh_soon)
            self._alone.refused.connect(lambda words: show_words(self.said, words, "warning"))
        self.refresh()

    @property
    def may_decide(self) -> bool:
        """Tell whether who sits here may decide what stands against what was done alone."""
        return self._desk.may(TakeIslandEntry)

    @property
    def in_hand(self) -> Waiting | None:
        """Return what is to be decided or looked at in the row in hand."""
        return waiting_of(self._alone, self.rows.current_key)

    def focus_list(self) -> None:
        """Put the keys on the list."""
        self.rows.setFocus()

    def refresh(self) -> None:
        """Show the merge as it stands now."""
        self._show_head()
        rows = self._all_rows()
        self.rows.setVisible(bool(rows))
        self.rows.set_rows(rows, take_first=True)
        self._show_in_hand()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape and self.why.isVisible():
            self.why.hide()
            return
        super().keyPressEvent(event)

    def _lay_out(self) -> None:
        foot = QHBoxLayout()
        foot.setSpacing(4)
        foot.addWidget(self.seen_all_button)
        foot.addWidget(self.report_button)
        foot.addStretch(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(8, 6, 8, 8)
        column.setSpacing(5)
        for each in (self.head, self.counts):
            column.addWidget(each)
        column.addWidget(self.rows, 1)
        for each in (self.done, self.free_now, self.behind, self.may_not):
            column.addWidget(each)
        for each in (self.choices, self.why, self.places, self.said):
            column.addWidget(each)
        column.addLayout(foot)
        column.addStretch(0)

    def _refresh_soon(self, *_: object) -> None:
        if self.isVisible() and not self._soon.isActive():
            self._soon.start()

    def showEvent(self, event: object) -> None:
        super().showEvent(event)  # type: ignore[arg-type]
        self.refresh()

    def _show_head(self) -> None:
        desk, alone, language = self._desk, self._alone, self._desk.language
        report, base = None, None
        if alone is not None and alone.merge is not None:
            base = alone.merge.island.base
            report = alone.look.report if alone.look is not None else alone.done_so_far
        elif alone is not None and alone.over is not None:
            base, report = alone.over.merge.island.base, alone.over.report
        self.report_button.setVisible(report is not None and self.write_report is not None)
        if alone is None:
            words, counts = text("alone.none_room", language), ""
        elif base is None or report is None:
            words, counts = text("alone.nothing", language), text("alone.nothing_room", language)
        else:
            began = day_and_clock(base.began_at, desk.state.time_zone)
            seat = one_line(base.seat, 40)
            if alone.merge is None:
                words = text("alone.over_head", language, count=report.entries, seat=seat)
            else:
                words = text("alone.head", language, seat=seat, began=began, count=report.entries)
            counts = counts_words(report, language)
            if alone.merge is None and alone.over is not None:
                counts += "\n" + text("alone.kept_at", language, path=one_line(alone.over.file.name, 100))
                self.counts.setToolTip(tooltip(str(alone.over.file)))
        for each in alone.left_here if alone is not None else ():
            if not each.is_read:
                path, reason = one_line(str(each.path), 200), one_line(each.problem, 100)
                counts += "\n" + text("alone.unreadable", language, path=path, reason=reason)
        show_words(self.head, words)
        show_words(self.counts, counts.strip())

    def _all_rows(self) -> Sequence[Row]:
        rows: list[Row] = []
        if self._alone is not None:
            rows += conflict_rows(self._desk, self._alone)
            rows += notice_rows(self._desk, self._alone)
        return [*rows, *other_islands(self._desk, self._alone)]

    def _point(self, key: str) -> None:
        self.why.hide()
        show_words(self.said, "")
        self._show_in_hand()

    def _show_in_hand(self) -> None:
        """Show what was done, what stands against it, what hangs on it, and what can be done about it."""
        desk, alone, held, language = self._desk, self._alone, self.in_hand, self._desk.language
        is_free = alone is not None and not alone.is_working
        self.seen_all_button.setVisible(bool(alone is not None and alone.look is not None and alone.look.to_look_at))
        self.seen_all_button.setEnabled(is_free)
        labels = (self.done, self.free_now, self.behind, self.may_not)
        if held is None or alone is None or alone.merge is None:
            for each in labels:
                show_words(each, "")
            self._set_buttons(())
            return
        ledger, state = alone.merge.ledger, alone.island_state
        show_words(self.done, done_by(desk, held.entry, state))
        is_free_now = held.settled is None and not held.why
        show_words(self.free_now, text("alone.free_now", language) if is_free_now else "", "good")
        hanging = [
            deed_words(desk, ledger.entries[each], ledger.commands[each], state, ledger.ids) for each in held.behind
        ]
        show_words(self.behind, text("alone.behind", language, what="; ".join(hanging[:6])) if hanging else "")
        is_kept_from = held.settled is None and not self.may_decide
        show_words(self.may_not, self._may_not_words() if is_kept_from else "", "notice")
        self._set_buttons((held, is_free, self.may_decide))

    def _may_not_words(self) -> str:
        language = self._desk.language
        roles = [label("role", role, language) for role, may in MAY_ISLAND.items() if TakeIslandEntry in may]
        return text(
            "alone.may_not", language, role=label("role", self._desk.who.role, language), roles=listed(roles, language)
        )

    def _set_buttons(self, wanted: tuple[object, ...]) -> None:
        """Make the buttons anew only where others are wanted: one that has the keys keeps them."""
        if wanted == self._buttons:
            return
        had_keys = self.choices.isAncestorOf(self.focusWidget() or self)
        self._buttons = wanted
        self.choices.empty()
        self.places.empty()
        held, language = self.in_hand, self._desk.language
        if not wanted or held is None:
            return
        is_free = bool(wanted[1])
        deeds: list[tuple[str, Callable[[], object]]] = []
        if held.settled is not None:
            deeds.append((text("alone.seen", language), partial(self._see, held.sequence)))
        elif self.may_decide:
            for how in held.choices:
                many = how == LEAVE and len(held.behind)
                words = text("alone.leave_all", language, count=many) if many else label("island_how", how, language)
                deeds.append((words, partial(self._choose, held.sequence, how)))
        for words, do in deeds:
            made = small_button(words, do)
            made.setEnabled(is_free)
            self.choices.add(made)
        found = held.targets(self._desk, self._alone)
        if found:
            self.places.add(plain_label(text("alone.on_map", language), role="muted", wraps=False))
        for target in found:
            words = target.words(language)
            tip = text("alone.show", language, what=words)
            self.places.add(small_button(words, partial(show, self._desk, target), tip=tooltip(tip)))
        if had_keys:
            self._focus_choices()

    def _focus_choices(self) -> None:
        for made in self.choices.children():
            if isinstance(made, QWidget) and made.isEnabled() and not made.isHidden():
                made.setFocus()
                return

    def _choose(self, sequence: int, how: str) -> None:
        """Ask why, and decide: the reason stands in the room's log."""
        show_words(self.said, "")
        language = self._desk.language
        question = text("alone.do", language, how=how)
        self.why.ask(question, partial(self._decide, sequence, how), do_words=label("island_how", how, language))

    def _decide(self, sequence: int, how: str, reason: str) -> None:
        if self._alone is not None:
            self._alone.decide(how, sequence, reason, with_behind=how == LEAVE)
            self.rows.setFocus()

    def _see(self, sequence: int) -> None:
        if self._alone is not None:
            self._alone.see(sequence)
            self.rows.setFocus()

    def _see_all(self) -> None:
        if self._alone is not None:
            self._alone.see()

    def _report(self) -> None:
        if self.write_report is not None:
            self.write_report()
