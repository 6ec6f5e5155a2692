"""The call being taken: ringing, answered, ended; the caller's number and name, and where the telephone is."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from app.desk import Desk
from app.intake.callers import Callers
from app.parts.forms import plain_label, show_words, small_button
from app.wording import label, one_line, text
from app.wording.durations import clock, clock_span, distance, rough_span
from dispatch.commands import RecordCall
from dispatch.events import CallerLocated, CallRecorded, Entry
from dispatch.incident import Call
from dispatch.state import State

CHANNELS = ("phone", "radio", "patrol", "citizen", "walk_in", "sensor", "camera", "transfer")


class CallBar(QWidget):
    """Stamp the instants of a call and keep its caller; the number and the name never enter the log itself.

    `state_line` and `end_button` stand in the panel's head line; whoever makes the bar lays them out.
    """

    position_taken = Signal(float, float)  # lon, lat: use the telephone's position as the place

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self.call_id = ""
        self._person_id = ""
        self._callers = Callers(lambda: desk.people, self)
        self._callers.found.connect(self._on_found)
        self._callers.not_kept.connect(self._on_not_kept)
        self._kept: tuple[str, str] = ("", "")
        self._ringing: dict[str, datetime] = {}
        self.state_line = plain_label(wraps=False)
        self.end_button = small_button(self._words("intake.end_call"), self.end, role="flat")
        self.number = QLineEdit()
        self.number.setPlaceholderText(self._words("intake.number"))
        self.number.setAccessibleName(self._words("intake.number"))
        self.number.setMaxLength(40)
        self.name = QLineEdit()
        self.name.setPlaceholderText(self._words("intake.name"))
        self.name.setAccessibleName(self._words("intake.name"))
        self.name.setMaxLength(120)
        self.channel = QComboBox()
        self.channel.setAccessibleName(self._words("intake.channel"))
        self.channel.setToolTip(self._words("intake.channel"))
        self.channel.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.channel.setMinimumContentsLength(8)
        for channel in CHANNELS:
            self.channel.addItem(label("channel", channel, desk.language), channel)
        self.position_line = plain_label(role="muted")
        self.position_button = small_button(
            self._words("intake.caller_here"), self._take_position, tip=self._words("intake.caller_here_tip")
        )
        self.note = plain_label(role="muted")

        self.position_row = QWidget()
        where = QHBoxLayout(self.position_row)
        where.setContentsMargins(0, 0, 0, 0)
        where.addWidget(self.position_line, 1)
        where.addWidget(self.position_button)
        person = QHBoxLayout()
        person.setSpacing(4)
        person.addWidget(self.number, 4)
        person.addWidget(self.name, 5)
        person.addWidget(self.channel, 4)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(3)
        layout.addLayout(person)
        layout.addWidget(self.position_row)
        layout.addWidget(self.note)
        self.note.hide()

        self.number.editingFinished.connect(self._keep_person)
        self.name.editingFinished.connect(self._keep_person)
        self.channel.activated.connect(self._on_channel)
        desk.state_changed.connect(self._on_state_changed)
        desk.ticked.connect(self.refresh)
        self.refresh()

    @property
    def call(self) -> Call | None:
        """Return the call in hand as the log knows it."""
        return self._desk.state.calls.get(self.call_id)

    def start(self) -> str:
        """Answer the call that has rung longest, or begin one; stamp *answered* and return its id."""
        waiting = sorted((at, call_id) for call_id, at in self._ringing.items())
        self.show_call(waiting[0][1] if waiting else f"call-{uuid.uuid4().hex[:12]}")
        self._record(answered_at=self._desk.clock())
        return self.call_id

    def show_call(self, call_id: str) -> None:
        """Take a call in hand again, or none."""
        self._keep_person()
        self.call_id = call_id
        call = self.call
        self._person_id = call.person_id if call is not None else ""
        self._kept = ("", "")
        self.number.clear()
        self.name.clear()
        show_words(self.note, "")
        self._callers.find(self._person_id)
        self.channel.setCurrentIndex(max(0, self.channel.findData(call.channel if call is not None else "phone")))
        self.refresh()

    def end(self) -> None:
        """Stamp the end of the call."""
        self._record(ended_at=self._desk.clock())

    def point(self) -> tuple[float, float] | None:
        """Return the middle of the telephone's circle where one is known."""
        call = self.call
        return (call.position.lon, call.position.lat) if call is not None and call.position is not None else None

    def refresh(self) -> None:
        """Show how the call stands."""
        call, now = self.call, self._desk.clock()
        self.setVisible(bool(self.call_id))
        self.end_button.setVisible(call is not None and call.answered_at is not None and call.ended_at is None)
        show_words(self.state_line, self._state_words(call, now))
        position = call.position if call is not None else None
        self.position_row.setVisible(position is not None)
        words = ""
        if position is not None:
            point = f"{position.lat:.4f}, {position.lon:.4f}"
            radius, source = distance(position.radius_m), one_line(position.source, 40)
            words = self._words("intake.caller_position", radius=radius, place=point, source=source)
        show_words(self.position_line, words)

    def ringing_words(self) -> str:
        """Say how many calls ring and how long the oldest has, empty where none does."""
        if not self._ringing:
            return ""
        longest = rough_span((self._desk.clock() - min(self._ringing.values())).total_seconds())
        if len(self._ringing) == 1:
            return self._words("intake.ringing", rough=longest)
        return self._words("intake.ringing_many", count=len(self._ringing), rough=longest)

    def _state_words(self, call: Call | None, now: datetime) -> str:
        if call is None or call.answered_at is None:
            return ""
        zone = self._desk.state.time_zone
        words = [self._words("intake.answered", clock=clock(call.answered_at, zone, seconds=True))]
        if call.ended_at is not None:
            words.append(self._words("intake.ended", clock=clock(call.ended_at, zone, seconds=True)))
        else:
            words.append(clock_span((now - call.answered_at).total_seconds()))
        if call.recorder_reference:
            words.append(self._words("intake.recorder", reference=one_line(call.recorder_reference, 40)))
        return " · ".join(words)

    def _record(self, **known: Any) -> None:
        if self.call_id:
            known.setdefault("channel", self.channel.currentData())
            self._desk.send(RecordCall(self.call_id, **known))

    def _on_channel(self) -> None:
        self._record(channel=self.channel.currentData())

    def _on_found(self, person_id: str, number: str, name: str) -> None:
        if person_id != self._person_id:
            return
        for field, words in ((self.number, number), (self.name, name)):
            if not field.isModified():  # what was typed meanwhile is newer
                field.setText(one_line(words))
        self._kept = (number, name)
        self._keep_person()

    def _keep_person(self) -> None:
        known = (self.number.text().strip(), self.name.text().strip())
        if not self.call_id or known == self._kept:
            return
        self._kept = known
        if self._desk.people is None:
            show_words(self.note, self._words("intake.person_not_kept"), "warning")
            return
        show_words(self.note, "")
        is_new = not self._person_id
        self._person_id = self._person_id or f"person-{uuid.uuid4().hex}"
        self._callers.save(self._person_id, *known)
        if is_new:
            self._record(person_id=self._person_id)

    def _on_not_kept(self, reason: str) -> None:
        show_words(self.note, self._words("intake.person_failed", reason=reason), "warning")

    def _take_position(self) -> None:
        point = self.point()
        if point is not None:
            self.position_taken.emit(*point)

    def _on_state_changed(self, entry: Entry | None, state: State) -> None:
        if entry is None:
            self._ringing = {
                call.id: call.ringing_at
                for call in map(state.calls.__getitem__, state.loose_calls)
                if call.rings and call.ringing_at
            }
        for event in entry.events if entry is not None else ():
            if isinstance(event, CallRecorded):
                call = state.calls.get(event.call.id, event.call)
                if call.rings and call.ringing_at is not None:
                    self._ringing[call.id] = call.ringing_at
                else:
                    self._ringing.pop(call.id, None)
            if isinstance(event, (CallRecorded, CallerLocated)):
                self.refresh()

    def _words(self, key: str, **values: object) -> str:
        return text(key, self._desk.language, **values)
