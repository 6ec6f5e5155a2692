"""A form inside the panel of the room that says what a seat looks after: departments, and parts of the city."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QHideEvent, QKeyEvent, QShowEvent
from PySide6.QtWidgets import (
    QCheckBox,
    QFrame,
    QGridLayout,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QVBoxLayout,
    QWidget,
)

from app.desk import Desk
from app.parts.forms import at_right, button, caption, plain_label, show_words
from app.parts.names import department_name
from app.parts.queues import Queues
from app.wording import one_line, text
from dispatch.desk_commands import SetQueue
from dispatch.districts import AREA, CELLS, Part, parts_to_choose

_PART = Qt.ItemDataRole.UserRole


class QueueForm(QFrame):
    """Tick departments and parts; `asked` carries the SetQueue. Nothing ticked: the seat looks after everything."""

    asked = Signal(object)
    opened = Signal(bool)

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self._desk = desk
        self._seat = ""
        language = desk.language
        self.setObjectName("bar")
        self.title = plain_label()
        self.departments: dict[str, QCheckBox] = {}
        self._holder = QWidget()
        self._grid = QGridLayout(self._holder)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setSpacing(3)
        self.find = QLineEdit()
        self.find.setPlaceholderText(text("room.find_part", language))
        self.find.setAccessibleName(text("room.find_part", language))
        self.find.setClearButtonEnabled(True)
        self.parts = QListWidget()
        self.parts.setAccessibleName(text("room.parts", language))
        self.parts.setMinimumHeight(64)
        self.parts.setMaximumHeight(150)
        self.none = plain_label(role="muted")
        self.do_button = button(text("room.do_set", language), self._do, role="primary")
        self.cancel_button = button(text("incident.cancel", language), self.hide)
        foot = at_right(self.cancel_button, self.do_button)
        column = QVBoxLayout(self)
        column.setContentsMargins(8, 6, 8, 6)
        column.setSpacing(4)
        column.addWidget(self.title)
        column.addWidget(plain_label(text("room.departments", language), role="muted", wraps=False))
        column.addWidget(self._holder)
        column.addWidget(caption(text("room.parts", language), self.find))
        column.addWidget(self.find)
        column.addWidget(self.parts)
        column.addWidget(self.none)
        column.addLayout(foot)
        self.find.textChanged.connect(self._sift)
        Queues.of(desk).changed.connect(self._on_parts)
        self._had_districts = False
        self.hide()

    def ask(self, seat: str) -> None:
        """Show what a seat looks after now; the operator has just asked for it."""
        self._seat = seat
        queue = self._desk.state.queues.get(seat)
        show_words(self.title, text("room.queue_title", self._desk.language, seat=seat))
        self._fill_departments(frozenset(queue.departments) if queue is not None else frozenset())
        self._fill_parts(queue.areas if queue is not None else ())
        self.find.clear()
        self.show()
        first = next(iter(self.departments.values()), None)
        (first or self.find).setFocus(Qt.FocusReason.OtherFocusReason)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.opened.emit(True)

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self.opened.emit(not self.isHidden())  # hidden with the whole panel it stays open

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.hide()
        else:
            super().keyPressEvent(event)

    def _fill_departments(self, ticked: frozenset[str]) -> None:
        state, language = self._desk.state, self._desk.language
        known = [each.id for each in state.roster.departments]
        wanted = [*known, *sorted(ticked - set(known))]
        if list(self.departments) != wanted:
            for box in self.departments.values():
                self._grid.removeWidget(box)
                box.deleteLater()
            self.departments = {}
            for place, department in enumerate(wanted):
                box = QCheckBox(department_name(state, department, language).replace("&", "&&"))
                self.departments[department] = box
                self._grid.addWidget(box, place // 2, place % 2)
        for department, box in self.departments.items():
            box.setChecked(department in ticked)

    def _fill_parts(self, ticked: tuple[str, ...]) -> None:
        desk = self._desk
        districts = Queues.of(desk).districts
        self._had_districts = districts is not None
        found = parts_to_choose(desk.state.areas, districts)
        known = {each.id.casefold() for each in found}
        kept = [Part(CELLS if each.isdigit() else "", each, each) for each in ticked if each.casefold() not in known]
        held = {each.casefold() for each in ticked}
        self.parts.clear()
        # What is ticked stands on top: nobody looks for it among hundreds.
        for part in sorted((*kept, *found), key=lambda each: each.id.casefold() not in held):
            item = QListWidgetItem(self._name(part))
            item.setData(_PART, part.id)
            item.setFlags(item.flags() | Qt.ItemFlag.ItemIsUserCheckable)
            is_on = part.id.casefold() in held
            item.setCheckState(Qt.CheckState.Checked if is_on else Qt.CheckState.Unchecked)
            self.parts.addItem(item)
        is_reading = districts is None and desk.city is not None
        words = "room.parts_later" if is_reading else "room.no_parts" if not self.parts.count() else ""
        show_words(self.none, text(words, desk.language) if words else "")
        self.parts.setVisible(self.parts.count() > 0)
        self.find.setVisible(self.parts.count() > 12)

    def _name(self, part: Part) -> str:
        language = self._desk.language
        name = one_line(part.name_zh if language == "zh" and part.name_zh else part.name, 60)
        if part.kind == AREA:
            return text("room.part_area", language, name=name)
        return text("room.part_cells", language, name=name) if part.kind == CELLS else name

    def _on_parts(self) -> None:
        if self.isVisible() and not self._had_districts and Queues.of(self._desk).districts is not None:
            self._fill_parts(self._ticked())

    def _ticked(self) -> tuple[str, ...]:
        items = [self.parts.item(row) for row in range(self.parts.count())]
        return tuple(str(item.data(_PART)) for item in items if item.checkState() is Qt.CheckState.Checked)

    def _sift(self, words: str) -> None:
        spoken = words.strip().casefold()
        for row in range(self.parts.count()):
            item = self.parts.item(row)
            is_ticked = item.checkState() is Qt.CheckState.Checked
            item.setHidden(bool(spoken) and not is_ticked and spoken not in item.text().casefold())

    def _do(self) -> None:
        departments = tuple(each for each, box in self.departments.items() if box.isChecked())
        self.hide()
        self.asked.emit(SetQueue(self._seat, departments, self._ticked()))
