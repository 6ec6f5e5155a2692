"""What the window tells of by itself: new incidents, refusals, what was not saved, a sound that is missing."""

from __future__ import annotations

from PySide6.QtCore import QObject

from app.desk import Desk
from app.panels.incidents import IncidentsPanel
from app.parts.incident_rows import place
from app.window.sound import Sounds
from app.window.status_line import StatusLine
from app.wording import sentence
from app.wording.plain import one_line
from app.wording.screen import say
from dispatch.commands import Command
from dispatch.refused import Refused


class Told(QObject):
    """Turn what happens at the desk into a sentence on the status line, and a new incident into a sound as well."""

    def __init__(self, desk: Desk, incidents: IncidentsPanel, *, sounds: Sounds, status_line: StatusLine) -> None:
        super().__init__(status_line)
        self._desk, self._incidents, self._sounds, self._status_line = desk, incidents, sounds, status_line
        desk.refused.connect(self._on_refused)
        desk.failed.connect(self._on_failed)
        incidents.appeared.connect(self._on_appeared)
        sounds.missing.connect(self._on_sound_missing)

    def _on_refused(self, command: Command, refused: Refused) -> None:
        # Against the usual order: whoever asked for it says so in place and asks for the reason.
        if command.who == self._desk.who and refused.code != "status_against_order":
            words = sentence(refused.code, refused.parameters, self._desk.language, zone=self._desk.state.time_zone)
            self._desk.said.emit("warning", words)

    def _on_failed(self, command: Command, reason: str) -> None:
        if command.who.role != "system":  # the strip says for itself that nothing is saved
            self._desk.said.emit("alarm", one_line(reason, 200))

    def _on_appeared(self, incident_id: int) -> None:
        self._sounds.incident()
        incident = self._desk.state.incidents[incident_id]
        words = say(
            "new_incident",
            self._desk.language,
            number=incident_id,
            kind=self._incidents.rows.kind(incident),
            place=one_line(place(incident), 60),
        )
        self._status_line.tell(words, "notice")

    def _on_sound_missing(self, reason: str) -> None:
        words = say("sound_missing", self._desk.language, reason=one_line(reason, 120))
        self._desk.said.emit("warning", words)
