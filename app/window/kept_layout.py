"""How a desk's windows stood and which look it wore, as a file keeps it over a restart."""

from __future__ import annotations

import base64
from pathlib import Path

from PySide6.QtCore import QByteArray
from PySide6.QtWidgets import QMainWindow

from app import theme
from app.parts.kept_file import read_kept

VERSION = 7  # of the docks that Qt's states tell of


def kept_theme(file: Path) -> str | None:
    """Return the look that the desk wore when it was left; None where nothing was kept."""
    name = read_kept(file).get("theme")
    return name if isinstance(name, str) and name in theme.THEMES else None


def packed(window: QMainWindow) -> dict[str, str]:
    """Return where a window and its docks stand, as a file can keep it."""
    return {
        "geometry": base64.b64encode(bytes(window.saveGeometry().data())).decode(),
        "state": base64.b64encode(bytes(window.saveState(VERSION).data())).decode(),
    }


def unpack(window: QMainWindow, kept: object) -> bool:
    """Put a window and its docks where they stood; False where what was kept cannot be used."""
    if not isinstance(kept, dict):
        return False
    try:
        geometry, state = (base64.b64decode(str(kept[key])) for key in ("geometry", "state"))
    except (KeyError, ValueError):
        return False
    window.restoreGeometry(QByteArray(geometry))
    return window.restoreState(QByteArray(state), VERSION)
