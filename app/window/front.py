"""Bringing a dock to the front."""

from __future__ import annotations

from PySide6.QtWidgets import QDockWidget


def bring_to_front(dock: QDockWidget | None) -> None:
    """Show a dock before those that share its place, with the keys on it; None: the desk has no such dock."""
    if dock is not None:
        dock.show()
        dock.raise_()
        dock.activateWindow()
