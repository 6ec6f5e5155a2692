"""What the trainees decided, newest first; what was refused to them is marked. From here one goes back."""

from __future__ import annotations

from collections.abc import Iterable

from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from app.parts import tints
from app.parts.forms import button, plain_label, show_words
from app.parts.reason_line import ReasonLine
from app.parts.row import Row
from app.parts.row_list import RowList
from app.trainer.decision_words import decision_words, incident_of_entry, person_words, refusal_words, why_refused
from app.trainer.sitting import Sitting
from app.wording import one_line, text
from app.wording.durations import clock
from dispatch.events import Entry
from dispatch.exercise.exercise import is_decision_by
from dispatch.exercise.run import Refusal
from dispatch.state import State

BACK_KEY = "Alt+G"
AGAIN_MS = 300
MOST_SHOWN = 500
REFUSED = "refused"


class Decisions(QWidget):
    """List decisions; `pointed` tells of which incident the one in hand is (0: none)."""

    pointed = Signal(int)

    def __init__(self, sitting: Sitting, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._sitting = sitting
        language = sitting.language
        self.entries: list[Entry] = []
        self._pointed_at = ""
        self._row_of: dict[int, Row] = {}  # worded once, when the state was fresh
        self.heading = plain_label(text("trainer.decisions", language), role="title", wraps=False)
        self.count = plain_label(" ", role="muted", wraps=False)
        self.rows = RowList(text("trainer.decisions", language))
        self.back_button = button(
            text("trainer.go_back", language), self.ask_back, tip=text("trainer.back_tip", language)
        )
        sitting.keys.give(self.back_button, BACK_KEY)
        self.line = ReasonLine(language)
        self.line.reason.setPlaceholderText(text("trainer.label_hint", language))
        self.said = plain_label()
        head, foot = QHBoxLayout(), QHBoxLayout()
        head.addWidget(self.heading, 1)
        head.addWidget(self.count)
        foot.addWidget(self.back_button)
        foot.addStretch(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(5)
        column.addLayout(head)
        column.addWidget(self.rows, 1)
        column.addLayout(foot)
        column.addWidget(self.line)
        column.addWidget(self.said)
        self.setFocusProxy(self.rows)
        self._again = QTimer(self, singleShot=True, interval=AGAIN_MS)
        self._again.timeout.connect(self.refresh)
        self.rows.pointed.connect(self._on_pointed)
        self.rows.chosen.connect(lambda key: self.back_button.setFocus() if self.back_button.isEnabled() else None)
        sitting.begun.connect(self._begin)
        sitting.known.connect(self.refresh)
        sitting.told.connect(self._on_told)
        sitting.refused.connect(lambda refusal: self._soon())
        sitting.session.failed.connect(self._on_failed)
        self._begin()

    @property
    def entry(self) -> Entry | None:
        """Return the decision in hand."""
        key = self.rows.current_key
        return next((each for each in self.entries if str(each.sequence) == key), None)

    @property
    def incident_id(self) -> int:
        """Return the incident that the decision in hand is about, 0 for none."""
        entry = self.entry
        return incident_of_entry(self._sitting, entry) if entry is not None else 0

    def ask_back(self) -> None:
        """Ask what the other way is to be called, then go back to the decision in hand and take it."""
        entry = self.entry
        if entry is None:
            return
        language, at = self._sitting.language, self._clock(entry)
        question = text("trainer.back_question", language, at=at, what=one_line(self._row_of[entry.sequence].title, 80))
        show_words(self.said, "")
        self.line.ask(question, lambda label: self._go_back(entry, label), do_words=text("trainer.back_do", language))

    def refresh(self) -> None:
        """Show everything anew; what stands at the top stays in sight unless another is in hand."""
        sitting = self._sitting
        lines = [(each.sequence, 0, self._row(each)) for each in self.entries]
        refusals = sitting.refusals
        lines += [(each.sequence, number, self._refused(number, each)) for number, each in enumerate(refusals, start=1)]
        lines.sort(key=lambda line: line[:2], reverse=True)
        self.rows.set_rows([row for _, _, row in lines[:MOST_SHOWN]])
        many = text("trainer.counted", sitting.language, count=f"{len(self.entries):,}", refused=f"{len(refusals):,}")
        show_words(self.count, many if lines else text("trainer.none_yet", sitting.language))
        self._point()

    def _begin(self) -> None:
        self._row_of = {}
        self.entries = []
        self.line.hide()
        show_words(self.said, "")
        self._take(self._sitting.play.decisions())
        self.refresh()

    def _on_told(self, entry: Entry, state: State) -> None:
        if is_decision_by(entry.seat):
            self._take((entry,))
            self._soon()

    def _take(self, entries: Iterable[Entry]) -> None:
        known = self.entries[-1].sequence if self.entries else 0
        for entry in entries:
            if entry.sequence > known:
                self.entries.append(entry)
                known = entry.sequence

    def _soon(self) -> None:
        if not self._again.isActive():
            self._again.start()

    def _row(self, entry: Entry) -> Row:
        found = self._row_of.get(entry.sequence)
        if found is None:
            sitting = self._sitting
            number = incident_of_entry(sitting, entry)
            who = person_words(sitting, entry.actor, entry.department)
            detail = text("trainer.who_where", sitting.language, who=who, number=number or "")
            found = Row(str(entry.sequence), decision_words(sitting, entry), self._clock(entry), detail, is_quiet=True)
            self._row_of[entry.sequence] = found
        return found

    def _refused(self, number: int, refusal: Refusal) -> Row:
        sitting = self._sitting
        at = clock(refusal.at, sitting.state.time_zone, seconds=True)
        who = person_words(sitting, refusal.actor, refusal.department)
        badge = text("trainer.refused", sitting.language)
        detail = f"{who} · {why_refused(sitting, refusal)}"
        return Row(f"{REFUSED}:{number}", refusal_words(sitting, refusal), at, detail, "warn", mark="✕", is_quiet=True,
                   mark_colour=tints.tone("warn").name(), badge=badge)  # fmt: skip

    def _clock(self, entry: Entry) -> str:
        return clock(entry.recorded_at, self._sitting.state.time_zone, seconds=True)

    def _on_pointed(self, key: str) -> None:
        """Show on the trainer's map where the decision in hand belongs, once."""
        incident = self._sitting.state.incidents.get(self.incident_id)
        if key != self._pointed_at and incident is not None:
            self._sitting.desk.go_to.emit(incident.location.lon, incident.location.lat)
        self._pointed_at = key
        self._point()

    def _point(self) -> None:
        self.back_button.setEnabled(self.entry is not None)
        self.pointed.emit(self.incident_id)

    def _go_back(self, entry: Entry, label: str) -> None:
        show_words(self.said, text("trainer.going_back", self._sitting.language))
        self._sitting.session.branch(entry.sequence, one_line(label, 120))

    def _on_failed(self, why: str) -> None:
        show_words(self.said, text("trainer.not_gone", self._sitting.language, reason=one_line(why, 300)), "warning")
