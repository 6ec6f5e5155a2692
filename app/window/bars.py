"""Stands what the main window holds in its bars and docks."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDockWidget, QMainWindow, QToolBar, QWidget

from app.window.stand_in import scrolled
from app.wording.screen import say

# Panels that are taller than a small screen leaves them: they scroll rather than push others off it.
SCROLLED = frozenset({"intake", "recommendation", "incident", "case", "cameras", "closures", "major", "room", "island"})


def add_bar(window: QMainWindow, name: str, content: QWidget, area: Qt.ToolBarArea) -> None:
    """Stand something in a bar that nobody moves or puts away."""
    bar = QToolBar()
    bar.setObjectName(name)
    bar.setMovable(False)
    bar.setFloatable(False)
    bar.setContextMenuPolicy(Qt.ContextMenuPolicy.PreventContextMenu)
    bar.toggleViewAction().setEnabled(False)
    bar.addWidget(content)
    window.addToolBar(area, bar)


def dock_of(window: QMainWindow, key: str, content: QWidget, language: str) -> QDockWidget:
    """Return the dock of a panel, under its name."""
    title = say(key, language)
    dock = QDockWidget(title, window)
    dock.setObjectName(f"dock_{key}")
    dock.setAccessibleName(title)
    dock.setWidget(scrolled(content) if key in SCROLLED else content)
    return dock
