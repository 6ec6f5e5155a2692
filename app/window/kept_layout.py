"""The file that keeps over a restart how a desk's windows stood and which look it wore."""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

from PySide6.QtCore import QByteArray
from PySide6.QtWidgets import QMainWindow

from app import theme

VERSION = 7  # of the docks that Qt's states tell of


def read_layout(file: Path | None) -> dict[str, object]:
    """Return what was kept; nothing where there is no file, or one that cannot be used."""
    if file is None:
        return {}
    try:
        kept = json.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return kept if isinstance(kept, dict) else {}


def write_layout(file: Path, kept: Mapping[str, object]) -> None:
    """Keep how everything stands; a folder that cannot be written is no reason to stop."""
    with suppress(OSError):
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(json.dumps(kept), encoding="utf-8")


def kept_theme(file: Path) -> str | None:
    """Return the look that the desk wore when it was left; None where nothing was kept."""
    name = read_layout(file).get("theme")
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
