"""Break-glass at the desk: a life-saving command that the role may not give waits for a reason, or for its refusal."""

from __future__ import annotations

import time
from collections.abc import Callable

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout

from app import theme
from app.desk import Desk
from app.parts.forms import button, plain_label, show_words
from app.parts.word_entry import WordEntry
from app.wording import label, text
from dispatch.access import needs_force
from dispatch.break_glass import may_force
from dispatch.commands import Command
from dispatch.record import replace

# A call forced in brings its units with it: the reason is not asked for again meanwhile.
REASON_HOLDS_S = 60.0


class ForceGate(QObject):
    """Stand between the panels and the log; the command keeps its id, so that its panel goes on as with any other."""

    asked = Signal(object)  # the command that waits
    settled = Signal()

    def __init__(self, desk: Desk, *, monotonic: Callable[[], float] = time.monotonic) -> None:
        super().__init__(desk)
        self._desk = desk
        self._through = desk.submit
        self._monotonic = monotonic
        self._reason, self._given_at_s = "", 0.0
        self.waiting: Command | None = None
        desk.submit = self.submit
        desk.who_changed.connect(self._on_who)

    def submit(self, command: Command) -> object:
        """Hand a command on, or keep it until `force` or `give_up`."""
        desk = self._desk
        can_force = (
            command.who == desk.who
            and not command.forced
            and may_force(command.who.role, type(command.body))
            and needs_force(desk.state, command)
        )
        if not can_force:
            return self._through(command)
        if self._reason and self._monotonic() - self._given_at_s < REASON_HOLDS_S:
            return self._through(replace(command, forced=self._reason))
        if self.waiting is not None and self.waiting.id != command.id:
            self.give_up()
        self.waiting = command
        self.asked.emit(command)
        return None

    def force(self, reason: str) -> None:
        """Give what waits in spite of the role; the log keeps the reason, and supervisors are told."""
        command, self.waiting = self.waiting, None
        if command is not None and reason.strip():
            self._reason, self._given_at_s = reason.strip(), self._monotonic()
            self.settled.emit()
            self._through(replace(command, forced=self._reason))

    def give_up(self) -> None:
        """Let what waits be refused, as the log keeps it."""
        command, self.waiting = self.waiting, None
        if command is not None:
            self.settled.emit()
            self._through(command)

    def _on_who(self) -> None:
        self._reason = ""
        self.give_up()


class ForceBar(QFrame):
    """Say what the role may not do, and offer to force it with a reason; it takes no focus until that is asked for."""

    changed = Signal()

    def __init__(self, desk: Desk, gate: ForceGate) -> None:
        super().__init__()
        self._desk, self._gate = desk, gate
        language = desk.language
        self.setObjectName("overlay")
        self.setAccessibleName(text("signin.force_name", language))
        self.said = plain_label(" ")
        theme.mark(self.said, "level", "warning")
        self.reason = WordEntry()
        self.reason.setPlaceholderText(text("signin.force_reason", language))
        self.reason.setAccessibleName(text("signin.force_reason", language))
        self.reason.setMaxLength(500)
        self.ask_button = button(text("signin.force_ask", language), self.ask)
        self.force_button = button(text("signin.force_do", language), self._force, role="danger")
        self.leave_button = button(text("signin.force_leave", language), gate.give_up)
        row = QHBoxLayout()
        row.addWidget(self.reason, 1)
        row.addStretch(0)
        for each in (self.ask_button, self.force_button, self.leave_button):
            row.addWidget(each)
        column = QVBoxLayout(self)
        column.setContentsMargins(14, 10, 14, 10)
        column.addWidget(self.said)
        column.addLayout(row)
        self.reason.entered.connect(self._force)
        self.reason.textChanged.connect(lambda words: self.force_button.setEnabled(bool(words.strip())))
        leave = QShortcut(QKeySequence("Esc"), self, gate.give_up)
        leave.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        gate.asked.connect(self._on_asked)
        gate.settled.connect(self._on_settled)
        self.hide()

    def ask(self) -> None:
        """Take the reason."""
        self.ask_button.hide()
        for each in (self.reason, self.force_button):
            each.show()
        self.force_button.setEnabled(bool(self.reason.text().strip()))
        self.reason.setFocus()
        self.changed.emit()

    def _on_asked(self, command: Command) -> None:
        language = self._desk.language
        role = label("role", command.who.role, language)
        deed = label("command", type(command.body).__name__, language)
        show_words(self.said, "▲ " + text("signin.force_said", language, role=role, command=deed), "warning")
        self.ask_button.show()
        for each in (self.reason, self.force_button):
            each.hide()
        self.reason.clear()
        self.show()
        self.changed.emit()

    def _on_settled(self) -> None:
        self.hide()
        self.changed.emit()

    def _force(self) -> None:
        if self.reason.text().strip():
            self._gate.force(self.reason.text())
