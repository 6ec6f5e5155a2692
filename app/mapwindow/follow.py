"""Keeps a unit in the middle third of a map until somebody moves the map."""

from __future__ import annotations

from PySide6.QtCore import QObject

from app.canvas.canvas import MapCanvas
from app.desk import Desk
from app.mapwindow.gliding import Glide
from app.mapwindow.pill import Pill
from app.wording import text
from app.wording.plain import one_line
from maps.view import View

GLIDE_S = 0.9  # positions come once a second: one glide passes into the next
FIRST_S = 0.5
NEAR_MPP = 2.4


class FollowLink(QObject):
    """Follow a unit on one canvas; moving the map, its cross or Esc end it. Coming nearer or going back do not."""

    def __init__(self, desk: Desk, canvas: MapCanvas) -> None:
        super().__init__(canvas)
        self._desk = desk
        self._canvas = canvas
        self.unit_id = ""
        self.glide = Glide(canvas)
        self.pill = Pill(canvas, "✕", text("follow.stop", desk.language))
        self.pill.pressed.connect(self.stop)
        self.glide.touched.connect(self._on_touched)
        canvas.escaped.connect(self.stop)
        desk.fixes_changed.connect(self._on_news)
        desk.looked.connect(self._on_news)

    def toggle(self) -> None:
        """Follow the unit in hand, or no more where it is followed already."""
        unit_id = self._desk.selection.unit_id or ""
        if self.unit_id and unit_id in ("", self.unit_id):
            self.stop()
        elif unit_id:
            self.follow(unit_id)
        else:
            self._desk.said.emit("info", text("follow.which", self._desk.language))

    def follow(self, unit_id: str) -> None:
        """Bring a unit into the middle and keep it there."""
        place = self._place(unit_id)
        if place is None:
            words = text("follow.lost", self._desk.language, unit=one_line(unit_id, 20))
            self._desk.said.emit("info", words)
            return
        self.unit_id = unit_id
        self.pill.say(text("follow.pill", self._desk.language, unit=one_line(unit_id, 20)))
        view = self._canvas.view.centred(*place)
        if view.metres_per_pixel > 2 * NEAR_MPP:
            view = view.zoomed(view.metres_per_pixel / NEAR_MPP)
        self._canvas.stop_zoom()
        self.glide.to(view, FIRST_S)

    def stop(self) -> None:
        """Follow no more."""
        if self.unit_id:
            self.unit_id = ""
            self.glide.stop()
            self.pill.say("")

    def _on_news(self, *_: object) -> None:
        if not self.unit_id or self._canvas.is_dragging:
            return
        place = self._place(self.unit_id)
        if place is None:
            self.stop()
            return
        view = self._canvas.view
        wanted = kept_in_middle(view, *place)
        if wanted is not view:
            self.glide.to(wanted, GLIDE_S)

    def _on_touched(self, before: View) -> None:
        """End at a pan; a zoom goes on as long as the unit is in sight."""
        if not self.unit_id:
            return
        place, view = self._place(self.unit_id), self._canvas.view
        if place is None or view.metres_per_pixel == before.metres_per_pixel:
            self.stop()
            return
        across, down = (float(value) for value in view.to_screen(*place))
        if not (0 <= across <= view.width and 0 <= down <= view.height):
            self.stop()

    def _place(self, unit_id: str) -> tuple[float, float] | None:
        unit, city = self._desk.state.units.get(unit_id), self._canvas.city
        if unit is None or not unit.on_roster or city is None:
            return None
        fix = self._desk.fixes.get(unit_id)
        lon, lat = (fix.lon, fix.lat) if fix is not None else (unit.unit.lon, unit.unit.lat)
        x, y = city.to_metric(lon, lat)
        return float(x), float(y)


def kept_in_middle(view: View, x: float, y: float) -> View:
    """Return the view moved as little as brings a place (metric CRS) into its middle third; the same where it is."""
    across, down = (float(value) for value in view.to_screen(x, y))
    dx = _beyond(across, view.width)
    dy = _beyond(down, view.height)
    return view.panned(-dx, -dy) if dx or dy else view


def _beyond(at: float, size: float) -> float:
    return min(0.0, at - size / 3) + max(0.0, at - size * 2 / 3)
