"""Ties what the desk asks of the user's hand to one map: a road to close, a place to point at."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import replace

from PySide6.QtCore import QObject, QTimer

from app.canvas.canvas import MapCanvas
from app.canvas.tools import Tool
from app.desk import Desk
from app.parts.closure_words import ClosureWish, read_wish
from app.wording.screen import say
from dispatch.commands import CloseRoad
from dispatch.incident import Closure


class HandLink(QObject):
    """Take the tools in hand that the desk asks for, and send what they drew. Every map of a desk has one."""

    def __init__(self, desk: Desk, canvas: MapCanvas) -> None:
        super().__init__(canvas)
        self._desk = desk
        self._canvas = canvas
        self._wish: ClosureWish | None = None
        self._place_is_wanted = False
        desk.place_wanted.connect(self._on_place_wanted)
        canvas.placed.connect(desk.place_clicked)
        canvas.drawn.connect(self._on_drawn)
        canvas.tool_changed.connect(self._on_tool)

    def draw_closure(self, reason: str) -> None:
        """Let the operator draw a closed road: `[area] [slow 40%|flooded] [until 18:00] [reason]`."""
        try:
            wish = read_wish(reason, self._desk.clock(), self._desk.state.time_zone)
        except ValueError:
            wish = ClosureWish(reason=reason)  # whoever typed it was told; a reason of any words is better than none
        self._canvas.set_tool(Tool.POLYGON if wish.is_area else Tool.LINE)
        self._wish = wish
        self._desk.said.emit("info", say("draw_area" if wish.is_area else "draw_line", self._desk.language))

    def _on_place_wanted(self, is_wanted: bool) -> None:
        if not is_wanted and not self._place_is_wanted:
            return  # another map had its tool put down
        self._place_is_wanted = is_wanted
        self._canvas.set_tool(Tool.PLACE if is_wanted else Tool.PAN)

    def _on_tool(self, tool: str) -> None:
        if tool not in (Tool.LINE, Tool.POLYGON):
            # `drawn` follows at once where the drawing was finished; otherwise it was given up.
            QTimer.singleShot(0, self, self._forget_closure)
        if tool != Tool.PLACE and self._place_is_wanted:
            # Esc on the map gave it up, or the click is told in this very turn: whoever asked may put the tool down.
            self._place_is_wanted = False
            QTimer.singleShot(0, self, lambda: self._desk.place_wanted.emit(False))

    def _forget_closure(self) -> None:
        self._wish = None

    def _on_drawn(self, geometry_type: str, corners: Sequence[tuple[float, float]]) -> None:
        if self._wish is None:
            return
        wish, self._wish = self._wish, None
        at = self._desk.clock()
        self._desk.said.emit("info", "")  # what was asked for is drawn
        points = tuple((float(lon), float(lat)) for lon, lat in corners)
        closure = Closure(f"closure-{uuid.uuid4()}", geometry_type, points, (), wish.reason, at, wish.until)
        self._desk.send(CloseRoad(replace(closure, kind=wish.kind, speed_factor=wish.speed_factor)))
