"""What stands at the top of an incident: number, kind, priority, stage, place, timers, dangers, calls."""

from __future__ import annotations

from PySide6.QtWidgets import QHBoxLayout, QLabel, QVBoxLayout, QWidget

from app.desk import Desk
from app.intake.kind_field import kind_name
from app.parts import tints
from app.parts.forms import plain_label, show_words
from app.wording import label, listed, one_line, text
from app.wording.durations import clock, rough_span
from dispatch.incident import Incident, Precision, Stage

SOON_S = 600.0  # a deadline this near is marked


class IncidentHead(QWidget):
    """Show one incident's facts; `tick` keeps its timers."""

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self.priority = plain_label(wraps=False)
        self.title = plain_label(role="title")
        self.stage = plain_label(wraps=False)
        self.place = plain_label()
        self.timers = plain_label()
        self.hazards = plain_label()
        self.calls = plain_label(role="muted")
        self.text = plain_label()
        line = QHBoxLayout()
        line.setSpacing(6)
        line.addWidget(self.priority)
        line.addWidget(self.title, 1)
        line.addWidget(self.stage)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(3)
        layout.addLayout(line)
        for part in (self.place, self.timers, self.hazards, self.text, self.calls):
            layout.addWidget(part)

    def show_incident(self, incident: Incident | None) -> None:
        """Show an incident, or that none is in hand."""
        self._paint_priority(incident)
        if incident is None:
            show_words(self.title, self._words("incident.none"))
            for part in (self.stage, self.place, self.timers, self.hazards, self.text, self.calls):
                show_words(part, "")
            return
        language = self._desk.language
        show_words(self.title, f"{incident.id}  {kind_name(self._desk, incident.kind)}")
        stage = [label("stage", incident.stage, language)]
        if incident.alarm_level > 1:
            stage.append(self._words("incident.level", level=incident.alarm_level))
        if incident.reopened:
            stage.append(self._words("incident.reopened", count=incident.reopened))
        show_words(self.stage, " · ".join(stage), "warning" if incident.stage is Stage.WAITING else "")
        show_words(self.place, self._place(incident))
        hazards = listed((label("hazard", hazard, language) for hazard in incident.hazards), language)
        show_words(self.hazards, self._words("incident.hazards", hazards=hazards) if hazards else "", "warning")
        show_words(self.text, one_line(incident.text, 300))
        show_words(self.calls, self._calls(incident))
        self.tick(incident)

    def tick(self, incident: Incident | None) -> None:
        """Show the timers as they stand now."""
        if incident is None:
            return
        now, zone = self._desk.clock(), self._desk.state.time_zone
        if incident.stage is Stage.CLOSED:
            ending = label("disposition", incident.disposition, self._desk.language)
            ended = clock(incident.closed_at, zone)
            show_words(self.timers, self._words("incident.closed", clock=ended, disposition=ending), "good")
            return
        received = rough_span((now - incident.received_at).total_seconds())
        words = [clock(incident.received_at, zone, seconds=True), self._words("incident.since", rough=received)]
        level = ""
        if incident.deadline_at is not None:
            left_s = (incident.deadline_at - now).total_seconds()
            level = "alarm" if left_s < 0 else "warning" if left_s < SOON_S else ""
            key = "incident.overdue" if left_s < 0 else "incident.deadline"
            words.append(("⚠ " if level else "") + self._words(key, rough=rough_span(abs(left_s))))
        show_words(self.timers, " · ".join(words), level)

    def _place(self, incident: Incident) -> str:
        place = incident.location
        parts = [one_line(place.text, 120) or f"{place.lat:.5f}, {place.lon:.5f}"]
        if place.municipality:
            parts.append(one_line(place.municipality, 60))
        if place.crossing and place.crossing != place.text:
            parts.append(self._words("incident.crossing", crossing=one_line(place.crossing, 80)))
        words = listed(parts, self._desk.language)
        if place.precision is not Precision.VERIFIED:
            words += f" · {label('precision', place.precision, self._desk.language)}"
        return words

    def _calls(self, incident: Incident) -> str:
        zone, language = self._desk.state.time_zone, self._desk.language
        found = [self._desk.state.calls[call] for call in incident.call_ids if call in self._desk.state.calls]
        parts = [
            self._words(
                "incident.call",
                channel=label("channel", call.channel, language),
                clock=clock(call.answered_at or call.ringing_at, zone),
            )
            for call in found[-6:]
        ]
        if len(parts) < 2:  # one call is the rule, and the timeline has it
            return ""
        return self._words("incident.calls", calls=f"{len(found)} · " + listed(parts, language))

    def _paint_priority(self, incident: Incident | None) -> None:
        _chip(self.priority, f"P{incident.priority}" if incident is not None else "", incident)

    def _words(self, key: str, **values: object) -> str:
        return text(key, self._desk.language, **values)


def _chip(chip: QLabel, words: str, incident: Incident | None) -> None:
    chip.setVisible(bool(words))
    if incident is None:
        return
    fill = tints.priority(incident.priority)
    ink = tints.ink_on(fill).name()
    style = f"background: {fill}; color: {ink}; border-radius: 3px; padding: 1px 5px; font-weight: bold;"
    if chip.styleSheet() != style:
        chip.setStyleSheet(style)
    chip.setText(words)
