"""Shows on the map what is imagined of the roads, so that nobody takes it for what is closed."""

from __future__ import annotations

from PySide6.QtCore import QObject

from app.canvas.canvas import MapCanvas
from app.desk import Desk
from app.what_if.imagining import Imagining, group_of
from app.wording import one_line, text
from dispatch.incident import Closure
from maps import live
from maps.live_imagined import ImaginedMark


class WhatIfOnMap(QObject):
    """Draw roads that are imagined closed, and those imagined open again, over everything else."""

    def __init__(self, desk: Desk, imagining: Imagining, canvas: MapCanvas) -> None:
        super().__init__(canvas)
        self._desk = desk
        self._imagining = imagining
        self._canvas = canvas
        imagining.changed.connect(self.refresh)

    def refresh(self) -> None:
        """Draw anew."""
        city, state, imagined = self._desk.city, self._desk.state, self._imagining.what_if
        marks: list[ImaginedMark] = []
        if city is not None and self._imagining.is_on:
            word = text("whatif.mark", self._desk.language)
            lifted = [state.closures[each] for each in imagined.reopened if each in state.closures]
            first = {group_of(closure.id): closure.id for closure in reversed(imagined.closures)}
            marks = [  # of the pieces of a street one bears the words
                self._mark(closure, word if closure.id in first.values() else "", is_open=False)
                for closure in imagined.closures
            ]
            marks += [self._mark(closure, word, is_open=True) for closure in lifted if closure.coordinates]
        self._canvas.set_marks(imagined=marks)

    def _mark(self, closure: Closure, word: str, *, is_open: bool) -> ImaginedMark:
        label = f"{word}: {one_line(closure.reason, 30)}" if closure.reason and word else word
        return ImaginedMark(closure.id, live.xy_of(closure.coordinates, self._desk.city), label, is_open)
