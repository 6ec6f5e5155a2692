"""Fields of the forms for duties: how long it may take, and what must be done before it."""

from __future__ import annotations

from collections.abc import Iterable

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QPushButton, QWidget

from app.desk import Desk
from app.parts.flow import Flow
from app.parts.forms import decimal_field
from app.wording import label, one_line, text
from dispatch.clocks import URGENT, WORKING, WORKING_DAYS, Limit
from dispatch.duty import Duty

# What a limit is counted in: its kind, and how many of the unit make one of the kind.
_UNITS: dict[str, tuple[str, float]] = {
    "minutes": (URGENT, 60.0),
    "hours": (URGENT, 1.0),
    "working_hours": (WORKING, 1.0),
    "working_days": (WORKING_DAYS, 1.0),
}
KEEP, NONE = "keep", "none"


class LimitField(QWidget):
    """Say how long a duty may take from when it may begin, or that no clock runs for it."""

    def __init__(self, desk: Desk, *, keeps: bool = False) -> None:
        """`keeps` offers first to leave the limit as it is."""
        super().__init__()
        self.unit = QComboBox()
        self.unit.setAccessibleName(text("duties.limit_unit", desk.language))
        for code in (KEEP, *_UNITS) if keeps else (*_UNITS, NONE):
            self.unit.addItem(label("duty_limit_unit", code, desk.language), code)
        self.amount = decimal_field()
        self.amount.setRange(0.5, 999)
        self.amount.setDecimals(1)
        self.amount.setSingleStep(1)
        self.amount.setAccessibleName(text("duties.limit", desk.language))
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(self.amount, 1)
        row.addWidget(self.unit, 2)
        self.setFocusProxy(self.amount)
        self.unit.currentIndexChanged.connect(lambda _: self._follow())
        self.reset()

    @property
    def limit(self) -> Limit | None:
        """Return the limit that was entered; None where there is none, or it is left as it is."""
        found = _UNITS.get(self.unit.currentData())
        return Limit(found[0], self.amount.value() / found[1]) if found is not None else None

    @property
    def keeps(self) -> bool:
        """Tell whether the limit stays what it was."""
        return self.unit.currentData() == KEEP

    def reset(self) -> None:
        """Begin with what is usual: two hours, or what it is."""
        self.unit.setCurrentIndex(max(0, self.unit.findData(KEEP)))
        if not self.keeps:
            self.unit.setCurrentIndex(self.unit.findData("hours"))
        self.amount.setValue(2)
        self._follow()

    def _follow(self) -> None:
        self.amount.setEnabled(self.unit.currentData() in _UNITS)


class BeforeField(Flow):
    """Tick the duties that must be done first."""

    changed = Signal()

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self._desk = desk
        self.buttons: dict[int, QPushButton] = {}

    @property
    def chosen(self) -> tuple[int, ...]:
        """Return the numbers that are ticked."""
        return tuple(number for number, made in self.buttons.items() if made.isChecked())

    def show_duties(self, duties: Iterable[Duty], chosen: Iterable[int] = ()) -> None:
        """Offer duties; there is nothing to see where there are none."""
        self.empty()
        self.buttons = {}
        held = set(chosen)
        for duty in duties:
            words = text("duties.one", self._desk.language, number=duty.id, what=one_line(duty.text, 32))
            made = QPushButton(words.replace("&", "&&"))
            made.setCheckable(True)
            made.setAutoDefault(False)
            made.setChecked(duty.id in held)
            made.setAccessibleName(f"{text('duties.before', self._desk.language)}: {words}")
            made.toggled.connect(lambda _: self.changed.emit())
            self.buttons[duty.id] = made
            self.add(made)
        self.setVisible(bool(self.buttons))
