"""Bring what another thread found back to the window's thread, once, and keep hold of nobody there.

Whoever lets go of a QObject last destroys it, and that must be the window's thread, which may be about to deliver to
it. So another thread keeps nothing but a basket; whoever hears is taken out of that in the window's thread.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any

from PySide6.QtCore import QObject, Qt, Signal
from shiboken6 import isValid


class Homecoming:
    """Call `hears` in the window's thread with what is told, once; where its owner is gone, nobody is called.

    To be made in the window's thread.
    """

    __slots__ = ("_basket",)

    def __init__(self, hears: Callable[..., object]) -> None:
        self._basket: list[Any] = [hears]
        _door()

    def __call__(self, *told: object) -> None:
        """Tell, from any thread; what is told a second time is not heard."""
        if len(self._basket) == 1:
            self._basket.append(told)
            _door().came.emit(self._basket)


class _Door(QObject):
    came = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self.came.connect(self._on_come, Qt.ConnectionType.QueuedConnection)

    def _on_come(self, basket: list[Any]) -> None:
        hears, told = basket
        basket[:] = (None, None)
        owner = getattr(hears, "__self__", None)
        if not isinstance(owner, QObject) or isValid(owner):
            hears(*told)


@cache
def _door() -> _Door:
    return _Door()
