"""The row that chooses whose plans are held against what: department, target, minutes, roads, demand, looks."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from PySide6.QtCore import Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QComboBox, QGridLayout, QHBoxLayout, QWidget

from app.desk import Desk
from app.parts.forms import decimal_field, plain_label
from app.parts.names import department_name
from app.siting.marks import SHOWS
from app.siting.words import target_name
from app.wording import label, text
from dispatch.coverage_board import counts_for
from dispatch.coverage_targets import Target, Targets
from dispatch.demand.history import LEAST_INCIDENTS

FIELD_PX = 225
LEAST_MIN, MOST_MIN, STEP_MIN = 0.5, 180.0, 0.5
USUAL, AS_CLOSED = -1, -2
CITY, LOG = "city", "log"
POSTS, CHOSEN, UNITS = "posts", "chosen", "units"


class SitingBar(QWidget):
    """Hold what is asked for; `changed` tells of anything else that answers depend on, `shown_changed` of looks.

    `look` has the choosers of what the maps show; whoever shows the bar finds them a place.
    """

    changed = Signal()
    shown_changed = Signal()

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        language = desk.language
        self._desk, self._language = desk, language
        self._targets = Targets()
        self.department = self._chooser("siting.department", ())
        self.target = self._chooser("siting.target", ())
        self.within = decimal_field()
        self.within.setRange(LEAST_MIN, MOST_MIN)
        self.within.setSingleStep(STEP_MIN)
        self.within.setDecimals(1)
        self.within.setKeyboardTracking(False)
        self.within.setSuffix(text("siting.minutes_unit", language))
        self.within.setAccessibleName(text("siting.within", language))
        hours = ((text("siting.as_at", language, hour=hour), hour) for hour in range(24))
        self.drive = self._chooser(
            "siting.drive",
            ((text("siting.as_usual", language), USUAL), (text("siting.as_closed", language), AS_CLOSED), *hours),
        )
        demands = ((text("siting.of_city", language), CITY), (text("siting.of_log", language), LOG))
        self.demand = self._chooser("siting.demand_of", demands)
        self._is_demand_chosen = False
        self.suit_log()
        self.shows = self._chooser("siting.shows", ((label("siting_shows", each, language), each) for each in SHOWS))
        places = ((label("siting_from", each, language), each) for each in (POSTS, CHOSEN, UNITS))
        self.places = self._chooser("siting.from", places)
        self._fields = tuple(
            self._named(key, box)
            for key, box in (
                ("siting.department", self.department), ("siting.target", self.target), ("siting.within", self.within),
                ("siting.drive", self.drive), ("siting.demand_of", self.demand),
            )
        )  # fmt: skip
        self.look = (self._named("siting.shows", self.shows), self._named("siting.from", self.places))
        self._columns = 0
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(12)
        self._grid.setVerticalSpacing(4)
        self._lay()
        self.department.activated.connect(lambda _: self._on_department())
        self.target.activated.connect(lambda _: self._on_target())
        self.within.valueChanged.connect(lambda _: self.changed.emit())
        for box in (self.drive, self.demand, self.places):
            box.activated.connect(lambda _: self.changed.emit())
        self.demand.activated.connect(lambda _: self._choose_demand())
        self.shows.activated.connect(lambda _: self.shown_changed.emit())

    def suit_log(self) -> None:
        """Let the log's incidents count once it knows enough of them, unless somebody chose otherwise."""
        if not self._is_demand_chosen and len(self._desk.state.incidents) >= LEAST_INCIDENTS:
            self.demand.setCurrentIndex(self.demand.findData(LOG))

    def offer(self, targets: Targets) -> bool:
        """Offer the departments that have units which count for a target; answers whether there is one."""
        state = self._desk.state
        self._targets = targets
        able = [
            each
            for each in state.roster.departments
            if any(
                unit.department == each.id and counts_for(unit, target)
                for target in targets.of(each.kind)
                for unit in state.roster.units
            )
        ]
        self._fill(self.department, ((department_name(state, each.id, self._language), each.id) for each in able))
        self._offer_targets()
        return bool(able)

    @property
    def department_id(self) -> str:
        """Return whose plans are looked at; empty for nobody's."""
        return str(self.department.currentData() or "")

    def chosen_target(self) -> Target | None:
        """Return the target with the minutes that are asked for; None where there is none."""
        found = next((each for each in self._offered() if each.id == self.target.currentData()), None)
        return replace(found, within_s=round(60.0 * self.within.value(), 3)) if found is not None else None

    def drive_at(self) -> datetime | None:
        """Return the moment (aware) whose usual traffic counts, of the day before; None for the profile alone."""
        hour = self.drive.currentData()
        if hour is None or int(hour) < 0:
            return None
        local = self._desk.clock().astimezone(ZoneInfo(self._desk.state.time_zone or "UTC")) - timedelta(days=1)
        return local.replace(hour=int(hour), minute=0, second=0, microsecond=0)

    @property
    def wants_closures(self) -> bool:
        """Tell whether the roads that are closed now are closed in both plans."""
        return bool(self.drive.currentData() == AS_CLOSED)

    @property
    def wants_log(self) -> bool:
        """Tell whether the log's incidents count."""
        return bool(self.demand.currentData() == LOG)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._lay()

    def _offered(self) -> tuple[Target, ...]:
        department = self._desk.state.departments.get(self.department_id)
        if department is None:
            return ()
        units = [unit for unit in self._desk.state.roster.units if unit.department == department.id]
        return tuple(
            each for each in self._targets.of(department.kind) if any(counts_for(unit, each) for unit in units)
        )

    def _offer_targets(self) -> None:
        self._fill(self.target, ((target_name(each, self._language), each.id) for each in self._offered()))
        self._take_minutes()

    def _take_minutes(self) -> None:
        found = next((each for each in self._offered() if each.id == self.target.currentData()), None)
        if found is not None:
            self.within.blockSignals(True)
            self.within.setValue(found.within_s / 60)
            self.within.blockSignals(False)

    def _on_department(self) -> None:
        self._offer_targets()
        self.changed.emit()

    def _on_target(self) -> None:
        self._take_minutes()
        self.changed.emit()

    def _choose_demand(self) -> None:
        self._is_demand_chosen = True

    def _lay(self) -> None:
        columns = max(1, min(len(self._fields), self.width() // FIELD_PX))
        if columns == self._columns:
            return
        self._columns = columns
        for place, made in enumerate(self._fields):
            self._grid.addWidget(made, place // columns, place % columns)
        for column in range(len(self._fields)):
            self._grid.setColumnStretch(column, 1 if column < columns else 0)
        self.updateGeometry()

    def _named(self, key: str, box: QWidget) -> QWidget:
        made = QWidget()
        row = QHBoxLayout(made)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(5)
        row.addWidget(plain_label(text(key, self._language), role="muted", wraps=False))
        row.addWidget(box, 1)
        return made

    def _chooser(self, key: str, items: Iterable[tuple[str, object]]) -> QComboBox:
        made = QComboBox()
        made.setAccessibleName(text(key, self._language))
        made.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        made.setMinimumContentsLength(6)
        self._fill(made, items)
        return made

    @staticmethod
    def _fill(box: QComboBox, items: Iterable[tuple[str, object]]) -> None:
        chosen = box.currentData()
        box.clear()
        for words, code in items:
            box.addItem(words, code)
        box.setCurrentIndex(max(0, box.findData(chosen)))
