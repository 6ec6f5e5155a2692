"""How the view moves by itself: a zoom on its way to a scale, about a point that stays; or a hand that drags."""

from __future__ import annotations

import time
from dataclasses import dataclass, replace

from PySide6.QtCore import QPointF

from maps.view import View

ZOOM_S = 0.14


@dataclass(frozen=True, slots=True)
class Zoom:
    """A change of scale (metres per pixel) that began at an instant of the monotonic clock."""

    started_s: float
    start: float
    target: float
    about: QPointF

    def share(self) -> float:
        """Return how much of its time is over, 0 to 1."""
        return min(1.0, (time.monotonic() - self.started_s) / ZOOM_S)

    def now(self) -> float:
        """Return the scale that it has reached; it slows down towards its end."""
        eased = 1 - (1 - self.share()) ** 2
        return self.target if eased >= 1 else self.start * (self.target / self.start) ** eased


@dataclass(slots=True)
class Motion:
    """What moves a view."""

    zoom: Zoom | None = None
    is_dragging: bool = False

    @property
    def is_on(self) -> bool:
        """Tell whether the view is on its way."""
        return self.zoom is not None or self.is_dragging

    def begin_zoom(self, view: View, target: float, about: QPointF) -> None:
        """Set out from the view's scale for another one."""
        self.zoom = Zoom(time.monotonic(), view.metres_per_pixel, target, about)

    def to_come(self, view: View) -> View:
        """Return the view at the end of a zoom, so that what it needs is painted at once."""
        return view if self.zoom is None else scaled(view, self.zoom.target, self.zoom.about)


def scaled(view: View, metres_per_pixel: float, about: QPointF) -> View:
    """Return a view at just this scale, with a screen point kept in place."""
    near = view.zoomed(view.metres_per_pixel / metres_per_pixel, (about.x(), about.y()))
    return replace(near, metres_per_pixel=metres_per_pixel)
