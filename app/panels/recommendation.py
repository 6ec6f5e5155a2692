"""Who should go: a tick for each unit, its time in parts and the reason; what is missing; F12 sends what is shown."""

from __future__ import annotations

from datetime import datetime

from PySide6.QtCore import QSignalBlocker
from PySide6.QtGui import QKeySequence, QResizeEvent, QShortcut
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QToolButton, QVBoxLayout, QWidget

from app.coverage.line import CoverLine
from app.desk import Desk
from app.parts.forms import plain_label, show_words, small_button
from app.parts.word_entry import WordEntry
from app.planning.plan_view import PlanView
from app.planning.planning import Planning
from app.planning.scope import Scope
from app.sending.act_list import ActList
from app.sending.choosing import Choosing
from app.sending.head import RecommendationHead
from app.sending.offer_button import KEY as OFFER_KEY
from app.sending.offer_button import OfferButton
from app.sending.recommended_rows import SENT, RecommendedRows
from app.sending.send_button import SendButton
from app.sending.sending import Sending
from app.sending.swapping import Swapping
from app.wording import text

ROOMY_PX = 440
KEYS = (
    ("\u2190 \u2192", "keys.swap"),
    ("Enter", "keys.accept"),
    ("Alt+A", "keys.accept_all"),
    ("Alt+F", "keys.figures"),
    (OFFER_KEY, "keys.offer"),
    ("Alt+O, Alt+W", "keys.others"),
)


class RecommendationPanel(QWidget):
    """Show the answer for the call being taken or the incident in hand; `send` sends exactly what is ticked."""

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self._choosing = Choosing.of(desk)
        self._sending = Sending.of(desk)
        self._planning = Planning.of(desk)
        self._swapping = Swapping(desk, self._choosing)
        self._rows = RecommendedRows(desk, self._choosing)
        self.scope = Scope(desk)
        self.plan = PlanView(desk)
        self.head = RecommendationHead(desk, self._choosing)
        self.title, self.banner, self.raise_button = self.head.title, self.head.banner, self.head.raise_button
        self.offer = OfferButton(desk)
        self.list = ActList(self._words("rec.title"))
        self.others_button = QToolButton()
        self.others_button.setCheckable(True)
        self.others_button.setProperty("role", "flat")
        self.why = WordEntry()
        self.why.setPlaceholderText(self._words("rec.why_hint"))
        self.why.setAccessibleName(self._words("rec.why"))
        self.why.setToolTip(self._words("rec.why_tip"))
        self.why.setClearButtonEnabled(True)
        self.why.setMaxLength(40)
        self.reason = QComboBox()
        self.reason.setEditable(True)
        self.reason.setInsertPolicy(QComboBox.InsertPolicy.NoInsert)
        self.reason.addItems(["", *self._words("rec.override_reasons").split("|")])
        self.reason.setAccessibleName(self._words("rec.override"))
        self.reason.lineEdit().setPlaceholderText(self._words("rec.override"))
        self.reason.lineEdit().setMaxLength(200)
        self.reason.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.reset_button = small_button(self._words("rec.reset"), self._choosing.reset)
        self.said = plain_label()
        self.hint = plain_label(self._words("rec.hint"), role="muted")
        self.send_button = SendButton(desk, self._choosing)
        QShortcut(QKeySequence("Alt+O"), self, self.look_at_others)
        QShortcut(QKeySequence("Alt+W"), self, self.why.setFocus)
        self._lay_out()
        self.list.ticked.connect(self._on_ticked)
        self.list.chosen.connect(self._on_chosen)
        self.others_button.toggled.connect(self._on_others)
        self.why.textChanged.connect(self._on_why)
        self.why.moved.connect(self._look_at_row)
        self.why.entered.connect(self._on_why_entered)
        self.list.accepted.connect(self._on_accepted)
        self.list.stepped.connect(self._on_stepped)
        self.list.typed.connect(self._on_typed)
        self.list.pointed.connect(lambda key: self._choosing.point(key if not key.startswith(SENT) else ""))
        self.scope.figures.toggled.connect(self._on_figures)
        self.plan.opened.connect(lambda: self.show_scope(False))
        self._planning.changed.connect(self._show_scope)
        self.reason.currentTextChanged.connect(self._on_reason)
        self._choosing.changed.connect(self.refresh)
        self._sending.busy_changed.connect(self.refresh)
        self._sending.instead_changed.connect(self.refresh)
        self._sending.problem.connect(self._on_problem)
        self._sending.sent.connect(self._say_nothing)
        self._sending.reported.connect(self._say_nothing)
        desk.figures_changed.connect(self.head.refresh)
        # What was said of one thing says nothing about the next.
        desk.selection_changed.connect(self._say_nothing)
        desk.draft_changed.connect(self._say_nothing)
        desk.ticked.connect(self._on_tick)
        self.refresh()

    def send(self) -> None:
        """Do what F12 does."""
        self._sending.send()

    def send_shown(self) -> None:
        """Send what is ticked here, whatever else is open."""
        self.send_button.press()

    def show_scope(self, is_plan: bool | None = None) -> None:
        """Show the plan of all incidents or the one in hand; without a word, the other one. The list takes the keys."""
        self._planning.turn(not self._planning.is_on if is_plan is None else is_plan)
        (self.plan.list if self._planning.is_on else self.list).setFocus()

    def keys(self) -> list[tuple[str, str]]:
        """Return every key with the words of what it does, for the page of keys."""
        return [(key, self._words(code)) for key, code in KEYS]

    def refresh(self) -> None:
        """Show everything anew; the list itself changes only where a row does."""
        self.head.refresh()
        self.hint.setText(self._words("rec.hint" if self._sending.instead is None else "rec.hint_imagining"))
        answer = self._choosing.recommendation
        now = self._desk.clock()
        wanted = self.why.text()
        shows_others = self.others_button.isChecked() or bool(wanted.strip())
        rows = self._rows.rows(
            now, with_others=shows_others, wanted=wanted, with_figures=self.scope.figures.isChecked()
        )
        self.list.set_rows(rows, take_first=True)
        others = len(answer.passed) if answer is not None else 0
        self.others_button.setText(self._words("rec.others", count=others))
        self.others_button.setAccessibleName(self.others_button.text())
        self.others_button.setToolTip(f"{self.others_button.text()} (Alt+O)")
        for widget in (self.others_button, self.why):
            widget.setVisible(bool(others))
        self.departing.setVisible(self._choosing.departs)
        if not self._choosing.reason and self.reason.currentText():
            with QSignalBlocker(self.reason):
                self.reason.setCurrentIndex(0)
                self.reason.setEditText("")
        self.send_button.refresh()

    def _lay_out(self) -> None:
        ask = QHBoxLayout()
        ask.addWidget(self.others_button)
        ask.addWidget(self.why, 1)
        self.departing = QWidget()
        depart = QHBoxLayout(self.departing)
        depart.setContentsMargins(0, 0, 0, 0)
        depart.addWidget(self.reason, 1)
        depart.addWidget(self.reset_button)
        self.one = QWidget()
        layout = QVBoxLayout(self.one)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(5)
        layout.addWidget(self.head)
        layout.addWidget(self.offer)
        layout.addWidget(self.list, 1)
        layout.addLayout(ask)
        layout.addWidget(self.departing)
        layout.addWidget(self.said)
        layout.addWidget(CoverLine(self._desk))
        layout.addWidget(self.send_button)
        layout.addWidget(self.hint)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(8, 4, 8, 8)
        whole.setSpacing(4)
        whole.addWidget(self.scope)
        whole.addWidget(self.one, 1)
        whole.addWidget(self.plan, 1)
        self._show_scope()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Give the list the room of the hint where there is little; the page of keys says the same."""
        super().resizeEvent(event)
        self.hint.setVisible(event.size().height() >= ROOMY_PX)

    def _show_scope(self) -> None:
        self.one.setVisible(not self._planning.is_on)
        self.plan.setVisible(self._planning.is_on)

    def look_at_others(self) -> None:
        """Open or close the list of the units passed over, and stand in it where it was opened by a key."""
        self.others_button.click()
        if self.others_button.isChecked():
            self._look_at_row()

    def _look_at_row(self, rows: int = 1) -> None:
        """Go from the line of letters into the list, to the first of the units that it found."""
        keys = [row.key for row in self.list.rows]
        first = keys.index("head:others") + 1 if "head:others" in keys else 0
        if rows > 0 and first < len(keys):
            self.list.take_key(keys[first])
            self.list.setFocus()

    def _on_accepted(self) -> None:
        """Send as F12 does; where a reason is asked for first, go and ask for it."""
        if self._desk.draft is None and self._choosing.departs and not self._choosing.reason.strip():
            self.reason.setFocus()
        if self._sending.instead is not None:
            self._sending.instead()
        else:
            self._sending.send()

    def _on_stepped(self, step: int) -> None:
        """Put the next or the previous best unit in the place of the row in hand."""
        unit_id = self.list.current_key
        other = self._swapping.step(unit_id, step)
        if other:
            self._say_nothing()
            self.list.take_key(other)
        elif self._choosing.chosen(self._choosing.place_of(unit_id)) is not None:
            show_words(self.said, self._words("rec.no_other", unit=unit_id), "notice")

    def _on_typed(self, words: str) -> None:
        """Begin to write a call sign: the line of letters takes over."""
        if self.why.isVisible():
            self.why.setFocus()
            self.why.setText(words)

    def _on_why_entered(self) -> None:
        """Swap in the unit whose call sign was written, where it fits the row in hand; else look at what was found."""
        answer, wanted = self._choosing.recommendation, self.why.text().strip().casefold()
        found = [one.unit_id for one in answer.passed if one.unit_id.casefold() == wanted] if answer else []
        other = self._swapping.put_in(self.list.current_key, found[0]) if found else ""
        if other:
            self.why.clear()
            self.list.take_key(other)
            self.list.setFocus()
        else:
            self._look_at_row()

    def _on_figures(self, is_wanted: bool) -> None:
        self.refresh()
        self.plan.show_figures(is_wanted)

    def _on_why(self) -> None:
        self.refresh()
        if self.why.text().strip():
            self.list.show_key("head:others")

    def _on_ticked(self, unit_id: str, is_wanted: bool) -> None:
        self._say_nothing()
        self._choosing.tick(unit_id, is_wanted)

    def _on_problem(self, words: str) -> None:
        show_words(self.said, words, "warning")

    def _say_nothing(self) -> None:
        show_words(self.said, "")

    def _on_chosen(self, key: str) -> None:
        unit_id = key.removeprefix(SENT)
        if unit_id in self._desk.state.units:
            # The incident stays in hand: only the unit beside it changes.
            self._desk.select(incident_id=self._desk.selection.incident_id, unit_id=unit_id)

    def _on_others(self, is_open: bool) -> None:
        self.refresh()
        if is_open:
            self.list.show_key("head:others")

    def _on_reason(self, words: str) -> None:
        self._choosing.reason = words
        if words.strip():
            show_words(self.said, "")

    def _on_tick(self, now: datetime) -> None:
        self.head.refresh()
        sent = self._rows.sent_rows(now)
        if sent:  # only what counts down changes by the second
            self.list.set_rows([*sent, *self.list.rows[len(sent) :]])

    def _words(self, key: str, **values: object) -> str:
        return text(key, self._desk.language, **values)
