"""One more window with a map of the same desk: its own view and its own choice of what it shows."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QAction, QCloseEvent, QKeyEvent
from PySide6.QtWidgets import QMainWindow, QMenu, QToolButton, QVBoxLayout, QWidget

from app import theme
from app.canvas.canvas import MapCanvas
from app.canvas.hand_link import HandLink
from app.canvas.map_link import MapLink
from app.canvas.map_words import MapWords
from app.canvas.mirror import Mirror
from app.canvas.pick_link import PickLink
from app.canvas.tool_link import ToolLink
from app.desk import Desk
from app.finder.finder import Finder
from app.finder.finder_link import LAYER, FinderLink
from app.mapwindow.follow import FollowLink
from app.mapwindow.mini_map import MiniMap
from app.mapwindow.wall_link import WallLink
from app.panels.here import HerePanel
from app.window.frame import Frame
from app.wording import label, text

MAP, WALL = "map", "wall"
SHOWN = (
    "incidents", "cases", "units", "cameras", "stations", "callers", "routes", "trails", "sight", "perimeters",
    "closures", "stagings", "coverage", "posts", "reach", "density", "zones", "cells", "places",
)  # fmt: skip
BUTTON_MARGIN_PX = 10


class ExtraMap(QMainWindow):
    """Show the marks of `link`'s map; kind "map" has tools, "wall" keeps the open incidents in sight.

    `left` tells that it was closed.
    """

    left = Signal()

    def __init__(self, desk: Desk, link: MapLink, finder: Finder, *, kind: str = MAP, workers: int = 1) -> None:
        super().__init__(None, Qt.WindowType.Window)
        self.setObjectName(f"extra_{kind}")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setContentsMargins(Frame.WIDTH, Frame.WIDTH, Frame.WIDTH, Frame.WIDTH)
        self.setMinimumSize(360, 280)
        self.kind = kind
        self._language = desk.language
        self.canvas = MapCanvas(workers=workers)
        self.canvas.begins_beside = True
        self.canvas.set_theme(theme.look().name)
        holder = QWidget()
        self._column = QVBoxLayout(holder)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(0)
        self._column.addWidget(self.canvas)
        self.setCentralWidget(holder)
        self.frame = Frame(self)
        if desk.city is not None:
            self.canvas.set_city(desk.city)
            self.canvas.set_view(link.canvas.view)
        words = MapWords(desk, self.canvas.overlay)
        words.cameras, words.stations = link.words.cameras, link.words.stations
        self.picks = PickLink(desk, self.canvas, words)
        self.hand = HandLink(desk, self.canvas)
        self.finder = FinderLink(desk, self.canvas, finder)
        # A wall map is everybody's: without the bars of a what-if it shows only what is so.
        but = (LAYER, "imagined") if kind == WALL else (LAYER,)
        self.mirror = Mirror(link.canvas, self.canvas, but=but)
        self.canvas.set_key(Qt.Key.Key_T, link.next_trails)
        self.mini_map = MiniMap(self.canvas, desk.language, is_open=kind == MAP)
        self.tools: ToolLink | None = None
        self.wall: WallLink | None = None
        self.follow: FollowLink | None = None
        if kind == WALL:
            self.wall = WallLink(desk, self.canvas)
        else:
            self.tools = ToolLink(desk, self.canvas, HerePanel(desk))
            self.tools.closure_wanted.connect(self.hand.draw_closure)
            self.follow = FollowLink(desk, self.canvas)
            self.canvas.set_key(Qt.Key.Key_F, self.follow.toggle)
        self.button = self._menu_button()
        self.canvas.installEventFilter(self)

    def hidden_layers(self) -> list[str]:
        """Return the live layers that are not shown in this window."""
        overlay = self.canvas.overlay
        return [name for name in SHOWN if name in overlay.names() and not overlay.is_shown(name)]

    def hide_layers(self, names: list[str]) -> None:
        """Show all live layers but these."""
        for name in SHOWN:
            if name in self.canvas.overlay.names():
                self.canvas.overlay.set_shown(name, name not in names)
        self.canvas.marks_changed.emit()
        self.canvas.repaint_soon()

    def put_on_top(self, bar: QWidget) -> None:
        """Lay a bar over the window's whole width, above the map."""
        self._column.insertWidget(0, bar)

    def toggle_full(self) -> None:
        """Fill the screen, or no more."""
        self.setWindowState(self.windowState() ^ Qt.WindowState.WindowFullScreen)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_F11 or (event.key() == Qt.Key.Key_Escape and self.isFullScreen()):
            self.toggle_full()
        else:
            super().keyPressEvent(event)

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange and self.canvas.theme.name != theme.look().name:
            self.canvas.set_theme(theme.look().name)

    def eventFilter(self, watched: QWidget, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Resize:
            self._place_button()
        return False

    def closeEvent(self, event: QCloseEvent) -> None:
        self.canvas.tiles.close()
        self.left.emit()
        super().closeEvent(event)

    def fill_menu(self, menu: QMenu) -> None:
        """Write the window's own menu anew."""
        menu.clear()
        title = menu.addAction(text("window.layers", self._language))
        title.setEnabled(False)
        overlay = self.canvas.overlay
        for name in SHOWN:
            if name in overlay.names():
                one: QAction = menu.addAction(label("live_layer", name, self._language))
                one.setCheckable(True)
                one.setChecked(overlay.is_shown(name))
                one.toggled.connect(partial(self._show_layer, name))
        menu.addSeparator()
        full = menu.addAction(text("window.full", self._language) + "\tF11")
        full.setCheckable(True)
        full.setChecked(self.isFullScreen())
        full.triggered.connect(lambda checked=False: self.toggle_full())
        menu.addAction(text("window.close", self._language)).triggered.connect(lambda checked=False: self.close())

    def _show_layer(self, name: str, is_shown: bool) -> None:
        hidden = set(self.hidden_layers())
        (hidden.discard if is_shown else hidden.add)(name)
        self.hide_layers(sorted(hidden))

    def _menu_button(self) -> QToolButton:
        button = QToolButton(self.canvas)
        words = text("window.menu", self._language)
        button.setText("☰")
        button.setToolTip(words)
        button.setAccessibleName(words)
        button.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        button.setCursor(Qt.CursorShape.ArrowCursor)
        button.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        button.setStyleSheet("QToolButton::menu-indicator { image: none; }")
        menu = QMenu(button)
        menu.aboutToShow.connect(lambda: self.fill_menu(menu))
        button.setMenu(menu)
        return button

    def _place_button(self) -> None:
        self.button.adjustSize()
        self.button.move(self.canvas.width() - self.button.width() - BUTTON_MARGIN_PX, 48)
        self.button.raise_()
