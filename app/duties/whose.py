"""The choice of whose duties are shown: one department's, or everybody's."""

from __future__ import annotations

from PySide6.QtWidgets import QComboBox

from app.desk import Desk
from app.parts.names import department_name
from app.wording import text

EVERYBODY = ""


class WhoseDuties(QComboBox):
    """Offer every department by name; `list_departments` says nothing of the change, `currentIndexChanged` does."""

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self._desk = desk
        self.setAccessibleName(text("duties.whose", desk.language))
        self.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.setMinimumContentsLength(8)

    @property
    def department(self) -> str:
        """Return the department chosen, or `EVERYBODY`."""
        return self.currentData() or EVERYBODY

    @property
    def is_complete(self) -> bool:
        """Return whether as many departments are offered as there are."""
        return self.count() == len(self._desk.state.departments) + 1

    def list_departments(self, chosen: str) -> None:
        """Offer the departments as they are now, with one chosen; everybody's where it is not among them."""
        state, language = self._desk.state, self._desk.language
        self.blockSignals(True)
        self.clear()
        self.addItem(text("duties.everybody", language), EVERYBODY)
        for name, each in sorted((department_name(state, each, language), each) for each in state.departments):
            self.addItem(name, each)
        self.setCurrentIndex(max(0, self.findData(chosen)))
        self.blockSignals(False)
