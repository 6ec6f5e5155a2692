"""Place and kind of a call with what belongs to them: how sure the place is, why it was forced, the priority."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import QSignalBlocker, Qt, Signal
from PySide6.QtWidgets import QComboBox, QGridLayout, QHBoxLayout, QLineEdit, QWidget

from app.desk import Desk, Draft
from app.intake.kind_field import KindField, mode_and_lead
from app.intake.place_field import PlaceField
from app.parts.forms import caption, give_key, plain_label, show_words
from app.wording import label, one_line, text
from dispatch.incident import Location, Precision


class IntakeFields(QWidget):
    """Tell what the operator gives as changes of the draft; `show_draft` shows what follows from it."""

    changed = Signal(dict)  # fields of Draft
    finished = Signal()  # place and kind are given

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self._location: Location | None = None
        self.place = PlaceField(desk)
        self.place_detail = plain_label(role="muted")
        self.precision = QComboBox()
        self.precision.setAccessibleName(self._words("intake.precision"))
        self.precision.setToolTip(self._words("intake.precision"))
        for precision in Precision:
            self.precision.addItem(label("precision", precision, desk.language), precision)
        self.force_reason = QLineEdit()
        self.force_reason.setPlaceholderText(self._words("intake.force_reason"))
        self.force_reason.setAccessibleName(self._words("intake.force_reason"))
        self.force_reason.setMaxLength(200)
        self.kind = KindField(desk)
        self.kind_detail = plain_label(role="muted")
        self.priority = QComboBox()
        self.priority.setAccessibleName(self._words("intake.priority"))
        for number in range(1, 6):
            self.priority.addItem(f"P{number}  {label('priority', number, desk.language)}", number)
        give_key(self.place.map_button, "Alt+M")
        self._lay_out()
        self.place.chosen.connect(self._on_place)
        self.place.cleared.connect(self._on_place)
        self.place.finished.connect(self.kind.setFocus)
        self.kind.chosen.connect(self._on_kind)
        self.kind.cleared.connect(self._on_no_kind)
        self.kind.finished.connect(self.finished)
        self.priority.activated.connect(self._on_priority)
        self.precision.activated.connect(self._on_precision)
        self.force_reason.editingFinished.connect(self._on_reason)
        self.show_draft(None)

    @property
    def reason_for_forcing(self) -> str:
        """Return why the place was forced, empty where it was not."""
        is_forced = self._location is not None and self._location.precision is Precision.FORCED
        return self.force_reason.text().strip() if is_forced else ""

    def fill(self, draft: Draft | None) -> None:
        """Put a draft's place and kind into the fields, or empty them."""
        self.place.set_location(draft.location if draft is not None else None)
        self.kind.set_kind(draft.kind if draft is not None else "")
        self.force_reason.setText(draft.place_reason if draft is not None else "")

    def show_draft(self, draft: Draft | None) -> None:
        """Show what follows from the draft; the fields themselves stay as they were typed."""
        self._location = draft.location if draft is not None else None
        card = self._desk.state.cards.get(draft.kind) if draft is not None else None
        show_words(self.place_detail, self._place_words(self._location))
        self.precision.setVisible(self._location is not None)
        if self._location is not None:
            with QSignalBlocker(self.precision):
                self.precision.setCurrentIndex(self.precision.findData(self._location.precision))
        self.force_reason.setVisible(self._location is not None and self._location.precision is Precision.FORCED)
        show_words(self.kind_detail, mode_and_lead(self._desk, card) if card is not None else "")
        self.priority.setVisible(draft is not None and bool(draft.kind))
        if draft is not None and draft.priority is not None:
            with QSignalBlocker(self.priority):
                self.priority.setCurrentIndex(self.priority.findData(draft.priority))

    def _lay_out(self) -> None:
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(8)
        grid.setVerticalSpacing(4)
        grid.setColumnStretch(1, 1)
        top = Qt.AlignmentFlag.AlignTop
        grid.addWidget(caption(self._words("intake.place"), self.place.entry), 0, 0, top)
        grid.addWidget(self.place, 0, 1)
        where, what = QHBoxLayout(), QHBoxLayout()
        where.addWidget(self.place_detail, 1)
        where.addWidget(self.precision)
        what.addWidget(self.kind_detail, 1)
        what.addWidget(self.priority)
        grid.addLayout(where, 1, 1)
        grid.addWidget(self.force_reason, 2, 1)
        grid.addWidget(caption(self._words("intake.kind"), self.kind.entry), 3, 0, top)
        grid.addWidget(self.kind, 3, 1)
        grid.addLayout(what, 4, 1)

    def _on_place(self, location: Location | None = None) -> None:
        self.changed.emit({"location": location})

    def _on_no_kind(self) -> None:
        self.changed.emit({"kind": "", "priority": None})

    def _on_priority(self) -> None:
        self.changed.emit({"priority": self.priority.currentData()})

    def _on_reason(self) -> None:
        if self._location is not None:
            self.changed.emit({"place_reason": self.force_reason.text().strip()})

    def _on_kind(self, kind: str) -> None:
        card = self._desk.state.cards.get(kind)
        priority = card.priority if card is not None else None
        self.changed.emit({"kind": kind, "priority": priority, "alarm_level": 1})

    def _on_precision(self) -> None:
        if self._location is not None:
            self.changed.emit({"location": replace(self._location, precision=self.precision.currentData())})

    def _place_words(self, location: Location | None) -> str:
        if location is None:
            return ""
        parts = [one_line(location.municipality), f"{location.lat:.5f}, {location.lon:.5f}"]
        return " · ".join(part for part in parts if part)

    def _words(self, key: str, **values: object) -> str:
        return text(key, self._desk.language, **values)
