"""The menu of named views: go there, add, rename, delete; the first nine have keys."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import QObject, Qt
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QMenu, QWidget

from app.canvas.canvas import MapCanvas
from app.desk import Desk
from app.finder.bookmarks import Bookmark
from app.finder.finder import Finder
from app.mapwindow.name_card import NameCard
from app.wording import text
from app.wording.measures import coordinates
from app.wording.screen import say

KEYS = 9


class BookmarkMenu(QObject):
    """Keep a menu true to the bookmarks; what is chosen moves the map that `canvas` names at that moment."""

    def __init__(self, desk: Desk, finder: Finder, window: QWidget, canvas: Callable[[], MapCanvas]) -> None:
        super().__init__(window)
        self._desk = desk
        self._finder = finder
        self._canvas = canvas
        self._cards: dict[int, NameCard] = {}
        self.menu = QMenu(say("bookmarks", desk.language), window)
        self._keys = [self._key(number, window) for number in range(1, KEYS + 1)]
        finder.bookmarks.changed.connect(self.fill)
        finder.bookmarks.broken.connect(self._on_broken)
        finder.bookmarks.not_kept.connect(self._on_not_kept)
        if finder.bookmarks.kept_aside is not None:
            self._on_broken(str(finder.bookmarks.kept_aside))
        self.fill()

    def fill(self) -> None:
        """Write the menu anew."""
        self.menu.clear()
        bookmarks = self._finder.bookmarks.all
        for number, one in enumerate(bookmarks, 1):
            words = _escaped(one.name) + (f"\tAlt+{number}" if number <= KEYS else "")
            self.menu.addAction(words).triggered.connect(partial(self._go, one))
        if not bookmarks:
            self.menu.addAction(self._words("bookmark.none")).setEnabled(False)
            return
        self.menu.addSeparator()
        for code, do in (("bookmark.rename", self._rename), ("bookmark.delete", self._delete)):
            more = self.menu.addMenu(self._words(code))
            for one in bookmarks:
                more.addAction(_escaped(one.name)).triggered.connect(partial(do, one))

    def add(self) -> None:
        """Ask for a name for what the map shows; the nearest address is suggested."""
        canvas = self._canvas()
        if canvas.city is None:
            return
        view = canvas.view
        lon, lat = canvas.lonlat(canvas.middle())
        card = self.card(canvas)
        card.ask(
            self._words("bookmark.name"), coordinates(lon, lat), partial(self._add, lon, lat, view.metres_per_pixel)
        )
        self._finder.name_place(lon, lat, card.suggest)

    def go(self, number: int) -> None:
        """Go to the bookmark of a number from 1 on."""
        bookmarks = self._finder.bookmarks.all
        if 1 <= number <= len(bookmarks):
            self._go(bookmarks[number - 1])

    def card(self, canvas: MapCanvas) -> NameCard:
        """Return the card that asks for names over a map."""
        held = canvas.findChild(NameCard)
        return held if isinstance(held, NameCard) else NameCard(canvas, self._desk.language)

    def _go(self, one: Bookmark, _: bool = False) -> None:
        self._canvas().go_to(one.lon, one.lat, one.metres_per_pixel)

    def _add(self, lon: float, lat: float, metres_per_pixel: float, name: str) -> None:
        self._finder.add_bookmark(name, lon, lat, metres_per_pixel)
        names = [one.name for one in self._finder.bookmarks.all]
        number = names.index(name) + 1 if name in names else KEYS + 1
        digit = number if number <= KEYS else ""
        self._desk.said.emit("info", self._words("bookmark.kept", name=name, digit=digit))

    def _rename(self, one: Bookmark, _: bool = False) -> None:
        title = self._words("bookmark.new", name=one.name)
        self.card(self._canvas()).ask(title, one.name, partial(self._finder.bookmarks.rename, one.name))

    def _delete(self, one: Bookmark, _: bool = False) -> None:
        self._finder.bookmarks.remove(one.name)
        self._desk.said.emit("info", self._words("bookmark.deleted", name=one.name))

    def _key(self, number: int, window: QWidget) -> QAction:
        action = QAction(window)
        action.setShortcut(QKeySequence(f"Alt+{number}"))
        action.setShortcutContext(Qt.ShortcutContext.ApplicationShortcut)
        action.triggered.connect(lambda checked=False: self.go(number))
        window.addAction(action)
        return action

    def _on_broken(self, path: str) -> None:
        self._desk.said.emit("warning", self._words("bookmark.broken", path=path))

    def _on_not_kept(self, reason: str) -> None:
        self._desk.said.emit("warning", self._words("bookmark.not_kept", reason=reason))

    def _words(self, key: str, **values: object) -> str:
        return text(key, self._desk.language, **values)


def _escaped(words: str) -> str:
    return words.replace("&", "&&").replace("\t", " ")
