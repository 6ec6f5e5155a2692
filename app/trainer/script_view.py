"""The script: what is due, what comes when and waits for what, what happened; and a button that lets it happen now."""

from __future__ import annotations

from collections.abc import Iterator

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QVBoxLayout, QWidget

from app.intake.kind_field import kind_name
from app.parts.forms import button, give_key, plain_label, show_words
from app.parts.row import Row
from app.parts.row_list import RowList
from app.trainer.condition_words import condition_words, progress_words
from app.trainer.inject_words import inject_words
from app.trainer.sitting import Sitting
from app.trainer.standing import DONE, DUE, WAITING, Standing, standings
from app.wording import one_line, text
from app.wording.durations import clock, clock_span
from dispatch.exercise.due import inject_id_of
from dispatch.exercise.exercise import PREFIX, Incoming
from dispatch.injects import Condition, Inject

AGAIN_MS = 500
MOST_INCIDENTS = 40  # of a stretch of history, which brings hundreds
NOW_KEY = "Alt+N"
HEADINGS = {DUE: "trainer.due", WAITING: "trainer.waiting", DONE: "trainer.done"}
TONES = {DUE: "warn", WAITING: "normal", DONE: "muted"}


class ScriptView(QWidget):
    """Show what the exercise itself lets happen. Enter on a line goes to the button: nothing happens by one key."""

    def __init__(self, sitting: Sitting, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._sitting = sitting
        language = sitting.language
        self._rows_of: dict[str, Standing | Incoming] = {}
        self._asked = ""  # the inject that is being let happen
        self.heading = plain_label(text("trainer.script", language), role="title", wraps=False)
        self.rows = RowList(text("trainer.script", language))
        self.more = plain_label(role="muted")
        self.now_button = button(text("trainer.now", language), self.let_happen, tip=text("trainer.now_tip", language))
        give_key(self.now_button, NOW_KEY)
        self.said = plain_label()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(5)
        column.addWidget(self.heading)
        column.addWidget(self.rows, 1)
        column.addWidget(self.more)
        column.addWidget(self.now_button)
        column.addWidget(self.said)
        self.setFocusProxy(self.rows)
        self._again = QTimer(self, singleShot=True, interval=AGAIN_MS)
        self._again.timeout.connect(self.refresh)
        self.rows.pointed.connect(lambda key: self._show_more())
        self.rows.chosen.connect(lambda key: self.now_button.setFocus() if self.now_button.isEnabled() else None)
        sitting.begun.connect(self._begin)
        sitting.known.connect(self.refresh)
        sitting.not_happened.connect(self._on_failed)
        sitting.happened.connect(self._on_happened)
        sitting.stepped.connect(lambda at: self._soon())
        sitting.told.connect(lambda entry, state: self._soon())
        self._begin()

    @property
    def inject(self) -> Inject | None:
        """Return the inject in hand."""
        found = self._rows_of.get(self.rows.current_key)
        return found.inject if isinstance(found, Standing) else None

    def let_happen(self) -> None:
        """Let the inject in hand happen now."""
        inject = self.inject
        if inject is not None and self.now_button.isEnabled():
            self._asked = inject.id
            show_words(self.said, "")
            self._sitting.play.inject(inject)

    def refresh(self) -> None:
        """Show everything anew."""
        self._rows_of = {}
        self.rows.set_rows(list(self._rows()))
        self._show_more()

    def _begin(self) -> None:
        self._asked = ""
        show_words(self.said, "")
        self.refresh()

    def _soon(self) -> None:
        if not self._again.isActive():
            self._again.start()

    def _rows(self) -> Iterator[Row]:
        sitting, language = self._sitting, self._sitting.language
        exercise, state, at = sitting.exercise, sitting.state, sitting.at
        found = standings(exercise.injects, state, at, start_at=exercise.start_at)
        coming = [each for each in exercise.incoming if _incident_id(each) not in state.answered]
        came = [each for each in exercise.incoming if _incident_id(each) in state.answered and each.after_s >= 0]
        for stage in (DUE, WAITING):
            lines = [
                (each.left_s if each.left_s is not None else float("inf"), self._inject_row(each))
                for each in found
                if each.stage == stage
            ]
            if stage == WAITING:
                soon = sorted(coming, key=lambda each: each.after_s)
                lines += [
                    (each.after_s - sitting.seconds(at), self._incident_row(each)) for each in soon[:MOST_INCIDENTS]
                ]
            yield from self._part(stage, [row for _, row in sorted(lines, key=lambda line: line[0])])
        if len(coming) > MOST_INCIDENTS:
            count = f"{len(coming) - MOST_INCIDENTS:,}"
            yield Row("more", text("trainer.more_to_come", language, count=count), tone="muted", is_heading=True)
        past = [(sitting.seconds(sitting.happened_at.get(inject_id_of(each.inject), at)), self._inject_row(each))
                for each in found if each.stage == DONE]  # fmt: skip
        past += [(each.after_s, self._incident_row(each)) for each in came[-MOST_INCIDENTS:]]
        yield from self._part(DONE, [row for _, row in sorted(past, key=lambda line: -line[0])])

    def _part(self, stage: str, rows: list[Row]) -> Iterator[Row]:
        if rows:
            yield Row(stage, text(HEADINGS[stage], self._sitting.language), right=f"{len(rows):,}", is_heading=True)
            yield from rows

    def _inject_row(self, found: Standing) -> Row:
        sitting, inject, key = self._sitting, found.inject, f"inject:{found.inject.id}"
        self._rows_of[key] = found
        if found.stage == DONE:
            right = clock(sitting.happened_at.get(inject_id_of(inject)), sitting.state.time_zone, seconds=True)
        else:
            right = self._left(found.left_s)
        words = "" if found.stage == DONE else "; ".join(condition_words(sitting, each) for each in inject.when)
        return Row(key, inject_words(sitting, inject), right, words, TONES[found.stage], is_quiet=True)

    def _incident_row(self, item: Incoming) -> Row:
        sitting, key = self._sitting, f"incident:{item.key}"
        self._rows_of[key] = item
        is_in = _incident_id(item) in sitting.state.answered
        place = one_line(item.location.text, 80)
        words = text("trainer.comes_in", sitting.language, kind=kind_name(sitting.desk, item.kind), place=place)
        if is_in:
            right = clock(sitting.exercise.at(item.after_s), sitting.state.time_zone, seconds=True)
        else:
            right = self._left(item.after_s - sitting.seconds(sitting.at))
        return Row(key, words, right, tone="muted" if is_in else "normal", is_quiet=True)

    def _left(self, seconds: float | None) -> str:
        language = self._sitting.language
        if seconds is None:
            return text("trainer.on_condition", language)
        return text("trainer.left", language, span=clock_span(max(seconds, 0.0)))

    def _show_more(self) -> None:
        """Say what the one in hand waits for, and how far that is."""
        sitting, language = self._sitting, self._sitting.language
        found = self._rows_of.get(self.rows.current_key)
        lines: list[str] = []
        if isinstance(found, Standing):
            lines = [self._waits(each) for each in found.open]
            if found.stage == DUE:
                lines.append(text("trainer.due_next", language))
        elif isinstance(found, Incoming):
            lines = [one_line(found.text, 400) or text("trainer.no_words", language)]
        elif not self.rows.rows:
            lines = [text("trainer.nothing_scripted", language)]
        show_words(self.more, "\n".join(lines))
        is_ready = isinstance(found, Standing) and found.stage != DONE and not sitting.play.is_over
        self.now_button.setEnabled(is_ready)

    def _waits(self, condition: Condition) -> str:
        sitting = self._sitting
        what, now = condition_words(sitting, condition), progress_words(sitting, condition)
        return text("trainer.waits_for", sitting.language, what=what, now=now)

    def _on_failed(self, inject: Inject, why: str) -> None:
        if inject.id == self._asked:
            self._asked = ""
            show_words(self.said, text("trainer.not_happened", self._sitting.language, reason=why), "warning")

    def _on_happened(self, inject: Inject) -> None:
        if inject.id == self._asked:
            self._asked = ""
            what = one_line(inject_words(self._sitting, inject), 120)
            show_words(self.said, text("trainer.happened", self._sitting.language, what=what), "good")
            self._soon()


def _incident_id(item: Incoming) -> str:
    return f"{PREFIX}-incident-{item.key}"
