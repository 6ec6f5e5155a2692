"""The place in the panel of duties where one form at a time is open."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QVBoxLayout

from app.desk import Desk
from app.duties.forms import DutyForm, GiveForm, LeadForm, MoveForm
from dispatch.commands import Body
from dispatch.duty import Duty


class FormPlace(QObject):
    """Hold the forms, the rare ones made when they are first wanted; opening one is the panel's to do."""

    asked = Signal(object)  # body
    left = Signal()

    def __init__(self, desk: Desk, column: QVBoxLayout) -> None:
        super().__init__()
        self._desk = desk
        self._column = column
        self._behalf = ""  # how the department was last spoken for, offered again
        self.give, self.lead = GiveForm(desk), LeadForm(desk)
        self.moves: dict[type, MoveForm] = {}
        for form in (self.give, self.lead):
            self._take_in(form)

    @property
    def shown(self) -> DutyForm | None:
        """Return the form that is open."""
        forms: tuple[DutyForm, ...] = (self.give, self.lead, *self.moves.values())
        return next((form for form in forms if not form.isHidden()), None)

    def move(self, command: type) -> MoveForm:
        """Return the form of a move."""
        if command not in self.moves:
            self.moves[command] = MoveForm(self._desk, command)
            self._take_in(self.moves[command])
        return self.moves[command]

    def fill_move(self, command: type, duty: Duty, siblings: list[Duty]) -> None:
        """Begin the form of a move for a duty."""
        self.move(command).open_for(duty, siblings, self._behalf)

    def _take_in(self, form: DutyForm) -> None:
        form.hide()
        form.asked.connect(partial(self._on_asked, form))
        form.left.connect(self.left)
        self._column.addWidget(form)

    def _on_asked(self, form: DutyForm, body: Body) -> None:
        if isinstance(form, MoveForm) and form.speaks_how:
            self._behalf = form.speaks_how
        self.asked.emit(body)
