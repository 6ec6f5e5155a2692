"""The card of a selection of several things: who they are, and what can be done with all of them at once."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout

from app.desk import Desk
from app.parts.forms import plain_label, show_words, small_button
from app.parts.tally import is_free, natural
from app.wording import one_line, text
from dispatch.commands import AssignUnits, Choice
from dispatch.incident import Stage

MOST_NAMES = 12


class GroupCard(QFrame):
    """Show units, incidents and cameras that were enclosed on the map; hides itself where one thing or none is held."""

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self._desk = desk
        self.incidents: tuple[int, ...] = ()
        self.cameras: tuple[str, ...] = ()
        self.setObjectName("overlay")
        self.setCursor(Qt.CursorShape.ArrowCursor)
        self.units_said, self.incidents_said, self.cameras_said = plain_label(), plain_label(), plain_label()
        self.send_button = small_button("", self.send)
        self.clear_button = small_button(self._words("group.clear"), self.clear)
        foot = QHBoxLayout()
        foot.addWidget(self.send_button)
        foot.addStretch(1)
        foot.addWidget(self.clear_button)
        column = QVBoxLayout(self)
        column.setContentsMargins(10, 6, 10, 6)
        column.setSpacing(3)
        for said in (self.units_said, self.incidents_said, self.cameras_said):
            column.addWidget(said)
        column.addLayout(foot)
        self.refresh()

    def hold(self, incidents: Sequence[int], cameras: Sequence[str]) -> None:
        """Take incidents and cameras beside the units that the desk holds."""
        self.incidents, self.cameras = tuple(sorted(set(incidents))), tuple(sorted(set(cameras)))
        self.refresh()

    def clear(self) -> None:
        """Let everything go but the incident in hand."""
        self.incidents = self.cameras = ()
        self._desk.select(incident_id=self._desk.selection.incident_id, unit_ids=())
        self.refresh()

    def send(self) -> None:
        """Send those that are free to the incident in hand: all of them or, where one may not go, none."""
        number, free = self._sendable()
        if number is not None and free:
            why = self._words("group.override")
            self._desk.send(AssignUnits(number, tuple(Choice(unit, override_reason=why) for unit in free)))

    def refresh(self) -> None:
        """Show what is held as it stands."""
        units = sorted(self._desk.selection.unit_ids, key=natural)
        self._show_some(self.units_said, units, "group.unit", "group.units")
        state = self._desk.state
        self.incidents = tuple(number for number in self.incidents if number in state.incidents)
        numbers = [str(number) for number in self.incidents]
        show_words(self.incidents_said, self._words("group.incidents", names=self._names(numbers)) if numbers else "")
        self._show_some(self.cameras_said, list(self.cameras), "group.camera", "group.cameras")
        number, free = self._sendable()
        self.send_button.setVisible(number is not None and bool(free))
        if len(free) == 1:
            self.send_button.setText(self._words("group.send_one", unit=one_line(free[0], 20), number=number))
        else:
            self.send_button.setText(self._words("group.send", count=len(free), number=number))
        self.setVisible(len(units) + len(self.incidents) + len(self.cameras) > 1)

    def _sendable(self) -> tuple[int | None, list[str]]:
        state, selection = self._desk.state, self._desk.selection
        incident = state.incidents.get(selection.incident_id or 0)
        number = incident.id if incident is not None and incident.stage is not Stage.CLOSED else None
        known = (state.units.get(unit) for unit in sorted(selection.unit_ids, key=natural))
        return number, [unit.unit.id for unit in known if unit is not None and is_free(unit)]

    def _show_some(self, said, names: list[str], one: str, many: str) -> None:  # type: ignore[no-untyped-def]
        key = one if len(names) == 1 else many
        show_words(said, self._words(key, count=len(names), names=self._names(names)) if names else "")

    def _names(self, names: Sequence[str]) -> str:
        shown = " ".join(one_line(name, 20) for name in names[:MOST_NAMES])
        more = len(names) - MOST_NAMES
        return shown + (self._words("group.more", count=more) if more > 0 else "")

    def _words(self, key: str, **values: object) -> str:
        return text(key, self._desk.language, **values)
