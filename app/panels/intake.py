"""Intake: place, kind, send, and the words go on. Place and kind suffice; Enter never sends."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise
from pathlib import Path

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QPlainTextEdit,
    QScrollArea,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from app.desk import Desk, Draft
from app.intake.call import CallBar
from app.intake.context import IntakeContext
from app.intake.drafts_button import DraftsButton
from app.intake.fields import IntakeFields
from app.parts.forms import button, plain_label, show_words
from app.sending.sending import Sending
from app.wording import label, one_line, text
from dispatch.commands import AddNote, AttachCall
from dispatch.incident import Precision

SAVE_WORDS_AFTER_MS = 3000
LONGEST_NOTE = 10_000


class IntakePanel(QWidget):
    """Take a call. `start` is F2, `send` F12, `attach` F7, `keep_draft` Esc."""

    def __init__(self, desk: Desk, parent: QWidget | None = None, *, drafts_file: Path | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self._sending = Sending.of(desk)
        self._words_for: int | None = None  # the incident that more words go to
        if drafts_file is not None and desk.state.kind is not None:
            # A drill's drafts never stand among the real ones.
            drafts_file = drafts_file.with_stem(f"{drafts_file.stem}-{desk.state.kind.value}")
        self._make_parts(drafts_file)
        self._lay_out()
        self._connect()
        self._refresh()

    # What the keys do

    def start(self) -> None:
        """Answer a call: stamp it, and stand ready for its place."""
        self._leave()
        self.place.warm_up()
        call_id = self.call.start()
        self._desk.set_draft(Draft(call_id=call_id, started_at=self._desk.clock()))
        self._say("")
        self._refresh()
        self.place.setFocus()

    def send(self) -> None:
        """Send what is on the screen; once a call is sent, add the words written since."""
        if self._desk.draft is None and self._words_for is not None and self.words.toPlainText().strip():
            self.add_words()
        else:
            self._sending.send()

    def attach(self) -> None:
        """Attach the call to the probable duplicate in hand instead of opening an incident."""
        draft, number = self._desk.draft, self.context.duplicate_id
        if draft is None:
            return
        if number is None:
            self._say(self._words("intake.select_duplicate"), "warning")
            return
        if not draft.call_id:
            draft = replace(draft, call_id=self.call.start())
        self._desk.send(AttachCall(draft.call_id, number))
        self._words_for = number
        self.add_words()
        self.drafts.forget(draft.call_id)
        self._desk.set_draft(None)
        self._desk.select(incident_id=number)
        self._clear_fields()
        self._say(self._words("intake.attached", number=number), "good")
        self._refresh()
        self.words.setFocus()

    def keep_draft(self) -> None:
        """Put the call aside as a draft, or end the words of one that was sent."""
        draft = self._with_words()
        self._leave()
        self._say("")
        if draft is not None and _says_something(draft):
            self._say(self._words("intake.kept", what=self.drafts.describe(draft)))
        self._refresh()

    def add_words(self) -> None:
        """Add the words written since sending as a note."""
        words = self.words.toPlainText().strip()
        if self._words_for is not None and words:
            for begin in range(0, len(words), LONGEST_NOTE):
                self._desk.send(AddNote(self._words_for, words[begin : begin + LONGEST_NOTE]))
            self.words.clear()
            self._say(self._words("intake.words_added", number=self._words_for), "good")

    @property
    def _has_call(self) -> bool:
        return self._desk.draft is not None or self._words_for is not None

    # Parts

    def _make_parts(self, drafts_file: Path | None) -> None:
        self.call = CallBar(self._desk)
        self.idle = plain_label(role="muted", wraps=False)
        self.new_button = button(self._words("intake.new"), self.start)
        self.drafts = DraftsButton(self._desk, drafts_file)
        self.fields = IntakeFields(self._desk)
        self.place, self.kind = self.fields.place, self.fields.kind
        self.questions = plain_label()
        self.context = IntakeContext(self._desk)
        self.words = QPlainTextEdit()
        self.words.setAccessibleName(self._words("intake.words"))
        self.words.setTabChangesFocus(True)
        self.said = plain_label()
        self.send_button = button(self._words("intake.send"), self.send, role="primary")
        self.keep_button = button(self._words("intake.keep"), self.keep_draft)
        self._words_timer = QTimer(self)
        self._words_timer.setSingleShot(True)
        self._words_timer.setInterval(SAVE_WORDS_AFTER_MS)

    def _lay_out(self) -> None:
        head = QHBoxLayout()
        head.addWidget(self.call.state_line)
        head.addWidget(self.idle)
        head.addStretch(1)
        head.addWidget(self.call.end_button)
        head.addWidget(self.drafts)
        head.addWidget(self.new_button)
        page = QWidget()
        inside = QVBoxLayout(page)
        inside.setContentsMargins(8, 6, 8, 4)
        inside.setSpacing(6)
        inside.addLayout(head)
        inside.addWidget(self.call)
        inside.addWidget(self.fields)
        inside.addWidget(self.context)
        inside.addWidget(self.questions)
        inside.addStretch(1)
        scroll = QScrollArea()
        scroll.setWidgetResizable(True)
        scroll.setFrameShape(QFrame.Shape.NoFrame)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        scroll.setWidget(page)
        scroll.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Ignored)
        scroll.setMinimumHeight(6 * self.fontMetrics().lineSpacing())
        foot = QHBoxLayout()
        foot.setContentsMargins(8, 0, 8, 8)
        foot.addWidget(self.keep_button)
        foot.addStretch(1)
        foot.addWidget(self.send_button)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(4)
        layout.addWidget(scroll, 3)
        below = QVBoxLayout()
        below.setContentsMargins(8, 0, 8, 0)
        below.setSpacing(4)
        below.addWidget(self.words, 1)
        below.addWidget(self.said)
        layout.addLayout(below, 1)
        self._column = layout
        self.words.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Ignored)
        self.words.setMinimumHeight(3 * self.fontMetrics().lineSpacing() + 14)
        layout.addLayout(foot)
        fields = [self.call.number, self.call.name, self.call.channel, self.place.entry, self.kind.entry]
        fields += [self.words, self.send_button, self.keep_button]
        for one, other in pairwise(fields):
            QWidget.setTabOrder(one, other)

    def _connect(self) -> None:
        self.place.fallback_point = self.call.point
        self.fields.changed.connect(lambda what: self._change(**what))
        self.fields.finished.connect(self.words.setFocus)
        self.call.position_taken.connect(lambda lon, lat: self.place.take_point(lon, lat, Precision.APPROXIMATE))
        self.context.attach_button.clicked.connect(self.attach)
        self.words.textChanged.connect(self._words_timer.start)
        self._words_timer.timeout.connect(self._save_draft)
        self._sending.words = lambda: self.words.toPlainText().strip()
        self._sending.reported.connect(self._on_reported)
        self._sending.sent.connect(self._on_sent)
        self._sending.problem.connect(self._on_problem)
        self._sending.busy_changed.connect(self._on_busy)
        self.drafts.resumed.connect(self._resume)
        self._desk.draft_changed.connect(lambda _: self._refresh())
        self._desk.state_changed.connect(lambda entry, _: self._refresh_context())
        self._desk.ticked.connect(lambda _: self._show_idle())
        aside = QShortcut(QKeySequence("Esc"), self)  # F2, F7 and F12 belong to the window
        aside.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        aside.activated.connect(self.keep_draft)
        for keys in ("Ctrl+Return", "Ctrl+Enter"):
            shortcut = QShortcut(QKeySequence(keys), self.words)
            shortcut.setContext(Qt.ShortcutContext.WidgetShortcut)
            shortcut.activated.connect(self.add_words)

    # What happens

    def _change(self, **what: object) -> None:
        draft = self._desk.draft
        if draft is None:  # typed without F2: the call begins here
            self._leave_words()
            draft = Draft(call_id=self.call.start(), started_at=self._desk.clock())
        self._say("")
        self._desk.set_draft(replace(draft, **what))  # type: ignore[arg-type]
        self._save_draft()

    def _on_reported(self, number: int) -> None:
        draft = self._desk.draft
        if draft is not None:
            reason = self.fields.reason_for_forcing
            if reason:
                self._desk.send(AddNote(number, f"{label('precision', 'forced', self._desk.language)}: {reason}"))
            self.drafts.forget(draft.call_id)
        self._words_for = number
        self._clear_fields()
        self._say(self._words("intake.reported", number=number), "good")
        self.words.setFocus()

    def _on_sent(self, number: int, units: tuple[str, ...]) -> None:
        if number == self._words_for:
            self._say(self._words("intake.sent", number=number, units=", ".join(units)), "good")

    def _on_busy(self, is_busy: bool) -> None:
        self.send_button.setEnabled(not is_busy)
        if self._has_call:
            self._say(self._words("intake.sending") if is_busy else "")

    def _on_problem(self, words: str) -> None:
        if self._has_call:  # what concerns another incident is said beside its recommendation
            self._say(words, "warning")

    # Drafts

    def _leave(self) -> None:
        """Put aside what is being taken, whatever it is, without losing a word."""
        draft = self._with_words()
        if draft is not None:
            if _says_something(draft):
                self.drafts.keep(draft)
            else:
                self.drafts.forget(draft.call_id)
            self._desk.set_draft(None)
        self._leave_words()
        self._clear_fields()
        self.call.show_call("")

    def _leave_words(self) -> None:
        if self._words_for is not None:
            self.add_words()
            self._words_for = None

    def _resume(self, draft: Draft) -> None:
        self._leave()
        self.call.show_call(draft.call_id)
        self.fields.fill(draft)
        self.words.setPlainText(draft.text)
        self._desk.set_draft(draft)
        if draft.location is not None:
            self._desk.go_to.emit(draft.location.lon, draft.location.lat)
        self._refresh()
        (self.place if draft.location is None else self.kind if not draft.kind else self.words).setFocus()

    def _save_draft(self) -> None:
        draft = self._with_words()
        if draft is not None and _says_something(draft):
            self.drafts.keep(draft)

    def _with_words(self) -> Draft | None:
        draft = self._desk.draft
        return replace(draft, text=self.words.toPlainText().strip()) if draft is not None else None

    # Showing

    def _refresh(self) -> None:
        draft = self._desk.draft
        card = self._desk.state.cards.get(draft.kind) if draft is not None else None
        self.fields.show_draft(draft)
        asks = " · ".join(one_line(question) for question in card.questions) if card is not None else ""
        show_words(self.questions, self._words("intake.ask", questions=asks) if asks else "", "notice" if asks else "")
        self._refresh_context()
        self._show_idle()
        hint = self._words("intake.words_hint")
        if draft is None and self._words_for is not None:
            hint = self._words("intake.words_on", number=self._words_for)
        self.words.setPlaceholderText(hint)
        is_words = draft is None and self._words_for is not None
        self._column.setStretch(0, 2 if is_words else 3)
        self._column.setStretch(1, 3 if is_words else 1)
        self.send_button.setText(self._words("intake.send_words" if is_words else "intake.send"))
        self.keep_button.setText(self._words("intake.done" if is_words else "intake.keep"))
        self.keep_button.setEnabled(draft is not None or self._words_for is not None)
        self.call.refresh()

    def _refresh_context(self) -> None:
        self.context.refresh(self._desk.draft)

    def _show_idle(self) -> None:
        ringing = self.call.ringing_words()
        is_idle = self._desk.draft is None and self._words_for is None
        show_words(self.idle, ringing or (self._words("intake.idle") if is_idle else ""), "warning" if ringing else "")

    def _clear_fields(self) -> None:
        self.fields.fill(None)
        self.words.clear()
        self._words_timer.stop()

    def _say(self, words: str, level: str = "") -> None:
        show_words(self.said, words, level)

    def _words(self, key: str, **values: object) -> str:
        return text(key, self._desk.language, **values)


def _says_something(draft: Draft) -> bool:
    return draft.location is not None or bool(draft.kind) or bool(draft.text.strip())
