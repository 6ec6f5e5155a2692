"""The script: what is due, what comes when and waits for what, what happened; and a button that lets it happen now."""

from __future__ import annotations

import math
from collections.abc import Iterator
from datetime import datetime, timedelta

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from app.intake.kind_field import kind_name
from app.parts.forms import button, plain_label, show_words
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
MOST_SHOWN = 40  # of each part: a stretch of history brings hundreds
STUCK_STEPS = 3
NOW_KEY, UNPLAN_KEY = "Alt+N", "Alt+W"
HEADINGS = {DUE: "trainer.due", WAITING: "trainer.waiting", DONE: "trainer.done"}
TONES = {DUE: "warn", WAITING: "normal", DONE: "muted"}
_Line = tuple[float, Standing | Incoming]  # seconds by which it is put in order


class ScriptView(QWidget):
    """Show what the exercise itself lets happen. Enter on a line goes to the button: nothing happens by one key."""

    def __init__(self, sitting: Sitting, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._sitting = sitting
        language = sitting.language
        self._rows_of: dict[str, Standing | Incoming] = {}
        self._due_since: dict[str, datetime] = {}
        self._asked = ""  # the inject that is being let happen
        self.heading = plain_label(text("trainer.script", language), role="title", wraps=False)
        self.rows = RowList(text("trainer.script", language))
        self.more = plain_label(role="muted")
        self.now_button = button(text("trainer.now", language), self.let_happen, tip=text("trainer.now_tip", language))
        sitting.keys.give(self.now_button, NOW_KEY)
        self.unplan_button = button(
            text("trainer.unplan", language), self.take_away, tip=text("trainer.unplan_tip", language)
        )
        sitting.keys.give(self.unplan_button, UNPLAN_KEY)
        self.said = plain_label()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(5)
        column.addWidget(self.heading)
        column.addWidget(self.rows, 1)
        column.addWidget(self.more)
        foot = QHBoxLayout()
        foot.addWidget(self.now_button, 1)
        foot.addWidget(self.unplan_button)
        column.addLayout(foot)
        column.addWidget(self.said)
        self.setFocusProxy(self.rows)
        self._again = QTimer(self, singleShot=True, interval=AGAIN_MS)
        self._again.timeout.connect(self.refresh)
        self.rows.pointed.connect(lambda key: self._show_more())
        self.rows.chosen.connect(lambda key: self.now_button.setFocus() if self.now_button.isEnabled() else None)
        sitting.begun.connect(self._begin)
        sitting.known.connect(self.refresh)
        sitting.ended.connect(self.refresh)
        sitting.not_happened.connect(self._on_failed)
        sitting.happened.connect(self._on_happened)
        sitting.planned.connect(lambda inject: self.refresh())
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

    def take_away(self) -> None:
        """Take the plan in hand away."""
        inject = self.inject
        if inject is not None and self.unplan_button.isEnabled():
            show_words(self.said, "")
            self._sitting.play.unplan(inject)

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
        """Yield what is due, what comes (the soonest first) and what happened (the latest first), without far ends."""
        sitting = self._sitting
        exercise, state, at = sitting.exercise, sitting.state, sitting.at
        now_s = sitting.seconds(at)
        due: list[_Line] = []
        coming: list[_Line] = []
        past: list[_Line] = []
        planned = [each.inject for each in sitting.play.planned]
        for each in standings((*exercise.injects, *planned), state, at, start_at=exercise.start_at):
            if each.stage == DONE:
                past.append((-sitting.seconds(sitting.happened_at.get(inject_id_of(each.inject), at)), each))
            else:
                left_s = math.inf if each.left_s is None else each.left_s
                (due if each.stage == DUE else coming).append((left_s, each))
        self._due_since = {each.inject.id: self._due_since.get(each.inject.id, at) for _, each in due}
        for item in exercise.incoming:
            if _incident_id(item) not in state.answered:
                coming.append((item.after_s - now_s, item))
            elif item.after_s >= 0:
                past.append((-item.after_s, item))
        for stage, lines in ((DUE, due), (WAITING, coming), (DONE, past)):
            yield from self._part(stage, sorted(lines, key=lambda line: line[0]))

    def _part(self, stage: str, lines: list[_Line]) -> Iterator[Row]:
        language = self._sitting.language
        if not lines:
            return
        is_missed = stage == WAITING and self._sitting.play.is_over
        heading = text("trainer.missed" if is_missed else HEADINGS[stage], language)
        yield Row(stage, heading, right=f"{len(lines):,}", is_heading=True)
        for _, each in lines[:MOST_SHOWN]:
            yield self._inject_row(each) if isinstance(each, Standing) else self._incident_row(each)
        if len(lines) > MOST_SHOWN:
            words = text("trainer.more_lines", language, count=f"{len(lines) - MOST_SHOWN:,}")
            yield Row(f"{stage}:more", words, is_heading=True)

    def _inject_row(self, found: Standing) -> Row:
        sitting, inject, key = self._sitting, found.inject, f"inject:{found.inject.id}"
        self._rows_of[key] = found
        if found.stage == DONE:
            right = clock(sitting.happened_at.get(inject_id_of(inject)), sitting.state.time_zone, seconds=True)
        else:
            right = self._left(found.left_s)
        words = "" if found.stage == DONE else "; ".join(condition_words(sitting, each) for each in inject.when)
        badge = text("trainer.plan_badge", sitting.language) if inject.id in self._planned_ids() else ""
        return Row(key, inject_words(sitting, inject), right, words, TONES[found.stage], badge=badge, is_quiet=True)

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

    def _planned_ids(self) -> set[str]:
        return {each.inject.id for each in self._sitting.play.planned}

    def _left(self, seconds: float | None) -> str:
        language = self._sitting.language
        if self._sitting.play.is_over:  # it waits for nothing any more
            return ""
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
                lines.append(
                    text("trainer.due_stuck" if self._is_stuck(found.inject) else "trainer.due_next", language)
                )
        elif isinstance(found, Incoming):
            lines = [one_line(found.text, 400) or text("trainer.no_words", language)]
        elif not self.rows.rows:
            lines = [text("trainer.nothing_scripted", language)]
        show_words(self.more, "\n".join(lines))
        is_ready = isinstance(found, Standing) and found.stage != DONE and not sitting.play.is_over
        self.now_button.setEnabled(is_ready)
        is_planned = isinstance(found, Standing) and found.inject.id in self._planned_ids()
        self.unplan_button.setVisible(is_planned)
        self.unplan_button.setEnabled(is_planned and is_ready)

    def _is_stuck(self, inject: Inject) -> bool:
        """Tell whether it is due for longer than the next steps would take: it is refused each time."""
        since = self._due_since.get(inject.id, self._sitting.at)
        return self._sitting.at - since > timedelta(seconds=STUCK_STEPS * self._sitting.exercise.step_s)

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
