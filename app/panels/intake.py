"""Intake: place, kind, send, and the words go on. Place and kind suffice; Enter never sends."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QGuiApplication, QKeySequence, QShortcut
from PySide6.QtWidgets import QVBoxLayout, QWidget

from app.desk import Desk, Draft
from app.intake.page import IntakePage
from app.sending.sending import Sending
from app.wording import label, listed, text
from dispatch.commands import AddNote, ReportIncident
from dispatch.events import CallDetached, Entry
from dispatch.incident import Precision
from dispatch.state import State

SAVE_WORDS_AFTER_MS = 3000


class IntakePanel(QWidget):
    """Take a call. `start` is F2, `send` F12, `attach` F7, `keep_draft` Esc."""

    def __init__(self, desk: Desk, parent: QWidget | None = None, *, drafts_file: Path | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self._sending = Sending.of(desk)
        if drafts_file is not None and desk.state.kind is not None:
            # A drill's drafts never stand among the real ones.
            drafts_file = drafts_file.with_stem(f"{drafts_file.stem}-{desk.state.kind.value}")
        self.page = IntakePage(desk, drafts_file, start=self.start, send=self.send, keep=self.keep_draft)
        self.call, self.drafts, self.fields = self.page.call, self.page.drafts, self.page.fields
        self.place, self.kind, self.context = self.fields.place, self.fields.kind, self.page.context
        self.words, self.said, self.send_button = self.page.words, self.page.words.said, self.page.send_button
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.page)
        self._words_timer = QTimer(self)
        self._words_timer.setSingleShot(True)
        self._words_timer.setInterval(SAVE_WORDS_AFTER_MS)
        self._connect()
        self.page.refresh()

    # What the keys do

    def start(self) -> None:
        """Answer a call: stamp it, and stand ready for its place."""
        _commit_composed()
        self._leave()
        self.place.warm_up()
        call_id = self.call.start()
        self._desk.set_draft(Draft(call_id=call_id, started_at=self._desk.clock()))
        self._say("")
        self.page.refresh()
        self.place.setFocus()

    def start_at(self, lon: float, lat: float) -> None:
        """Answer a call whose place is known already."""
        self.start()
        self.place.take_point(lon, lat)
        self.kind.setFocus()

    def send(self) -> None:
        """Send what is on the screen; once a call is sent, add the words written since."""
        _commit_composed()
        if self._desk.draft is None and self.words.number is not None and self.words.words:
            self.words.add()
        else:
            self._sending.send()

    def attach(self) -> None:
        """Attach the call to the probable duplicate in hand instead of opening an incident."""
        _commit_composed()
        draft, number = self._desk.draft, self.context.duplicate_id
        if draft is None:
            return
        if number is None:
            self._say(self._words("intake.select_duplicate"), "warning")
            return
        if not draft.call_id:
            draft = replace(draft, call_id=self.call.start())
            self._desk.set_draft(draft)
        self._sending.attach(draft.call_id, number)

    def keep_draft(self) -> None:
        """Put the call aside as a draft, or end the words of one that was sent."""
        draft = self._with_words()
        self._leave()
        self._say("")
        if draft is not None and _says_something(draft):
            self._say(self._words("intake.kept", what=self.drafts.describe(draft)))
        self.page.refresh()

    def _connect(self) -> None:
        self.place.fallback_point = self.call.point
        self.fields.changed.connect(self._change)
        self.fields.finished.connect(self.words.setFocus)
        self.call.position_taken.connect(self._on_position)
        self.context.attach_wanted.connect(self.attach)
        self.words.entry.textChanged.connect(self._words_timer.start)
        self.words.added.connect(self._on_words_added)
        self._words_timer.timeout.connect(self._save_draft)
        self._sending.take_words_of(self, self._written)
        self._sending.reported.connect(self._on_reported)
        self._sending.attached.connect(self._on_attached)
        self._sending.sent.connect(self._on_sent)
        self._sending.problem.connect(self._on_problem)
        self._sending.busy_changed.connect(self._on_busy)
        self.drafts.resumed.connect(self._resume)
        self._desk.draft_changed.connect(self.page.refresh)
        self._desk.looked.connect(self._on_state)
        self._desk.ticked.connect(self.page.show_idle)
        aside = QShortcut(QKeySequence("Esc"), self)  # F2, F7 and F12 belong to the window
        aside.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        aside.activated.connect(self.keep_draft)

    # What happens

    def _change(self, what: dict[str, Any]) -> None:
        draft = self._desk.draft
        if draft is None:  # typed without F2: the call begins here
            self._leave_words()
            draft = Draft(call_id=self.call.start(), started_at=self._desk.clock())
        self._say("")
        self._desk.set_draft(replace(draft, **what))
        self._save_draft()

    def _on_position(self, lon: float, lat: float) -> None:
        self.place.take_point(lon, lat, Precision.APPROXIMATE)

    def _on_state(self, entry: Entry | None, state: State) -> None:
        for event in entry.events if entry is not None and entry.seat == self._desk.who.seat else ():
            if isinstance(event, CallDetached):
                self.drafts.keep_call(state.calls[event.call_id])  # it is about something else: take it up again
        self.context.refresh(self._desk.draft)

    def _on_reported(self, number: int, body: ReportIncident) -> None:
        draft = self._desk.draft
        if draft is not None and draft.call_id == body.call_id:
            reason = self.fields.reason_for_forcing
            self._go_on_with(number, body.text)
        else:  # the next call was taken before the log had this one
            kept = next((one for one in self.drafts.kept if one.call_id == body.call_id), None)
            reason = kept.place_reason if kept is not None else ""
        if body.location.precision is Precision.FORCED and reason:
            self._desk.send(AddNote(number, f"{label('precision', 'forced', self._desk.language)}: {reason}"))
        self.drafts.forget(body.call_id)
        self._say(self._words("intake.reported", number=number), "good")

    def _on_attached(self, number: int, call_id: str) -> None:
        draft = self._desk.draft
        self.drafts.forget(call_id)
        if draft is not None and draft.call_id == call_id:
            written = self.words.words
            self._go_on_with(number, written)
            self.words.entry.setPlainText(written)
            self.words.add()
            self._desk.set_draft(None)
            self._desk.select(incident_id=number)
        self._say(self._words("intake.attached", number=number), "good")

    def _go_on_with(self, number: int, sent: str) -> None:
        """Empty the fields but for the words written since; they go to the incident."""
        self.words.number = number
        self.fields.fill(None)
        self.words.drop(sent)
        self._words_timer.stop()
        self.words.setFocus()

    def _on_words_added(self, number: int) -> None:
        self._say(self._words("intake.words_added", number=number), "good")

    def _on_sent(self, number: int, units: tuple[str, ...]) -> None:
        if number == self.words.number:
            self._say(self._words("intake.sent", number=number, units=listed(units, self._desk.language)), "good")

    def _on_busy(self, is_busy: bool) -> None:
        self.send_button.setEnabled(not is_busy and not self.page.is_idle)
        if self._is_ours:
            self._say(self._words("intake.sending") if is_busy else "")

    def _on_problem(self, words: str) -> None:
        if self._is_ours:
            self._say(words, "warning")

    @property
    def _is_ours(self) -> bool:
        """Tell whether what is sent concerns this call; other incidents are spoken of beside their recommendation."""
        has_call = self._desk.draft is not None or self.words.number is not None
        return has_call and self._sending.is_about(self.words.number)

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
        self.words.add()
        self.words.number = None

    def _resume(self, draft: Draft) -> None:
        self._leave()
        self.call.show_call(draft.call_id)
        self.fields.fill(draft)
        self.words.entry.setPlainText(draft.text)
        self._desk.set_draft(draft)
        if draft.location is not None:
            self._desk.go_to.emit(draft.location.lon, draft.location.lat)
        self.page.refresh()
        (self.place if draft.location is None else self.kind if not draft.kind else self.words).setFocus()

    def _save_draft(self) -> None:
        draft = self._with_words()
        if draft is not None and _says_something(draft):
            self.drafts.keep(draft)

    def _with_words(self) -> Draft | None:
        draft = self._desk.draft
        if draft is None:
            return None
        return replace(draft, text=self.words.words, place_reason=self.fields.force_reason.text().strip())

    def _written(self) -> str:
        return self.words.words

    def _clear_fields(self) -> None:
        self.fields.fill(None)
        self.words.entry.clear()
        self._words_timer.stop()

    def _say(self, words: str, level: str = "") -> None:
        self.words.say(words, level)

    def _words(self, key: str, **values: object) -> str:
        return text(key, self._desk.language, **values)


def _commit_composed() -> None:
    """End what an input method holds: what is read on the screen is what is sent or kept."""
    QGuiApplication.inputMethod().commit()


def _says_something(draft: Draft) -> bool:
    return draft.location is not None or bool(draft.kind) or bool(draft.text.strip())
