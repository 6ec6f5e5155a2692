"""The keys of the trainer's window. They are hers alone: those of the trainee's window hold for the whole program."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QKeyCombination, Qt
from PySide6.QtGui import QKeyEvent, QKeySequence
from PySide6.QtWidgets import QAbstractButton

_ENTER = {Qt.Key.Key_Enter: Qt.Key.Key_Return}


class OwnKeys:
    """Say what a key does; the window asks, before a shortcut of another window can take it."""

    def __init__(self) -> None:
        self._do: dict[str, Callable[[], object]] = {}

    def on(self, keys: str, do: Callable[[], object]) -> None:
        """Let keys, as Qt writes them, do something."""
        self._do[QKeySequence(keys).toString()] = do

    def give(self, button: QAbstractButton, keys: str) -> None:
        """Let keys press a button, also in a part that is not in sight, and say so where the mouse rests on it."""
        button.setToolTip(f"{button.toolTip() or button.text()} ({keys})")
        self.on(keys, lambda: None if button.isHidden() else button.click())

    def has(self, event: QKeyEvent) -> bool:
        """Tell whether a key does anything."""
        return _written(event) in self._do

    def press(self, event: QKeyEvent) -> bool:
        """Do what a key does; tell whether it does anything."""
        do = self._do.get(_written(event))
        if do is not None:
            do()
        return do is not None


def _written(event: QKeyEvent) -> str:
    """Return keys as Qt writes them; those of the number pad are the same."""
    key = _ENTER.get(Qt.Key(event.key()), Qt.Key(event.key()))
    held = event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
    return QKeySequence(QKeyCombination(held, key)).toString()
