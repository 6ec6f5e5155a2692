"""All further map windows of a desk: opened, kept over a restart, brought home from a screen that is gone."""

from __future__ import annotations

import base64
import binascii
import logging
import math
from typing import Any

from PySide6.QtCore import QByteArray, QObject, QRect, QTimer, Signal
from PySide6.QtGui import QGuiApplication

from app.canvas.map_link import MapLink
from app.desk import Desk
from app.finder.finder import Finder
from app.mapwindow.extra_map import MAP, WALL, ExtraMap
from app.window.map_window import is_seen
from app.window.window import MainWindow
from app.wording import text

logger = logging.getLogger(__name__)
MOST_WINDOWS = 4  # each has a tile worker and keeps its tiles
SIZE = (1100, 760)
STEP_PX = 36


class MapWindows(QObject):
    """Hold the further windows; their number, places, views and what they show are kept with the layout."""

    changed = Signal()
    opened = Signal(object)

    def __init__(self, desk: Desk, window: MainWindow, link: MapLink, finder: Finder, *, workers: int = 1) -> None:
        super().__init__(window)
        self._desk = desk
        self._window = window
        self._link = link
        self._finder = finder
        self._workers = workers
        self.open_windows: list[ExtraMap] = []
        window.layouts.more_windows = self.snapshot
        window.leaving.connect(self.close_all)
        window.windowTitleChanged.connect(self._show_titles)
        desk.state_changed.connect(self._on_state)
        app = QGuiApplication.instance()
        if isinstance(app, QGuiApplication):
            # The screen is still listed while the signal is told.
            app.screenRemoved.connect(self._on_screen_gone)

    def new_map(self) -> ExtraMap | None:
        """Open a map window that looks where the main map does."""
        return self._open(MAP)

    def wall_map(self) -> ExtraMap | None:
        """Open the wall map, on another screen where there is one; the one that is open comes to the front."""
        held = next((one for one in self.open_windows if one.kind == WALL), None)
        if held is not None:
            held.raise_()
            held.activateWindow()
            return held
        made = self._open(WALL)
        if made is not None:
            other = self._free_screen()
            if other is not None:
                made.setGeometry(other)
                made.showFullScreen()
        return made

    def active(self) -> ExtraMap | None:
        """Return the further window that has the keyboard; None where it is elsewhere."""
        return next((one for one in self.open_windows if one.isActiveWindow()), None)

    def close_all(self) -> None:
        """Close every further window."""
        for one in tuple(self.open_windows):
            one.close()

    def snapshot(self) -> list[dict[str, object]]:
        """Return what is to be kept of every window."""
        return [_kept(one) for one in self.open_windows]

    def restore(self, kept: list[dict[str, object]]) -> None:
        """Open the windows that were kept; what of one cannot be used is left as it is for a new one."""
        for entry in kept[:MOST_WINDOWS]:
            made = self._open(WALL if entry.get("kind") == WALL else MAP)
            if made is not None:
                _put_back(made, entry)
        self.bring_home()

    def bring_home(self) -> None:
        """Move every window that no screen shows any more onto the first one, there never full screen."""
        moved = False
        for number, one in enumerate(self.open_windows):
            if is_seen(one):
                continue
            area = QGuiApplication.primaryScreen().availableGeometry()
            one.showNormal()
            one.resize(min(SIZE[0], area.width()), min(SIZE[1], area.height()))
            one.move(area.left() + STEP_PX * (number + 1), area.top() + STEP_PX * (number + 1))
            moved = True
        if moved:
            self._window.layouts.came_home.emit()

    def _open(self, kind: str) -> ExtraMap | None:
        if len(self.open_windows) >= MOST_WINDOWS:
            words = text("window.most", self._desk.language, count=MOST_WINDOWS)
            self._desk.said.emit("info", words)
            return None
        made = ExtraMap(self._desk, self._link, self._finder, kind=kind, workers=self._workers)
        made.left.connect(self._on_left)
        self.open_windows.append(made)
        area = (self._window.screen() or QGuiApplication.primaryScreen()).availableGeometry()
        made.resize(min(SIZE[0], area.width()), min(SIZE[1], area.height()))
        at = STEP_PX * len(self.open_windows)
        made.move(area.left() + at, area.top() + at)
        if made.tools is not None:
            made.tools.call_here.connect(self._window.intake_docks.take_call_at)
        self.opened.emit(made)
        made.show()
        self._on_state()
        self._show_titles()
        self._cover()
        self.changed.emit()
        return made

    def _on_left(self) -> None:
        gone = self.sender()
        self.open_windows = [one for one in self.open_windows if one is not gone]
        self._cover()
        self.changed.emit()

    def _cover(self) -> None:
        """Let a unit's distress stand over every window."""
        self._window.alarm.cover([self._window, self._window.layouts.map_window, *self.open_windows])

    def _on_state(self, *_: object) -> None:
        for one in self.open_windows:
            one.frame.show_kind(self._desk.kind)

    def _show_titles(self, _: str = "") -> None:
        language = self._desk.language
        for number, one in enumerate(self.open_windows, 2):
            own = text("window.wall", language) if one.kind == WALL else text("window.map", language, number=number)
            one.setWindowTitle(f"{own} · {self._window.windowTitle()}")

    def _free_screen(self) -> QRect | None:
        taken = {self._window.screen()}
        if self._window.layouts.map_window.isVisible():
            taken.add(self._window.layouts.map_window.screen())
        free = [screen for screen in QGuiApplication.screens() if screen not in taken]
        return free[0].geometry() if free else None

    def _on_screen_gone(self, _: object) -> None:
        QTimer.singleShot(0, self, self.bring_home)


def _kept(one: ExtraMap) -> dict[str, object]:
    view = one.canvas.view
    kept: dict[str, object] = {
        "kind": one.kind,
        "geometry": base64.b64encode(bytes(one.saveGeometry().data())).decode(),
        "screen": one.screen().name(),
        "full": one.isFullScreen(),
        "hidden": one.hidden_layers(),
        "mini": one.mini_map.is_open,
        "touched": one.wall is not None and one.wall.is_touched,
    }
    if one.canvas.city is not None:
        lon, lat = one.canvas.lonlat_of(view.x, view.y)
        kept["view"] = [round(lon, 6), round(lat, 6), round(view.metres_per_pixel, 4)]
    return kept


def _put_back(one: ExtraMap, kept: dict[str, Any]) -> None:
    """Give a window what was kept of it; full screen only where its screen is still there."""
    try:
        one.restoreGeometry(QByteArray(base64.b64decode(str(kept.get("geometry", "")), validate=True)))
    except (binascii.Error, ValueError):
        logger.warning("a map window's place could not be read")
    has_screen = kept.get("screen") in {screen.name() for screen in QGuiApplication.screens()}
    if one.isFullScreen() and not (has_screen and kept.get("full") is True):
        one.showNormal()
        one.resize(*SIZE)
    hidden = kept.get("hidden")
    if isinstance(hidden, list):
        one.hide_layers([name for name in hidden if isinstance(name, str)])
    if isinstance(kept.get("mini"), bool) and kept["mini"] != one.mini_map.is_open:
        one.mini_map.toggle()
    view = _view(kept.get("view"))
    if view is not None and one.canvas.city is not None and (one.wall is None or kept.get("touched") is True):
        one.canvas.go_to(*view)  # a wall map is touched by it, as it was


def _view(kept: object) -> tuple[float, float, float] | None:
    if not isinstance(kept, list) or len(kept) != 3 or not all(type(number) in (int, float) for number in kept):
        return None
    lon, lat, scale = (float(number) for number in kept)
    return (lon, lat, scale) if math.isfinite(lon + lat + scale) and scale > 0 else None
