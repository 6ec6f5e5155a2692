"""Colours of what panels show, by what they mean: one look for all, the map's colours for departments."""

from __future__ import annotations

from PySide6.QtGui import QColor

from app import theme

_TONES = {
    "normal": "text",
    "muted": "muted",
    "faint": "faint",
    "alarm": "alarm",
    "warn": "warning",
    "good": "good",
    "accent": "notice",
}


def tone(name: str) -> QColor:
    """Return the text colour of a tone: `normal`, `muted`, `faint`, `alarm`, `warn`, `good` or `accent`."""
    return QColor(getattr(theme.look(), _TONES.get(name, "text")))


def ground(name: str) -> QColor:
    """Return the background of a row: `selected`, `hover`, `heading` or `line` between rows."""
    worn = theme.look()
    return QColor({"selected": worn.selection, "hover": worn.hover, "heading": worn.panel}.get(name, worn.line))


def department(kind: str) -> str:
    """Return the colour of a kind of department (`#rrggbb`); neutral for one that has none."""
    worn = theme.look()
    return worn.departments.get(kind, worn.neutral)


def priority(number: int) -> str:
    """Return the colour of a priority from 1 to 5 (`#rrggbb`)."""
    worn = theme.look()
    return worn.priorities.get(number, worn.neutral)


def status(code: str) -> str:
    """Return the fill of a unit's status (`#rrggbb`)."""
    worn = theme.look()
    return worn.statuses.get(code, worn.neutral)


def ink_on(fill: str) -> QColor:
    """Return black or white, whichever is read better on `fill`."""
    return QColor(theme.ink_on(fill))
