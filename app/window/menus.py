"""The window's menus and keys, from a table; the same table fills the page of keys."""

from __future__ import annotations

import re
from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QMainWindow, QMenu

from app.wording.screen import say

PANEL_KEYS = (
    ("Alt+M", "key_place"),
    ("Alt+L, Alt+S", "key_who"),
    ("Alt+K, Alt+P, Alt+C, Alt+N", "key_incident"),
    ("Alt+G, Alt+U, Alt+T", "key_duties"),
    ("Alt+E", "key_messages"),
    ("Ctrl+PgUp, Ctrl+PgDown", "key_major"),
)
Line = tuple[str, str, Callable[[], object] | None] | None
"""An action's code, its key and what it does; None is a line between actions."""


class Menus:
    """Hold every action by its code, and each key with the words of what it does."""

    def __init__(self, window: QMainWindow, language: str) -> None:
        self._window = window
        self._language = language
        self._menus: dict[str, QMenu] = {}
        self.actions: dict[str, QAction] = {}
        self.keys: list[tuple[str, str]] = []

    def add(self, code: str, *lines: Line) -> None:
        """Add a menu with its lines."""
        menu = self._menus[code] = self._window.menuBar().addMenu(say(code, self._language))
        for line in lines:
            if line is None:
                menu.addSeparator()
            else:
                menu.addAction(self._action(*line))

    def insert(self, code: str, before: str, *lines: Line) -> QMenu:
        """Add a menu with its lines before another one."""
        bar = self._window.menuBar()
        self.add(code, *lines)
        menu = self._menus[code]
        bar.insertMenu(self._menus[before].menuAction(), menu)
        return menu

    def extend(self, code: str, *actions: QAction) -> None:
        """Add actions that somebody else made to a menu, under a line."""
        menu = self._menus[code]
        menu.addSeparator()
        menu.addActions(actions)

    def put_before(self, code: str, before: str, *lines: Line | QAction) -> None:
        """Put lines, or actions that somebody else made, into a menu before the line `before`."""
        menu, mark = self._menus[code], self.actions[before]
        for line in lines:
            if line is None:
                menu.insertSeparator(mark)
            else:
                menu.insertAction(mark, line if isinstance(line, QAction) else self._action(*line))

    def add_actions(self, *actions: QAction) -> None:
        """Add actions that somebody else made to the last menu, under a line."""
        menu = self._window.menuBar().actions()[-1].menu()
        menu.addSeparator()  # type: ignore[union-attr]
        menu.addActions(actions)  # type: ignore[union-attr]

    def page(self) -> list[tuple[str, ...]]:
        """Return every key under the menu that does the same, then those of the map and of single panels."""
        language = self._language
        menus = [action.menu() for action in self._window.menuBar().actions()]
        of_menu = {action.shortcut().toString(): menu for menu in menus for action in menu.actions()}  # type: ignore[union-attr]
        panels = say("keys_panels", language)
        found: dict[str, list[tuple[str, ...]]] = {_plain(menu.title()): [] for menu in menus}  # type: ignore[union-attr]
        found[panels] = []
        for keys, words in self.keys:
            menu = of_menu.get(keys)
            if menu is not None:
                chapter = _plain(menu.title())  # type: ignore[attr-defined]
            else:
                is_map = len(keys.removeprefix("Shift+")) == 1 or keys.startswith("Alt+1")
                chapter = _plain(say("menu_map", language)) if is_map else panels
            found.setdefault(chapter, []).append((keys, words))
        found[panels] += [(keys, say(code, language)) for keys, code in PANEL_KEYS]
        return [line for chapter, lines in found.items() if lines for line in ((chapter,), *lines)]

    def _action(self, code: str, key: str, do: Callable[[], object] | None) -> QAction:
        words = say(code, self._language)
        action = QAction(words, self._window)
        action.setObjectName(code)
        if key:
            action.setShortcut(QKeySequence(key))
            action.setShortcutContext(Qt.ShortcutContext.ApplicationShortcut)
            self.keys.append((key, words))
        if do is not None:
            action.triggered.connect(lambda checked=False: do())
        self.actions[code] = action
        return action


def _plain(title: str) -> str:
    """Return a menu's title without the mark of its letter."""
    return re.sub(r"\(&.\)", "", title).replace("&", "")
