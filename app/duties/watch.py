"""Says once, softly, what became of duties: late, handed back, and new ones for the department that sits here."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal

from app.desk import Desk
from app.parts.names import department_name
from app.wording import one_line, text
from dispatch.access import may
from dispatch.commands import Who
from dispatch.duty import Duty, DutyState
from dispatch.duty_commands import ConfirmDuty
from dispatch.duty_events import DutyGiven, DutyMoved, DutyOverdue
from dispatch.events import Entry
from dispatch.state import State


class DutyWatch(QObject):
    """Tell whom it concerns: the centre hears of all, a department of its own; nobody of what they did themselves."""

    told = Signal(str, str)  # level, sentence

    def __init__(self, desk: Desk, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        desk.state_changed.connect(self._on_state)

    def _on_state(self, entry: Entry | None, state: State) -> None:
        if entry is None:
            return
        for event in entry.events:
            duty = state.duties.get(getattr(event, "duty_id", 0))
            if duty is None or not concerns(duty, self._desk.who):
                continue
            if isinstance(event, DutyOverdue):
                self._tell("warning", "duties.said_overdue", duty, what=one_line(duty.text, 80))
            elif entry.actor == self._desk.who.actor:
                continue
            elif isinstance(event, DutyMoved) and event.state is DutyState.HANDED_BACK:
                self._tell("warning", "duties.said_back", duty, reason=one_line(event.reason, 120))
            elif isinstance(event, DutyGiven) and self._desk.who.department == duty.department:
                self._tell("warning", "duties.said_new", duty, what=one_line(duty.text, 120))

    def _tell(self, level: str, key: str, duty: Duty, **values: str) -> None:
        desk = self._desk
        name = department_name(desk.state, duty.department, desk.language)
        self.told.emit(level, text(key, desk.language, number=duty.id, name=name, **values))


def concerns(duty: Duty, who: Who) -> bool:
    """Tell whether somebody hears of a duty: the desks that confirm duties, and the department that has it."""
    return may(who.role, ConfirmDuty) or (bool(who.department) and who.department == duty.department)
