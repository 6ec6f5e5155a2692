"""What stands above who should go: for what, as of when, the alarm level to raise, and what has changed since."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from app.desk import Desk
from app.intake.kind_field import kind_name
from app.parts.allow import allow
from app.parts.forms import give_key, plain_label, show_words, small_button
from app.sending.banner import banner_of
from app.sending.choosing import Choosing
from app.wording import text
from app.wording.durations import clock
from dispatch.commands import ChangeAlarmLevel


class RecommendationHead(QWidget):
    """Show the head for the call being taken or the incident in hand."""

    def __init__(self, desk: Desk, choosing: Choosing) -> None:
        super().__init__()
        self._desk = desk
        self._choosing = choosing
        self.title = plain_label(role="title")
        self.as_of = plain_label(role="muted", wraps=False)
        self.raise_button = small_button(self._words("rec.raise", level=1), self.raise_level)
        give_key(self.raise_button, "Alt+L")
        allow(self.raise_button, desk, ChangeAlarmLevel)
        self.banner = plain_label()
        line = QHBoxLayout()
        line.addWidget(self.title, 1)
        line.addWidget(self.as_of)
        line.addWidget(self.raise_button)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(5)
        column.addLayout(line)
        column.addWidget(self.banner)

    def raise_level(self) -> None:
        """Raise the alarm level by one."""
        draft, number = self._choosing.draft, self._choosing.incident_id
        if draft is not None:
            self._desk.set_draft(replace(draft, alarm_level=draft.alarm_level + 1))
        elif number is not None:
            level = self._desk.state.incidents[number].alarm_level
            self._desk.send(ChangeAlarmLevel(number, level + 1))

    def refresh(self) -> None:
        """Show everything anew."""
        draft, number = self._choosing.draft, self._choosing.incident_id
        answer = self._choosing.recommendation
        if draft is not None:
            kind, level = draft.kind, draft.alarm_level
            words = self._words("rec.for_draft", kind=kind_name(self._desk, kind))
        elif self._desk.draft is not None:
            kind, level, words = "", 1, self._words("rec.new_call")
        elif number is not None:
            incident = self._desk.state.incidents[number]
            kind, level = incident.kind, incident.alarm_level
            words = self._words("rec.for_incident", number=number, kind=kind_name(self._desk, kind))
        else:
            kind, level, words = "", 1, ""
        show_words(self.title, words)
        card = self._desk.state.cards.get(kind)
        may_rise = card is not None and level < card.max_level
        self.raise_button.setVisible(bool(kind))
        self.raise_button.setEnabled(may_rise)
        self.raise_button.setText(self._words("rec.raise", level=level))
        tip = self._words("rec.raise_tip", level=level + 1) if may_rise else self._words("rec.raise_top")
        self.raise_button.setToolTip(f"{tip} (Alt+L)")
        self.raise_button.setAccessibleName(tip)
        at = clock(answer.at, self._desk.state.time_zone, seconds=True) if answer is not None else ""
        show_words(self.as_of, at)
        self.as_of.setToolTip(self._words("rec.computed", clock=at) if at else "")
        show_words(self.banner, *banner_of(self._desk, self._choosing, is_asked=bool(kind)))

    def _words(self, key: str, **values: object) -> str:
        return text(key, self._desk.language, **values)
