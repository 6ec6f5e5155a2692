"""The units of the roster as table rows, and how one is painted; the board shows them by department or as one table."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from PySide6.QtCore import QRectF, QSize, QSortFilterProxyModel, Qt, Signal
from PySide6.QtGui import QColor, QFontMetrics, QPainter
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem

from app import theme
from app.desk import Desk
from app.parts.live_rows import Index, LiveRows
from app.parts.marks import draw_badge
from app.parts.names import department_name
from app.parts.tally import is_free, natural, touched
from app.wording import label, listed, short_status, text
from app.wording.durations import clock, column_span, rough_span
from app.wording.plain import one_line, tooltip
from app.wording.screen import say
from dispatch.events import Entry
from dispatch.state import UnitState
from resources.position import Fix
from resources.status import FREE, Status

UNIT, STATUS, TIME, INCIDENT, FIX, WHERE, DEPARTMENT = range(7)
HEADINGS = (
    "board_unit", "board_status", "board_time", "board_incident", "board_fix", "board_where", "board_department",
)  # fmt: skip
ROW_HEIGHT = 20
FIX_OLD_S = 120.0
NARROW, NUMBER_MARGINS_PX = 82, 8
KEY_ROLE = Qt.ItemDataRole.UserRole + 1


class UnitRows(LiveRows):
    """Give every unit on the roster (and any still bound) in natural order within its department."""

    widened = Signal()  # a number of an incident has more digits than any before

    def __init__(self, desk: Desk) -> None:
        super().__init__(len(HEADINGS))
        self._desk = desk
        self.now = desk.clock()
        self.fixes: Mapping[str, Fix] = desk.fixes
        self.digits = 1  # of the longest number of an incident
        self._arranged_by: object = None  # the roster

    def take(self, entry: Entry | None) -> None:
        """Bring the rows up to the desk's state; a status changes one row, a roster all of them."""
        state, units = self._desk.state, self._desk.state.units
        changed = touched(entry, state)
        if changed.everything or any(self.row_of(one) < 0 for one in changed.units):
            self._arrange_all()
        seen = self.keys if changed.everything else changed.units
        self.refresh(seen)
        digits = max((len(str(self.incident_of(units[one]) or 0)) for one in seen if one in units), default=1)
        if digits > self.digits:
            self.digits = digits
            self.widened.emit()

    def _arrange_all(self) -> None:
        """Put the rows in order, where the roster or who is shown is another than before."""
        state = self._desk.state
        if state.roster is self._arranged_by and set(state.units) == set(self.keys):
            return
        order = {one.id: place for place, one in enumerate(state.roster.departments)}
        shown = [(order.get(one.unit.department, 999), natural(key), key) for key, one in state.units.items()]
        self.arrange([key for _, _, key in sorted(shown)])
        self._arranged_by = state.roster

    def unit(self, index: Index) -> UnitState | None:
        """Return the unit of a row."""
        return self.unit_at(index.row())

    def unit_at(self, row: int) -> UnitState | None:
        """Return the unit of a row by its number; None where there is no such row."""
        return self._desk.state.units.get(self.keys[row]) if 0 <= row < len(self.keys) else None

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if orientation is Qt.Orientation.Horizontal and role == Qt.ItemDataRole.DisplayRole:
            return say(HEADINGS[section], self._desk.language)
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
        return None

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        unit = self.unit(index)
        if unit is None:
            return None
        if role == Qt.ItemDataRole.DisplayRole:
            return self.words(unit, index.column())
        if role == Qt.ItemDataRole.ToolTipRole:
            return tooltip(self.sentence(unit))
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return self.sentence(unit)
        if role == KEY_ROLE:
            return unit.unit.id
        return None

    def words(self, unit: UnitState, column: int) -> str:
        """Return the words of a cell."""
        if column == UNIT:
            return one_line(unit.unit.id, 24)
        if column == STATUS:
            return self.status(unit)
        if column == TIME:
            return column_span(max(0.0, (self.now - unit.since).total_seconds()))
        if column == INCIDENT:
            number = self.incident_of(unit)
            return str(number) if number else ""
        if column == FIX:
            fix = self.fix(unit)
            return rough_span(fix.age_s(self.now)) if fix is not None else "–"
        if column == WHERE:
            return self.where(unit)
        return department_name(self._desk.state, unit.unit.department, self._desk.language)

    def fix(self, unit: UnitState) -> Fix | None:
        """Return the position of a unit that a device reported."""
        fix = self.fixes.get(unit.unit.id)
        return fix if fix is not None and fix.is_reported else None

    def old_fix(self, unit: UnitState) -> str:
        """Return the age of a position that is old, `5′` or `2h`; nothing while it is fresh."""
        fix = self.fix(unit)
        age_s = fix.age_s(self.now) if fix is not None else 0.0
        if age_s <= FIX_OLD_S:
            return ""
        minutes = int(age_s // 60)
        return f"{minutes}\u2032" if minutes < 100 else f"{minutes // 60}h"

    def status(self, unit: UnitState) -> str:
        """Return the status in words; distress and a request to speak come before it."""
        language = self._desk.language
        if unit.distress_at is not None:
            return label("signal", "distress", language)
        words = label("status", unit.status.value, language)
        if unit.speak_at is not None:
            words = f"{label('signal', 'request_to_speak', language)}, {words}"
        if unit.status is Status.OUT_OF_SERVICE and unit.reason:
            words = f"{words}: {one_line(unit.reason, 60)}"
        if unit.held:
            words = " · ".join((words, text("reserve.badge", language)))
        return words

    def incident_of(self, unit: UnitState) -> int | None:
        """Return the number of the incident that binds a unit."""
        assignment = self._desk.state.assignments.get(unit.assignment_id)
        return assignment.incident_id if assignment is not None else None

    def where(self, unit: UnitState) -> str:
        """Return where a unit is bound or stands."""
        number = self.incident_of(unit)
        incident = self._desk.state.incidents.get(number) if number else None
        if incident is not None:
            return one_line(unit.destination or incident.location.text or incident.location.crossing)
        station = self._desk.state.stations.get(unit.station)
        name = one_line(station.name if station else unit.station)
        return text("posts.moved", self._desk.language, station=name) if unit.post is not None else name

    def sentence(self, unit: UnitState) -> str:
        """Return the row as one line a fact, for the tooltip and a screen reader."""
        number = self.incident_of(unit)
        parts = [
            f"{one_line(unit.unit.id)}: {self.status(unit)} {self.words(unit, TIME)}",
            self.words(unit, DEPARTMENT),
            self.where(unit),
            f"{say('board_incident', self._desk.language)} {number}" if number else "",
            listed(
                (label("capability", one, self._desk.language) for one in unit.unit.capabilities), self._desk.language
            ),
            self._placed(unit),
            text("reserve.held", self._desk.language, reason=one_line(unit.held, 120)) if unit.held else "",
            "" if unit.on_roster else say("roster_gone", self._desk.language),
        ]
        return "\n".join(part for part in parts if part)

    def _placed(self, unit: UnitState) -> str:
        """Return how old its position is; in a replay without one, from when its place is."""
        place, language = self.fixes.get(unit.unit.id), self._desk.language
        if place is None or place.is_reported:
            return f"{say('board_fix', language)} {self.words(unit, FIX)}"
        return text("replay.at_scene", language, clock=clock(place.fixed_at, self._desk.state.time_zone))

    def haystack(self, unit: UnitState) -> str:
        """Return what the filter looks through."""
        words = " ".join(self.words(unit, column) for column in (UNIT, STATUS, INCIDENT, WHERE, DEPARTMENT))
        return f"{words} {' '.join(unit.unit.capabilities).replace('_', ' ')}".casefold()


class UnitFilter(QSortFilterProxyModel):
    """Show one department's units (empty: all) that contain every word typed, or only those free."""

    def __init__(self, rows: UnitRows, department: str = "") -> None:
        super().__init__()
        self._rows = rows
        self.department = department
        self._words: list[str] = []
        self._free_only = False
        self.setDynamicSortFilter(True)
        self.setSourceModel(rows)

    def narrow(self, words: str, *, free_only: bool) -> None:
        """Show only what contains every word; with `free_only`, only units that can be sent."""
        self.beginFilterChange()
        self._words = words.casefold().split()
        self._free_only = free_only
        self.endFilterChange(QSortFilterProxyModel.Direction.Rows)

    def filterAcceptsRow(self, row: int, parent: Index) -> bool:
        unit = self._rows.unit_at(row)
        if unit is None or (self.department and unit.unit.department != self.department):
            return False
        if self._free_only and not is_free(unit):
            return False
        haystack = self._rows.haystack(unit) if self._words else ""
        return all(word in haystack for word in self._words)


class UnitCell(QStyledItemDelegate):
    """Paint a unit's cell: the call sign with its status badge, the rest as words in the colour of their urgency."""

    def __init__(self, rows: UnitRows, parent: Any = None) -> None:
        super().__init__(parent)
        self._rows = rows
        self.is_slim = False

    def number_width(self) -> int:
        """Return the pixels that the longest number of an incident takes, drawn narrow: half a number is none."""
        narrow = theme.text_font(12)
        narrow.setStretch(NARROW)
        return QFontMetrics(narrow).horizontalAdvance("8" * self._rows.digits) + NUMBER_MARGINS_PX

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        return QSize(40, ROW_HEIGHT)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        proxy = index.model()
        assert isinstance(proxy, UnitFilter)
        unit = self._rows.unit(proxy.mapToSource(index))
        if unit is None:
            return
        worn = theme.look()
        box = QRectF(option.rect)
        is_selected = bool(option.state & QStyle.StateFlag.State_Selected)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if is_selected:
            painter.fillRect(option.rect, QColor(worn.selection))
        elif unit.distress_at is not None:
            painter.fillRect(option.rect, QColor(worn.alarm_ground))
        if index.column() == UNIT:
            fill = worn.alarm if unit.distress_at is not None else worn.statuses.get(unit.status.value, worn.neutral)
            badge = "SOS" if unit.distress_at is not None else short_status(unit.status.value)
            wide = 27 if self.is_slim else 31
            draw_badge(painter, QRectF(box.left() + 3, box.top() + 2, wide, box.height() - 4), fill, badge)
            box = box.adjusted(wide + (6 if self.is_slim else 8), 0, -1, 0)
        elif self.is_slim:
            box = box.adjusted(1, 0, -1, 0)
        else:
            box = box.adjusted(4, 0, -2, 0)
        painter.setPen(QColor(worn.selection_text if is_selected else self._colour(unit, index.column(), worn)))
        painter.setFont(theme.kept_font(13 if index.column() == UNIT else 12, bold=index.column() == UNIT))
        words = self._rows.words(unit, index.column())
        if self.is_slim and index.column() == INCIDENT:
            words = words or mark_of(unit)
        if self.is_slim and index.column() == FIX:
            words = self._rows.old_fix(unit)
        if painter.fontMetrics().horizontalAdvance(words) > box.width():
            narrow = painter.font()
            narrow.setStretch(NARROW)  # a whole word drawn narrower says more than half of one
            painter.setFont(narrow)
            words = painter.fontMetrics().elidedText(words, Qt.TextElideMode.ElideRight, int(box.width()))
        right = index.column() in (TIME, FIX) or (self.is_slim and index.column() == INCIDENT)
        side = Qt.AlignmentFlag.AlignRight if right else Qt.AlignmentFlag.AlignLeft
        painter.drawText(box.adjusted(0, 0, -2 if right else 0, 0), Qt.AlignmentFlag.AlignVCenter | side, words)
        painter.restore()

    def _colour(self, unit: UnitState, column: int, worn: theme.Look) -> str:
        if unit.distress_at is not None:
            return worn.alarm
        if column == STATUS and unit.speak_at is not None:
            return worn.warning
        if column == FIX:
            fix = self._rows.fix(unit)
            return worn.warning if fix is not None and fix.age_s(self._rows.now) > FIX_OLD_S else worn.faint
        if unit.status is Status.OUT_OF_SERVICE or not unit.on_roster or (unit.held and column != FIX):
            return worn.faint
        if column in (UNIT, STATUS):
            return worn.text
        return worn.muted if unit.status in FREE else worn.text


def mark_of(unit: UnitState) -> str:
    """Return what stands for the incident of a unit that has none: held in reserve, or waiting elsewhere."""
    return "‖" if unit.held else "→" if unit.post is not None else ""
