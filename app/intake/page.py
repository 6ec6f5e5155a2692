"""What the intake panel looks like: the call, its fields, what stands beside it, the words, the foot."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from itertools import pairwise
from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QApplication, QFrame, QHBoxLayout, QScrollArea, QSizePolicy, QVBoxLayout, QWidget

from app.desk import Desk
from app.intake.call import CallBar
from app.intake.context import IntakeContext
from app.intake.drafts_button import DraftsButton
from app.intake.fields import IntakeFields
from app.intake.words import WordsField
from app.parts.allow import allow
from app.parts.forms import button, plain_label, show_words
from app.wording import one_line, text
from dispatch.commands import RecordCall, ReportIncident

MOST_PX = 16_777_215  # Qt's own bound of a widget's height


class IntakePage(QWidget):
    """Make the parts, lay them out, and show what follows from the desk's draft; what keys do is the panel's."""

    idled = Signal(bool)  # no call is being taken, or one is

    def __init__(
        self,
        desk: Desk,
        drafts_file: Path | None,
        *,
        start: Callable[[], object],
        send: Callable[[], object],
        keep: Callable[[], object],
    ) -> None:
        super().__init__()
        self._desk = desk
        self.is_idle = True
        self.call = CallBar(desk)
        self.idle = plain_label(role="muted", wraps=False)
        self.new_button = button(self._words("intake.new"), start)
        self.drafts = DraftsButton(desk, drafts_file)
        self.fields = IntakeFields(desk)
        self.questions = plain_label()
        self.context = IntakeContext(desk)
        self.words = WordsField(desk)
        self.send_button = button(self._words("intake.send"), send, role="primary")
        self.keep_button = button(self._words("intake.keep"), keep)
        self.send_button.setEnabled(False)
        allow(self.new_button, desk, RecordCall)
        allow(self.send_button, desk, ReportIncident)
        self._lay_out()
        self._order_tabs()
        QApplication.instance().focusChanged.connect(self._keep_in_sight)  # type: ignore[union-attr]

    def refresh(self) -> None:
        """Show the draft's fields, questions and surroundings, and what the buttons of the foot mean now."""
        draft = self._desk.draft
        card = self._desk.state.cards.get(draft.kind) if draft is not None else None
        self.fields.show_draft(draft)
        asks = " · ".join(one_line(question) for question in card.asks(self._desk.language)) if card is not None else ""
        show_words(self.questions, self._words("intake.ask", questions=asks) if asks else "", "notice" if asks else "")
        self.context.refresh(draft)
        self.show_idle()
        self.words.show_hint()
        is_words = draft is None and self.words.number is not None
        self._column.setStretch(0, 2 if is_words else 3)
        self._column.setStretch(1, 3 if is_words else 1)
        self.send_button.setText(self._words("intake.send_words" if is_words else "intake.send"))
        self.keep_button.setText(self._words("intake.done" if is_words else "intake.keep"))
        self.keep_button.setEnabled(draft is not None or is_words)
        for made in (self.send_button, self.keep_button):
            made.setAccessibleName(made.text())
        self.call.refresh()

    def show_idle(self, now: datetime | None = None) -> None:
        """Say what rings, or that nothing does."""
        ringing = self.call.ringing_words()
        is_idle = self._desk.draft is None and self.words.number is None
        show_words(self.idle, ringing or (self._words("intake.idle") if is_idle else ""), "warning" if ringing else "")
        if is_idle != self.is_idle:
            self.is_idle = is_idle
            self.send_button.setEnabled(not is_idle)  # what stands below has a button of its own
            self.idled.emit(is_idle)

    def fold(self, is_folded: bool) -> None:
        """Leave out what only a call needs, or show it again."""
        self.words.entry.setVisible(not is_folded)
        self.words.setVisible(not is_folded or not self.words.said.isHidden())
        self.words.setMaximumHeight(self._said_px() if is_folded else MOST_PX)  # else it takes its share of the fields
        self._foot.setVisible(not is_folded)

    def folded_px(self) -> int:
        """Return the height of what is left when it is folded."""
        page = max(self._scroll.widget().sizeHint().height(), self._scroll.minimumHeight())
        return page + (0 if self.words.said.isHidden() else self._said_px() + 2 * self._column.spacing())

    def _said_px(self) -> int:
        said, edges = self.words.said, self.words.contentsMargins() + self.words.layout().contentsMargins()
        return max(0, said.heightForWidth(self.width() - edges.left() - edges.right()))  # -1: it says nothing

    def _lay_out(self) -> None:
        head = QHBoxLayout()
        head.addWidget(self.call.state_line)
        head.addWidget(self.idle)
        head.addStretch(1)
        head.addWidget(self.call.end_button)
        head.addWidget(self.drafts)
        head.addWidget(self.new_button)
        page = self.inside = QWidget()
        inside = QVBoxLayout(page)
        inside.setContentsMargins(8, 6, 8, 4)
        inside.setSpacing(6)
        inside.addLayout(head)
        for part in (self.call, self.fields, self.context, self.questions):
            inside.addWidget(part)
        inside.addStretch(1)
        scroll = self._scroll = QScrollArea()
        scroll.setWidgetResizable(True)
        scroll.setFrameShape(QFrame.Shape.NoFrame)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        scroll.setWidget(page)
        scroll.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Ignored)
        scroll.setMinimumHeight(6 * self.fontMetrics().lineSpacing())
        self._foot = QWidget()
        foot = QHBoxLayout(self._foot)
        foot.setContentsMargins(8, 0, 8, 8)
        foot.addWidget(self.keep_button)
        foot.addStretch(1)
        foot.addWidget(self.send_button)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(4)
        self._column.addWidget(scroll, 3)
        self._column.addWidget(self.words, 1)
        self._column.addWidget(self._foot)

    def _keep_in_sight(self, before: QWidget | None, now: QWidget | None) -> None:
        """On a low screen the field that is typed in comes into view by itself."""
        if now is not None and self._scroll.widget().isAncestorOf(now):
            self._scroll.ensureWidgetVisible(now, 0, 2 * self.fontMetrics().lineSpacing())

    def _order_tabs(self) -> None:
        """Let Tab walk as a call goes; what is seldom touched comes after the foot."""
        call, fields, context = self.call, self.fields, self.context
        order = [call.number, call.name, call.channel, fields.place.entry, fields.kind.entry, self.words.entry]
        order += [self.send_button, self.keep_button, context.duplicates, context.attach_button, context.earlier]
        order += [fields.place.map_button, fields.precision, fields.force_reason, fields.priority]
        order += [call.position_button, call.end_button, self.drafts, self.new_button]
        for one, other in pairwise(order):
            QWidget.setTabOrder(one, other)

    def _words(self, key: str, **values: object) -> str:
        return text(key, self._desk.language, **values)
