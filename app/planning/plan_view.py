"""All open incidents on one list: who goes where, what is missing, how good the plan is; Enter sends one's part."""

from __future__ import annotations

from datetime import datetime

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from app.desk import Desk
from app.parts.allow import allow
from app.parts.forms import button, give_key, plain_label, show_words
from app.planning.accepting import Accepting
from app.planning.ask_all import AskAll
from app.planning.plan_list import PlanList
from app.planning.plan_rows import PlanRows, incident_of, unit_of
from app.planning.planning import Planning
from app.sending.sending import Sending
from app.wording import listed, one_line, text
from app.wording.durations import clock, rough_span
from dispatch.commands import AssignUnits
from dispatch.plan import GreedPrice, Plan, Served

OLD_AFTER_S = 60.0
ROOMY_PX = 400
SELECT_AFTER_MS = 120  # the desk follows where the operator rests, not every row passed


class PlanView(QWidget):
    """Show the plan; `opened` tells that the operator wants one incident's own recommendation."""

    opened = Signal()

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self._planning = Planning.of(desk)
        self._accepting = Accepting.of(desk)
        self._rows = PlanRows(desk, self._planning, self._accepting)
        self._asked_about: object = None
        self.as_of = plain_label(role="muted", wraps=False)
        self.banner = plain_label()
        self.list = PlanList(self._words("plan.title"))
        self.at_length = plain_label(role="muted")
        self.ask_all = AskAll(desk)
        self.said = plain_label()
        self.send_button = button(self._words("rec.send"), self._accepting.accept_in_hand, role="primary")
        self.all_button = button(self._words("plan.all"), self.ask_for_all)
        give_key(self.all_button, "Alt+A")
        for made in (self.send_button, self.all_button):
            allow(made, desk, AssignUnits)
        self.hint = plain_label(self._words("plan.hint"), role="muted")
        self._lay_out()
        self._select_soon = QTimer(self, singleShot=True, interval=SELECT_AFTER_MS)
        self._select_soon.timeout.connect(self._select)
        self.list.pointed.connect(self._on_pointed)
        self.list.accepted.connect(self._accepting.accept_in_hand)
        self.list.stepped.connect(self._on_stepped)
        self.list.doubleClicked.connect(lambda _: self._on_stepped(1))
        self.ask_all.agreed.connect(self._send_all)
        self.ask_all.given_up.connect(self.list.setFocus)
        self._planning.changed.connect(self.refresh)
        self._planning.pointed.connect(self._show_row)
        self._planning.priced.connect(self._show_head)
        self._accepting.changed.connect(self.refresh)
        self._sending = Sending.of(desk)
        self._sending.instead_changed.connect(self.refresh)
        self._accepting.told.connect(self._on_told)
        desk.selection_changed.connect(self._on_selection)
        desk.figures_changed.connect(self._show_head)
        desk.ticked.connect(self._on_tick)
        self.refresh()

    def show_figures(self, is_wanted: bool) -> None:
        """Show ranks, lengths and prices beside the words, or leave them out."""
        self._planning.show_figures(is_wanted)
        self._show_head()
        self._show_row()

    def ask_for_all(self) -> None:
        """Ask whether every incident's part goes."""
        orders = self._orders() if self._sending.instead is None else []
        if orders:
            units = sum(len(order.choices) for order in orders)
            self._asked_about = self._who()
            self.ask_all.ask(self._words("plan.all_ask", units=units, count=len(orders)))
        else:
            show_words(self.said, self._words("plan.nothing_to_send"), "warning")

    def refresh(self) -> None:
        """Show everything anew, where it is seen at all; the list changes only where a row does."""
        if not self._planning.is_on:
            self.ask_all.hide()
            show_words(self.said, "")
            return
        self._show_head()
        rows = self._rows.lines()
        if self.ask_all.isVisible() and self._asked_about != self._who():
            self.ask_all.hide()
            self.list.setFocus()
            show_words(self.said, self._words("plan.changed_meanwhile"), "warning")
        self.list.set_rows(rows, take_first=True)
        if incident_of(self.list.current_key) != self._planning.in_hand:
            self.list.take_key(f"incident:{self._planning.in_hand}")
        self._show_row()
        self._show_send()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Give the list the room of the hint where there is little; the page of keys says the same."""
        super().resizeEvent(event)
        self.hint.setVisible(event.size().height() >= ROOMY_PX)

    def _lay_out(self) -> None:
        head = QHBoxLayout()
        head.addWidget(self.banner, 1)
        head.addWidget(self.as_of, 0, Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignRight)
        foot = QHBoxLayout()
        foot.addWidget(self.send_button, 1)
        foot.addWidget(self.all_button)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(5)
        layout.addLayout(head)
        layout.addWidget(self.list, 1)
        for widget in (self.at_length, self.ask_all, self.said):
            layout.addWidget(widget)
        layout.addLayout(foot)
        layout.addWidget(self.hint)

    def _show_head(self) -> None:
        plan = self._planning.plan
        if not self._planning.is_on:
            return
        at = clock(plan.at, self._desk.state.time_zone, seconds=True) if plan is not None else ""
        show_words(self.as_of, at)
        self.as_of.setToolTip(self._words("rec.computed", clock=at) if at else "")
        show_words(self.banner, *self._banner(plan))

    def _banner(self, plan: Plan | None) -> tuple[str, str]:
        if plan is None:
            return self._words("plan.waiting"), ""
        lines, level = [], "notice"
        if any(answer.is_estimate for answer in plan.answers):
            is_down = not self._desk.figures.planner_is_up
            lines.append(self._words("rec.planner_down" if is_down else "rec.estimate"))
            level = "warning"
        if not plan.is_optimal:
            lines.append(self._words("plan.not_best", percent=f"{100 * plan.gap:.1f}"))
            level = "warning"
        age_s = (self._desk.clock() - plan.at).total_seconds()
        if age_s > OLD_AFTER_S:
            lines.append(self._words("rec.old", rough=rough_span(age_s)))
            level = "warning"
        lacking = [one for one in plan.served if not one.optional and one.filled < one.places]
        if self._planning.has_figures:
            lines.append(" \u00b7 ".join(self._served(one) for one in plan.served))
            lines += [self._words("plan.best")] if plan.is_optimal else []
            lines += [words for one in self._planning.greed if (words := self._greed(one))]
        else:
            lines += [self._lacking(one) for one in lacking]
        if not plan.answers:
            lines.append(self._words("plan.nothing_open"))
        return "\n".join(lines), level

    def _lacking(self, one: Served) -> str:
        return self._words("plan.served", priority=one.priority, filled=one.filled, places=one.places)

    def _served(self, one: Served) -> str:
        key = "plan.figures_wanted" if one.optional else "plan.figures_needed"
        # Of places that are filled beside others nobody drives there for their own sake: they have no time.
        mean_s, price_s = (one.mean_s if one.filled else None) or None, one.price_s or None
        return self._words(
            key, priority=one.priority, filled=one.filled, places=one.places, mean_s=mean_s, price_s=price_s
        )

    def _greed(self, one: GreedPrice) -> str:
        if not one.unfilled and abs(one.longer_s) < 1:
            return ""
        key = "plan.greed_wanted" if one.optional else "plan.greed"
        return self._words(
            key,
            priority=one.priority,
            unfilled=one.unfilled or None,
            longer_s=one.longer_s if one.longer_s >= 1 else None,
            shorter_s=-one.longer_s if one.longer_s <= -1 else None,
        )

    def _show_row(self) -> None:
        if self._planning.is_on:
            words = self._rows.words_of(self.list.current_key, with_figures=self._planning.has_figures)
            show_words(self.at_length, words)
            self._show_send()

    def _show_send(self) -> None:
        number = self._planning.in_hand
        order = self._planning.order(number) if number is not None else None
        choices = order.choices if order is not None else ()
        units = one_line(listed((choice.unit_id for choice in choices), self._desk.language), 18)
        words = self._words("plan.send", number=number, units=units) if choices else self._words("rec.send")
        if self.send_button.text() != words.replace("&", "&&"):
            self.send_button.setText(words.replace("&", "&&"))
            self.send_button.setAccessibleName(words)
        may_send = not self._accepting.is_busy and self._sending.instead is None  # in a what-if nothing is sent
        self.send_button.setEnabled(bool(choices) and may_send)
        plan = self._planning.plan
        self.all_button.setEnabled(plan is not None and bool(plan.answers) and may_send)

    def _who(self) -> list[tuple[int, list[tuple[str, str, int | None]]]]:
        """Return who would go where, and from where: what an operator agrees to."""
        return [
            (order.incident_id, [(one.unit_id, one.need_id, one.taken_from) for one in order.choices])
            for order in self._orders()
        ]

    def _orders(self) -> list[AssignUnits]:
        plan = self._planning.plan
        numbers = [answer.incident_id for answer in plan.answers if answer.incident_id] if plan is not None else []
        return [order for number in numbers if (order := self._planning.order(number)) is not None]

    def _send_all(self) -> None:
        self.list.setFocus()
        self._accepting.accept_all()

    def _select(self) -> None:
        number = self._planning.in_hand
        if self._planning.is_on and number is not None and self._desk.selection.incident_id != number:
            self._desk.select(incident_id=number)

    def _on_pointed(self, key: str) -> None:
        number = incident_of(key)
        if number is None or not self._planning.is_on:
            return
        self._planning.hold(number, unit_of(key))
        if self.list.hasFocus():
            self._select_soon.start()
        self._show_row()

    def _on_stepped(self, step: int) -> None:
        if step > 0 and self._planning.in_hand is not None:
            self._select_soon.stop()
            self._select()
            self.opened.emit()

    def _on_selection(self, _: object) -> None:
        number = self._desk.selection.incident_id
        if self._planning.is_on and number is not None and number != self._planning.in_hand:
            self._select_soon.stop()
            self.list.take_key(f"incident:{number}")
        if self.said.property("level") != "warning":  # what was not sent stays until something else is
            show_words(self.said, "")

    def _on_told(self, level: str, words: str) -> None:
        show_words(self.said, words, level if level == "warning" else "notice")

    def _on_tick(self, now: datetime) -> None:
        self._show_head()

    def _words(self, key: str, **values: object) -> str:
        return text(key, self._desk.language, **values)
