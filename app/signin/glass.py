"""What was forced, told to those who must see it, until one of them has taken note."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout, QWidget

from app.desk import Desk
from app.parts.forms import button, plain_label
from app.wording import label, one_line, text
from app.wording.durations import day_and_clock
from dispatch.account import BrokenGlass
from dispatch.account_commands import AcknowledgeGlass

MOST_SHOWN = 3


class GlassBar(QFrame):
    """List broken glass, the oldest first, at desks whose role takes note of it; it takes no focus."""

    changed = Signal()

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self._desk = desk
        self._shown: tuple[object, ...] = ()
        self._lines: list[QWidget] = []
        self.buttons: dict[int, QWidget] = {}
        self.setObjectName("overlay")
        self.setAccessibleName(text("signin.glass_name", desk.language))
        self._rows = QVBoxLayout(self)
        self._rows.setContentsMargins(14, 8, 14, 8)
        desk.looked.connect(self.refresh)
        desk.who_changed.connect(self.refresh)
        self.hide()
        self.refresh()

    def refresh(self, *_: object) -> None:
        """Show what nobody has taken note of yet."""
        desk = self._desk
        is_told = desk.may(AcknowledgeGlass) and len(desk.state.accounts) > 0
        broken = tuple(sorted(desk.state.broken_glass.values(), key=lambda one: one.sequence)) if is_told else ()
        shown = (desk.who, broken)
        if shown == self._shown:
            return
        self._shown = shown
        for old in self._lines:
            self._rows.removeWidget(old)
            old.hide()
            old.deleteLater()
        self.buttons.clear()
        self._lines = [self._row(one) for one in broken[:MOST_SHOWN]]
        if len(broken) > MOST_SHOWN:
            more = text("signin.glass_more", desk.language, count=len(broken) - MOST_SHOWN)
            self._lines.append(plain_label(more, role="muted", wraps=False))
        for line in self._lines:
            self._rows.addWidget(line)
        self.setVisible(bool(broken))
        self.changed.emit()

    def _row(self, one: BrokenGlass) -> QWidget:
        desk, language = self._desk, self._desk.language
        words = text(
            "signin.glass",
            language,
            actor=one_line(one.account_id, 40),
            role=label("role", one.role, language),
            command=label("command", one.command, language),
            when=day_and_clock(one.at, desk.state.time_zone),
            reason=one_line(one.reason, 160),
        )
        line = plain_label("▲ " + words)
        line.setProperty("level", "warning")
        holder = QWidget()
        row = QHBoxLayout(holder)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(line, 1)
        if one.account_id == desk.who.actor:  # another one takes note of what oneself forced
            row.addWidget(plain_label(text("signin.glass_own", language), role="muted", wraps=False))
        else:
            sequence = one.sequence
            seen = button(text("signin.glass_seen", language), lambda: desk.send(AcknowledgeGlass(sequence)))
            self.buttons[sequence] = seen
            row.addWidget(seen)
        return holder
