"""What really happened at the incident in hand, beside what was done here. Only the trainer sees it."""

from __future__ import annotations

from collections.abc import Iterator

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QVBoxLayout, QWidget

from app.intake.kind_field import kind_name
from app.parts.forms import plain_label, show_words
from app.parts.row import Row
from app.parts.row_list import RowList
from app.trainer.sitting import Sitting
from app.wording import label, one_line, text
from app.wording.durations import BLANK, clock_span
from dispatch.exercise.exercise import Recorded, call_id_of
from dispatch.exercise.fleet import key_of
from dispatch.incident import Assignment, Incident

AGAIN_MS = 500


class Really(QWidget):
    """Show one incident in two parts, here and really, with seconds from when it came in."""

    def __init__(self, sitting: Sitting, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._sitting = sitting
        self._incident_id = 0
        self.said = plain_label(" ", role="muted")
        self.rows = RowList(text("trainer.really", sitting.language))
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 6, 0, 0)
        column.setSpacing(4)
        column.addWidget(self.said)
        column.addWidget(self.rows, 1)
        self.setFocusProxy(self.rows)
        self._again = QTimer(self, singleShot=True, interval=AGAIN_MS)
        self._again.timeout.connect(self.refresh)
        sitting.begun.connect(self.refresh)
        sitting.known.connect(self.refresh)
        sitting.told.connect(lambda entry, state: None if self._again.isActive() else self._again.start())
        self.refresh()

    def show_incident(self, incident_id: int) -> None:
        """Take an incident in hand; 0 leaves the one that is."""
        if incident_id and incident_id != self._incident_id:
            self._incident_id = incident_id
            self.refresh()

    def refresh(self) -> None:
        """Show everything anew."""
        sitting, language = self._sitting, self._sitting.language
        incident = sitting.state.incidents.get(self._incident_id)
        if incident is None:
            key = "trainer.pick_decision" if sitting.exercise.outcome_digest else "trainer.no_outcome"
            show_words(self.said, text(key, language))
            self.rows.set_rows(())
            return
        kind = kind_name(sitting.desk, incident.kind)
        place = one_line(incident.location.text, 100)
        show_words(self.said, text("trainer.incident_at", language, number=incident.id, kind=kind, place=place))
        self.rows.set_rows(list(self._rows(incident)))

    def _rows(self, incident: Incident) -> Iterator[Row]:
        sitting, language = self._sitting, self._sitting.language
        state = sitting.state
        began_s = sitting.seconds(incident.reported_at)
        held = sorted((state.assignments[each] for each in state.assignments_of.get(incident.id, ())),
                      key=lambda each: each.assigned_at)  # fmt: skip
        end = label("disposition", incident.disposition, language) if incident.disposition else ""
        ended_s = sitting.seconds(incident.closed_at) - began_s if incident.closed_at is not None else None
        yield Row("here", text("trainer.here", language), self._level(incident.alarm_level), is_heading=True)
        yield from (self._here(each, began_s) for each in held)
        yield from self._end("here", end, ended_s, not held)
        keys = {call_id_of(each.key): each.key for each in sitting.exercise.incoming}
        key = key_of(state, incident.id, keys)
        recorded = sitting.outcome.of(key) if sitting.outcome is not None and key else None
        if recorded is None:
            yield Row("none", text("trainer.no_record" if key else "trainer.not_of_record", language), is_heading=True)
            return
        yield Row("really", text("trainer.really", language), self._level(recorded.alarm_level), is_heading=True)
        yield from self._record(recorded, began_s)

    def _record(self, recorded: Recorded, began_s: float) -> Iterator[Row]:
        for number, each in enumerate(sorted(recorded.responses, key=lambda one: one.assigned_s)):
            spans = [each.assigned_s, each.en_route_s, each.on_scene_s, each.released_s]
            yield self._row(f"really:{number}", each.unit_id, [s - began_s if s is not None else None for s in spans])
        end = label("disposition", recorded.disposition, self._sitting.language) if recorded.disposition else ""
        ended_s = recorded.closed_s - began_s if recorded.closed_s is not None else None
        yield from self._end("really", end, ended_s, not recorded.responses)

    def _here(self, each: Assignment, began_s: float) -> Row:
        instants = (each.assigned_at, each.en_route_at, each.on_scene_at, each.released_at)
        spans = [self._sitting.seconds(at) - began_s if at is not None else None for at in instants]
        return self._row(f"here:{each.id}", each.unit_id, spans)

    def _row(self, key: str, unit_id: str, spans: list[float | None]) -> Row:
        sent, going, there, free = (clock_span(each) if each is not None else "" for each in spans)
        words = text("trainer.response", self._sitting.language, sent=sent, going=going, there=there, free=free)
        return Row(key, one_line(unit_id, 40), there or BLANK, words, is_quiet=True)

    def _end(self, part: str, end: str, ended_s: float | None, is_nobody: bool) -> Iterator[Row]:
        language = self._sitting.language
        if is_nobody:
            yield Row(f"{part}:nobody", text("trainer.nobody", language), tone="muted", is_quiet=True)
        if ended_s is not None:
            words = text("trainer.closed", language, how=end)
            yield Row(f"{part}:end", words, clock_span(ended_s), tone="muted", is_quiet=True)

    def _level(self, level: int) -> str:
        return text("trainer.level_words", self._sitting.language, level=level) if level > 1 else ""
