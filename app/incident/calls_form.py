"""The form that takes a call off an incident: it was about something else."""

from __future__ import annotations

from PySide6.QtWidgets import QComboBox

from app.desk import Desk
from app.incident.forms import Form
from app.parts.forms import plain_label
from app.wording import label, text
from app.wording.durations import clock
from dispatch.commands import Body, DetachCall
from dispatch.incident import Call, Incident


class CallsForm(Form):
    """Offer the calls of an incident, the latest first: a call attached by mistake is mostly the last one."""

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk, "incident.do_detach")
        self.calls = QComboBox()
        question = text("incident.which_call", desk.language)
        self.calls.setAccessibleName(question)
        self.fields.addWidget(plain_label(question, role="muted"))
        self.fields.addWidget(self.calls)

    def fill(self, incident: Incident) -> None:
        """List the calls by how and when they came in."""
        self.calls.clear()
        for call_id in reversed(incident.call_ids):
            self.calls.addItem(self._described(self._desk.state.calls.get(call_id)), call_id)
        self.calls.setFocus()

    def bodies(self) -> tuple[Body, ...]:
        """Return the detaching."""
        call_id = self.calls.currentData()
        return (DetachCall(call_id, self.number),) if call_id else ()

    def _described(self, call: Call | None) -> str:
        channel = label("channel", call.channel, self._desk.language) if call is not None else ""
        at = (call.answered_at or call.ringing_at) if call is not None else None
        words = clock(at, self._desk.state.time_zone, seconds=True)
        return text("incident.call", self._desk.language, channel=channel, clock=words)
