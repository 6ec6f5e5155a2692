"""What tests of the program share: patience, and that a finished test leaves neither windows nor a look behind."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
import shiboken6
from PySide6.QtCore import QCoreApplication, QEvent
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

PATIENCE_MS = 40_000


class PatientBot(QtBot):
    """Wait for what is to come as long as a loaded machine needs: to be slow is no fault that these tests look for."""

    def waitUntil(self, callback: Any, *, timeout: int = 0) -> None:
        super().waitUntil(callback, timeout=max(timeout, PATIENCE_MS))

    def waitSignal(self, signal: Any, *, timeout: int = 0, raising: bool | None = None, **how: Any) -> Any:
        if raising is not False:  # one who does not raise waits for what is not to come, as assertNotEmitted does
            timeout = max(timeout, PATIENCE_MS)
        return super().waitSignal(signal, timeout=timeout, raising=raising, **how)

    def waitSignals(self, signals: Any, *, timeout: int = 0, **how: Any) -> Any:
        return super().waitSignals(signals, timeout=max(timeout, PATIENCE_MS), **how)

    def waitExposed(self, widget: QWidget, *, timeout: int = 0) -> Any:
        return super().waitExposed(widget, timeout=max(timeout, PATIENCE_MS))


@pytest.fixture
def qtbot(qapp: QApplication, request: pytest.FixtureRequest) -> QtBot:
    return PatientBot(request)


def windows() -> dict[int, QWidget]:
    """Return every window that hangs on no other, by the address of its object."""
    return {
        shiboken6.getCppPointer(one)[0]: one for one in QApplication.topLevelWidgets() if one.parentWidget() is None
    }


@pytest.fixture(autouse=True)
def nothing_left_behind(qapp: QApplication) -> Iterator[None]:
    """Destroy the windows that a test opened, and take off the look that it put on.

    What is deleted later, outside any loop of events, is deleted in the next loop that runs; few tests run one. Whoever
    then puts on a look or a font pays for every widget that is left: seconds in each test, after some windows.
    """
    before = set(windows())  # those of a module's fixtures live on
    theme, style_sheet, palette, font = qapp.property("theme"), qapp.styleSheet(), qapp.palette(), qapp.font()
    yield
    for address, window in windows().items():
        if address not in before:
            window.deleteLater()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    if qapp.styleSheet() != style_sheet:
        qapp.setProperty("theme", theme)
        qapp.setStyleSheet(style_sheet)
        qapp.setPalette(palette)
        qapp.setFont(font)
