"""Shows the marks of one map on another: they are made once for all maps of a desk."""

from __future__ import annotations

from collections.abc import Collection

from PySide6.QtCore import QEvent, QObject, QTimer

from app.canvas.canvas import MapCanvas


class Mirror(QObject):
    """Let a canvas show what `source` shows, and paint its base map anew when that one does.

    `but` names the layers that are the canvas' own. Nothing is handed on while the canvas cannot be seen.
    """

    def __init__(self, source: MapCanvas, canvas: MapCanvas, *, but: Collection[str] = ()) -> None:
        super().__init__(canvas)
        self._source = source
        self._canvas = canvas
        self._but = frozenset(but)
        self._soon = QTimer(self, singleShot=True, interval=0)  # a turn for each map: together they would hold up one
        self._soon.timeout.connect(self.refresh)
        source.marks_changed.connect(self._on_marks)
        source.layers_changed.connect(self._on_layers)
        canvas.installEventFilter(self)
        self.refresh()

    def refresh(self) -> None:
        """Hand everything on; layers whose marks are the same objects cost nothing."""
        known = self._canvas.overlay.names()
        held = self._source.overlay.held(but=self._but)
        self._canvas.set_marks(**{name: marks for name, marks in held.items() if name in known})

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Show:
            self.refresh()
        return False

    def _on_marks(self) -> None:
        if self._canvas.isVisible() and not self._soon.isActive():
            self._soon.start()

    def _on_layers(self) -> None:
        self._canvas.refresh_layers()
