"""Perimeters between the map and the desk: drawn ones become commands, standing ones become marks."""

from __future__ import annotations

import uuid

from PySide6.QtCore import QObject

from app.canvas.canvas import MapCanvas
from app.canvas.tool_hint import ToolHint
from app.canvas.tools import Drawing, Tool
from app.desk import Desk
from app.wording import label, one_line, text
from app.wording.measures import length
from dispatch.commands import DrawPerimeter, LiftPerimeter
from dispatch.events import Entry, PerimeterDrawn, PerimeterLifted
from dispatch.incident import Perimeter, Stage
from dispatch.state import State
from maps.live_perimeters import perimeter_marks


class PerimeterLink(QObject):
    """Draw what the log says stands, and send what the perimeter tool drew."""

    def __init__(self, desk: Desk, canvas: MapCanvas, hint: ToolHint) -> None:
        super().__init__(canvas)
        self._desk = desk
        self._canvas = canvas
        self._hint = hint
        self._shown: tuple[object, object] | None = None
        canvas.perimeter_kind = hint.kind.value
        hint.kind_chosen.connect(self._on_kind)
        canvas.set_description(lambda kind, key: self.describe(key), "perimeter")
        canvas.finished.connect(self._on_finished)
        desk.looked.connect(self._on_state)
        self.refresh()

    def lift(self, perimeter_id: str) -> None:
        """Take a perimeter away."""
        self._desk.send(LiftPerimeter(perimeter_id))

    def name(self, one: Perimeter) -> str:
        """Return what a perimeter is called: its part in a major incident, its words, else its kind, its radius."""
        own = one_line(one.label, 60)
        part = self._part(one)
        words = f"{part} · {own}" if part and own else part or own
        words = words or label("perimeter_kind", one.kind, self._desk.language)
        return f"{words} · {length(one.radius_m)}" if one.radius_m is not None else words

    def describe(self, perimeter_id: str) -> str:
        """Return the plain words of a perimeter's card; empty where it stands no more."""
        one = self._desk.state.perimeters.get(perimeter_id)
        if one is None:
            return ""
        language = self._desk.language
        lines = [label("perimeter_kind", one.kind, language), one_line(one.label, 80)]
        if one.incident_id is not None:
            lines.append(text("perimeter.of", language, number=one.incident_id))
        if one.radius_m is not None:
            lines.append(text("perimeter.radius", language, radius=length(one.radius_m)))
        return "\n".join(line for line in lines if line)

    def _part(self, one: Perimeter) -> str:
        """Return which sectors and which ring of cordons a perimeter is in the major incident that it belongs to."""
        named = []
        for major in self._desk.state.majors.values():
            if major.is_declared:
                named += [
                    one_line(each.name, 30)
                    for each in major.sectors
                    if each.perimeter_id == one.id and each.ended_at is None
                ]
                named += [
                    label("ring", each.ring, self._desk.language)
                    for each in major.cordons
                    if each.perimeter_id == one.id
                ]
        return " · ".join(named)

    def refresh(self) -> None:
        """Show the perimeters that stand, where others stand than are shown, or are called otherwise."""
        city, state = self._canvas.city, self._desk.state
        shown = (state.perimeters, state.majors)
        if city is not None and (
            self._shown is None or any(a is not b for a, b in zip(shown, self._shown, strict=True))
        ):
            self._shown = shown
            self._canvas.set_marks(perimeters=perimeter_marks(self._desk.state, city, name=self.name))

    def _on_kind(self, kind: str) -> None:
        self._canvas.perimeter_kind = kind
        self._canvas.repaint_soon()

    def _on_finished(self, drawing: Drawing) -> None:
        if drawing.tool is not Tool.PERIMETER:
            return
        incident = self._desk.state.incidents.get(self._desk.selection.incident_id or 0)
        self._desk.send(
            DrawPerimeter(
                Perimeter(
                    f"perimeter-{uuid.uuid4().hex[:12]}",
                    self._hint.kind,
                    drawing.corners,
                    drawing.radius_m,
                    incident.id if incident is not None and incident.stage is not Stage.CLOSED else None,
                    self._hint.take_words(),
                )
            )
        )

    def _on_state(self, entry: Entry | None, state: State) -> None:
        self.refresh()
        if entry is None or entry.actor != self._desk.who.actor or entry.seat != self._desk.who.seat:
            return
        language = self._desk.language
        for event in entry.events:
            if isinstance(event, PerimeterDrawn):
                what = label("perimeter_kind", event.perimeter.kind, language)
                self._desk.said.emit("info", text("perimeter.drawn", language, what=what))
            elif isinstance(event, PerimeterLifted):
                self._desk.said.emit("info", text("time.perimeter_lifted", language))
