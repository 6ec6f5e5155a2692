"""Joins everything that stands round the maps of a desk to its window: finder, bookmarks, following, more windows."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QObject, Qt, QTimer

from app.canvas.canvas import MapCanvas
from app.canvas.map_link import MapLink
from app.desk import Desk
from app.finder.finder import Finder
from app.finder.finder_link import FinderLink
from app.mapwindow.bookmark_menu import BookmarkMenu
from app.mapwindow.follow import FollowLink
from app.mapwindow.map_windows import MapWindows
from app.mapwindow.mini_map import MiniMap
from app.window.window import MainWindow
from app.wording import text

RESTORE_MS = 1_200  # after the desk's own first picture


class MapRoom(QObject):
    """Hold what the main map has beside its tools, the further map windows, and the menu of maps; needs a city."""

    def __init__(
        self, desk: Desk, window: MainWindow, link: MapLink, *, keep_in: Path | None = None, workers: int | None = None
    ) -> None:
        super().__init__(window)
        self._desk = desk
        self._window = window
        self._canvas = canvas = link.canvas
        self.finder = Finder(desk, keep_in / "bookmarks.json" if keep_in is not None else None)
        self.finder_link = FinderLink(desk, canvas, self.finder)
        self.follow_link = FollowLink(desk, canvas)
        self.mini_map = MiniMap(canvas, desk.language)
        self.windows = MapWindows(desk, window, link, self.finder, workers=0 if workers == 0 else 1)
        self.bookmarks = BookmarkMenu(desk, self.finder, window, self.canvas)
        canvas.set_key(Qt.Key.Key_F, self.follow_link.toggle)
        menu = window.menus.insert(
            "menu_map",
            "menu_help",
            ("find_anything", "Ctrl+F", self.find),
            ("follow_unit", "", self.follow),
            ("small_map", "", self.toggle_mini_map),
            None,
            ("add_bookmark", "Ctrl+D", self.bookmarks.add),
            None,
            ("new_map_window", "Ctrl+Shift+N", self.windows.new_map),
            ("wall_map", "Ctrl+Shift+W", self.windows.wall_map),
        )
        menu.insertMenu(menu.actions()[-3], self.bookmarks.menu)
        language = desk.language
        window.menus.keys += [
            ("/", text("keys.find", language)),
            ("F", text("keys.follow", language)),
            ("N", text("keys.mini", language)),
            ("Alt+1 … Alt+9", text("keys.bookmarks", language)),
        ]
        QTimer.singleShot(RESTORE_MS, self, self.begin)

    def begin(self) -> None:
        """Open the windows that were open when the desk was left, and the indexes of the search."""
        self.windows.restore(self._window.layouts.kept_windows())
        self.finder.warm_up()

    def canvas(self) -> MapCanvas:
        """Return the map that keys and menus mean: that of the further window in front, else the main one."""
        active = self.windows.active()
        return active.canvas if active is not None else self._canvas

    def find(self) -> None:
        """Open the finder over the map in front."""
        active = self.windows.active()
        (active.finder if active is not None else self.finder_link).open()

    def follow(self) -> None:
        """Follow the unit in hand on the map in front, or no more."""
        active = self.windows.active()
        (active.follow if active is not None and active.follow is not None else self.follow_link).toggle()

    def toggle_mini_map(self) -> None:
        """Show the small map of the map in front, or put it away."""
        active = self.windows.active()
        (active.mini_map if active is not None else self.mini_map).toggle()
