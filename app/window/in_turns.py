"""Makes what is large in parts, one a turn of the window's loop: between two of them every window paints and hears."""

from __future__ import annotations

from collections.abc import Generator, Sequence
from importlib import import_module
from sys import modules as loaded_modules
from typing import Any, TypeVar

from PySide6.QtCore import QObject, QTimer
from PySide6.QtWidgets import QWidget

Made = TypeVar("Made")
Parts = Generator[None, None, Made]  # it stops where a turn may end, and returns what it made
DRESSED_A_TURN = 60


def at_once(parts: Parts[Made]) -> Made:
    """Make all parts now."""
    while True:
        try:
            next(parts)
        except StopIteration as end:
            made: Made = end.value
            return made


class InTurns(QObject):
    """Make parts, the first in the next turn. What they raise is raised in that turn, and ends them."""

    def __init__(self, parts: Parts[Any], parent: QObject) -> None:
        super().__init__(parent)
        self._parts = parts
        self._is_over = False
        self._timer = QTimer(self, interval=0)
        self._timer.timeout.connect(self._turn)
        self._timer.start()

    def stop(self) -> None:
        """Make no more; parts that have begun hear it as GeneratorExit, and put away what they have made."""
        if not self._is_over:
            self._end()
            self._parts.close()

    def _turn(self) -> None:
        try:
            next(self._parts)
        except StopIteration:
            self._end()
        except BaseException:
            self._end()
            raise

    def _end(self) -> None:
        self._is_over = True
        self._timer.stop()
        self.deleteLater()


def are_loaded(modules: Sequence[str]) -> bool:
    """Tell whether all these modules are loaded."""
    return all(name in loaded_modules for name in modules)


def loaded(modules: Sequence[str]) -> Parts[None]:
    """Load modules, one a turn."""
    for name in modules:
        if name not in loaded_modules:
            import_module(name)
            yield


def dressed(window: QWidget) -> Parts[None]:
    """Dress the widgets of a window that is not seen yet by the style sheet, some a turn; showing it does less then."""
    for number, each in enumerate(window.findChildren(QWidget), 1):
        each.ensurePolished()
        if number % DRESSED_A_TURN == 0:
            yield
