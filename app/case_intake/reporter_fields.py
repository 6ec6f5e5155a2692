"""Who reported it: a number and a name, kept apart from the log, which names them by an id."""

from __future__ import annotations

import uuid

from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QWidget

from app.desk import Desk
from app.intake.callers import Callers
from app.wording import text


class ReporterFields(QWidget):
    """Take a reporter; `callers` says why one could not be kept."""

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self._desk = desk
        self.callers = Callers(lambda: desk.people, self)
        self._kept, self._person_id = ("", ""), ""
        self.number = self._line("case_intake.number", 40)
        self.name = self._line("case_intake.name", 120)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(4)
        layout.addWidget(self.number, 4)
        layout.addWidget(self.name, 5)

    def keep(self) -> str:
        """Keep who is written here, and return their id; empty where nobody is. A second try keeps nobody twice."""
        person = self.written
        if not any(person) or self._desk.people is None:
            return ""
        if person != self._kept:
            self._kept, self._person_id = person, str(uuid.uuid4())
            self.callers.save(self._person_id, *person)
        return self._person_id

    @property
    def written(self) -> tuple[str, str]:
        """Return number and name as they stand here."""
        return self.number.text().strip(), self.name.text().strip()

    def clear(self) -> None:
        """Forget who was written here: the next one is somebody else, also by the same name."""
        self._kept, self._person_id = ("", ""), ""
        self.number.clear()
        self.name.clear()

    def _line(self, key: str, most: int) -> QLineEdit:
        made = QLineEdit()
        made.setPlaceholderText(text(key, self._desk.language))
        made.setAccessibleName(text(key, self._desk.language))
        made.setMaxLength(most)
        return made
