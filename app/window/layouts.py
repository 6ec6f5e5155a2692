"""Where the panels stand: one screen or two, kept over a restart, brought home from a screen that is gone."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

from PySide6.QtCore import QEvent, QObject, QRect, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QDockWidget, QMainWindow, QTabWidget, QWidget

from app import theme
from app.parts.kept_file import read_kept, write_kept
from app.window.kept_layout import VERSION, packed, unpack
from app.window.map_window import MapWindow, is_seen

LEFT_PX, RIGHT_PX, BOTTOM_PX = 400, 420, 224
LEAST_MIDDLE_PX = 360
BARS_PX = 150  # menus, strip, command line and status line together
LEFT, RIGHT, BOTTOM = (
    Qt.DockWidgetArea.LeftDockWidgetArea,
    Qt.DockWidgetArea.RightDockWidgetArea,
    Qt.DockWidgetArea.BottomDockWidgetArea,
)
ONE, TWO = "one", "two"
ON_THE_MAP_SCREEN = ("cameras",)
ON_REQUEST = ("layers", "coverage")
# What is seen on request too, each as a tab of what it stands for on the emergency side, which keeps its room.
BESIDE = (
    ("cases", "incidents"),
    ("case", "incident"),
    ("case_intake", "intake"),
    ("major", "incident"),
    ("duties", "incident"),
    ("messages", "incident"),
    ("room", "incident"),
    ("island", "incident"),
)


class Layouts(QObject):
    """Arrange a window's docks and its map; `came_home` tells that panels were brought back from a lost screen."""

    came_home = Signal()
    changed = Signal(str)

    def __init__(
        self, window: QMainWindow, map_holder: QWidget, docks: Mapping[str, QDockWidget], file: Path | None = None
    ) -> None:
        super().__init__(window)
        self._window = window
        self._map = map_holder
        self._docks = docks
        self._file = file
        self.mode = ONE
        self.more_windows: Callable[[], list[dict[str, object]]] = list  # what else is open, to be kept beside
        self._is_restored = False
        self.map_window = MapWindow(window)
        self.map_window.left.connect(self._on_map_window_left)
        self._widen_soon = QTimer(self, singleShot=True, interval=0)
        self._widen_soon.timeout.connect(self._widen)
        window.installEventFilter(self)
        window.setDockOptions(QMainWindow.DockOption.AllowNestedDocks | QMainWindow.DockOption.AllowTabbedDocks)
        window.setTabPosition(Qt.DockWidgetArea.AllDockWidgetAreas, QTabWidget.TabPosition.North)
        app = QGuiApplication.instance()
        if isinstance(app, QGuiApplication):
            app.screenRemoved.connect(self._on_screen_removed)  # no lambda: it would keep the window for ever

    def one_screen(self) -> None:
        """Put everything round the map in one window."""
        self._leave_two()
        self.mode = ONE
        self._is_restored = False
        self._window.setCentralWidget(self._map)
        self._map.show()
        self._give_corners(LEFT, RIGHT)
        for dock in self._docks.values():
            dock.setFloating(False)
            self._window.removeDockWidget(dock)
        self._stack(LEFT, "intake", "recommendation")
        self._stack(RIGHT, "incidents", "incident")
        self._tab("incident", "cameras", "closures")
        self._add(BOTTOM, "units")
        for key in ON_REQUEST:
            self._put_away(self._window, "incident", key)
        self._put_beside()
        self._size()
        QTimer.singleShot(0, self, self.settle)
        self.changed.emit(self.mode)

    def two_screens(self) -> None:
        """Put the lists in the first window, the map with the cameras in the second."""
        self._leave_two()
        self.mode = TWO
        for dock in self._docks.values():
            dock.setFloating(False)
            self._window.removeDockWidget(dock)
        # A main window deletes the central widget it loses: take the map out first.
        self._window.takeCentralWidget()
        self.map_window.setCentralWidget(self._map)
        self._map.show()
        self._give_corners(BOTTOM, BOTTOM)
        # Without a central widget only docks of one area share its width as they are told to.
        self._stack(LEFT, "intake", "incidents", "incident", along=Qt.Orientation.Horizontal)
        for above, below in (("intake", "recommendation"), ("incidents", "closures")):
            if above in self._docks and below in self._docks:
                self._window.splitDockWidget(self._docks[above], self._docks[below], Qt.Orientation.Vertical)
                self._docks[below].show()
        self._add(BOTTOM, "units")
        for key in ON_THE_MAP_SCREEN:
            if key in self._docks:
                self.map_window.addDockWidget(RIGHT, self._docks[key])
                self._docks[key].show()
        for key in ON_REQUEST:
            self._put_away(self.map_window, ON_THE_MAP_SCREEN[0], key)
        self._put_beside()
        other = self._other_screen()
        area = other if other is not None else QRect(80, 80, 1280, 800)
        self.map_window.setGeometry(area)
        self.map_window.setVisible(self._window.isVisible())  # they are seen together
        self._size()
        QTimer.singleShot(0, self, self._size)
        self.changed.emit(self.mode)

    def settle(self) -> None:
        """Give the docks their usual sizes once the window has its own; a layout that was restored keeps its sizes."""
        if not self._is_restored:
            self._size()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Resize:
            self._widen_soon.start()
        elif event.type() == QEvent.Type.Show and self.mode == TWO and not self.map_window.isVisible():
            self.map_window.show()
            QTimer.singleShot(0, self, self.settle)
        return False

    def _widen(self) -> None:
        """Give the lists their width back after the window grew narrower: Qt takes it from them before the map."""
        if self.mode != ONE or self._window.width() < LEFT_PX + RIGHT_PX + LEAST_MIDDLE_PX:
            return
        for key, wanted in (("intake", LEFT_PX), ("incidents", RIGHT_PX)):
            dock = self._docks.get(key)
            if dock is not None and dock.isVisible() and not dock.isFloating() and dock.width() < wanted - 40:
                self._window.resizeDocks([dock], [wanted], Qt.Orientation.Horizontal)

    def save(self) -> None:
        """Keep where everything stands; a folder that cannot be written is no reason to stop."""
        write_kept(
            self._file,
            {
                "version": VERSION,
                "mode": self.mode,
                "theme": theme.look().name,
                "main": packed(self._window),
                "map": packed(self.map_window),
                "windows": self.more_windows(),
            },
        )

    def kept_windows(self) -> list[dict[str, object]]:
        """Return what `more_windows` gave when the desk was left."""
        kept = read_kept(self._file)
        windows = kept.get("windows") if kept.get("version") == VERSION else None
        return [one for one in windows if isinstance(one, dict)] if isinstance(windows, list) else []

    def restore(self) -> bool:
        """Put everything where it stood; False where nothing (usable) was kept: then the one-screen layout stands."""
        kept = read_kept(self._file)
        is_two = kept.get("mode") == TWO and len(QGuiApplication.screens()) > 1
        if is_two:
            self.two_screens()
        else:
            self.one_screen()
        if kept.get("version") != VERSION or (kept.get("mode") == TWO) != is_two:
            return False
        done = unpack(self._window, kept.get("main"))
        if is_two:
            done = unpack(self.map_window, kept.get("map")) and done
        self._is_restored = done
        self.bring_home()
        return done

    def bring_home(self) -> None:
        """Move every window and floating panel that no screen shows any more onto the first one."""
        moved = False
        if self.mode == TWO and not is_seen(self.map_window) and len(QGuiApplication.screens()) < 2:
            self.one_screen()
            moved = True
        floating = [dock for dock in self._docks.values() if dock.isFloating() and dock.isVisible()]
        for place, one in enumerate([self._window, *floating]):
            if not is_seen(one):
                area = QGuiApplication.primaryScreen().availableGeometry()
                size = one.size().boundedTo(QSize(area.width(), area.height()))
                one.resize(size)
                one.move(area.topLeft().x() + 40 * place, area.topLeft().y() + 40 * place)
                moved = True
        if moved:
            self.came_home.emit()

    def _on_screen_removed(self) -> None:
        """Look once it is gone: it is still listed while the signal is told."""
        QTimer.singleShot(0, self, self.bring_home)

    def _give_corners(self, left: Qt.DockWidgetArea, right: Qt.DockWidgetArea) -> None:
        """Let the lists at the sides reach down to the command line, or the board reach across."""
        self._window.setCorner(Qt.Corner.BottomLeftCorner, left)
        self._window.setCorner(Qt.Corner.BottomRightCorner, right)

    def _stack(self, area: Qt.DockWidgetArea, *keys: str, along: Qt.Orientation = Qt.Orientation.Vertical) -> None:
        previous: QDockWidget | None = None
        for key in keys:
            dock = self._docks.get(key)
            if dock is None:
                continue
            self._window.addDockWidget(area, dock)
            if previous is not None:
                self._window.splitDockWidget(previous, dock, along)
            dock.show()
            previous = dock

    def _tab(self, first: str, *others: str) -> None:
        held = self._docks.get(first)
        for key in others:
            dock = self._docks.get(key)
            if held is None or dock is None:
                continue
            self._window.addDockWidget(RIGHT, dock)
            self._window.tabifyDockWidget(held, dock)
            dock.show()
        if held is not None:
            held.raise_()

    def _add(self, area: Qt.DockWidgetArea, key: str) -> None:
        dock = self._docks.get(key)
        if dock is not None:
            self._window.addDockWidget(area, dock)
            dock.show()

    def _put_away(self, window: QMainWindow, beside: str, key: str) -> None:
        """Give a dock that is seen on request its place: a tab at the right."""
        dock, held = self._docks.get(key), self._docks.get(beside)
        if dock is None:
            return
        window.addDockWidget(RIGHT, dock)
        if held is not None:
            window.tabifyDockWidget(held, dock)
        dock.hide()

    def _put_beside(self) -> None:
        for key, held in BESIDE:
            self._put_away(self._window, held, key)

    def _size(self) -> None:
        def pull(keys: tuple[str, ...], sizes: tuple[int, ...], along: Qt.Orientation) -> None:
            found = [(self._docks[key], size) for key, size in zip(keys, sizes, strict=True) if key in self._docks]
            self._window.resizeDocks([dock for dock, _ in found], [size for _, size in found], along)

        across, down = Qt.Orientation.Horizontal, Qt.Orientation.Vertical
        if self.mode == ONE:
            pull(("intake", "incidents"), (LEFT_PX, RIGHT_PX), across)
            high = max(400, self._window.height() - BARS_PX)
            pull(("incidents", "incident"), (high * 40 // 100, high * 60 // 100), down)
            pull(("intake", "recommendation"), (high * 53 // 100, high * 47 // 100), down)
        else:
            pull(("intake", "incidents", "incident"), (LEFT_PX + 60, 760, 640), across)
            pull(("incidents", "closures"), (600, 160), down)
            self.map_window.resizeDocks(
                [self._docks[key] for key in ON_THE_MAP_SCREEN if key in self._docks], [RIGHT_PX], across
            )
            pull(("intake", "recommendation"), (430, 360), down)
        pull(("units",), (min(BOTTOM_PX, self._window.height() * 23 // 100),), down)

    def _leave_two(self) -> None:
        if self.map_window.centralWidget() is self._map:
            self.map_window.takeCentralWidget()
        for key in (*ON_THE_MAP_SCREEN, *ON_REQUEST):
            if key in self._docks:
                self.map_window.removeDockWidget(self._docks[key])
        self.map_window.hide()

    def _on_map_window_left(self) -> None:
        if self.mode == TWO and self._window.isVisible():
            self.one_screen()

    def _other_screen(self) -> QRect | None:
        mine = self._window.screen()
        others = [screen for screen in QGuiApplication.screens() if screen is not mine]
        return others[0].availableGeometry() if others else None
