"""Closed, slow and flooded roads: by a click, along a line or in an area, until a time or until opened again.

Perimeters drawn on the map are listed with them, to be lifted; what was lifted last can be drawn again.
"""

from __future__ import annotations

import uuid
from dataclasses import replace
from datetime import datetime
from typing import Any

from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QLineEdit, QToolButton, QVBoxLayout, QWidget

from app import theme
from app.desk import Desk
from app.parts import tints
from app.parts.allow import allow
from app.parts.closure_words import LEAST_PERCENT, MOST_PERCENT, USUAL_FACTOR, next_time
from app.parts.forms import number_field, plain_label, show_words, small_button
from app.parts.row import Row
from app.parts.row_list import RowList
from app.wording import label, one_line, sentence, text
from app.wording.durations import clock, day_and_clock
from app.wording.measures import length
from dispatch.commands import CloseRoad, Command, DrawPerimeter, LiftPerimeter, OpenRoad
from dispatch.events import Entry
from dispatch.incident import Closure, Perimeter
from dispatch.state import State
from gis.closures import KINDS
from maps.closure_looks import look_of
from maps.style import DAY, NIGHT

_SHAPES = {"Point": "closures.a_point", "LineString": "closures.a_line", "Polygon": "closures.an_area"}


class ClosuresPanel(QWidget):
    """List closures. The map's tools are asked for by `tool_wanted`; what was drawn comes back by `take_drawn`."""

    tool_wanted = Signal(str)  # "line", "polygon", or "pan" when given up; a click is asked for by desk.place_wanted

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self._tool = ""
        self._is_asking = False
        self._sent: set[str] = set()
        self._lifted: Perimeter | None = None  # the last one, to be drawn again
        self.reason = QComboBox()
        self.reason.setEditable(True)
        self.reason.setInsertPolicy(QComboBox.InsertPolicy.NoInsert)
        self.reason.addItems(["", *self._words("closures.reasons").split("|")])
        self.reason.setAccessibleName(self._words("closures.reason"))
        self.reason.lineEdit().setPlaceholderText(self._words("closures.reason"))
        self.reason.lineEdit().setMaxLength(300)
        self.reason.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.kind = QComboBox()
        for kind in KINDS:
            self.kind.addItem(label("closure_kind", kind, desk.language), kind)
        self.kind.setAccessibleName(self._words("closures.kind"))
        self.factor = number_field()
        self.factor.setRange(LEAST_PERCENT, MOST_PERCENT)
        self.factor.setSingleStep(5)
        self.factor.setValue(round(100 * USUAL_FACTOR))
        self.factor.setSuffix(" %")
        self.factor.setAccessibleName(self._words("closures.factor"))
        self.factor.setToolTip(self._words("closures.factor"))
        self.factor.hide()
        self.kind.currentIndexChanged.connect(lambda: self.factor.setVisible(self.kind.currentData() == "slow"))
        self.until = QLineEdit()
        self.until.setPlaceholderText(self._words("closures.until"))
        self.until.setAccessibleName(self._words("closures.until"))
        self.until.setMaxLength(5)
        self.tools: dict[str, QToolButton] = {}
        tools = QHBoxLayout()
        tools.setSpacing(3)
        what = QHBoxLayout()
        what.addWidget(self.kind, 2)
        what.addWidget(self.factor, 1)
        what.addWidget(self.until, 2)
        for tool, key in (("click", "closures.click"), ("line", "closures.line"), ("polygon", "closures.area")):
            made = small_button(self._words(key), lambda tool=tool: self.close_by(tool))
            made.setCheckable(True)
            self.tools[tool] = made
            allow(made, desk, CloseRoad)
            tools.addWidget(made)
        tools.addStretch(1)
        why = QHBoxLayout()
        why.addWidget(self.reason)
        self.said = plain_label()
        self.list = RowList(self._words("closures.title"))
        self.none = plain_label(self._words("closures.none"), role="muted")
        self.open_button = small_button(self._words("closures.open"), self.open_again)
        self.undo_button = small_button(self._words("perimeter.undo"), self.draw_again)
        self.undo_button.hide()
        allow(self.open_button, desk, OpenRoad, LiftPerimeter)
        allow(self.undo_button, desk, DrawPerimeter)
        foot = QHBoxLayout()
        foot.addWidget(self.undo_button)
        foot.addStretch(1)
        foot.addWidget(self.open_button)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(8, 6, 8, 8)
        layout.setSpacing(4)
        for part in (what, why, tools):
            layout.addLayout(part)
        for widget in (self.said, self.none):
            layout.addWidget(widget)
        layout.addWidget(self.list, 1)
        layout.addLayout(foot)
        self.list.chosen.connect(self._show_on_map)
        self.list.pointed.connect(self._on_pointed)
        desk.looked.connect(self._on_state)
        desk.place_clicked.connect(self._on_clicked)
        desk.place_wanted.connect(self._on_place_wanted)
        desk.refused.connect(self._on_refused)
        self.refresh()

    def close_by(self, tool: str) -> None:
        """Ask for a `click`, a `line` or a `polygon` on the map; asking again gives it up."""
        was = self._tool
        self._put_down()
        if was == tool:
            return
        try:
            self._until()
        except ValueError:
            show_words(self.said, self._words("closures.until_bad"), "warning")
            return
        self._tool = tool
        self.tools[tool].setChecked(True)
        show_words(self.said, self._words("closures.waiting"), "notice")
        if tool == "click":
            self._is_asking = True
            self._desk.place_wanted.emit(True)
            self._is_asking = False
        else:
            self.tool_wanted.emit(tool)

    def join(self, canvas: Any) -> None:
        """Use a map's line and area tools: it has `set_tool`, and tells `drawn` and `tool_changed`."""
        self.tool_wanted.connect(canvas.set_tool)
        canvas.drawn.connect(self._on_drawn)
        canvas.tool_changed.connect(self._on_tool)

    def take_drawn(self, geometry_type: str, lonlat: list[tuple[float, float]]) -> None:
        """Close what was drawn: a GeoJSON type and its lon/lat points."""
        points = tuple((float(lon), float(lat)) for lon, lat in lonlat)
        if geometry_type == "Polygon" and points and points[0] != points[-1]:
            points = (*points, points[0])
        self._close(geometry_type, points)

    def open_again(self) -> None:
        """Open the road in hand, or lift the perimeter."""
        key = self.list.current_key
        perimeter = self._desk.state.perimeters.get(key)
        if perimeter is not None:
            self._lifted = perimeter
            self._send(LiftPerimeter(key))
        elif key:
            self._send(OpenRoad(key))

    def draw_again(self) -> None:
        """Draw the perimeter that was lifted last as it was."""
        if self._lifted is not None:
            self._send(DrawPerimeter(self._lifted))

    def refresh(self) -> None:
        """Show the closures that stand, newest first, and the perimeters below them."""
        closures = sorted(
            self._desk.state.closures.values(), key=lambda one: (one.closed_at is None, one.closed_at), reverse=True
        )
        perimeters = sorted(
            self._desk.state.perimeters.values(), key=lambda one: (one.drawn_at is None, one.drawn_at), reverse=True
        )
        rows = [*(self._row(one) for one in closures), *(self._perimeter_row(one) for one in perimeters)]
        self.list.set_rows(rows, take_first=True)
        self.list.setVisible(bool(rows))
        self.none.setVisible(not rows)
        self._on_pointed()

    def _row(self, one: Closure) -> Row:
        zone = self._desk.state.time_zone
        what = self._words(_SHAPES.get(one.geometry_type, "closures.an_area"))
        look = look_of(NIGHT if theme.look().name == "night" else DAY, one.kind)
        times = [self._words("closures.since", clock=day_and_clock(one.closed_at, zone))]
        if one.kind == "slow":
            times.insert(0, self._words("closures.slow_to", percent=round(100 * one.speed_factor)))
        elif one.kind != "closed":
            times.insert(0, label("closure_kind", one.kind, self._desk.language))
        if one.until is not None:
            times.append(self._words("closures.till", clock=clock(one.until, zone)))
        if one.way_ids:
            count = len(one.way_ids)
            times.append(self._words("closures.road" if count == 1 else "closures.roads", count=count))
        return Row(
            one.id,
            one_line(one.reason, 120) or self._words("closures.no_reason"),
            right=what,
            detail=" · ".join(times),
            mark={"slow": "▲", "flooded": "≈"}.get(one.kind, "×"),
            mark_colour=look.colour,
        )

    def _perimeter_row(self, one: Perimeter) -> Row:
        language, zone = self._desk.language, self._desk.state.time_zone
        kind = label("perimeter_kind", one.kind, language)
        detail = [self._words("closures.since", clock=day_and_clock(one.drawn_at, zone))]
        if one.incident_id is not None:
            detail.append(self._words("perimeter.of", number=one.incident_id))
        if one.radius_m is not None:
            detail.append(self._words("perimeter.radius", radius=length(one.radius_m)))
        return Row(
            one.id,
            one_line(one.label, 120) or kind,
            right=kind if one.label else "",
            detail=" · ".join(detail),
            mark="○",
            mark_colour=tints.tone("accent").name(),
        )

    def _close(self, geometry_type: str, points: tuple[tuple[float, float], ...]) -> None:
        try:
            until = self._until()
        except ValueError:
            show_words(self.said, self._words("closures.until_bad"), "warning")
            return
        reason = self.reason.currentText().strip()
        kind = self.kind.currentData()
        factor = self.factor.value() / 100 if kind == "slow" else 0.0
        made = Closure(f"closure-{uuid.uuid4().hex[:12]}", geometry_type, points, (), reason, None, until)
        closure = replace(made, kind=kind, speed_factor=factor)
        self._put_down()
        self._send(CloseRoad(closure))

    def _send(self, body: CloseRoad | OpenRoad | DrawPerimeter | LiftPerimeter) -> None:
        show_words(self.said, "")
        self._sent.add(self._id_of(body))
        self._desk.send(body)

    def _until(self) -> datetime | None:
        """Read the time of the end on the city's clock, the next time that it comes; ValueError where it is none."""
        words = self.until.text().strip()
        return next_time(words, self._desk.clock(), self._desk.state.time_zone) if words else None

    def _on_pointed(self) -> None:
        key = self.list.current_key
        is_perimeter = key in self._desk.state.perimeters
        self.open_button.setEnabled(bool(key))
        self.open_button.setText(self._words("perimeter.lift_short" if is_perimeter else "closures.open"))

    def _on_state(self, entry: Entry | None, state: State) -> None:
        if self._lifted is not None:
            self.undo_button.setVisible(self._lifted.id not in state.perimeters)
        self.refresh()

    def _on_clicked(self, lon: float, lat: float) -> None:
        if self._tool == "click":
            self._close("Point", ((lon, lat),))

    def _on_drawn(self, geometry_type: str, lonlat: list[tuple[float, float]]) -> None:
        if self._tool in ("line", "polygon"):
            self.take_drawn(geometry_type, lonlat)

    def _on_tool(self, tool: str) -> None:
        if self._tool in ("line", "polygon") and tool != self._tool:
            # A finished drawing is told right after this; otherwise it was given up.
            QTimer.singleShot(0, self, self._forget_drawing)

    def _forget_drawing(self) -> None:
        if self._tool in ("line", "polygon"):
            self._forget_tool()

    def _on_place_wanted(self, is_wanted: bool) -> None:
        if not self._is_asking and self._tool == "click":  # given up, or the next click is for another field
            self._forget_tool()

    def _on_refused(self, command: Command, refused: Any) -> None:
        body = command.body
        if isinstance(body, (CloseRoad, OpenRoad, DrawPerimeter, LiftPerimeter)) and self._id_of(body) in self._sent:
            zone = self._desk.state.time_zone
            show_words(self.said, sentence(refused.code, refused.parameters, self._desk.language, zone=zone), "warning")

    def _put_down(self) -> None:
        tool = self._tool
        self._forget_tool()
        if tool == "click":
            self._desk.place_wanted.emit(False)
        elif tool:
            self.tool_wanted.emit("pan")

    def _forget_tool(self) -> None:
        self._tool = ""
        for made in self.tools.values():
            made.setChecked(False)
        show_words(self.said, "")

    def _show_on_map(self, closure_id: str) -> None:
        state = self._desk.state
        shown = state.closures.get(closure_id) or state.perimeters.get(closure_id)
        if shown is not None and shown.coordinates:
            lons, lats = zip(*shown.coordinates, strict=True)
            self._desk.go_to.emit(sum(lons) / len(lons), sum(lats) / len(lats))

    @staticmethod
    def _id_of(body: CloseRoad | OpenRoad | DrawPerimeter | LiftPerimeter) -> str:
        if isinstance(body, DrawPerimeter):
            return body.perimeter.id
        if isinstance(body, LiftPerimeter):
            return body.perimeter_id
        return body.closure.id if isinstance(body, CloseRoad) else body.closure_id

    def _words(self, key: str, **values: object) -> str:
        return text(key, self._desk.language, **values)
