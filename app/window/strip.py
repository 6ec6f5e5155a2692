"""The strip on top that is always there: clock, live or drill, saved, planner, what waits, distress, who is free."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from PySide6.QtCore import Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from app import theme
from app.desk import Desk, Figures
from app.parts.tally import DepartmentTally, Tally, tally
from app.window.room_cell import RoomCell
from app.window.strip_cells import Cell, DepartmentCell, strip_label
from app.window.weather_cell import WeatherCell
from app.window.who_cell import WIDE_PX, WhoCell
from app.wording import listed, text
from app.wording.durations import clock_span, rough_span
from app.wording.plain import one_line, tooltip
from app.wording.screen import say

WAIT_WARNING_S, WAIT_ALARM_S = 60.0, 120.0
FIX_WARNING_S = 120.0
PLANNER_WARNING_S = 5.0
ROOMY_PX, TIGHT_PX = 6, 2
CELLS_PX = 980  # what the figures left of the departments take at their usual widths


class Strip(QFrame):
    """Show the figures that nobody may miss; it asks nothing and changes nothing."""

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self._now = desk.clock()
        self.setObjectName("strip")
        self.setAccessibleName(self._say("strip_name"))
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.kind = strip_label("kind", name="kind")
        self.kind.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.clock = strip_label("clock")
        self.day = strip_label("caption")
        self.who = WhoCell(desk)
        self._knows_who = False
        self.saved = Cell(self._say("log"))
        self.room = RoomCell(desk)
        self.planner = Cell(self._say("planner"))
        self.positions = Cell(self._say("positions"))
        self.unassigned = Cell(self._say("unassigned"))
        self.oldest = Cell(self._say("oldest_wait"))
        self.orders = Cell(self._say("orders"))
        self.distress = Cell(self._say("distress"))
        self.speak = Cell(self._say("speak"))
        self.weather = WeatherCell(desk)
        self._departments = QHBoxLayout()
        self._departments.setSpacing(2)
        self.departments: dict[str, DepartmentCell] = {}
        row = self._row = QHBoxLayout(self)
        row.setContentsMargins(8, 4, 8, 4)
        row.setSpacing(ROOMY_PX)
        row.addWidget(self.kind)
        when = QVBoxLayout()
        when.setSpacing(0)
        when.addWidget(self.clock)
        when.addWidget(self.day)
        row.addLayout(when)
        row.addWidget(self.who)
        for cells in (
            (self.saved, self.room, self.planner, self.positions),
            (self.unassigned, self.oldest, self.orders),
            (self.distress, self.speak, self.weather),
        ):
            row.addWidget(_rule())
            for cell in cells:
                row.addWidget(cell)
        row.addWidget(_rule())
        row.addStretch(1)
        row.addLayout(self._departments)
        desk.looked.connect(self._on_state)
        desk.figures_changed.connect(self._on_figures)
        desk.ticked.connect(self._on_tick)
        self._on_state(None, desk.state)
        self._on_figures(desk.figures)

    def _say(self, code: str, **parameters: object) -> str:
        return say(code, self._desk.language, **parameters)

    def _on_state(self, entry: object, state: object) -> None:
        self._refresh()

    def _on_tick(self, now: datetime) -> None:
        self._now = now
        self._refresh()

    def _refresh(self) -> None:
        self.weather.refresh()
        self.room.refresh()
        state = self._desk.state
        here = self._now.astimezone(ZoneInfo(state.time_zone))
        self.clock.setText(here.strftime("%H:%M:%S"))
        day = say(f"day_{here.isoweekday()}", self._desk.language)
        date = f"{day} {here:%Y-%m-%d}  {here.tzname() or ''}"
        is_short = self.who.is_short and bool(self.who.words)
        self.day.setText(one_line(self.who.words, 26) if is_short else date)
        self.day.setToolTip(tooltip(f"{date}\n{self.who.toolTip()}" if is_short else ""))
        kind = self._desk.kind
        words = self._say(kind) if kind else "–"
        is_alone = self._desk.alone is not None and self._desk.alone.is_island
        self.kind.setText(text("alone.kind", self._desk.language, kind=words) if is_alone else words)
        theme.mark(self.kind, "kind", {"live": "live", "replay": "replay", "": ""}.get(kind, "drill"))
        theme.mark(self.kind, "alone", "yes" if is_alone else "")
        if bool(self.who.words) != self._knows_who:
            self._knows_who = bool(self.who.words)
            self._fit_departments()
        self._show(tally(state, self._now))

    def _show(self, counted: Tally) -> None:
        wait = counted.oldest_wait_s or 0.0
        urgency = "alarm" if wait >= WAIT_ALARM_S else "warning" if wait >= WAIT_WARNING_S else "calm"
        self.unassigned.show_value(str(counted.unassigned), urgency if counted.unassigned else "faint")
        self.oldest.show_value(clock_span(counted.oldest_wait_s), urgency if counted.unassigned else "faint")
        if counted.overdue_orders:
            words = self._say("orders_overdue", count=counted.unacknowledged, overdue=counted.overdue_orders)
            self.orders.show_value(words, "alarm")
        else:
            self.orders.show_value(str(counted.unacknowledged), "calm" if counted.unacknowledged else "faint")
        for cell, units in ((self.distress, counted.distress), (self.speak, counted.speak)):
            calm = "alarm" if cell is self.distress else "warning"
            words = one_line(listed(units, self._desk.language), 24) if units else self._say("none")
            cell.show_value(words, calm if units else "faint")
            cell.setToolTip(tooltip("\n".join(units)) if units else "")
        self._show_departments(counted.departments)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit_departments()

    def _fit_departments(self) -> None:
        # Where both have no room, who sits here stands under the clock, and the day is read from the tooltip.
        self.who.set_short(self.width() < CELLS_PX + WIDE_PX + 54 * len(self.departments))
        room = self.width() - CELLS_PX - self.who.room_px - 80 * len(self.departments)
        for cell in self.departments.values():
            cell.set_narrow(room < 0)
        is_tight = self.width() < CELLS_PX + self.who.room_px + 54 * len(self.departments) + 120
        self._row.setSpacing(TIGHT_PX if is_tight else ROOMY_PX)
        for one in self.findChildren(Cell):
            one.set_tight(is_tight)

    def _show_departments(self, departments: tuple[DepartmentTally, ...]) -> None:
        if [one.department for one in departments] != list(self.departments):
            for cell in self.departments.values():
                self._departments.removeWidget(cell)
                cell.deleteLater()
            self.departments = {one.department: DepartmentCell(one.kind) for one in departments}
            for cell in self.departments.values():
                self._departments.addWidget(cell)
            self._fit_departments()
        for one in departments:
            name = one.name_zh if self._desk.language == "zh" and one.name_zh else one.name
            self.departments[one.department].show_count(
                name, one.free, one.total, self._say("free_of", free=one.free, total=one.total)
            )

    def _on_figures(self, figures: Figures) -> None:
        read_only = figures.extra.get("read_only", "")
        if self._desk.is_record:
            self.saved.show_value(self._say("as_recorded"), "calm")
            self.saved.setToolTip(tooltip(text("replay.log_tip", self._desk.language, log=read_only)))
        elif read_only:
            self.saved.show_value(self._say("read_only"), "warning")
            self.saved.setToolTip(tooltip(self._say("status_read_only", holder=read_only)))
        elif figures.is_saved and (path := figures.extra.get("island", "")):
            self.saved.show_value(text("alone.saved_here", self._desk.language), "warning")
            self.saved.setToolTip(tooltip(text("alone.saved_tip", self._desk.language, path=path)))
        else:
            self.saved.setToolTip("")
            self.saved.show_value(
                *((self._say("saved"), "good") if figures.is_saved else (self._say("not_saved"), "alarm"))
            )
        stand_ins = figures.extra.get("stand_ins", "")
        self.planner.setToolTip(tooltip(f"{self._say('planner_shipped')}\n{stand_ins}") if stand_ins else "")
        if "planner" in figures.extra and figures.extra["planner"] == "off":
            self.planner.show_value(self._say("planner_off"), "faint")
        elif not figures.planner_is_up:
            self.planner.show_value(self._say("planner_down"), "warning")
        elif stand_ins:
            self.planner.show_value(self._say("planner_shipped"), "warning")
        else:
            age = figures.planner_age_s
            late = age is not None and age > PLANNER_WARNING_S
            self.planner.show_value(
                self._say("planner_ready") if age is None else rough_span(age), "warning" if late else "good"
            )
        age, words = figures.fix_age_s, figures.extra.get("positions", "")
        self.positions.setToolTip(tooltip(words) if words else "")
        if age is None:
            self.positions.show_value(self._say("not_recorded" if self._desk.is_record else "no_positions"), "faint")
        elif (every_s := figures.extra.get("positions_every_s", "")) and age <= FIX_WARNING_S:
            self.positions.show_value(text("positions.every", self._desk.language, seconds=every_s), "warning")
        else:
            self.positions.show_value(rough_span(age), "warning" if age > FIX_WARNING_S else "good")


def _rule() -> QFrame:
    line = QFrame()
    line.setProperty("role", "rule")
    line.setFixedWidth(1)
    return line
