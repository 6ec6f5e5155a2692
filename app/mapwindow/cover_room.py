"""Joins coverage to a window: its panel, its keys, its menu, the map, the line under the recommendation."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QAction, QKeySequence

from app.canvas.canvas import MapCanvas
from app.coverage.line import FIGURES_KEY, CoverLine
from app.coverage.on_map import CoverOnMap, Shown
from app.coverage.panel import MOVE_KEYS, CoveragePanel
from app.coverage.watch import CoverWatch
from app.desk import Desk
from app.parts.tally import natural
from app.planner.face import PlannerFace
from app.window.window import MainWindow
from app.wording import text

CYCLE_KEY = "F10"


class CoverRoom(QObject):
    """Hold everything of coverage that a desk's window shows."""

    def __init__(
        self, desk: Desk, window: MainWindow, canvas: MapCanvas, panel: CoveragePanel, planner: PlannerFace | None
    ) -> None:
        super().__init__(window)
        self._desk = desk
        self._window = window
        self.watch = CoverWatch.of(desk)
        self.panel = panel
        self.on_map = CoverOnMap(desk, canvas)
        if planner is not None:
            self.watch.join(planner)
        self.panel.cover_taken.connect(self.on_map.take)
        self.panel.installEventFilter(self)
        cycle = self._action("cover.cycle", CYCLE_KEY, self.on_map.next)
        figures = self._action("cover.figures", FIGURES_KEY, self.toggle_panel)
        window.menus.extend("menu_view", cycle, figures, self.on_map.menu.menuAction())
        window.menus.keys += [(CYCLE_KEY, cycle.text()), (FIGURES_KEY, figures.text())]
        for slot, key in enumerate(MOVE_KEYS):
            action = self._action("moves.key", key, partial(self.panel.mover.send, slot))
            window.addAction(action)
        window.menus.keys.append((" ".join(MOVE_KEYS), text("moves.key", desk.language)))
        for line in window.findChildren(CoverLine):
            line.wanted.connect(self.toggle_panel)
        window.commands.cover_wanted.connect(self.show_cover)

    def toggle_panel(self) -> None:
        """Show the figures, or put them away where they are in front."""
        dock = self._window.docks.get("coverage")
        if dock is None:
            return
        if dock.isVisible() and not dock.visibleRegion().isEmpty():
            dock.hide()
            return
        self.watch.look()
        dock.show()
        dock.raise_()
        self.panel.covers.setFocus()

    def show_cover(self, words: str) -> None:
        """Show the cover of the department that the words begin to name; `off` shows none, no words the worst."""
        spoken = words.casefold().strip()
        if spoken == "off":
            self.on_map.show(Shown.OFF)
            return
        state = self._desk.state
        for _, one in sorted(state.departments.items(), key=lambda pair: natural(pair[0])):
            names = (one.id, one.kind, one.name, one.name_zh)
            if spoken and any(name.casefold().startswith(spoken) for name in names if name):
                self.on_map.take(one.id)
                return
        self.on_map.take("")

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() in (QEvent.Type.Show, QEvent.Type.Hide):
            self.on_map.propose(event.type() is QEvent.Type.Show)
        return False

    def _action(self, code: str, key: str, do: Callable[[], object]) -> QAction:
        action = QAction(text(code, self._desk.language), self._window)
        action.setShortcut(QKeySequence(key))
        action.setShortcutContext(Qt.ShortcutContext.ApplicationShortcut)
        action.triggered.connect(lambda checked=False: do())
        return action
