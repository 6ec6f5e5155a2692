"""Buttons and menu lines that follow what the role at the desk may do; `decide` refuses anyway."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QAction, QHelpEvent
from PySide6.QtWidgets import QToolTip, QWidget

from app.desk import Desk
from app.wording import label, sentence, text, tooltip
from dispatch.break_glass import may_force

# Set where the widget itself was switched off, and not by a parent.
_OFF = Qt.WidgetAttribute.WA_ForceDisabled


def allow(made: QWidget | QAction, desk: Desk, *commands: type) -> None:
    """Let a button or menu line be used only by roles that may give one of `commands`, and say why not.

    Whoever owns the button goes on enabling it as the work goes; what a role may not do stays off whatever they say.
    A life-saving command that the role could force stays on: the way to force it begins there.
    """
    if isinstance(made, QAction):
        _AllowedAction(made, desk, commands)
    else:
        _AllowedWidget(made, desk, commands)


def may_not_words(desk: Desk, command: type) -> str:
    """Say that who sits here may not give a command; where it can be forced, that too."""
    if desk.is_record:
        return sentence("is_record", (), desk.language)
    role = label("role", desk.who.role, desk.language)
    deed = label("command", command.__name__, desk.language)
    key = "signin.may_force" if may_force(desk.who.role, command) else "signin.may_not"
    return text(key, desk.language, role=role, command=deed)


class _Allowed(QObject):
    def __init__(self, made: QObject, desk: Desk, commands: tuple[type, ...]) -> None:
        super().__init__(made)
        self._desk, self._commands = desk, commands

    @property
    def _may(self) -> bool:
        return any(self._desk.may(each) for each in self._commands)

    @property
    def _is_on(self) -> bool:
        role, is_record = self._desk.who.role, self._desk.is_record
        return self._may or (not is_record and any(may_force(role, each) for each in self._commands))


class _AllowedWidget(_Allowed):
    def __init__(self, made: QWidget, desk: Desk, commands: tuple[type, ...]) -> None:
        super().__init__(made, desk, commands)
        self._made = made
        self._was_wanted = True
        self._is_held = False
        made.installEventFilter(self)
        desk.who_changed.connect(self._on_who)
        self._on_who()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.EnabledChange and not self._is_on:
            self._hold()
        elif event.type() == QEvent.Type.ToolTip and isinstance(event, QHelpEvent) and not self._may:
            words = may_not_words(self._desk, self._commands[0])
            QToolTip.showText(event.globalPos(), tooltip(words), self._made)
            return True
        return False

    def _on_who(self) -> None:
        if not self._is_on:
            self._hold()
        elif self._is_held:
            self._is_held = False
            self._made.setEnabled(self._was_wanted)

    def _hold(self) -> None:
        is_off = self._made.testAttribute(_OFF)
        if self._is_held and is_off:
            return
        self._was_wanted = not is_off
        self._is_held = True
        self._made.setEnabled(False)


class _AllowedAction(_Allowed):
    def __init__(self, made: QAction, desk: Desk, commands: tuple[type, ...]) -> None:
        super().__init__(made, desk, commands)
        self._made = made
        desk.who_changed.connect(self._on_who)
        self._on_who()

    def _on_who(self) -> None:
        self._made.setEnabled(self._is_on)
        words = "" if self._may else tooltip(may_not_words(self._desk, self._commands[0]))
        self._made.setToolTip(words or self._made.text().replace("&", ""))
        self._made.setStatusTip("" if self._may else may_not_words(self._desk, self._commands[0]))
