"""What stands round a panel, or in its place."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QScrollArea, QWidget

from app.wording.plain import one_line
from app.wording.screen import say


def stand_in(reason: str) -> QWidget:
    """Stand where a panel could not be made, and say why."""
    label = QLabel(say("panel_missing", reason=one_line(reason, 200)))
    label.setTextFormat(Qt.TextFormat.PlainText)
    label.setWordWrap(True)
    label.setAlignment(Qt.AlignmentFlag.AlignCenter)
    label.setProperty("role", "muted")
    return label


def scrolled(content: QWidget) -> QScrollArea:
    """Let a panel scroll where it is taller than its dock."""
    area = QScrollArea()
    area.setWidgetResizable(True)
    area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
    area.setWidget(content)
    return area
